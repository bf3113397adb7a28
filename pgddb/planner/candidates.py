"""Make the access paths that can answer one table read, each with what it filters, where it may stop, what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from msgspec import Struct

from pgddb.access.attribute_facts import seen_as
from pgddb.access.contract import FilterSupport
from pgddb.access.filter_size import FilterRoom
from pgddb.access.leaf_conditions import typed_value
from pgddb.access.path import (
    AccessPath,
    BatchGet,
    FetchBack,
    ItemGet,
    KeyCondition,
    NoRead,
    PartitionQuery,
    Read,
    RejectedPath,
    SegmentScan,
)
from pgddb.access.predicate import AllOf, AttributeValue, Compare, Comparison, Predicate
from pgddb.access.support import ReadContext, StoreCondition, filter_support
from pgddb.access.table import AttributePath, Index
from pgddb.planner.cost import PAGE_BYTES, CostModel
from pgddb.planner.hints import through_index
from pgddb.planner.index_proofs import lacking, why_not
from pgddb.planner.key_boxes import Boxes, BoxFinder, all_boxes
from pgddb.planner.key_conditions import KeyPlan, is_key_content, plan_keys
from pgddb.planner.key_leaves import content_of
from pgddb.planner.plan_nodes import ReadSettings, TableRead
from pgddb.planner.store_order import StoreOrder, sorts_as_sql, store_order

SKIPPING_SHARE = 0.5
"""Going from partition to partition takes a request for each, so it must cost no more than this share of a scan."""
PARTITIONS_OF_A_SEGMENT = 8
"""Partitions that are worth a segment of their own when they are visited one after the other."""


class Question(Struct, frozen=True):
    """What is asked of one table, with the values of this execution.

    Attributes:
        conjuncts: flat, none of them an AND.
        limit: rows that are needed, OFFSET included, or None for all.
    """

    read: TableRead
    conjuncts: tuple[Predicate, ...]
    parameters: Sequence[object]
    limit: int | None
    settings: ReadSettings
    costs: CostModel

    @property
    def projection(self) -> tuple[AttributePath, ...] | None:
        """Give what to fetch; where only the number of rows counts, one key attribute stands for the row."""
        return self.key_only if self.read.projection == () else self.read.projection

    @property
    def key_only(self) -> tuple[AttributePath, ...]:
        return ((self.read.table.keys.partition[0].name,),)

    def context(self, index: Index | None = None, *, query: bool = False) -> ReadContext:
        return ReadContext(self.read.table, index, query, self.parameters)


class _Filter(Struct, frozen=True):
    """What the store checks of the conjuncts beyond the keys; `exact`: nothing is left to the engine."""

    parts: tuple[Predicate, ...]
    exact: bool
    never: bool = False

    @property
    def predicate(self) -> Predicate | None:
        if not self.parts:
            return None
        return self.parts[0] if len(self.parts) == 1 else AllOf(self.parts)


def item_path(question: Question) -> AccessPath | None:
    """Give the read of one item where the conditions are an equality with each attribute of its key, and no more.

    This is what `keyed_paths` gives for such conditions, at a fifth of its price. None for values that are not plainly
    those of a key.
    """
    table, context = question.read.table, question.context()
    asked: dict[object, object] = {}
    for conjunct in question.conjuncts:
        if not isinstance(conjunct, Compare) or conjunct.comparison is not Comparison.EQUAL or conjunct.seen_as:
            return None
        asked[conjunct.path] = context.value(conjunct.operand)
    if len(asked) != len(question.conjuncts) or len(asked) != len(table.keys.attributes):
        return None
    key: list[tuple[str, AttributeValue]] = []
    for attribute in table.keys.attributes:
        path = (attribute.name,)
        typed = typed_value(seen_as(table, path), asked.get(path))
        if typed is None or typed.type is not attribute.type or not is_key_content(content_of(typed)):
            return None
        key.append((attribute.name, typed))
    return _path(question, ItemGet(tuple(key)), _Filter((), exact=True))


def keyed_paths(question: Question) -> Iterator[AccessPath]:
    """Give the reads of the table by its own key."""
    boxes, plan = _key_plan(question, None)
    if plan is None:
        return
    if not plan.conditions:
        yield _path(question, NoRead("the conditions on the key contradict each other"), _Filter((), exact=True))
        return
    if plan.keys:
        exact = plan.exact and all(box.exact for box in boxes)
        keyed: Read = ItemGet(plan.keys[0]) if len(plan.keys) == 1 else BatchGet(plan.keys)
        yield _path(question, keyed, _Filter((), exact))
    else:
        yield _query(question, plan.conditions, None, boxes, exact=plan.exact)
    if plan.coarse:
        yield _query(question, plan.coarse, None, boxes, exact=plan.coarse_exact)


def index_paths(question: Question) -> Iterator[AccessPath | RejectedPath]:
    """Give the reads through an index that loses no row, and say why others are not used."""
    context = question.context()
    for index in question.read.table.indexes:
        reason = _why_not(question, index, context)
        if reason is not None:
            yield RejectedPath(f"index {index.name}", reason)
            continue
        boxes, plan = _key_plan(question, index)
        if plan is not None and not plan.conditions:
            yield _path(question, NoRead("the conditions on a key contradict each other"), _Filter((), exact=True))
        elif plan is not None:
            yield _query(question, plan.conditions, index, boxes, exact=plan.exact)
            if plan.coarse:
                yield _query(question, plan.coarse, index, boxes, exact=plan.coarse_exact)
        else:
            yield scan_path(question, index)
            skipping = skipping_path(question, index)
            if skipping is not None:
                yield skipping


def _why_not(question: Question, index: Index, context: ReadContext) -> str | None:
    only = through_index(question.read.table)
    if only is not None and index.name != only.name:
        return "the relation is another index"
    refusal = question.read.hints.refuses(index, is_scan=False) if only is None else None
    if refusal is not None:
        return refusal
    conjuncts = question.conjuncts if only is None else None
    return why_not(index, conjuncts, context, consistent=question.settings.consistent)


def scan_path(question: Question, index: Index | None = None) -> AccessPath:
    """Read the whole table, or all that an index holds."""
    pushed = _filter(question, question.context(index), None, exact=False)
    limit = _limit(question, pushed) if not question.read.order else None
    return _path(question, SegmentScan(_segments(question, index, limit), index), pushed, limit)


def skipping_path(question: Question, index: Index | None = None) -> AccessPath | None:
    """Read one item of each partition, where only the partition keys matter and that costs much less than a scan."""
    schema = question.read.table.keys if index is None else index.keys
    costs = question.costs
    partitions = costs.partitions(index)
    wanted = question.read.projection
    ends = question.read.partition_ends
    if ends is None or not wanted or not schema.sort or partitions is None:
        return None
    names = {path[0] for path in wanted} - {attribute.name for attribute in schema.partition}
    if names != ({schema.sort[0].name} if ends else set()):
        return None
    if ends and not sorts_as_sql(question.read.table, schema.sort[0]):
        return None
    segments = max(1, min(question.settings.segments, math.floor(partitions / PARTITIONS_OF_A_SEGMENT)))
    scan = costs.estimate(SegmentScan(segments, index)).read_units
    most = math.ceil(scan / costs.units(costs.item_bytes(index)) / segments / (1 + len(ends)))
    found = _path(
        question,
        SegmentScan(segments, index, most, ends),
        _filter(question, question.context(index), None, exact=False),
    )
    return found if found.estimate.read_units <= SKIPPING_SHARE * scan else None


def _key_plan(question: Question, index: Index | None) -> tuple[list[Boxes], KeyPlan | None]:
    schema = question.read.table.keys if index is None else index.keys
    finder = BoxFinder(schema, question.context(index))
    boxes = [finder.where_true(conjunct) for conjunct in question.conjuncts]
    return boxes, plan_keys(schema, all_boxes(boxes))


def _query(
    question: Question,
    conditions: tuple[KeyCondition, ...],
    index: Index | None,
    boxes: Sequence[Boxes],
    *,
    exact: bool,
) -> AccessPath:
    table = question.read.table
    pushed = _filter(question, question.context(index, query=True), boxes, exact=exact)
    limit = _limit(question, pushed)
    order = StoreOrder()
    if limit is not None and question.read.order:
        schema = table.keys if index is None else index.keys
        found = store_order(table, schema, conditions, question.read.order, unique=index is None)
        limit, order = (None, order) if found is None else (limit, found)
    return _path(question, PartitionQuery(conditions, index, order.descending, order.merge_by), pushed, limit)


def _filter(question: Question, context: ReadContext, boxes: Sequence[Boxes] | None, *, exact: bool) -> _Filter:
    """Push each conjunct that the keys do not answer, as long as the expression has room."""
    parts: list[Predicate] = []
    room = FilterRoom()
    whole = True
    for place, conjunct in enumerate(question.conjuncts):
        if boxes is not None and exact and boxes[place].exact:
            continue
        found: StoreCondition = filter_support(context, conjunct)
        if found.never:
            return _Filter((), exact=True, never=True)
        whole = whole and found.support is FilterSupport.EXACT
        if found.predicate is None:
            continue
        if room.takes(found.predicate):
            parts.append(found.predicate)
        else:
            whole = False
    return _Filter(tuple(parts), whole)


def _limit(question: Question, pushed: _Filter) -> int | None:
    """Give the limit that the store may keep: only where nothing but it drops a row."""
    return question.limit if question.read.complete and pushed.exact else None


def _path(question: Question, way: Read, pushed: _Filter, limit: int | None = None) -> AccessPath:
    table = question.read.table
    if pushed.never:
        way, limit = NoRead("a condition is never true"), None
    counted = _counts(question, way, pushed) and limit is None
    projection = question.key_only if counted else question.projection
    if isinstance(way, (PartitionQuery, SegmentScan)) and way.index is not None:
        missing = lacking(way.index, projection, question.context())
        if missing:
            way, counted = FetchBack(way), False
    filter_ = pushed.predicate if not isinstance(way, (ItemGet, BatchGet, NoRead)) else None
    return AccessPath(
        table,
        way,
        question.costs.estimate(way, limit=limit, filtered=filter_ is not None),
        filter=filter_,
        projection=projection,
        limit=limit,
        consistent=question.settings.consistent,
        count_only=counted,
    )


def _counts(question: Question, way: Read, pushed: _Filter) -> bool:
    """Say whether the store's own count is the answer."""
    read = question.read
    only_rows = read.counted or (not read.columns and not read.whole_item)
    if isinstance(way, SegmentScan) and way.most_partitions is not None:
        return False
    return only_rows and read.complete and pushed.exact and isinstance(way, (PartitionQuery, SegmentScan))


def _segments(question: Question, index: Index | None, limit: int | None) -> int:
    table = question.read.table
    size = table.size_bytes if index is None else index.size_bytes
    wanted = table.segments or question.settings.segments
    if table.segments is None and size is not None:
        wanted = min(wanted, math.ceil(size / PAGE_BYTES))
    if limit is not None and limit * question.costs.item_bytes(index) <= PAGE_BYTES:
        wanted = 1
    return max(1, wanted)
