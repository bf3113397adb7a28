"""Statements that write in WITH, MERGE, and commits that break, over DynamoDB Local."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from pgddb.access.statistics import ReadStatistics
from pgddb.session.statement_log import StatementTimer
from tests.fakes.written_tables import KINDS, dynamodb, kind, port, rows, session, tables, tag

pytestmark = [pytest.mark.integration, pytest.mark.slow]

__all__ = ["dynamodb", "port", "session", "tables"]

Session = psycopg.AsyncConnection[Any]


async def test_rows_move_from_one_table_to_another(session: Session, dynamodb: Any) -> None:
    text = (
        "WITH gone AS (DELETE FROM fdwtest2 WHERE text = 'hello 453' RETURNING *)"
        " INSERT INTO kinds (id, document) SELECT sort_key, document FROM gone RETURNING id"
    )
    assert sorted(await rows(session, text)) == [("key2453",), ("key453",)]
    assert (kind(dynamodb, "key453") or {})["text"] == {"S": "hello 453"}
    assert await rows(session, "SELECT count(*) FROM fdwtest2") == [(2,)]


async def test_a_select_reads_what_its_with_has_written(session: Session, dynamodb: Any) -> None:
    text = (
        "WITH old AS (SELECT id, n FROM kinds), changed AS (UPDATE kinds SET n = n + %s RETURNING id, n)"
        " SELECT old.id, old.n, changed.n, (SELECT sum(n) FROM kinds) FROM old JOIN changed ON old.id = changed.id"
        " WHERE old.id = %s"
    )
    assert await rows(session, text, 5, "k1") == [("k1", 1, 6, 3)]
    assert (kind(dynamodb, "k2") or {})["n"] == {"N": "6"}
    assert await tag(session, "WITH d AS (DELETE FROM kinds WHERE id = 'k0') SELECT 1") == "SELECT 1"
    assert kind(dynamodb, "k0") is None


async def test_merge_updates_deletes_and_inserts(session: Session, dynamodb: Any) -> None:
    text = (
        "MERGE INTO kinds k USING (VALUES ('k0', 10), ('k1', 20), ('k2', 30), ('new', 40), ('skip', 50)) s(id, n)"
        " ON k.id = s.id"
        " WHEN MATCHED AND s.n = 20 THEN DELETE"
        " WHEN MATCHED AND s.n = 30 THEN DO NOTHING"
        " WHEN MATCHED THEN UPDATE SET n = k.n + s.n, flag = NOT k.flag"
        " WHEN NOT MATCHED AND s.id <> 'skip' THEN INSERT (id, n, document) VALUES (s.id, s.n, '{\"by\": \"merge\"}')"
    )
    assert await tag(session, text) == "MERGE 3"
    assert kind(dynamodb, "k0") == {"id": {"S": "k0"}, **KINDS, "n": {"N": "11"}, "flag": {"BOOL": False}}
    assert kind(dynamodb, "k1") is None
    assert (kind(dynamodb, "k2") or {})["n"] == {"N": "1"}
    assert kind(dynamodb, "new") == {"id": {"S": "new"}, "n": {"N": "40"}, "by": {"S": "merge"}}
    assert kind(dynamodb, "skip") is None


async def test_merge_changes_no_item_twice(session: Session, dynamodb: Any) -> None:
    text = (
        "MERGE INTO kinds k USING (VALUES ('k0', 1), ('k0', 2)) s(id, n) ON k.id = s.id"
        " WHEN MATCHED THEN UPDATE SET n = s.n"
    )
    with pytest.raises(psycopg.errors.CardinalityViolation):
        await session.execute(text)
    assert (kind(dynamodb, "k0") or {})["n"] == {"N": "1"}


async def test_a_broken_commit_leaves_its_keys_in_a_relation(session: Session, dynamodb: Any) -> None:
    await session.execute("SET pgddb.insert_mode = 'strict'; SET pgddb.write_mode = 'batch'")
    await session.execute("BEGIN")
    for number in range(5):
        await session.execute("INSERT INTO kinds (id) VALUES (%s)", [f"many{number}"])
    dynamodb.put_item(TableName="kinds", Item={"id": {"S": "many3"}, "by": {"S": "another"}})
    with pytest.raises(psycopg.Error, match="written"):
        await session.execute("COMMIT")
    left = await rows(session, "SELECT table_name, operation, key->>'id', fate FROM pgddb.last_commit ORDER BY 3")
    assert ("kinds", "put", "many3", "unwritten") in left
    there = {item["id"]["S"] for item in dynamodb.scan(TableName="kinds")["Items"]}
    assert there == {"k0", "k1", "k2", "many3"} | ({f"many{n}" for n in range(5)} - {row[2] for row in left})
    with pytest.raises(psycopg.errors.FeatureNotSupported):
        await session.execute("DELETE FROM pgddb.last_commit")


async def test_explain_tells_what_a_write_will_cost(session: Session, dynamodb: Any) -> None:
    lines = [line for (line,) in await rows(session, "EXPLAIN DELETE FROM kinds WHERE id = 'k0'")]
    assert lines[0].startswith("Delete on kinds")
    assert any(line.startswith("Estimated Writes: 1 item, 1 write unit") for line in lines)
    lines = [line for (line,) in await rows(session, "EXPLAIN INSERT INTO kinds (id) VALUES ('a'), ('b')")]
    assert "Key Check: about 2 keys in 1 request" in lines
    assert kind(dynamodb, "k0") is not None
    lines = [line for (line,) in await rows(session, "EXPLAIN ANALYZE DELETE FROM kinds WHERE id = 'k0'")]
    assert "Rows Affected: 1" in lines
    assert kind(dynamodb, "k0") is None


async def test_explain_tells_what_with_writes_and_analyze_what_it_took(session: Session, dynamodb: Any) -> None:
    text = "WITH gone AS (DELETE FROM kinds WHERE n = 1 RETURNING id) SELECT count(*) FROM gone"
    lines = [line for (line,) in await rows(session, f"EXPLAIN {text}")]
    place = lines.index("  CTE gone")
    assert lines[place + 1].startswith("    ->  Delete on kinds")
    assert any(line.strip().startswith("Estimated Writes:") for line in lines)
    assert kind(dynamodb, "k0") is not None
    lines = [line for (line,) in await rows(session, f"EXPLAIN ANALYZE {text}")]
    assert any("Consumed:" in line and "3 items scanned" in line for line in lines)
    assert "Rows Affected: 3" in lines
    assert any(line.startswith("Writes: 3 items,") and line.endswith(", 3 requests") for line in lines)
    assert dynamodb.scan(TableName="kinds", Select="COUNT")["Count"] == 0


async def test_the_log_says_what_finding_the_rows_took(
    session: Session, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[tuple[str, float]] = []

    def note(_timer: StatementTimer, _state: Any, tag: str, *, rows: int, statistics: ReadStatistics) -> None:
        logged.append((tag, statistics.read_units))

    monkeypatch.setattr(StatementTimer, "done", note)
    await session.execute("DELETE FROM kinds WHERE id = 'k0'")
    assert logged == [("DELETE 1", 1.0)]
