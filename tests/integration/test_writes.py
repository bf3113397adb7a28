"""Writes over a real DynamoDB Local, through the server, with psycopg; each known defect of others has a test."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg
import pytest

from tests.fakes.written_tables import KINDS, connect, dynamodb, kind, port, rows, session, stored, tables, tag

pytestmark = [pytest.mark.integration, pytest.mark.slow]

__all__ = ["dynamodb", "port", "session", "tables"]

Session = psycopg.AsyncConnection[Any]


# The write session of dynamodb_fdw's README


async def test_the_write_session_of_the_readme_runs_as_printed(session: Session, dynamodb: Any) -> None:
    assert await tag(session, "DELETE FROM fdwtest2\n   WHERE document->>'text' = 'hello 453';") == "DELETE 2"
    cursor = await session.execute(
        """INSERT INTO fdwtest2 (partition_key, sort_key, document)
   SELECT
     'key' || s,
     'key3' || s,
     json_build_object('text', 'hello ' || s, 'another-key', 'else')
   FROM generate_series(1, 2) s RETURNING partition_key, sort_key, document;"""
    )
    assert cursor.statusmessage == "INSERT 0 2"
    written = await cursor.fetchall()
    assert [row[:2] for row in written] == [("key1", "key31"), ("key2", "key32")]
    assert written[0][2] == {
        "partition_key": "key1",
        "sort_key": "key31",
        "text": "hello 1",
        "another-key": "else",
    }
    assert stored(dynamodb, "fdwtest2", partition_key={"S": "key2"}, sort_key={"S": "key32"}) == {
        "partition_key": {"S": "key2"},
        "sort_key": {"S": "key32"},
        "text": {"S": "hello 2"},
        "another-key": {"S": "else"},
    }


# Defects of others


async def test_an_existing_item_is_never_replaced_in_silence(session: Session, dynamodb: Any) -> None:
    before = kind(dynamodb, "k0")
    with pytest.raises(psycopg.errors.UniqueViolation) as caught:
        await session.execute("INSERT INTO kinds (id, n) VALUES ('k0', 5)")
    assert caught.value.diag.message_detail == "Key (id)=(k0) already exists."
    assert await tag(session, "INSERT INTO kinds (id, n) VALUES ('k0', 5) ON CONFLICT DO NOTHING") == "INSERT 0 0"
    assert kind(dynamodb, "k0") == before


async def test_savepoints_are_honoured(session: Session, dynamodb: Any) -> None:
    async with session.transaction():
        await session.execute("INSERT INTO kinds (id) VALUES ('kept')")
        await session.execute("SAVEPOINT here")
        await session.execute("INSERT INTO kinds (id) VALUES ('dropped')")
        await session.execute("UPDATE kinds SET n = 99 WHERE id IN ('k0', 'kept')")
        await session.execute("ROLLBACK TO SAVEPOINT here")
        await session.execute("INSERT INTO kinds (id) VALUES ('later')")
    assert kind(dynamodb, "kept") == {"id": {"S": "kept"}}
    assert kind(dynamodb, "later") is not None
    assert kind(dynamodb, "dropped") is None
    assert (kind(dynamodb, "k0") or {})["n"] == {"N": "1"}


async def test_a_transaction_sees_its_own_writes_everywhere(session: Session, dynamodb: Any) -> None:
    await session.execute("BEGIN")
    await session.execute("INSERT INTO kinds (id, n) VALUES ('new', 7)")
    await session.execute("DELETE FROM kinds WHERE id = 'k0'")
    await session.execute("UPDATE kinds SET n = n + 10 WHERE id = 'k1'")
    assert await rows(session, "SELECT id, n FROM kinds ORDER BY id") == [("k1", 11), ("k2", 1), ("new", 7)]
    assert await rows(session, "SELECT count(*) FROM kinds") == [(3,)]
    assert await rows(session, "SELECT n FROM kinds WHERE id = 'new'") == [(7,)]
    assert await rows(session, "SELECT n FROM kinds WHERE id = 'k0'") == []
    assert await rows(session, "SELECT id FROM kinds WHERE n = 11") == [("k1",)]
    assert await rows(session, "SELECT id FROM kinds ORDER BY id LIMIT 1") == [("k1",)]
    joined = await rows(
        session, "SELECT a.id, b.id FROM kinds a JOIN kinds b ON a.n = b.n AND a.id <> b.id WHERE a.id = 'new'"
    )
    assert joined == []
    assert await tag(session, "DELETE FROM kinds WHERE id = 'new'") == "DELETE 1"
    assert await rows(session, "SELECT count(*) FROM kinds") == [(2,)]
    assert kind(dynamodb, "k0") is not None
    await session.execute("COMMIT")
    assert kind(dynamodb, "new") is None
    assert kind(dynamodb, "k0") is None
    assert (kind(dynamodb, "k1") or {})["n"] == {"N": "11"}


async def test_numbers_that_are_no_integers_are_accepted(session: Session, dynamodb: Any) -> None:
    await session.execute("""INSERT INTO kinds (id, document) VALUES ('f', '{"price": 1.5, "m": {"x": [0.10]}}')""")
    await session.execute("INSERT INTO kinds (id, n) VALUES ('g', 1.5), ('h', %s)", [Decimal("0.1")])
    assert kind(dynamodb, "f") == {
        "id": {"S": "f"},
        "price": {"N": "1.5"},
        "m": {"M": {"x": {"L": [{"N": "0.1"}]}}},
    }
    assert (kind(dynamodb, "g") or {})["n"] == {"N": "1.5"}
    assert (kind(dynamodb, "h") or {})["n"] == {"N": "0.1"}


async def test_what_is_read_and_written_back_keeps_every_kind(session: Session, dynamodb: Any) -> None:
    await session.execute("INSERT INTO kinds (id, document) SELECT 'copy', document FROM kinds WHERE id = 'k0'")
    assert kind(dynamodb, "copy") == {"id": {"S": "copy"}, **KINDS}
    await session.execute("UPDATE kinds SET document = document, tags = tags, map = map, raw = raw WHERE id = 'k1'")
    assert kind(dynamodb, "k1") == {"id": {"S": "k1"}, **KINDS}


@pytest.mark.parametrize(
    "document",
    [
        "document || '{\"more\": 1}'",
        "jsonb_set(document, '{more}', '1')",
        "(document::text)::jsonb || jsonb_build_object('more', 1)",
        "CASE WHEN n = 1 THEN k.document || '{\"more\": 1}' ELSE '{}' END",
    ],
)
async def test_an_item_that_is_copied_with_a_change_keeps_every_kind(
    session: Session, dynamodb: Any, document: str
) -> None:
    text = f"INSERT INTO kinds (id, document) SELECT 'copy', {document} FROM kinds k WHERE id = 'k0' RETURNING id"
    assert await rows(session, text) == [("copy",)]
    assert kind(dynamodb, "copy") == {"id": {"S": "copy"}, **KINDS, "more": {"N": "1"}}


async def test_columns_that_are_copied_keep_every_kind(session: Session, dynamodb: Any) -> None:
    dynamodb.put_item(TableName="kinds", Item={"id": {"S": "k3"}, "flag": {"N": "7"}, "n": {"S": "1"}})
    names = ["n", "tags", "sizes", "raw", "raws", "flag", "map", "list", "digits", "zero"]
    listed = ", ".join(names)
    await session.execute(f"INSERT INTO kinds (id, {listed}) SELECT 'copy of ' || id, {listed} FROM kinds")
    assert kind(dynamodb, "copy of k0") == {"id": {"S": "copy of k0"}, **{name: KINDS[name] for name in names}}
    assert kind(dynamodb, "copy of k3") == {"id": {"S": "copy of k3"}, "flag": {"N": "7"}, "n": {"S": "1"}}


async def test_items_that_are_handed_over_keep_every_kind(session: Session, dynamodb: Any) -> None:
    text = (
        "WITH gone AS (DELETE FROM kinds WHERE id = 'k0' RETURNING *)"
        " INSERT INTO kinds (id, document) SELECT 'new', document FROM gone"
    )
    assert await tag(session, text) == "INSERT 0 1"
    assert kind(dynamodb, "new") == {"id": {"S": "new"}, **KINDS}


async def test_sets_and_binary_keep_their_kind_when_they_change(session: Session, dynamodb: Any) -> None:
    await session.execute(
        "UPDATE kinds SET tags = ARRAY['c', 'd'], sizes = ARRAY[3.5], raw = '\\x0102',"
        """ document = jsonb_set(document, '{map,set}', '["r", "s"]') WHERE id = 'k0'"""
    )
    item = kind(dynamodb, "k0") or {}
    assert item["tags"] == {"SS": ["c", "d"]}
    assert item["sizes"] == {"NS": ["3.5"]}
    assert item["raw"] == {"B": b"\x01\x02"}
    assert item["map"]["M"]["set"] == {"SS": ["r", "s"]}
    assert item["map"]["M"]["raw"] == {"B": b"\x01"}


async def test_unnamed_columns_add_nothing(session: Session, dynamodb: Any) -> None:
    await session.execute(
        "INSERT INTO fdwtest2 (partition_key, sort_key, document) VALUES ('p', 's',"
        """ '{"gsi_partition_key": "g", "gsi_sort_key": "h"}')"""
    )
    assert stored(dynamodb, "fdwtest2", partition_key={"S": "p"}, sort_key={"S": "s"}) == {
        "partition_key": {"S": "p"},
        "sort_key": {"S": "s"},
        "gsi_partition_key": {"S": "g"},
        "gsi_sort_key": {"S": "h"},
    }


async def test_number_and_binary_keys_keep_their_type(session: Session, dynamodb: Any) -> None:
    await session.execute("INSERT INTO numbered (id, document) VALUES (5, '{}'), ('7.50', '{}')")
    assert stored(dynamodb, "numbered", id={"N": "5"}) is not None
    assert await rows(session, "SELECT id FROM numbered WHERE id = 7.5") == [(Decimal("7.5"),)]
    await session.execute('INSERT INTO "binary" (id) VALUES (%s)', [b"\x00\xfe"])
    assert stored(dynamodb, "binary", id={"B": b"\x00\xfe"}) is not None
    assert await tag(session, "DELETE FROM \"binary\" WHERE id = '\\x00fe'") == "DELETE 1"
    with pytest.raises(psycopg.errors.UniqueViolation):
        await session.execute("INSERT INTO numbered (id) VALUES (7.500)")


@pytest.mark.parametrize("document", ["[1]", "1", '"x"'])
async def test_a_document_must_be_an_object(session: Session, document: str) -> None:
    with pytest.raises(psycopg.errors.DataException, match="a document must be a JSON object"):
        await session.execute("INSERT INTO kinds (id, document) VALUES ('x', %s)", [document])


async def test_a_failing_statement_aborts_the_block_and_writes_nothing(session: Session, dynamodb: Any) -> None:
    await session.execute("BEGIN")
    for number in range(60):
        await session.execute("INSERT INTO kinds (id) VALUES (%s)", [f"many{number}"])
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        await session.execute("INSERT INTO kinds (id, n) VALUES ('last', 'no number')")
    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        await session.execute("SELECT 1")
    assert await tag(session, "COMMIT") == "ROLLBACK"
    assert await rows(session, "SELECT count(*) FROM kinds") == [(3,)]


async def test_a_commit_of_up_to_100_items_is_all_or_nothing(session: Session, port: int, dynamodb: Any) -> None:
    await session.execute("SET pgddb.insert_mode = 'strict'")
    await session.execute("BEGIN")
    for number in range(40):
        await session.execute("INSERT INTO kinds (id) VALUES (%s)", [f"many{number}"])
    dynamodb.put_item(TableName="kinds", Item={"id": {"S": "many30"}, "by": {"S": "another"}})
    with pytest.raises(psycopg.errors.UniqueViolation, match="kinds"):
        await session.execute("COMMIT")
    assert dynamodb.scan(TableName="kinds", Select="COUNT")["Count"] == 4
    assert (kind(dynamodb, "many30") or {})["by"] == {"S": "another"}
    assert await rows(session, "SELECT 1") == [(1,)]


# UPDATE


async def test_an_update_changes_the_paths_that_it_names_and_no_others(session: Session, dynamodb: Any) -> None:
    await session.execute("BEGIN")
    await session.execute("UPDATE kinds SET n = n * 2 + 1, document = jsonb_set(document, '{map,x}', '9')"
                          " WHERE id = 'k0'")  # fmt: skip
    dynamodb.update_item(
        TableName="kinds",
        Key={"id": {"S": "k0"}},
        UpdateExpression="SET flag = :f",
        ExpressionAttributeValues={":f": {"BOOL": False}},
    )
    await session.execute("COMMIT")
    expected = {"id": {"S": "k0"}, **KINDS, "n": {"N": "3"}, "flag": {"BOOL": False}}
    expected["map"] = {"M": {**KINDS["map"]["M"], "x": {"N": "9"}}}
    assert kind(dynamodb, "k0") == expected


async def test_two_updates_of_one_item_never_lose_one(session: Session, port: int, dynamodb: Any) -> None:
    other = await connect(port)
    await session.execute("BEGIN")
    await session.execute("UPDATE kinds SET n = n + 1 WHERE id = 'k0'")
    await other.execute("UPDATE kinds SET n = n + 1 WHERE id = 'k0'")
    with pytest.raises(psycopg.errors.SerializationFailure):
        await session.execute("COMMIT")
    await other.close()
    assert (kind(dynamodb, "k0") or {})["n"] == {"N": "2"}


async def test_an_update_of_the_key_moves_the_item(session: Session, dynamodb: Any) -> None:
    assert await rows(session, "UPDATE kinds SET id = 'moved', n = 8 WHERE id = 'k0' RETURNING id, n") == [("moved", 8)]
    assert kind(dynamodb, "k0") is None
    assert kind(dynamodb, "moved") == {"id": {"S": "moved"}, **KINDS, "n": {"N": "8"}}
    with pytest.raises(psycopg.errors.UniqueViolation):
        await session.execute("UPDATE kinds SET id = 'k1' WHERE id = 'k2'")
    swap = "UPDATE kinds SET id = CASE id WHEN 'k1' THEN 'k2' ELSE 'k1' END, n = 5 WHERE id IN ('k1', 'k2')"
    assert await tag(session, swap) == "UPDATE 2"
    assert (kind(dynamodb, "k1") or {})["n"] == {"N": "5"}


async def test_updates_take_values_from_other_tables(session: Session, dynamodb: Any) -> None:
    text = (
        "UPDATE kinds SET n = (SELECT count(*) FROM fdwtest2),"
        " document = kinds.document || jsonb_build_object('t', f.text)"
        " FROM fdwtest2 f WHERE f.partition_key = 'key' || (kinds.n + 452) AND kinds.id = 'k0'"
    )
    assert await tag(session, text) == "UPDATE 1"
    item = kind(dynamodb, "k0") or {}
    assert item["n"] == {"N": "4"}
    assert item["t"] == {"S": "hello 453"}


async def test_null_removes_an_attribute(session: Session, dynamodb: Any) -> None:
    await session.execute("UPDATE kinds SET n = NULL, (flag, tags) = (NULL, DEFAULT) WHERE id = 'k0'")
    assert {"n", "flag", "tags"}.isdisjoint(kind(dynamodb, "k0") or {})
    with pytest.raises(psycopg.errors.NotNullViolation):
        await session.execute("UPDATE kinds SET id = NULL WHERE id = 'k1'")


async def test_conflicts_update_with_what_was_proposed(session: Session, dynamodb: Any) -> None:
    text = (
        "INSERT INTO kinds AS k (id, n) VALUES ('k0', 10), ('new', 20)"
        " ON CONFLICT (id) DO UPDATE SET n = k.n + EXCLUDED.n WHERE k.flag RETURNING id, n"
    )
    assert sorted(await rows(session, text)) == [("k0", 11), ("new", 20)]
    assert kind(dynamodb, "k0") == {"id": {"S": "k0"}, **KINDS, "n": {"N": "11"}}
    with pytest.raises(psycopg.errors.CardinalityViolation):
        await session.execute("INSERT INTO kinds (id) VALUES ('k0'), ('k0') ON CONFLICT (id) DO UPDATE SET n = 1")
    with pytest.raises(psycopg.errors.InvalidColumnReference):
        await session.execute("INSERT INTO kinds (id) VALUES ('k0') ON CONFLICT (n) DO NOTHING")


async def test_overwriting_is_asked_for(session: Session, dynamodb: Any) -> None:
    await session.execute("SET pgddb.insert_mode = 'overwrite'")
    await session.execute("INSERT INTO kinds (id, n) VALUES ('k0', 1), ('k0', 2)")
    assert kind(dynamodb, "k0") == {"id": {"S": "k0"}, "n": {"N": "2"}}


# DELETE, prepared statements, refusals


async def test_deletes_join_other_tables(session: Session, dynamodb: Any) -> None:
    await session.execute("INSERT INTO kinds (id) VALUES ('key453'), ('key9')")
    text = "DELETE FROM kinds k USING fdwtest2 f WHERE k.id = f.partition_key RETURNING k.id"
    assert await rows(session, text) == [("key453",)]
    assert kind(dynamodb, "key9") is not None


async def test_many_prepared_inserts_travel_together(session: Session, dynamodb: Any) -> None:
    cursor = session.cursor()
    await cursor.executemany("INSERT INTO numbered (id, document) VALUES (%s, %s)", [(n, "{}") for n in range(60)])
    assert dynamodb.scan(TableName="numbered", Select="COUNT")["Count"] == 60


async def test_read_only_transactions_write_nothing(session: Session) -> None:
    await session.execute("BEGIN READ ONLY")
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        await session.execute("DELETE FROM kinds")
    await session.execute("ROLLBACK")


async def test_a_transaction_that_costs_too_much_is_refused(session: Session, dynamodb: Any) -> None:
    await session.execute("SET pgddb.max_write_cost = 0.000001")
    await session.execute("DELETE FROM kinds WHERE id = 'k0'")
    with pytest.raises(psycopg.errors.ConfigurationLimitExceeded, match="max_write_cost"):
        await session.execute("DELETE FROM kinds")
    assert dynamodb.scan(TableName="kinds", Select="COUNT")["Count"] == 2


async def test_the_bill_of_the_writes_comes_as_a_notice(session: Session) -> None:
    told: list[str] = []
    session.add_notice_handler(lambda diagnostic: told.append(diagnostic.message_primary or ""))
    await session.execute("DELETE FROM kinds WHERE id = 'k0'")
    assert told[-1] == "pgddb: 1 request, 1 item written, 1 write unit, $0.000000625"
