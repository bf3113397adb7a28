"""Say where one condition on one attribute may be true, in the words of a DynamoDB filter.

An attribute that is no key may hold any type. An item whose value is of another type than the column's carrier must
not be dropped in silence: it is kept, so that the engine meets it and the column is widened (`_or_misfit`).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from pgddb.access.attribute_facts import AttributeFacts
from pgddb.access.predicate import (
    COMPARED,
    AllOf,
    AnyOf,
    AttributeValue,
    Compare,
    Comparison,
    Exists,
    HasType,
    IsNull,
    Negation,
    OneOf,
    Predicate,
    SeenAs,
    StartsWith,
)
from pgddb.access.store_values import (
    around_float,
    binary_value,
    boolean_value,
    number_value,
    text_readings,
    text_value,
)
from pgddb.access.table import AttributePath, AttributeType

_SETS = (AttributeType.SS, AttributeType.NS, AttributeType.BS)
_LISTS = (AttributeType.L, *_SETS)
_CONTAINERS = (AttributeType.M, *_LISTS)

VIEWED_TYPE = {
    SeenAs.TEXT: AttributeType.S,
    SeenAs.NUMBER: AttributeType.N,
    SeenAs.FLOAT: AttributeType.N,
    SeenAs.BINARY: AttributeType.B,
    SeenAs.BOOLEAN: AttributeType.BOOL,
}
"""The one type of which SQL sees the values; all others are misfits."""
TEXT_VIEWS = frozenset({SeenAs.SCALAR_TEXT, SeenAs.ANY_TEXT})


class Verdict(Struct, frozen=True):
    """Items that are kept: by a store predicate, all (True) or none (False); `exact` says that no other is."""

    predicate: Predicate | bool
    exact: bool


def always() -> Verdict:
    return Verdict(predicate=True, exact=True)


def never() -> Verdict:
    return Verdict(predicate=False, exact=True)


def unchecked() -> Verdict:
    return Verdict(predicate=True, exact=False)


class Attribute(Struct, frozen=True):
    """An attribute that a condition names: where it stands, how SQL sees it, what is known of it."""

    path: AttributePath
    view: SeenAs
    facts: AttributeFacts

    @property
    def below_list(self) -> bool:
        """Say whether the path goes through a list: a set is one in SQL and none in DynamoDB's paths."""
        return any(isinstance(step, int) for step in self.path)


def null_test(attribute: Attribute, *, negated: bool) -> Verdict:
    """Check IS NULL, or IS NOT NULL where negated."""
    if attribute.facts.present:
        return always() if negated else never()
    if attribute.view is SeenAs.ANY_JSON:
        exists = Exists(attribute.path)
        verdict = Verdict(exists if negated else Negation(exists), exact=True)
    else:
        verdict = Verdict(IsNull(attribute.path, negated=negated), exact=True)
    if not attribute.below_list:
        return verdict
    return _or_in_set(attribute, verdict) if negated else Verdict(verdict.predicate, exact=False)


def compared(attribute: Attribute, comparison: Comparison, value: object) -> Verdict:
    """Check a comparison with a value."""
    if value is None:
        return never()
    return _or_in_set(attribute, _compared(attribute, comparison, value))


def one_of(attribute: Attribute, values: Sequence[object] | None, *, negated: bool) -> Verdict:
    """Check IN, or NOT IN where negated; None stands for an array that is NULL."""
    if values is None:
        return never()
    if not values:
        return always() if negated else never()
    known = [value for value in values if value is not None]
    if not known or (negated and len(known) < len(values)):
        return never()
    if len(known) == 1:
        return compared(attribute, Comparison.NOT_EQUAL if negated else Comparison.EQUAL, known[0])
    return _or_in_set(attribute, (_none_of if negated else _any_of)(attribute, known))


def prefixed(attribute: Attribute, value: object, *, only: bool, negated: bool) -> Verdict:
    """Check that a text begins with another; not `only` means that the pattern asks for more."""
    if value is None:
        return never()
    if not isinstance(value, str) or attribute.view not in (SeenAs.TEXT, *TEXT_VIEWS):
        return _present(attribute)
    return _or_in_set(attribute, _prefixed(attribute, value, only=only, negated=negated))


def _prefixed(attribute: Attribute, value: str, *, only: bool, negated: bool) -> Verdict:
    known = attribute.facts.type
    if (negated and not only) or known not in (None, AttributeType.S):
        return _present(attribute)
    if not value:
        return Verdict(_present(attribute).predicate, exact=False) if not negated else _other_types(attribute)
    begins = StartsWith(attribute.path, text_value(value))
    if not negated:
        return _positive(attribute, begins, exact=only)
    return _both(_present(attribute, exact=known is not None), Negation(begins))


def _other_types(attribute: Attribute) -> Verdict:
    """Keep what is no text, where no text can match."""
    return never() if attribute.facts.type is not None else Verdict(_misfit(attribute, AttributeType.S), exact=False)


# Comparisons ----------------------------------------------------------------------------------------------


