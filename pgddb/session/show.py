"""Answer SHOW."""

from __future__ import annotations

from pgddb.pgtypes import ResultField
from pgddb.session.rows import ConstantRows, text_fields
from pgddb.session.settings import SettingStore
from pgddb.session.settings.values import show_value

_ALL = "all"


def show_fields(settings: SettingStore, name: str) -> tuple[ResultField, ...]:
    """Give the columns of SHOW: one with the setting's own name, or three for ALL."""
    if name.lower() == _ALL:
        return text_fields("name", "setting", "description")
    return text_fields(settings.find(name).name)


def show_rows(settings: SettingStore, name: str) -> ConstantRows:
    """Give the values in force."""
    fields = show_fields(settings, name)
    if name.lower() != _ALL:
        return ConstantRows(fields, ((settings.show(name),),), "SHOW")
    rows = [(row.setting.name, show_value(row.setting, row.value), row.setting.description) for row in settings.rows()]
    return ConstantRows(fields, rows, "SHOW")
