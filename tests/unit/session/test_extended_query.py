"""Parse, Bind, Describe, Execute, Close, Flush, Sync."""

from __future__ import annotations

from pgddb.protocol.messages.extended_query import (
    Bind,
    Close,
    Describe,
    Execute,
    Flush,
    ParameterDescription,
    Parse,
    Sync,
    Target,
)
from pgddb.protocol.messages.rows import DataRow, RowDescription
from pgddb.protocol.messages.simple_query import ReadyForQuery, TransactionStatus
from tests.fakes.sessions import Answer, RawClient, RunningServer


async def cycle(client: RawClient, *messages: object) -> Answer:
    client.send(*messages, Sync())  # type: ignore[arg-type]  # tests name them
    return Answer(await client.until_ready())


def bind(portal: str = "", statement: str = "", *values: bytes | None, formats: tuple[int, ...] = ()) -> Bind:
    return Bind(portal, statement, (), values, formats)


async def test_parse_bind_describe_execute_sync(client: RawClient) -> None:
    answer = await cycle(client, Parse("", "SELECT 5"), bind(), Describe(Target.PORTAL, ""), Execute("", 0))
    assert answer.names == [
        "ParseComplete",
        "BindComplete",
        "RowDescription",
        "DataRow",
        "NoticeResponse",
        "CommandComplete",
        "ReadyForQuery",
    ]


async def test_parameters_arrive_as_values(client: RawClient, server: RunningServer) -> None:
    answer = await cycle(
        client,
        Parse("s", "SELECT $1, $2", (23, 0)),
        Bind("", "s", (1, 0), (b"\0\0\0\7", "é".encode()), ()),
        Execute("", 0),
    )
    assert answer.rows == [("7", "é")]
    assert server.engine.starts[-1][1] == (7, "é")


async def test_formats_are_per_column(client: RawClient) -> None:
    answer = await cycle(
        client,
        Parse("", "SELECT $1, $2", (23, 23)),
        Bind("", "", (), (b"1", b"2"), (1, 0)),
        Describe(Target.PORTAL, ""),
        Execute("", 0),
    )
    described = next(message for message in answer.messages if isinstance(message, RowDescription))
    assert [field.format_code for field in described.fields] == [1, 0]
    row = next(message for message in answer.messages if isinstance(message, DataRow))
    assert row.values == (b"\0\0\0\1", b"2")


async def test_describe_tells_without_running(client: RawClient, server: RunningServer) -> None:
    answer = await cycle(client, Parse("s", "SELECT $1", (20,)), Describe(Target.STATEMENT, "s"))
    assert answer.names == ["ParseComplete", "ParameterDescription", "RowDescription", "ReadyForQuery"]
    assert answer.messages[1] == ParameterDescription((20,))
    assert server.engine.starts == []


async def test_a_command_has_no_data(client: RawClient) -> None:
    answer = await cycle(
        client, Parse("", "BEGIN"), Describe(Target.STATEMENT, ""), bind(), Describe(Target.PORTAL, ""), Execute("", 1)
    )
    assert answer.names == [
        "ParseComplete",
        "ParameterDescription",
        "NoData",
        "BindComplete",
        "NoData",
        "CommandComplete",
        "ReadyForQuery",
    ]
    assert answer.status is TransactionStatus.IN_BLOCK


async def test_row_limits_suspend_and_stop_fetching(client: RawClient, server: RunningServer) -> None:
    client.send(Parse("", "SELECT n FROM rows_100"), bind("c"), Execute("c", 3), Flush())
    first = Answer(await client.take(6))
    assert first.rows == [("0",), ("1",), ("2",)]
    assert first.names[-1] == "PortalSuspended"
    assert server.engine.batches == 1
    client.send(Execute("c", 2), Flush())
    second = Answer(await client.take(3))
    assert second.rows == [("3",), ("4",)]
    answer = await cycle(client, Execute("c", 0))
    assert answer.tags == ["SELECT 95"]
    assert server.engine.open_streams == 0


async def test_sync_closes_the_portals_of_an_implicit_transaction(client: RawClient, server: RunningServer) -> None:
    await cycle(client, Parse("", "SELECT n FROM rows_100"), bind("c"), Execute("c", 3))
    assert server.engine.open_streams == 0
    assert (await cycle(client, Execute("c", 3))).errors == ['ERROR 34000 portal "c" does not exist']


async def test_portals_live_as_long_as_their_block(client: RawClient, server: RunningServer) -> None:
    await client.query("BEGIN")
    await cycle(client, Parse("s", "SELECT n FROM rows_100"), bind("a", "s"), bind("b", "s"), Execute("a", 3))
    await cycle(client, Execute("b", 5))
    assert (await client.query("SELECT 1")).rows == [("1",)]
    assert (await cycle(client, Execute("a", 1))).rows == [("3",)]
    assert (await cycle(client, Execute("b", 1))).rows == [("5",)]
    assert server.engine.open_streams == 2
    await client.query("COMMIT")
    assert server.engine.open_streams == 0


async def test_a_finished_query_gives_nothing_more_and_a_command_runs_once(client: RawClient) -> None:
    answer = await cycle(client, Parse("", "SELECT 1"), bind("c"), Execute("c", 0), Execute("c", 0))
    assert answer.tags == ["SELECT 1", "SELECT 0"]
    answer = await cycle(client, Parse("", "SET work_mem = '1MB'"), bind("c"), Execute("c", 0), Execute("c", 0))
    assert answer.errors == ['ERROR 55000 portal "c" cannot be run']


