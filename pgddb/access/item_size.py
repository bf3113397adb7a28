"""Count bytes as DynamoDB does: for the 400 KB of an item, for write units, for what storage costs.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html; the alignment of
number digits and the extra byte of negative ones as measured against DynamoDB Local.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from pgddb.access.attribute_values import Item, TypedValue

MAX_ITEM_BYTES = 400 * 1024
CONTAINER_BYTES = 3
ELEMENT_BYTES = 1
LARGEST_NUMBER_BYTES = 21


def item_bytes(item: Item) -> int:
    """Count the names and the values of an item.

    >>> item_bytes({"id": {"S": "é"}, "n": {"N": "100"}})
    7
    """
    return sum(attribute_bytes(name, value) for name, value in item.items())


def attribute_bytes(name: str, value: TypedValue) -> int:
    return text_bytes(name) + value_bytes(value)


def beside_value(path: Sequence[str | int]) -> int:
    """Count what an attribute adds to its item besides its value: its name, and a byte as an element of a map or list.

    >>> beside_value(("colours",)), beside_value(("a", "id")), beside_value(("a", 0))
    (7, 3, 1)
    """
    name = path[-1]
    return (text_bytes(name) if isinstance(name, str) else 0) + (ELEMENT_BYTES if len(path) > 1 else 0)


def value_bytes(value: TypedValue) -> int:
    """Count the bytes of one typed value."""
    ((kind, content),) = value.items()
    return _BYTES_OF[kind](content)


def projected_bytes(item: Item, names: Iterable[str]) -> int:
    """Count the bytes of some attributes, such as those that an index holds."""
    return sum(attribute_bytes(name, item[name]) for name in names if name in item)


def text_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def number_bytes(digits: str) -> int:
    """Count a number: a byte for two digits, paired from the point, without the zeros at both ends, and one or two.

    >>> number_bytes("0"), number_bytes("100"), number_bytes("-1"), number_bytes("12.345")
    (1, 2, 3, 4)
    """
    if digits.isascii() and digits.isdigit():
        whole, fraction, negative = digits, "", False
    else:
        number = Decimal(digits)
        negative = number < 0
        whole, _, fraction = format(number.copy_abs(), "f").partition(".")
    whole = whole.rjust(len(whole) + len(whole) % 2, "0")
    fraction = fraction.ljust(len(fraction) + len(fraction) % 2, "0")
    paired = whole + fraction
    pairs = [paired[start : start + 2] for start in range(0, len(paired), 2)]
    while pairs and pairs[-1] == "00":
        pairs.pop()
    start = 0
    while start < len(pairs) and pairs[start] == "00":
        start += 1
    return min(LARGEST_NUMBER_BYTES, len(pairs) - start + 1 + negative)


def binary_bytes(base64_text: str) -> int:
    return len(base64_text) // 4 * 3 - base64_text.count("=", -2)


def _list_bytes(elements: list[TypedValue]) -> int:
    return CONTAINER_BYTES + sum(ELEMENT_BYTES + value_bytes(element) for element in elements)


def _map_bytes(members: Item) -> int:
    return CONTAINER_BYTES + sum(ELEMENT_BYTES + attribute_bytes(name, value) for name, value in members.items())


def _one_byte(_content: object) -> int:
    return 1


_BYTES_OF: dict[str, Callable[[Any], int]] = {
    "S": text_bytes,
    "N": number_bytes,
    "B": binary_bytes,
    "BOOL": _one_byte,
    "NULL": _one_byte,
    "L": _list_bytes,
    "M": _map_bytes,
    "SS": lambda texts: sum(map(text_bytes, texts)),
    "NS": lambda numbers: sum(map(number_bytes, numbers)),
    "BS": lambda contents: sum(map(binary_bytes, contents)),
}
