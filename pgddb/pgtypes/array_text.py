"""Write and read the text form of arrays: {1,2}, {"a b",NULL}, {{1,2},{3,4}}, [0:1]={a,b}.

Source: array_in and array_out in src/backend/utils/adt/arrayfuncs.c of PostgreSQL 15.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from pgddb.errors import ArraySubscriptError, InvalidTextRepresentation, ProgramLimitExceeded

MAX_DIMENSIONS = 6
"""As MAXDIM in the PostgreSQL source."""

_NEEDS_QUOTES = {
    delimiter: re.compile(rf'[{delimiter}{{}}"\\ \t\n\r\v\f]|\A\Z|\A[nN][uU][lL][lL]\Z') for delimiter in ",;"
}
_BOUNDS = re.compile(r"\s*(?:\[\s*([+-]?\d+)\s*(?::\s*([+-]?\d+)\s*)?\])")
_ESCAPABLE = re.compile(r'(["\\])')
_SPACE = " \t\n\r\v\f"


def write_array(value: Sequence[Any], write_element: Callable[[Any], str], delimiter: str = ",") -> str:
    """Write nested lists as an array literal; None is NULL.

    >>> write_array([["a b", None], ["", "null"]], str)
    '{{"a b",NULL},{"","null"}}'
    """
    if not any(length == 0 for length in dimensions(value)):
        return _write_level(value, write_element, delimiter)
    return "{}"


_RAGGED = "multidimensional arrays must have array expressions with matching dimensions"


def dimensions(value: Sequence[Any]) -> tuple[int, ...]:
    """Measure nested lists.

    Raises:
        ProgramLimitExceeded: there are more than six levels.
        ArraySubscriptError: the lists on one level differ in length, or some are NULL.
    """
    lengths: list[int] = []
    level: list[Any] = [value]
    while isinstance(level[0], list):
        lengths.append(len(level[0]))
        if any(not isinstance(part, list) or len(part) != lengths[-1] for part in level):
            raise ArraySubscriptError(_RAGGED)
        level = [element for part in level for element in part]
        if not level:
            break
    if any(isinstance(element, list) for element in level):
        raise ArraySubscriptError(_RAGGED)
    if len(lengths) > MAX_DIMENSIONS:
        raise ProgramLimitExceeded(
            f"number of array dimensions ({len(lengths)}) exceeds the maximum allowed ({MAX_DIMENSIONS})"
        )
    return tuple(lengths)


def flattened(value: Sequence[Any]) -> list[Any]:
    """Give the elements of nested lists in row order."""
    level = list(value)
    while level and isinstance(level[0], list):
        level = [element for part in level for element in part]
    return level


def parse_array(text: str, parse_element: Callable[[str], Any], delimiter: str = ",") -> list[Any]:
    """Read an array literal into nested lists; NULL is None. Lower bounds are checked and dropped.

    Raises:
        InvalidTextRepresentation: the text is no array literal.
    """
    bounds, start = _read_bounds(text)
    value = _ArrayReader(text, start, parse_element, delimiter).read()
    try:
        lengths = dimensions(value)
    except ArraySubscriptError:
        raise _malformed(text, "Multidimensional arrays must have sub-arrays with matching dimensions.") from None
    if bounds is not None and lengths != bounds:
        raise _malformed(text, "Specified array dimensions do not match array contents.")
    if 0 in lengths[1:]:
        raise _malformed(text, 'Unexpected "}" character.')
    return value


def _write_level(value: Sequence[Any], write_element: Callable[[Any], str], delimiter: str) -> str:
    parts = []
    needs_quotes = _NEEDS_QUOTES[delimiter]
    for element in value:
        if element is None:
            parts.append("NULL")
        elif isinstance(element, list):
            parts.append(_write_level(element, write_element, delimiter))
        else:
            text = write_element(element)
            parts.append('"' + _ESCAPABLE.sub(r"\\\1", text) + '"' if needs_quotes.search(text) else text)
    return "{" + delimiter.join(parts) + "}"


def _malformed(text: str, detail: str) -> InvalidTextRepresentation:
    return InvalidTextRepresentation(f'malformed array literal: "{text}"', detail=detail)


def _read_bounds(text: str) -> tuple[tuple[int, ...] | None, int]:
    lengths: list[int] = []
    position = 0
    while match := _BOUNDS.match(text, position):
        low, high = (1, int(match[1])) if match[2] is None else (int(match[1]), int(match[2]))
        if high < low:
            raise InvalidTextRepresentation("upper bound cannot be less than lower bound")
        lengths.append(high - low + 1)
        position = match.end()
    if not lengths:
        return None, 0
    equals = re.compile(r"\s*=").match(text, position)
    if equals is None:
        raise _malformed(text, 'Missing "=" after array dimensions.')
    return tuple(lengths), equals.end()


class _ArrayReader:
    """One pass over an array literal."""

    def __init__(self, text: str, start: int, parse_element: Callable[[str], Any], delimiter: str) -> None:
        self._text = text
        self._position = start
        self._parse_element = parse_element
        self._delimiter = delimiter
        self._bare_end = re.compile(rf'[{delimiter}{{}}"]')

    def read(self) -> list[Any]:
        self._skip_space()
        if self._peek() != "{":
            raise _malformed(self._text, 'Array value must start with "{" or dimension information.')
        value = self._read_level(1)
        self._skip_space()
        if self._position != len(self._text):
            raise _malformed(self._text, "Junk after closing right brace.")
        return value

    def _read_level(self, depth: int) -> list[Any]:
        if depth > MAX_DIMENSIONS:
            raise ProgramLimitExceeded(
                f"number of array dimensions ({depth}) exceeds the maximum allowed ({MAX_DIMENSIONS})"
            )
        self._position += 1
        values: list[Any] = []
        self._skip_space()
        if self._peek() == "}":
            self._position += 1
            return values
        while True:
            self._skip_space()
            values.append(self._read_level(depth + 1) if self._peek() == "{" else self._read_element())
            self._skip_space()
            end = self._peek()
            self._position += 1
            if end == "}":
                return values
            if end != self._delimiter:
                raise _malformed(
                    self._text, "Unexpected end of input." if not end else f'Unexpected "{end}" character.'
                )

    def _read_element(self) -> Any:  # whatever the element's parser gives
        if self._peek() == '"':
            return self._parse_element(self._read_quoted())
        start = self._position
        pieces: list[str] = []
        while (character := self._peek()) and not self._bare_end.match(character):
            if character == "\\":
                pieces.append(self._escaped())
            else:
                pieces.append(character)
                self._position += 1
        raw = self._text[start : self._position]
        if not raw.strip(_SPACE):
            raise self._unexpected(self._peek())
        if raw.strip(_SPACE).lower() == "null":
            return None
        # a backslash keeps a space at the end from being trimmed
        text = "".join(pieces)
        return self._parse_element(text if raw.rstrip(_SPACE).endswith("\\") else text.rstrip(_SPACE))

    def _read_quoted(self) -> str:
        self._position += 1
        pieces: list[str] = []
        while (character := self._peek()) != '"':
            if not character:
                raise _malformed(self._text, "Unexpected end of input.")
            if character == "\\":
                pieces.append(self._escaped())
            else:
                pieces.append(character)
                self._position += 1
        self._position += 1
        return "".join(pieces)

    def _escaped(self) -> str:
        self._position += 2
        if self._position > len(self._text):
            raise _malformed(self._text, "Unexpected end of input.")
        return self._text[self._position - 1]

    def _unexpected(self, found: str) -> InvalidTextRepresentation:
        return _malformed(self._text, f'Unexpected "{found}" character.' if found else "Unexpected end of input.")

    def _peek(self) -> str:
        return self._text[self._position : self._position + 1]

    def _skip_space(self) -> None:
        while self._peek() and self._peek() in _SPACE:
            self._position += 1
