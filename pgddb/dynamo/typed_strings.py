"""Find the strings of many typed items at once, and say what each of them is: a name, a type, or a scalar.

DynamoDB's typed JSON alternates: a name is followed by an object of one type, a type by its content. So what stands
beside a string says what it is; only names of members need the depth of the brackets. Rows of which something is not
as DynamoDB writes it (spaces, escapes by number, unknown types) are given by name and left to others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from pgddb.dynamo.document_shape import Numbers

TYPES = ("S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "M", "L")
"""Types by their number in `Strings.kinds`."""

_SCALARS = 6
"""Types before this number hold strings."""
_BOOL, _NULL, _MAP, _LIST, _UNKNOWN = 6, 7, 8, 9, 10
_FRONT, _BACK = 2, 8
"""Bytes around the content, so that what stands beside a string is never outside."""

_COMMA, _IN_TYPE, _IN_LIST, _IN_SCALAR = 1, 2, 4, 8
_KEY, _OBJECT, _END = 1, 2, 4


_FIRST, _SECOND = (np.arange(65536) >> place & 255 for place in (0, 8))
"""The bytes of each pair, by its number as it stands in memory; no longer there when the tables are made."""


def _among(column: Numbers, characters: str) -> Numbers:
    return np.isin(column, list(characters.encode()))


_BEFORE = (
    _COMMA * _among(_SECOND, ",")
    | _IN_TYPE * (_among(_SECOND, "{") & _among(_FIRST, ":"))
    | _IN_LIST * (_among(_SECOND, "{") & _among(_FIRST, "[,"))
    | _IN_SCALAR * _among(_SECOND, ":[,")
).astype(np.uint8)
_AFTER = (
    _KEY * _among(_FIRST, ":") | _OBJECT * (_among(_FIRST, ":") & _among(_SECOND, "{")) | _END * _among(_FIRST, ",]}")
).astype(np.uint8)
del _FIRST, _SECOND
_CLOSERS = np.frombuffer(b"}]", np.uint8)
_OPENS = np.array([0, 0, 0, 1, 1, 1, 0, 0, 1, 2, 0])
"""Brackets between a type and the next string, where its content has one."""

_WORDS = ('S":"', 'N":"', 'B":"', 'SS":', 'NS":', 'BS":', "BOOL", "NULL", 'M":{', 'L":[')
_WORD_NUMBERS = np.array([int.from_bytes(word.encode(), "little") for word in _WORDS], np.uint32)
_MODULUS = next(size for size in range(10, 256) if len(set(_WORD_NUMBERS.astype(np.int64) % size)) == len(TYPES))
_KIND_AT = np.full(_MODULUS, _UNKNOWN, np.int64)
_KIND_AT[_WORD_NUMBERS % _MODULUS] = np.arange(len(TYPES))
_WORD_AT = np.zeros(_MODULUS, np.uint32)
_WORD_AT[_WORD_NUMBERS % _MODULUS] = _WORD_NUMBERS


@dataclass(frozen=True, slots=True)
class Strings:
    """The strings of some rows, in their order.

    Attributes:
        content: the bytes of the rows, with some more around them.
        opens, closes: the places of their quotes.
        firsts: the number of the first string of each row, and of the one after the last.
        lengths: in bytes, escapes undone.
        is_name, is_type: what a string is; anything else is a scalar.
        is_member: names that stand in a map.
        is_element: types of the elements of a list.
        kinds: the type of each type and scalar, as its number in TYPES.
        odd_rows: rows of which nothing is said.
    """

    content: Numbers
    opens: Numbers
    closes: Numbers
    firsts: Numbers
    lengths: Numbers
    is_name: Numbers
    is_type: Numbers
    is_member: Numbers
    is_element: Numbers
    kinds: Numbers
    odd_rows: Numbers


def strings_of(texts: pa.LargeBinaryArray, *, whole: bool) -> Strings:
    """Find the strings of items, or of single typed values where not `whole`; no row is NULL."""
    count = len(texts)
    offsets = np.frombuffer(texts.buffers()[1], np.int64, count + 1, texts.offset * 8)
    held = texts.buffers()[2]
    body = held.slice(offsets[0], offsets[-1] - offsets[0]) if held is not None else b""
    content = np.frombuffer(b"".join((bytes(_FRONT), body, bytes(_BACK))), np.uint8)
    offsets = offsets - offsets[0] + _FRONT
    is_quote = content == ord('"')
    escapes, odd_places = _escapes(content, is_quote)
    quotes = np.flatnonzero(is_quote)
    first_quotes = np.searchsorted(quotes, offsets)
    if not len(quotes) or (first_quotes & 1).any():
        return _unread(content, count)
    opens, closes, firsts = quotes[0::2], quotes[1::2], first_quotes // 2
    lengths = closes - opens - 1
    if len(escapes):
        lengths -= np.bincount(np.searchsorted(opens, escapes, "right") - 1, minlength=len(opens))
    rows = np.flatnonzero(firsts[:-1] < firsts[1:])
    begins = firsts[rows]
    before, after = _BEFORE[_pairs(content, opens - 2)], _AFTER[_pairs(content, closes + 1)]
    before[begins] = np.where(opens[begins] == offsets[rows] + 1, _COMMA if whole else _IN_LIST, 0)
    is_name, is_type = _keys((after & _KEY) > 0, before)
    is_element = is_type & ((before & _IN_LIST) > 0)
    is_element[begins] = False
    kinds = _kinds(content, opens, is_type)
    is_good = np.where(is_name, after & _OBJECT, np.where(is_type, before & (_IN_TYPE | _IN_LIST), after & _END)) > 0
    is_good &= is_name | (kinds < np.where(is_type, _UNKNOWN, _SCALARS))
    bad_strings, is_member = np.flatnonzero(~is_good), is_name
    strings = Strings(content, opens, closes, firsts, lengths, is_name, is_type, is_member, is_element, kinds, rows)
    odd_rows: list[Numbers] = [
        np.searchsorted(firsts, bad_strings, "right") - 1,
        np.searchsorted(offsets, odd_places, "right") - 1,
        np.flatnonzero(firsts[:-1] == firsts[1:]),
    ]
    if whole:
        depths, uneven = _depths(strings, begins, offsets[rows + 1])
        is_member = is_name & (depths > 1)
        odd_rows.append(rows[uneven])
    return replace(strings, is_member=is_member, odd_rows=np.unique(np.concatenate(odd_rows)))


def _pairs(content: Numbers, places: Numbers) -> Numbers:
    return np.ndarray((len(content) - 1,), np.uint16, content, strides=(1,))[places]


def _unread(content: Numbers, count: int) -> Strings:
    none, no = np.zeros(0, np.int64), np.zeros(0, bool)
    firsts = np.zeros(count + 1, np.int64)
    return Strings(content, none, none, firsts, none, no, no, no, no, none, np.arange(count))


def escaping_backslashes(content: Numbers) -> Numbers:
    """Give the places of the backslashes that escape what follows, among bytes of JSON."""
    places = np.flatnonzero(content == ord("\\"))
    if not len(places):
        return places
    numbers = np.arange(len(places))
    begins = np.empty(len(places), bool)
    begins[0] = True
    np.not_equal(np.diff(places), 1, out=begins[1:])
    run_start = np.maximum.accumulate(np.where(begins, numbers, 0))
    return places[(numbers - run_start) % 2 == 0]


def _escapes(content: Numbers, is_quote: Numbers) -> tuple[Numbers, Numbers]:
    """Take the quotes that a backslash escapes out of `is_quote`; give the escapes, and those by number."""
    escaping = escaping_backslashes(content)
    is_quote[escaping + 1] = False
    return escaping, escaping[content[escaping + 1] == ord("u")]


def _keys(is_key: Numbers, before: Numbers) -> tuple[Numbers, Numbers]:
    """Part names and types: a name comes first or after a comma, a type first in a list, and otherwise they alternate.

    The first string of an item counts as after a comma, that of a value as in a list.
    """
    places = np.arange(len(is_key))
    known = np.maximum.accumulate(np.where(is_key & (before == _IN_TYPE), 0, places))
    is_name = is_key & (((before[known] & _COMMA) > 0) ^ ((places - known) & 1).astype(bool))
    return is_name, is_key & ~is_name


def _kinds(content: Numbers, opens: Numbers, is_type: Numbers) -> Numbers:
    """Read the types; a scalar has that of the last one before it."""
    at = np.flatnonzero(is_type)
    words = np.ndarray((len(content) - 3,), np.uint32, content, strides=(1,))[opens[at] + 1]
    slots = words % _MODULUS
    found = np.where(_WORD_AT[slots] == words, _KIND_AT[slots], _UNKNOWN)
    kinds: Numbers = np.append(_UNKNOWN, found)[np.cumsum(is_type)]
    return kinds


def _depths(strings: Strings, begins: Numbers, ends: Numbers) -> tuple[Numbers, Numbers]:
    """Count the brackets around each string; and say which rows have something else between their strings.

    What stands between two strings of a row is known but for the brackets that close, so its length gives their
    number. A space would count as one too many, and the row would not end at the depth at which it must.
    """
    if not (strings.is_type & (strings.kinds == _MAP)).any():
        return np.ones(len(strings.opens), np.int64), np.zeros(0, np.int64)
    content, kinds, after_key = strings.content, strings.kinds, strings.closes + 2
    is_word = strings.is_type & ((kinds == _BOOL) | (kinds == _NULL))
    word = np.flatnonzero(is_word)
    containers = np.flatnonzero(strings.is_type & (kinds >= _MAP))
    is_empty = np.isin(content[after_key[containers] + 1], _CLOSERS)
    inside = np.zeros(len(kinds), np.int64)
    inside[word] = len(":true") + (content[after_key[word]] == ord("f"))
    inside[containers[is_empty]] = len(":{}")
    opened = np.where(strings.is_name, 1, np.where(strings.is_type & (inside == 0), _OPENS[kinds], 0))
    goes_down = strings.is_name | (strings.is_type & (inside == 0))
    gaps = strings.opens[1:] - strings.closes[:-1] - 1 - inside[:-1]
    steps = np.where(goes_down[:-1], opened[:-1], 1 - gaps + 2 * strings.is_element[1:])
    depths = np.cumsum(np.concatenate([[1], steps]))
    depths -= np.repeat(depths[begins] - 1, np.diff(np.append(begins, len(depths))))
    lasts = np.append(begins[1:], len(depths)) - 1
    closed = ends - strings.closes[lasts] - 1 - inside[lasts]
    return depths, np.flatnonzero((closed != depths[lasts]) | goes_down[lasts])
