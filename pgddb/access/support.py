"""Say how much of a predicate DynamoDB can check, and in which words.

The law (`access/contract.py`): the store predicate keeps every item for which the SQL predicate is true, and EXACT
means that it keeps no other. So a predicate is asked twice: where may it be true, and, below a NOT, where may it
be false; what is NULL is neither. DynamoDB knows no NULL: `<>` and NOT are true for a missing attribute there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from msgspec import Struct

from pgddb.access.attribute_facts import UNKNOWN, facts_of, seen_as
from pgddb.access.contract import FilterSupport
from pgddb.access.leaf_conditions import (
    Attribute,
    Verdict,
    always,
    compared,
    never,
    null_test,
    one_of,
    prefixed,
    unchecked,
)
from pgddb.access.measured_conditions import size_compared, there_or_not, type_compared, type_one_of
from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    AttributeValue,
    Compare,
    Comparison,
    Constant,
    Exists,
    HasSize,
    HasType,
    IsNull,
    Leaf,
    Negation,
    OneOf,
    Operand,
    ParameterElements,
    Predicate,
    SeenAs,
    StartsWith,
)
from pgddb.access.table import AttributePath, Index, TableSchema

INVERSE = {
    Comparison.EQUAL: Comparison.NOT_EQUAL,
    Comparison.NOT_EQUAL: Comparison.EQUAL,
    Comparison.LESS: Comparison.GREATER_EQUAL,
    Comparison.LESS_EQUAL: Comparison.GREATER,
    Comparison.GREATER: Comparison.LESS_EQUAL,
    Comparison.GREATER_EQUAL: Comparison.LESS,
}


AboutValue = Compare | OneOf | StartsWith | IsNull
"""What may be asked of an attribute in SQL."""


class StoreCondition(Struct, frozen=True):
    """What the store checks of a predicate.

    Attributes:
        predicate: the store predicate; None where there is nothing to check: everything is kept.
        never: the predicate cannot be true, so nothing need be read.
    """

    support: FilterSupport
    predicate: Predicate | None = None
    never: bool = False


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What is read, and with which values.

    Attributes:
        table: the table.
        index: the index that is read, or None for the table itself.
        query: the read is a Query, whose filter cannot name its key attributes.
    """

    table: TableSchema
    index: Index | None = None
    query: bool = False
    parameters: Sequence[object] = ()
    unfiltered: frozenset[str] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        keys = self.table.keys if self.index is None else self.index.keys
        object.__setattr__(self, "unfiltered", frozenset(keys.names) if self.query else frozenset())

    def attribute(self, path: AttributePath, view: SeenAs | None) -> Attribute | None:
        """Give an attribute with what is known of it, or None where no filter of this read can name it."""
        if not path or not isinstance(path[0], str) or path[0] in self.unfiltered:
            return None
        if self.index is not None and not self.index.holds(path[0], self.table.keys):
            return None
        known = facts_of(self.table, self.index, path[0]) if len(path) == 1 else UNKNOWN
        return Attribute(path, view or seen_as(self.table, path), known)

    def value(self, operand: Operand) -> object:
        """Give the value of an operand as Python."""
        if isinstance(operand, Constant):
            return operand.value
        return operand.content if isinstance(operand, AttributeValue) else self.parameters[operand.number - 1]

    def values(self, operands: tuple[Operand, ...] | ParameterElements) -> list[object] | None:
        """Give the values of a list; None for an array that is NULL."""
        if not isinstance(operands, ParameterElements):
            return [self.value(operand) for operand in operands]
        array = self.parameters[operands.number - 1]
        return list(_elements(array)) if isinstance(array, (list, tuple)) else None


def _elements(array: Sequence[object]) -> list[object]:
    """Give the elements of an array of any depth."""
    flat: list[object] = []
    for element in array:
        flat += _elements(element) if isinstance(element, (list, tuple)) else [element]
    return flat


