"""Group PostgreSQL's types, and choose the type in which two of them meet.

Source: https://www.postgresql.org/docs/15/typeconv-union-case.html
"""

from __future__ import annotations

from collections.abc import Iterable

TIMESTAMP = "timestamp without time zone"
TIMESTAMPTZ = "timestamp with time zone"
TIME = "time without time zone"
TIMETZ = "time with time zone"
DOUBLE = "double precision"

INTEGERS = frozenset(["smallint", "integer", "bigint"])
NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", DOUBLE)
"""In the order of implicit casts: each goes to every later one."""
TEXTS = frozenset(["text", "character varying", "character", "name", '"char"', "unknown"])
MOMENTS = frozenset(["date", TIMESTAMP, TIMESTAMPTZ])
JSONS = frozenset(["json", "jsonb"])
BITS = frozenset(["bit", "bit varying"])
ADDRESSES = frozenset(["inet", "cidr"])
MACS = frozenset(["macaddr", "macaddr8"])
NAMED_OIDS = frozenset(
    ["regclass", "regtype", "regproc", "regprocedure", "regnamespace", "regrole", "regoper", "regoperator"]
)
"""Oids that are written and read as names."""
OIDS = NAMED_OIDS | {"oid"}


VECTORS = {"int2vector": "smallint", "oidvector": "oid"}
"""Types of their elements, which are counted from 0."""


def is_array(name: str | None) -> bool:
    """Say whether a type is an array."""
    return name is not None and name.endswith("[]")


def element_of(name: str | None) -> str | None:
    """Give the type of an array's elements, or of a vector's."""
    if name is None or not name.endswith("[]"):
        return VECTORS.get(name or "")
    return name[:-2]


def number_of(left: str, right: str) -> str | None:
    """Give the type in which arithmetic of two numbers happens, None if one is no number."""
    if left not in NUMBERS or right not in NUMBERS:
        return None
    if left == right:
        return left
    wider = max(left, right, key=NUMBERS.index)
    return DOUBLE if wider == "real" else wider


def common(types: Iterable[str | None]) -> str | None:
    """Give the type that CASE, COALESCE, UNION and ARRAY give to mixed inputs; None if one is not known."""
    chosen: str | None = "unknown"
    for name in types:
        if name is None or chosen is None:
            return None
        chosen = _wider(chosen, name)
    return "text" if chosen == "unknown" else chosen


def _wider(left: str, right: str) -> str:
    if left in ("unknown", right):
        return right
    if right == "unknown":
        return left
    if left in NUMBERS and right in NUMBERS:
        return max(left, right, key=NUMBERS.index)
    if left in MOMENTS and right in MOMENTS:
        return max(left, right, key=[*("date", TIMESTAMP, TIMESTAMPTZ)].index)
    if left in TEXTS and right in TEXTS:
        return right if (left, right) in _TEXTS_TO_SECOND or left == '"char"' else left
    return left


_TEXTS_TO_SECOND = frozenset([("character varying", "name"), ("character", "name")])
"""Texts that meet in the second type: casts between the others go both ways in silence, so the first type stays."""
