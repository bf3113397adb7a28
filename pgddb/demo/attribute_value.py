"""Write plain Python values as DynamoDB attribute values."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

Plain: TypeAlias = (
    "str | int | Decimal | bool | bytes | list[Plain] | dict[str, Plain]"
    " | frozenset[str] | frozenset[int] | frozenset[bytes] | None"
)
AttributeValue: TypeAlias = "dict[str, object]"
Item: TypeAlias = "dict[str, AttributeValue]"


def typed_item(**attributes: Plain) -> Item:
    """Type every attribute of an item.

    >>> typed_item(User="Tristan", Rating=5)
    {'User': {'S': 'Tristan'}, 'Rating': {'N': '5'}}
    """
    return {name: typed_value(value) for name, value in attributes.items()}


def typed_value(value: Plain) -> AttributeValue:
    """Type one value; sets are frozensets, numbers lose trailing zeros as they do in DynamoDB."""
    match value:
        case list():
            return {"L": [typed_value(element) for element in value]}
        case dict():
            return {"M": {name: typed_value(element) for name, element in value.items()}}
        case frozenset():
            elements: list[str | int | bytes] = list(value)
            scalars = [_scalar(element) for element in sorted(elements, key=repr)]
            kind = scalars[0][0]
            return {f"{kind}S": [text for _, text in scalars]}
        case _:
            kind, written = _scalar(value)
            return {kind: written}


def _scalar(value: str | int | Decimal | bytes | None) -> tuple[str, str | bool | bytes]:
    """Return the type and the form of a single value in moto's store: binary stays bytes, numbers are digits."""
    match value:
        case None:
            return "NULL", True
        case bool():
            return "BOOL", value
        case str():
            return "S", value
        case bytes():
            return "B", value
        case _:
            return "N", str(value) if isinstance(value, int) else format(value.normalize(), "f")
