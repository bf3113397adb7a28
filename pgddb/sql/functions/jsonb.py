"""Change and compare jsonb values as PostgreSQL does.

A jsonb value travels as its canonical text: keys ordered by length, then bytes,
`", "` and `": "` between, numbers as they were written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal

from pgddb.errors import InvalidParameterValue, InvalidTextRepresentation
from pgddb.sql.functions.scalar import ScalarFunction, by_value

Value = object


def read_json(text: str) -> Value:
    """Read a JSON text; numbers become int or Decimal.

    Raises:
        InvalidTextRepresentation: the text is no JSON.
    """
    try:
        value: Value = json.loads(text, parse_float=_exact_number, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidTextRepresentation("invalid input syntax for type json") from error
    if _DOUBTFUL_ESCAPE.search(text):
        _require_characters(value)
    return value


_DOUBTFUL_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def _require_characters(value: Value) -> None:
    """Refuse texts with halves of surrogate pairs. The character 0 passes, as items may hold it."""
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise InvalidTextRepresentation(
                "invalid input syntax for type json", detail="Unicode low surrogate must follow a high surrogate."
            )
    elif isinstance(value, dict):
        for name, inner in value.items():
            _require_characters(name)
            _require_characters(inner)
    elif isinstance(value, list):
        for inner in value:
            _require_characters(inner)


def _exact_number(text: str) -> Decimal:
    return Decimal(text)


def _refuse_constant(text: str) -> Value:
    raise ValueError(text)


def write_jsonb(value: Value) -> str:
    """Write a value as jsonb's text.

    >>> write_jsonb(read_json('{"bb":1.50,"a":[1,null,"é"]}'))
    '{"a": [1, null, "é"], "bb": 1.50}'
    """
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return "{" + ", ".join(f"{_quote(key)}: {write_jsonb(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(write_jsonb, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, int) else _quote(str(value))


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def canonical(text: str) -> str:
    """Give the canonical text of a JSON text."""
    return write_jsonb(read_json(text))


def _changed(change: Callable[..., Value]) -> Callable[..., str]:
    """Make a function of texts from one that changes a value."""

    def function(text: str, *arguments: object) -> str:
        return write_jsonb(change(read_json(text), *arguments))

    return function


def concatenate(left: str, right: str) -> str:
    """Do jsonb || jsonb."""
    one, other = read_json(left), read_json(right)
    if isinstance(one, dict) and isinstance(other, dict):
        return write_jsonb({**one, **other})
    return write_jsonb([*(one if isinstance(one, list) else [one]), *(other if isinstance(other, list) else [other])])


def delete_key(value: Value, key: str) -> Value:
    """Do jsonb - text."""
    if isinstance(value, dict):
        return {name: inner for name, inner in value.items() if name != key}
    if isinstance(value, list):
        return [inner for inner in value if inner != key]
    raise InvalidParameterValue("cannot delete from scalar")


def delete_keys(value: Value, keys: list[str]) -> Value:
    """Do jsonb - text[]."""
    for key in keys:
        value = delete_key(value, key)
    return value


def delete_index(value: Value, index: int) -> Value:
    """Do jsonb - integer."""
    if isinstance(value, dict):
        raise InvalidParameterValue("cannot delete from object using integer index")
    if not isinstance(value, list):
        raise InvalidParameterValue("cannot delete from scalar")
    index = index + len(value) if index < 0 else index
    return [inner for at, inner in enumerate(value) if at != index]


def delete_path(value: Value, path: list[str]) -> Value:
    """Do jsonb #- text[]."""
    if not isinstance(value, dict | list):
        raise InvalidParameterValue("cannot delete path in scalar")
    if not path:
        return value
    key = _place(value, path[0], 1)
    if key is None:
        return value
    changed = value.copy()
    if len(path) == 1:
        del changed[key]  # type: ignore[arg-type]  # the key fits the container, by _place
    elif isinstance(value[key], dict | list):  # type: ignore[index]  # as above
        changed[key] = delete_path(value[key], path[1:])  # type: ignore[index]  # as above
    return changed


def _place(value: dict[str, Value] | list[Value], step: str, number: int) -> str | int | None:
    """Find the key or the index that a step of a path names, None if there is none."""
    if isinstance(value, dict):
        return step if step in value else None
    if not re.fullmatch(r"\s*[-+]?\d+", step):
        raise InvalidTextRepresentation(f'path element at position {number} is not an integer: "{step}"')
    index = int(step)
    return index if -len(value) <= index < len(value) else None


