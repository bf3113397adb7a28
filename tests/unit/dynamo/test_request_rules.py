"""The checks of the tests themselves: each kind of illegal request is found, so that no test passes by blindness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pgddb.access.path import AccessPath, Estimate, ItemGet
from pgddb.access.predicate import AttributeValue
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import AttributeType, Source
from tests.fakes import checked_requests
from tests.fakes.law_tables import LEDGER
from tests.fakes.read_rules import broken_read_rules, indexes_of, keys_of
from tests.fakes.request_rules import broken_rules
from tests.fakes.small_dynamodb import SmallDynamoDB

K, N1 = {"S": "a"}, {"N": "1"}
KEY = {"KeyConditionExpression": "#k = :k", "ExpressionAttributeNames": {"#k": "k"}}
QUERY: Mapping[str, Any] = {"TableName": "Ledger", **KEY, "ExpressionAttributeValues": {":k": K}}


def query(condition: str, names: str = "k", index: str | None = None, **values: Any) -> dict[str, Any]:
    more = {} if index is None else {"IndexName": index}
    return {
        "TableName": "Ledger",
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
        "ExpressionAttributeValues": {f":{name}": value for name, value in values.items()},
        **more,
    }


def faults(operation: str, request: Mapping[str, Any]) -> list[str]:
    keys: dict[str | None, set[str]] = {None: set(keys_of(LEDGER))}
    keys |= {name: set(keys_of(index)) for name, (index, _) in indexes_of(LEDGER).items()}
    return [*broken_rules(operation, request, keys), *broken_read_rules(operation, request, LEDGER)]


def test_a_legal_request_has_no_fault() -> None:
    assert faults("Query", QUERY) == []
    assert faults("Query", query("#k = :k AND #n BETWEEN :a AND :b", "kn", k=K, a=N1, b={"N": "2"})) == []
    many = query(
        "#x = :x AND #m = :m AND #l = :l AND begins_with(#b, :b)", "xmlb", "by_many", x=K, m=N1, l=K, b={"B": b"a"}
    )
    assert faults("Query", many) == []
    assert faults("GetItem", {"TableName": "Ledger", "Key": {"k": K, "n": N1}}) == []


@pytest.mark.parametrize(
    ("operation", "request_", "fault"),
    [
        ("Query", query("#k = :k", k=N1), "asked for as N"),
        ("Query", query("#k = :k", k={"S": ""}), "an empty value"),
        ("Query", query("#k = :k AND #n > :n AND #n < :n", "kn", k=K, n=N1), "two conditions on one key"),
        ("Query", query("#k = :k OR #n = :n", "kn", k=K, n=N1), "not a key condition"),
        ("Query", query("#k = :k AND #n BETWEEN :b AND :a", "kn", k=K, a=N1, b={"N": "2"}), "an inverted BETWEEN"),
        ("Query", query("#k > :k", k=K), "no equality on k"),
        ("Query", query("#n = :n", "n", n=N1), "no equality on k"),
        ("Query", query("#x = :x AND #m = :m AND #b = :b", "xmb", "by_many", x=K, m=N1, b={"B": b"a"}), "sort keys"),
        ("Query", query("#x = :x", "x", "by_many", x=K), "no equality on m"),
        ("Query", {**QUERY, "FilterExpression": "#k = :k"}, "filter on the key attribute k"),
        ("Query", {**QUERY, "ProjectionExpression": "size"}, "name without alias"),
        ("Query", {**QUERY, "ExpressionAttributeNames": {"#k": "k", "#z": "z"}}, "unused placeholder #z"),
        ("Query", {**query("#m = :m", "m", "by_m", m=N1), "ConsistentRead": True}, "a consistent read"),
        ("Query", {**query("#m = :m", "mx", "by_m", m=N1), "ProjectionExpression": "#x"}, "does not hold x"),
        ("Scan", {"TableName": "Ledger", "Segmant": 1}, "Unknown parameter"),
        ("GetItem", {"TableName": "Ledger", "Key": {"k": K}}, "a key of other attributes"),
        ("BatchGetItem", {"RequestItems": {"Ledger": {"Keys": [{"k": K, "n": N1}] * 2}}}, "a batch with a key twice"),
    ],
)
def test_an_illegal_request_is_found(operation: str, request_: dict[str, Any], fault: str) -> None:
    assert any(fault in one for one in faults(operation, request_)), faults(operation, request_)


async def test_a_test_that_sends_an_illegal_request_fails() -> None:
    dynamodb = SmallDynamoDB()
    dynamodb.add(LEDGER, [])
    store = dynamodb.store()
    table = await store.describe(Source(), "Ledger")
    key = (("k", AttributeValue(AttributeType.N, "1")), ("n", AttributeValue(AttributeType.N, "1")))
    path = AccessPath(table, ItemGet(key), Estimate(0, 0, 0, 0))
    assert [page.count async for page in store.fetch(path, statistics=ReadStatistics())] == [0]
    assert "key k of type S asked for as N" in checked_requests.FAULTS.pop()
    assert checked_requests.FAULTS == []
