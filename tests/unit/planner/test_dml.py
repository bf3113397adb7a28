"""Plans of statements that write: what is read, what it is for, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.access.table import (
    AttributeType,
    Carrier,
    Column,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)
from pgddb.errors import SqlError
from pgddb.planner import plan_select, plan_write, writes_in_with
from pgddb.planner.dml_nodes import LITERAL, TYPED, Verb, WritePlan, WriteProgram
from pgddb.sql import parse_one
from pgddb.sql.statements import SelectStatement

TABLE = TableSchema(
    "public",
    "t",
    "t",
    Source(),
    KeySchema((KeyAttribute("id", AttributeType.S),)),
    (
        Column("id", ("id",), Carrier.TEXT, "text"),
        Column("n", ("n",), Carrier.INTEGER, "bigint"),
        Column("Mixed", ("Mixed",), Carrier.SCALAR_TEXT, "text"),
        Column("document", (), Carrier.DOCUMENT, "jsonb"),
    ),
)


class Tables:
    """A catalog of one table."""

    version = 1

    def table(self, schema: str | None, name: str, quoted: bool) -> TableSchema | None:
        return TABLE if schema in (None, "public") and name.lower() == "t" else None

    def view(self, schema: str | None, name: str, quoted: bool) -> None:
        return None

    def system_relation(self, schema: str | None, name: str) -> Any:
        return None

    def system_function(self, name: str) -> Any:
        return None


def program(text: str) -> WriteProgram:
    statement = parse_one(text)
    return plan_write(statement, Tables())  # type: ignore[arg-type]  # the tests write statements that write


def plan(text: str) -> WritePlan:
    main = program(text).main
    assert isinstance(main, WritePlan)
    return main


def sources(text: str) -> list[tuple[str, str | None]]:
    return [(one.column.name, one.source) for one in plan(text).rows.assignments]


def test_the_numbers_of_values_stay_as_they_are_written() -> None:
    text = "INSERT INTO t (id, n) VALUES ('a', 1.50), ('b', -12345678901234567890123456789012345678)"
    assert sources(text) == [("id", LITERAL), ("n", "numeric")]
    assert "'-12345678901234567890123456789012345678'" in plan_select(plan(text).rows.statement, Tables()).sql.render()


def test_cells_of_several_types_keep_their_own() -> None:
    text = "INSERT INTO t (id, Mixed) VALUES ('a', 1), ('b', 'x'), ('c', true), ('d', DEFAULT)"
    assert sources(text) == [("id", LITERAL), ("Mixed", TYPED)]


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("INSERT INTO t (id, n) VALUES ($1, $2)", ("text", "numeric")),
        ("INSERT INTO t (id, document) SELECT $1, $2", ("text", "jsonb")),
        ("UPDATE t SET n = $2, document = ($3) WHERE id = $1", (None, "numeric", "jsonb")),
        ("INSERT INTO t (id) VALUES ('a') ON CONFLICT (id) DO UPDATE SET n = $1", ("numeric",)),
        ("MERGE INTO t USING t s ON t.id = s.id WHEN MATCHED THEN UPDATE SET n = $1", ("numeric",)),
    ],
)
def test_parameters_take_the_types_of_their_columns(text: str, types: tuple[str | None, ...]) -> None:
    assert plan(text).parameter_types == types


def test_the_rows_of_an_update_are_its_items_and_values() -> None:
    update = plan("UPDATE t AS x SET n = x.n + 1, (id, \"Mixed\") = (SELECT 'k', 2) FROM t y WHERE x.id = y.id")
    select = plan_select(update.rows.statement, Tables())
    assert [column.name for column in select.columns] == ["item", "value_1", "value_2", "value_3"]
    assert [read.alias for read in select.reads[:2]] == ["x", "y"]
    assert [one.column.name for one in update.rows.assignments] == ["n", "id", "Mixed"]


def test_returning_reads_what_was_written() -> None:
    delete = plan("DELETE FROM t WHERE n > 3 RETURNING *, n + 1 AS more")
    assert delete.returning is not None
    select = plan_select(delete.returning, Tables())
    assert [column.name for column in select.columns] == ["id", "n", "Mixed", "document", "more"]
    assert [(read.feed, read.given) for read in select.reads] == [("written", True)]


def test_a_select_over_what_its_with_writes_reads_the_written_rows() -> None:
    statement = parse_one("WITH d AS (DELETE FROM t RETURNING id) SELECT count(*) FROM d")
    assert isinstance(statement, SelectStatement)
    assert writes_in_with(statement)
    whole = plan_write(statement, Tables())
    (before,) = whole.before
    assert (before.verb, before.written) == (Verb.DELETE, "written_1")
    assert isinstance(whole.main, SelectStatement)
    (read,) = plan_select(whole.main, Tables()).reads
    assert (read.feed, read.given) == ("written_1", True)


@pytest.mark.parametrize(
    ("text", "sqlstate", "told"),
    [
        ("INSERT INTO nowhere VALUES (1)", "42P01", 'relation "nowhere" does not exist'),
        ("INSERT INTO t (nope) VALUES (1)", "42703", 'column "nope" of relation "t" does not exist'),
        ("INSERT INTO t (id, id) VALUES (1, 2)", "42701", 'column "id" specified more than once'),
        ("INSERT INTO t (id) VALUES (1, 2)", "42601", "more expressions than target columns"),
        ("INSERT INTO t (id, n) VALUES (1)", "42601", "more target columns than expressions"),
        ("INSERT INTO t (id) VALUES (1), (2, 3)", "42601", "VALUES lists must all be the same length"),
        ("INSERT INTO t (n) VALUES ('x'::text), (1)", "42804", 'column "n" is of type bigint'),
        ("INSERT INTO t (id) VALUES ('a') ON CONFLICT (n) DO NOTHING", "42P10", "no unique or exclusion constraint"),
        ("INSERT INTO t (id) VALUES ('a') ON CONFLICT DO UPDATE SET n = 1", "42601", "requires inference"),
        ("INSERT INTO t (id) VALUES ('a') ON CONFLICT ON CONSTRAINT c DO NOTHING", "42704", 'constraint "c"'),
        ("UPDATE t SET t.n = 1", "42703", "does not exist"),
        ("UPDATE t SET n[1] = 1", "0A000", "element of an array"),
        ("UPDATE t SET (n, id) = (1, 2, 3)", "42601", "number of columns does not match"),
        ("DELETE FROM t USING t u WHERE t.id = u.id RETURNING *", "0A000", "RETURNING"),
        ("DELETE FROM t USING t u WHERE t.id = u.id RETURNING u.id", "0A000", "RETURNING"),
        ("DELETE FROM pgddb.last_commit", "0A000", "cannot change relation"),
    ],
)
def test_what_cannot_be_is_refused_by_name(text: str, sqlstate: str, told: str) -> None:
    with pytest.raises(SqlError, match=told.replace("(", "\\(")) as caught:
        program(text)
    assert caught.value.sqlstate == sqlstate
