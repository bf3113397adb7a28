"""Model the values that an item can hold without losing any: DynamoDB's own typed form, as a tree or as JSON.

A typed value is a dict of exactly one type and its content, as in DynamoDB's JSON: `{"S": "a"}`, `{"N": "1.5"}`,
`{"B": "AP8="}` (base64), `{"BOOL": True}`, `{"NULL": True}`, `{"L": [values]}`, `{"M": {name: value}}`,
`{"SS": [...]}`, `{"NS": [...]}`, `{"BS": [...]}`. An item is a dict of names and typed values.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from pgddb.access.path import ItemKey
from pgddb.access.predicate import AttributeValue
from pgddb.access.store_values import LARGEST_EXPONENT, MAX_NUMBER_DIGITS, SMALLEST_EXPONENT
from pgddb.access.table import AttributeType, KeySchema
from pgddb.errors import CharacterNotInRepertoire, DataCorrupted, DataException, NumericValueOutOfRange

TypedValue: TypeAlias = dict[str, Any]
"""One type and its content; `Any` because the content's shape follows from the type."""

Item: TypeAlias = dict[str, TypedValue]

NULL_VALUE: TypedValue = {"NULL": True}

_encode = msgspec.json.Encoder().encode
_value = msgspec.json.Decoder(dict[str, Any]).decode
_item = msgspec.json.Decoder(dict[str, dict[str, Any]]).decode
_SET_OF = {"S": "SS", "N": "NS", "B": "BS"}
_ELEMENT_OF = {kind: element for element, kind in _SET_OF.items()}


def encode_typed(value: TypedValue | Item) -> bytes:
    """Write a typed value or an item as compact typed JSON.

    Raises:
        CharacterNotInRepertoire: a text is not valid Unicode.
    """
    try:
        return _encode(value)
    except UnicodeEncodeError as error:
        raise CharacterNotInRepertoire("a text holds a lone surrogate, which is no character") from error


def decode_value(text: bytes | str) -> TypedValue:
    """Read the typed JSON of one value."""
    try:
        value: TypedValue = _value(text)
    except msgspec.DecodeError as error:
        raise DataCorrupted("a value is not DynamoDB JSON", detail=str(error)) from error
    if len(value) != 1:
        raise DataCorrupted("an attribute value must have exactly one type")
    return value


def decode_item(text: bytes | str) -> Item:
    """Read the typed JSON of an item."""
    try:
        return _item(text)
    except msgspec.DecodeError as error:
        raise DataCorrupted("an item is not DynamoDB JSON", detail=str(error)) from error


def text_of(text: str) -> TypedValue:
    return {"S": text}


def number_of(number: int | Decimal | float) -> TypedValue:
    """Type a number, a float by its shortest text.

    Raises:
        NumericValueOutOfRange: DynamoDB cannot hold it exactly.
    """
    return {"N": stored_digits(number)}


def binary_of(content: bytes) -> TypedValue:
    return {"B": base64.b64encode(content).decode()}


def boolean_of(truth: bool) -> TypedValue:  # noqa: FBT001 - it is the value
    return {"BOOL": truth}


def list_of(values: Iterable[TypedValue]) -> TypedValue:
    return {"L": list(values)}


def set_of(values: Sequence[TypedValue]) -> TypedValue:
    """Make a set of texts, of numbers or of binaries.

    Raises:
        DataException: it would be empty, of several types, of a type that has no set, or with an element twice.
    """
    if not values:
        raise DataException("a set cannot be empty", hint="Remove the attribute instead, or write a list.")
    kinds = {kind for value in values for kind in value}
    if len(kinds) > 1 or not kinds <= set(_SET_OF):
        raise DataException(
            f"a set cannot hold {' and '.join(sorted(kinds))}",
            detail="A set holds texts (S), numbers (N) or binaries (B), all of one type.",
        )
    (kind,) = kinds
    contents = [value[kind] for value in values]
    if len(set(contents)) < len(contents):
        twice = next(content for content in contents if contents.count(content) > 1)
        raise DataException("a set cannot hold an element twice", detail=f"The element is {twice}.")
    return {_SET_OF[kind]: contents}


