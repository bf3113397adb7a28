"""Gather the values of one attribute from converted items into a column, in functions that numba compiles.

`parts` has three numbers for each row: where the value begins and ends in the texts, at ODD if there is none, and the
four bytes that begin with its type. What is missing, and DynamoDB's NULL, is 0 in `valid`, 1 the rest. Each function
gives the number of rows that are not valid, or ODD where a value is not of the one type that is wanted; 0 stands for
any.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from pgddb.dynamo.compiled_scalars import BACKSLASHES, HIGHS, MINUS, NAUGHT, ODD, ONES
from pgddb.pgtypes.compiled_memory import Address, byte_at, copy, put_byte, put_word, word_at, zeros_below

NULL_TYPE = int.from_bytes(b"NULL", "little")
_ZERO = np.uint64(0)
_TRUE_BEGINS = ord("t")
_UNESCAPED = np.zeros(256, np.uint8)
_UNESCAPED[np.frombuffer(b'"\\bfnrt', np.uint8)] = np.frombuffer(b'"\\\b\f\n\r\t', np.uint8)


@njit
def _mark_valid(parts: np.ndarray, wanted: int, valid: np.ndarray) -> int:
    """Fill `valid`; give the number of rows that are not, or ODD where one is of another type than is wanted."""
    absent = 0
    for row in range(len(parts)):
        valid[row] = parts[row, 0] != ODD and parts[row, 2] != NULL_TYPE
        if not valid[row]:
            absent += 1
        elif wanted != 0 and parts[row, 2] != wanted:
            return ODD
    return absent


@njit(cache=True, nogil=True)
def gather_values(
    source: Address, parts: np.ndarray, wanted: int, target: Address, offsets: np.ndarray, valid: np.ndarray
) -> int:
    """Write the values one after the other as they stand."""
    absent = _mark_valid(parts, wanted, valid)
    if absent == ODD:
        return ODD
    to = target
    for row in range(len(parts)):
        offsets[row] = to - target
        if valid[row]:
            size = parts[row, 1] - parts[row, 0]
            copy(to, source + parts[row, 0], size)
            to += size
    offsets[len(parts)] = to - target
    return absent


@njit
def _copy_unescaped(at: Address, end: Address, to: Address) -> Address:
    """Copy the inside of a string that jsonb has printed, with its escapes resolved."""
    while at < end:
        word = word_at(at)
        put_word(to, word)
        backslashes = word ^ BACKSLASHES
        marks = (backslashes - ONES) & ~backslashes & HIGHS
        if marks == _ZERO:
            at += 8
            to += 8
            continue
        plain = zeros_below(marks) >> 3
        if at + plain >= end:
            break
        put_byte(to + plain, _UNESCAPED[byte_at(at + plain + 1)])
        at += plain + 2
        to += plain + 1
    return to + (end - at)


@njit(cache=True, nogil=True)
def gather_texts(
    source: Address, parts: np.ndarray, wanted: int, target: Address, offsets: np.ndarray, valid: np.ndarray
) -> int:
    """Write what is in the quotes of strings, one after the other; up to eight bytes behind them are written, too."""
    absent = _mark_valid(parts, wanted, valid)
    if absent == ODD:
        return ODD
    to = target
    for row in range(len(parts)):
        offsets[row] = to - target
        if valid[row]:
            to = _copy_unescaped(source + parts[row, 0] + 1, source + parts[row, 1] - 1, to)
    offsets[len(parts)] = to - target
    return absent


@njit(cache=True, nogil=True)
def gather_integers(source: Address, parts: np.ndarray, wanted: int, values: np.ndarray, valid: np.ndarray) -> int:
    """Read whole numbers of at most 18 digits; another number is not what is wanted, either."""
    absent = _mark_valid(parts, wanted, valid)
    if absent == ODD:
        return ODD
    for row in range(len(parts)):
        values[row] = 0
        if not valid[row]:
            continue
        at, end = source + parts[row, 0], source + parts[row, 1]
        is_negative = byte_at(at) == MINUS
        if is_negative:
            at += 1
        if end - at > 18:
            return ODD
        number = np.int64(0)
        while at < end:
            digit = np.int64(byte_at(at)) - NAUGHT
            if digit < 0 or digit > 9:
                return ODD
            number = number * 10 + digit
            at += 1
        values[row] = -number if is_negative else number
    return absent


@njit(cache=True, nogil=True)
def gather_truths(source: Address, parts: np.ndarray, wanted: int, values: np.ndarray, valid: np.ndarray) -> int:
    """Read truths as 1 and 0."""
    absent = _mark_valid(parts, wanted, valid)
    if absent == ODD:
        return ODD
    for row in range(len(parts)):
        values[row] = valid[row] and byte_at(source + parts[row, 0]) == _TRUE_BEGINS
    return absent
