"""Define PostgreSQL's functions of bit strings, over their digits.

Source: https://www.postgresql.org/docs/15/functions-bitstring.html, src/backend/utils/adt/varbit.c
"""

from __future__ import annotations

from pgddb.errors import (
    ArraySubscriptError,
    InvalidParameterValue,
    InvalidTextRepresentation,
    NumericValueOutOfRange,
    StringDataLengthMismatch,
    SubstringError,
)
from pgddb.sql.functions.scalar import ScalarFunction, by_value

_WIDTHS = {"integer": 32, "bigint": 64}


def read(text: str, length: int, kind: str) -> str:
    """Read a bit string and cast it to a length, -1 for none: zeros are put behind bit(n).

    >>> read("101", 5, "bit"), read("x1F", -1, "bit varying"), read("1011", 2, "bit varying")
    ('10100', '00011111', '10')
    """
    digits, base = (text[1:], text[0].lower()) if text[:1] in {"x", "X", "b", "B"} else (text, "b")
    allowed, name = ("01", "binary") if base == "b" else ("0123456789abcdefABCDEF", "hexadecimal")
    for digit in digits:
        if digit not in allowed:
            raise InvalidTextRepresentation(f'"{digit}" is not a valid {name} digit')
    bits = digits if base == "b" else "".join(f"{int(digit, 16):04b}" for digit in digits)
    if length < 0:
        return bits
    return bits[:length] if kind == "bit varying" else bits[:length].ljust(length, "0")


def of_number(number: int, length: int) -> str:
    """Cast an integer to bit(n): its lowest bits.

    >>> of_number(5, 4), of_number(-1, 3)
    ('0101', '111')
    """
    return format(number & ((1 << length) - 1), f"0{length}b")


def to_number(bits: str, kind: str) -> int:
    """Cast a bit string to an integer type."""
    width = _WIDTHS[kind]
    if len(bits) > width:
        raise NumericValueOutOfRange(f"{kind} out of range")
    number = int(bits or "0", 2)
    return number - (1 << width) if number >> (width - 1) else number


def combined(sign: str, left: str, right: str) -> str:
    """Do & | and # of bit strings that are equally long."""
    if len(left) != len(right):
        verb = {"&": "AND", "|": "OR", "#": "XOR"}[sign]
        raise StringDataLengthMismatch(f"cannot {verb} bit strings of different sizes")
    one, other = int(left or "0", 2), int(right or "0", 2)
    found = one & other if sign == "&" else one | other if sign == "|" else one ^ other
    return format(found, f"0{len(left)}b") if left else ""


def inverted(bits: str) -> str:
    """Do ~ of a bit string."""
    return bits.translate({48: "1", 49: "0"})


def shifted(bits: str, distance: int) -> str:
    """Do << of a bit string, >> where the distance is negative; it keeps its length.

    >>> shifted("1010", 1), shifted("1010", -1)
    ('0100', '0101')
    """
    size = len(bits)
    if abs(distance) >= size:
        return "0" * size
    return bits[distance:] + "0" * distance if distance >= 0 else "0" * -distance + bits[:distance]


def position(part: str, bits: str) -> int:
    """Find where a part begins, counted from 1; 0 where it is not."""
    return bits.find(part) + 1


def part_of(bits: str, start: int, length: int, has_length: bool) -> str:  # noqa: FBT001 - called by position from SQL
    """Do substring of a bit string."""
    if has_length and length < 0:
        raise SubstringError("negative substring length not allowed")
    end = start - 1 + length if has_length else len(bits)
    return bits[max(start - 1, 0) : max(end, 0)]


def overlaid(bits: str, new: str, start: int, length: int) -> str:
    """Do overlay of a bit string."""
    if start <= 0:
        raise SubstringError("negative substring length not allowed")
    return bits[: start - 1] + new + bits[max(start - 1 + length, 0) :]


def bit_at(bits: str, place: int) -> int:
    """Do get_bit."""
    _require_place(bits, place)
    return int(bits[place])


def with_bit(bits: str, place: int, new: int) -> str:
    """Do set_bit."""
    _require_place(bits, place)
    if new not in (0, 1):
        raise InvalidParameterValue("new bit must be 0 or 1")
    return f"{bits[:place]}{new}{bits[place + 1 :]}"


def _require_place(bits: str, place: int) -> None:
    if not 0 <= place < len(bits):
        raise ArraySubscriptError(f"bit index {place} out of valid range (0..{len(bits) - 1})")


def count(bits: str) -> int:
    """Do bit_count."""
    return bits.count("1")


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_bits", ("VARCHAR", "INTEGER", "VARCHAR"), "VARCHAR", read),
    by_value("pgddb_bits_of_number", ("BIGINT", "INTEGER"), "VARCHAR", of_number),
    by_value("pgddb_bits_number", ("VARCHAR", "VARCHAR"), "BIGINT", to_number),
    by_value("pgddb_bits_combined", ("VARCHAR", "VARCHAR", "VARCHAR"), "VARCHAR", combined),
    by_value("pgddb_bits_inverted", ("VARCHAR",), "VARCHAR", inverted),
    by_value("pgddb_bits_shifted", ("VARCHAR", "INTEGER"), "VARCHAR", shifted),
    by_value("pgddb_bits_position", ("VARCHAR", "VARCHAR"), "INTEGER", position),
    by_value("pgddb_bits_part", ("VARCHAR", "INTEGER", "INTEGER", "BOOLEAN"), "VARCHAR", part_of),
    by_value("pgddb_bits_overlaid", ("VARCHAR", "VARCHAR", "INTEGER", "INTEGER"), "VARCHAR", overlaid),
    by_value("pgddb_bits_at", ("VARCHAR", "INTEGER"), "INTEGER", bit_at),
    by_value("pgddb_bits_with", ("VARCHAR", "INTEGER", "INTEGER"), "VARCHAR", with_bit),
    by_value("pgddb_bits_count", ("VARCHAR",), "BIGINT", count),
)
