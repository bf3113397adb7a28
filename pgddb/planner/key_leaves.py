"""Turn one condition on a key attribute into the values that it allows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

from pgddb.access.leaf_conditions import TEXT_VIEWS, VIEWED_TYPE, float_bounds, typed_value
from pgddb.access.predicate import (
    AttributeValue,
    Compare,
    Comparison,
    IsNull,
    OneOf,
    SeenAs,
    StartsWith,
)
from pgddb.access.store_values import text_readings
from pgddb.access.support import INVERSE, ReadContext
from pgddb.access.table import AttributeType, KeyAttribute
from pgddb.planner.key_domains import (
    ALL,
    FIRST,
    LAST,
    NONE,
    Domain,
    KeyContent,
    after,
    before,
    between,
    points,
    prefixed,
)

Allowed = tuple[Domain, bool]
"""The values that a condition may be true for, and whether it is true for all of them."""

UNKNOWN: Allowed = (ALL, False)
NEVER: Allowed = (NONE, True)

KeyLeaf = Compare | OneOf | StartsWith | IsNull


def allowed_values(
    attribute: KeyAttribute, leaf: KeyLeaf, view: SeenAs, context: ReadContext, *, negated: bool
) -> Allowed:
    """Give the values of a key attribute, which is there and has its type, for which a condition may be true.

    `negated` asks where it may be false.
    """
    match leaf:
        case IsNull():
            return (ALL, True) if leaf.negated is not negated else NEVER
        case Compare(comparison=comparison, operand=operand):
            return _compared(attribute, view, INVERSE[comparison] if negated else comparison, context.value(operand))
        case OneOf(operands=operands):
            return _one_of(attribute, view, context.values(operands), negated=negated)
        case StartsWith(prefix=prefix, only=only):
            return _prefixed(attribute, view, context.value(prefix), exact=only) if not negated else UNKNOWN
        case _:
            assert_never(leaf)


def _compared(attribute: KeyAttribute, view: SeenAs, comparison: Comparison, value: object) -> Allowed:
    if value is None:
        return NEVER
    if comparison is Comparison.EQUAL:
        return _equal(attribute, view, [value])
    if comparison is Comparison.NOT_EQUAL:
        return UNKNOWN
    if attribute.type is AttributeType.N and (isinstance(value, float) or view is SeenAs.FLOAT):
        return _float_range(view, comparison, value)
    typed = typed_value(SeenAs.TEXT if view in TEXT_VIEWS else view, value)
    if typed is None or not _seen_as_itself(attribute, view):
        return UNKNOWN
    return _range_from(comparison, content_of(typed))


def _range_from(comparison: Comparison, bound: KeyContent) -> Allowed:
    """Give the keys on one side of a value; every key is greater than the empty one."""
    if bound in ("", b""):
        return (ALL, True) if comparison in (Comparison.GREATER, Comparison.GREATER_EQUAL) else NEVER
    return _range(comparison, bound, bound), True


def _seen_as_itself(attribute: KeyAttribute, view: SeenAs) -> bool:
    """Say whether SQL orders the values as DynamoDB does."""
    if view in TEXT_VIEWS:
        return attribute.type is AttributeType.S
    return VIEWED_TYPE.get(view) is attribute.type


def _range(comparison: Comparison, low: KeyContent, high: KeyContent) -> Domain:
    match comparison:
        case Comparison.LESS:
            return between(FIRST, before(high))
        case Comparison.LESS_EQUAL:
            return between(FIRST, after(high))
        case Comparison.GREATER:
            return between(after(low), LAST)
        case _:
            return between(before(low), LAST)


def _float_range(view: SeenAs, comparison: Comparison, value: object) -> Allowed:
    bounds = float_bounds(value) if view in (SeenAs.FLOAT, SeenAs.NUMBER) else None
    if bounds is None:
        return UNKNOWN
    low, high = content_of(bounds[0]), content_of(bounds[1])
    closed = Comparison.LESS_EQUAL if comparison in (Comparison.LESS, Comparison.LESS_EQUAL) else comparison
    closed = Comparison.GREATER_EQUAL if closed is Comparison.GREATER else closed
    return _range(closed, low, high), False


def _one_of(attribute: KeyAttribute, view: SeenAs, values: Sequence[object] | None, *, negated: bool) -> Allowed:
    if values is None:
        return NEVER
    if not values:
        return (ALL, True) if negated else NEVER
    known = [value for value in values if value is not None]
    if not known or (negated and len(known) < len(values)):
        return NEVER
    return UNKNOWN if negated else _equal(attribute, view, known)


def _equal(attribute: KeyAttribute, view: SeenAs, values: Sequence[object]) -> Allowed:
    """Give the values that equal one of some; a value that no key has adds nothing."""
    if view in TEXT_VIEWS:
        return _equal_texts(attribute, values)
    if VIEWED_TYPE.get(view) is not attribute.type:
        return UNKNOWN
    if view is SeenAs.FLOAT or any(isinstance(value, float) for value in values):
        return _equal_floats(view, values)
    found: list[KeyContent] = []
    for value in values:
        typed = typed_value(view, value)
        if typed is None:
            return UNKNOWN
        found += _filled(typed)
    return points(found), True


def _equal_floats(view: SeenAs, values: Sequence[object]) -> Allowed:
    if len(values) != 1 or view not in (SeenAs.FLOAT, SeenAs.NUMBER):
        return UNKNOWN
    bounds = float_bounds(values[0])
    if bounds is None:
        return UNKNOWN
    return between(before(content_of(bounds[0])), after(content_of(bounds[1]))), False


def _equal_texts(attribute: KeyAttribute, values: Sequence[object]) -> Allowed:
    """Give the keys whose text is one of some; several texts may stand for one number, so those are checked again."""
    found: list[KeyContent] = []
    for value in values:
        if not isinstance(value, str):
            return UNKNOWN
        for reading in text_readings(value):
            if reading.type is attribute.type:
                found += _filled(reading)
    return points(found), attribute.type is not AttributeType.N


def _filled(value: AttributeValue) -> list[KeyContent]:
    content = content_of(value)
    return [content] if content or isinstance(content, Decimal) else []


def _prefixed(attribute: KeyAttribute, view: SeenAs, value: object, *, exact: bool) -> Allowed:
    if value is None:
        return NEVER
    texts = attribute.type is AttributeType.S and (view is SeenAs.TEXT or view in TEXT_VIEWS)
    if not texts or not isinstance(value, str):
        return UNKNOWN
    return (prefixed(value), exact) if value else (ALL, exact)


def content_of(value: AttributeValue) -> KeyContent:
    """Give a typed value in DynamoDB's order."""
    content = value.content
    if value.type is AttributeType.N:
        return Decimal(str(content))
    assert isinstance(content, (str, bytes))
    return content
