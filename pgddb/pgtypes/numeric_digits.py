"""Encode numbers that come as their digits, DynamoDB's way, as numeric text: mostly they are that already."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pgddb.pgtypes.columns import (
    ColumnEncoder,
    EncodedColumn,
    Mask,
    VariableColumn,
    Vector,
    as_binary,
    valid_mask,
    value_bytes,
    value_offsets,
    with_values_at,
)
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.numeric_format import numeric_text
from pgddb.pgtypes.style import OutputStyle
from pgddb.pgtypes.text_input import parse_numeric

_DOT, _MINUS, _ZERO = b".-0"
_LONGEST = 1000
"""Characters of a number beyond which numeric's own limits are looked at, value by value."""


def digits_text_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder | None:  # noqa: ARG001
    """Give the encoder of texts for a numeric field without a precision."""
    if field.type_modifier >= 0:
        return None

    def encode(array: pa.Array) -> EncodedColumn | None:
        text = as_binary(array)
        valid = valid_mask(text)
        checked = text if valid is None else pc.fill_null(text, b"0")
        offsets = value_offsets(checked)
        if len(checked) and int(np.diff(offsets).max()) > _LONGEST:
            return None
        is_odd = ~plain_numbers(value_bytes(checked), offsets - offsets[0])
        if not is_odd.any():
            return VariableColumn(text)
        odd = text.filter(pa.array(is_odd)).to_pylist()
        return VariableColumn(
            with_values_at(text, is_odd, [numeric_text(parse_numeric(one.decode())).encode() for one in odd])
        )

    return encode


def plain_numbers(content: Vector, offsets: Vector) -> Mask:
    r"""Say which texts numeric_out prints as they stand: `-?[1-9][0-9]*(\.[0-9]+)?|0(\.[0-9]+)?`.

    An empty text makes all of them doubtful, which is no harm.
    """
    starts, lengths = offsets[:-1], np.diff(offsets)
    if not lengths.all():
        return np.zeros(len(lengths), bool)
    marks = np.flatnonzero((content - _ZERO) > 9)
    negative = content[starts] == _MINUS
    bodies = np.minimum(starts + negative, len(content) - 1)
    body_lengths = lengths - negative
    owners = np.searchsorted(offsets, marks, "right") - 1
    is_dot = content[marks] == _DOT
    dots = np.bincount(owners[is_dot], minlength=len(lengths))
    first_dots = np.zeros(len(lengths), np.int64)
    first_dots[owners[is_dot]] = marks[is_dot]
    zero_first = content[bodies] == _ZERO
    plain: Mask = (
        (np.bincount(owners, minlength=len(lengths)) == dots + negative)
        & (dots <= 1)
        & (body_lengths > 0)
        & (content[bodies] != _DOT)
        & (content[offsets[1:] - 1] != _DOT)
        & (~zero_first | (~negative & ((body_lengths == 1) | ((dots == 1) & (first_dots == bodies + 1)))))
    )
    return plain
