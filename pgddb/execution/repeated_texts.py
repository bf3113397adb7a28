"""Give the engine a statement with its values apart, where the result is small and may be asked for again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pgddb.access.path import AccessPath, BatchGet, ItemGet, NoRead, PartitionQuery
from pgddb.engine import PreparableText
from pgddb.planner.template import ParameterSlot, SqlTemplate

SMALL_ITEMS = 2000
"""A prepared statement keeps its whole result in memory, so only reads up to so many items are prepared."""

_TYPED_LITERAL = re.compile(r"CAST\((?:'(?:[^']|'')*'|-?[0-9]+|NULL) AS ([A-Z0-9_ ]+(?:\([0-9, ]+\))?(?:\[\])*)\)")


def preparable(template: SqlTemplate, literals: Sequence[str], paths: Iterable[AccessPath]) -> PreparableText | None:
    """Give the text with `CAST($n AS type)` for every literal of a plain form; others stay in it.

    >>> _place("CAST('5' AS VARCHAR)", 1)
    'CAST($1 AS VARCHAR)'
    """
    reads = list(paths)
    if not reads or not all(map(_is_small, reads)):
        return None
    arguments: list[str] = []
    places: list[str] = []
    used = {segment.number for segment in template.segments if isinstance(segment, ParameterSlot)}
    for number, literal in enumerate(literals, 1):
        place = _place(literal, len(arguments) + 1) if number in used else None
        if place is not None:
            arguments.append(literal)
        places.append(place or literal)
    return PreparableText(template.render(places), tuple(arguments))


def _place(literal: str, number: int) -> str | None:
    typed = _TYPED_LITERAL.fullmatch(literal)
    return None if typed is None else f"CAST(${number} AS {typed[1]})"


def _is_small(path: AccessPath) -> bool:
    if path.limit is not None and path.limit <= SMALL_ITEMS:
        return True
    match path.read:
        case ItemGet() | NoRead():
            return True
        case BatchGet(keys=keys):
            return len(keys) <= SMALL_ITEMS
        case PartitionQuery():
            return path.estimate.items <= SMALL_ITEMS
        case _:
            return False
