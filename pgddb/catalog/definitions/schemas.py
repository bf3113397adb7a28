"""Carry out CREATE SCHEMA, DROP SCHEMA, CREATE EXTENSION and DROP EXTENSION."""

from __future__ import annotations

from pgddb.catalog.definitions.dependencies import dropped
from pgddb.catalog.definitions.objects import BUILTIN_SCHEMAS, DefinedObject, Definitions, Extension, Schema
from pgddb.catalog.definitions.place import Place
from pgddb.errors import (
    DependentObjectsStillExist,
    DuplicateObject,
    DuplicateSchema,
    FeatureNotSupported,
    InvalidSchemaName,
    ReservedName,
    UndefinedObject,
)
from pgddb.sql.definitions.schemas import CreateSchema, DropSchema
from pgddb.sql.definitions.servers import CreateExtension, DropExtension

EXTENSIONS = ("dynamodb_fdw", "multicorn")
"""Extensions that can be created; all that they bring is here anyway."""


def create_schema(definitions: Definitions, statement: CreateSchema, place: Place) -> Definitions:
    """Add a schema; the empty name is that of the user."""
    name = statement.name or place.user
    if name.startswith("pg_"):
        raise ReservedName(
            f'unacceptable schema name "{name}"', detail='The prefix "pg_" is reserved for system schemas.'
        )
    if definitions.has_schema(name):
        if not statement.if_not_exists:
            raise DuplicateSchema(f'schema "{name}" already exists')
        place.note(f'schema "{name}" already exists, skipping', sqlstate=DuplicateSchema.sqlstate)
        return definitions
    return definitions.having(Schema(name))


def drop_schemas(definitions: Definitions, statement: DropSchema, place: Place) -> Definitions:
    """Drop schemas, with CASCADE all that is in them."""
    found: list[DefinedObject] = []
    for name in statement.names:
        if name == "public":
            raise FeatureNotSupported(
                'schema "public" cannot be dropped', hint="It holds the tables of DynamoDB's default region."
            )
        if name in BUILTIN_SCHEMAS:
            raise DependentObjectsStillExist(f"cannot drop schema {name} because it is required by the database system")
        one = definitions.objects.get(("schema", name))
        if one is not None:
            found.append(one)
        elif statement.if_exists:
            place.note(f'schema "{name}" does not exist, skipping')
        else:
            raise InvalidSchemaName(f'schema "{name}" does not exist')
    return dropped(definitions, found, cascade=statement.cascade, note=place.note)


def create_extension(definitions: Definitions, statement: CreateExtension, place: Place) -> Definitions:
    """Note an extension.

    Raises:
        FeatureNotSupported: it is none that users of DynamoDB ask for.
    """
    name = statement.name
    if name == "plpgsql" or ("extension", name) in definitions.objects:
        if not statement.if_not_exists:
            raise DuplicateObject(f'extension "{name}" already exists')
        place.note(f'extension "{name}" already exists, skipping', sqlstate=DuplicateObject.sqlstate)
        return definitions
    if name not in EXTENSIONS:
        raise FeatureNotSupported(
            f'extension "{name}" is not available', hint=f"Extensions that are: {', '.join(EXTENSIONS)}."
        )
    return definitions.having(Extension(name))


def drop_extensions(definitions: Definitions, statement: DropExtension, place: Place) -> Definitions:
    """Forget extensions; servers do not depend on them."""
    for name in statement.names:
        if ("extension", name) in definitions.objects:
            definitions = definitions.without(("extension", name))
        elif name == "plpgsql":
            raise FeatureNotSupported('extension "plpgsql" cannot be dropped')
        elif statement.if_exists:
            place.note(f'extension "{name}" does not exist, skipping')
        else:
            raise UndefinedObject(f'extension "{name}" does not exist')
    return definitions
