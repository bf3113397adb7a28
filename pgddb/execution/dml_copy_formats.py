r"""Cut the stream of COPY FROM STDIN into rows of cells, in PostgreSQL's three formats.

Each reader takes the stream in pieces of any size and gives the rows that are complete: the number of the line where
a row begins, and its cells, None for NULL.

Source: https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9 (file formats)
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from pgddb.errors import BadCopyFileFormat, CharacterNotInRepertoire, FeatureNotSupported, InvalidParameterValue
from pgddb.pgtypes.encodings import CODECS, find_encoding
from pgddb.sql.options import CopyOptions

Cells = list[str | None]
NumberedRow = tuple[int, Cells]
BinaryCell = Callable[[bytes, int], str]
"""Gives the text of a binary value, by the place of its column."""

MAX_LINE_BYTES = 1024 * 1024 * 64
"""No row of a table is nearly as long; a longer line is a file of another format."""

_UNESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.)|$)", re.DOTALL)
_END_MARK = "\\."


class RowReader(Protocol):
    """Reads one stream."""

    def take(self, content: bytes) -> Iterator[NumberedRow]:
        """Give the rows that are complete with this piece."""

    def finish(self) -> Iterator[NumberedRow]:
        """Give the rows that the end of the stream completes.

        Raises:
            BadCopyFileFormat: the stream breaks off inside a row.
        """


def row_reader(options: CopyOptions, names: Sequence[str], binary_cell: BinaryCell) -> RowReader:
    """Choose the reader of a format; `names` are the columns of the rows."""
    if options.format == "binary":
        return BinaryRows(len(names), binary_cell)
    encoding = find_encoding(options.encoding or "UTF8")
    if encoding is None:
        raise InvalidParameterValue('argument to option "encoding" must be a valid encoding name')
    if encoding not in CODECS:
        raise FeatureNotSupported(f"COPY in the encoding {encoding}")
    codec = CODECS[encoding]
    if options.format == "csv":
        return CsvRows(options, names, codec)
    return TextRows(options, names, codec)


class _Lines:
    """Cuts a stream into lines, whichever way they end, and checks the header."""

    def __init__(self, options: CopyOptions, names: Sequence[str], codec: str) -> None:
        self.number = 0
        self._names = list(names)
        self._header = options.header
        self._codec = codec
        self._rest = b""
        self.ended = False

    def take(self, content: bytes, *, is_last: bool = False) -> Iterator[str]:
        """Give the complete lines."""
        if self.ended:
            return
        lines = (self._rest + content).split(b"\n")
        self._rest = b"" if is_last else lines.pop()
        if is_last and lines[-1] == b"":
            lines.pop()
        if len(self._rest) > MAX_LINE_BYTES:
            raise BadCopyFileFormat("line too long", where=f"line {self.number + 1}")
        for line in lines:
            self.number += 1
            yield self._text(line[:-1] if line.endswith(b"\r") else line)

    def _text(self, line: bytes) -> str:
        try:
            text = line.decode(self._codec)
        except UnicodeDecodeError as error:
            raise CharacterNotInRepertoire(
                f'invalid byte sequence for encoding "UTF8": 0x{line[error.start]:02x}', where=f"line {self.number}"
            ) from error
        if "\0" in text:
            raise CharacterNotInRepertoire(
                'invalid byte sequence for encoding "UTF8": 0x00', where=f"line {self.number}"
            )
        return text

    def is_header(self, cells: Callable[[], Cells]) -> bool:
        """Say whether the line is the header; one that shall match the columns must."""
        if self.number != 1 or self._header == "false":
            return False
        if self._header == "match" and cells() != self._names:
            raise BadCopyFileFormat(
                "column name mismatch in header line", detail=f"Expected {', '.join(self._names)}.", where="line 1"
            )
        return True


class TextRows:
    r"""Reads the text format: a line for each row, cells divided by tabs, `\N` for NULL, backslash escapes."""

    def __init__(self, options: CopyOptions, names: Sequence[str], codec: str) -> None:
        self._lines = _Lines(options, names, codec)
        self._delimiter = options.delimiter or "\t"
        self._null = "\\N" if options.null is None else options.null
        self._pending: str | None = None

    def take(self, content: bytes) -> Iterator[NumberedRow]:
        return self._rows(self._lines.take(content))

    def finish(self) -> Iterator[NumberedRow]:
        yield from self._rows(self._lines.take(b"", is_last=True))
        if self._pending is not None:
            yield self._lines.number, self._cells(self._pending)

    def _rows(self, lines: Iterator[str]) -> Iterator[NumberedRow]:
        for line in lines:
            if self._pending is not None:
                line = f"{self._pending}\n{line}"  # noqa: PLW2901 - a backslash took the end of the line before
                self._pending = None
            if line == _END_MARK:
                self._lines.ended = True
                return
            if line.endswith("\\") and (len(line) - len(line.rstrip("\\"))) % 2:
                self._pending = line
                continue
            cells = self._cells(line)
            if not self._lines.is_header(lambda cells=cells: cells):  # type: ignore[misc]  # bound at once
                yield self._lines.number, cells

    def _cells(self, line: str) -> Cells:
        if "\\" not in line:
            return [None if cell == self._null else cell for cell in line.split(self._delimiter)]
        return [None if cell == self._null else _unescaped(cell) for cell in self._split(line)]

    def _split(self, line: str) -> list[str]:
        """Cut at delimiters that no backslash precedes."""
        cells, start, at = [], 0, 0
        while at < len(line):
            if line[at] == "\\":
                at += 2
                continue
            if line[at] == self._delimiter:
                cells.append(line[start:at])
                start = at + 1
            at += 1
        return [*cells, line[start:]]


def _unescaped(cell: str) -> str:
    """Undo backslash escapes; those by number name bytes, of which several may make one character."""
    if "\\" not in cell:
        return cell
    content = bytearray()
    end = 0
    for found in _ESCAPE.finditer(cell):
        content += cell[end : found.start()].encode()
        end = found.end()
        hexadecimal, octal, letter = found.groups()
        if hexadecimal is not None or octal is not None:
            content.append(int(hexadecimal, 16) if hexadecimal else int(octal, 8) & 0xFF)
        else:
            content += _UNESCAPED.get(letter, letter or "\\").encode()
    content += cell[end:].encode()
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise CharacterNotInRepertoire('invalid byte sequence for encoding "UTF8"') from error
    if "\0" in text:
        raise CharacterNotInRepertoire('invalid byte sequence for encoding "UTF8": 0x00')
    return text


class CsvRows:
    """Reads CSV: quoted cells may hold delimiters, quotes and ends of lines; an empty cell without quotes is NULL."""

    def __init__(self, options: CopyOptions, names: Sequence[str], codec: str) -> None:
        self._lines = _Lines(options, names, codec)
        self._delimiter = options.delimiter or ","
        self._quote = options.quote or '"'
        self._escape = options.escape or self._quote
        self._null = options.null or ""
        self._never_null = _places(options.force_not_null, names)
        self._null_in_quotes = _places(options.force_null, names)
        self._open: str | None = None
        self._start = 0

    def take(self, content: bytes) -> Iterator[NumberedRow]:
        return self._rows(self._lines.take(content))

    def finish(self) -> Iterator[NumberedRow]:
        yield from self._rows(self._lines.take(b"", is_last=True))
        if self._open is not None:
            raise BadCopyFileFormat("unterminated CSV quoted field", where=f"line {self._start}")

    def _rows(self, lines: Iterator[str]) -> Iterator[NumberedRow]:
        for line in lines:
            if self._open is None:
                if line == _END_MARK:
                    self._lines.ended = True
                    return
                self._start, text = self._lines.number, line
            else:
                text = f"{self._open}\n{line}"
            cells = self._cells(text)
            self._open = text if cells is None else None
            if cells is not None and not self._lines.is_header(lambda cells=cells: cells):  # type: ignore[misc]
                yield self._start, cells

    def _cells(self, text: str) -> Cells | None:  # noqa: C901 - one state machine over the letters
        """Cut one record; None where a quote is still open."""
        if self._quote not in text:
            return [self._value(cell, place, quoted=False) for place, cell in enumerate(text.split(self._delimiter))]
        cells: Cells = []
        part: list[str] = []
        quoted = inside = False
        at = 0
        while at < len(text):
            letter = text[at]
            if inside:
                following = text[at + 1 : at + 2]
                if letter == self._escape and following and following in (self._quote, self._escape):
                    part.append(following)
                    at += 1
                elif letter == self._quote:
                    inside = False
                else:
                    part.append(letter)
            elif letter == self._quote:
                inside = quoted = True
            elif letter == self._delimiter:
                cells.append(self._value("".join(part), len(cells), quoted=quoted))
                part, quoted = [], False
            else:
                part.append(letter)
            at += 1
        if inside:
            return None
        cells.append(self._value("".join(part), len(cells), quoted=quoted))
        return cells

    def _value(self, cell: str, place: int, *, quoted: bool) -> str | None:
        if cell != self._null or place in self._never_null:
            return cell
        return cell if quoted and place not in self._null_in_quotes else None


def _places(chosen: Sequence[str], names: Sequence[str]) -> frozenset[int]:
    if tuple(chosen) == ("*",):
        return frozenset(range(len(names)))
    return frozenset(place for place, name in enumerate(names) if name in chosen)


class BinaryRows:
    """Reads the binary format: a header, rows of counted values, a trailer."""

    SIGNATURE = b"PGCOPY\n\xff\r\n\0"

    def __init__(self, width: int, cell: BinaryCell) -> None:
        self._width = width
        self._cell = cell
        self._content = b""
        self._at = 0
        self._row = 0
        self._begun = False
        self._ended = False

    def take(self, content: bytes) -> Iterator[NumberedRow]:
        self._content = self._content[self._at :] + content
        self._at = 0
        if not self._begun and not self._header():
            return
        while not self._ended:
            cells = self._next()
            if cells is None:
                return
            if not self._ended:
                self._row += 1
                yield self._row, cells

    def finish(self) -> Iterator[NumberedRow]:
        if not self._begun or self._at < len(self._content):
            raise BadCopyFileFormat("unexpected EOF in COPY data", where=f"line {self._row + 1}")
        return iter(())

    def _header(self) -> bool:
        size = len(self.SIGNATURE)
        if len(self._content) < size + 8:
            return False
        if not self._content.startswith(self.SIGNATURE):
            raise BadCopyFileFormat("COPY file signature not recognized")
        flags, extension = struct.unpack_from("!Ii", self._content, size)
        if flags & 0xFFFF0000:
            raise BadCopyFileFormat("unrecognized critical flags in COPY file header")
        if len(self._content) < size + 8 + extension:
            return False
        self._at = size + 8 + extension
        self._begun = True
        return True

    def _next(self) -> Cells | None:
        """Give the next row; None while it is not complete."""
        content, at = self._content, self._at
        if len(content) < at + 2:
            return None
        (count,) = struct.unpack_from("!h", content, at)
        at += 2
        if count == -1:
            self._at, self._ended = at, True
            return []
        if count != self._width:
            raise BadCopyFileFormat(
                f"row field count is {count}, expected {self._width}", where=f"line {self._row + 1}"
            )
        values: list[bytes | None] = []
        for _ in range(count):
            if len(content) < at + 4:
                return None
            (length,) = struct.unpack_from("!i", content, at)
            at += 4
            if len(content) < at + max(length, 0):
                return None
            values.append(None if length < 0 else content[at : at + length])
            at += max(length, 0)
        self._at = at
        return [None if value is None else self._cell(value, place) for place, value in enumerate(values)]
