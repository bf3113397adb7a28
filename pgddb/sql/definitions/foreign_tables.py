"""Read the definitions of foreign tables.

Source: https://www.postgresql.org/docs/15/sql-createforeigntable.html, sql-alterforeigntable.html,
sql-importforeignschema.html
"""

from __future__ import annotations

from msgspec import Struct

from pgddb.errors import FeatureNotSupported
from pgddb.sql.definitions.parts import (
    ColumnType,
    OptionChange,
    Options,
    WrittenColumn,
    WrittenRelation,
    bracketed,
    cascade,
    column,
    column_type,
    if_exists,
    if_not_exists,
    listed,
    option_changes,
    options,
    refuse_constraint,
    relation,
)
from pgddb.sql.reader import Reader


class ImportForeignSchema(Struct, frozen=True):
    """IMPORT FOREIGN SCHEMA remote [LIMIT TO | EXCEPT (...)] FROM SERVER server INTO schema [OPTIONS (...)].

    Attributes:
        limit_to, excepted: names of remote tables; None where the clause is not there.
    """

    remote: str
    server: str
    schema: str
    limit_to: tuple[str, ...] | None = None
    excepted: tuple[str, ...] | None = None
    options: Options = ()


class CreateForeignTable(Struct, frozen=True):
    """CREATE FOREIGN TABLE [IF NOT EXISTS] name (columns) SERVER server [OPTIONS (...)]."""

    relation: WrittenRelation
    columns: tuple[WrittenColumn, ...]
    server: str
    options: Options = ()
    if_not_exists: bool = False


class AddColumn(Struct, frozen=True):
    """ADD [COLUMN] [IF NOT EXISTS] column."""

    column: WrittenColumn
    if_not_exists: bool = False


class DropColumn(Struct, frozen=True):
    """DROP [COLUMN] [IF EXISTS] name [CASCADE]."""

    name: str
    if_exists: bool = False
    cascade: bool = False


class AlterColumnType(Struct, frozen=True):
    """ALTER [COLUMN] name [SET DATA] TYPE type."""

    name: str
    type: ColumnType


class AlterColumnNull(Struct, frozen=True):
    """ALTER [COLUMN] name SET NOT NULL or DROP NOT NULL."""

    name: str
    not_null: bool


class AlterColumnOptions(Struct, frozen=True):
    """ALTER [COLUMN] name OPTIONS (...)."""

    name: str
    changes: tuple[OptionChange, ...]


class ChangeOptions(Struct, frozen=True):
    """OPTIONS (...) of the table."""

    changes: tuple[OptionChange, ...]


class RenameColumn(Struct, frozen=True):
    """RENAME [COLUMN] name TO new_name."""

    name: str
    new_name: str


class RenameRelation(Struct, frozen=True):
    """RENAME TO new_name."""

    new_name: str


class SetSchema(Struct, frozen=True):
    """SET SCHEMA schema."""

    schema: str


class SetOwner(Struct, frozen=True):
    """OWNER TO role, which changes nothing: one role owns everything."""


Action = (
    AddColumn
    | DropColumn
    | AlterColumnType
    | AlterColumnNull
    | AlterColumnOptions
    | ChangeOptions
    | RenameColumn
    | RenameRelation
    | SetSchema
    | SetOwner
)


class AlterForeignTable(Struct, frozen=True):
    """ALTER FOREIGN TABLE [IF EXISTS] name actions; also ALTER VIEW, whose actions are renames, owner and schema."""

    relation: WrittenRelation
    actions: tuple[Action, ...]
    if_exists: bool = False
    kind: str = "foreign table"


def import_foreign_schema(reader: Reader) -> ImportForeignSchema:
    """Read IMPORT FOREIGN SCHEMA."""
    reader.expect("IMPORT", "FOREIGN", "SCHEMA")
    remote = reader.name()
    limit_to = excepted = None
    if reader.accept("LIMIT"):
        reader.expect("TO")
        limit_to = bracketed(reader, Reader.name)
    elif reader.accept("EXCEPT"):
        excepted = bracketed(reader, Reader.name)
    reader.expect("FROM", "SERVER")
    server = reader.name()
    reader.expect("INTO")
    return ImportForeignSchema(remote, server, reader.name(), limit_to, excepted, options(reader))


