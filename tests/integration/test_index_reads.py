"""Indexes that do not hold what is asked for, and indexes named as relations: nothing is NULL that the item has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiobotocore.session import AioSession

from pgddb.access.table import Source
from pgddb.dynamo import Store
from pgddb.engine import EngineSettings
from pgddb.errors import SqlError, UndefinedColumn
from pgddb.execution import open_database
from tests.fakes.asking import Asking, opened_asking
from tests.fakes.fault_proxy import FaultProxy

pytestmark = [pytest.mark.integration, pytest.mark.slow]

TICKETS = [
    {
        "id": {"S": f"t{number:03}"},
        "state": {"S": "open" if number % 2 else "closed"},
        "rank": {"N": str(number)},
        "title": {"S": f"title {number}"},
        "body": {"S": "x" * 3000},
    }
    for number in range(120)
]
WITHOUT_STATE = {"id": {"S": "none"}, "rank": {"N": "7"}, "title": {"S": "not in the index"}}


@pytest.fixture
async def asking(fault_proxy: FaultProxy, dynamodb_endpoint: str) -> AsyncIterator[Asking]:
    async with AioSession().create_client(
        "dynamodb", region_name="us-east-1", endpoint_url=dynamodb_endpoint
    ) as client:
        try:
            await client.describe_table(TableName="tickets")
        except client.exceptions.ResourceNotFoundException:
            await make_tickets(client)
    database = open_database(EngineSettings(threads=1))
    source = Source(region="us-east-1", endpoint_url=fault_proxy.url)
    async with opened_asking(Store(), database, source) as opened:
        yield opened
    database.close()


async def make_tickets(client: Any) -> None:
    keys = [{"AttributeName": "state", "KeyType": "HASH"}, {"AttributeName": "rank", "KeyType": "RANGE"}]
    await client.create_table(
        TableName="tickets",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind}
            for name, kind in (("id", "S"), ("state", "S"), ("rank", "N"))
        ],
        GlobalSecondaryIndexes=[
            {"IndexName": "by_state", "KeySchema": keys, "Projection": {"ProjectionType": "KEYS_ONLY"}}
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    await asyncio.gather(*(client.put_item(TableName="tickets", Item=item) for item in (*TICKETS, WITHOUT_STATE)))


def fetched(proxy: FaultProxy) -> list[int]:
    """Give how many keys each BatchGetItem asked for."""
    return [len(one["RequestItems"]["tickets"]["Keys"]) for one in proxy.requests("BatchGetItem")]


async def test_a_limit_by_the_order_of_an_index_fetches_so_many_items(asking: Asking, fault_proxy: FaultProxy) -> None:
    rows = await asking.ask("SELECT title FROM tickets WHERE state = 'open' AND rank > 0 ORDER BY rank DESC LIMIT 3")
    assert [row["title"] for row in rows] == ["title 119", "title 117", "title 115"]
    assert fetched(fault_proxy) == [3]


async def test_a_limit_over_several_partitions_of_an_index_is_merged(asking: Asking, fault_proxy: FaultProxy) -> None:
    rows = await asking.ask(
        "SELECT title FROM tickets WHERE state IN ('open', 'closed') AND rank >= 10 ORDER BY rank LIMIT 4 OFFSET 1"
    )
    assert [row["title"] for row in rows] == [f"title {number}" for number in range(11, 15)]
    assert fetched(fault_proxy) == [5]


async def test_an_index_as_a_relation_gives_whole_items_and_those_of_the_index_only(asking: Asking) -> None:
    rows = await asking.ask("""SELECT id, document->>'title' AS title, document FROM "tickets@by_state" ORDER BY id""")
    assert [row["id"] for row in rows] == [item["id"]["S"] for item in TICKETS]
    assert all(row["title"] and '"body"' in row["document"] for row in rows)


async def test_all_columns_of_an_index_as_a_relation_hold_whole_documents(
    asking: Asking, fault_proxy: FaultProxy
) -> None:
    rows = await asking.ask("""SELECT * FROM "tickets@by_state" WHERE state = 'closed' ORDER BY rank LIMIT 2""")
    assert [sorted(row) for row in rows] == [["document", "id", "rank", "state"]] * 2
    assert '"title": "title 2"' in rows[1]["document"]
    assert fetched(fault_proxy) == [2]


async def test_a_column_that_an_index_does_not_hold_is_named_as_missing(asking: Asking) -> None:
    with pytest.raises(UndefinedColumn, match="title"):
        await asking.ask("""SELECT title FROM "tickets@by_state" """)


async def test_what_an_index_holds_is_not_fetched_again(asking: Asking, fault_proxy: FaultProxy) -> None:
    rows = await asking.ask("""SELECT count(*) AS n, max(rank) AS top FROM "tickets@by_state" WHERE state = 'open'""")
    assert rows == [{"n": 60, "top": 119}]
    assert fetched(fault_proxy) == []


async def test_a_global_index_as_a_relation_cannot_be_read_consistently(asking: Asking) -> None:
    settings = asking.executor.settings
    asking.executor.settings = replace(settings, reads=replace(settings.reads, consistent=True))
    with pytest.raises(SqlError, match="by_state") as refused:
        await asking.ask("""SELECT id FROM "tickets@by_state" """)
    assert refused.value.sqlstate == "0A000"
