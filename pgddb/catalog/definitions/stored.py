"""Write definitions as rows of text for the catalog file, and read them back."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

import msgspec

from pgddb.access.view import View
from pgddb.catalog.definitions.objects import (
    Comment,
    DeclaredColumns,
    DefinedObject,
    Definitions,
    Extension,
    ForeignTable,
    Schema,
    Server,
    UserMapping,
    key_of,
)

Row = tuple[str, str, str]
"""Kind, key, object; the latter two as JSON."""

_KINDS: dict[str, type[DefinedObject]] = {
    "extension": Extension,
    "schema": Schema,
    "server": Server,
    "user mapping": UserMapping,
    "foreign table": ForeignTable,
    "view": View,
    "columns": DeclaredColumns,
    "comment": Comment,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def rows_of(definitions: Definitions) -> list[Row]:
    """Give one row for each object."""
    return [
        (_NAMES[type(one)], msgspec.json.encode(key).decode(), msgspec.json.encode(one).decode())
        for key, one in definitions.objects.items()
    ]


def definitions_of(rows: Iterable[tuple[str, str]]) -> Definitions:
    """Read the kinds and objects of rows."""
    objects = [msgspec.json.decode(text, type=_KINDS[kind]) for kind, text in rows]
    return Definitions(MappingProxyType({key_of(one): one for one in objects}))
