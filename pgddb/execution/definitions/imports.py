"""Make the foreign tables of IMPORT FOREIGN SCHEMA."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from pgddb.access.table import Source
from pgddb.catalog.definitions import Definitions, ForeignTable
from pgddb.catalog.definitions.foreign_columns import imported_table
from pgddb.catalog.definitions.options import IMPORT_OPTIONS, check_options, in_region, server_source
from pgddb.catalog.definitions.servers import find_server
from pgddb.errors import InvalidSchemaName, UndefinedTable
from pgddb.execution.ports import PageSource
from pgddb.sql.definitions.foreign_tables import ImportForeignSchema

DESCRIBED_AT_ONCE = 10
"""Descriptions asked for at the same time."""

DEFAULT_SEGMENTS = "8"
"""What dynamodb_fdw writes as parallel_scan_count where the statement does not say."""


async def imported_tables(
    definitions: Definitions, statement: ImportForeignSchema, store: PageSource, default: Source
) -> list[ForeignTable]:
    """Describe the tables of a server and make a foreign table of each.

    Raises:
        SqlError: there is no such server or schema, an option is wrong, or DynamoDB could not be asked.
    """
    server = find_server(definitions, statement.server)
    if not definitions.has_schema(statement.schema):
        raise InvalidSchemaName(f'schema "{statement.schema}" does not exist')
    options = dict(check_options(statement.options, IMPORT_OPTIONS))
    source = in_region(server_source(server, default), options.get("aws_region"))
    options.setdefault("parallel_scan_count", DEFAULT_SEGMENTS)
    names = _wanted(await store.list_tables(source), statement)
    asking = asyncio.Semaphore(DESCRIBED_AT_ONCE)

    async def made(name: str) -> ForeignTable | None:
        async with asking:
            try:
                described = await store.describe(source, name)
            except UndefinedTable:  # it is being made or deleted
                return None
        return imported_table(described, schema=statement.schema, server=server.name, options=options.items())

    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(made(name)) for name in names]
    found = (task.result() for task in asked)
    return [table for table in found if table is not None]


def _wanted(names: Iterable[str], statement: ImportForeignSchema) -> list[str]:
    limit, excepted = statement.limit_to, statement.excepted or ()
    return [name for name in names if (limit is None or name in limit) and name not in excepted]
