"""Read CREATE SCHEMA, and DROP of what is named by lists of names.

Source: https://www.postgresql.org/docs/15/sql-createschema.html, sql-dropschema.html, sql-dropview.html
"""

from __future__ import annotations

from msgspec import Struct

from pgddb.errors import FeatureNotSupported
from pgddb.sql.definitions.parts import WrittenRelation, cascade, if_exists, if_not_exists, listed, relation
from pgddb.sql.reader import Reader


class CreateSchema(Struct, frozen=True):
    """CREATE SCHEMA [IF NOT EXISTS] name [AUTHORIZATION role]; without a name the role's is the schema's."""

    name: str
    if_not_exists: bool = False


class DropSchema(Struct, frozen=True):
    """DROP SCHEMA [IF EXISTS] names [CASCADE]."""

    names: tuple[str, ...]
    if_exists: bool = False
    cascade: bool = False


class DropRelations(Struct, frozen=True):
    """DROP of tables, foreign tables, views or indexes; `kind` is as the statement says it, in lower case."""

    kind: str
    names: tuple[WrittenRelation, ...]
    if_exists: bool = False
    cascade: bool = False


def create_schema(reader: Reader) -> CreateSchema:
    """Read CREATE SCHEMA."""
    reader.expect("CREATE", "SCHEMA")
    quiet = if_not_exists(reader)
    name = None if reader.word() == "AUTHORIZATION" else reader.name()
    if reader.accept("AUTHORIZATION"):
        role = reader.name()
        name = name or role
    if reader.current is not None and reader.word() in ("CREATE", "GRANT"):
        raise FeatureNotSupported("CREATE SCHEMA with statements in it is not supported", hint="Send them one by one.")
    assert name is not None
    return CreateSchema(name, quiet)


def drop_schema(reader: Reader) -> DropSchema:
    """Read DROP SCHEMA."""
    reader.expect("DROP", "SCHEMA")
    quiet = if_exists(reader)
    names = listed(reader, Reader.name)
    return DropSchema(names, quiet, cascade(reader))


def drop_relations(reader: Reader) -> DropRelations:
    """Read DROP TABLE, DROP FOREIGN TABLE, DROP VIEW and DROP INDEX."""
    reader.expect("DROP")
    kind = reader.take().word.lower()
    if kind == "foreign":
        reader.expect("TABLE")
        kind = "foreign table"
    if kind == "index":
        reader.accept("CONCURRENTLY")
    quiet = if_exists(reader)
    names = listed(reader, relation)
    return DropRelations(kind, names, quiet, cascade(reader))
