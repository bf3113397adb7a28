"""Read the hints of a statement, `/*+ index(t by_name) no_index(t by_name) scan(t) */`, and indexes named as relations.

A hint names a table as the statement calls it. It changes the choice among sound access paths only: an index that
may lose a row is not used for a hint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pgddb.access.table import Carrier, Index, TableSchema

_COMMENT = re.compile(r"/\*\+(.*?)\*/", re.DOTALL)
_CALL = re.compile(r"(\w+)\s*\(([^()]*)\)")
_WORD = re.compile(r'"((?:[^"]|"")+)"|([^\s,"]+)')
_THROUGH = "through_index"
"""Option of a table schema that stands for an index as a relation."""


@dataclass(frozen=True, slots=True)
class ReadHints:
    """What the statement wants for one table reference.

    Attributes:
        indexes: use one of these if any is given.
        without: do not use these; "*" stands for all.
        scan: scan the table itself.
    """

    indexes: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    scan: bool = False

    def refuses(self, index: Index | None, *, is_scan: bool) -> str | None:
        """Say why a read through an index, or of the table itself (None), is not wanted."""
        if self.scan and (index is not None or not is_scan):
            return "the hint asks for a scan of the table"
        if self.indexes and (index is None or index.name not in self.indexes):
            return "the hint asks for another index"
        if index is not None and (index.name in self.without or "*" in self.without):
            return "a hint forbids it"
        return None


NO_HINTS = ReadHints()


def read_hints(text: str) -> Mapping[str, ReadHints]:
    """Give the hints in the comments of a statement's text, by the name of the table reference in lower case.

    >>> read_hints("SELECT /*+ index(o by_day) scan(u) */ 1")["o"].indexes
    frozenset({'by_day'})
    """
    found: dict[str, ReadHints] = {}
    if "/*+" not in text:
        return found
    for comment in _COMMENT.finditer(text):
        for call in _CALL.finditer(comment[1]):
            words = [quoted.replace('""', '"') or plain for quoted, plain in _WORD.findall(call[2])]
            if words:
                name = words[0].lower()
                found[name] = _with_hint(found.get(name, NO_HINTS), call[1].lower(), words[1:])
    return found


def _with_hint(hints: ReadHints, word: str, names: list[str]) -> ReadHints:
    match word:
        case "index":
            return replace(hints, indexes=hints.indexes | set(names))
        case "no_index":
            return replace(hints, without=hints.without | set(names or ["*"]))
        case "scan":
            return replace(hints, scan=True)
        case _:
            return hints


def index_relation(table: TableSchema, index_name: str) -> TableSchema | None:
    """Give an index as a relation of its own, `"Orders@by_day"`: its items, with the attributes that it holds."""
    index = table.index_by_name.get(index_name)
    if index is None:
        return None
    columns = tuple(
        column
        for column in table.columns
        if column.carrier in (Carrier.DOCUMENT, Carrier.KEY_JSON) or index.holds(str(column.path[0]), table.keys)
    )
    name = f"{table.name}@{index.name}"
    return replace(table, name=name, columns=columns, options=(*table.options, (_THROUGH, index.name)))


def through_index(table: TableSchema) -> Index | None:
    """Give the index that a table schema stands for, or None for a table."""
    for option, value in reversed(table.options):
        if option == _THROUGH:
            return table.index_by_name[value]
    return None