def elements_of(value: TypedValue) -> list[TypedValue]:
    """Give the elements of a list or a set as typed values."""
    ((kind, content),) = value.items()
    if kind == "L":
        return list(content)
    element = _ELEMENT_OF[kind]
    return [{element: one} for one in content]


def stored_digits(number: int | Decimal | float) -> str:
    """Write a number as DynamoDB gives it back: plain digits, no trailing zeros, no exponent.

    >>> stored_digits(Decimal("1.50")), stored_digits(1e3), stored_digits(0.1), stored_digits(Decimal("-0.0"))
    ('1.5', '1000', '0.1', '0')

    Raises:
        NumericValueOutOfRange: more than 38 significant digits, too large, too small, NaN or infinity.
    """
    if isinstance(number, int) and -(10**15) < number < 10**15:
        return str(int(number))
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    if not exact.is_finite():
        raise NumericValueOutOfRange(f"DynamoDB has no number {exact}")
    if not exact:
        return "0"
    sign, digits, exponent = exact.as_tuple()
    significant = "".join(map(str, digits)).rstrip("0")
    if len(significant) > MAX_NUMBER_DIGITS:
        raise NumericValueOutOfRange(
            f"a number has {len(significant)} significant digits; DynamoDB holds {MAX_NUMBER_DIGITS}",
            hint="Round it, or store it as text.",
        )
    if not SMALLEST_EXPONENT <= exact.adjusted() <= LARGEST_EXPONENT:
        raise NumericValueOutOfRange(
            "a number is out of DynamoDB's range",
            detail="Magnitudes go from 1E-130 to 9.99E+125.",
        )
    assert isinstance(exponent, int)
    plain = Decimal((sign, tuple(map(int, significant)), exponent + len(digits) - len(significant)))
    return format(plain, "f")


def scalar_of(value: AttributeValue) -> TypedValue:
    """Turn a typed scalar of a key or a condition into a typed value."""
    match value.type:
        case AttributeType.NULL:
            return NULL_VALUE
        case AttributeType.B:
            assert isinstance(value.content, bytes)
            return binary_of(value.content)
        case kind:
            return {kind.value: value.content}


def key_json(key: ItemKey) -> Item:
    """Give a key as an item of its attributes."""
    return {name: scalar_of(value) for name, value in key}


def key_of(keys: KeySchema, item: Mapping[str, TypedValue]) -> ItemKey:
    """Take the key out of an item that has one (`item_checks.check_key` makes sure)."""
    return tuple((name, _scalar(item[name])) for name in keys.names)


def _scalar(value: TypedValue) -> AttributeValue:
    ((kind, content),) = value.items()
    if kind == "B":
        return AttributeValue(AttributeType.B, base64_content(content))
    return AttributeValue(AttributeType(kind), content)


def base64_content(text: str) -> bytes:
    """Read base64 in its canonical form.

    Raises:
        DataException: it is not.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DataException("a binary value is not base64", detail=str(error)) from error
    if base64.b64encode(content).decode() != text:
        raise DataException("a binary value is not base64 in its canonical form")
    return content


def same_value(first: TypedValue, second: TypedValue) -> bool:
    """Say whether DynamoDB takes two values for equal: sets without order, numbers by value."""
    ((kind, one),) = first.items()
    ((other_kind, other),) = second.items()
    if kind != other_kind or one == other:
        return kind == other_kind
    match kind:
        case "L":
            return len(one) == len(other) and all(map(same_value, one, other))
        case "M":
            return one.keys() == other.keys() and all(same_value(one[name], other[name]) for name in one)
        case "N":
            return Decimal(one) == Decimal(other)
        case "NS":
            return set(map(Decimal, one)) == set(map(Decimal, other))
        case _:
            return kind in ("SS", "BS") and set(one) == set(other)


def same_item(first: Item, second: Item) -> bool:
    """Say whether DynamoDB takes two items for equal."""
    return same_value({"M": first}, {"M": second})
