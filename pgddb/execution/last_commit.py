"""Show what a broken COMMIT has left as the relation `pgddb.last_commit`: the items not known to be written."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from pgddb.access.attribute_values import Item, encode_typed, key_json
from pgddb.access.mutation import CommitOutcome, DeleteItem, Mutation, PutItem, TypedJson
from pgddb.access.table import AttributeType, Carrier, Column, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.catalog import CatalogSnapshot
from pgddb.execution.session_relations import ACTIVITY

SCHEMA = "pgddb"

LAST_COMMIT = TableSchema(
    schema=SCHEMA,
    name="last_commit",
    table_name="pgddb.last_commit",
    source=Source(),
    keys=KeySchema((KeyAttribute("number", AttributeType.N),)),
    columns=(
        Column("number", ("number",), Carrier.INTEGER, "bigint", share=1.0),
        Column("schema_name", ("schema_name",), Carrier.TEXT, "text", share=1.0),
        Column("table_name", ("table_name",), Carrier.TEXT, "text", share=1.0),
        Column("operation", ("operation",), Carrier.TEXT, "text", share=1.0),
        Column("key", ("key",), Carrier.JSON, "jsonb", share=1.0),
        Column("fate", ("fate",), Carrier.TEXT, "text", share=1.0),
    ),
)
"""`fate` is unwritten, or unknown where a request was sent and its answer lost."""


OWN_TABLES = (LAST_COMMIT, ACTIVITY)
"""The relations of pgddb's own schema, whose rows no store has."""


def with_own_tables(catalog: CatalogSnapshot) -> CatalogSnapshot:
    """Give a catalog that has pgddb's own relations, too."""
    tables = {**catalog.tables, **{(SCHEMA, table.name): table for table in OWN_TABLES}}
    return replace(catalog, tables=MappingProxyType(tables))


def last_commit_items(outcome: CommitOutcome | None) -> list[TypedJson]:
    """Give the rows of the relation."""
    unfinished = outcome.unfinished if outcome is not None else []
    return [encode_typed(_row(number, one.mutation, one.fate.value)) for number, one in enumerate(unfinished, 1)]


def _row(number: int, mutation: Mutation, fate: str) -> Item:
    return {
        "number": {"N": str(number)},
        "schema_name": {"S": mutation.table.schema},
        "table_name": {"S": mutation.table.name},
        "operation": {"S": _operation(mutation)},
        "key": {"M": key_json(mutation.key)},
        "fate": {"S": fate},
    }


def _operation(mutation: Mutation) -> str:
    if isinstance(mutation, DeleteItem):
        return "delete"
    return "put" if isinstance(mutation, PutItem) else "update"