def set_path(value: Value, path: list[str], new: str, *, create: bool) -> Value:
    """Do jsonb_set."""
    return _replaced(value, path, read_json(new), create=create, number=1)


def _replaced(value: Value, path: list[str], new: Value, *, create: bool, number: int) -> Value:
    if not isinstance(value, dict | list):
        if number == 1:
            raise InvalidParameterValue("cannot set path in scalar")
        return value
    if not path:
        return value
    key = _place(value, path[0], number)
    changed = value.copy()
    if key is not None:
        inner = value[key]  # type: ignore[index]  # the key fits the container, by _place
        whole = len(path) == 1
        changed[key] = new if whole else _replaced(inner, path[1:], new, create=create, number=number + 1)  # type: ignore[index]  # as above
        return changed
    if len(path) > 1 or not create:
        return value
    if isinstance(changed, dict):
        changed[path[0]] = new
    else:
        changed.insert(0 if int(path[0]) < 0 else len(changed), new)
    return changed


def insert_at(value: Value, path: list[str], new: str, *, after: bool) -> Value:
    """Do jsonb_insert."""
    if not isinstance(value, dict | list):
        raise InvalidParameterValue("cannot set path in scalar")
    if not path:
        return value
    if len(path) > 1:
        key = _place(value, path[0], 1)
        if key is None:
            return value
        changed = value.copy()
        changed[key] = insert_at(value[key], path[1:], new, after=after)  # type: ignore[index]  # as above
        return changed
    if isinstance(value, dict):
        if path[0] in value:
            raise InvalidParameterValue("cannot replace existing key")
        return {**value, path[0]: read_json(new)}
    index = int(path[0])
    index = index + len(value) if index < 0 else index
    index = max(0, min(index + (1 if after else 0), len(value)))
    return [*value[:index], read_json(new), *value[index:]]


def without_nulls(value: Value) -> Value:
    """Do jsonb_strip_nulls."""
    if isinstance(value, dict):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


def contains(left: str, right: str) -> bool:
    """Do jsonb @> jsonb."""
    one, other = read_json(left), read_json(right)
    if isinstance(one, list) and not isinstance(other, dict | list):
        return any(_equal(inner, other) for inner in one)
    return _contains(one, other)


def _contains(one: Value, other: Value) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return all(key in one and _contains(one[key], inner) for key, inner in other.items())
    if isinstance(one, list) and isinstance(other, list):
        return all(any(_contains(mine, theirs) for mine in one) for theirs in other)
    return _equal(one, other)


def _equal(one: Value, other: Value) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def has_key(text: str, key: str) -> bool:
    """Do jsonb ? text."""
    value = read_json(text)
    return key in value if isinstance(value, dict | list) else value == key


def extract_path(text: str, path: list[str]) -> str | None:
    """Do jsonb #> text[]."""
    found, value = walk(read_json(text), path)
    return write_jsonb(value) if found else None


def extract_path_text(text: str, path: list[str]) -> str | None:
    """Do jsonb #>> text[]."""
    found, value = walk(read_json(text), path)
    return text_of(value) if found else None


def walk(value: Value, path: list[str]) -> tuple[bool, Value]:
    """Follow a path and say whether something is there, and what."""
    for step in path:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and re.fullmatch(r"-?\d+", step) and -len(value) <= int(step) < len(value):
            value = value[int(step)]
        else:
            return False, None
    return True, value


def text_of(value: Value) -> str | None:
    """Give what ->> gives for a value."""
    if value is None:
        return None
    return value if isinstance(value, str) else write_jsonb(value)


def pretty(text: str) -> str:
    """Do jsonb_pretty."""
    return _pretty(read_json(text), 0)


def _pretty(value: Value, depth: int) -> str:
    inner, outer = "\n" + "    " * (depth + 1), "\n" + "    " * depth
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        parts = [f"{_quote(key)}: {_pretty(value[key], depth + 1)}" for key in keys]
        return "{" + ",".join(inner + part for part in parts) + outer + "}"
    if isinstance(value, list):
        return "[" + ",".join(inner + _pretty(part, depth + 1) for part in value) + outer + "]"
    return write_jsonb(value)


def kind_of(text: str) -> str:
    """Do jsonb_typeof."""
    value = read_json(text)
    if isinstance(value, bool):
        return "boolean"
    names: dict[type, str] = {dict: "object", list: "array", str: "string", type(None): "null"}
    return names.get(type(value), "number")


def elements(text: str) -> list[str]:
    """Do jsonb_array_elements."""
    return [write_jsonb(value) for value in _array(text)]


