"""Tests of pgddb/demo/read_units.py."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.demo.read_units import bill, bill_batch, units


@pytest.mark.parametrize(
    ("size", "consistent", "expected"),
    [(0, False, 0.5), (4096, False, 0.5), (4097, False, 1.0), (4097, True, 2.0), (1_048_576, False, 128.0)],
)
def test_reads_are_billed_in_steps_of_4_kilobytes(size: int, consistent: bool, expected: float) -> None:
    assert units(size, consistent=consistent) == expected


def test_a_scan_is_billed_for_what_it_read_not_for_what_it_returns() -> None:
    reply: dict[str, Any] = {"Count": 1, "ScannedCount": 100, "ConsumedCapacity": {"CapacityUnits": 1.0}}
    bill(reply, {}, 200.0)
    assert reply["ConsumedCapacity"] == {"CapacityUnits": 2.5}


@pytest.mark.parametrize(
    ("global_indexes", "kind"), [(["by_status"], "GlobalSecondaryIndexes"), ([], "LocalSecondaryIndexes")]
)
def test_an_index_is_billed_instead_of_its_table(global_indexes: list[str], kind: str) -> None:
    reply: dict[str, Any] = {
        "ScannedCount": 1,
        "ConsumedCapacity": {
            "CapacityUnits": 1.0,
            "Table": {"CapacityUnits": 1.0},
            "LocalSecondaryIndexes": {"by_status": {"CapacityUnits": 1.0}},
        },
    }
    bill(reply, {}, 200.0, global_indexes=global_indexes)
    assert reply["ConsumedCapacity"] == {
        "CapacityUnits": 0.5,
        "Table": {"CapacityUnits": 0.0},
        kind: {"by_status": {"CapacityUnits": 0.5}},
    }


def test_a_missing_item_costs_the_minimum() -> None:
    reply: dict[str, Any] = {"ConsumedCapacity": {"CapacityUnits": 0.5}}
    bill(reply, {"ConsistentRead": True}, 9000.0)
    assert reply["ConsumedCapacity"]["CapacityUnits"] == 1.0


def test_a_reply_without_capacity_stays_as_it_is() -> None:
    reply: dict[str, Any] = {"Count": 0}
    bill(reply, {}, 200.0)
    assert reply == {"Count": 0}


def test_each_key_of_a_batch_is_rounded_up() -> None:
    reply: dict[str, Any] = {"ConsumedCapacity": []}
    request = {"ReturnConsumedCapacity": "TOTAL", "RequestItems": {"Orders": {"Keys": [1, 2, 3]}}}
    bill_batch(reply, request, {"Orders": 500.0})
    assert reply["ConsumedCapacity"] == [{"TableName": "Orders", "CapacityUnits": 1.5}]


def test_a_batch_that_did_not_ask_gets_no_capacity() -> None:
    reply: dict[str, Any] = {"ConsumedCapacity": []}
    bill_batch(reply, {"RequestItems": {}}, {})
    assert reply == {}