async def test_an_error_skips_to_sync(client: RawClient) -> None:
    answer = await cycle(client, Parse("", "SELECT * FROM missing"), bind(), Execute("", 0), Parse("x", "SELECT 1"))
    assert answer.names == ["ErrorResponse", "ReadyForQuery"]
    assert (await cycle(client, bind("", "x"))).errors == ['ERROR 26000 prepared statement "x" does not exist']


async def test_an_error_arrives_before_sync(client: RawClient) -> None:
    client.send(Parse("", "SELECT * FROM missing"), Describe(Target.STATEMENT, ""), Flush())
    assert Answer(await client.take(1)).errors == ['ERROR 42P01 relation "missing" does not exist']
    assert (await cycle(client)).names == ["ReadyForQuery"]


async def test_pipelined_cycles_are_answered_in_order(client: RawClient) -> None:
    client.send(
        *(Parse("", "SELECT 1"), bind(), Execute("", 0), Sync()),
        *(Parse("", "SELECT * FROM missing"), bind(), Sync()),
        *(Parse("", "SELECT 3"), bind(), Execute("", 0), Sync()),
    )
    answers = [Answer(await client.until_ready()) for _ in range(3)]
    assert [answer.rows for answer in answers] == [[("1",)], [], [("3",)]]
    assert answers[1].names == ["ErrorResponse", "ReadyForQuery"]


async def test_names_that_do_not_fit(client: RawClient) -> None:
    await cycle(client, Parse("s", "SELECT 1"))
    assert (await cycle(client, Parse("s", "SELECT 1"))).errors == ['ERROR 42P05 prepared statement "s" already exists']
    assert (await cycle(client, bind("p", "s"), bind("p", "s"))).errors == ['ERROR 42P03 cursor "p" already exists']
    assert (await cycle(client, Describe(Target.STATEMENT, "no"))).errors == [
        'ERROR 26000 prepared statement "no" does not exist'
    ]
    assert (await cycle(client, Parse("", "SELEC"), bind())).names == ["ErrorResponse", "ReadyForQuery"]
    assert (await cycle(client, bind())).errors == ["ERROR 26000 unnamed prepared statement does not exist"]
    assert (await cycle(client, Close(Target.STATEMENT, "no"), Close(Target.PORTAL, "no"))).names == [
        "CloseComplete",
        "CloseComplete",
        "ReadyForQuery",
    ]


async def test_counts_that_do_not_fit(client: RawClient) -> None:
    await cycle(client, Parse("s", "SELECT $1"))
    assert (await cycle(client, bind("", "s"))).errors == [
        'ERROR 08P01 bind message supplies 0 parameters, but prepared statement "s" requires 1'
    ]
    assert (await cycle(client, Bind("", "s", (0, 0), (b"1",), ()))).errors == [
        "ERROR 08P01 bind message has 2 parameter formats but 1 parameters"
    ]
    assert (await cycle(client, Bind("", "s", (), (b"1",), (0, 0)))).errors == [
        "ERROR 08P01 bind message has 2 result formats but query has 1 columns"
    ]


async def test_several_statements_do_not_fit_into_parse(client: RawClient) -> None:
    answer = await cycle(client, Parse("", "SELECT 1; SELECT 2"))
    assert answer.errors == ["ERROR 42601 cannot insert multiple commands into a prepared statement"]


async def test_an_empty_statement_is_answered_as_such(client: RawClient) -> None:
    answer = await cycle(client, Parse("", "-- ping"), bind(), Describe(Target.PORTAL, ""), Execute("", 0))
    assert answer.names == ["ParseComplete", "BindComplete", "NoData", "EmptyQueryResponse", "ReadyForQuery"]


async def test_a_failed_block_refuses_all_but_its_end(client: RawClient) -> None:
    aborted = "ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block"
    await cycle(client, Parse("s", "SELECT 1"))
    await client.query("BEGIN; SELECT * FROM missing")
    for messages in ([Parse("", "SELECT 1")], [bind("", "s")], [Describe(Target.STATEMENT, "s")]):
        assert (await cycle(client, *messages)).errors == [aborted]
    answer = await cycle(client, Parse("", "ROLLBACK"), bind(), Execute("", 0))
    assert answer.tags == ["ROLLBACK"]
    assert answer.messages[-1] == ReadyForQuery(TransactionStatus.IDLE)


async def test_show_is_described(client: RawClient) -> None:
    answer = await cycle(client, Parse("", "SHOW timezone"), bind(), Describe(Target.PORTAL, ""), Execute("", 0))
    described = next(message for message in answer.messages if isinstance(message, RowDescription))
    assert [(field.name, field.type_oid) for field in described.fields] == [("TimeZone", 25)]
    assert answer.rows == [("UTC",)]
    assert answer.tags == ["SHOW"]


async def test_a_failed_block_refuses_its_portals_until_it_ends(client: RawClient) -> None:
    await client.query("BEGIN")
    await cycle(client, Parse("", "SELECT n FROM rows_100"), bind("c"), Execute("c", 3))
    await client.query("SELECT set_config('nope', '1', false)")
    refused = "ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block"
    assert (await cycle(client, Execute("c", 3))).errors == [refused]
    assert (await cycle(client, Execute("never", 3))).errors == ['ERROR 34000 portal "never" does not exist']
    await client.query("ROLLBACK")
    assert (await cycle(client, Execute("c", 3))).errors == ['ERROR 34000 portal "c" does not exist']
