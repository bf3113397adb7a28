"""Make the one row of a looked-up item, with the values that the engine would give.

It knows the usual: a value of its column's type, none, or DynamoDB's NULL. Whatever is not, is left to the engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from pgddb.access.table import Carrier
from pgddb.dynamo.document_walk import item_json, value_json
from pgddb.pgtypes import RowShape, SingleRow, ValueKind

RowValue = str | int | bool | None

_is_short_integer = re.compile("-?[0-9]{1,18}").fullmatch


class Unusual(Exception):
    """The value is one that the engine has to look at."""


class _TypedValue(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """An attribute value of one of the usual types, or DynamoDB's NULL; a field that is not there is None."""

    NULL: bool | None = None


class _Text(_TypedValue, gc=False, forbid_unknown_fields=True):
    S: str | None = None


class _Number(_TypedValue, gc=False, forbid_unknown_fields=True):
    N: str | None = None


class _Truth(_TypedValue, gc=False, forbid_unknown_fields=True):
    BOOL: bool | None = None


class RowMaker:
    """Makes the row of an item for the outputs of one statement; a nested value and the whole item are given as jsonb.

    Columns are (name, attribute or None for the whole item, carrier).
    """

    def __init__(self, columns: Sequence[tuple[str, str | None, Carrier]]) -> None:
        self._shape = RowShape(
            tuple(_KINDS[carrier] for _, _, carrier in columns), tuple(name for name, _, _ in columns)
        )
        attributes = {attribute: _TYPES[carrier] for _, attribute, carrier in columns if attribute is not None}
        self._takes_item = any(attribute is None for _, attribute, _ in columns)
        places = {attribute: place for place, attribute in enumerate(attributes)}
        self._reads = [
            (len(places) if attribute is None else places[attribute], _VALUES[carrier])
            for _, attribute, carrier in columns
        ]
        agree = all(attribute is None or attributes[attribute] is _TYPES[carrier] for _, attribute, carrier in columns)
        self._decode = _decoder(attributes) if agree else None

    def row(self, item: bytes) -> SingleRow | None:
        """Give the row; None if the item is unusual."""
        if self._decode is None:
            return None
        try:
            found: tuple[Any, ...] = msgspec.structs.astuple(self._decode(item))
            if self._takes_item:
                found += (item,)
            values = [None if (value := found[place]) is None else read(value) for place, read in self._reads]
        except (Unusual, msgspec.DecodeError, ValueError, LookupError):
            return None
        return SingleRow(tuple(values), self._shape)


def _decoder(attributes: dict[str, Any]) -> Callable[[bytes], msgspec.Struct] | None:
    """Make what takes the attributes out of an item at once, in their order; None where a name is too odd for it."""
    fields = [f"a{place}" for place in range(len(attributes))]
    try:
        item = msgspec.defstruct(
            "Item",
            [(field, kind, None) for field, kind in zip(fields, attributes.values(), strict=True)],
            rename=dict(zip(fields, attributes, strict=True)),
            gc=False,
        )
    except ValueError:  # a quote, backslash or control character, which the engine finds
        return None
    return msgspec.json.Decoder(item).decode


def _text(value: _Text) -> RowValue:
    text = value.S
    if text is None or value.NULL is not None:
        return _nothing(value, text)
    if "\x00" in text:
        raise Unusual
    return text


def _integer(value: _Number) -> RowValue:
    digits = value.N
    if digits is None or value.NULL is not None:
        return _nothing(value, digits)
    if not _is_short_integer(digits):
        raise Unusual
    return int(digits)


def _digits(value: _Number) -> RowValue:
    digits = value.N
    return _nothing(value, digits) if digits is None or value.NULL is not None else digits


def _boolean(value: _Truth) -> RowValue:
    truth = value.BOOL
    return _nothing(value, truth) if truth is None or value.NULL is not None else truth


def _nothing(value: _TypedValue, content: object) -> RowValue:
    """Take DynamoDB's NULL for SQL's, and nothing else."""
    if content is not None or value.NULL is not True:
        raise Unusual
    return None


def _json(raw: msgspec.Raw) -> RowValue:
    text = value_json(raw)
    return None if text == b"null" else text.decode()


def _document(item: bytes) -> RowValue:
    return item_json(item).decode()


_VALUES: dict[Carrier, Callable[[Any], RowValue]] = {
    Carrier.TEXT: _text,
    Carrier.INTEGER: _integer,
    Carrier.DIGITS: _digits,
    Carrier.BOOLEAN: _boolean,
    Carrier.JSON: _json,
    Carrier.DOCUMENT: _document,
}

_TYPES: dict[Carrier, Any] = {
    Carrier.TEXT: _Text,
    Carrier.INTEGER: _Number,
    Carrier.DIGITS: _Number,
    Carrier.BOOLEAN: _Truth,
    Carrier.JSON: msgspec.Raw,
}

_KINDS: dict[Carrier, ValueKind] = {
    Carrier.TEXT: "string",
    Carrier.INTEGER: "int64",
    Carrier.DIGITS: "string",
    Carrier.BOOLEAN: "bool",
    Carrier.JSON: "string",
    Carrier.DOCUMENT: "string",
}
