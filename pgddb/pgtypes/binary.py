"""Write one value in the binary form that PostgreSQL sends for its type.

The values are those of pgddb.pgtypes.conversion. Source: the *_send functions of PostgreSQL.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from pgddb.errors import FeatureNotSupported
from pgddb.pgtypes.array_text import dimensions, flattened
from pgddb.pgtypes.encodings import Encode
from pgddb.pgtypes.network import network_binary
from pgddb.pgtypes.numeric_format import numeric_binary
from pgddb.pgtypes.registry import PgType, element_of, find_type_by_name

BinaryWriter = Callable[[Any], bytes]
"""Takes a value of the kind that conversion gives for the type; which kind that is depends on the type."""

INTEGER_FORMATS = {"int2": "!h", "int4": "!i", "int8": "!q", "oid": "!I", "xid": "!I", "cid": "!I", "xid8": "!Q"}
REG_NAMES = frozenset(
    ("regclass", "regproc", "regprocedure", "regoper", "regoperator", "regtype", "regnamespace", "regrole",
     "regconfig", "regdictionary", "regcollation")
)  # fmt: skip
NAME_SEPARATOR = "\x1f"
"""Stands between the number and the name of an object where a value carries both."""

TEXT_NAMES = frozenset(("text", "varchar", "bpchar", "name", "unknown", "json", "xml", "cstring", "void"))


def binary_writer(pg_type: PgType, encode: Encode = str.encode) -> BinaryWriter:
    """Give the function that writes a value of this type in binary, its text by `encode`.

    Raises:
        FeatureNotSupported: values of this type can leave the server as text only, or not at all.
    """
    if pg_type.is_array:
        lower_bound = 0 if pg_type.name in {"int2vector", "oidvector"} else 1
        return _array_writer(element_of(pg_type), lower_bound, encode)
    if pg_type.name in TEXT_NAMES:
        return encode
    if pg_type.name == "jsonb":
        return lambda value: b"\x01" + encode(value)
    if pg_type.name in REG_NAMES:
        return lambda value: struct.pack("!I", _reg_oid(value, pg_type.name))
    integer_format = INTEGER_FORMATS.get(pg_type.name)
    if integer_format is not None:
        return struct.Struct(integer_format).pack
    try:
        return _WRITERS[pg_type.name]
    except KeyError:
        raise FeatureNotSupported(f"no binary output function available for type {pg_type.type_name}") from None


def _reg_oid(value: int | str, name: str) -> int:
    if isinstance(value, int):
        return value
    number, separated, _ = value.partition(NAME_SEPARATOR)
    if separated or value.isdecimal():
        return int(number)
    if value == "-":
        return 0
    known = find_type_by_name(value) if name == "regtype" else None
    if known is None:
        raise FeatureNotSupported(f'binary output of {name} "{value}" is not supported')
    return known.oid


def _array_writer(element: PgType, lower_bound: int, encode: Encode) -> BinaryWriter:
    write_element = binary_writer(element, encode)

    def write_array(value: list[Any]) -> bytes:
        lengths = dimensions(value)
        if 0 in lengths:
            # an array without elements has no dimensions, but oidvector and int2vector keep their one
            return (
                struct.pack("!iiI", 0, 0, element.oid)
                if lower_bound
                else struct.pack("!iiIii", 1, 0, element.oid, 0, 0)
            )
        elements = flattened(value)
        pieces = [struct.pack("!iiI", len(lengths), any(part is None for part in elements), element.oid)]
        pieces += [struct.pack("!ii", length, lower_bound) for length in lengths]
        for part in elements:
            written = None if part is None else write_element(part)
            pieces.append(b"\xff\xff\xff\xff" if written is None else struct.pack("!i", len(written)) + written)
        return b"".join(pieces)

    return write_array


def _range(text: str, bound: struct.Struct) -> bytes:
    """Write a range of integers in its canonical text: with its lower bound, without its upper one."""
    if text == "empty":
        return b"\x01"
    lower, upper = text[1:-1].split(",")
    flags = (0x02 if lower else 0x08) | (0 if upper else 0x10)  # the lower bound is in it; a missing one is infinite
    bounds = [struct.pack("!i", bound.size) + bound.pack(int(part)) for part in (lower, upper) if part]
    return bytes([flags]) + b"".join(bounds)


_WRITERS: dict[str, BinaryWriter] = {
    "char": lambda value: value.encode() or b"\0",
    "bool": lambda value: b"\x01" if value else b"\x00",
    "float4": struct.Struct("!f").pack,
    "float8": struct.Struct("!d").pack,
    "numeric": numeric_binary,
    "bytea": bytes,
    "date": struct.Struct("!i").pack,
    "time": struct.Struct("!q").pack,
    "timetz": lambda value: struct.pack("!qi", *value),
    "timestamp": struct.Struct("!q").pack,
    "timestamptz": struct.Struct("!q").pack,
    "interval": lambda value: struct.pack("!qii", value[2], value[1], value[0]),
    "int4range": lambda value: _range(value, struct.Struct("!i")),
    "int8range": lambda value: _range(value, struct.Struct("!q")),
    "uuid": lambda value: bytes.fromhex(value.replace("-", "")),
    "inet": lambda value: network_binary(value, "inet"),
    "cidr": lambda value: network_binary(value, "cidr"),
    "macaddr": lambda value: bytes.fromhex(value.replace(":", "")),
    "macaddr8": lambda value: bytes.fromhex(value.replace(":", "")),
}
