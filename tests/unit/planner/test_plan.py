"""A plan says what to fetch of each table, and reads each feed once."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.access.predicate import Constant, Parameter


def test_every_reference_has_its_own_feed(plan: Any) -> None:
    made = plan("SELECT a.name FROM users a JOIN users b ON a.n = b.n")
    assert [(read.feed, read.alias) for read in made.reads] == [("feed_1", "a"), ("feed_2", "b")]
    assert made.sql.feeds == ("feed_1", "feed_2")


def test_only_the_attributes_that_are_used_are_fetched(plan: Any) -> None:
    (read,) = plan("SELECT name FROM users WHERE ok ORDER BY n").reads
    assert sorted(read.projection or ()) == [("Name",), ("n",), ("ok",)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT s.name FROM (SELECT * FROM users) s",
        "WITH s AS (SELECT * FROM users) SELECT name FROM s",
        "SELECT q.name FROM (SELECT * FROM (SELECT * FROM users) s) q",
    ],
)
def test_unused_columns_of_a_derived_table_are_not_fetched(plan: Any, sql: str) -> None:
    assert plan(sql).reads[0].projection == (("Name",),)


@pytest.mark.parametrize(
    ("sql", "fetched"),
    [
        ("SELECT 1 FROM users u WHERE EXISTS (SELECT * FROM users v WHERE v.n = u.n)", (("n",),)),
        ("SELECT 1 WHERE EXISTS (SELECT name, price FROM users WHERE ok)", (("ok",),)),
        ("SELECT 1 WHERE EXISTS (SELECT name FROM users ORDER BY 1)", (("Name",),)),
        ("SELECT 1 WHERE EXISTS (SELECT max(n) FROM users WHERE ok HAVING max(n) > 1)", (("n",), ("ok",))),
    ],
)
def test_whether_there_is_a_row_needs_no_outputs(plan: Any, sql: str, fetched: tuple[tuple[str], ...]) -> None:
    assert sorted(plan(sql).reads[-1].projection) == sorted(fetched)


def test_all_columns_are_fetched_for_a_whole_row(plan: Any) -> None:
    assert plan("SELECT u FROM users u").reads[0].projection is None


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("WITH c AS (SELECT n FROM users) SELECT c.n FROM c, c d WHERE c.n = d.n ORDER BY 1", [(1,), (2,)]),
        ("WITH c AS NOT MATERIALIZED (SELECT n FROM users) SELECT count(*) FROM c, c d", [(4,)]),
        (
            "WITH RECURSIVE r AS (SELECT n FROM users WHERE n = 1"
            " UNION ALL SELECT u.n FROM users u JOIN r ON u.n = r.n + 1) SELECT n FROM r ORDER BY n",
            [(1,), (2,)],
        ),
        (
            "WITH RECURSIVE c AS (SELECT n FROM users), r AS (SELECT n FROM c WHERE n = 1"
            " UNION ALL SELECT c.n FROM c JOIN r ON c.n = r.n + 1) SELECT n FROM r ORDER BY n",
            [(1,), (2,)],
        ),
        ("SELECT n FROM users u WHERE n IN (SELECT v.n FROM users v WHERE v.name = u.name) ORDER BY n", [(1,), (2,)]),
        ("SELECT count(DISTINCT n), count(DISTINCT name) FROM users", [(2, 2)]),
        ("SELECT n, count(*) FROM users GROUP BY ROLLUP (n) ORDER BY n", [(1, 1), (2, 1), (None, 2)]),
    ],
)
def test_a_feed_that_can_be_read_once_is_enough(run: Any, sql: str, rows: list[tuple[Any, ...]]) -> None:
    assert run(sql).rows == rows


def test_a_limit_reaches_the_read_through_derived_tables_that_only_choose_columns(plan: Any) -> None:
    inner = "SELECT name AS s FROM users WHERE name = 'a'"
    sql = f"SELECT t AS u FROM (SELECT upper(s) AS t FROM ({inner}) x) y LIMIT 10"
    (read,) = plan(sql).reads
    assert (read.complete, read.limit, read.order) == (True, Constant(10), ())


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT s FROM (SELECT name AS s FROM users) x WHERE s > 'a' LIMIT 10",
        "SELECT s FROM (SELECT name AS s FROM users) x ORDER BY s LIMIT 10",
        "SELECT s FROM (SELECT name AS s FROM users ORDER BY 1) x LIMIT 10",
        "SELECT s FROM (SELECT name AS s FROM users LIMIT 20) x LIMIT 10",
        "SELECT s FROM (SELECT name AS s FROM users OFFSET 5) x LIMIT 10",
        "SELECT s FROM (SELECT DISTINCT name AS s FROM users) x LIMIT 10",
        "SELECT s FROM (SELECT name AS s FROM users GROUP BY 1) x LIMIT 10",
        "SELECT count(s) FROM (SELECT name AS s FROM users) x LIMIT 10",
        "SELECT DISTINCT s FROM (SELECT name AS s FROM users) x LIMIT 10",
        "SELECT s FROM (SELECT count(*) AS s FROM users) x LIMIT 10",
        "SELECT s FROM (SELECT name AS s FROM users) x, generate_series(1, 2) LIMIT 10",
        "SELECT s, generate_series(1, 2) FROM (SELECT name AS s FROM users) x LIMIT 10",
        "SELECT s FROM (SELECT t FROM (SELECT name AS t FROM users) x WHERE t > 'a') y (s) LIMIT 10",
    ],
)
def test_a_limit_stays_outside_of_derived_tables_that_choose_rows(plan: Any, sql: str) -> None:
    assert all(read.limit is None for read in plan(sql).reads)


def test_a_limit_reaches_the_read_when_rows_pass_one_by_one(plan: Any) -> None:
    (read,) = plan("SELECT name FROM users LIMIT 10 OFFSET $1").reads
    assert (read.complete, read.limit, read.offset) == (True, Constant(10), Parameter(1))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM users LIMIT 1",
        "SELECT DISTINCT name FROM users LIMIT 1",
        "SELECT bool_and(ok) FROM users LIMIT 1",
        "SELECT name FROM users GROUP BY name LIMIT 1",
        "SELECT name FROM users WHERE upper(name) = 'A' LIMIT 1",
        "SELECT a.name FROM users a JOIN users b ON a.n = b.n LIMIT 1",
        "SELECT row_number() OVER () FROM users LIMIT 1",
        "SELECT name FROM users ORDER BY length(name) LIMIT 1",
    ],
)
def test_a_limit_stays_where_rows_are_dropped_or_made(plan: Any, sql: str) -> None:
    assert all(read.limit is None for read in plan(sql).reads)


def test_statements_without_tables_need_no_reads(run: Any) -> None:
    assert run("SELECT 1 AS a").rows == [(1,)]
    assert run("VALUES (1, 'x'), (2, 'y')").rows == [(1, "x"), (2, "y")]
