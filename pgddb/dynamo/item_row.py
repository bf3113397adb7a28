"""Make the one row of a looked-up item, with the values and Arrow types that the engine would give.

It knows the usual: a value of its column's type, none, or DynamoDB's NULL. Whatever is not, is left to the engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pyarrow as pa

from pgddb.access.table import Carrier
from pgddb.dynamo.document_walk import value_json

_attributes = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_value = msgspec.json.Decoder(dict[str, Any]).decode
_is_short_integer = re.compile("-?[0-9]{1,18}").fullmatch


class Unusual(Exception):
    """The value is one that the engine has to look at."""


def item_row(item: bytes, columns: Sequence[tuple[str, str | None, Carrier]]) -> pa.RecordBatch | None:
    """Give the row of an item; None if unusual. A nested value is given as jsonb, a whole item as it is.

    Columns are (name, attribute or None for the whole item, carrier).
    """
    try:
        attributes = _attributes(item)
        arrays = [
            _ROW_TYPES[carrier](None if attribute is None else attributes.get(attribute), item)
            for _, attribute, carrier in columns
        ]
    except (Unusual, msgspec.DecodeError, ValueError, LookupError):
        return None
    return pa.RecordBatch.from_arrays(arrays, names=[name for name, _, _ in columns])


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


def _text(raw: msgspec.Raw | None, _item: bytes) -> pa.Array:
    text = _content(raw, "S")
    if text is not None and (not isinstance(text, str) or "\x00" in text):
        raise Unusual
    return pa.array([text], pa.string())


def _integer(raw: msgspec.Raw | None, _item: bytes) -> pa.Array:
    digits = _content(raw, "N")
    if digits is not None and not _is_short_integer(digits):
        raise Unusual
    return pa.array([None if digits is None else int(digits)], pa.int64())


def _digits(raw: msgspec.Raw | None, _item: bytes) -> pa.Array:
    return pa.array([_content(raw, "N")], pa.string())


def _boolean(raw: msgspec.Raw | None, _item: bytes) -> pa.Array:
    truth = _content(raw, "BOOL")
    if truth not in (None, True, False):
        raise Unusual
    return pa.array([truth], pa.bool_())


def _json(raw: msgspec.Raw | None, _item: bytes) -> pa.Array:
    missing = raw is None or _value(raw) == {"NULL": True}
    return pa.array([None if missing else value_json(raw or b"").decode()], pa.string())


def _raw_item(_raw: msgspec.Raw | None, item: bytes) -> pa.Array:
    return pa.array([item.decode()], pa.string())


_ROW_TYPES: dict[Carrier, Callable[[msgspec.Raw | None, bytes], pa.Array]] = {
    Carrier.TEXT: _text,
    Carrier.INTEGER: _integer,
    Carrier.DIGITS: _digits,
    Carrier.BOOLEAN: _boolean,
    Carrier.JSON: _json,
    Carrier.DOCUMENT: _raw_item,
}
