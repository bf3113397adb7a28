"""Read DECLARE, FETCH, MOVE and CLOSE."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from pgddb.errors import InvalidCursorDefinition
from pgddb.sql.reader import Reader
from pgddb.sql.statements import CloseCursor, FetchCursor, FetchDirection, MoveCursor, Statement


class DeclareHead(Struct, frozen=True):
    """What DECLARE says before its query."""

    name: str
    binary: bool
    insensitive: bool | None
    scroll: bool | None
    hold: bool


def declare_head(reader: Reader) -> DeclareHead:
    """Read DECLARE's name and options up to FOR."""
    name = reader.name()
    binary = False
    insensitive: bool | None = None
    scroll: bool | None = None
    while not reader.accept("CURSOR"):
        if reader.accept("BINARY"):
            binary = True
        elif word := reader.accept_any("INSENSITIVE", "ASENSITIVE"):
            if insensitive is (word == "ASENSITIVE"):
                raise InvalidCursorDefinition("cannot specify both INSENSITIVE and ASENSITIVE")
            insensitive = word == "INSENSITIVE"
        else:
            backward = not reader.accept("NO")
            reader.expect("SCROLL")
            if scroll is (not backward):
                raise InvalidCursorDefinition("cannot specify both SCROLL and NO SCROLL")
            scroll = backward
    hold = reader.accept("WITH", "HOLD")
    if not hold:
        reader.accept("WITHOUT", "HOLD")
    reader.expect("FOR")
    return DeclareHead(name, binary, insensitive, scroll, hold)


def _fetch(reader: Reader) -> FetchCursor:
    direction, count = _direction(reader)
    return FetchCursor(reader.text, _cursor_name(reader), direction, count)


def _move(reader: Reader) -> MoveCursor:
    direction, count = _direction(reader)
    return MoveCursor(reader.text, _cursor_name(reader), direction, count)


def _cursor_name(reader: Reader) -> str:
    reader.accept_any("FROM", "IN")
    return reader.name()


_JUMPS = {
    "NEXT": (FetchDirection.FORWARD, 1),
    "PRIOR": (FetchDirection.BACKWARD, 1),
    "FIRST": (FetchDirection.ABSOLUTE, 1),
    "LAST": (FetchDirection.ABSOLUTE, -1),
    "ALL": (FetchDirection.FORWARD, None),
}


def _direction(reader: Reader) -> tuple[FetchDirection, int | None]:
    if len(reader.rest) == 1:  # the cursor's name alone, which may be a word such as "next"
        return FetchDirection.FORWARD, 1
    jump = reader.accept_any(*_JUMPS)
    if jump:
        return _JUMPS[jump]
    for word in (FetchDirection.ABSOLUTE, FetchDirection.RELATIVE):
        if reader.accept(word.name):
            count = reader.integer()
            if count is None:
                raise reader.error()
            return word, count
    direction = reader.accept_any("FORWARD", "BACKWARD")
    backward = direction == "BACKWARD"
    if direction and reader.accept("ALL"):
        return (FetchDirection.BACKWARD if backward else FetchDirection.FORWARD), None
    count = reader.integer()
    count = 1 if count is None else count
    if backward:
        count = -count
    return (FetchDirection.FORWARD, count) if count >= 0 and not (backward and count == 0) else _backward(count)


def _backward(count: int) -> tuple[FetchDirection, int]:
    return FetchDirection.BACKWARD, -count


def _close(reader: Reader) -> CloseCursor:
    return CloseCursor(reader.text, None if reader.accept("ALL") else reader.name())


READERS: dict[str, Callable[[Reader], Statement]] = {"FETCH": _fetch, "MOVE": _move, "CLOSE": _close}
"""What reads a statement behind its first word."""
