"""Find where the items of a response stand, in a function that numba compiles: no object for each of them.

Only brackets and strings are looked at; whoever reads the items finds out whether they are JSON.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from pgddb.dynamo import compiled_scalars
from pgddb.dynamo.compiled_scalars import BACKSLASHES, CLOSE_LIST, COMMA, HIGHS, ODD, ONES, OPEN, OPEN_LIST, QUOTE
from pgddb.pgtypes import compiled_memory
from pgddb.pgtypes.compiled_memory import Address, byte_at, drop_stale, int_at, put_int, word_at, zeros_below

VIEW_BYTES = 16
_INLINE_BYTES = 12
_LEAST_ITEM = 13
_ITEMS = b'"Items":['
_QUOTES, _ZERO = np.uint64(0x22 * 0x0101010101010101), np.uint64(0)
_AFTER_READ = 8
"""Bytes behind the last item that may be read: more stand there in every response that is not cut off."""


@njit
def _after_string(at: Address, end: Address) -> Address:
    """Step over the rest of a string and its quote."""
    while at < end:
        word = word_at(at)
        quotes, backslashes = word ^ _QUOTES, word ^ BACKSLASHES
        marks = (((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes)) & HIGHS
        if marks == _ZERO:
            at += 8
            continue
        at += zeros_below(marks) >> 3
        if byte_at(at) == QUOTE:
            return at + 1
        at += 2
    return end


@njit
def _after_object(at: Address, end: Address) -> Address:
    """Step over an object, `at` its brace; gives `end` where it does not end before."""
    depth = 0
    while at < end:
        mark = byte_at(at)
        at += 1
        if mark == QUOTE:
            at = _after_string(at, end)
        elif mark == OPEN or mark == OPEN_LIST:
            depth += 1
        elif mark == OPEN + 2 or mark == CLOSE_LIST:
            depth -= 1
            if depth == 0:
                return at
    return end


@njit(cache=True, nogil=True)
def find_items(body: Address, first: int, size: int, views: Address, bounds: np.ndarray) -> int:
    """Write a string view for each item of a list; give how many there are, or ODD if it is not as it should be.

    Args:
        body: the response.
        first: where the list's first item stands in it.
        size: of the response, in bytes.
        views: room for as many views as items of thirteen bytes fit the response.
        bounds: gets where the list ends: the place of its bracket.
    """
    at, end, count = body + first, body + size - _AFTER_READ, 0
    while at < end and byte_at(at) == OPEN:
        begin = at
        at = _after_object(begin, end)
        length = at - begin
        if at >= end or length <= _INLINE_BYTES:
            return ODD
        view = views + VIEW_BYTES * count
        put_int(view, length)
        put_int(view + 4, int_at(begin))
        put_int(view + 8, 0)
        put_int(view + 12, begin - body)
        count += 1
        mark = byte_at(at)
        if mark == CLOSE_LIST:
            bounds[0] = at - body
            return count
        if mark != COMMA:
            return ODD
        at += 1
    return ODD


def cut_items(body: bytes) -> tuple[npt.NDArray[np.uint8], int, bytes] | None:
    """Cut the items out of a response: their views, how many they are, and the response without them.

    None if they do not stand there as in compact JSON, or if there are none.
    """
    first = body.find(_ITEMS) + len(_ITEMS)
    if first < len(_ITEMS):
        return None
    views = np.empty((len(body) // _LEAST_ITEM + 1) * VIEW_BYTES, np.uint8)
    bounds = np.empty(1, np.int64)
    content = np.frombuffer(body, np.uint8)
    count = find_items(content.ctypes.data, first, len(body), views.ctypes.data, bounds)
    if count == ODD:
        return None
    return views, count, body[:first] + body[int(bounds[0]) :]


def compile_functions() -> None:
    """Compile the functions, or load them from numba's cache."""
    drop_stale((find_items,), (compiled_memory, compiled_scalars))
    cut_items(b'{"Items":[{"a":{"S":"b"}}],"Count":1}')
