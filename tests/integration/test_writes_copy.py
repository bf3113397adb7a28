"""COPY FROM STDIN and TRUNCATE over DynamoDB Local."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.fakes.written_tables import dynamodb, kind, port, rows, session, tables, tag

pytestmark = [pytest.mark.integration, pytest.mark.slow]

__all__ = ["dynamodb", "port", "session", "tables"]

Session = psycopg.AsyncConnection[Any]


async def copy(session: Session, text: str, *pieces: bytes | str) -> int:
    cursor = session.cursor()
    async with cursor.copy(text) as stream:
        for piece in pieces:
            await stream.write(piece)
    return cursor.rowcount


def count(dynamodb: Any, table: str) -> int:
    found: int = dynamodb.scan(TableName=table, Select="COUNT")["Count"]
    return found


async def test_text_rows_are_copied(session: Session, dynamodb: Any) -> None:
    text = 'a\t1.5\t{"x": [1, "y"]}\nb\\tc\t\\N\t{}\nd\\\\\\x41\\u\t-7\t\\N\n\\.\nignored\n'
    assert await copy(session, "COPY kinds (id, n, document) FROM STDIN", text[:9], text[9:]) == 3
    assert kind(dynamodb, "a") == {
        "id": {"S": "a"},
        "n": {"N": "1.5"},
        "x": {"L": [{"N": "1"}, {"S": "y"}]},
    }
    assert kind(dynamodb, "b\tc") == {"id": {"S": "b\tc"}}
    assert (kind(dynamodb, "d\\Au") or {})["n"] == {"N": "-7"}


async def test_csv_with_a_header_is_copied(session: Session, dynamodb: Any) -> None:
    text = 'id,tags,flag\r\n"x,""1""","{p,q}",t\r\n"two\nlines",,\r\n'
    assert await copy(session, "COPY kinds (id, tags, flag) FROM STDIN (FORMAT csv, HEADER)", text) == 2
    assert kind(dynamodb, 'x,"1"') == {
        "id": {"S": 'x,"1"'},
        "tags": {"SS": ["p", "q"]},
        "flag": {"BOOL": True},
    }
    assert kind(dynamodb, "two\nlines") == {"id": {"S": "two\nlines"}}
    with pytest.raises(psycopg.errors.BadCopyFileFormat, match="column name mismatch"):
        await copy(session, "COPY kinds (id, n) FROM STDIN (FORMAT csv, HEADER match)", "id,m\nq,1\n")


async def test_binary_rows_are_copied(session: Session, dynamodb: Any) -> None:
    cursor = session.cursor()
    async with cursor.copy("COPY kinds (id, n, raw) FROM STDIN (FORMAT binary)") as stream:
        stream.set_types(["text", "int8", "bytea"])
        for number in range(30):
            await stream.write_row((f"b{number}", number, bytes([number])))
    assert count(dynamodb, "kinds") == 33
    assert kind(dynamodb, "b7") == {"id": {"S": "b7"}, "n": {"N": "7"}, "raw": {"B": b"\x07"}}


async def test_an_error_names_its_line_and_writes_nothing(session: Session, dynamodb: Any) -> None:
    with pytest.raises(psycopg.errors.InvalidTextRepresentation) as caught:
        await copy(session, "COPY kinds (id, n) FROM STDIN", "a\t1\nb\tx\n")
    assert caught.value.diag.context == 'COPY kinds, line 2, column n: "x"'
    for wrong, told in (("a\n", 'missing data for column "n"'), ("a\t1\t2\n", "extra data after last")):
        with pytest.raises(psycopg.errors.BadCopyFileFormat, match=told):
            await copy(session, "COPY kinds (id, n) FROM STDIN", wrong)
    with pytest.raises(psycopg.errors.UniqueViolation) as taken:
        await copy(session, "COPY kinds (id, n) FROM STDIN", "new\t1\nk0\t1\n")
    assert taken.value.diag.context == "COPY kinds, line 2"
    with pytest.raises(psycopg.errors.UniqueViolation):
        await copy(session, "COPY kinds (id, n) FROM STDIN", "twice\t1\ntwice\t1\n")
    assert count(dynamodb, "kinds") == 3


