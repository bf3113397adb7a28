"""EXPLAIN reaches the executor with the values of its statement, and its lines come as rows."""

from __future__ import annotations

import pytest

from tests.fakes.sessions import RawClient


async def test_a_plan_is_one_column_of_text(client: RawClient) -> None:
    answer = await client.query("EXPLAIN SELECT 7")
    assert answer.names == ["RowDescription", "DataRow", "DataRow", "CommandComplete", "ReadyForQuery"]
    assert answer.rows == [("Plan of SELECT 7",), ("  Values: []",)]
    assert answer.tags == ["EXPLAIN"]


async def test_execute_and_cursors_are_explained_by_their_query(client: RawClient) -> None:
    await client.query("PREPARE q AS SELECT 8")
    answer = await client.query("EXPLAIN EXECUTE q")
    assert answer.rows[0] == ("Plan of SELECT 8",)
    answer = await client.query("EXPLAIN DECLARE c CURSOR FOR SELECT 7")
    assert answer.rows[0] == ("Plan of SELECT 7",)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("EXPLAIN EXECUTE nothing", 'ERROR 26000 prepared statement "nothing" does not exist'),
        ("EXPLAIN SELECT * FROM missing", 'ERROR 42P01 relation "missing" does not exist'),
    ],
)
async def test_what_is_wrong_is_said_before_any_row(client: RawClient, text: str, error: str) -> None:
    answer = await client.query(text)
    assert answer.errors == [error]
    assert answer.rows == []
