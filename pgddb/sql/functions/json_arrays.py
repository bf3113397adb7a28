"""Make JSON of arrays of text, and arrays of JSON.

Source: https://www.postgresql.org/docs/15/functions-json.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pgddb.errors import ArraySubscriptError, InvalidParameterValue, NullValueNotAllowed
from pgddb.pgtypes.array_text import write_array
from pgddb.sql.functions.jsonb import Value, elements, keys, read_json, text_of, without_nulls, write_jsonb
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


_DECODER = json.JSONDecoder(strict=False)
_SPACE = re.compile(r"[ \t\n\r]*")


def raw_elements(text: str) -> list[str]:
    """Cut an array of json into its elements, each as it was written.

    >>> raw_elements('[1, {"b":  2}]')
    ['1', '{"b":  2}']
    """
    if not isinstance(read_json(text), list):
        return elements(text)  # raises
    return [raw for _, raw in _raw_parts(text)]


def raw_pairs(text: str) -> list[list[str]]:
    """Cut an object of json into its names and values, in their order, twice where a name stands twice."""
    if not isinstance(read_json(text), dict):
        keys(text)  # raises
    return [[key, raw] for key, raw in _raw_parts(text)]


def each(name: str, text: str) -> list[list[str | None]]:
    """Do json_each, jsonb_each and their like: give names and values.

    >>> each("jsonb_each", '{"b": 1.0, "a": "x"}'), each("json_each_text", '{"a": null}')
    ([['a', '"x"'], ['b', '1.0']], [['a', None]])
    """
    if not isinstance(read_json(text), dict):
        raise InvalidParameterValue(f"cannot call {name} on a non-object")
    found: list[list[str | None]] = []
    for key, raw in raw_pairs(text):
        value = read_json(raw)
        is_raw = isinstance(value, dict | list) and name.startswith("json_")
        shown = raw if is_raw else text_of(value)
        written = write_jsonb(value) if name == "jsonb_each" else raw
        found.append([key, shown if name.endswith("_text") else written])
    if name.startswith("json_"):
        return found
    return [pair for _, pair in sorted({str(pair[0]): pair for pair in found}.items(), key=_stored)]


def _stored(item: tuple[str, object]) -> tuple[int, bytes]:
    key = item[0].encode()
    return len(key), key


def raw_keys(text: str) -> list[str]:
    """Do json_object_keys."""
    return [key for key, _ in raw_pairs(text)]


def _raw_parts(text: str) -> Iterator[tuple[str, str]]:
    at = _after_space(text, _after_space(text, 0) + 1)
    while text[at] not in "]}":
        key, start = "", at
        if text[_after_space(text, 0)] == "{":
            key, end = _DECODER.raw_decode(text, at)
            start = _after_space(text, _after_space(text, end) + 1)
        _, end = _DECODER.raw_decode(text, start)
        yield key, text[start:end]
        at = _after_space(text, end)
        if text[at] == ",":
            at = _after_space(text, at + 1)


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    assert space is not None
    return space.end()


def without_nulls_compact(text: str) -> str:
    """Do json_strip_nulls, which writes no space."""
    return _compact(without_nulls(read_json(text)))


def _compact(value: Value) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(key)}:{_compact(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_compact, value)) + "]"
    return write_jsonb(value)


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_json_array_text", ("VARCHAR",), "VARCHAR", array_text),
    by_value("pgddb_json_raw_elements", ("VARCHAR",), "VARCHAR[]", raw_elements),
    by_value("pgddb_json_raw_pairs", ("VARCHAR",), "VARCHAR[][]", raw_pairs),
    by_value("pgddb_json_each", ("VARCHAR", "VARCHAR"), "VARCHAR[][]", each),
    by_value("pgddb_json_raw_keys", ("VARCHAR",), "VARCHAR[]", raw_keys),
    by_value("pgddb_json_strip_nulls", ("VARCHAR",), "VARCHAR", without_nulls_compact),
    by_value("pgddb_json_object_of", ("VARCHAR[]",), "VARCHAR", object_of),
    by_value("pgddb_json_object_of_two", ("VARCHAR[]", "VARCHAR[]"), "VARCHAR", object_of_two),
)
