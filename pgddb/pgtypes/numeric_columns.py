"""Encode whole decimal128 columns as numeric text and in numeric's base-10000 binary form.

Source: src/backend/utils/adt/numeric.c of PostgreSQL (numeric_send).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pgddb.pgtypes.acceleration import compiled_encoders
from pgddb.pgtypes.columns import (
    ColumnEncoder,
    EncodedColumn,
    VariableColumn,
    Vector,
    as_binary,
    binary_of_bytes,
    numbers,
    valid_mask,
    with_values_at,
)
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.numeric_format import numeric_text, precision_and_scale, without_trailing_zeros
from pgddb.pgtypes.style import OutputStyle

_ZEROS_AT_END = np.sum([np.arange(10000) % power == 0 for power in (10, 100, 1000, 10000)], axis=0)
"""How many of a group's four digits are zeros at its end."""
_NEGATIVE = 0x4000


def numeric_text_column(stored: pa.DataType, field: ResultField, style: OutputStyle) -> ColumnEncoder | None:  # noqa: ARG001
    """Give the encoder for decimals as text: with the field's scale, or without zeros at the end where it has none."""
    if stored.scale < 0:
        return None
    limits = precision_and_scale(field.type_modifier)

    def encode(array: pa.Array) -> EncodedColumn | None:
        fitted = _fitted(array, limits)
        if fitted is None:
            return None
        compiled = compiled_encoders()
        printed = None if compiled is None else compiled.decimal_texts(fitted, trimmed=limits is None)
        if printed is not None:
            return VariableColumn(printed)
        text = pc.cast(fitted, pa.string())
        if limits is None and fitted.type.scale > 0:
            text = pc.ascii_rtrim(pc.ascii_rtrim(text, characters="0"), characters=".")
        text = as_binary(text)
        return VariableColumn(text if fitted.type.scale <= 6 else _without_exponents(text, fitted, limits))

    return encode


def numeric_binary_column(stored: pa.DataType, field: ResultField) -> ColumnEncoder | None:
    """Give the encoder for decimals in binary; columns with a number beyond int64 go to the per-value encoder."""
    if stored.scale < 0:
        return None
    limits = precision_and_scale(field.type_modifier)

    def encode(array: pa.Array) -> EncodedColumn | None:
        fitted = _fitted(array, limits)
        if fitted is None or len(fitted) == 0:
            return None
        return binary_numerics(fitted, scales=None if limits is None else fitted.type.scale)

    return encode


def _fitted(array: pa.Array, limits: tuple[int, int] | None) -> pa.Array | None:
    """Give a column the precision and scale of its field; None when Arrow cannot do so without losing digits."""
    if limits is None or (array.type.precision, array.type.scale) == limits:
        return array
    precision, scale = limits
    if not (0 <= scale <= precision <= 38):
        return None
    try:
        return pc.cast(array, pa.decimal128(precision, scale))
    except pa.ArrowInvalid:
        return None


def _without_exponents(text: pa.Array, decimals: pa.Array, limits: tuple[int, int] | None) -> pa.Array:
    """Write over what Arrow prints with an exponent: numbers nearer to 0 than 1e-6."""
    limit = pa.scalar(Decimal(1).scaleb(-6), decimals.type)
    is_small = pc.fill_null(pc.less(pc.abs(decimals), limit), False)  # noqa: FBT003 # the value to fill in
    if not pc.any(is_small).as_py():
        return text
    small = decimals.filter(is_small).to_pylist()
    show = (lambda value: value) if limits is not None else without_trailing_zeros
    mask: Any = is_small.to_numpy(zero_copy_only=False)
    return with_values_at(text, mask, [numeric_text(show(value)).encode() for value in small])


def binary_numerics(array: pa.Array, *, scales: Vector | int | None) -> EncodedColumn | None:
    """Encode decimals in binary; `scales` are the digits to show after the point, None for those that are not zero.

    None stands for a column with a number beyond int64, counted in units of its last digit.
    """
    compiled = compiled_encoders()
    if compiled is not None:
        written = compiled.binary_decimals(array, scales)
        return None if written is None else VariableColumn(written)
    count, scale = len(array), array.type.scale
    valid = valid_mask(array)
    halves = numbers(array, "V16").view(np.int64)
    low, high = halves[::2], halves[1::2]
    if valid is not None:
        low, high = np.where(valid, low, 0), np.where(valid, high, 0)
    if not ((high == low >> 63) & (low != np.iinfo(np.int64).min)).all():
        return None
    digits, fraction_groups = _base_10000(np.abs(low), scale)
    groups = digits.shape[1]
    is_set = digits != 0
    some = is_set.any(axis=1)
    first = np.where(some, is_set.argmax(axis=1), 0)
    end = np.where(some, groups - is_set[:, ::-1].argmax(axis=1), 0)
    used = np.where(some, end - first, 0)
    records = np.empty((count, 4 + groups), ">i2")
    records[:, 0] = used
    records[:, 1] = np.where(some, groups - fraction_groups - 1 - first, 0)
    records[:, 2] = (low < 0) * _NEGATIVE
    records[:, 3] = _shown_scale(digits, end, groups - fraction_groups) if scales is None else scales
    records[:, 4:] = digits
    position = np.arange(groups)
    keep = np.ones((count, 4 + groups), np.bool_)
    keep[:, 4:] = (position >= first[:, None]) & (position < (first + used)[:, None])
    offsets = np.zeros(count + 1, np.int32)
    np.cumsum(8 + 2 * used, out=offsets[1:])
    return VariableColumn(binary_of_bytes(records[keep].view(np.uint8), offsets, valid))


def _base_10000(rest: Vector, scale: int) -> tuple[Vector, int]:
    """Split numbers, counted in units of 10^-scale, into base-10000 digits; say how many stand after the point."""
    padding = -scale % 4
    fraction_groups = (scale + padding) // 4
    groups = []
    if padding:
        # the lowest group is partial: shifting it after the split keeps 18 digits from overflowing int64
        rest, lowest = np.divmod(rest, 10 ** (4 - padding))
        groups.append(lowest * 10**padding)
    while len(groups) < fraction_groups or rest.any():
        rest, group = np.divmod(rest, 10000)
        groups.append(group)
    if not groups:
        groups.append(rest)
    return np.stack(groups[::-1], axis=1), fraction_groups


def _shown_scale(digits: Vector, end: Vector, whole_groups: int) -> Vector:
    """Count the digits after the point without the zeros at the end."""
    last = np.maximum(end - 1, 0)
    zeros = _ZEROS_AT_END[digits[np.arange(len(digits)), last]]
    return np.where(end > whole_groups, 4 * (end - whole_groups) - zeros, 0)
