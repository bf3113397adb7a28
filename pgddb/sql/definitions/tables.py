"""Read the definitions of DynamoDB's own tables and indexes.

Source: https://www.postgresql.org/docs/15/sql-createtable.html, sql-createindex.html, sql-altertable.html
"""

from __future__ import annotations

from msgspec import Struct

from pgddb.errors import FeatureNotSupported, SqlSyntaxError
from pgddb.sql.definitions.parts import (
    Options,
    WrittenColumn,
    WrittenRelation,
    bracketed,
    column,
    if_exists,
    if_not_exists,
    listed,
    position_here,
    refuse_constraint,
    refuse_twice,
    relation,
)
from pgddb.sql.lexer import Kind
from pgddb.sql.reader import Reader


class CreateTable(Struct, frozen=True):
    """CREATE TABLE [IF NOT EXISTS] name (columns, PRIMARY KEY (pk[, sk])) [WITH (...)]."""

    relation: WrittenRelation
    columns: tuple[WrittenColumn, ...]
    primary_key: tuple[str, ...]
    settings: Options = ()
    if_not_exists: bool = False


class CreateIndex(Struct, frozen=True):
    """CREATE INDEX [IF NOT EXISTS] [name] ON table (columns) [INCLUDE (columns)] [WITH (...)]."""

    name: str | None
    table: WrittenRelation
    columns: tuple[str, ...]
    included: tuple[str, ...] | None = None
    settings: Options = ()
    if_not_exists: bool = False


class AlterTable(Struct, frozen=True):
    """ALTER TABLE [IF EXISTS] name SET (...) or RESET (...); a setting that is reset has the value ""."""

    relation: WrittenRelation
    settings: Options
    if_exists: bool = False


def create_table(reader: Reader) -> CreateTable:
    """Read CREATE TABLE."""
    reader.expect("CREATE")
    if reader.word() != "TABLE":
        raise FeatureNotSupported(f"CREATE {reader.word()} TABLE is not supported")
    reader.expect("TABLE")
    quiet = if_not_exists(reader)
    name = relation(reader)
    if not reader.is_sign("("):
        raise FeatureNotSupported("CREATE TABLE without a list of columns is not supported")
    columns, keys = _table_columns(reader)
    settings = _with(reader) if reader.accept("WITH") else ()
    if reader.word() in ("INHERITS", "PARTITION", "USING", "TABLESPACE", "ON"):
        raise FeatureNotSupported(f"CREATE TABLE ... {reader.word()} is not supported", position=position_here(reader))
    keys += [(one.name,) for one in columns if one.primary_key]
    if len(keys) > 1:
        raise SqlSyntaxError(f'multiple primary keys for table "{name.name}" are not allowed', position=name.position)
    return CreateTable(name, columns, keys[0] if keys else (), settings, quiet)


def _table_columns(reader: Reader) -> tuple[tuple[WrittenColumn, ...], list[tuple[str, ...]]]:
    columns: list[WrittenColumn] = []
    keys: list[tuple[str, ...]] = []
    reader.expect_sign("(")
    while not reader.is_sign(")"):
        if reader.word() == "CONSTRAINT":
            reader.expect("CONSTRAINT")
            reader.name()
        if reader.accept("PRIMARY", "KEY"):
            keys.append(bracketed(reader, Reader.name))
        elif reader.word() in ("CHECK", "UNIQUE", "FOREIGN", "EXCLUDE", "LIKE"):
            refuse_constraint(reader)
        else:
            columns.append(column(reader))
        if not reader.accept_sign(","):
            break
    reader.expect_sign(")")
    return tuple(columns), keys


def _with(reader: Reader) -> Options:
    """Read (name = value, ...)."""
    found = bracketed(reader, _setting)
    refuse_twice([name for name, _ in found])
    return found


def _setting(reader: Reader) -> tuple[str, str]:
    name = reader.name()
    return name, _value(reader) if reader.accept_sign("=") else "true"


def _value(reader: Reader) -> str:
    lexeme = reader.take()
    if lexeme.kind in (Kind.STRING, Kind.NUMBER, Kind.QUOTED):
        return lexeme.value
    if lexeme.kind is Kind.WORD:
        return lexeme.value.lower()
    raise SqlSyntaxError(f'syntax error at or near "{lexeme.value}"', position=lexeme.start + 1)


def create_index(reader: Reader) -> CreateIndex:
    """Read CREATE INDEX."""
    reader.expect("CREATE")
    if reader.word() == "UNIQUE":
        raise FeatureNotSupported(
            "CREATE UNIQUE INDEX is not supported", hint="DynamoDB's secondary indexes are never unique."
        )
    reader.expect("INDEX")
    reader.accept("CONCURRENTLY")
    quiet = if_not_exists(reader)
    name = None if reader.word() == "ON" else reader.name()
    reader.expect("ON")
    reader.accept("ONLY")
    table = relation(reader)
    if reader.accept("USING"):
        reader.expect("BTREE")
    columns = bracketed(reader, _index_column)
    included = bracketed(reader, Reader.name) if reader.accept("INCLUDE") else None
    settings = _with(reader) if reader.accept("WITH") else ()
    if reader.accept("WHERE"):
        raise FeatureNotSupported(
            "partial indexes are not supported", hint="An index of DynamoDB holds the items that have its key."
        )
    return CreateIndex(name, table, columns, included, settings, quiet)


def _index_column(reader: Reader) -> str:
    if reader.is_sign("("):
        raise FeatureNotSupported("indexes on expressions are not supported", position=position_here(reader))
    name = reader.name()
    if reader.is_sign("("):
        raise FeatureNotSupported("indexes on expressions are not supported", position=position_here(reader))
    reader.accept("ASC")
    if reader.word() in ("DESC", "NULLS"):
        raise FeatureNotSupported(
            "an order of an index is not supported", hint="DynamoDB reads every index in both directions."
        )
    return name


def alter_table(reader: Reader) -> AlterTable:
    """Read ALTER TABLE."""
    reader.expect("ALTER", "TABLE")
    quiet = if_exists(reader)
    reader.accept("ONLY")
    name = relation(reader)
    settings = listed(reader, _alteration)
    return AlterTable(name, tuple(one for part in settings for one in part), quiet)


def _alteration(reader: Reader) -> Options:
    if reader.accept("SET") and reader.is_sign("("):
        return _with(reader)
    if reader.accept("RESET"):
        return tuple((name, "") for name in bracketed(reader, Reader.name))
    raise FeatureNotSupported(
        "this form of ALTER TABLE is not supported",
        hint="SET (billing_mode, read_capacity, write_capacity, ttl_attribute, deletion_protection) is.",
        position=position_here(reader),
    )
