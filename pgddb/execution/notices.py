"""Say what a statement asks of DynamoDB: a warning before a dear scan, a bill after every read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """What a NoticeResponse says; `severity` is NOTICE or WARNING, unfiltered by client_min_messages."""

    severity: str
    message: str
    detail: str | None = None
    hint: str | None = None
    sqlstate: str = "00000"
