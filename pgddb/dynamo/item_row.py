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
from pgddb.pgtypes import SingleRow, ValueKind

RowValue = str | int | bool | None

_attributes = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_value = msgspec.json.Decoder(dict[str, Any]).decode
_is_short_integer = re.compile("-?[0-9]{1,18}").fullmatch


class Unusual(Exception):
    """The value is one that the engine has to look at."""


class RowMaker:
    """Makes the row of an item for the outputs of one statement; a nested value and the whole item are given as jsonb.

    Columns are (name, attribute or None for the whole item, carrier).
    """

    def __init__(self, columns: Sequence[tuple[str, str | None, Carrier]]) -> None:
        self._names = tuple(name for name, _, _ in columns)
        self._kinds = tuple(_KINDS[carrier] for _, _, carrier in columns)
        self._reads = [(attribute or "", _VALUES[carrier]) for _, attribute, carrier in columns]

    def row(self, item: bytes) -> SingleRow | None:
        """Give the row; None if the item is unusual."""
        try:
            attribute = _attributes(item).get
            values = [read(attribute(name), item) for name, read in self._reads]
        except (Unusual, msgspec.DecodeError, ValueError, LookupError):
            return None
        return SingleRow(tuple(values), self._kinds, self._names)


def _content(raw: msgspec.Raw | None, tag: str) -> Any:
    """Give what stands under the type tag; None for a missing value and for DynamoDB's NULL."""
    if raw is None:
        return None
    value = _value(raw)
    if len(value) == 1:
        if tag in value:
            return value[tag]
        if value.get("NULL") is True:
            return None
    raise Unusual


def _text(raw: msgspec.Raw | None, _item: bytes) -> RowValue:
    text = _content(raw, "S")
    if text is None:
        return None
    if not isinstance(text, str) or "\x00" in text:
        raise Unusual
    return text


def _integer(raw: msgspec.Raw | None, _item: bytes) -> RowValue:
    digits = _content(raw, "N")
    if digits is not None and not _is_short_integer(digits):
        raise Unusual
    return None if digits is None else int(digits)


def _digits(raw: msgspec.Raw | None, _item: bytes) -> RowValue:
    digits: str | None = _content(raw, "N")
    return digits


def _boolean(raw: msgspec.Raw | None, _item: bytes) -> RowValue:
    truth = _content(raw, "BOOL")
    if truth is not None and not isinstance(truth, bool):
        raise Unusual
    return truth


def _json(raw: msgspec.Raw | None, _item: bytes) -> RowValue:
    if raw is None or _value(raw) == {"NULL": True}:
        return None
    return value_json(raw).decode()


def _document(_raw: msgspec.Raw | None, item: bytes) -> RowValue:
    return item_json(item).decode()


_VALUES: dict[Carrier, Callable[[msgspec.Raw | None, bytes], RowValue]] = {
    Carrier.TEXT: _text,
    Carrier.INTEGER: _integer,
    Carrier.DIGITS: _digits,
    Carrier.BOOLEAN: _boolean,
    Carrier.JSON: _json,
    Carrier.DOCUMENT: _document,
}

_KINDS: dict[Carrier, ValueKind] = {
    Carrier.TEXT: "string",
    Carrier.INTEGER: "int64",
    Carrier.DIGITS: "string",
    Carrier.BOOLEAN: "bool",
    Carrier.JSON: "string",
    Carrier.DOCUMENT: "string",
}
