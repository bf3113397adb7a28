"""Do PostgreSQL's functions of bytea that DuckDB lacks.

Source: https://www.postgresql.org/docs/15/functions-binarystring.html
"""

from __future__ import annotations

import hashlib
import struct

from pgddb.errors import ArraySubscriptError, SubstringError
from pgddb.sql.functions.macros import macros
from pgddb.sql.functions.scalar import ScalarFunction, by_value


def substring(data: bytes, start: int, length: int) -> bytes:
    """Do substring of bytea; a length below 0 that is not an error stands for the rest."""
    if length == -1:
        return data[max(start - 1, 0) :]
    if length < 0:
        raise SubstringError("negative substring length not allowed")
    return data[max(start - 1, 0) : max(start - 1 + length, 0)]


def overlay(data: bytes, new: bytes, start: int, length: int) -> bytes:
    """Do overlay of bytea."""
    if start <= 0:
        raise SubstringError("negative substring length not allowed")
    count = len(new) if length < 0 else length
    return data[: start - 1] + new + data[start - 1 + count :]


def _checked(index: int, length: int) -> None:
    if not 0 <= index < length:
        raise ArraySubscriptError(f"index {index} out of valid range, 0..{length - 1}")


def get_byte(data: bytes, index: int) -> int:
    """Do get_byte."""
    _checked(index, len(data))
    return data[index]


def set_byte(data: bytes, index: int, value: int) -> bytes:
    """Do set_byte."""
    _checked(index, len(data))
    return data[:index] + bytes([value & 255]) + data[index + 1 :]


def get_bit(data: bytes, index: int) -> int:
    """Do get_bit."""
    _checked(index, len(data) * 8)
    return data[index // 8] >> (index % 8) & 1


def set_bit(data: bytes, index: int, value: int) -> bytes:
    """Do set_bit."""
    _checked(index, len(data) * 8)
    byte = data[index // 8] & ~(1 << index % 8) | (value & 1) << index % 8
    return data[: index // 8] + bytes([byte]) + data[index // 8 + 1 :]


def trimmed(data: bytes, characters: bytes, side: str) -> bytes:
    """Do btrim, ltrim and rtrim of bytea."""
    return {"both": data.strip, "left": data.lstrip, "right": data.rstrip}[side](characters)


def escaped(data: bytes) -> str:
    r"""Write bytea in the escape format of encode(): only zero and bytes of no ASCII become \nnn.

    >>> escaped(b"\x00a\\")
    '\\000a\\\\'
    """
    return "".join("\\\\" if byte == 92 else f"\\{byte:03o}" if byte == 0 or byte > 127 else chr(byte) for byte in data)


def float_bytes(number: float, form: str) -> bytes:
    """Do float4send and float8send; `form` is struct's letter."""
    return struct.pack(f"!{form}", number)


def digest(data: bytes, name: str) -> bytes:
    """Do sha224 and its like."""
    return hashlib.new(name, data, usedforsecurity=False).digest()


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_bytes_substring", ("BLOB", "INTEGER", "INTEGER"), "BLOB", substring),
    by_value("pgddb_bytes_overlay", ("BLOB", "BLOB", "INTEGER", "INTEGER"), "BLOB", overlay),
    by_value("pgddb_get_byte", ("BLOB", "INTEGER"), "INTEGER", get_byte),
    by_value("pgddb_set_byte", ("BLOB", "INTEGER", "INTEGER"), "BLOB", set_byte),
    by_value("pgddb_get_bit", ("BLOB", "BIGINT"), "INTEGER", get_bit),
    by_value("pgddb_set_bit", ("BLOB", "BIGINT", "INTEGER"), "BLOB", set_bit),
    by_value("pgddb_bytes_trim", ("BLOB", "BLOB", "VARCHAR"), "BLOB", trimmed),
    by_value("pgddb_bytes_escape", ("BLOB",), "VARCHAR", escaped),
    by_value("pgddb_float_bytes", ("DOUBLE", "VARCHAR"), "BLOB", float_bytes),
    by_value("pgddb_digest", ("BLOB", "VARCHAR"), "BLOB", digest),
)
MACROS = macros(r"""
    get_byte(x, i) AS pgddb_get_byte(x, i);
    set_byte(x, i, v) AS pgddb_set_byte(x, i, v);
    get_bit(x, i) AS pgddb_get_bit(x, i);
    set_bit(x, i, v) AS pgddb_set_bit(x, i, v);
    pg_bytes_substring(x, a) AS pgddb_bytes_substring(x, a, -1), (x, a, b) AS CASE WHEN b < 0
        THEN error('pgddb.error|22011|negative substring length not allowed') ELSE pgddb_bytes_substring(x, a, b) END;
    float4send(x) AS pgddb_float_bytes(x, 'f');
    float8send(x) AS pgddb_float_bytes(x, 'd');
    sha224(x) AS pgddb_digest(x, 'sha224');
    sha256(x) AS pgddb_digest(x, 'sha256');
    sha384(x) AS pgddb_digest(x, 'sha384');
    sha512(x) AS pgddb_digest(x, 'sha512')
""")
