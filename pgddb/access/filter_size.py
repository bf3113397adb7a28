"""Bound the length and the operators of a FilterExpression before it is written.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (expression parameters).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    Compare,
    Exists,
    HasSize,
    HasType,
    IsNull,
    Negation,
    OneOf,
    ParameterElements,
    Predicate,
    StartsWith,
)

MAX_FILTER_BYTES = 4000
"""Of 4,096 bytes; the rest is left for what stands around a filter."""
MAX_FILTER_OPERATORS = 290
"""Of 300."""
_PLACEHOLDER_BYTES = 7
"""`:v123` or `#n123` with a separator."""
_MAX_IN_OPERANDS = 100


@dataclass(slots=True)
class FilterRoom:
    """The AND of some store predicates as one FilterExpression, as far as it has grown."""

    size_bytes: int = 0
    operators: int = 0

    def takes(self, predicate: Predicate) -> bool:
        """Add a predicate if there is room for it."""
        size, operators = _size(predicate)
        size += self.size_bytes + 8
        operators += self.operators + 1
        if size > MAX_FILTER_BYTES or operators > MAX_FILTER_OPERATORS:
            return False
        self.size_bytes, self.operators = size, operators
        return True


def _size(predicate: Predicate) -> tuple[int, int]:
    """Give (bytes, operators), both rather too many than too few."""
    match predicate:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            sizes = [_size(part) for part in parts]
            return 2 + sum(size[0] + 5 for size in sizes), sum(size[1] + 1 for size in sizes)
        case Negation(part=part):
            size, operators = _size(part)
            return size + 6, operators + 1
        case _:
            return _leaf_size(predicate)


def _leaf_size(  # noqa: PLR0911 - one for each kind of condition
    leaf: Compare | OneOf | StartsWith | IsNull | HasType | HasSize | Exists,
) -> tuple[int, int]:
    path = len(leaf.path) * _PLACEHOLDER_BYTES
    match leaf:
        case Compare():
            return path + _PLACEHOLDER_BYTES + 4, 1
        case OneOf(operands=operands):
            count = 1 if isinstance(operands, ParameterElements) else len(operands)
            groups = -(-count // _MAX_IN_OPERANDS)
            return groups * (path + 10) + count * (_PLACEHOLDER_BYTES + 1), count + 2 * groups
        case StartsWith():
            return path + _PLACEHOLDER_BYTES + 16, 2
        case IsNull():
            return 2 * path + _PLACEHOLDER_BYTES + 48, 6
        case HasType(types=types):
            return len(types) * (path + _PLACEHOLDER_BYTES + 22), 3 * len(types)
        case HasSize():
            return path + _PLACEHOLDER_BYTES + 10, 2
        case Exists():
            return path + 22, 1
        case _:
            assert_never(leaf)
