"""Turn a session's settings into what execution and the text form of values need of them."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping

from msgspec import Struct
from typing_extensions import override

from pgddb.access.mutation import WriteMode
from pgddb.execution import Budget, ExecutionSettings, InsertMode, Pace, WriteSettings
from pgddb.pgtypes import OutputStyle
from pgddb.planner.plan_nodes import PlanScope, ReadSettings
from pgddb.session.settings import SERVER_VERSION, SETTINGS, SettingStore
from pgddb.session.settings.checks import split_identifiers
from pgddb.session.settings.values import show_value
from pgddb.sql import SessionContext

VERSION_TEXT = (
    f"PostgreSQL {SERVER_VERSION} on {platform.machine()}-{platform.system().lower()}, "
    f"compiled by Python {platform.python_version()}, 64-bit"
)
"""What version() says; clients look for the number after PostgreSQL."""


def output_style(settings: SettingStore) -> OutputStyle:
    """Give the settings that the text form of values depends on."""
    return OutputStyle(
        time_zone=settings.show("TimeZone"),
        date_style=settings.show("DateStyle"),
        interval_style=settings.show("IntervalStyle"),
        extra_float_digits=int(settings.number("extra_float_digits")),
        bytea_output=settings.show("bytea_output"),
        encoding=settings.show("client_encoding"),
    )


def search_path(settings: SettingStore, *, user: str) -> tuple[str, ...]:
    """Give the schemas that unqualified names are looked up in."""
    names = split_identifiers("search_path", settings.show("search_path"))
    return tuple(user if name == "$user" else name for name in names)


class SettingTexts(Mapping[str, str]):
    """Every setting as SHOW prints it, by its name in lower case; equal when all values are, and hashable."""

    def __init__(self, store: SettingStore) -> None:
        self._changed = store.changed_texts()
        self._key = frozenset(self._changed.items())

    @override
    def __getitem__(self, name: str) -> str:
        changed = self._changed.get(name)
        if changed is not None:
            return changed
        setting = SETTINGS[name]
        return show_value(setting, setting.default)

    @override
    def __iter__(self) -> Iterator[str]:
        return iter({**SETTINGS, **self._changed})

    @override
    def __len__(self) -> int:
        return len({**SETTINGS, **self._changed})

    @override
    def __hash__(self) -> int:
        return hash(self._key)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, SettingTexts) and self._key == other._key


class Identity(Struct, frozen=True):
    """Who the session is, and where."""

    user: str = ""
    database: str = ""
    process_id: int = 0
    client: tuple[str, int] | None = None
    server: tuple[str, int] | None = None


def session_context(settings: SettingStore, identity: Identity) -> SessionContext:
    """Give what a statement can ask about its session."""
    client, server = identity.client or (None, None), identity.server or (None, None)
    return SessionContext(
        user=identity.user,
        session_user=identity.user,
        database=identity.database,
        search_path=search_path(settings, user=identity.user),
        backend_pid=identity.process_id,
        server_version=VERSION_TEXT,
        settings=SettingTexts(settings),
        client_address=client[0],
        client_port=client[1],
        server_address=server[0],
        server_port=server[1],
    )


def execution_settings(settings: SettingStore, identity: Identity) -> ExecutionSettings:
    """Give what a statement must know of the settings."""
    price = settings.number("pgddb.price_read_million")
    return ExecutionSettings(
        scope=PlanScope(session_context(settings, identity)),
        reads=ReadSettings(
            consistent=settings.value("pgddb.consistency") == "strong",
            key_driven=settings.value("pgddb.key_driven") is True,
            segments=int(settings.number("pgddb.scan_segments")),
            units_per_second=settings.number("pgddb.max_read_units_per_second") or None,
        ),
        time_zone=settings.show("TimeZone"),
        warn_read_units=settings.number("pgddb.scan_warning_read_units"),
        deadline_seconds=timeout_seconds(settings, "statement_timeout"),
        pace=Pace(
            settings.number("pgddb.max_read_units_per_second") or None,
            settings.number("pgddb.read_capacity_share") or None,
        ),
        budget=Budget(settings.number("pgddb.max_cost") or None, settings.number("pgddb.max_read_units") or None),
        read_price=None if price < 0 else price,
        allow_ddl=settings.value("pgddb.allow_ddl") is True,
        writes=WriteSettings(
            insert_mode=InsertMode(settings.value("pgddb.insert_mode")),
            write_mode=WriteMode(settings.value("pgddb.write_mode")),
            optimistic=bool(settings.value("pgddb.optimistic_check")),
            allow_truncate=bool(settings.value("pgddb.allow_truncate")),
            max_dollars=settings.number("pgddb.max_write_cost") or None,
            max_megabytes=int(settings.number("pgddb.max_transaction_mb")),
            units_per_second=settings.number("pgddb.max_write_units_per_second") or None,
        ),
    )


def timeout_seconds(settings: SettingStore, name: str) -> float | None:
    """Give a timeout in seconds; 0 means none."""
    return settings.number(name) / 1000 or None