def _compared(attribute: Attribute, comparison: Comparison, value: object) -> Verdict:
    view = attribute.view
    if view in TEXT_VIEWS:
        return _text_compared(attribute, comparison, value)
    wanted = VIEWED_TYPE.get(view)
    if wanted is None or attribute.facts.type not in (None, wanted):
        return _present(attribute)
    if isinstance(value, float) or view is SeenAs.FLOAT:
        return _float_compared(attribute, comparison, value)
    if view is SeenAs.BOOLEAN:
        return _truth_compared(attribute, comparison, value)
    typed = typed_value(view, value)
    if typed is None:
        return _present(attribute)
    return _typed_compared(attribute, comparison, typed)


def typed_value(view: SeenAs, value: object) -> AttributeValue | None:
    """Give a value the type of what SQL sees, or None where it has no such value."""
    if view is SeenAs.TEXT and isinstance(value, str):
        return text_value(value)
    if view is SeenAs.NUMBER and isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return number_value(value)
    if view is SeenAs.BINARY and isinstance(value, (bytes, bytearray, memoryview)):
        return binary_value(bytes(value))
    return None


def _typed_compared(attribute: Attribute, comparison: Comparison, value: AttributeValue) -> Verdict:
    if attribute.facts.type is not None and value.content in ("", b""):
        return _key_against_empty(attribute, comparison)
    condition = Compare(attribute.path, comparison, value)
    if comparison is Comparison.NOT_EQUAL:
        return _both(_present(attribute, exact=attribute.facts.type is not None), condition)
    return _positive(attribute, condition, exact=True)


def _key_against_empty(attribute: Attribute, comparison: Comparison) -> Verdict:
    """A key is never empty, and DynamoDB refuses the empty value of one."""
    if comparison in (Comparison.NOT_EQUAL, Comparison.GREATER, Comparison.GREATER_EQUAL):
        return _present(attribute, exact=True)
    return never()


def _truth_compared(attribute: Attribute, comparison: Comparison, value: object) -> Verdict:
    if not isinstance(value, bool):
        return _present(attribute)
    matching = [truth for truth in (False, True) if COMPARED[comparison](truth, value)]
    if len(matching) == 2:
        return _present(attribute)
    if not matching:
        return Verdict(_misfit(attribute, AttributeType.BOOL), exact=False)
    return _positive(attribute, Compare(attribute.path, Comparison.EQUAL, boolean_value(matching[0])), exact=True)


def _float_compared(attribute: Attribute, comparison: Comparison, value: object) -> Verdict:
    """Compare as PostgreSQL compares doubles: many numbers are equal to one."""
    bounds = float_bounds(value)
    if bounds is None or comparison is Comparison.NOT_EQUAL:
        return _present(attribute)
    low = Compare(attribute.path, Comparison.GREATER_EQUAL, bounds[0])
    high = Compare(attribute.path, Comparison.LESS_EQUAL, bounds[1])
    if comparison is Comparison.EQUAL:
        return _positive(attribute, AllOf((low, high)), exact=False)
    below = comparison in (Comparison.LESS, Comparison.LESS_EQUAL)
    return _positive(attribute, high if below else low, exact=False)


