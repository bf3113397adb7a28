"""The Orders table of the planner's tests: keys, indexes of every kind, columns of every kind; and reads of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pgddb.access.predicate import AttributeValue, Compare, Comparison, Constant, OneOf, Predicate, StartsWith
from pgddb.access.table import (
    AttributeType,
    Carrier,
    Column,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)
from pgddb.planner.hints import NO_HINTS, ReadHints
from pgddb.planner.plan_nodes import SortKey, TableRead

S, N, B = AttributeType.S, AttributeType.N, AttributeType.B


def key(*partition: tuple[str, AttributeType], sort: tuple[tuple[str, AttributeType], ...] = ()) -> KeySchema:
    return KeySchema(tuple(KeyAttribute(*one) for one in partition), tuple(KeyAttribute(*one) for one in sort))


BY_CUSTOMER = Index(
    "by_customer",
    IndexKind.GLOBAL,
    key(("customer", S), sort=(("placed", S),)),
    IndexProjection.ALL,
    item_count=90_000,
    size_bytes=36_000_000,
)
BY_STATUS = Index(
    "by_status",
    IndexKind.GLOBAL,
    key(("open_status", S)),
    IndexProjection.KEYS_ONLY,
    item_count=50,
    size_bytes=5_000,
)
BY_PLACE = Index(
    "by_place",
    IndexKind.GLOBAL,
    key(("country", S), ("city", S), sort=(("street", S), ("number", N))),
    IndexProjection.ALL,
    item_count=100_000,
    size_bytes=40_000_000,
)
BY_PLACED = Index("by_placed", IndexKind.LOCAL, key(("tenant", S), sort=(("placed", S),)), IndexProjection.ALL)
ORDERS = TableSchema(
    "public",
    "orders",
    "Orders",
    Source(region="us-east-1"),
    key(("tenant", S), sort=(("order_id", S),)),
    (
        Column("tenant", ("tenant",), Carrier.TEXT, "text"),
        Column("order_id", ("order_id",), Carrier.TEXT, "text"),
        Column("customer", ("customer",), Carrier.TEXT, "text"),
        Column("placed", ("placed",), Carrier.TEXT, "text"),
        Column("open_status", ("open_status",), Carrier.TEXT, "text"),
        Column("country", ("country",), Carrier.TEXT, "text"),
        Column("city", ("city",), Carrier.TEXT, "text"),
        Column("street", ("street",), Carrier.TEXT, "text"),
        Column("number", ("number",), Carrier.INTEGER, "bigint"),
        Column("amount", ("amount",), Carrier.DECIMAL, "numeric", scale=2),
        Column("document", (), Carrier.DOCUMENT, "jsonb"),
    ),
    (BY_CUSTOMER, BY_STATUS, BY_PLACE, BY_PLACED),
    item_count=100_000,
    size_bytes=40_000_000,
)


def equals(name: str, value: Any) -> Predicate:
    return Compare((name,), Comparison.EQUAL, Constant(value))


def compares(name: str, comparison: str, value: Any) -> Predicate:
    return Compare((name,), Comparison(comparison), Constant(value))


def among(name: str, *values: Any) -> Predicate:
    return OneOf((name,), tuple(Constant(value) for value in values))


def begins(name: str, prefix: str, *, only: bool = True) -> Predicate:
    return StartsWith((name,), Constant(prefix), only=only)


def text(content: str) -> AttributeValue:
    return AttributeValue(S, content)


def number(digits: str) -> AttributeValue:
    return AttributeValue(N, digits)


def read_of(
    *conjuncts: Predicate,
    table: TableSchema = ORDERS,
    projection: Sequence[str] | None = None,
    order: Sequence[tuple[str, bool]] = (),
    limit: int | None = None,
    offset: int | None = None,
    hints: ReadHints = NO_HINTS,
    counts: bool = False,
) -> TableRead:
    """Make a read of whole items, or of some attributes; `counts` asks for the number of rows only."""
    paths = None if projection is None else tuple((name,) for name in projection)
    return TableRead(
        "feed_1",
        table,
        table.name,
        (),
        whole_item=not counts,
        conjuncts=conjuncts,
        complete=True,
        projection=() if counts else paths,
        order=tuple(SortKey((name,), descending) for name, descending in order),
        limit=None if limit is None else Constant(limit),
        offset=None if offset is None else Constant(offset),
        hints=hints,
    )
