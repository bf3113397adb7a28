"""Hold the options of EXPLAIN and COPY, and the directions of FETCH."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class ExplainOptions:
    """What EXPLAIN shall show; None means PostgreSQL's default."""

    analyze: bool = False
    verbose: bool = False
    costs: bool = True
    settings: bool = False
    buffers: bool | None = None
    wal: bool = False
    timing: bool | None = None
    summary: bool | None = None
    format: str = "text"


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """The options of COPY; None means the default of the format."""

    format: str = "text"
    delimiter: str | None = None
    null: str | None = None
    header: str = "false"
    """"false", "true" or "match"."""
    quote: str | None = None
    escape: str | None = None
    force_quote: tuple[str, ...] = ()
    """Column names, or ("*",)."""
    force_not_null: tuple[str, ...] = ()
    force_null: tuple[str, ...] = ()
    encoding: str | None = None
    freeze: bool = False


class FetchDirection(Enum):
    """Which way FETCH goes; ABSOLUTE and RELATIVE jump."""

    FORWARD = "forward"
    BACKWARD = "backward"
    ABSOLUTE = "absolute"
    RELATIVE = "relative"
