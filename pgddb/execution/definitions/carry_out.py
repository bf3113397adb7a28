"""Send a definition where it belongs: into the catalog, or to DynamoDB."""

from __future__ import annotations

from collections.abc import Callable

from pgddb.errors import FeatureNotSupported, InsufficientPrivilege
from pgddb.execution.definitions.session_definitions import SessionDefinitions, place_of
from pgddb.execution.definitions.table_definitions import TableDefinitions, TableResources
from pgddb.execution.notices import Notice
from pgddb.execution.ports import TableStore
from pgddb.execution.queries import Queries
from pgddb.execution.server_resources import ServerResources
from pgddb.sql.definitions import Definition
from pgddb.sql.definitions.schemas import DropRelations
from pgddb.sql.definitions.tables import AlterTable, CreateIndex, CreateTable

ALLOW_SETTING = "pgddb.allow_ddl"


def changes_dynamodb(definition: Definition) -> bool:
    """Say whether a definition changes DynamoDB's own tables, which no ROLLBACK takes back."""
    if isinstance(definition, DropRelations):
        return definition.kind in ("table", "index")
    return isinstance(definition, CreateTable | CreateIndex | AlterTable)


async def carry_out(
    definition: Definition,
    queries: Queries,
    definitions: SessionDefinitions,
    resources: ServerResources,
    note: Callable[[Notice], None],
) -> None:
    """Carry out a definition.

    Raises:
        InsufficientPrivilege: it changes DynamoDB, and the session has not allowed that.
        SqlError: it cannot be carried out.
    """
    if not isinstance(definition, CreateTable | CreateIndex | AlterTable | DropRelations) or not changes_dynamodb(
        definition
    ):
        await definitions.run(definition, queries, note)
        return
    place = place_of(queries, note)
    if isinstance(definition, DropRelations) and any(place.find(definitions.current, one) for one in definition.names):
        await definitions.run(definition, queries, note)  # says that it is a view or a foreign table
    if not queries.settings.allow_ddl:
        raise InsufficientPrivilege(
            "tables of DynamoDB may not be made, changed or dropped",
            detail=f"{ALLOW_SETTING} is off.",
            hint=f"SET {ALLOW_SETTING} = on. Foreign tables and views need no permission.",
        )
    if not isinstance(resources.store, TableStore):
        raise FeatureNotSupported("the tables of this store cannot be changed")
    needed = TableResources(resources.store, resources.tables, resources.definitions, resources.catalog.forget)
    await TableDefinitions(needed, queries, place, note).run(definition)