def create_foreign_table(reader: Reader) -> CreateForeignTable:
    """Read CREATE FOREIGN TABLE."""
    reader.expect("CREATE", "FOREIGN", "TABLE")
    quiet = if_not_exists(reader)
    name = relation(reader)
    if reader.accept("PARTITION"):
        raise FeatureNotSupported("CREATE FOREIGN TABLE ... PARTITION OF is not supported")
    reader.expect_sign("(")
    columns: tuple[WrittenColumn, ...] = ()
    if not reader.is_sign(")"):
        columns = listed(reader, _column)
    reader.expect_sign(")")
    if reader.accept("INHERITS"):
        raise FeatureNotSupported("CREATE FOREIGN TABLE ... INHERITS is not supported")
    reader.expect("SERVER")
    return CreateForeignTable(name, columns, reader.name(), options(reader), quiet)


def _column(reader: Reader) -> WrittenColumn:
    if reader.word() in ("CONSTRAINT", "CHECK", "LIKE") and not reader.is_sign(",", 1):
        if reader.accept("CONSTRAINT"):
            reader.name()
        refuse_constraint(reader)
    return column(reader)


def alter_foreign_table(reader: Reader) -> AlterForeignTable:
    """Read ALTER FOREIGN TABLE."""
    reader.expect("ALTER", "FOREIGN", "TABLE")
    quiet = if_exists(reader)
    reader.accept("ONLY")
    name = relation(reader)
    reader.accept_sign("*")
    return AlterForeignTable(name, _rename(reader) or listed(reader, _action), quiet)


def alter_view(reader: Reader) -> AlterForeignTable:
    """Read ALTER VIEW."""
    reader.expect("ALTER", "VIEW")
    quiet = if_exists(reader)
    name = relation(reader)
    actions = _rename(reader) or (_common_action(reader),)
    return AlterForeignTable(name, actions, quiet, "view")


def _rename(reader: Reader) -> tuple[Action, ...]:
    if not reader.accept("RENAME"):
        return ()
    if reader.accept("TO"):
        return (RenameRelation(reader.name()),)
    reader.accept("COLUMN")
    name = reader.name()
    reader.expect("TO")
    return (RenameColumn(name, reader.name()),)


def _common_action(reader: Reader) -> Action:
    if reader.accept("SET", "SCHEMA"):
        return SetSchema(reader.name())
    if reader.accept("OWNER", "TO"):
        reader.name()
        return SetOwner()
    raise reader.error()


def _action(reader: Reader) -> Action:
    if reader.accept("ADD"):
        reader.accept("COLUMN")
        quiet = if_not_exists(reader)
        return AddColumn(_column(reader), quiet)
    if reader.accept("DROP"):
        reader.accept("COLUMN")
        quiet = if_exists(reader)
        return DropColumn(reader.name(), quiet, cascade(reader))
    if reader.accept("ALTER"):
        reader.accept("COLUMN")
        return _alter_column(reader, reader.name())
    if reader.word() == "OPTIONS":
        return ChangeOptions(option_changes(reader))
    return _common_action(reader)


def _alter_column(reader: Reader, name: str) -> Action:
    if reader.word() == "OPTIONS":
        return AlterColumnOptions(name, option_changes(reader))
    if reader.accept("SET", "NOT", "NULL"):
        return AlterColumnNull(name, not_null=True)
    if reader.accept("DROP", "NOT", "NULL"):
        return AlterColumnNull(name, not_null=False)
    if reader.accept("SET", "DATA", "TYPE") or reader.accept("TYPE"):
        return AlterColumnType(name, column_type(reader))
    raise reader.error()
