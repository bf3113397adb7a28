"""Name a value that its column cannot hold, in the text of an engine error and back.

The text is `pgddb.misfit|schema|table|column|<typed value>`; `%` and `|` of the names are written %25 and %7C.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote

from msgspec import Struct

MARK = "pgddb.misfit|"


class Misfit(Struct, frozen=True):
    """A typed attribute value such as `{"S":"abc"}` that stands in a column of another type."""

    schema: str
    table: str
    column: str
    value: str


@lru_cache(maxsize=4096)
def misfit_prefix(schema: str, table: str, column: str) -> str:
    """Give the text that goes before the value."""
    return MARK + "".join(f"{name.replace('%', '%25').replace('|', '%7C')}|" for name in (schema, table, column))


def read_misfit(text: str) -> Misfit | None:
    """Read the text of an engine error, with or without the mark; None if it is another error."""
    fields = text[text.find(MARK) + len(MARK) :] if MARK in text else text
    parts = fields.split("|", 3)
    if len(parts) != 4:
        return None
    schema, table, column = (unquote(part) for part in parts[:3])
    return Misfit(schema, table, column, parts[3])
