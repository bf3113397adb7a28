"""What statements let be sent: the correctness rules C1 to C16 and the shapes of requests, over a checking DynamoDB."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pgddb.access.attribute_values import decode_item, encode_typed
from pgddb.access.table import Source
from pgddb.engine import Database
from pgddb.errors import ConnectionFailure, NotNullViolation
from pgddb.sql import parse_one
from tests.fakes.asking import Asking, opened_asking
from tests.fakes.dynamodb_model import Item
from tests.fakes.law_tables import _index, _table
from tests.fakes.small_dynamodb import SmallDynamoDB

KINDS: Item = {
    "L": {"L": [{"N": "1"}, {"NULL": True}, {"M": {}}, {"L": []}]},
    "M": {"M": {"set": {"SS": ["a", "b"]}, "raw": {"B": b"\x00\xff"}, "empty": {"S": ""}}},
    "NS": {"NS": ["1", "2.5"]},
    "B": {"B": b"\x00\x01"},
}
TEXT_TABLE = _table(
    "Things",
    "kn",
    {"k": "S", "n": "S", "x": "S", "m": "N"},
    (_index("by_x", "x"), _index("by_m", "m", "", "KEYS_ONLY")),
)
NUMBERS = _table("numbers", "k", {"k": "N"}, ())
BINARIES = _table("binaries", "k", {"k": "B"}, ())


def thing(number: int, **more: Any) -> Item:
    return {
        "k": {"S": f"k{number}"},
        "n": {"S": "a1"},
        "x": {"S": "x"},
        "m": {"N": "1"},
        "v": {"N": str(number)},
        **more,
    }


@pytest.fixture
def dynamodb() -> SmallDynamoDB:
    found = SmallDynamoDB()
    large = {"ItemCount": 200_000, "TableSizeBytes": 80_000_000}
    small = [{**index, "ItemCount": 10, "IndexSizeBytes": 1_000} for index in TEXT_TABLE["GlobalSecondaryIndexes"]]
    found.add({**TEXT_TABLE, **large, "GlobalSecondaryIndexes": small}, [thing(number) for number in range(20)])
    found.add({**NUMBERS, **large}, [{"k": {"N": str(number)}, "v": {"S": "one"}} for number in (1, 2, 6)])
    found.add({**BINARIES, **large}, [{"k": {"B": b"\x01"}, "v": {"S": "one"}}])
    return found


@pytest.fixture
async def asking(dynamodb: SmallDynamoDB, database: Database) -> AsyncIterator[Asking]:
    async with opened_asking(dynamodb.store(), database, Source(region="us-east-1")) as opened:
        yield opened
    assert dynamodb.broken == []


async def sent(
    asking: Asking, statement: str, *parameters: Any
) -> tuple[list[dict[str, Any]], list[tuple[str, Mapping[str, Any]]]]:
    """Ask once for the tables to be known, then again; give the rows and the requests of the second time."""
    await asking.ask(statement, *parameters)
    log = asking.store._clients._client._dynamodb.log
    log.clear()
    return await asking.ask(statement, *parameters), list(log)


def operations(requests: Sequence[tuple[str, Mapping[str, Any]]]) -> Counter[str]:
    return Counter(operation for operation, _ in requests)


# The rules ------------------------------------------------------------------------------------------------


async def test_c1_a_sparse_index_loses_no_row(asking: Asking, dynamodb: SmallDynamoDB) -> None:
    dynamodb.tables["Things"].items = [thing(1), {"k": {"S": "sparse"}, "n": {"S": "a"}, "v": {"N": "1"}}]
    rows, requests = await sent(asking, "SELECT k FROM things WHERE v = 1")
    assert sorted(row["k"] for row in rows) == ["k1", "sparse"]
    assert all("IndexName" not in request for _, request in requests)


async def test_c2_what_an_index_does_not_project_is_fetched_back(asking: Asking) -> None:
    rows, requests = await sent(asking, "SELECT v FROM things WHERE m = 1 AND v = 7")
    assert rows == [{"v": 7}]
    assert operations(requests) == {"Query": 1, "BatchGetItem": 1}


@pytest.mark.parametrize(
    ("statement", "key"),
    [
        ("SELECT v FROM numbers WHERE k = 6", {"k": {"N": "6"}}),
        ("SELECT v FROM numbers WHERE k = '6'", {"k": {"N": "6"}}),
        (r"SELECT v FROM binaries WHERE k = '\x01'", {"k": {"B": b"\x01"}}),
    ],
)
async def test_c3_keys_are_sent_with_their_declared_type(
    asking: Asking, statement: str, key: Mapping[str, Any]
) -> None:
    rows, requests = await sent(asking, statement)
    assert rows == [{"v": "one"}]
    assert [request["Key"] for _, request in requests] == [key]


async def test_c4_ranges_of_one_key_become_one_condition(asking: Asking) -> None:
    conditions = "k = 'k1' AND n > 'a' AND n < 'b' AND n LIKE 'a1%'"
    rows, requests = await sent(asking, f"SELECT v FROM things WHERE {conditions}")
    assert rows == [{"v": 1}]
    ((operation, request),) = requests
    assert (operation, request["KeyConditionExpression"]) == ("Query", "#n0 = :v0 AND begins_with(#n1, :v1)")
    assert request["ExpressionAttributeValues"] == {":v0": {"S": "k1"}, ":v1": {"S": "a1"}}


async def test_c5_no_key_is_filtered_in_a_query(asking: Asking) -> None:
    rows, requests = await sent(asking, "SELECT v FROM things WHERE k = 'k1' AND (n = 'a1' OR v = 9) AND v < 5")
    assert rows == [{"v": 1}]
    ((operation, request),) = requests
    assert operation == "Query"
    names = request["ExpressionAttributeNames"]
    assert {names[alias] for alias in names if alias in request["FilterExpression"]} == {"v"}


async def test_c6_a_condition_that_is_not_pushed_leaves_no_placeholder(asking: Asking) -> None:
    _, requests = await sent(asking, "SELECT v FROM things WHERE k = 'k1' AND upper(x) LIKE '%X' AND v IN (1, 2)")
    ((_, request),) = requests
    text = " ".join(request[name] for name in request if name.endswith("Expression"))
    for alias in (*request["ExpressionAttributeNames"], *request["ExpressionAttributeValues"]):
        assert alias in text


async def test_c7_reserved_and_odd_names_are_always_aliased(asking: Asking, dynamodb: SmallDynamoDB) -> None:
    dynamodb.tables["Things"].items = [thing(1, **{"size": {"N": "3"}, "a.b-c d": {"S": "odd"}, "select": {"S": "s"}})]
    statement = """SELECT size, "a.b-c d", "select" FROM things WHERE size = 3 AND "a.b-c d" = 'odd'"""
    rows, requests = await sent(asking, statement)
    assert rows == [{"size": 3, "a.b-c d": "odd", "select": "s"}]
    (request,) = {repr(sorted(request["ExpressionAttributeNames"].values())) for _, request in requests}
    assert "size" in request


async def test_c8_too_many_conditions_and_columns_are_left_out_of_the_request(
    asking: Asking, dynamodb: SmallDynamoDB
) -> None:
    names = [f"attribute_number_{number:04}" for number in range(320)]
    dynamodb.tables["Things"].items = [thing(1, **{name: {"N": "1"} for name in names})]
    conditions = " AND ".join(f"{name} = 1" for name in names)
    rows, _ = await sent(asking, f"SELECT {', '.join(names)} FROM things WHERE {conditions}")
    assert len(rows) == 1
    assert len(rows[0]) == 320


async def test_c9_an_empty_page_is_not_the_end(asking: Asking, dynamodb: SmallDynamoDB) -> None:
    dynamodb.page_items = 1
    rows, requests = await sent(asking, "SELECT v FROM things WHERE v = 19")
    assert rows == [{"v": 19}]
    assert operations(requests)["Scan"] >= 20


async def test_c10_a_limit_stops_only_after_the_last_check(asking: Asking) -> None:
    rows, requests = await sent(asking, "SELECT v FROM things WHERE abs(v) = 17 LIMIT 1")
    assert rows == [{"v": 17}]
    assert all("Limit" not in request for _, request in requests)


async def test_c11_missing_null_and_other_types_are_told_apart(asking: Asking, dynamodb: SmallDynamoDB) -> None:
    values: Sequence[Any] = ({"N": "1"}, {"NULL": True}, {"S": "1"}, {"S": "b"})
    dynamodb.tables["Things"].items = [thing(number, y=value) for number, value in enumerate(values)]
    dynamodb.tables["Things"].items.append(thing(9))
    assert [row["v"] for row in await asking.ask("SELECT v FROM things WHERE y <> '1' ORDER BY v")] == [3]
    assert [row["v"] for row in await asking.ask("SELECT v FROM things WHERE NOT y = 'b' ORDER BY v")] == [0, 2]
    assert [row["v"] for row in await asking.ask("SELECT v FROM things WHERE y IS NULL ORDER BY v")] == [1, 9]


async def test_c12_numbers_of_38_digits_keep_them(asking: Asking, dynamodb: SmallDynamoDB) -> None:
    digits = "12345678901234567890123456789012345678"
    dynamodb.tables["numbers"].items.append({"k": {"N": digits}, "v": {"S": "large"}})
    rows, requests = await sent(asking, f"SELECT k, v FROM numbers WHERE k = {digits}")
    assert [(Decimal(row["k"]), row["v"]) for row in rows] == [(Decimal(digits), "large")]
    assert [request["Key"] for _, request in requests] == [{"k": {"N": digits}}]


async def test_c13_what_the_sample_did_not_show_is_in_the_document(asking: Asking, dynamodb: SmallDynamoDB) -> None:
    await asking.ask("SELECT 1 FROM things")
    dynamodb.tables["Things"].items.append(thing(99, unseen={"S": "later"}))
    rows = await asking.ask("SELECT document->>'unseen' AS u FROM things WHERE document->>'unseen' = 'later'")
    assert rows == [{"u": "later"}]


async def test_c14_names_that_differ_in_case_are_different_columns(asking: Asking, dynamodb: SmallDynamoDB) -> None:
    dynamodb.tables["Things"].items = [thing(1, **{"Year": {"N": "1"}, "YEAR": {"N": "2"}, "y-e ar": {"N": "3"}})]
    rows = await asking.ask("""SELECT "Year", "YEAR", "y-e ar" FROM things WHERE "YEAR" = 2 AND "Year" < 2""")
    assert [list(row.values()) for row in rows] == [[1, 2, 3]]


async def test_c15_an_error_of_one_segment_fails_the_statement(asking: Asking, dynamodb: SmallDynamoDB) -> None:
    await asking.ask("SELECT count(v) AS c FROM things")
    answer = dynamodb.answer

    def failing(operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if request.get("Segment") == 3:
            raise ConnectionFailure("one segment broke")
        return answer(operation, request)

    dynamodb.answer = failing  # type: ignore[method-assign]  # the fault
    with pytest.raises(ConnectionFailure, match="one segment broke"):
        await asking.ask("SELECT count(v) AS c FROM things")


async def test_c16_a_write_needs_the_whole_key_and_keeps_what_it_does_not_change(
    asking: Asking, dynamodb: SmallDynamoDB
) -> None:
    dynamodb.tables["Things"].items = [thing(1, **KINDS)]
    writes = asking.executor.writes
    insert: Any = parse_one("INSERT INTO things (k, v) VALUES ('only half', 1)")
    with pytest.raises(NotNullViolation):
        await writes.run(await writes.prepare(insert))
    update: Any = parse_one("UPDATE things SET v = 5 WHERE k = 'k1'")
    await writes.run(await writes.prepare(update))
    (pending,) = writes.buffer
    assert pending.after is not None
    assert decode_item(pending.after) == decode_item(encode_typed(thing(1, **KINDS, v={"N": "5"})))


# Shapes ---------------------------------------------------------------------------------------------------


async def test_four_hundred_keys_are_four_batches_without_a_duplicate(asking: Asking) -> None:
    keys = ", ".join(str(number % 400) for number in range(800))
    rows, requests = await sent(asking, f"SELECT v FROM numbers WHERE k IN ({keys})")
    assert len(rows) == 3
    assert operations(requests) == {"BatchGetItem": 4}
    asked = [key["k"]["N"] for _, request in requests for key in request["RequestItems"]["numbers"]["Keys"]]
    assert sorted(map(int, asked)) == list(range(400))


async def test_four_hundred_partitions_are_as_many_queries(asking: Asking) -> None:
    keys = ", ".join(f"'k{number % 400}'" for number in range(800))
    rows, requests = await sent(asking, f"SELECT v FROM things WHERE k IN ({keys})")
    assert len(rows) == 20
    assert operations(requests) == {"Query": 400}
    assert len({repr(request["ExpressionAttributeValues"]) for _, request in requests}) == 400


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT v FROM things WHERE k = ''",
        r"SELECT v FROM binaries WHERE k = '\x'",
        "SELECT v FROM things WHERE x = ''",
    ],
)
async def test_an_empty_key_is_no_rows_and_no_request(asking: Asking, statement: str) -> None:
    assert await sent(asking, statement) == ([], [])


async def test_an_or_of_keys_is_two_queries(asking: Asking) -> None:
    rows, requests = await sent(asking, "SELECT v FROM things WHERE k = 'k1' OR k = 'k2'")
    assert sorted(row["v"] for row in rows) == [1, 2]
    assert operations(requests) == {"Query": 2}


async def test_a_join_of_two_values_with_200_000_items_is_two_queries(asking: Asking) -> None:
    statement = "SELECT t.v FROM (VALUES ('k1'), ('k7')) AS u(k) JOIN things t ON t.k = u.k"
    rows, requests = await sent(asking, statement)
    assert sorted(row["v"] for row in rows) == [1, 7]
    assert operations(requests) == {"Query": 2}


async def test_strong_consistency_never_uses_a_global_index(asking: Asking) -> None:
    settings = asking.executor.settings
    asking.executor.settings = replace(settings, reads=replace(settings.reads, consistent=True))
    rows, requests = await sent(asking, "SELECT v FROM things WHERE x = 'x' AND v = 3")
    assert rows == [{"v": 3}]
    assert all("IndexName" not in request and request["ConsistentRead"] for _, request in requests)
