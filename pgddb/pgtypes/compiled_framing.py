"""Put encoded columns together into rows, in functions that numba compiles."""

from __future__ import annotations

import numpy as np
from numba import njit

from pgddb.pgtypes.compiled_memory import Address, byte_at, copy, int_at, put_byte, put_short, put_swapped_int, put_word

PADDING = 8
"""Bytes that must be writable behind the rows."""

VALID, WIDTH, CONTENT, OFFSETS, PREFIX_LENGTH, PREFIX = range(6)
"""What `frame` is told of each column: where its mask stands (0: nothing is NULL), how wide its values are (0: that is
told by offsets), where the values and their int32 offsets stand, how long the prefix of a value is, and the prefix."""


@njit(cache=True, nogil=True)
def frame(count: int, tag: int, columns: np.ndarray, delimiter: int, target: Address) -> Address:
    """Write rows of the columns; give the address behind them.

    Args:
        count: of rows.
        tag: of the messages.
        columns: six numbers for each, see above.
        delimiter: -1 for the body of a DataRow; else what stands between the values of a line, which holds no NULL.
        target: room for all messages and padding.
    """
    to = target
    width_of_column = len(columns)
    is_line = delimiter >= 0
    shown = np.uint16((width_of_column & 0xFF) << 8 | width_of_column >> 8)
    for row in range(count):
        begin = to
        put_byte(to, tag)
        to += 5
        if not is_line:
            put_short(to, shown)
            to += 2
        for number in range(width_of_column):
            column = columns[number]
            if is_line and number:
                put_byte(to, delimiter)
                to += 1
            if column[VALID] and byte_at(column[VALID] + row) == 0:
                put_swapped_int(to, -1)
                to += 4
                continue
            size = column[WIDTH]
            if size:
                source = column[CONTENT] + row * size
            else:
                first = int_at(column[OFFSETS] + 4 * row)
                size = np.int64(int_at(column[OFFSETS] + 4 * row + 4) - first)
                source = column[CONTENT] + first
            prefix = column[PREFIX_LENGTH]
            if not is_line:
                put_swapped_int(to, size + prefix)
                to += 4
            if prefix:
                put_word(to, column[PREFIX])
                to += prefix
            copy(to, source, size)
            to += size
        if is_line:
            put_byte(to, 10)
            to += 1
        put_swapped_int(begin + 1, to - begin - 1)
    return to
