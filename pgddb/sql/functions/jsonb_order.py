"""Order jsonb values as PostgreSQL's btree operators do.

Source: compareJsonbContainers in src/backend/utils/adt/jsonb_util.c of PostgreSQL 15.
"""

from __future__ import annotations

from pgddb.sql.functions.jsonb import Value, read_json
from pgddb.sql.functions.scalar import ScalarFunction, by_value

_ORDER = {"null": 0, "string": 1, "number": 2, "boolean": 3, "array": 4, "object": 5}
"""As JsonbValue's types sort; an empty array goes before everything."""


def compare(left: str, right: str) -> int:
    """Compare as jsonb's btree operators do: below, equal, above.

    >>> compare("1.0", "1"), compare("[]", "null"), compare('"b"', '"a"')
    (0, -1, 1)
    """
    return _compared(read_json(left), read_json(right))


def _compared(one: Value, other: Value) -> int:
    ranks = [_rank(value) for value in (one, other)]
    if ranks[0] != ranks[1]:
        return -1 if ranks[0] < ranks[1] else 1
    if isinstance(one, dict) and isinstance(other, dict):
        return _first_difference(_members(one), _members(other))
    if isinstance(one, list) and isinstance(other, list):
        return _first_difference(one, other)
    if one is None or one == other:
        return 0
    if isinstance(one, str) and isinstance(other, str):
        return -1 if one.encode() < other.encode() else 1
    return -1 if one < other else 1  # type: ignore[operator]  # of the same kind, by their ranks


def _rank(value: Value) -> int:
    if value == []:
        return -1
    return _ORDER[_kind(value)]


def _kind(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "number"


def _members(value: dict[str, Value]) -> list[Value]:
    """Give names and values in turn, as jsonb stores them."""
    names = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
    return [part for name in names for part in (name, value[name])]


def _first_difference(one: list[Value], other: list[Value]) -> int:
    if len(one) != len(other):
        return -1 if len(one) < len(other) else 1
    return next((found for left, right in zip(one, other, strict=True) if (found := _compared(left, right))), 0)


FUNCTIONS: tuple[ScalarFunction, ...] = (by_value("pgddb_jsonb_compare", ("VARCHAR", "VARCHAR"), "INTEGER", compare),)
