"""Turn conditions into boxes: for each key attribute of a table or index the values that it may have.

A predicate becomes the union of some boxes, so that an OR of keys is two reads and not a scan. Boxes hold every
item for which the predicate is true; `exact` says that they hold no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from msgspec import Struct

from pgddb.access.attribute_facts import seen_as
from pgddb.access.predicate import AllOf, AnyOf, Exists, HasSize, HasType, Negation, Predicate
from pgddb.access.support import ReadContext
from pgddb.access.table import KeyAttribute, KeySchema
from pgddb.planner.key_domains import ALL, NONE, Domain, join, meet
from pgddb.planner.key_leaves import UNKNOWN, Allowed, allowed_values

MAX_BOXES = 10_000
"""Alternatives that are told apart; a predicate with more of them is left to the engine."""

Box = Mapping[str, Domain]
"""Domains by key attribute; an attribute that is not named may have any value."""


class Boxes(Struct, frozen=True):
    """Where a predicate may be true; no box at all: nowhere."""

    boxes: tuple[Box, ...]
    exact: bool


ANYWHERE = Boxes(({},), exact=True)
UNCHECKED = Boxes(({},), exact=False)
NOWHERE = Boxes((), exact=True)


class BoxFinder:
    """Finds the boxes of predicates over one key schema."""

    def __init__(self, keys: KeySchema, context: ReadContext) -> None:
        self._attributes: dict[str, KeyAttribute] = {attribute.name: attribute for attribute in keys.attributes}
        self._context = context

    def where_true(self, predicate: Predicate) -> Boxes:
        match predicate:
            case AllOf(parts=parts):
                return all_boxes([self.where_true(part) for part in parts])
            case AnyOf(parts=parts):
                return any_boxes([self.where_true(part) for part in parts])
            case Negation(part=part):
                return self.where_false(part)
            case _:
                return self._leaf(predicate, negated=False)

    def where_false(self, predicate: Predicate) -> Boxes:
        match predicate:
            case AllOf(parts=parts):
                return any_boxes([self.where_false(part) for part in parts])
            case AnyOf(parts=parts):
                return all_boxes([self.where_false(part) for part in parts])
            case Negation(part=part):
                return self.where_true(part)
            case _:
                return self._leaf(predicate, negated=True)

    def _leaf(self, leaf: Predicate, *, negated: bool) -> Boxes:
        if isinstance(leaf, (AllOf, AnyOf, Negation, HasType, HasSize, Exists)) or len(leaf.path) != 1:
            return UNCHECKED
        name = str(leaf.path[0])
        attribute = self._attributes.get(name)
        if attribute is None:
            return UNCHECKED
        view = leaf.seen_as or seen_as(self._context.table, leaf.path)
        return _box_of(name, allowed_values(attribute, leaf, view, self._context, negated=negated))


def _box_of(name: str, allowed: Allowed) -> Boxes:
    domain, exact = allowed
    if allowed == UNKNOWN:
        return UNCHECKED
    if domain == NONE:
        return NOWHERE
    return Boxes(({} if domain == ALL else {name: domain},), exact)


def all_boxes(parts: Sequence[Boxes]) -> Boxes:
    """Join by AND: every pair of boxes is met; where that gives too many, the later part is left to the engine."""
    found, exact = ANYWHERE.boxes, True
    for part in parts:
        if not part.boxes:
            return NOWHERE
        exact = exact and part.exact
        if len(found) == 1 and len(part.boxes) == 1:
            box = _met(found[0], part.boxes[0])
            if box is None:
                return NOWHERE
            found = (box,)
            continue
        if len(found) * len(part.boxes) > MAX_BOXES:
            exact = False
            continue
        if part.boxes != ANYWHERE.boxes:
            met = (_met(first, second) for first, second in product(found, part.boxes))
            found = tuple(box for box in met if box is not None)
    return Boxes(found, exact) if found else NOWHERE


def _met(first: Box, second: Box) -> Box | None:
    if not first or not second:
        return first or second
    domains = dict(first)
    for name, domain in second.items():
        both = meet(domains[name], domain) if name in domains else domain
        if not both:
            return None
        domains[name] = both
    return domains


def any_boxes(parts: Sequence[Boxes]) -> Boxes:
    """Join by OR; alternatives of one attribute become one box."""
    exact = all(part.exact for part in parts)
    boxes = [box for part in parts for box in part.boxes]
    if any(not box for box in boxes):
        return ANYWHERE if any(part.exact and {} in part.boxes for part in parts) else UNCHECKED
    if len(boxes) > MAX_BOXES:
        return UNCHECKED
    by_attribute: dict[str, list[Domain]] = {}
    mixed: list[Box] = []
    for box in boxes:
        if len(box) == 1:
            ((name, domain),) = box.items()
            by_attribute.setdefault(name, []).append(domain)
        else:
            mixed.append(box)
    single: list[Box] = [{name: join(domains)} for name, domains in by_attribute.items()]
    return Boxes((*single, *mixed), exact)
