"""Requests of writes keep the limits of DynamoDB's expressions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pgddb.access.attribute_values import Item
from pgddb.access.item_changes import update_of
from pgddb.access.mutation import DeleteItem, MustMatch, MustNotExist, PutItem
from pgddb.access.predicate import AttributeValue
from pgddb.access.table import AttributeType, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.dynamo.write_requests import (
    batch_part,
    batch_write_request,
    decode_write,
    single_request,
    transaction_request,
    unprocessed_keys,
)
from pgddb.errors import DataCorrupted, InternalError, ProgramLimitExceeded
from tests.fakes.request_rules import broken_rules
from tests.fakes.write_rules import broken_write_rules

TABLE = TableSchema("public", "t", "t", Source(), KeySchema((KeyAttribute("id", AttributeType.S),)), ())
KEY = (("id", AttributeValue(AttributeType.S, 'a"é')),)
ITEM = '{"id":{"S":"a\\"é"},"b":{"B":"AP8="}}'.encode()
PUT = PutItem(TABLE, KEY, ITEM, 10)


def number(digits: object) -> dict[str, Any]:
    return {"N": str(digits)}


def checked(operation: str, body: bytes) -> dict[str, Any]:
    request: dict[str, Any] = json.loads(body)
    assert broken_rules(operation, request, {}) == []
    assert broken_write_rules(operation, request, {"t": {"id"}}) == []
    return request


def test_a_put_holds_the_item_as_it_is() -> None:
    operation, body = single_request(PUT)
    assert operation == "PutItem"
    assert ITEM in body
    assert checked(operation, body)["Item"] == json.loads(ITEM)


def test_a_strict_put_is_conditional() -> None:
    request = checked(*single_request(PutItem(TABLE, KEY, ITEM, 10, MustNotExist())))
    assert request["ConditionExpression"] == "attribute_not_exists(#n0)"
    assert request["ExpressionAttributeNames"] == {"#n0": "id"}


def test_a_delete_may_ask_what_was_read() -> None:
    condition = MustMatch(((("a", "b"), b'{"N":"1"}'), (("c",), None)))
    request = checked(*single_request(DeleteItem(TABLE, KEY, condition)))
    assert request["ConditionExpression"] == "attribute_exists(#n0) AND #n1.#n2 = :v0 AND attribute_not_exists(#n3)"
    assert request["ExpressionAttributeValues"] == {":v0": {"N": "1"}}


def test_an_update_writes_into_maps_only_while_they_are_maps() -> None:
    update = update_of(TABLE, KEY, {"m": {"M": {"x": number(1)}}}, {"m": {"M": {"y": number(1)}}, "n": number(1)})
    assert update is not None
    request = checked(*single_request(update))
    assert request["UpdateExpression"] == "SET #n0.#n1 = :v0, #n2 = :v0 REMOVE #n0.#n3"
    assert request["ConditionExpression"].endswith("AND attribute_type(#n0, :v1)")


def test_a_condition_that_is_too_long_is_refused() -> None:
    condition = MustMatch(tuple(((f"k{position}",), None) for position in range(200)))
    with pytest.raises(ProgramLimitExceeded):
        single_request(DeleteItem(TABLE, KEY, condition))


def test_a_transaction_holds_every_kind_of_write() -> None:
    update = update_of(TABLE, (("id", AttributeValue(AttributeType.S, "b")),), {"n": number(1)}, {"n": number(2)})
    assert update is not None
    delete = DeleteItem(TABLE, (("id", AttributeValue(AttributeType.S, "c")),))
    request = checked("TransactWriteItems", transaction_request([PUT, update, delete], "token"))
    assert [next(iter(part)) for part in request["TransactItems"]] == ["Put", "Update", "Delete"]
    assert request["ClientRequestToken"] == "token"


def test_a_batch_takes_no_condition() -> None:
    with pytest.raises(InternalError):
        batch_part(PutItem(TABLE, KEY, ITEM, 10, MustNotExist()))


def test_what_a_batch_leaves_out_is_known_by_its_key() -> None:
    parts = [batch_part(PUT), batch_part(DeleteItem(TABLE, (("id", AttributeValue(AttributeType.S, "c")),)))]
    request = checked("BatchWriteItem", batch_write_request("t", parts))
    answer = decode_write(json.dumps({"UnprocessedItems": request["RequestItems"]}).encode(), single=False)
    assert {identity[2] for identity in unprocessed_keys(answer, TABLE)} == {('a"é',), ("c",)}


@pytest.mark.parametrize("body", [b"", b"[]", b'{"UnprocessedItems":1}', b'{"ConsumedCapacity":{}'])
def test_a_broken_answer_is_an_error(body: bytes) -> None:
    with pytest.raises(DataCorrupted):
        decode_write(body, single=False)


def test_a_left_out_write_without_its_key_is_an_error() -> None:
    answer = decode_write(b'{"UnprocessedItems":{"t":[{"DeleteRequest":{"Key":{}}}]}}', single=False)
    with pytest.raises(DataCorrupted):
        unprocessed_keys(answer, TABLE)


@pytest.mark.parametrize("depth", [1, 2, 5, 30])
@pytest.mark.parametrize("count", [1, 20, 95])
def test_the_request_of_an_update_keeps_the_limits_of_expressions(depth: int, count: int) -> None:
    def item(digits: str) -> Item:
        members: Item = {f"k{position}": number(digits) for position in range(count)}
        for _ in range(depth - 1):
            members = {"m": {"M": members}}
        return members

    update = update_of(TABLE, KEY, item("1"), item("2"))
    assert update is not None
    checked(*single_request(update))
