"""Know all that the system catalogs say of this server at one moment, as objects with oids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from msgspec import Struct

from pgddb.access.table import Carrier, Column, Index, KeySchema, Source, TableSchema
from pgddb.access.view import View
from pgddb.authentication import Role
from pgddb.catalog.builtin import builtin_by_oid, builtin_rows
from pgddb.catalog.definitions.foreign_columns import foreign_columns
from pgddb.catalog.definitions.objects import Definitions, ForeignTable, Schema, Server, initial_definitions
from pgddb.catalog.oids import Oids

OWNER_OID = 10
"""The role that PostgreSQL makes first; it owns everything."""

PUBLIC_OID = 2200
"""Schema public of a new database."""


class IndexObject(Struct, frozen=True):
    """An index as pg_class knows it: a secondary index, or the primary key of its table.

    Attributes:
        columns: attribute numbers of its key.
        index: None for the primary key.
    """

    oid: int
    name: str
    keys: KeySchema
    columns: tuple[int, ...]
    index: Index | None

    @property
    def is_primary(self) -> bool:
        return self.index is None


class TableObject(Struct, frozen=True):
    """A table, foreign table or view with the oids of all that belongs to it.

    Attributes:
        definition: what DDL says of it, None for what was found in DynamoDB.
    """

    oid: int
    table: TableSchema
    row_type_oid: int
    array_type_oid: int
    namespace_oid: int
    constraint_oid: int
    indexes: tuple[IndexObject, ...]
    definition: ForeignTable | View | None = None

    @property
    def kind(self) -> str:
        """Give relkind: v for a view, f for what DDL defined on a server, r for what was found."""
        if self.definition is None:
            return "r"
        return "v" if isinstance(self.definition, View) else "f"

    def attribute_number(self, attribute: str) -> int | None:
        """Give the number of the column that shows an attribute."""
        for number, column in enumerate(self.table.columns, 1):
            if column.path == (attribute,):
                return number
        return None


@dataclass(frozen=True)
class CatalogFacts:
    """What the system catalogs show, but for the built-in rows.

    Attributes:
        tables: with columns, each (schema, name) once.
        databases: names; the first is the one that clients connect to unless they name another.
        roles: names of those who may log in beside the owner.
        owner: name of the role that owns everything.
        definitions: what DDL has defined.
        rights: of the users that the server knows; empty where everybody may do everything.
    """

    tables: tuple[TableSchema, ...] = ()
    databases: tuple[str, ...] = ("postgres",)
    roles: tuple[str, ...] = ()
    owner: str = "postgres"
    definitions: Definitions = field(default_factory=initial_definitions)
    rights: tuple[Role, ...] = ()

    @cached_property
    def namespaces(self) -> Mapping[str, int]:
        """Give the oids of all schemas by name."""
        builtin = {str(row["nspname"]): oid for oid, row in builtin_by_oid("pg_namespace").items()}
        oids = Oids("schema")
        schemas = {one.name for one in self.definitions.all_of(Schema)}
        named = sorted({*schemas, *(table.schema for table in self.tables)} - builtin.keys())
        return {**builtin, **{name: oids.of(name) for name in named}}

    @cached_property
    def objects(self) -> tuple[TableObject, ...]:
        """Give tables and views as objects, in the order of their names; a definition hides what was found."""
        defined = {(one.schema, one.name): one for one in self.definitions.relations}
        tables = [table for table in self.tables if (table.schema, table.name) not in defined]
        tables += map(_defined_table, defined.values())
        tables.sort(key=lambda table: (table.schema, table.name))
        return tuple(_objects(tables, self.namespaces, defined))

    @cached_property
    def server_oids(self) -> Mapping[str, int]:
        """Give the oids of the foreign servers by name."""
        oids = Oids("server")
        return {one.name: oids.of(one.name) for one in self.definitions.all_of(Server)}

    @cached_property
    def by_oid(self) -> Mapping[int, TableObject]:
        """Give the tables by oid."""
        return {one.oid: one for one in self.objects}

    @cached_property
    def index_by_oid(self) -> Mapping[int, tuple[TableObject, IndexObject]]:
        """Give the indexes with their tables by oid."""
        return {index.oid: (one, index) for one in self.objects for index in one.indexes}

    @cached_property
    def role_oids(self) -> Mapping[str, int]:
        """Give the oids of all roles by name."""
        builtin = {row["rolname"]: row["oid"] for row in builtin_rows("pg_authid") if row["oid"] != OWNER_OID}
        oids = Oids("role")
        return {
            self.owner: OWNER_OID,
            **builtin,
            **{
                name: oids.of(name)
                for name in sorted({*self.roles, *(role.name for role in self.rights)} - {self.owner, *builtin})
            },
        }

    def role(self, user: str) -> Role:
        """Give the rights of a user by name or oid: of one that the server does not know, all."""
        if user.isdigit():
            user = next((name for name, oid in self.role_oids.items() if str(oid) == user), user)
        return next((role for role in self.rights if role.name == user), Role(user))

    @cached_property
    def database_oids(self) -> Mapping[str, int]:
        """Give the oids of all databases by name."""
        oids = Oids("database")
        others = sorted(set(self.databases) - {"postgres"})
        return {"postgres": 5, **{name: oids.of(name) for name in others}}


def _defined_table(one: ForeignTable | View) -> TableSchema:
    """Show what DDL says of a relation; DynamoDB is not asked, and foreign tables have no indexes in PostgreSQL."""
    if isinstance(one, View):
        columns = tuple(Column(column.name, (), Carrier.TEXT, column.type_name) for column in one.columns)
        return TableSchema(one.schema, one.name, one.name, Source(), KeySchema(()), columns)
    name = dict(one.options).get("table_name", one.name)
    return TableSchema(
        one.schema,
        one.name,
        name,
        Source(),
        KeySchema(()),
        foreign_columns(one),
        options=one.options,
        server=one.server,
    )


def _objects(
    tables: Sequence[TableSchema],
    namespaces: Mapping[str, int],
    defined: Mapping[tuple[str, str], ForeignTable | View],
) -> Iterable[TableObject]:
    relations, types, constraints = Oids("relation"), Oids("type"), Oids("constraint")
    names = _index_names(tables)
    for table in tables:
        place = (table.schema, table.name)
        indexes = tuple(
            IndexObject(
                relations.of(table.schema, names[table.schema, table.name, key]),
                names[table.schema, table.name, key],
                keys,
                _numbers(table, keys),
                index,
            )
            for key, keys, index in _indexes(table)
        )
        yield TableObject(
            relations.of(*place),
            table,
            types.of(*place),
            types.of(*place, "[]"),
            namespaces[table.schema],
            constraints.of(*place, "primary key"),
            indexes,
            defined.get(place),
        )


def _indexes(table: TableSchema) -> Iterable[tuple[str, KeySchema, Index | None]]:
    if table.keys.partition:
        yield "", table.keys, None
    for index in table.indexes:
        yield index.name, index.keys, index


def _index_names(tables: Sequence[TableSchema]) -> dict[tuple[str, str, str], str]:
    """Name the indexes as relations: DynamoDB's own name where that is the only one of its schema.

    The primary key has the name that PostgreSQL would give it; an index whose name is taken has its table's before it.
    """
    counts = Counter((table.schema, index.name) for table in tables for index in table.indexes)
    counts.update((table.schema, table.name) for table in tables)
    counts.update((table.schema, f"{table.name}_pkey") for table in tables)
    names: dict[tuple[str, str, str], str] = {}
    for table in tables:
        names[table.schema, table.name, ""] = f"{table.name}_pkey"
        for index in table.indexes:
            alone = counts[table.schema, index.name] == 1
            names[table.schema, table.name, index.name] = index.name if alone else f"{table.name}_{index.name}"
    return names


def _numbers(table: TableSchema, keys: KeySchema) -> tuple[int, ...]:
    """Give the attribute numbers of a key's columns."""
    by_path: dict[tuple[str | int, ...], int] = {}
    for number, column in enumerate(table.columns, 1):
        by_path.setdefault(column.path, number)
    return tuple(by_path[(name,)] for name in keys.names if (name,) in by_path)


def is_key_column(one: TableObject, column: Column) -> bool:
    """Say whether a column is part of the table's primary key: no item is without it."""
    return len(column.path) == 1 and column.path[0] in one.table.keys.names
