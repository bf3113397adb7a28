"""Put tables of SQL into DynamoDB, item by item, and declare their columns' types in a catalog file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3

from pgddb.access.table import AttributeType, Carrier, Column, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.catalog import CatalogFile
from tests.fakes.demo_server import ServerProcess, free_port, start_server, stop_server

_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
_BATCH = 25


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A table as SQL declares it: (name, type) of each column, the key among them, and scales of numerics."""

    name: str
    columns: tuple[tuple[str, str], ...]
    partition: str
    sort: str | None = None
    scales: tuple[tuple[str, int], ...] = ()

    def keys(self) -> KeySchema:
        return KeySchema(
            (self._key(self.partition),),
            () if self.sort is None else (self._key(self.sort),),
        )

    def _key(self, name: str) -> KeyAttribute:
        kind = dict(self.columns)[name]
        return KeyAttribute(name, AttributeType.N if kind in _NUMBERS else AttributeType.S)

    def column(self, name: str, kind: str) -> Column:
        carrier = _CARRIERS.get(kind, Carrier.TEXT)
        scale = dict(self.scales).get(name)
        if kind == "numeric" and scale is None:
            carrier = Carrier.DIGITS
        if kind == "double precision":
            scale = 9
        return Column(name, (name,), carrier, kind, scale=scale, declared=True, share=1.0)


_CARRIERS = {
    **dict.fromkeys(["smallint", "integer", "bigint"], Carrier.INTEGER),
    **dict.fromkeys(["numeric", "double precision"], Carrier.DECIMAL),
    "boolean": Carrier.BOOLEAN,
    **dict.fromkeys(["json", "jsonb", "text[]"], Carrier.JSON),
}


def typed_value(value: Any) -> dict[str, Any]:
    """Give DynamoDB's form of a value of Python; times and the like come as their text."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float() | Decimal():
            return {"N": str(value)}
        case list():
            return {"L": [typed_value(part) for part in value]}
        case dict():
            return {"M": {name: typed_value(part) for name, part in value.items()}}
        case _:
            return {"S": str(value)}


def load(endpoint: str, region: str, table: SqlTable, rows: Iterable[Sequence[Any]]) -> None:
    """Make a table and put one item for each row; what is NULL is left out."""
    client: Any = boto3.client("dynamodb", endpoint_url=endpoint, region_name=region)
    client.create_table(**description(table), BillingMode="PAY_PER_REQUEST")
    puts = [{"PutRequest": {"Item": item}} for item in items(table, rows)]
    for start in range(0, len(puts), _BATCH):
        client.batch_write_item(RequestItems={table.name: puts[start : start + _BATCH]})


def description(table: SqlTable) -> dict[str, Any]:
    """Describe a table's name and keys as CreateTable and DescribeTable do."""
    keys = table.keys()
    return {
        "TableName": table.name,
        "AttributeDefinitions": [
            {"AttributeName": one.name, "AttributeType": one.type.value} for one in keys.attributes
        ],
        "KeySchema": [
            *({"AttributeName": one.name, "KeyType": "HASH"} for one in keys.partition),
            *({"AttributeName": one.name, "KeyType": "RANGE"} for one in keys.sort),
        ],
    }


def items(table: SqlTable, rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Give the item of each row; what is NULL is left out."""
    names = [name for name, _ in table.columns]
    return [
        {name: typed_value(value) for name, value in zip(names, row, strict=True) if value is not None} for row in rows
    ]


def declare(directory: Path, source: Source, tables: Iterable[SqlTable]) -> None:
    """Write the columns of the tables into the catalog file, as DDL would."""
    file = CatalogFile(directory)
    for table in tables:
        columns = tuple(table.column(*column) for column in table.columns)
        file.save(TableSchema("public", table.name, table.name, source, table.keys(), columns))
    file.close()


def serve_tables(
    source: Source, directory: Path, tables: Sequence[SqlTable], rows: Mapping[str, Iterable[Sequence[Any]]]
) -> Iterator[ServerProcess]:
    """Load the tables, declare them, and run a server over them, for a fixture to yield from.

    Give each caller a region of its own: tables of different tests have the same names.
    """
    for table in tables:
        load(source.endpoint_url or "", source.region or "", table, rows[table.name])
    yield from serve_declared(source, directory, tables)


def serve_declared(source: Source, directory: Path, tables: Sequence[SqlTable]) -> Iterator[ServerProcess]:
    """Declare tables that are there, and run a server over them, for a fixture to yield from."""
    declare(directory, source, tables)
    options = {
        "region": source.region or "",
        "endpoint-url": source.endpoint_url or "",
        "data-dir": str(directory),
        "log-level": "error",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    server = start_server("serve", *arguments, port=free_port())
    try:
        yield server
    finally:
        stop_server(server)
