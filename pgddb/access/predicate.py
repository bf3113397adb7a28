"""State a condition on the attributes of one item, with values that are known or come with Bind.

A predicate is made once from the SQL tree and means what SQL means: a condition on a missing
attribute is NULL. `access/support.py` says how much of it DynamoDB can check, and gives a store predicate: one
whose operands are AttributeValues and which means what DynamoDB means.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from msgspec import Struct

from pgddb.access.table import AttributePath, AttributeType


class AttributeValue(Struct, frozen=True):
    """A typed scalar of DynamoDB. `content` is str for S, digits for N, bytes for B, bool for BOOL, None for NULL."""

    type: AttributeType
    content: str | bytes | bool | None


class Constant(Struct, frozen=True):
    """A value that the statement states, as Python: str, int, Decimal, float, bytes, bool or None (SQL NULL)."""

    value: str | int | Decimal | float | bytes | bool | None


class Parameter(Struct, frozen=True):
    """$n, 1-based; its value comes with Bind."""

    number: int


class ParameterElements(Struct, frozen=True):
    """The elements of the array that $n brings: `= ANY($n)`."""

    number: int


Operand = Constant | Parameter | AttributeValue
"""What a path is compared with; an AttributeValue stands in store predicates only."""


class SeenAs(Enum):
    """What SQL compares where a condition names an attribute. Values of other types are misfits or another text."""

    TEXT = "S as text"
    NUMBER = "N as an exact number"
    FLOAT = "N as double precision"
    BINARY = "B as bytea"
    BOOLEAN = "BOOL as boolean"
    SCALAR_TEXT = "S, N, BOOL or B as text"
    ANY_TEXT = "any value as text: document->>'a'"
    ANY_JSON = "any value as jsonb, where DynamoDB's NULL is not NULL: document->'a'"
    TYPE = "the name of its type as text, for any value: attribute_type(document, 'a')"
    SIZE = "the bytes that it adds to its item: attribute_size(document, 'a')"
    OPAQUE = "a value that only SQL can compare; IS NULL means what it says"


class Comparison(StrEnum):
    """Comparison operators of SQL and DynamoDB alike."""

    EQUAL = "="
    NOT_EQUAL = "<>"
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="


COMPARED: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQUAL: operator.eq,
    Comparison.NOT_EQUAL: operator.ne,
    Comparison.LESS: operator.lt,
    Comparison.LESS_EQUAL: operator.le,
    Comparison.GREATER: operator.gt,
    Comparison.GREATER_EQUAL: operator.ge,
}
"""Python's own comparison of two values of one type."""


class Compare(Struct, frozen=True):
    """`path op operand`; `seen_as` None means as the table's own column of that path."""

    path: AttributePath
    comparison: Comparison
    operand: Operand
    seen_as: SeenAs | None = None


class OneOf(Struct, frozen=True):
    """`path IN (operands)` or `path = ANY(array)`."""

    path: AttributePath
    operands: tuple[Operand, ...] | ParameterElements
    seen_as: SeenAs | None = None


class StartsWith(Struct, frozen=True):
    """`path LIKE 'prefix%'` or `path ^@ prefix`; not `only` when the pattern asks more of the rest."""

    path: AttributePath
    prefix: Operand
    only: bool = True
    seen_as: SeenAs | None = None


class IsNull(Struct, frozen=True):
    """`path IS NULL` (negated: IS NOT NULL): the attribute is missing or NULL."""

    path: AttributePath
    negated: bool = False
    seen_as: SeenAs | None = None


class HasType(Struct, frozen=True):
    """The attribute is there and of one of these types. Stands in store predicates only."""

    path: AttributePath
    types: tuple[AttributeType, ...]


class Exists(Struct, frozen=True):
    """The attribute is there, NULL included. Stands in store predicates only."""

    path: AttributePath


class HasSize(Struct, frozen=True):
    """DynamoDB's size() of the attribute is at least (`comparison` >=) or at most (<=) a number.

    That is the length of a text, the bytes of a binary, the elements of a set, list or map; no other value has one.
    Stands in store predicates only.
    """

    path: AttributePath
    comparison: Comparison
    size: int


class AllOf(Struct, frozen=True):
    """AND."""

    parts: tuple[Predicate, ...]


class AnyOf(Struct, frozen=True):
    """OR."""

    parts: tuple[Predicate, ...]


class Negation(Struct, frozen=True):
    """NOT."""

    part: Predicate


Leaf = Compare | OneOf | StartsWith | IsNull | HasType | HasSize | Exists

Predicate = Leaf | AllOf | AnyOf | Negation
