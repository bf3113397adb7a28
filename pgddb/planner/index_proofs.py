"""Prove that an index loses no row, or say why it may.

An item is in an index only if it has every key attribute of it, of the declared type; an item that lacks one is
missing there without a word (C1). An index holds the attributes of its projection only (C2), and a global one lags
behind the table.
"""

from __future__ import annotations

from collections.abc import Sequence

from pgddb.access.attribute_facts import facts_of, seen_as
from pgddb.access.leaf_conditions import TEXT_VIEWS
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
    Predicate,
    SeenAs,
    StartsWith,
)
from pgddb.access.store_values import text_readings
from pgddb.access.support import ReadContext
from pgddb.access.table import AttributePath, AttributeType, Index, IndexKind, IndexProjection, KeyAttribute


def why_not(
    index: Index, conjuncts: Sequence[Predicate] | None, context: ReadContext, *, consistent: bool
) -> str | None:
    """Say why an index may lose a row that the conjuncts keep, or None where it cannot.

    Without conjuncts (None) only what the index holds is wanted, so none is lost.
    """
    if not index.active:
        return "it is being made or deleted"
    if consistent and index.kind is IndexKind.GLOBAL:
        return "a global secondary index cannot be read consistently"
    for attribute in index.keys.attributes:
        if conjuncts is None or attribute.name in context.table.keys.names:
            continue
        if not any(_implies(conjunct, attribute, context, negated=False) for conjunct in conjuncts):
            return f'items without "{attribute.name}" are not in it, and nothing says that it is there'
    return None


def lacking(index: Index, projection: Sequence[AttributePath] | None, context: ReadContext) -> tuple[str, ...]:
    """Name the needed attributes that the index does not hold; ("*",) for whole items."""
    if index.projection is IndexProjection.ALL:
        return ()
    if projection is None:
        return ("*",)
    names = dict.fromkeys(str(path[0]) for path in projection)
    return tuple(name for name in names if not index.holds(name, context.table.keys))


def _implies(predicate: Predicate, attribute: KeyAttribute, context: ReadContext, *, negated: bool) -> bool:
    """Say whether a predicate that is true (negated: false) is so only where an attribute is there, of its type."""
    match predicate:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            every = isinstance(predicate, AnyOf) is not negated
            found = (_implies(part, attribute, context, negated=negated) for part in parts)
            return bool(parts) and (all(found) if every else any(found))
        case Negation(part=part):
            return _implies(part, attribute, context, negated=not negated)
        case HasType() | HasSize() | Exists():
            return False
        case _:
            return _leaf_implies(predicate, attribute, context, negated=negated)


def _leaf_implies(
    predicate: Compare | OneOf | StartsWith | IsNull, attribute: KeyAttribute, context: ReadContext, *, negated: bool
) -> bool:
    if predicate.path != (attribute.name,) or not _rejects_null(predicate, context, negated=negated):
        return False
    if facts_of(context.table, None, attribute.name).type is attribute.type:
        return True
    return not negated and _is_typed(predicate, attribute.type, context)


def _rejects_null(leaf: Compare | OneOf | StartsWith | IsNull, context: ReadContext, *, negated: bool) -> bool:
    """Say whether a condition is NULL for NULL: all are, but IS NULL and an array of nothing."""
    if isinstance(leaf, IsNull):
        return leaf.negated is not negated
    if isinstance(leaf, OneOf):
        return not negated or context.values(leaf.operands) != []
    return True


def _is_typed(leaf: Compare | OneOf | StartsWith | IsNull, wanted: AttributeType, context: ReadContext) -> bool:
    """Say whether only values of one type can meet an equality of texts, though the attribute is of several."""
    view = leaf.seen_as or seen_as(context.table, leaf.path)
    if view not in (*TEXT_VIEWS, SeenAs.TYPE):
        return False
    match leaf:
        case Compare(comparison=comparison, operand=operand) if comparison.value == "=":
            values: list[object] | None = [context.value(operand)]
        case OneOf(operands=operands):
            values = context.values(operands)
        case _:
            return False
    if view is SeenAs.TYPE:
        return all(value in (None, wanted.value) for value in values or ())
    return all(
        isinstance(value, str)
        and not value.startswith(("{", "["))
        and all(reading.type is wanted for reading in text_readings(value))
        for value in values or ()
        if value is not None
    )
