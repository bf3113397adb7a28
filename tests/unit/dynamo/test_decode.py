"""Responses cut into items: views where they can be, copies where not, errors where the response is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pgddb.dynamo.decode import decode_batch, decode_item, decode_page
from pgddb.errors import DataCorrupted

ITEMS = [{"pk": {"S": f"item-{number}"}, "é": {"S": '"Items":['}} for number in range(40)]


def body(content: dict[str, Any], **layout: Any) -> bytes:
    return json.dumps(content, **({"separators": (",", ":")} | layout)).encode()


def items_of(batch: Any) -> list[Any]:
    batch.validate(full=True)
    return [json.loads(text) for text in batch.column(0).to_pylist()]


@pytest.mark.parametrize("layout", [{}, {"ensure_ascii": False}, {"indent": 1}, {"separators": (", ", ": ")}])
@pytest.mark.parametrize("first", [True, False])
def test_items_come_in_any_layout(layout: dict[str, Any], first: bool) -> None:
    envelope = {"Count": 40, "ScannedCount": 50, "LastEvaluatedKey": {"Items": {"S": '"Items":[{'}}}
    content = {"Items": ITEMS, **envelope} if first else {**envelope, "Items": ITEMS}
    decoded = decode_page(body(content, **layout))
    assert items_of(decoded.items) == ITEMS
    assert (decoded.count, decoded.scanned_count) == (40, 50)
    assert decoded.continuation == {"Items": {"S": '"Items":[{'}}


def test_many_items_are_views_over_the_response() -> None:
    response = body({"Count": 40, "Items": ITEMS})
    buffers = decode_page(response).items.column(0).buffers()
    assert buffers[-1].size == len(response)


def test_items_of_twelve_bytes_or_less_are_whole() -> None:
    items: list[Any] = [{}] * 50
    assert items_of(decode_page(body({"Count": 50, "Items": items})).items) == items


def test_binary_continuation_keys_are_decoded() -> None:
    decoded = decode_page(body({"Count": 0, "Items": [], "LastEvaluatedKey": {"b": {"B": "AAE="}}}))
    assert decoded.continuation == {"b": {"B": b"\x00\x01"}}


def test_a_missing_item_is_no_row() -> None:
    assert decode_item(b"{}").count == 0
    assert items_of(decode_item(body({"Item": ITEMS[0]})).items) == ITEMS[:1]


def test_a_batch_holds_items_and_what_was_left_out() -> None:
    decoded = decode_batch(
        body(
            {
                "Responses": {"t": ITEMS[:2]},
                "UnprocessedKeys": {"t": {"Keys": [{"pk": {"B": "AA=="}}]}},
                "ConsumedCapacity": [{"TableName": "t", "CapacityUnits": 1.5}],
            }
        ),
        "t",
    )
    assert items_of(decoded.items) == ITEMS[:2]
    assert decoded.unprocessed == [{"pk": {"B": b"\x00"}}]
    assert [capacity.CapacityUnits for capacity in decoded.capacity] == [1.5]


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"Count":1,"Items":[]}',
        b'{"Count":1,"Items":[1]}',
        b'{"Count":0,"Items":[],"LastEvaluatedKey":{"b":{"B":"?"}}}',
        b'{"Count":1,"Items":[{"a":{"S":"\xff"}}]}',
    ],
)
def test_a_wrong_response_is_an_error(response: bytes) -> None:
    with pytest.raises(DataCorrupted):
        decode_page(response)


def test_a_batch_without_responses_is_an_error() -> None:
    with pytest.raises(DataCorrupted):
        decode_batch(b"{}", "t")
