"""Make JSON of arrays of text, and arrays of JSON.

Source: https://www.postgresql.org/docs/15/functions-json.html
"""

from __future__ import annotations

import json

from pgddb.errors import ArraySubscriptError, NullValueNotAllowed
from pgddb.pgtypes.array_text import write_array
from pgddb.sql.functions.jsonb import read_json, text_of
from pgddb.sql.functions.scalar import ScalarFunction, by_value


def array_text(text: str) -> str:
    """Write a JSON array as the text of an array; dimensions nest.

    >>> array_text('[1, "a b", null]')
    '{1,"a b",NULL}'
    """
    value = read_json(text)
    if not isinstance(value, list):
        return text_of(value) or "{}"
    return write_array(value, lambda element: text_of(element) or "", ",")


def object_of(parts: list[str | None]) -> str:
    """Do json_object of keys and values in turn.

    >>> object_of(["a", "1", "b", None])
    '{"a" : "1", "b" : null}'
    """
    if len(parts) % 2:
        raise ArraySubscriptError("array must have even number of elements")
    return object_of_two(parts[::2], parts[1::2])


def object_of_two(keys: list[str | None], values: list[str | None]) -> str:
    """Do json_object of an array of keys and one of values."""
    if len(keys) != len(values):
        raise ArraySubscriptError("mismatched array dimensions")
    if None in keys:
        raise NullValueNotAllowed("null value not allowed for object key")
    pairs = (f"{_quoted(key)} : {_quoted(value)}" for key, value in zip(keys, values, strict=True))
    return "{" + ", ".join(pairs) + "}"


def _quoted(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False)


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_json_array_text", ("VARCHAR",), "VARCHAR", array_text),
    by_value("pgddb_json_object_of", ("VARCHAR[]",), "VARCHAR", object_of),
    by_value("pgddb_json_object_of_two", ("VARCHAR[]", "VARCHAR[]"), "VARCHAR", object_of_two),
)
