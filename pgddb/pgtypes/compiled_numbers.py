"""Print integers and decimals as text and in numeric's binary form, in functions that numba compiles.

Source: numericvar_to_str and numeric_send in src/backend/utils/adt/numeric.c of PostgreSQL 15.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from pgddb.pgtypes.compiled_memory import Address, byte_at, put_byte, put_short, put_word, word_at

LONGEST = 24
"""Bytes that a printed int64 takes, and those behind it that may be written."""

MOST_SCALE = 18
"""Digits after the point that decimals are printed with here."""

MOST_GROUPS = 16
MOST_BINARY = 8 + 2 * MOST_GROUPS
"""Groups of four digits that a number of 64 bits and a scale of up to 38 has, and the bytes that it takes."""

_PAIRS = np.frombuffer(b"".join(b"%02d" % number for number in range(100)), "<u2")
_TEN, _HUNDRED, _TEN_THOUSAND = np.uint64(10), np.uint64(100), np.uint64(10_000)
_POWERS = np.array([10**power for power in range(20)], np.uint64)
_POINT, _MINUS, _NAUGHT = b".-0"


@njit
def _digits_before(number: np.uint64, end: Address) -> Address:
    """Write digits that end at an address; give where they begin."""
    at = end
    while number >= _HUNDRED:
        rest = number // _HUNDRED
        at -= 2
        put_short(at, _PAIRS[np.int64(number - rest * _HUNDRED)])
        number = rest
    if number >= _TEN:
        at -= 2
        put_short(at, _PAIRS[np.int64(number)])
    else:
        at -= 1
        put_byte(at, _NAUGHT + np.int64(number))
    return at


@njit
def _size_of(number: np.int64) -> np.uint64:
    """Give the size of a number without its sign; that of the smallest one fits, too."""
    return np.uint64(number) if number >= 0 else np.uint64(0) - np.uint64(number)


@njit
def _moved(at: Address, end: Address, to: Address) -> Address:
    """Move at most 24 bytes to a lower address; give where they end."""
    size = end - at
    put_word(to, word_at(at))
    if size > 8:
        put_word(to + 8, word_at(at + 8))
        if size > 16:
            put_word(to + 16, word_at(at + 16))
    return to + size


@njit(cache=True, nogil=True)
def integers_text(values: Address, count: int, target: Address, offsets: np.ndarray) -> None:
    """Print int64s one after the other; there must be room for LONGEST bytes each, and for twice as many in the end."""
    to = target
    for row in range(count):
        offsets[row] = to - target
        number = np.int64(word_at(values + 8 * row))
        if number < 0:
            put_byte(to, _MINUS)
            to += 1
        end = to + LONGEST
        to = _moved(_digits_before(_size_of(number), end), end, to)
    offsets[count] = to - target


@njit
def _number_at(values: Address, row: int) -> np.int64:
    return np.int64(word_at(values + 16 * row))


@njit
def _is_too_long(values: Address, valid: Address, row: int) -> bool:
    """Say whether a number needs more than 64 bits; that of a NULL does not matter."""
    lower, upper = _number_at(values, row), np.int64(word_at(values + 16 * row + 8))
    return upper != lower >> 63 and (valid == 0 or byte_at(valid + row) != 0)


@njit(cache=True, nogil=True)
def decimals_text(
    values: Address, valid: Address, count: int, scale: int, trimmed: bool, target: Address, offsets: np.ndarray
) -> bool:
    """Print int128s that count units of 10^-scale, with all digits after the point or without the zeros at the end.

    False, if one of them needs more than 64 bits. `valid` is the address of a mask, 0 if nothing is NULL. There must be
    room for LONGEST bytes each, and for twice as many in the end.
    """
    to = target
    power = _POWERS[scale]
    for row in range(count):
        if _is_too_long(values, valid, row):
            return False
        offsets[row] = to - target
        number = _number_at(values, row)
        if number < 0:
            put_byte(to, _MINUS)
            to += 1
        size = _size_of(number)
        whole = size // power
        end = to + LONGEST
        to = _moved(_digits_before(whole, end), end, to)
        if scale == 0:
            continue
        end = to + LONGEST
        first = _digits_before(size - whole * power, end)
        while first > end - scale:
            first -= 1
            put_byte(first, _NAUGHT)
        if trimmed:
            while end > first and byte_at(end - 1) == _NAUGHT:
                end -= 1
        if end > first:
            put_byte(to, _POINT)
            to = _moved(first, end, to + 1)
    offsets[count] = to - target
    return True


@njit
def _put_swapped_short(to: Address, number: int) -> None:
    put_short(to, np.uint16((number & 0xFF) << 8 | (number >> 8) & 0xFF))


@njit(cache=True, nogil=True)
def decimals_binary(
    values: Address, valid: Address, count: int, scale: int, scales: np.ndarray, target: Address, offsets: np.ndarray
) -> bool:
    """Write int128s that count units of 10^-scale as numeric_send does; there must be room for MOST_BINARY bytes each.

    `scales` are the digits to show after the point: of each number, of all, or none given: those that are not zero.
    False, if a number needs more than 64 bits. `valid` is the address of a mask, 0 if nothing is NULL.
    """
    to = target
    fraction_groups = (scale + 3) // 4
    padding = fraction_groups * 4 - scale
    groups = np.empty(MOST_GROUPS, np.int64)
    for row in range(count):
        if _is_too_long(values, valid, row):
            return False
        offsets[row] = to - target
        number = _number_at(values, row)
        rest = _size_of(number)
        used = 0
        if padding:
            power = _POWERS[4 - padding]
            groups[0] = np.int64((rest % power) * _POWERS[padding])
            rest //= power
            used = 1
        while used < fraction_groups or rest > np.uint64(0):
            groups[used] = np.int64(rest % _TEN_THOUSAND)
            rest //= _TEN_THOUSAND
            used += 1
        last = 0
        while last < used and groups[last] == 0:
            last += 1
        first = used
        while first > last and groups[first - 1] == 0:
            first -= 1
        shown_groups = first - last
        if len(scales):
            shown = scales[row] if len(scales) > 1 else scales[0]
        else:
            shown = max(0, 4 * (fraction_groups - last)) if shown_groups else 0
            if shown:
                lowest = groups[last]
                while lowest % 10 == 0:
                    lowest //= 10
                    shown -= 1
        _put_swapped_short(to, shown_groups)
        _put_swapped_short(to + 2, first - fraction_groups - 1 if shown_groups else 0)
        _put_swapped_short(to + 4, 0x4000 if number < 0 else 0)
        _put_swapped_short(to + 6, shown)
        to += 8
        for group in range(first - 1, last - 1, -1):
            _put_swapped_short(to, groups[group])
            to += 2
    offsets[count] = to - target
    return True
