"""Write units as DynamoDB bills them, the amplification by indexes included."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.access.mutation import DeleteItem, MutationGroup, PutItem, Together, WriteMode
from pgddb.access.predicate import AttributeValue
from pgddb.access.table import (
    AttributeType,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)
from pgddb.access.write_cost import WriteEstimate, add_item_units, expected_units, goes_as_transaction, request_count
from pgddb.errors import ProgramLimitExceeded

S = AttributeType.S
KEYS = KeySchema((KeyAttribute("id", S),))
BY_KIND = Index("kind", IndexKind.GLOBAL, KeySchema((KeyAttribute("kind", S),)), IndexProjection.KEYS_ONLY)
BY_ALL = Index(
    "all", IndexKind.LOCAL, KeySchema((KeyAttribute("id", S),), (KeyAttribute("at", S),)), IndexProjection.ALL
)
TABLE = TableSchema("public", "t", "t", Source(), KEYS, (), (BY_KIND, BY_ALL))
ELSEWHERE = TableSchema("other", "t", "t", Source(region="eu-west-1"), KEYS, ())


def item(**texts: str) -> dict[str, Any]:
    return {name: {"S": text} for name, text in {"id": "a", **texts}.items()}


@pytest.mark.parametrize(
    ("old", "new", "units"),
    [
        (None, item(), {"t": 1}),
        (None, item(note="x" * 1024), {"t": 2}),
        (None, item(kind="k"), {"t": 1, "t/kind": 1}),
        (None, item(kind="k", at="1", note="x" * 3000), {"t": 3, "t/kind": 1, "t/all": 3}),
        (item(kind="k"), None, {"t": 1, "t/kind": 1}),
        (item(note="x" * 5000), None, {"t": 5}),
        (item(note="x" * 5000), item(), {"t": 5}),
        (item(kind="k"), item(kind="j"), {"t": 1, "t/kind": 2}),
        (item(kind="k"), item(kind="k", note="n"), {"t": 1}),
        (item(kind="k"), item(), {"t": 1, "t/kind": 1}),
        (item(at="1", note="a"), item(at="1", note="b"), {"t": 1, "t/all": 1}),
        (item(at="1"), item(at="1"), {"t": 1}),
        (None, None, {"t": 1}),
    ],
)
def test_a_write_costs_what_it_touches(old: Any, new: Any, units: dict[str, float]) -> None:
    estimate = WriteEstimate()
    add_item_units(estimate, TABLE, old, new)
    assert estimate.units_by_resource == units
    assert estimate.write_units == sum(units.values())
    doubled = WriteEstimate()
    add_item_units(doubled, TABLE, old, new, transactional=True)
    assert doubled.write_units == 2 * estimate.write_units


def test_what_an_update_will_cost_depends_on_what_it_changes() -> None:
    assert expected_units(TABLE, 10, item_size_bytes=2000).units_by_resource == {"t": 20, "t/kind": 20, "t/all": 20}
    assert expected_units(TABLE, 10, changed=frozenset({"kind"})).units_by_resource == {
        "t": 10,
        "t/kind": 20,
        "t/all": 10,
    }
    assert expected_units(TABLE, 10, changed=frozenset({"note"})).units_by_resource == {"t": 10, "t/all": 10}


def put(number: int, size: int = 10, table: TableSchema = TABLE) -> PutItem:
    return PutItem(table, (("id", AttributeValue(S, str(number))),), b"{}", size)


def test_a_group_is_a_transaction_where_it_can_be_one() -> None:
    assert goes_as_transaction(MutationGroup((put(1), put(2))))
    assert not goes_as_transaction(MutationGroup((put(1),)))
    assert not goes_as_transaction(MutationGroup((put(1), put(2)), WriteMode.BATCH))
    assert not goes_as_transaction(MutationGroup(tuple(map(put, range(101)))))
    assert not goes_as_transaction(MutationGroup(tuple(put(number, 300_000) for number in range(20))))
    assert not goes_as_transaction(MutationGroup((put(1), put(2, table=ELSEWHERE))))


@pytest.mark.parametrize(
    "mutations",
    [tuple(map(put, range(101))), tuple(put(number, 300_000) for number in range(20)), (put(1), put(2, 1, ELSEWHERE))],
)
def test_what_must_be_atomic_and_cannot_is_refused(mutations: tuple[PutItem, ...]) -> None:
    with pytest.raises(ProgramLimitExceeded):
        goes_as_transaction(MutationGroup(mutations, WriteMode.ATOMIC))


def test_requests_are_counted_beforehand() -> None:
    assert request_count(MutationGroup(tuple(map(put, range(100))))) == 1
    assert request_count(MutationGroup(tuple(map(put, range(101))))) == 5
    moved = Together((DeleteItem(TABLE, put(7).key), put(8)))
    assert request_count(MutationGroup((put(1), put(2), moved), WriteMode.BATCH)) == 2
