"""Copy the scalars of DynamoDB JSON as jsonb prints them: strings, numbers, truths, NULL and sets, in numba's Python.

Each function takes the address of what it reads and of where it writes, and gives those behind both; the first is ODD
where the text has to be walked.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from pgddb.pgtypes.compiled_memory import Address, byte_at, put_byte, put_short, put_word, word_at, zeros_below

PADDING = 24
"""Bytes that must be readable behind the items."""

ODD = -1
"""Instead of an address: this has to be walked."""

U = np.uint64
ONES, HIGHS = U(0x0101010101010101), U(0x8080808080808080)
_QUOTES, BACKSLASHES, _SPACES = U(0x22 * 0x0101010101010101), U(0x5C * 0x0101010101010101), U(0x2020202020202020)
_ZERO = U(0)
SIX_BYTES, _SEVEN_BYTES = U(2**48 - 1), U(2**56 - 1)
_FIVE_BYTES = U(2**40 - 1)


def _word(text: bytes) -> np.uint64:
    return U(int.from_bytes(text, "little"))


_TEXT, _BINARY, _NUMBER = _word(b'{"S":"'), _word(b'{"B":"'), _word(b'{"N":"')
MAP, LIST = _word(b'{"M":{'), _word(b'{"L":[')
_TEXTS, _BINARIES, _NUMBERS = _word(b'{"SS":['), _word(b'{"BS":['), _word(b'{"NS":[')
_BOOLEAN, _NULL = _word(b'{"BOOL":'), _word(b'{"NULL":')
_TRUE_END, _FALSE_END = _word(b"true}"), _word(b"false}")
_TRUE, _FALSE, _NULL_TEXT = _word(b"true"), _word(b"false"), _word(b"null")

QUOTE, BACKSLASH, COMMA, COLON, _DOT, MINUS = b'"\\,:.-'
OPEN, CLOSE, OPEN_LIST, CLOSE_LIST = b"{}[]"
COMMA_SPACE, COLON_SPACE = (np.uint16(int.from_bytes(text, "little")) for text in (b", ", b": "))
NAUGHT, _NINE = b"09"
_IS_ESCAPE = np.isin(np.arange(256), list(b'"\\bfnrt'))
"""What follows a backslash in an escape that jsonb_out prints as it stands."""


@njit
def _marks(word: np.uint64) -> np.uint64:
    """Set the high bit of the first byte that ends a run of plain text; bits above it may be set wrongly."""
    quotes, backslashes = word ^ _QUOTES, word ^ BACKSLASHES
    found = ((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes) | ((word - _SPACES) & ~word)
    return found & HIGHS


@njit
def copy_string(at: Address, end: Address, to: Address) -> tuple[Address, Address]:
    """Copy what stands behind an opening quote, and the closing quote."""
    while at < end:
        word = word_at(at)
        put_word(to, word)
        marks = _marks(word)
        if marks == _ZERO:
            at += 8
            to += 8
            continue
        plain = zeros_below(marks) >> 3
        at += plain
        to += plain
        mark = byte_at(at)
        if mark == QUOTE:
            return at + 1, to + 1
        if mark != BACKSLASH or not _IS_ESCAPE[byte_at(at + 1)]:
            return ODD, to
        put_byte(to, mark)
        put_byte(to + 1, byte_at(at + 1))
        at += 2
        to += 2
    return ODD, to


@njit
def _copy_digits(at: Address, to: Address) -> tuple[Address, Address]:
    digit = byte_at(at)
    while NAUGHT <= digit <= _NINE:
        put_byte(to, digit)
        at += 1
        to += 1
        digit = byte_at(at)
    return at, to


@njit
def _copy_number(at: Address, to: Address) -> tuple[Address, Address]:
    """Copy a number that numeric_out prints as it stands, and step over the closing quote."""
    first = byte_at(at)
    if first == MINUS:
        put_byte(to, first)
        at += 1
        to += 1
        first = byte_at(at)
        if first == NAUGHT:
            return ODD, to
    begin = at
    at, to = _copy_digits(at, to)
    if at == begin or (first == NAUGHT and at - begin > 1):
        return ODD, to
    if byte_at(at) == _DOT:
        put_byte(to, _DOT)
        begin = at + 1
        at, to = _copy_digits(begin, to + 1)
        if at == begin:
            return ODD, to
    if byte_at(at) != QUOTE:
        return ODD, to
    return at + 1, to


@njit
def _copy_set(at: Address, end: Address, to: Address, numbers: bool) -> tuple[Address, Address]:
    """Copy the strings of a set from behind its bracket, and the bracket at its end."""
    if byte_at(at) == CLOSE_LIST:
        put_byte(to, CLOSE_LIST)
        return at + 1, to + 1
    while at < end and byte_at(at) == QUOTE:
        if numbers:
            at, to = _copy_number(at + 1, to)
        else:
            put_byte(to, QUOTE)
            at, to = copy_string(at + 1, end, to + 1)
        if at == ODD:
            return ODD, to
        mark = byte_at(at)
        at += 1
        if mark == CLOSE_LIST:
            put_byte(to, mark)
            return at, to + 1
        if mark != COMMA:
            return ODD, to
        put_short(to, COMMA_SPACE)
        to += 2
    return ODD, to


@njit
def copy_scalar(word: np.uint64, at: Address, end: Address, to: Address) -> tuple[Address, Address]:
    """Copy the typed value that begins with the word; the brace that ends it is stepped over."""
    begin = word & SIX_BYTES
    if begin == _TEXT or begin == _BINARY:
        put_byte(to, QUOTE)
        at, to = copy_string(at + 6, end, to + 1)
    elif begin == _NUMBER:
        at, to = _copy_number(at + 6, to)
    elif word == _BOOLEAN:
        rest = word_at(at + 8)
        if rest & _FIVE_BYTES == _TRUE_END:
            put_word(to, _TRUE)
            return at + 13, to + 4
        if rest & SIX_BYTES == _FALSE_END:
            put_word(to, _FALSE)
            return at + 14, to + 5
        return ODD, to
    elif word == _NULL:
        if word_at(at + 8) & _FIVE_BYTES != _TRUE_END:
            return ODD, to
        put_word(to, _NULL_TEXT)
        return at + 13, to + 4
    else:
        begin = word & _SEVEN_BYTES
        if begin != _TEXTS and begin != _NUMBERS and begin != _BINARIES:
            return ODD, to
        put_byte(to, OPEN_LIST)
        at, to = _copy_set(at + 7, end, to + 1, begin == _NUMBERS)
    if at == ODD or byte_at(at) != CLOSE:
        return ODD, to
    return at + 1, to
