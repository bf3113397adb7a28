"""Turn a session's settings into what execution and the text form of values need of them."""

from __future__ import annotations

from pgddb.execution import ExecutionSettings
from pgddb.pgtypes import OutputStyle
from pgddb.planner.plan_nodes import PlanScope, ReadSettings
from pgddb.session.settings import SettingStore
from pgddb.session.settings.checks import split_identifiers


def output_style(settings: SettingStore) -> OutputStyle:
    """Give the settings that the text form of values depends on."""
    return OutputStyle(
        time_zone=settings.show("TimeZone"),
        date_style=settings.show("DateStyle"),
        interval_style=settings.show("IntervalStyle"),
        extra_float_digits=int(settings.number("extra_float_digits")),
        bytea_output=settings.show("bytea_output"),
    )


def search_path(settings: SettingStore, *, user: str) -> tuple[str, ...]:
    """Give the schemas that unqualified names are looked up in."""
    names = split_identifiers("search_path", settings.show("search_path"))
    return tuple(user if name == "$user" else name for name in names)


def execution_settings(settings: SettingStore, *, user: str, database: str) -> ExecutionSettings:
    """Give what a statement must know of the settings."""
    pace = settings.number("pgddb.max_read_units_per_second")
    return ExecutionSettings(
        scope=PlanScope(search_path(settings, user=user), database, user),
        reads=ReadSettings(
            consistent=settings.value("pgddb.consistency") == "strong",
            segments=int(settings.number("pgddb.scan_segments")),
        ),
        time_zone=settings.show("TimeZone"),
        warn_read_units=settings.number("pgddb.scan_warning_read_units"),
        deadline_seconds=timeout_seconds(settings, "statement_timeout"),
        read_units_per_second=pace or None,
    )


def timeout_seconds(settings: SettingStore, name: str) -> float | None:
    """Give a timeout in seconds; 0 means none."""
    return settings.number(name) / 1000 or None
