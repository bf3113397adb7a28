"""Write sizes as pg_size_pretty does.

Source: size_pretty_units in src/backend/utils/adt/dbsize.c of PostgreSQL 15.
"""

from __future__ import annotations

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
_LIMIT = 10 * 1024
_HALF_LIMIT = 20 * 1024 - 1


def pretty_size(size_bytes: int) -> str:
    """Write a number of bytes in the unit that leaves it below 10 240.

    >>> pretty_size(0), pretty_size(10239), pretty_size(10240), pretty_size(123456789)
    ('0 bytes', '10239 bytes', '10 kB', '118 MB')
    """
    size = abs(size_bytes)
    sign = "-" if size_bytes < 0 else ""
    if size < _LIMIT:
        return f"{sign}{size} bytes"
    size >>= 9  # kept doubled, to round at the end
    for unit in _UNITS[1:]:
        if size < _HALF_LIMIT or unit == _UNITS[-1]:
            return f"{sign}{(size + 1) // 2} {unit}"
        size >>= 10
    raise AssertionError("the last unit takes every size")
