"""DECLARE, FETCH, MOVE, CLOSE, PREPARE, EXECUTE, DEALLOCATE, DISCARD."""

from __future__ import annotations

from pgddb.protocol.messages.extended_query import Describe, Sync, Target
from tests.fakes.sessions import Answer, RawClient, RunningServer


async def test_a_cursor_gives_its_rows_in_portions(client: RawClient, server: RunningServer) -> None:
    await client.query("BEGIN; DECLARE c NO SCROLL CURSOR FOR SELECT n FROM rows_10")
    first = await client.query("FETCH 3 FROM c")
    assert (first.rows, first.tags) == ([("0",), ("1",), ("2",)], ["FETCH 3"])
    assert (await client.query("MOVE 2 IN c")).tags == ["MOVE 2"]
    assert (await client.query("FETCH c")).rows == [("5",)]
    assert (await client.query("FETCH ALL FROM c")).tags == ["FETCH 4"]
    assert (await client.query("FETCH c")).tags == ["FETCH 0"]
    assert (await client.query("CLOSE c")).tags == ["CLOSE CURSOR"]
    assert server.engine.open_streams == 0


async def test_a_cursor_can_be_described_as_a_portal(client: RawClient) -> None:
    await client.query("BEGIN; DECLARE c CURSOR FOR SELECT n FROM rows_10")
    client.send(Describe(Target.PORTAL, "c"), Sync())
    assert Answer(await client.until_ready()).names == ["RowDescription", "ReadyForQuery"]


async def test_cursors_end_with_their_transaction_unless_held(client: RawClient, server: RunningServer) -> None:
    await client.query("BEGIN; DECLARE c CURSOR FOR SELECT n FROM rows_10; COMMIT")
    assert (await client.query("FETCH c")).errors == ['ERROR 34000 cursor "c" does not exist']
    await client.query("DECLARE h CURSOR WITH HOLD FOR SELECT n FROM rows_10")
    assert (await client.query("FETCH 2 FROM h")).rows == [("0",), ("1",)]
    await client.query("SELECT * FROM missing")
    assert (await client.query("FETCH 1 FROM h")).rows == [("2",)]
    await client.query("CLOSE ALL")
    assert server.engine.open_streams == 0


async def test_a_cursor_goes_forward_only(client: RawClient) -> None:
    await client.query("BEGIN; DECLARE c CURSOR FOR SELECT n FROM rows_10")
    assert (await client.query("FETCH BACKWARD 1 FROM c")).errors == ["ERROR 55000 cursor can only scan forward"]


async def test_prepare_execute_deallocate(client: RawClient, server: RunningServer) -> None:
    assert (await client.query("PREPARE p (int) AS SELECT $1")).tags == ["PREPARE"]
    assert (await client.query("EXECUTE p (41)")).tags == ["SELECT 1"]
    assert server.engine.starts[-1][1] == (0,)  # the fake's value of its argument query
    assert (await client.query("EXECUTE p")).errors == [
        'ERROR 42601 wrong number of parameters for prepared statement "p"'
    ]
    assert (await client.query("DEALLOCATE p")).tags == ["DEALLOCATE"]
    assert (await client.query("EXECUTE p (1)")).errors == ['ERROR 26000 prepared statement "p" does not exist']
    assert (await client.query("DEALLOCATE ALL")).tags == ["DEALLOCATE ALL"]


async def test_discard_all_forgets_everything(client: RawClient) -> None:
    await client.query("PREPARE p AS SELECT 1")
    await client.query("SET work_mem = '1MB'")
    assert (await client.query("DISCARD ALL")).tags == ["DISCARD ALL"]
    assert (await client.query("SHOW work_mem")).rows == [("4MB",)]
    assert (await client.query("EXECUTE p")).errors == ['ERROR 26000 prepared statement "p" does not exist']
