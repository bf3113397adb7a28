"""Say where a definition is carried out: for whom, in which schemas, and who takes its notices."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from pgddb.access.view import View
from pgddb.catalog.definitions.objects import Definitions, ForeignTable
from pgddb.errors import InvalidSchemaName
from pgddb.sql.definitions.parts import WrittenRelation


class Note(Protocol):
    """Takes a NOTICE."""

    def __call__(self, message: str, *, detail: str | None = None, sqlstate: str = "00000") -> None: ...


class Place(Struct, frozen=True):
    """What a session brings to its definitions."""

    user: str
    search_path: tuple[str, ...]
    note: Note

    def schema_for(self, definitions: Definitions, written: WrittenRelation) -> str:
        """Give the schema in which a new relation is made.

        Raises:
            InvalidSchemaName: there is no such schema.
        """
        if written.schema is not None:
            if not definitions.has_schema(written.schema):
                raise InvalidSchemaName(f'schema "{written.schema}" does not exist', position=written.position)
            return written.schema
        for schema in self.search_path:
            if definitions.has_schema(schema) and not schema.startswith("pg_"):
                return schema
        raise InvalidSchemaName("no schema has been selected to create in", position=written.position)

    def find(self, definitions: Definitions, written: WrittenRelation) -> ForeignTable | View | None:
        """Find a defined relation by its name."""
        for schema in (written.schema,) if written.schema is not None else self.search_path:
            found = definitions.relation(schema, written.name)
            if found is not None:
                return found
        return None


def quiet(message: str, *, detail: str | None = None, sqlstate: str = "00000") -> None:
    """Drop a notice."""
