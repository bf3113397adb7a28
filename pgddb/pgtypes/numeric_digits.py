"""Encode numbers that come as their digits, DynamoDB's way: as numeric text they mostly leave as they stand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from pyarrow import types

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
from pgddb.pgtypes.conversion import value_converter
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.numeric_columns import binary_numerics
from pgddb.pgtypes.numeric_format import numeric_text, precision_and_scale
from pgddb.pgtypes.style import OutputStyle

_DOT, _MINUS, _ZERO = b".-0"
_LONGEST = 1000
"""Characters of a number beyond which numeric's own limits are looked at, value by value."""

_FINEST = 18
"""Digits after the point that the binary encoder of decimals was compared with PostgreSQL for."""


def digits_text_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder:
    """Give the encoder of texts for a numeric field."""
    limits = precision_and_scale(field.type_modifier)
    convert = value_converter(stored, field.type, field.type_modifier, style)

    def encode(array: pa.Array) -> EncodedColumn | None:
        text = as_binary(array)
        found = _measured(text, limits)
        if found is None:
            return None
        is_odd = ~found.plain
        if not is_odd.any():
            return VariableColumn(text)
        odd = text.filter(pa.array(is_odd)).to_pylist()
        return VariableColumn(
            with_values_at(text, is_odd, [numeric_text(convert(one.decode())).encode() for one in odd])
        )

    return encode


def digits_binary_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder | None:
    """Give the encoder of binary for a numeric field; a number beyond int64 makes it a matter of single values."""
    if not types.is_string(stored) and not types.is_large_string(stored):
        return None
    limits = precision_and_scale(field.type_modifier)

    def encode(array: pa.Array) -> EncodedColumn | None:
        found = _measured(as_binary(array), limits)
        if found is None or not len(array) or not found.plain.all():
            return None
        scale = int(found.fractions.max())
        if scale > _FINEST:
            return None
        try:
            decimals = pc.cast(array, pa.decimal128(38, scale))
        except pa.ArrowInvalid:
            return None
        return binary_numerics(decimals, scales=found.fractions)

    return encode


class _Measures(Struct, frozen=True):
    """What numbers look like: whether as numeric_out would print them, and the digits after their point."""

    plain: Mask
    fractions: Vector


def _measured(text: pa.Array, limits: tuple[int, int] | None) -> _Measures | None:
    """Measure a binary array; a NULL counts as plain. None if a number is so long that it may be out of range."""
    valid = valid_mask(text)
    checked = text if valid is None else pc.fill_null(text, b"0")
    offsets = value_offsets(checked)
    lengths = np.diff(offsets)
    if len(checked) and int(lengths.max()) > _LONGEST:
        return None
    plain, fractions = _look_at(value_bytes(checked), offsets - offsets[0])
    if limits is not None:
        precision, scale = limits
        # sign and point count as digits here: a number that just fits is only looked at more closely
        fits = (fractions == scale) & (lengths - fractions <= precision - scale)
        plain &= fits if valid is None else fits | ~valid
    return _Measures(plain, fractions)


def plain_numbers(content: Vector, offsets: Vector) -> Mask:
    r"""Say which texts numeric_out prints as they stand: `-?[1-9][0-9]*(\.[0-9]+)?|0(\.[0-9]+)?`.

    An empty text makes all of them doubtful, which is no harm.
    """
    return _look_at(content, offsets)[0]


def _look_at(content: Vector, offsets: Vector) -> tuple[Mask, Vector]:
    """Say which texts are plain, and how many digits each has after its point."""
    starts, lengths = offsets[:-1], np.diff(offsets)
    if not lengths.all():
        return np.zeros(len(lengths), bool), np.zeros(len(lengths), np.int64)
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
    return plain, np.where(dots > 0, offsets[1:] - first_dots - 1, 0)
