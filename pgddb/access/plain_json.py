"""Read plain JSON as typed values, and write typed values as JSON that loses nothing.

JSON has text, number, boolean, null, array and object: they become S, N, BOOL, NULL, L and M. What JSON lacks is
written as an object of one tag:

    {"$binary": "AP8="}      B, in base64
    {"$set": ["a", "b"]}     SS, NS or BS, by its elements (those of a BS are {"$binary": ...})
    {"$list": [...]}         L, where an array would stay a set (below)
    {"$string": "AP8="}      S, where a string would stay a B (below)
    {"$map": {...}}          M, for a map that looks like one of these

`document` shows sets as arrays and B as base64 strings, without tags. So that what was read can be written back, a
value that is written over an old one keeps the old one's type where JSON does not tell: what reads as before stays as
it was, an array over a set stays a set, a string over a B stays a B. Where it cannot be one, that is an error, never
another type.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from pgddb.access.attribute_values import (
    NULL_VALUE,
    Item,
    TypedValue,
    base64_content,
    elements_of,
    set_of,
    stored_digits,
)
from pgddb.errors import (
    DataException,
    InvalidTextRepresentation,
    NumericValueOutOfRange,
    ProgramLimitExceeded,
    SqlError,
)

_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder().encode


def read_json(text: bytes | str) -> Any:
    """Decode plain JSON; numbers keep all digits.

    Raises:
        InvalidTextRepresentation: it is not JSON.
        NumericValueOutOfRange: a number has thousands of digits.
    """
    try:
        return _decode(text)
    except msgspec.ValidationError as error:
        raise NumericValueOutOfRange("a number of the document is out of range", detail=str(error)) from error
    except msgspec.DecodeError as error:
        raise InvalidTextRepresentation("invalid input syntax for type json", detail=str(error)) from error
    except RecursionError as error:
        raise _too_deep() from error


def typed_item_of_json(text: bytes | str, old: Item | None = None) -> Item:
    """Read a document, an object of attributes; `old` is the item that it was read from, if it was.

    Raises:
        DataException: it is no object, or a tag or the type of an old value does not fit.
        NumericValueOutOfRange: DynamoDB cannot hold a number exactly.
    """
    plain = read_json(text)
    if not isinstance(plain, dict):
        raise DataException(f"a document must be a JSON object, not {_json_type(plain)}")
    try:
        return _members(plain, old)
    except RecursionError as error:
        raise _too_deep() from error


def typed_value_of_json(text: bytes | str, old: TypedValue | None = None) -> TypedValue:
    """Read the JSON of one attribute."""
    try:
        return typed_value_of(read_json(text), old)
    except RecursionError as error:
        raise _too_deep() from error


def typed_value_of(plain: Any, old: TypedValue | None = None) -> TypedValue:
    """Type one decoded JSON value: dict, list, str, int, float, Decimal, bool or None.

    What equals the old value as `document` shows it is the old value.
    """
    if isinstance(plain, str) and (old is None or "B" not in old):
        return {"S": plain}
    if old is not None and reads_as(plain, old):
        return old
    return _TYPED[type(plain)](plain, old)


def reads_as(plain: Any, typed: TypedValue) -> bool:
    """Say whether `document` shows the typed value as this plain one."""
    ((kind, content),) = typed.items()
    match kind:
        case "S" | "B":
            return isinstance(plain, str) and plain == content
        case "BOOL":
            return plain is content
        case "NULL":
            return plain is None
        case "N":
            return _is_number(plain) and Decimal(plain) == Decimal(content)
        case "M":
            return (
                isinstance(plain, dict)
                and plain.keys() == content.keys()
                and all(reads_as(plain[name], content[name]) for name in plain)
            )
        case _:
            elements = elements_of(typed)
            return isinstance(plain, list) and len(plain) == len(elements) and all(map(reads_as, plain, elements))


def lossless_json(value: TypedValue) -> bytes:
    """Write a typed value as JSON with tags: `typed_value_of_json` gives it back without knowing any old one."""
    return _encode(_tagged(value))


def lossless_item_json(item: Item) -> bytes:
    """Write an item as JSON with tags."""
    return _encode({name: _tagged(value) for name, value in item.items()})


def _too_deep() -> ProgramLimitExceeded:
    return ProgramLimitExceeded("the document nests too deeply", detail="DynamoDB takes 32 levels.")


def _members(plain: dict[str, Any], old: Item | None) -> Item:
    known = old or {}
    members: Item = {}
    for name, value in plain.items():
        try:
            members[name] = typed_value_of(value, known.get(name))
        except SqlError as error:
            raise placed(error, name) from error.__cause__
    return members


def placed(error: SqlError, step: str) -> SqlError:
    """Note where in the document an error arose; the steps of the path come from the inside."""
    inner = "" if error.where is None else error.where.removeprefix("attribute ")
    dot = "." if inner and not inner.startswith("[") else ""
    error.where = f"attribute {step}{dot}{inner}"
    return error


def _text(plain: str, old: TypedValue | None) -> TypedValue:
    if old is None or "B" not in old:
        return {"S": plain}
    try:
        base64_content(plain)
    except DataException as error:
        raise DataException(
            "the attribute holds binary, and the string is not base64",
            detail=error.detail,
            hint='Write {"$string": "..."} to make it a text.',
        ) from error
    return {"B": plain}


def _object(plain: dict[str, Any], old: TypedValue | None) -> TypedValue:
    if len(plain) == 1:
        ((tag, content),) = plain.items()
        read = _TAGS.get(tag)
        if read is not None:
            return read(content)
    return {"M": _members(plain, None if old is None else old.get("M"))}


def _array(plain: list[Any], old: TypedValue | None) -> TypedValue:
    if old is not None and not old.keys().isdisjoint(("SS", "NS", "BS")):
        return _kept_set(plain, old)
    known = _aligned(plain, old["L"] if old is not None and "L" in old else [])
    elements = []
    for position, (value, old_value) in enumerate(zip(plain, known, strict=True)):
        try:
            elements.append(typed_value_of(value, old_value))
        except SqlError as error:
            raise placed(error, f"[{position}]") from error.__cause__
    return {"L": elements}


def _kept_set(plain: list[Any], old: TypedValue) -> TypedValue:
    (kind,) = old
    like: TypedValue | None = {"B": ""} if kind == "BS" else None
    try:
        made = set_of([typed_value_of(element, like) for element in plain])
    except DataException as error:
        error.hint = 'The attribute holds a set; write {"$list": [...]} to make it a list.'
        raise
    if kind not in made:
        raise DataException(
            f"the attribute holds a set of type {kind}, and the array would be {next(iter(made))}",
            hint='Write {"$set": [...]} or {"$list": [...]} to say what it shall become.',
        )
    return made


def _aligned(plain: list[Any], old: list[TypedValue]) -> list[TypedValue | None]:
    """Find for each element the old one whose type it keeps: equal ones first, from both ends, then by position."""
    if not old:
        return [None] * len(plain)
    shared = min(len(plain), len(old))
    start = 0
    while start < shared and reads_as(plain[start], old[start]):
        start += 1
    end = 0
    while end < shared - start and reads_as(plain[-1 - end], old[-1 - end]):
        end += 1
    middle, left = plain[start : len(plain) - end], old[start : len(old) - end]
    same_length = len(middle) == len(left)
    found = [
        left[position] if same_length else next((one for one in left if reads_as(value, one)), None)
        for position, value in enumerate(middle)
    ]
    return [*old[:start], *found, *old[len(old) - end :]]


def _is_number(plain: Any) -> bool:
    return isinstance(plain, int | float | Decimal) and not isinstance(plain, bool)


def _number(plain: int | float | Decimal, _old: TypedValue | None) -> TypedValue:
    return {"N": stored_digits(plain)}


_TYPED: dict[type, Callable[[Any, TypedValue | None], TypedValue]] = {
    str: _text,
    int: _number,
    float: _number,
    Decimal: _number,
    bool: lambda plain, _old: {"BOOL": plain},
    type(None): lambda _plain, _old: NULL_VALUE,
    list: _array,
    dict: _object,
}


def _binary_tag(content: Any) -> TypedValue:
    if not isinstance(content, str):
        raise DataException(f'"$binary" takes a base64 string, not {_json_type(content)}')
    return {"B": base64.b64encode(base64_content(content)).decode()}


def _set_tag(content: Any) -> TypedValue:
    if not isinstance(content, list):
        raise DataException(f'"$set" takes an array, not {_json_type(content)}')
    return set_of([typed_value_of(element) for element in content])


def _list_tag(content: Any) -> TypedValue:
    if not isinstance(content, list):
        raise DataException(f'"$list" takes an array, not {_json_type(content)}')
    return _array(content, None)


def _string_tag(content: Any) -> TypedValue:
    if not isinstance(content, str):
        raise DataException(f'"$string" takes a string, not {_json_type(content)}')
    return {"S": content}


def _map_tag(content: Any) -> TypedValue:
    if not isinstance(content, dict):
        raise DataException(f'"$map" takes an object, not {_json_type(content)}')
    return {"M": _members(content, None)}


_TAGS: dict[str, Callable[[Any], TypedValue]] = {
    "$binary": _binary_tag,
    "$set": _set_tag,
    "$list": _list_tag,
    "$string": _string_tag,
    "$map": _map_tag,
}


def _tagged(value: TypedValue) -> Any:
    ((kind, content),) = value.items()
    return _TAGGED[kind](content)


def _tagged_map(content: Item) -> Any:
    members = {name: _tagged(member) for name, member in content.items()}
    return {"$map": members} if len(members) == 1 and next(iter(members)) in _TAGS else members


def _digits(content: str) -> msgspec.Raw:
    return msgspec.Raw(stored_digits(Decimal(content)).encode())


_TAGGED: dict[str, Callable[[Any], Any]] = {
    "S": lambda content: content,
    "N": _digits,
    "B": lambda content: {"$binary": content},
    "BOOL": lambda content: content,
    "NULL": lambda _content: None,
    "L": lambda content: [_tagged(element) for element in content],
    "M": _tagged_map,
    "SS": lambda content: {"$set": content},
    "NS": lambda content: {"$set": [_digits(digits) for digits in content]},
    "BS": lambda content: {"$set": [{"$binary": one} for one in content]},
}


def _json_type(plain: Any) -> str:
    names: dict[type, str] = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}
    return "null" if plain is None else names.get(type(plain), "a number")
