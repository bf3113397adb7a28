"""A subquery that depends on the rows around it is joined, not run again for each of them."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pgddb.engine.faults import ColumnMisfit, translate

DEPENDENT = [
    "SELECT u.name FROM users u WHERE EXISTS (SELECT * FROM users v WHERE v.n = u.n)",
    "SELECT u.name FROM users u WHERE NOT EXISTS (SELECT 1 FROM (SELECT n FROM users) v WHERE v.n = u.n)",
    "SELECT u.name, (SELECT max(v.price) FROM users v WHERE v.n = u.n) FROM users u",
    "SELECT u.name FROM users u WHERE price IN (SELECT v.price FROM users v WHERE v.n = u.n)",
    "SELECT u.name, v.m FROM users u, LATERAL (SELECT max(price) AS m FROM users WHERE users.n = u.n) v",
    "SELECT u.name FROM users u WHERE EXISTS (SELECT 1 FROM users v JOIN users w ON w.n = u.n AND v.n = w.n)",
]


def explained(engine: duckdb.DuckDBPyConnection, text: str) -> str:
    rows = engine.execute(f"EXPLAIN (FORMAT json) {text}").fetchall()
    return str(rows[0][1])


def loaded(engine: duckdb.DuckDBPyConnection, made: Any, items: list[str]) -> str:
    for feed in made.sql.feeds:
        engine.register(feed, pa.table({"item": items}))
    return str(made.sql.render(()))


@pytest.mark.parametrize("sql", DEPENDENT)
def test_the_engine_joins(plan: Any, engine: duckdb.DuckDBPyConnection, sql: str) -> None:
    text = loaded(engine, plan(sql), ['{"UserId":{"S":"a"},"n":{"N":"1"}}'] * 3000)
    shown = explained(engine, text)
    assert "CROSS_PRODUCT" not in shown
    assert "BLOCKWISE_NL_JOIN" not in shown


def test_only_tables_of_dependent_queries_are_decoded_so(plan: Any) -> None:
    text = plan(DEPENDENT[0]).sql.render(())
    assert text.count("[NULL][CAST('pgddb.misfit|public|Users|") >= 1
    assert text.count("error('pgddb.misfit|public|Users|") >= 1
    assert "[NULL][" not in plan("SELECT name FROM users WHERE n IN (SELECT n FROM users)").sql.render(())
    assert "[NULL][" not in plan("SELECT name FROM (SELECT * FROM users) u WHERE n = 1").sql.render(())


def test_a_value_of_another_type_is_a_misfit_there_too(plan: Any, engine: duckdb.DuckDBPyConnection) -> None:
    item = json.dumps({"UserId": {"S": "a"}, "n": {"S": "it's no 'number'"}}, separators=(",", ":"))
    text = loaded(engine, plan(DEPENDENT[0]), [item])
    with pytest.raises(duckdb.Error) as raised:
        engine.execute(text).fetchall()
    found = translate(raised.value)
    assert isinstance(found, ColumnMisfit)
    assert found.text == 'public|Users|n|{"S":"it\'s no \'number\'"}'
