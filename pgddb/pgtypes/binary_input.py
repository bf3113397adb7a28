"""Read the binary form of a type into the values that pgddb.pgtypes.conversion describes.

Source: the *_recv functions of PostgreSQL.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

from pgddb.errors import (
    CharacterNotInRepertoire,
    DatatypeMismatch,
    DatetimeFieldOverflow,
    FeatureNotSupported,
    InvalidBinaryRepresentation,
    InvalidTimeZoneDisplacementValue,
    ProgramLimitExceeded,
)
from pgddb.pgtypes.array_text import MAX_DIMENSIONS
from pgddb.pgtypes.binary import INTEGER_FORMATS, REG_NAMES, TEXT_NAMES
from pgddb.pgtypes.epoch import checked_days, checked_microseconds
from pgddb.pgtypes.network import read_network_binary
from pgddb.pgtypes.numeric_format import read_numeric_binary
from pgddb.pgtypes.registry import PgType, element_of, find_type_by_oid

BinaryReader = Callable[[bytes], Any]
"""Gives the kind of value that conversion describes for the type."""

_SHORT = "insufficient data left in message"


def binary_reader(pg_type: PgType) -> BinaryReader:
    """Give the function that reads this type's binary form; it raises InvalidBinaryRepresentation for other bytes.

    Raises:
        FeatureNotSupported: the type is read as text only.
    """
    if pg_type.is_array:
        return lambda raw: _read_array(raw, pg_type)
    if pg_type.name in TEXT_NAMES:
        return decode_utf8
    if pg_type.name in REG_NAMES:
        return _reader("!I")
    integer_format = INTEGER_FORMATS.get(pg_type.name)
    if integer_format is not None:
        return _reader(integer_format)
    try:
        return _READERS[pg_type.name]
    except KeyError:
        raise FeatureNotSupported(f"no binary input function available for type {pg_type.type_name}") from None


def decode_utf8(raw: bytes) -> str:
    """Read text; PostgreSQL's text holds no zero byte.

    Raises:
        CharacterNotInRepertoire: the bytes are not UTF-8 or one of them is zero.
    """
    if b"\0" in raw:
        raise CharacterNotInRepertoire('invalid byte sequence for encoding "UTF8": 0x00')
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        found = " ".join(f"0x{byte:02x}" for byte in raw[error.start : max(error.end, error.start + 1)])
        raise CharacterNotInRepertoire(f'invalid byte sequence for encoding "UTF8": {found}') from None


def unpack(shape: str, raw: bytes) -> tuple[Any, ...]:
    """Unpack exactly these bytes, or raise InvalidBinaryRepresentation."""
    size = struct.calcsize(shape)
    if len(raw) < size:
        raise InvalidBinaryRepresentation(_SHORT)
    if len(raw) > size:
        raise InvalidBinaryRepresentation("incorrect binary data format")
    return struct.unpack(shape, raw)


def _reader(shape: str) -> BinaryReader:
    return lambda raw: unpack(shape, raw)[0]


def _read_array(raw: bytes, array: PgType) -> list[Any]:
    count, flags, element_oid = unpack("!iiI", raw[:12])
    if not 0 <= count <= MAX_DIMENSIONS:
        if count < 0:
            raise InvalidBinaryRepresentation(f"invalid number of dimensions: {count}")
        raise ProgramLimitExceeded(
            f"number of array dimensions ({count}) exceeds the maximum allowed ({MAX_DIMENSIONS})"
        )
    if flags not in {0, 1}:
        raise InvalidBinaryRepresentation("invalid array flags")
    element = element_of(array)
    if element_oid != element.oid:
        found = find_type_by_oid(element_oid)
        names = f"{element_oid} ({found.type_name if found else '???'}) instead of expected {element.oid}"
        raise DatatypeMismatch(f"binary data has array element type {names} ({element.type_name})")
    start = 12 + 8 * count
    lengths = unpack(f"!{2 * count}i", raw[12:start])[::2]
    elements, end = _read_elements(raw, start, _element_count(lengths, len(raw)), binary_reader(element))
    if end != len(raw):
        raise InvalidBinaryRepresentation("incorrect binary data format")
    return _nested(elements, lengths)


def _element_count(lengths: tuple[int, ...], raw_length: int) -> int:
    if any(length < 0 for length in lengths):
        raise InvalidBinaryRepresentation("invalid array dimensions")
    total = math.prod(lengths) if lengths else 0
    if total * 4 > raw_length:  # each element has at least a length: do not believe a count that the bytes cannot hold
        raise InvalidBinaryRepresentation(_SHORT)
    return total


def _read_elements(raw: bytes, position: int, count: int, read: BinaryReader) -> tuple[list[Any], int]:
    elements: list[Any] = []
    for _ in range(count):
        (length,) = unpack("!i", raw[position : position + 4])
        position += 4
        if length == -1:
            elements.append(None)
            continue
        if length < 0 or position + length > len(raw):
            raise InvalidBinaryRepresentation(_SHORT)
        elements.append(read(raw[position : position + length]))
        position += length
    return elements, position


def _nested(elements: list[Any], lengths: tuple[int, ...]) -> list[Any]:
    if not elements:
        return []
    for length in reversed(lengths[1:]):
        elements = [elements[i : i + length] for i in range(0, len(elements), length)]
    return elements


def _read_bool(raw: bytes) -> bool:
    return bool(unpack("!b", raw)[0] != 0)


def _read_time(raw: bytes) -> int:
    (microseconds,) = unpack("!q", raw)
    if not 0 <= microseconds <= 86_400_000_000:
        raise DatetimeFieldOverflow("time out of range")
    return int(microseconds)


def _read_timetz(raw: bytes) -> tuple[int, int]:
    microseconds, west = unpack("!qi", raw)
    _read_time(struct.pack("!q", microseconds))
    if abs(west) >= 16 * 3600:
        raise InvalidTimeZoneDisplacementValue("time zone displacement out of range")
    return microseconds, west


def _read_interval(raw: bytes) -> tuple[int, int, int]:
    microseconds, days, months = unpack("!qii", raw)
    return months, days, microseconds


def _read_uuid(raw: bytes) -> str:
    digits = b"".join(unpack("!16s", raw)).hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _read_jsonb(raw: bytes) -> str:
    version = unpack("!B", raw[:1])[0]
    if version != 1:
        raise InvalidBinaryRepresentation(f"unsupported jsonb version number {version}")
    return decode_utf8(raw[1:])


def _read_char(raw: bytes) -> str:
    return decode_utf8(b"".join(unpack("!c", raw)).rstrip(b"\0"))


_READERS: dict[str, BinaryReader] = {
    "char": _read_char,
    "bool": _read_bool,
    "float4": _reader("!f"),
    "float8": _reader("!d"),
    "numeric": read_numeric_binary,
    "bytea": bytes,
    "date": lambda raw: checked_days(unpack("!i", raw)[0]),
    "time": _read_time,
    "timetz": _read_timetz,
    "timestamp": lambda raw: checked_microseconds(unpack("!q", raw)[0]),
    "timestamptz": lambda raw: checked_microseconds(unpack("!q", raw)[0]),
    "interval": _read_interval,
    "uuid": _read_uuid,
    "jsonb": _read_jsonb,
    "inet": lambda raw: read_network_binary(raw, "inet"),
    "cidr": lambda raw: read_network_binary(raw, "cidr"),
    "macaddr": lambda raw: unpack("!6s", raw)[0].hex(":"),
    "macaddr8": lambda raw: unpack("!8s", raw)[0].hex(":"),
}
