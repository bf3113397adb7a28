"""Read the text form of numbers, booleans, bytes and uuids with PostgreSQL's rules and messages."""

from __future__ import annotations

import math
import re
import struct
from decimal import Decimal

from pgddb.errors import InvalidParameterValue, InvalidTextRepresentation, NumericValueOutOfRange
from pgddb.pgtypes.numeric_format import MAX_SCALE, MAX_WHOLE_DIGITS

INTEGER_RANGES: dict[str, tuple[int, int]] = {
    "int2": (-(2**15), 2**15 - 1),
    "int4": (-(2**31), 2**31 - 1),
    "int8": (-(2**63), 2**63 - 1),
    "oid": (0, 2**32 - 1),
    "xid": (0, 2**32 - 1),
    "cid": (0, 2**32 - 1),
    "xid8": (0, 2**64 - 1),
}
"""Smallest and largest value, by internal name."""

INTEGER_NAMES = {"int2": "smallint", "int4": "integer", "int8": "bigint"}

_SPACE = " \t\n\r\v\f"
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_HEX_FLOAT = re.compile(r"[+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?[0-9]+)?")
_SPECIAL = {
    "nan": "NaN", "+nan": "NaN", "-nan": "NaN", "infinity": "Infinity", "+infinity": "Infinity",
    "-infinity": "-Infinity", "inf": "Infinity", "+inf": "Infinity", "-inf": "-Infinity",
}  # fmt: skip
_UUID = re.compile(r"(\{)?[0-9a-fA-F]{4}(?:-?[0-9a-fA-F]{4}){7}(?(1)\})")
_OCTAL = re.compile(rb"\\(?:(\\)|([0-3][0-7]{2}))?|[^\\]+")
_MAX_FLOAT4 = struct.unpack("<f", b"\xff\xff\x7f\x7f")[0]


def invalid_syntax(type_name: str, text: str) -> InvalidTextRepresentation:
    """Make the error that PostgreSQL raises for text that a type cannot read."""
    return InvalidTextRepresentation(f'invalid input syntax for type {type_name}: "{text}"')


def parse_integer(text: str, name: str) -> int:
    """Read an integer of the type with this internal name.

    Raises:
        InvalidTextRepresentation: it is no integer.
        NumericValueOutOfRange: the type cannot hold it.
    """
    type_name = INTEGER_NAMES.get(name, name)
    stripped = text.strip(_SPACE)
    if not _INTEGER.fullmatch(stripped):
        raise invalid_syntax(type_name, text)
    low, high = INTEGER_RANGES[name]
    digits = stripped.lstrip("+-").lstrip("0")
    value = int(stripped) if len(digits) <= 20 else 2**80
    if low == 0 and value < 0 and name != "xid8":
        # oidin wraps -1 .. -2147483648, as strtoul does
        value = value + 2**32 if value >= -(2**31) else -1
    if not low <= value <= high:
        raise NumericValueOutOfRange(f'value "{text}" is out of range for type {type_name}')
    return value


def parse_float(text: str, name: str) -> float:
    """Read a float4 or float8; a float4 comes back rounded to one.

    Raises:
        InvalidTextRepresentation: it is no number.
        NumericValueOutOfRange: it is too large, or too small to be told from zero.
    """
    type_name = "real" if name == "float4" else "double precision"
    stripped = text.strip(_SPACE)
    special = _SPECIAL.get(stripped.lower())
    if special is not None:
        return float(special)
    if _NUMBER.fullmatch(stripped):
        value = float(stripped)
    elif _HEX_FLOAT.fullmatch(stripped):
        value = float.fromhex(stripped)
    else:
        raise invalid_syntax(type_name, text)
    rounded = rounded_to_float4(value) if name == "float4" else value
    is_zero = not any(digit in "123456789abcdefABCDEF" for digit in re.split("[eEpP]", stripped.lower())[0])
    if math.isinf(rounded) or (rounded == 0 and not is_zero):
        raise NumericValueOutOfRange(f'"{stripped}" is out of range for type {type_name}')
    return rounded


def rounded_to_float4(value: float) -> float:
    """Give the nearest real, infinity when there is none."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def parse_numeric(text: str) -> Decimal:
    """Read a numeric; digits after the point are kept as they are written.

    Raises:
        InvalidTextRepresentation: it is no number.
        NumericValueOutOfRange: it has more digits than PostgreSQL stores.
    """
    stripped = text.strip(_SPACE)
    special = _SPECIAL.get(stripped.lower())
    if special is not None and stripped[1:].lower() != "nan":  # numeric, unlike floats, has no signed NaN
        return Decimal(special)
    if not _NUMBER.fullmatch(stripped):
        raise invalid_syntax("numeric", text)
    exponent = stripped.lower().partition("e")[2]
    if len(exponent) > 7:
        raise NumericValueOutOfRange("value overflows numeric format")
    value = Decimal(stripped)
    digits = value.adjusted() + 1
    written_scale = -int(value.as_tuple().exponent)
    if (value and digits > MAX_WHOLE_DIGITS) or written_scale > MAX_SCALE:
        raise NumericValueOutOfRange("value overflows numeric format")
    return value


def parse_bool(text: str) -> bool:
    """Read a boolean: any unambiguous start of true, false, yes, no, on, off, or 1, 0."""
    word = text.strip(_SPACE).lower()
    if word and ("true".startswith(word) or "yes".startswith(word) or word in {"on", "1"}):
        return True
    if word and ("false".startswith(word) or "no".startswith(word) or word in {"off", "of", "0"}):
        return False
    raise invalid_syntax("boolean", text)


def parse_bytea(text: str) -> bytes:
    r"""Read bytes in the hex form (\x00ff) or the escape form (\000\377)."""
    if text.startswith("\\x"):
        return _parse_hex(text)
    pieces = []
    for match in _OCTAL.finditer(text.encode()):
        backslash, octal = match.groups()
        if octal is not None:
            pieces.append(bytes([int(octal, 8)]))
        elif backslash is not None:
            pieces.append(b"\\")
        elif match[0] == b"\\":
            raise InvalidTextRepresentation("invalid input syntax for type bytea")
        else:
            pieces.append(match[0])
    return b"".join(pieces)


def _parse_hex(text: str) -> bytes:
    digits = "".join(text[2:].split())
    for digit in digits:
        if digit not in "0123456789abcdefABCDEF":
            raise InvalidParameterValue(f'invalid hexadecimal digit: "{digit}"')
    if len(digits) % 2:
        raise InvalidParameterValue("invalid hexadecimal data: odd number of digits")
    return bytes.fromhex(digits)


def parse_uuid(text: str) -> str:
    """Read a uuid and give it as PostgreSQL prints it."""
    if not _UUID.fullmatch(text):
        raise invalid_syntax("uuid", text)
    digits = text.strip("{}").replace("-", "").lower()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