def filter_support(context: ReadContext, predicate: Predicate) -> StoreCondition:
    """Say what a read's filter can check of a predicate."""
    verdict = where_true(context, predicate)
    if verdict.predicate is False:
        return StoreCondition(FilterSupport.EXACT, never=True)
    if verdict.predicate is True:
        return StoreCondition(FilterSupport.EXACT if verdict.exact else FilterSupport.UNSUPPORTED)
    return StoreCondition(FilterSupport.EXACT if verdict.exact else FilterSupport.INEXACT, verdict.predicate)


def where_true(context: ReadContext, predicate: Predicate) -> Verdict:
    """Give the items for which the predicate may be true."""
    match predicate:
        case AllOf(parts=parts):
            return all_of([where_true(context, part) for part in parts])
        case AnyOf(parts=parts):
            return any_of([where_true(context, part) for part in parts])
        case Negation(part=part):
            return where_false(context, part)
        case _:
            return _leaf(context, predicate, negated=False)


def where_false(context: ReadContext, predicate: Predicate) -> Verdict:
    """Give the items for which the predicate may be false, which is not the same as not true."""
    match predicate:
        case AllOf(parts=parts):
            return any_of([where_false(context, part) for part in parts])
        case AnyOf(parts=parts):
            return all_of([where_false(context, part) for part in parts])
        case Negation(part=part):
            return where_true(context, part)
        case _:
            return _leaf(context, predicate, negated=True)


def _leaf(context: ReadContext, leaf: Leaf, *, negated: bool) -> Verdict:
    if isinstance(leaf, (HasType, HasSize, Exists)):
        return unchecked()
    attribute = context.attribute(leaf.path, leaf.seen_as)
    if attribute is None:
        return unchecked()
    read = _measured if attribute.view in (SeenAs.TYPE, SeenAs.SIZE) else _seen
    return read(context, attribute, leaf, negated=negated)


def _seen(context: ReadContext, attribute: Attribute, leaf: AboutValue, *, negated: bool) -> Verdict:
    """Check what is asked of the value of an attribute."""
    match leaf:
        case Compare(comparison=comparison, operand=operand):
            wanted = INVERSE[comparison] if negated else comparison
            return compared(attribute, wanted, context.value(operand))
        case OneOf(operands=operands):
            return one_of(attribute, context.values(operands), negated=negated)
        case StartsWith(prefix=prefix, only=only):
            return prefixed(attribute, context.value(prefix), only=only, negated=negated)
        case IsNull():
            return null_test(attribute, negated=leaf.negated is not negated)
        case _:
            assert_never(leaf)


def _measured(context: ReadContext, attribute: Attribute, leaf: AboutValue, *, negated: bool) -> Verdict:
    """Check what is asked of the type or the size of an attribute."""
    match leaf:
        case IsNull():
            return there_or_not(attribute, negated=leaf.negated is not negated)
        case Compare(comparison=comparison, operand=operand):
            compare = type_compared if attribute.view is SeenAs.TYPE else size_compared
            return compare(attribute, INVERSE[comparison] if negated else comparison, context.value(operand))
        case OneOf(operands=operands) if attribute.view is SeenAs.TYPE:
            return type_one_of(attribute, context.values(operands), negated=negated)
        case _:
            return unchecked()


def all_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Join by AND: what cannot be checked is left out."""
    if any(verdict.predicate is False for verdict in verdicts):
        return never()
    exact = all(verdict.exact for verdict in verdicts)
    parts = [verdict.predicate for verdict in verdicts if not isinstance(verdict.predicate, bool)]
    if not parts:
        return Verdict(predicate=True, exact=exact)
    return Verdict(parts[0] if len(parts) == 1 else AllOf(tuple(parts)), exact)


def any_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Join by OR: one part that cannot be checked spoils the whole."""
    for verdict in verdicts:
        if verdict.predicate is True and verdict.exact:
            return always()
    exact = all(verdict.exact for verdict in verdicts)
    if any(verdict.predicate is True for verdict in verdicts):
        return unchecked()
    parts = [verdict.predicate for verdict in verdicts if not isinstance(verdict.predicate, bool)]
    if not parts:
        return never()
    return Verdict(parts[0] if len(parts) == 1 else AnyOf(tuple(parts)), exact)
