"""Keep the settings of a session, as SET, SHOW and RESET see them."""

from pgddb.session.settings.definition import Setting, SettingContext, SettingType, SettingValue
from pgddb.session.settings.registry import REPORTED, SERVER_VERSION, SERVER_VERSION_NUMBER, SETTINGS
from pgddb.session.settings.store import SettingRow, SettingSnapshot, SettingStore

__all__ = [
    "REPORTED",
    "SERVER_VERSION",
    "SERVER_VERSION_NUMBER",
    "SETTINGS",
    "Setting",
    "SettingContext",
    "SettingRow",
    "SettingSnapshot",
    "SettingStore",
    "SettingType",
    "SettingValue",
]
