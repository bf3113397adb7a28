"""State a condition on the attributes of one item, with values that are known or come with Bind.

A predicate is made once from the SQL tree and means what SQL means: a condition on a missing
attribute is NULL. `access/support.py` says how much of it DynamoDB can check.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pgddb.access.table import AttributePath, AttributeType


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """A typed scalar of DynamoDB. `content` is str for S, digits for N, bytes for B, bool for BOOL, None for NULL."""

    type: AttributeType
    content: str | bytes | bool | None


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that the statement states, as Python: str, int, Decimal, float, bytes, bool or None (SQL NULL)."""

    value: str | int | Decimal | float | bytes | bool | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """$n, 1-based; its value comes with Bind."""

    number: int


@dataclass(frozen=True, slots=True)
class ParameterElements:
    """The elements of the array that $n brings: `= ANY($n)`."""

    number: int


Operand = Constant | Parameter


class Comparison(StrEnum):
    """Comparison operators of SQL and DynamoDB alike."""

    EQUAL = "="
    NOT_EQUAL = "<>"
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="


@dataclass(frozen=True, slots=True)
class Compare:
    """`path op operand`."""

    path: AttributePath
    comparison: Comparison
    operand: Operand


@dataclass(frozen=True, slots=True)
class OneOf:
    """`path IN (operands)` or `path = ANY(array)`."""

    path: AttributePath
    operands: tuple[Operand, ...] | ParameterElements


@dataclass(frozen=True, slots=True)
class StartsWith:
    """`path LIKE 'prefix%'` or `path ^@ prefix`; not `only` when the pattern asks more of the rest."""

    path: AttributePath
    prefix: Operand
    only: bool = True


@dataclass(frozen=True, slots=True)
class IsNull:
    """`path IS NULL` (negated: IS NOT NULL): the attribute is missing or NULL."""

    path: AttributePath
    negated: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """AND."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """OR."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """NOT."""

    part: Predicate


Predicate = Compare | OneOf | StartsWith | IsNull | AllOf | AnyOf | Negation
