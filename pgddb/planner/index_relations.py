"""Let a statement name an index as a relation: `"Orders@by_customer"` holds the items of the index, no others."""

from __future__ import annotations

from msgspec import Struct

from pgddb.access.system_relation import SystemRelation
from pgddb.access.table import TableSchema
from pgddb.access.view import View
from pgddb.planner.hints import index_relation
from pgddb.planner.plan_nodes import CatalogSnapshot


class IndexRelations(Struct, frozen=True):
    """A catalog that knows the indexes of its tables too."""

    catalog: CatalogSnapshot

    @property
    def version(self) -> int:
        return self.catalog.version

    def table(self, schema: str | None, name: str, quoted: bool) -> TableSchema | None:  # noqa: FBT001 - contract
        """Find a table, or the index after the last @ of a quoted name."""
        found = self.catalog.table(schema, name, quoted)
        table_name, mark, index_name = name.rpartition("@")
        if found is not None or not quoted or not mark:
            return found
        table = self.catalog.table(schema, table_name, quoted)
        return None if table is None else index_relation(table, index_name)

    def view(self, schema: str | None, name: str, quoted: bool) -> View | None:  # noqa: FBT001 - contract
        return self.catalog.view(schema, name, quoted)

    def system_relation(self, schema: str | None, name: str) -> SystemRelation | None:
        return self.catalog.system_relation(schema, name)

    def system_function(self, name: str) -> SystemRelation | None:
        return self.catalog.system_function(name)
