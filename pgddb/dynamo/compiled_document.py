r"""Convert items in one pass over their bytes, by functions that numba compiles; any mixture of shapes will do.

Takes compact JSON as DynamoDB sends it. A row that is not so, or that jsonb_out would not print byte for byte (a space,
a number with an exponent, an escape such as `\u00e9` or `\/`, a name twice) is said to be odd and left to the walk:
this can make an answer fast, never different. Import it only where numba is installed.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from pgddb.dynamo.compiled_scalars import (
    BACKSLASH,
    CLOSE,
    CLOSE_LIST,
    COLON,
    COLON_SPACE,
    COMMA,
    COMMA_SPACE,
    LIST,
    MAP,
    ODD,
    OPEN,
    OPEN_LIST,
    QUOTE,
    SIX_BYTES,
    U,
    copy_scalar,
    copy_string,
)
from pgddb.pgtypes.compiled_memory import (
    Address,
    byte_at,
    copy,
    int_at,
    put_byte,
    put_short,
    swapped,
    word_at,
)

MOST_DEPTH = 72
"""Of objects and lists; DynamoDB nests 32 deep. What is deeper is odd."""

MOST_NAMES = 4096
"""Of the objects that are open at a time."""

Wanted = tuple[np.ndarray, np.ndarray]
"""Attributes: the addresses and lengths of their names, and the ranks of these."""

Room = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, Address]
"""Objects and lists that are open: what they are, and the first of their names. Names: where they stand, how long
they are, where the member begins and ends in the text, where the value was read. Their ranks; their order; room for
the text of a row."""

_AT_NAME, _AT_VALUE, _BEHIND, _AT_END = range(4)
_IN_MAP, _IN_LIST, _IN_NOTHING = range(3)


@njit
def _rank(at: Address, size: int) -> np.uint64:
    """Give a number that orders names as jsonb does, but for ties: length, then the first seven bytes."""
    word = word_at(at)
    if size < 8:
        word &= (U(1) << U(8 * size)) - U(1)
    return (swapped(word) >> U(8)) | (U(min(size, 255)) << U(56))


@njit
def _compare_tied(one: Address, one_size: int, other: Address, other_size: int) -> int:
    if one_size != other_size:
        return one_size - other_size
    for place in range(one_size):
        difference = np.int64(byte_at(one + place)) - np.int64(byte_at(other + place))
        if difference:
            return int(difference)
    return 0


@njit
def _in_order(names: np.ndarray, ranks: np.ndarray, order: np.ndarray, first: int, used: int) -> int:
    """Sort the names of an object into `order`: 1 if they stood otherwise, 0 if not, ODD if one stands there twice."""
    changed = 0
    for entry in range(first, used):
        place = entry
        rank = ranks[entry]
        while place > first:
            before = order[place - 1]
            if ranks[before] < rank:
                break
            if ranks[before] == rank:
                tie = _compare_tied(names[before, 0], names[before, 1], names[entry, 0], names[entry, 1])
                if tie == 0:
                    return ODD
                if tie < 0:
                    break
            order[place] = before
            place -= 1
            changed = 1
        order[place] = entry
    return changed


@njit
def _place_in_order(names: np.ndarray, order: np.ndarray, first: int, used: int, spare: Address) -> None:
    """Write the members of an object, which stand one after the other, once more in order; note where they stand."""
    begin = names[first, 2]
    copy(spare, begin, names[used - 1, 3] - begin)
    shift = spare - begin
    to = begin
    for place in range(first, used):
        entry = order[place]
        size = names[entry, 3] - names[entry, 2]
        copy(to, names[entry, 2] + shift, size)
        names[entry, 2] = to
        to += size
        names[entry, 3] = to
        if place < used - 1:
            put_short(to, COMMA_SPACE)
            to += 2


@njit
def _note_parts(names: np.ndarray, ranks: np.ndarray, used: int, wanted: Wanted, parts: np.ndarray, row: int) -> None:
    """Note where the values of the wanted attributes stand, and their types."""
    places, wanted_ranks = wanted
    for number in range(len(places)):
        at, size, rank = places[number, 0], places[number, 1], wanted_ranks[number]
        parts[number, row, 0] = ODD
        for step in range(used):
            entry = (number + step) % used
            is_same = rank == ranks[entry] and size == names[entry, 1]
            if is_same and (size < 8 or _compare_tied(at, size, names[entry, 0], size) == 0):
                parts[number, row, 0] = names[entry, 2] + size + 4
                parts[number, row, 1] = names[entry, 3]
                parts[number, row, 2] = int_at(names[entry, 4] + 2)
                break


@njit
def _convert(
    at: Address, end: Address, to: Address, is_item: bool, room: Room, wanted: Wanted, parts: np.ndarray, row: int
) -> Address:
    """Convert the row from `at` to `end`; give where its text ends, or ODD."""
    open_ones, names, ranks, order, spare = room
    depth, used = 1, 0
    open_ones[0, 0] = _IN_NOTHING
    state = _AT_VALUE
    if is_item:
        if byte_at(at) != OPEN:
            return ODD
        put_byte(to, OPEN)
        at += 1
        to += 1
        open_ones[0, 0], open_ones[0, 1] = _IN_MAP, 0
        state = _AT_END if byte_at(at) == CLOSE else _AT_NAME
    while at < end:
        if state == _AT_NAME:
            if byte_at(at) != QUOTE or used == MOST_NAMES:
                return ODD
            begin = at + 1
            names[used, 0], names[used, 2] = begin, to
            put_byte(to, QUOTE)
            at, to = copy_string(begin, end, to + 1)
            if at == ODD or byte_at(at) != COLON:
                return ODD
            size = at - begin - 1
            names[used, 1] = size
            if size < 1 or _has_backslash(begin, size):
                return ODD
            ranks[used] = _rank(begin, size)
            put_short(to, COLON_SPACE)
            at += 1
            to += 2
            names[used, 4] = at
            used += 1
            state = _AT_VALUE
        elif state == _AT_VALUE:
            word = word_at(at)
            kind = word & SIX_BYTES
            if kind == MAP or kind == LIST:
                if depth == MOST_DEPTH:
                    return ODD
                mark = OPEN if kind == MAP else OPEN_LIST
                put_byte(to, mark)
                at += 6
                to += 1
                open_ones[depth, 0], open_ones[depth, 1] = _IN_MAP if kind == MAP else _IN_LIST, used
                depth += 1
                if byte_at(at) == mark + 2:
                    state = _AT_END
                else:
                    state = _AT_NAME if kind == MAP else _AT_VALUE
            else:
                at, to = copy_scalar(word, at, end, to)
                if at == ODD:
                    return ODD
                state = _BEHIND
        elif state == _BEHIND:
            inside = open_ones[depth - 1, 0]
            if inside == _IN_NOTHING:
                return ODD
            mark = byte_at(at)
            if inside == _IN_MAP:
                names[used - 1, 3] = to
            if mark == COMMA:
                put_short(to, COMMA_SPACE)
                at += 1
                to += 2
                state = _AT_NAME if inside == _IN_MAP else _AT_VALUE
            elif mark == (CLOSE if inside == _IN_MAP else CLOSE_LIST):
                state = _AT_END
            else:
                return ODD
        else:
            depth -= 1
            first = open_ones[depth, 1]
            if open_ones[depth, 0] == _IN_MAP and used > first:
                changed = _in_order(names, ranks, order, first, used)
                if changed == ODD:
                    return ODD
                if changed:
                    _place_in_order(names, order, first, used, spare)
            put_byte(to, byte_at(at))
            at += 1
            to += 1
            if depth == 0:
                _note_parts(names, ranks, used, wanted, parts, row)
                return to if at == end else ODD
            used = first
            if byte_at(at) != CLOSE:
                return ODD
            at += 1
            state = _BEHIND
    return to if at == end and state == _BEHIND and not is_item and depth == 1 else ODD


@njit
def _has_backslash(at: Address, size: int) -> bool:
    for place in range(size):
        if byte_at(at + place) == BACKSLASH:
            return True
    return False


@njit(cache=True, nogil=True)
def convert_rows(
    rows: np.ndarray,
    target: Address,
    are_items: bool,
    room: Room,
    wanted: Wanted,
    bounds: np.ndarray,
    parts: np.ndarray,
    sizes: np.ndarray,
) -> int:
    """Convert rows; say how many are odd.

    Args:
        rows: the address and the end of each, with padding behind.
        target: room for one and a half times as many bytes and padding; the texts are written one after the other.
        are_items: whether rows are items or single values.
        room: to work in.
        wanted: attributes of items, of which `parts` shall tell.
        bounds: gets where each row's text begins, counted from `target`, and at last where the last one ends; the text
            of an odd row is empty.
        parts: gets for each wanted attribute and row where its value begins and ends in the texts, counted from
            `target`, and the four bytes that begin with its type. It begins at ODD if the item does not have it.
        sizes: gets for each wanted attribute how many bytes its values take.
    """
    to, odd = target, 0
    sizes[:] = 0
    for row in range(len(rows)):
        bounds[row] = to - target
        end = _convert(rows[row, 0], rows[row, 1], to, are_items, room, wanted, parts, row)
        for number in range(len(parts)):
            if end == ODD:
                parts[number, row, 0] = ODD
            elif parts[number, row, 0] != ODD:
                sizes[number] += parts[number, row, 1] - parts[number, row, 0]
                parts[number, row, 0] -= target
                parts[number, row, 1] -= target
        if end == ODD:
            odd += 1
        else:
            to = end
    bounds[len(rows)] = to - target
    return odd


@njit(cache=True, nogil=True)
def rank_names(places: np.ndarray, ranks: np.ndarray) -> None:
    """Give the ranks of names by their addresses and lengths; they are padded."""
    for number in range(len(places)):
        ranks[number] = _rank(places[number, 0], places[number, 1])
