"""Say a message in one line, in the spirit of libpq's PQtrace, without its secrets.

Bytes are parameter values, rows, COPY data, passwords and keys: of these only the
length is shown. Error texts quote values, so of these too. Query texts are shown.

Source: https://www.postgresql.org/docs/15/libpq-control.html#LIBPQ-PQTRACE
"""

from __future__ import annotations

from enum import Enum
from typing import Literal

from pgddb.protocol.messages.notices import FIELD_LETTERS, Diagnostics
from pgddb.protocol.messages.registry import BackendMessage, FrontendMessage
from pgddb.protocol.messages.rows import FieldDescription
from pgddb.protocol.messages.simple_query import NotificationResponse

SHOWN_DIAGNOSTICS = frozenset({"sqlstate", "position"})


def trace_line(sender: Literal["F", "B"], message: FrontendMessage | BackendMessage) -> str:
    r"""Describe a message: who sent it, its length as on the wire, its name, what it holds.

    >>> from pgddb.protocol.messages.extended_query import Bind, Execute
    >>> trace_line("F", Execute("", 5))
    'F\t9\tExecute\t"" 5'
    >>> trace_line("F", Bind("", "s1", (0,), (b"secret", None), ()))
    'F\t30\tBind\t"" "s1" [0] [<6 bytes> NULL] []'
    """
    length = len(message.encode()) - hasattr(message, "tag")
    if isinstance(message, NotificationResponse):
        contents = f"{message.process_id} {_show(message.channel)} <{len(message.payload)} characters>"
    else:
        contents = _show_parts(message)
    return f"{sender}\t{length}\t{type(message).__name__}\t{contents}".rstrip()


def trace_encoded(encoded: bytes | bytearray | memoryview) -> str:
    """Describe rows that were encoded elsewhere."""
    return f"B\t{len(encoded)}\tencoded rows"


def _show(value: object) -> str:
    match value:
        case bytes():
            shown = f"<{len(value)} bytes>"
        case str():
            shown = '"' + value.encode("unicode_escape").decode().replace('"', '\\"') + '"'
        case Enum():
            shown = str(value.value)
        case tuple():
            shown = "[" + " ".join(map(_show, value)) + "]"
        case Diagnostics():
            shown = _show_diagnostics(value)
        case FieldDescription():
            shown = "(" + _show_parts(value) + ")"
        case _:
            shown = "NULL" if value is None else str(value)
    return shown


def _show_parts(message: FrontendMessage | BackendMessage | FieldDescription) -> str:
    return " ".join(_show(getattr(message, name)) for name in type(message).__match_args__)


def _show_diagnostics(diagnostics: Diagnostics) -> str:
    shown = [f"S {_show(diagnostics.severity)}"]
    for letter, name in FIELD_LETTERS.items():
        value = getattr(diagnostics, name)
        if value is not None:
            shown.append(f"{letter} {_show(value) if name in SHOWN_DIAGNOSTICS else f'<{len(str(value))} characters>'}")
    return " ".join(shown)
