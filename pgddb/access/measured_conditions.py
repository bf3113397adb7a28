"""Say where a condition on the type or the size of an attribute may be true, in the words of a DynamoDB filter.

A type is one of ten, so any condition on it is a list of types. DynamoDB's size() is another measure than the bytes of
an item: the length of a text in letters of up to four bytes, the elements of a set, list or map, and nothing for
numbers. So it bounds the bytes of texts and binaries only, and every other type that may fit is kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from pgddb.access.item_size import LARGEST_NUMBER_BYTES, beside_value
from pgddb.access.leaf_conditions import Attribute, Verdict, always, never
from pgddb.access.predicate import COMPARED, AllOf, AnyOf, Comparison, Exists, HasSize, HasType, Negation, Predicate
from pgddb.access.table import AttributeType

_MOST_BYTES_OF_A_LETTER = 4
_CONTAINERS = (AttributeType.M, AttributeType.L, AttributeType.SS, AttributeType.NS, AttributeType.BS)
_MEASURED = (AttributeType.S, AttributeType.B)


def there(attribute: Attribute, *, exact: bool) -> Verdict:
    """Keep the items that have the attribute, DynamoDB's NULL included."""
    if attribute.facts.present:
        return Verdict(predicate=True, exact=exact)
    return Verdict(Exists(attribute.path), exact)


def there_or_not(attribute: Attribute, *, negated: bool) -> Verdict:
    """Check IS NULL, or IS NOT NULL where negated: a type or size is NULL where there is no attribute."""
    if negated:
        return there(attribute, exact=True)
    return never() if attribute.facts.present else Verdict(Negation(Exists(attribute.path)), exact=True)


def type_compared(attribute: Attribute, comparison: Comparison, value: object) -> Verdict:
    """Check a comparison of the type's name with a text."""
    if value is None:
        return never()
    if not isinstance(value, str):
        return there(attribute, exact=False)
    test = COMPARED[comparison]
    return _of_types(attribute, [one for one in AttributeType if test(one.value, value)])


def type_one_of(attribute: Attribute, values: Sequence[object] | None, *, negated: bool) -> Verdict:
    """Check IN of the type's name, or NOT IN where negated; None stands for an array that is NULL."""
    if values is None:
        return never()
    if not values:
        return always() if negated else never()
    if negated and None in values:
        return never()
    return _of_types(attribute, [one for one in AttributeType if (one.value in values) is not negated])


def _of_types(attribute: Attribute, types: Sequence[AttributeType]) -> Verdict:
    known = attribute.facts.type
    if known is not None:
        return there(attribute, exact=True) if known in types else never()
    if not types:
        return never()
    others = tuple(one for one in AttributeType if one not in types)
    if not others:
        return there(attribute, exact=True)
    if len(types) <= len(others):
        return Verdict(HasType(attribute.path, tuple(types)), exact=True)
    return Verdict(AllOf((Exists(attribute.path), Negation(HasType(attribute.path, others)))), exact=True)


def size_compared(attribute: Attribute, comparison: Comparison, value: object) -> Verdict:
    """Check a comparison of an attribute's bytes with a number."""
    if value is None:
        return never()
    is_number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    if not is_number or not Decimal(str(value)).is_finite() or comparison is Comparison.NOT_EQUAL:
        return there(attribute, exact=False)
    least, most = _bounds(comparison, Decimal(str(value)) - beside_value(attribute.path))
    if most < max(least, 0):
        return never()
    if most == math.inf and least <= 0:
        return there(attribute, exact=True)
    return _sized(attribute, least, most)


def _bounds(comparison: Comparison, value: Decimal) -> tuple[float, float]:
    """Give the least and the greatest whole number that meets a comparison."""
    match comparison:
        case Comparison.LESS:
            return 0, math.ceil(value) - 1
        case Comparison.LESS_EQUAL:
            return 0, math.floor(value)
        case Comparison.GREATER:
            return math.floor(value) + 1, math.inf
        case Comparison.GREATER_EQUAL:
            return math.ceil(value), math.inf
        case _:
            return math.ceil(value), math.floor(value)


def _sized(attribute: Attribute, least: float, most: float) -> Verdict:
    path, known = attribute.path, attribute.facts.type
    others = list(_CONTAINERS)
    if least <= LARGEST_NUMBER_BYTES:
        others.append(AttributeType.N)
    if least <= 1:
        others += [AttributeType.BOOL, AttributeType.NULL]
    if known is not None and known not in _MEASURED:
        return there(attribute, exact=False) if known in others else never()
    lengths: list[Predicate] = [HasType(path, _MEASURED if known is None else (known,))]  # moto fails without it
    if least > 0:
        lengths.append(HasSize(path, Comparison.GREATER_EQUAL, -(-int(least) // _MOST_BYTES_OF_A_LETTER)))
    if most != math.inf:
        lengths.append(HasSize(path, Comparison.LESS_EQUAL, int(most)))
    measured = AllOf(tuple(lengths))
    if known is not None:
        return Verdict(measured, exact=False)
    return Verdict(AnyOf((measured, HasType(path, tuple(others)))), exact=False)
