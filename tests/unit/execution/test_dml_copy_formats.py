"""The formats of COPY FROM: whole, byte by byte, and broken."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest

from pgddb.errors import BadCopyFileFormat, CharacterNotInRepertoire, SqlError
from pgddb.execution.dml_copy_formats import NumberedRow, row_reader
from pgddb.sql.options import CopyOptions

TEXT = CopyOptions()
CSV = CopyOptions(format="csv")
BINARY = CopyOptions(format="binary")


def read(content: bytes, options: CopyOptions, *names: str, step: int | None = None) -> list[NumberedRow]:
    reader = row_reader(options, names or ("a", "b"), lambda value, _: value.hex())
    pieces = [content] if step is None else [content[at : at + step] for at in range(0, len(content), step)]
    rows = [row for piece in pieces for row in reader.take(piece)]
    return [*rows, *reader.finish()]


@pytest.mark.parametrize("step", [None, 1, 3])
@pytest.mark.parametrize(
    ("content", "options", "rows"),
    [
        (b"x\ty\n\\N\t\n", TEXT, [(1, ["x", "y"]), (2, [None, ""])]),
        (b"a\\tb\\nc\t\\\\N\r\n", TEXT, [(1, ["a\tb\nc", "\\N"])]),
        (b"\\303\\251\t\\x41\\101\\q\n", TEXT, [(1, ["\u00e9", "AAq"])]),
        (b"one\\\nline\ty\n", TEXT, [(2, ["one\nline", "y"])]),
        (b"x\ty\n\\.\nz\n", TEXT, [(1, ["x", "y"])]),
        (b"x|y", replace(TEXT, delimiter="|", null="x"), [(1, [None, "y"])]),
        (b"a\tb\nx\ty\n", replace(TEXT, header="match"), [(2, ["x", "y"])]),
        (b'"x,""y""",\r\n,""\r\n', CSV, [(1, ['x,"y"', None]), (2, [None, ""])]),
        (b'"two\nlines",b\n', CSV, [(1, ["two\nlines", "b"])]),
        (b'a"b,c"d,e\n', CSV, [(1, ["ab,cd", "e"])]),
        (b"'it\\'s';-\n", replace(CSV, quote="'", escape="\\", delimiter=";", null="-"), [(1, ["it's", None])]),
        (b',""\n', replace(CSV, force_not_null=("a",), force_null=("b",)), [(1, ["", None])]),
        (b"h\nx,y\n", replace(CSV, header="true"), [(2, ["x", "y"])]),
    ],
)
def test_rows_are_read(content: bytes, options: CopyOptions, rows: list[NumberedRow], step: int | None) -> None:
    assert read(content, options, step=step) == rows


def binary(*rows: tuple[bytes | None, ...]) -> bytes:
    parts = [b"PGCOPY\n\xff\r\n\0", struct.pack("!ii", 0, 2), b"ex"]
    for row in rows:
        parts.append(struct.pack("!h", len(row)))
        parts += [struct.pack("!i", -1) if cell is None else struct.pack("!i", len(cell)) + cell for cell in row]
    return b"".join([*parts, struct.pack("!h", -1)])


@pytest.mark.parametrize("step", [None, 1, 7])
def test_binary_rows_are_read(step: int | None) -> None:
    content = binary((b"\x01\x02", None), (b"", b"\xff"))
    assert read(content, BINARY, step=step) == [(1, ["0102", None]), (2, ["", "ff"])]


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (b'"open\n', CSV, "unterminated CSV quoted field"),
        (b"a\tc\n", replace(TEXT, header="match"), "column name mismatch"),
        (b"PGCOPX\n\xff\r\n\0" + bytes(8), BINARY, "signature"),
        (binary((b"x",)), BINARY, "field count is 1, expected 2"),
        (binary((b"x", b"y"))[:-7], BINARY, "unexpected EOF"),
    ],
)
def test_broken_streams_are_refused(content: bytes, options: CopyOptions, told: str) -> None:
    with pytest.raises(BadCopyFileFormat, match=told):
        read(content, options)


@pytest.mark.parametrize("content", [b"\xff\t1\n", b"\\xff\t1\n", b"\0\t1\n", b"\\x00\t1\n"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(CharacterNotInRepertoire):
        read(content, TEXT)


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(SqlError, match="encoding"):
        read(b"", replace(TEXT, encoding="EUC_JP"))
