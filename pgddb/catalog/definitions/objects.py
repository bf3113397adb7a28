"""Name the objects that DDL defines, one frozen dataclass for each kind, and the immutable map of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from msgspec import Struct

from pgddb.access.view import View

T = TypeVar("T")

Options = tuple[tuple[str, str], ...]
Key = tuple[str, ...]
"""The kind of an object, then the parts of its name."""

WRAPPERS = ("dynamodb", "multicorn")
"""Foreign data wrappers that every server has; the second by the name that users of dynamodb_fdw know."""

BUILTIN_SCHEMAS = ("pg_catalog", "information_schema", "pg_toast", "public", "pgddb")


class Extension(Struct, frozen=True):
    """An extension that was asked for; there is nothing in it."""

    name: str


class Schema(Struct, frozen=True):
    """A schema beside the built-in ones."""

    name: str


@dataclass(frozen=True, slots=True)
class Server:
    """A foreign server: where its tables are, by its options.

    Attributes:
        predefined: every pgddb has it; CREATE SERVER may take its place.
    """

    name: str
    wrapper: str
    type: str | None = None
    version: str | None = None
    options: Options = ()
    predefined: bool = False


@dataclass(frozen=True, slots=True)
class UserMapping:
    """A user of a server; "public" is everyone."""

    user: str
    server: str


@dataclass(frozen=True, slots=True)
class DefinedColumn:
    """A column as DDL says it; the type as format_type spells it."""

    name: str
    type_name: str
    modifier: int = -1
    options: Options = ()
    not_null: bool = False


@dataclass(frozen=True, slots=True)
class ForeignTable:
    """A foreign table."""

    schema: str
    name: str
    server: str
    columns: tuple[DefinedColumn, ...]
    options: Options = ()

    def column(self, name: str) -> DefinedColumn | None:
        return next((column for column in self.columns if column.name == name), None)


class DeclaredColumns(Struct, frozen=True):
    """The columns that CREATE TABLE gave a DynamoDB table of the default source beside its keys."""

    table_name: str
    columns: tuple[DefinedColumn, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: on a relation, a column of it, a schema or a server."""

    kind: str
    schema: str
    name: str
    column: str
    text: str


DefinedObject = Extension | Schema | Server | UserMapping | ForeignTable | View | DeclaredColumns | Comment


def key_of(one: DefinedObject) -> Key:  # noqa: PLR0911 - one for each kind
    """Give the key of an object; foreign tables and views share their names."""
    match one:
        case Extension(name=name):
            return ("extension", name)
        case Schema(name=name):
            return ("schema", name)
        case Server(name=name):
            return ("server", name)
        case UserMapping(user=user, server=server):
            return ("user mapping", user, server)
        case DeclaredColumns(table_name=name):
            return ("columns", name)
        case Comment(kind=kind, schema=schema, name=name, column=column):
            return ("comment", kind, schema, name, column)
        case _:
            return ("relation", one.schema, one.name)


@dataclass(frozen=True, eq=False)
class Definitions:
    """All that DDL defines at one moment; two are the same only if they are one object."""

    objects: Mapping[Key, DefinedObject]

    def having(self, *objects: DefinedObject) -> Definitions:
        """Give the definitions with these objects added or replaced."""
        return Definitions(MappingProxyType({**self.objects, **{key_of(one): one for one in objects}}))

    def without(self, *keys: Key) -> Definitions:
        """Give the definitions without these objects, and without the comments on them."""
        gone = set(keys)
        names = {(key[1], key[2]) for key in keys if key[0] == "relation"}
        plain = {(key[0], key[1]) for key in keys if key[0] in ("schema", "server")}
        kept = {
            key: one
            for key, one in self.objects.items()
            if key not in gone and not (isinstance(one, Comment) and _is_on(one, names, plain))
        }
        return Definitions(MappingProxyType(kept))

    def all_of(self, kind: type[T]) -> Iterator[T]:
        """Give all objects of a kind in the order of their keys."""
        for key in sorted(self.objects):
            one = self.objects[key]
            if isinstance(one, kind):
                yield one

    def server(self, name: str) -> Server | None:
        found = self.objects.get(("server", name))
        return found if isinstance(found, Server) else None

    def relation(self, schema: str, name: str) -> ForeignTable | View | None:
        found = self.objects.get(("relation", schema, name))
        return found if isinstance(found, ForeignTable | View) else None

    def declared(self, table_name: str) -> DeclaredColumns | None:
        found = self.objects.get(("columns", table_name))
        return found if isinstance(found, DeclaredColumns) else None

    def comment(self, kind: str, schema: str, name: str, column: str = "") -> str | None:
        found = self.objects.get(("comment", kind, schema, name, column))
        return found.text if isinstance(found, Comment) else None

    def has_schema(self, name: str) -> bool:
        return name in BUILTIN_SCHEMAS or ("schema", name) in self.objects

    @property
    def relations(self) -> Iterator[ForeignTable | View]:
        for key in sorted(self.objects):
            one = self.objects[key]
            if isinstance(one, ForeignTable | View):
                yield one


def _is_on(comment: Comment, relations: set[tuple[str, str]], others: set[tuple[str, str]]) -> bool:
    if comment.kind in ("relation", "column"):
        return (comment.schema, comment.name) in relations
    return (comment.kind, comment.name) in others


def initial_definitions() -> Definitions:
    """Give what a new catalog holds: a server of pgddb's own, and the one that dynamodb_fdw's image has."""
    own = Server("dynamodb", "dynamodb", predefined=True)
    return Definitions(MappingProxyType({})).having(own, Server("multicorn_dynamo", "multicorn", predefined=True))
