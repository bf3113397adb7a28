"""Give jsonb values keys whose bytes sort as PostgreSQL's btree operators sort the values.

Source: compareJsonbContainers in src/backend/utils/adt/jsonb_util.c of PostgreSQL 15.
"""

from __future__ import annotations

from decimal import Decimal

from pgddb.sql.functions.jsonb import Value, read_json
from pgddb.sql.functions.scalar import ScalarFunction, by_value

_EMPTY, _NULL, _STRING, _NUMBER, _FALSE, _TRUE, _ARRAY, _OBJECT = (bytes([1 + at]) for at in range(8))
"""The first byte of a key, in the order of the kinds; an empty array goes before everything, unless it is inside."""
_END = b"\0\0"
_COMPLEMENT = bytes(255 - byte for byte in range(256))


def sort_key(text: str) -> bytes:
    """Give the key of a jsonb value: keys are equal where values are.

    >>> sort_key("1.0") == sort_key("1"), sort_key("9") < sort_key("10"), sort_key("[]") < sort_key("null")
    (True, True, True)
    """
    if text.startswith('"') and "\\" not in text:
        return _STRING + text[1:-1].encode() + _END
    value = read_json(text)
    return _EMPTY if value == [] else _key(value)


def _key(value: Value) -> bytes:
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, list):
        return _ARRAY + _count(len(value)) + b"".join(map(_key, value))
    if isinstance(value, dict):
        names = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return _OBJECT + _count(len(value)) + b"".join(_string(name) + _key(value[name]) for name in names)
    assert isinstance(value, int | Decimal)
    return _NUMBER + number_key(Decimal(value))


def _string(text: str) -> bytes:
    return _STRING + text.encode().replace(b"\0", b"\0\xff") + _END


def _count(number: int) -> bytes:
    return number.to_bytes(4, "big")


def number_key(number: Decimal) -> bytes:
    """Give the key of a finite number: its sign, the place of its first digit, its digits without zeros at the end.

    >>> sorted([Decimal("0.5"), Decimal(-10), Decimal(9), Decimal("-9.75"), Decimal(10), Decimal(0)], key=number_key)
    [Decimal('-10'), Decimal('-9.75'), Decimal('0'), Decimal('0.5'), Decimal('9'), Decimal('10')]
    """
    if not number:
        return b"\x02"
    digits = "".join(map(str, number.as_tuple().digits)).strip("0").encode()
    size = (number.adjusted() + 2**31).to_bytes(4, "big") + digits + b"\0"
    return b"\x03" + size if number > 0 else b"\x01" + size.translate(_COMPLEMENT)


FUNCTIONS: tuple[ScalarFunction, ...] = (by_value("pgddb_jsonb_key", ("VARCHAR",), "BLOB", sort_key),)
