"""Hold the relations of pg_catalog and information_schema: their columns, their rows, or the query behind a view."""

from pgddb.catalog.relations.definitions import relation_oids, system_relation
from pgddb.catalog.relations.rows import is_constant, relation_rows
from pgddb.catalog.relations.views import view_text

__all__ = ["is_constant", "relation_oids", "relation_rows", "system_relation", "view_text"]
