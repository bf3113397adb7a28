"""Know PostgreSQL's encodings, and convert text to those that have one byte for a character.

Python's tables of these encodings are PostgreSQL's, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import pyarrow as pa

from pgddb.errors import UntranslatableCharacter
from pgddb.pgtypes.columns import value_bytes

UTF8 = "UTF8"

CODECS: dict[str, str] = {
    UTF8: "utf-8",
    "SQL_ASCII": "utf-8",  # means: do not convert
    "LATIN1": "iso8859-1",
    "LATIN2": "iso8859-2",
    "LATIN3": "iso8859-3",
    "LATIN4": "iso8859-4",
    "LATIN5": "iso8859-9",
    "LATIN6": "iso8859-10",
    "LATIN7": "iso8859-13",
    "LATIN8": "iso8859-14",
    "LATIN9": "iso8859-15",
    "LATIN10": "iso8859-16",
    "ISO_8859_5": "iso8859-5",
    "ISO_8859_6": "iso8859-6",
    "ISO_8859_7": "iso8859-7",
    "ISO_8859_8": "iso8859-8",
    "KOI8R": "koi8-r",
    "KOI8U": "koi8-u",
    "WIN866": "cp866",
    "WIN874": "cp874",
    "WIN1250": "cp1250",
    "WIN1251": "cp1251",
    "WIN1252": "cp1252",
    "WIN1253": "cp1253",
    "WIN1254": "cp1254",
    "WIN1255": "cp1255",
    "WIN1256": "cp1256",
    "WIN1257": "cp1257",
    "WIN1258": "cp1258",
}
"""Python's codecs for the encodings that text can be converted to."""

UNCONVERTED = (
    *("BIG5", "EUC_CN", "EUC_JIS_2004", "EUC_JP", "EUC_KR", "EUC_TW", "GB18030", "GBK", "JOHAB", "MULE_INTERNAL"),
    *("SHIFT_JIS_2004", "SJIS", "UHC"),
)
"""Encodings that PostgreSQL converts and pgddb does not: a character may take several bytes, one of them ASCII's."""

_OTHER_NAMES = {
    "unicode": UTF8,
    "abc": "WIN1258",
    "alt": "WIN866",
    "iso88591": "LATIN1",
    "iso88592": "LATIN2",
    "iso88593": "LATIN3",
    "iso88594": "LATIN4",
    "iso88599": "LATIN5",
    "iso885910": "LATIN6",
    "iso885913": "LATIN7",
    "iso885914": "LATIN8",
    "iso885915": "LATIN9",
    "iso885916": "LATIN10",
    "koi8": "KOI8R",
    "mskanji": "SJIS",
    "shiftjis": "SJIS",
    "tcvn": "WIN1258",
    "tcvn5712": "WIN1258",
    "vscii": "WIN1258",
    "win": "WIN1251",
    "win932": "SJIS",
    "win936": "GBK",
    "win949": "UHC",
    "win950": "BIG5",
    "windows866": "WIN866",
    "windows874": "WIN874",
    "windows932": "SJIS",
    "windows936": "GBK",
    "windows949": "UHC",
    "windows950": "BIG5",
    **{f"windows125{digit}": f"WIN125{digit}" for digit in range(9)},
}
"""As pg_encname_tbl in the PostgreSQL source."""

Encode = Callable[[str], bytes]


def find_encoding(spelled: str) -> str | None:
    """Give PostgreSQL's name for an encoding, None if it has none of that name.

    >>> find_encoding("iso-8859-1"), find_encoding("Utf_8"), find_encoding("nix")
    ('LATIN1', 'UTF8', None)
    """
    folded = _folded(spelled)
    return _OTHER_NAMES.get(folded) or _BY_FOLDED_NAME.get(folded)


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


_BY_FOLDED_NAME = {_folded(name): name for name in (*CODECS, *UNCONVERTED)}


def is_utf8(encoding: str) -> bool:
    """Say whether text needs no conversion."""
    return CODECS[encoding] == "utf-8"


@lru_cache(maxsize=32)
def text_encoder(encoding: str) -> Encode:
    """Give the function that turns text into bytes of an encoding; it raises UntranslatableCharacter."""
    codec = CODECS[encoding]
    if codec == "utf-8":
        return str.encode

    def encode(text: str) -> bytes:
        try:
            return text.encode(codec)
        except UnicodeEncodeError as error:
            raise _untranslatable(text[error.start], encoding) from error

    return encode


def converted_column(values: pa.Array, encoding: str) -> pa.Array:
    """Convert a binary array of UTF-8 text; one of plain ASCII stays what it is."""
    content = value_bytes(values)
    if not len(content) or content.max() < 0x80:
        return values
    encode = text_encoder(encoding)
    return pa.array([None if raw is None else encode(raw.decode()) for raw in values.to_pylist()], pa.binary())


def _untranslatable(letter: str, encoding: str) -> UntranslatableCharacter:
    shown = " ".join(f"0x{byte:02x}" for byte in letter.encode())
    return UntranslatableCharacter(
        f'character with byte sequence {shown} in encoding "UTF8" has no equivalent in encoding "{encoding}"'
    )
