"""Definitions are read as PostgreSQL's grammar has them."""

from __future__ import annotations

import pytest

from pgddb.errors import FeatureNotSupported, SqlError, SqlSyntaxError
from pgddb.sql.classify import parse_one
from pgddb.sql.definitions import Definition
from pgddb.sql.definitions.comments import CommentOn
from pgddb.sql.definitions.foreign_tables import (
    AddColumn,
    AlterColumnOptions,
    AlterColumnType,
    AlterForeignTable,
    ChangeOptions,
    CreateForeignTable,
    DropColumn,
    ImportForeignSchema,
    RenameColumn,
)
from pgddb.sql.definitions.parts import ColumnType, OptionChange, WrittenColumn, WrittenRelation
from pgddb.sql.definitions.schemas import CreateSchema, DropRelations, DropSchema
from pgddb.sql.definitions.servers import CreateExtension, CreateServer, CreateUserMapping
from pgddb.sql.definitions.tables import AlterTable, CreateIndex, CreateTable
from pgddb.sql.definitions.views import CreateView
from pgddb.sql.statements import DefinitionStatement


def _statement(text: str) -> DefinitionStatement:
    statement = parse_one(text)
    assert isinstance(statement, DefinitionStatement)
    return statement


@pytest.mark.parametrize(
    ("text", "definition"),
    [
        ("CREATE SCHEMA IF NOT EXISTS s", CreateSchema("s", if_not_exists=True)),
        ("CREATE SCHEMA AUTHORIZATION joe", CreateSchema("joe")),
        ("DROP SCHEMA IF EXISTS a, b CASCADE", DropSchema(("a", "b"), if_exists=True, cascade=True)),
        ("CREATE EXTENSION multicorn WITH SCHEMA public", CreateExtension("multicorn")),
        (
            "CREATE SERVER s TYPE 't' VERSION '1' FOREIGN DATA WRAPPER w OPTIONS (region 'eu')",
            CreateServer("s", "w", "t", "1", (("region", "eu"),)),
        ),
        ("CREATE USER MAPPING FOR USER SERVER s", CreateUserMapping("", "s")),
        (
            "IMPORT FOREIGN SCHEMA x EXCEPT (a, \"B\") FROM SERVER s INTO d OPTIONS (aws_region 'eu')",
            ImportForeignSchema("x", "s", "d", None, ("a", "B"), (("aws_region", "eu"),)),
        ),
        (
            "CREATE FOREIGN TABLE \"S\".t (a numeric(5,2) OPTIONS (k 'v') NOT NULL, b text[]) SERVER s",
            CreateForeignTable(
                WrittenRelation("S", "t", position=22),
                (
                    WrittenColumn("a", ColumnType("numeric", 327686), (("k", "v"),), not_null=True, position=29),
                    WrittenColumn("b", ColumnType("text[]"), position=70),
                ),
                "s",
            ),
        ),
        (
            "ALTER FOREIGN TABLE t ADD COLUMN a int, DROP b CASCADE, ALTER c TYPE date, "
            "ALTER d OPTIONS (ADD x 'y', DROP z), OPTIONS (SET table_name 'n')",
            AlterForeignTable(
                WrittenRelation(None, "t", position=21),
                (
                    AddColumn(WrittenColumn("a", ColumnType("integer"), position=34)),
                    DropColumn("b", cascade=True),
                    AlterColumnType("c", ColumnType("date")),
                    AlterColumnOptions("d", (OptionChange("ADD", "x", "y"), OptionChange("DROP", "z"))),
                    ChangeOptions((OptionChange("SET", "table_name", "n"),)),
                ),
            ),
        ),
        (
            "ALTER FOREIGN TABLE t RENAME a TO b",
            AlterForeignTable(WrittenRelation(None, "t", position=21), (RenameColumn("a", "b"),)),
        ),
        (
            "DROP VIEW IF EXISTS a, s.b RESTRICT",
            DropRelations(
                "view",
                (WrittenRelation(None, "a", position=21), WrittenRelation("s", "b", position=24)),
                if_exists=True,
            ),
        ),
        (
            "COMMENT ON COLUMN s.t.c IS NULL",
            CommentOn("column", WrittenRelation("s", "t", position=19), None, "c"),
        ),
        (
            "CREATE TABLE t (a text, n int, CONSTRAINT k PRIMARY KEY (a, n)) WITH (read_capacity = 5, x)",
            CreateTable(
                WrittenRelation(None, "t", position=14),
                (
                    WrittenColumn("a", ColumnType("text"), position=17),
                    WrittenColumn("n", ColumnType("integer"), position=25),
                ),
                ("a", "n"),
                (("read_capacity", "5"), ("x", "true")),
            ),
        ),
        (
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t USING btree (a, b) INCLUDE (c)",
            CreateIndex("i", WrittenRelation(None, "t", position=46), ("a", "b"), ("c",), if_not_exists=True),
        ),
        (
            "ALTER TABLE t SET (ttl_attribute = 'gone'), RESET (deletion_protection)",
            AlterTable(
                WrittenRelation(None, "t", position=13), (("ttl_attribute", "gone"), ("deletion_protection", ""))
            ),
        ),
    ],
)
def test_a_definition_is_read(text: str, definition: Definition) -> None:
    assert _statement(text).definition == definition


def test_a_view_keeps_the_text_of_its_query() -> None:
    found = _statement("CREATE OR REPLACE VIEW v (a) AS SELECT 1 -- one\n + 2").definition
    assert isinstance(found, CreateView)
    assert (found.text, found.start, found.columns, found.replaces) == ("SELECT 1 -- one\n + 2", 32, ("a",), True)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE SCHEMA",
        "CREATE SERVER s",
        "CREATE FOREIGN TABLE t (a) SERVER s",
        "CREATE FOREIGN TABLE t (a text,) SERVER s",
        "CREATE FOREIGN TABLE t (a text) OPTIONS (x 'y')",
        "CREATE FOREIGN TABLE t (a text) SERVER s OPTIONS (x = 'y')",
        "CREATE TABLE t (a text PRIMARY KEY, b text PRIMARY KEY)",
        "CREATE VIEW v AS",
        "CREATE VIEW v AS DELETE FROM t",
        "DROP VIEW v,",
        "ALTER FOREIGN TABLE t DISCO",
        "IMPORT FOREIGN SCHEMA s INTO d",
    ],
)
def test_what_is_no_definition_is_a_syntax_error(text: str) -> None:
    with pytest.raises(SqlSyntaxError):
        parse_one(text)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TEMP VIEW v AS SELECT 1",
        "CREATE RECURSIVE VIEW v (a) AS SELECT 1",
        "CREATE UNIQUE INDEX i ON t (a)",
        "CREATE INDEX i ON t (lower(a))",
        "CREATE TABLE t (a int DEFAULT 1)",
        'CREATE FOREIGN TABLE t (a text COLLATE "de_DE") SERVER s',
        "ALTER TABLE t ADD COLUMN a int",
        "COMMENT ON ROLE r IS 'x'",
    ],
)
def test_what_is_not_carried_out_is_refused_when_it_runs_not_when_it_is_read(text: str) -> None:
    statement = _statement(text)
    assert statement.definition is None
    assert isinstance(statement.refusal, FeatureNotSupported)


def test_an_unknown_type_is_named_with_its_place() -> None:
    with pytest.raises(SqlError) as caught:
        parse_one("CREATE FOREIGN TABLE t (a nothing) SERVER s")
    assert (caught.value.sqlstate, caught.value.position) == ("42704", 27)