def float_bounds(value: object) -> tuple[AttributeValue, AttributeValue] | None:
    """Give the numbers that may be equal to a value once both are doubles."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    try:
        return around_float(float(value))
    except (OverflowError, ValueError):
        return None


def _text_compared(attribute: Attribute, comparison: Comparison, value: object) -> Verdict:
    """Compare the text of a value that may be of any type."""
    if not isinstance(value, str):
        return _present(attribute)
    if comparison is Comparison.EQUAL:
        return _any_of(attribute, [value])
    if comparison is Comparison.NOT_EQUAL:
        return _none_of(attribute, [value])
    if attribute.facts.type is AttributeType.S:
        return _typed_compared(attribute, comparison, text_value(value))
    if attribute.facts.type is not None:
        return _present(attribute)
    return _positive(attribute, Compare(attribute.path, comparison, text_value(value)), exact=False)


# Lists ----------------------------------------------------------------------------------------------------


def _any_of(attribute: Attribute, values: Sequence[object]) -> Verdict:
    if attribute.view in TEXT_VIEWS:
        return _any_text_of(attribute, values)
    wanted = VIEWED_TYPE.get(attribute.view)
    typed = [typed_value(attribute.view, value) for value in values]
    if wanted is None or attribute.facts.type not in (None, wanted):
        return _present(attribute)
    known = [value for value in typed if value is not None]
    if len(known) < len(values):
        return _each(attribute, values)
    if attribute.facts.type is not None:
        known = [value for value in known if value.content not in ("", b"")]
        if not known:
            return never()
    return _positive(attribute, _listed(attribute.path, known), exact=True)


def _each(attribute: Attribute, values: Sequence[object]) -> Verdict:
    """Check a list value by value, where some are doubles or truths; a value without a check spoils it."""
    parts = [_compared(attribute, Comparison.EQUAL, value) for value in values]
    known = [part.predicate for part in parts if not isinstance(part.predicate, bool)]
    if len(known) < len(parts):
        return _present(attribute)
    return Verdict(AnyOf(tuple(dict.fromkeys(known))), exact=all(part.exact for part in parts))


def _any_text_of(attribute: Attribute, values: Sequence[object]) -> Verdict:
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < len(values):
        return _present(attribute)
    known = attribute.facts.type
    readings = [reading for text in texts for reading in text_readings(text)]
    if known is not None:
        fitting = [one for one in readings if one.type is known and one.content not in ("", b"")]
        exact = known is not AttributeType.N
        return Verdict(_listed(attribute.path, fitting), exact=exact) if fitting else never()
    parts = [_listed(attribute.path, readings)]
    others = _CONTAINERS if attribute.view is SeenAs.SCALAR_TEXT else _containers_of(texts)
    if others:
        parts.append(HasType(attribute.path, others))
    return Verdict(parts[0] if len(parts) == 1 else AnyOf(tuple(parts)), exact=False)


def _containers_of(texts: Sequence[str]) -> tuple[AttributeType, ...]:
    """Give the container types whose JSON text may be one of these."""
    maps = (AttributeType.M,) if any(text.startswith("{") for text in texts) else ()
    return (*maps, *(_LISTS if any(text.startswith("[") for text in texts) else ()))


def _none_of(attribute: Attribute, values: Sequence[object]) -> Verdict:
    """Keep what is there and equals none of the values; a value of unknown meaning is left out."""
    known = attribute.facts.type
    exact = known is not None
    if attribute.view in TEXT_VIEWS:
        typed: list[AttributeValue | None] = [text_value(value) for value in values if isinstance(value, str)]
        exact = known is AttributeType.S and len(typed) == len(values)
    elif attribute.view is SeenAs.BOOLEAN:
        typed = [boolean_value(value) for value in values if isinstance(value, bool)]
    elif known in (None, VIEWED_TYPE.get(attribute.view)):
        typed = [typed_value(attribute.view, value) for value in values]
    else:
        typed = []
    excluded = [value for value in typed if value is not None and (known is None or value.content not in ("", b""))]
    exact = exact and len(typed) == len(values) and None not in typed
    present = _present(attribute, exact=exact)
    if not excluded or known not in (None, excluded[0].type):
        return present
    return _both(present, _unlisted(attribute.path, excluded))


def _listed(path: AttributePath, values: Sequence[AttributeValue]) -> Predicate:
    distinct = tuple(dict.fromkeys(values))
    return Compare(path, Comparison.EQUAL, distinct[0]) if len(distinct) == 1 else OneOf(path, distinct)


def _unlisted(path: AttributePath, values: Sequence[AttributeValue]) -> Predicate:
    distinct = tuple(dict.fromkeys(values))
    if len(distinct) == 1:
        return Compare(path, Comparison.NOT_EQUAL, distinct[0])
    return Negation(OneOf(path, distinct))


# What goes around a condition -----------------------------------------------------------------------------


def _positive(attribute: Attribute, condition: Predicate, *, exact: bool) -> Verdict:
    """Keep what meets a condition that only values of the right type meet, and the misfits."""
    if attribute.facts.type is not None:
        return Verdict(condition, exact)
    wanted = VIEWED_TYPE.get(attribute.view, AttributeType.S)
    return Verdict(AnyOf((condition, _misfit(attribute, wanted))), exact=False)


def _misfit(attribute: Attribute, wanted: AttributeType) -> Predicate:
    """The attribute is there, is not NULL, and is of another type than SQL sees."""
    return AllOf((IsNull(attribute.path, negated=True), Negation(HasType(attribute.path, (wanted,)))))


def _present(attribute: Attribute, *, exact: bool = False) -> Verdict:
    """Keep what is there: all that can be checked of a condition which NULL does not meet."""
    if attribute.facts.present:
        return Verdict(predicate=True, exact=exact)
    if attribute.view is SeenAs.ANY_JSON:
        return _or_in_set(attribute, Verdict(Exists(attribute.path), exact=False))
    return _or_in_set(attribute, Verdict(IsNull(attribute.path, negated=True), exact))


def _both(present: Verdict, condition: Predicate) -> Verdict:
    """Keep what is there and meets a condition that a missing attribute would meet too."""
    if present.predicate is True:
        return Verdict(condition, present.exact)
    if present.predicate is False:
        return present
    return Verdict(AllOf((present.predicate, condition)), present.exact)


def _or_in_set(attribute: Attribute, verdict: Verdict) -> Verdict:
    """Keep also what stands in a set, which has no elements in DynamoDB's paths."""
    if not attribute.below_list or isinstance(verdict.predicate, bool):
        return verdict
    sets = [
        HasType(attribute.path[:place], _SETS) for place, step in enumerate(attribute.path) if isinstance(step, int)
    ]
    return Verdict(AnyOf((verdict.predicate, *sets)), exact=False)
