"""Read one item by its whole key as `choose_access_path` would, at a tenth of its price: most of it is known before."""

from __future__ import annotations

from collections.abc import Sequence

from pgddb.access.attribute_facts import seen_as
from pgddb.access.leaf_conditions import typed_value
from pgddb.access.path import AccessPath, ItemGet
from pgddb.access.predicate import AttributeValue, Compare, Operand, Parameter, SeenAs
from pgddb.access.table import AttributeType
from pgddb.planner.cost import NO_STATISTICS, CostModel
from pgddb.planner.hints import NO_HINTS, through_index
from pgddb.planner.key_conditions import is_key_content
from pgddb.planner.plan_nodes import ReadSettings, SelectPlan, TableRead

KeyPart = tuple[str, AttributeType, SeenAs, Operand]
"""A key attribute, its type, how SQL sees it, and what it shall be equal to."""

_NO_KEY: ItemGet = ItemGet(())


class WholeKey:
    """The key that one read asks for, and the access path of the last time, which the next one differs little from."""

    def __init__(self, read: TableRead, parts: Sequence[KeyPart]) -> None:
        self._read = read
        self._parts = tuple(parts)
        self._last: tuple[ReadSettings, float | None, AccessPath] | None = None

    def path(self, parameters: Sequence[object | None], settings: ReadSettings) -> AccessPath | None:
        """Give the read; None for values that are not plainly those of a key."""
        key: list[tuple[str, AttributeValue]] = []
        for name, kind, view, operand in self._parts:
            value = parameters[operand.number - 1] if isinstance(operand, Parameter) else _content(operand)
            typed = typed_value(view, value)
            if typed is None or typed.type is not kind:
                return None
            content = typed.content
            if kind is not AttributeType.N and not (isinstance(content, (str, bytes)) and is_key_content(content)):
                return None
            key.append((name, typed))
        like = self._like(settings)
        return AccessPath(
            like.table, ItemGet(tuple(key)), like.estimate, projection=like.projection, consistent=like.consistent
        )

    def _like(self, settings: ReadSettings) -> AccessPath:
        """Give the path but for its key."""
        read, last = self._read, self._last
        statistics = settings.statistics.get((read.table.source, read.table.table_name), NO_STATISTICS)
        size = statistics.item_bytes
        if last is not None and last[1] == size and (last[0] is settings or last[0] == settings):
            return last[2]
        costs = CostModel(read.table, settings.consistent, statistics, settings.prices, settings.units_per_second)
        key_only = ((read.table.keys.partition[0].name,),)
        path = AccessPath(
            read.table,
            _NO_KEY,
            costs.estimate(_NO_KEY),
            projection=key_only if read.projection == () else read.projection,
            consistent=settings.consistent,
        )
        self._last = settings, size, path
        return path


def whole_key(plan: SelectPlan) -> WholeKey | None:
    """Give the key of a plan that is a lookup; None where the read needs more than equalities with all of its key."""
    if not plan.looked_up:
        return None
    (read,) = plan.reads
    if read.hints is not NO_HINTS or through_index(read.table) is not None or read.limit or read.offset or read.given:
        return None
    asked = {one.path: one.operand for one in read.conjuncts if isinstance(one, Compare)}
    return WholeKey(
        read,
        [
            (attribute.name, attribute.type, seen_as(read.table, (attribute.name,)), asked[attribute.name,])
            for attribute in read.table.keys.attributes
        ],
    )


def _content(operand: Operand) -> object:
    if isinstance(operand, Parameter):
        raise TypeError(operand)
    return operand.content if isinstance(operand, AttributeValue) else operand.value
