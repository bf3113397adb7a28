"""List every setting: those of PostgreSQL 15 that clients know, and those of pgddb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from types import MappingProxyType
from typing import Any

from pgddb import __version__
from pgddb.session.settings.checks import (
    check_client_encoding,
    check_date_style,
    check_search_path,
    check_time_zone,
)
from pgddb.session.settings.definition import Setting, SettingContext, SettingType
from pgddb.session.settings.pgddb_settings import PGDDB_SETTINGS
from pgddb.session.settings.values import parse_value

SERVER_VERSION_NUMBER = 150010
SERVER_VERSION = f"15.10 (pgddb {__version__})"
"""What clients parse: the number before the first space decides which SQL they send."""

REPORTED = (
    "application_name",
    "client_encoding",
    "DateStyle",
    "default_transaction_read_only",
    "in_hot_standby",
    "integer_datetimes",
    "IntervalStyle",
    "is_superuser",
    "server_encoding",
    "server_version",
    "session_authorization",
    "standard_conforming_strings",
    "TimeZone",
)
"""What PostgreSQL 15 tells by ParameterStatus, in the order in which it does."""


_DIFFERENCES: dict[str, dict[str, Any]] = {
    "client_encoding": {"default": "UTF8", "check": check_client_encoding},
    "data_checksums": {"default": False},
    "DateStyle": {"check": check_date_style, "is_list": True},
    "TimeZone": {"default": "UTC", "check": check_time_zone},
    "jit": {"default": False},
    "lc_messages": {"default": "C", "only": ("C", "")},
    "lc_monetary": {"only": ("C", "")},
    "lc_numeric": {"only": ("C", "")},
    "lc_time": {"only": ("C", "")},
    "log_timezone": {"default": "UTC"},
    "max_stack_depth": {"default": 2048},
    "array_nulls": {"only": (True,)},
    "default_table_access_method": {"default": "dynamodb"},
    "local_preload_libraries": {"is_list": True, "quotes": True},
    "quote_all_identifiers": {"only": (False,)},
    "search_path": {"check": check_search_path, "is_list": True, "quotes": True},
    "server_encoding": {"default": "UTF8"},
    "server_version": {"default": SERVER_VERSION},
    "server_version_num": {"default": SERVER_VERSION_NUMBER},
    "ssl": {"default": False},
    "standard_conforming_strings": {"only": (True,)},
    "temp_tablespaces": {"is_list": True, "quotes": True},
    "timezone_abbreviations": {"default": "Default"},
    "transform_null_equals": {"only": (False,)},
    "unix_socket_directories": {"default": ""},
}
"""Where pgddb's defaults and limits are not PostgreSQL's; `only` names what is carried out of a setting that counts."""

_SESSION_SETTINGS = (
    Setting("is_superuser", SettingType.BOOL, default=True, context=SettingContext.INTERNAL, hidden=True),
    Setting("session_authorization", SettingType.STRING, default="", hidden=True),
    Setting("role", SettingType.STRING, default="none", hidden=True),
    Setting(
        "seed",
        SettingType.REAL,
        default=0.0,
        minimum=-1.0,
        maximum=1.0,
        hidden=True,
        only=(0.0,),
        description="Sets the seed for random-number generation.",
    ),
)
"""Settings that PostgreSQL keeps out of SHOW ALL."""


def _from_row(row: dict[str, str]) -> Setting:
    setting = Setting(
        name=row["name"],
        type=SettingType(row["vartype"]),
        default="",
        context=SettingContext(row["context"]),
        unit=row["unit"] or None,
        minimum=_limit(row["min_val"]),
        maximum=_limit(row["max_val"]),
        choices=tuple(row["enumvals"].split("|")) if row["enumvals"] else (),
        category=row["category"],
        description=row["description"],
    )
    return replace(setting, default=parse_value(setting, row["default"]))


def _limit(text: str) -> float | None:
    if not text:
        return None
    return float(text) if any(mark in text for mark in ".e") else int(text)


def _read_table() -> list[Setting]:
    text = resources.files("pgddb.session.settings").joinpath("postgres.tsv").read_text(encoding="utf-8")
    lines = text.splitlines()
    columns = lines[0].split("\t")
    return [_from_row(dict(zip(columns, line.split("\t"), strict=True))) for line in lines[1:]]


def _build() -> Mapping[str, Setting]:
    settings = [*_read_table(), *_SESSION_SETTINGS, *PGDDB_SETTINGS]
    registry: dict[str, Setting] = {}
    for setting in settings:
        differences = {**_DIFFERENCES.get(setting.name, {}), "reported": setting.name in REPORTED}
        registry[setting.name.lower()] = replace(setting, **differences)
    return MappingProxyType(dict(sorted(registry.items())))


SETTINGS: Mapping[str, Setting] = _build()
"""Every setting by its name in lower case."""