async def test_a_copy_in_a_block_belongs_to_it(session: Session, dynamodb: Any) -> None:
    await session.execute("BEGIN")
    await copy(session, "COPY kinds (id, n) FROM STDIN", "a\t1\nb\t2\n")
    assert await rows(session, "SELECT n FROM kinds WHERE id = 'b'") == [(2,)]
    await session.execute("ROLLBACK")
    assert count(dynamodb, "kinds") == 3


async def test_a_client_may_give_up(session: Session, dynamodb: Any) -> None:
    async def give_up() -> None:
        async with session.cursor().copy("COPY kinds (id) FROM STDIN") as stream:
            await stream.write("a\n")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await give_up()
    assert count(dynamodb, "kinds") == 3
    assert await rows(session, "SELECT 1") == [(1,)]


async def test_thousands_of_rows_are_written_in_batches(session: Session, dynamodb: Any) -> None:
    lines = "".join(f"{number}\t{{}}\n" for number in range(3000))
    assert await copy(session, "COPY numbered (id, document) FROM STDIN", lines) == 3000
    assert count(dynamodb, "numbered") == 3000


async def test_what_a_block_keeps_in_memory_has_a_limit(session: Session, dynamodb: Any) -> None:
    lines = "".join(f"{number}\t{{}}\n" for number in range(1500))
    await session.execute("SET pgddb.max_transaction_mb = 1")
    await session.execute("BEGIN")
    with pytest.raises(psycopg.errors.ConfigurationLimitExceeded, match="more than 1 MB of writes"):
        await copy(session, "COPY numbered (id, document) FROM STDIN", lines)
    await session.execute("ROLLBACK")
    assert await copy(session, "COPY numbered (id, document) FROM STDIN", lines) == 1500
    with pytest.raises(psycopg.errors.ConfigurationLimitExceeded, match="more than 1 MB of writes"):
        await session.execute("UPDATE numbered SET document = jsonb_set(document, '{a}', '1')")
    with pytest.raises(psycopg.errors.ConfigurationLimitExceeded, match="more than 1 MB of writes"):
        await session.execute("INSERT INTO numbered (id) SELECT 2000 + g FROM generate_series(1, 1500) g")
    assert count(dynamodb, "numbered") == 1500


async def test_a_copy_that_may_not_be_is_refused_while_it_runs(session: Session, dynamodb: Any) -> None:
    lines = "".join(f"{number}\t{{}}\n" for number in range(500))
    await session.execute("SET pgddb.write_mode = 'atomic'")
    with pytest.raises(psycopg.errors.ProgramLimitExceeded, match="cannot be atomic"):
        await copy(session, "COPY numbered (id, document) FROM STDIN", lines)
    await session.execute("SET pgddb.write_mode = 'auto'; SET pgddb.max_write_cost = 0.0001")
    with pytest.raises(psycopg.errors.ConfigurationLimitExceeded, match="max_write_cost"):
        await copy(session, "COPY numbered (id, document) FROM STDIN", lines)
    assert count(dynamodb, "numbered") == 0
    assert await copy(session, "COPY numbered (id, document) FROM STDIN", lines[: lines.index("100")]) == 100
    assert count(dynamodb, "numbered") == 100


async def test_a_long_copy_tells_how_far_it_is(
    session: Session, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgddb.execution.dml_copy.PROGRESS_SECONDS", 0.0)
    told: list[str] = []
    session.add_notice_handler(lambda diagnostic: told.append(diagnostic.message_primary or ""))
    lines = "".join(f"{number}\t{{}}\n" for number in range(500))
    await copy(session, "COPY numbered (id, document) FROM STDIN", lines)
    assert any(message.endswith(" of 500 items written") for message in told)


async def test_truncate_must_be_allowed(session: Session, dynamodb: Any) -> None:
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="TRUNCATE"):
        await session.execute("TRUNCATE kinds")
    await session.execute("SET pgddb.allow_truncate = on")
    assert await tag(session, 'TRUNCATE TABLE "kinds", public.fdwtest2 CONTINUE IDENTITY') == "TRUNCATE TABLE"
    assert count(dynamodb, "kinds") == count(dynamodb, "fdwtest2") == 0