def elements_text(text: str) -> list[str | None]:
    """Do jsonb_array_elements_text."""
    return [text_of(value) for value in _array(text)]


def _array(text: str) -> list[Value]:
    value = read_json(text)
    if not isinstance(value, list):
        what = "an object" if isinstance(value, dict) else "a scalar"
        raise InvalidParameterValue(f"cannot extract elements from {what}")
    return value


def array_length(text: str) -> int:
    """Do jsonb_array_length."""
    value = read_json(text)
    if not isinstance(value, list):
        what = "non-array" if isinstance(value, dict) else "scalar"
        raise InvalidParameterValue(f"cannot get array length of a {what}")
    return len(value)


def keys(text: str) -> list[str]:
    """Do jsonb_object_keys."""
    value = read_json(text)
    if not isinstance(value, dict):
        what = "an array" if isinstance(value, list) else "a scalar"
        raise InvalidParameterValue(f"cannot call jsonb_object_keys on {what}")
    return sorted(value, key=lambda key: (len(key.encode()), key.encode()))


def _set(text: str, path: list[str], new: str, create: bool) -> str:  # noqa: FBT001 - called by position from SQL
    return write_jsonb(set_path(read_json(text), path, new, create=create))


def _insert(text: str, path: list[str], new: str, after: bool) -> str:  # noqa: FBT001 - called by position from SQL
    return write_jsonb(insert_at(read_json(text), path, new, after=after))


def scalar_text(text: str, wanted: str, target: str) -> str:
    """Give the text of a number or boolean that is cast to an SQL type.

    >>> scalar_text("1.5", "number", "numeric")
    '1.5'
    """
    kind = kind_of(text)
    if kind != wanted:
        shown = {"object": "object", "array": "array"}.get(kind, kind)
        raise InvalidParameterValue(f"cannot cast jsonb {shown} to type {target}")
    return text


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_jsonb", ("VARCHAR",), "VARCHAR", canonical),
    by_value("pgddb_jsonb_scalar", ("VARCHAR", "VARCHAR", "VARCHAR"), "VARCHAR", scalar_text),
    by_value("pgddb_jsonb_concatenate", ("VARCHAR", "VARCHAR"), "VARCHAR", concatenate),
    by_value("pgddb_jsonb_delete_key", ("VARCHAR", "VARCHAR"), "VARCHAR", _changed(delete_key)),
    by_value("pgddb_jsonb_delete_keys", ("VARCHAR", "VARCHAR[]"), "VARCHAR", _changed(delete_keys)),
    by_value("pgddb_jsonb_delete_index", ("VARCHAR", "BIGINT"), "VARCHAR", _changed(delete_index)),
    by_value("pgddb_jsonb_delete_path", ("VARCHAR", "VARCHAR[]"), "VARCHAR", _changed(delete_path)),
    by_value("pgddb_jsonb_set", ("VARCHAR", "VARCHAR[]", "VARCHAR", "BOOLEAN"), "VARCHAR", _set),
    by_value("pgddb_jsonb_insert", ("VARCHAR", "VARCHAR[]", "VARCHAR", "BOOLEAN"), "VARCHAR", _insert),
    by_value("pgddb_jsonb_strip_nulls", ("VARCHAR",), "VARCHAR", _changed(without_nulls)),
    by_value("pgddb_jsonb_contains", ("VARCHAR", "VARCHAR"), "BOOLEAN", contains),
    by_value("pgddb_jsonb_has_key", ("VARCHAR", "VARCHAR"), "BOOLEAN", has_key),
    by_value("pgddb_jsonb_extract_path", ("VARCHAR", "VARCHAR[]"), "VARCHAR", extract_path),
    by_value("pgddb_jsonb_extract_path_text", ("VARCHAR", "VARCHAR[]"), "VARCHAR", extract_path_text),
    by_value("pgddb_jsonb_pretty", ("VARCHAR",), "VARCHAR", pretty),
    by_value("pgddb_jsonb_typeof", ("VARCHAR",), "VARCHAR", kind_of),
    by_value("pgddb_jsonb_elements", ("VARCHAR",), "VARCHAR[]", elements),
    by_value("pgddb_jsonb_elements_text", ("VARCHAR",), "VARCHAR[]", elements_text),
    by_value("pgddb_jsonb_array_length", ("VARCHAR",), "INTEGER", array_length),
    by_value("pgddb_jsonb_keys", ("VARCHAR",), "VARCHAR[]", keys),
)
