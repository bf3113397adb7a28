"""set_config, pg_sleep and pg_advisory_unlock_all inside a SELECT."""

from __future__ import annotations

from pgddb.session.session_functions import acts_on_session, describable
from pgddb.sql import parse_one
from pgddb.sql.statements import SelectStatement
from tests.fakes.sessions import RawClient, RunningServer


def select(text: str) -> SelectStatement:
    statement = parse_one(text)
    assert isinstance(statement, SelectStatement)
    return statement


def test_only_calls_act() -> None:
    assert acts_on_session(select("SELECT pg_catalog.Set_Config('a', 'b', false)"))
    assert not acts_on_session(select("SELECT 'set_config'"))
    assert not acts_on_session(select("SELECT current_setting('jit')"))


def test_a_description_keeps_names_and_parameters() -> None:
    text = describable(select("SELECT set_config('a', $1, false), pg_sleep(1) AS nap")).text
    assert '"set_config"' in text
    assert "$1" in text
    assert "nap" in text


async def test_set_config_sets(client: RawClient, server: RunningServer) -> None:
    await client.query("SELECT set_config('work_mem', '1MB', false)")
    assert "'1MB'" in server.engine.starts[-1][0]
    assert (await client.query("SHOW work_mem")).rows == [("1MB",)]
    await client.query("BEGIN; SELECT set_config('work_mem', '2MB', true); COMMIT")
    assert (await client.query("SHOW work_mem")).rows == [("1MB",)]


async def test_a_setting_is_read_before_it_is_written(client: RawClient, server: RunningServer) -> None:
    await client.query("SET jit = on")
    await client.query("SELECT current_setting('jit') AS cur, set_config('jit', 'off', false) AS new")
    assert server.engine.starts[-1][0] == "SELECT CAST('on' AS TEXT) AS cur, CAST('off' AS TEXT) AS new"


async def test_what_cannot_be_set_is_an_error(client: RawClient) -> None:
    assert (await client.query("SELECT set_config('nope', '1', false)")).errors == [
        'ERROR 42704 unrecognized configuration parameter "nope"'
    ]
    assert (await client.query("SELECT set_config(name, '1', false) FROM t")).errors == [
        "ERROR 0A000 set_config of anything but constants and parameters is not supported"
    ]


async def test_sleep_can_be_cancelled(client: RawClient) -> None:
    await client.query("SET statement_timeout = 20")
    assert (await client.query("SELECT pg_sleep(30)")).errors == [
        "ERROR 57014 canceling statement due to statement timeout"
    ]
