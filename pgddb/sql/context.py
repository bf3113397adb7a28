"""Carry what the session knows into the rewriting of a statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SessionContext:
    """Who asks, where, and with which settings; `settings` has lower-case names and their SHOW texts."""

    user: str = "postgres"
    session_user: str = "postgres"
    database: str = "postgres"
    search_path: tuple[str, ...] = ("public",)
    backend_pid: int = 0
    server_version: str = "PostgreSQL 15.0 (pgddb)"
    settings: Mapping[str, str] = field(default_factory=dict)
    client_address: str | None = None
    client_port: int | None = None
    server_address: str | None = None
    server_port: int | None = None
