"""Make the demo's tables in DynamoDB Local and fill them: python load_demo_tables.py http://dynamodb-local:8000."""

from __future__ import annotations

import sys
from typing import Any

from botocore.config import Config
from botocore.session import get_session

from pgddb.demo.table_definition import TableDefinition
from pgddb.demo.tables import DEMO_TABLES

ITEMS_IN_BATCH = 25
ATTEMPTS = 20
"""DynamoDB Local takes seconds to start; botocore waits longer before each attempt."""


def load(endpoint_url: str, region: str = "us-east-1") -> int:
    """Make the tables that are not there yet and put their items; return how many items were put."""
    client: Any = get_session().create_client(
        "dynamodb",
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - DynamoDB Local takes any
        config=Config(retries={"mode": "standard", "total_max_attempts": ATTEMPTS}),
    )
    there = set(client.list_tables()["TableNames"])
    return sum(_fill(client, table) for table in DEMO_TABLES if table.name not in there)


def _fill(client: Any, table: TableDefinition) -> int:
    indexes = {
        "GlobalSecondaryIndexes": [index.parameters() for index in table.global_indexes],
        "LocalSecondaryIndexes": [index.parameters() for index in table.local_indexes],
    }
    client.create_table(
        TableName=table.name,
        KeySchema=table.key_schema(),
        AttributeDefinitions=table.attribute_definitions(),
        BillingMode="PAY_PER_REQUEST",
        **{name: listed for name, listed in indexes.items() if listed},
    )
    items = list(table.items())
    for start in range(0, len(items), ITEMS_IN_BATCH):
        requests = [{"PutRequest": {"Item": item}} for item in items[start : start + ITEMS_IN_BATCH]]
        unsent = {table.name: requests}
        while unsent:
            unsent = client.batch_write_item(RequestItems=unsent)["UnprocessedItems"]
    return len(items)


if __name__ == "__main__":
    sys.stdout.write(f"{load(sys.argv[1])} items\n")
