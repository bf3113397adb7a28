"""SET, SHOW, RESET over the wire, with PostgreSQL's texts."""

from __future__ import annotations

import pytest

from pgddb.protocol.messages.startup import ParameterStatus
from pgddb.session.settings import SETTINGS
from tests.fakes.sessions import RawClient, RunningServer


@pytest.mark.parametrize(
    ("text", "name", "shown"),
    [
        ("SET statement_timeout = '5s'", "statement_timeout", "5s"),
        ("SET statement_timeout = 1500", "statement_timeout", "1500ms"),
        ("SET statement_timeout TO '1.5min'", "statement_timeout", "90s"),
        ("SET work_mem = '64MB'", "work_mem", "64MB"),
        ("SET work_mem = 1025", "work_mem", "1025kB"),
        ("SET effective_cache_size = '1GB'", "effective_cache_size", "1GB"),
        ("SET jit = 1", "jit", "on"),
        ('SET search_path TO a, "B c"', "search_path", 'a, "B c"'),
        ("SET TimeZone = 'europe/london'", "timezone", "Europe/London"),
        ("SET TIME ZONE -3", "TimeZone", "<-03>+03"),
        ("SET TimeZone = '5.5'", "TimeZone", "<+05:30>-05:30"),
        ("SET TimeZone = '-02:00'", "TimeZone", "-02:00"),
        ("SET TimeZone = 'FOO-3'", "TimeZone", "FOO-3"),
        ("SET datestyle = 'ISO, DMY'", "DateStyle", "ISO, DMY"),
        ("SET datestyle = German", "DateStyle", "German, DMY"),
        ("SET datestyle = 'sql, ymd'", "DateStyle", "SQL, YMD"),
        ("SET client_encoding = 'utf-8'", "client_encoding", "UTF8"),
        ("SET my.own = 'x'", "my.own", "x"),
        ("SET extra_float_digits = 3", "extra_float_digits", "3"),
        ("SET synchronous_commit = true", "synchronous_commit", "on"),
        ("SET pgddb.consistency = 'strong'", "pgddb.consistency", "strong"),
        ("SET pgddb.max_read_units_per_second = 2.5", "pgddb.max_read_units_per_second", "2.5"),
        ("SET application_name = 'a b'", "application_name", "a b"),
        ("SET seq_page_cost = 1.5", "seq_page_cost", "1.5"),
    ],
)
async def test_a_value_is_shown_as_postgresql_does(client: RawClient, text: str, name: str, shown: str) -> None:
    assert (await client.query(text)).tags == ["SET"]
    assert (await client.query(f"SHOW {name}")).rows == [(shown,)]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SET nope = 1", '42704 unrecognized configuration parameter "nope"'),
        ("SHOW nope", '42704 unrecognized configuration parameter "nope"'),
        ("SET pgddb.nope = 1", '42704 unrecognized configuration parameter "pgddb.nope"'),
        ("SET statement_timeout = 'x'", '22023 invalid value for parameter "statement_timeout": "x"'),
        ("SET jit = 'x'", '22023 parameter "jit" requires a Boolean value'),
        (
            "SET work_mem = '1kB'",
            '22023 1 kB is outside the valid range for parameter "work_mem" (64 .. 2147483647)',
        ),
        ("SET TimeZone = '+0200'", '22023 invalid value for parameter "TimeZone": "+0200"'),
        ("SET TimeZone = 'Nowhere'", '22023 invalid value for parameter "TimeZone": "Nowhere"'),
        ("SET client_encoding = 'SJIS'", '22023 invalid value for parameter "client_encoding": "SJIS"'),
        ("SET bytea_output = 'x'", '22023 invalid value for parameter "bytea_output": "x"'),
        ("SET server_version = '16'", '55P02 parameter "server_version" cannot be changed'),
        (
            "SET max_connections = 5",
            '55P02 parameter "max_connections" cannot be changed without restarting the server',
        ),
        ("SET role = 'bob'", '22023 role "bob" does not exist'),
        (
            "SET standard_conforming_strings = off",
            '0A000 setting "standard_conforming_strings" to "off" is not supported',
        ),
    ],
)
async def test_what_cannot_be_set(client: RawClient, text: str, error: str) -> None:
    assert (await client.query(text)).errors == [f"ERROR {error}"]


async def test_a_reported_setting_is_told_again_when_it_changes(client: RawClient) -> None:
    answer = await client.query("SET application_name = 'x'")
    assert ParameterStatus("application_name", "x") in answer.messages
    answer = await client.query("SET application_name = 'x'")
    assert not any(isinstance(message, ParameterStatus) for message in answer.messages)
    answer = await client.query("RESET ALL")
    assert ParameterStatus("application_name", "") in answer.messages


async def test_a_rolled_back_setting_is_told_again(client: RawClient) -> None:
    await client.query("BEGIN; SET TimeZone = 'Asia/Tokyo'")
    answer = await client.query("ROLLBACK")
    assert ParameterStatus("TimeZone", "UTC") in answer.messages


async def test_show_all_lists_every_setting_with_its_description(client: RawClient) -> None:
    answer = await client.query("SHOW ALL")
    names = [row[0] for row in answer.rows]
    assert names == sorted(names, key=lambda name: (name or "").lower())
    assert {"DateStyle", "search_path", "pgddb.max_cost"} <= set(names)
    assert len(names) == sum(not setting.hidden for setting in SETTINGS.values())


async def test_settings_reach_execution(client: RawClient, server: RunningServer) -> None:
    await client.query("SET search_path = us, public; SET pgddb.consistency = strong; SET TimeZone = 'Asia/Tokyo'")
    await client.query("SELECT 1")
    settings = server.engine.settings[-1]
    assert settings.scope.search_path == ("us", "public")
    assert settings.reads.consistent
    assert settings.time_zone == "Asia/Tokyo"


async def test_what_came_at_startup_is_what_reset_returns_to(server: RunningServer) -> None:
    client = await server.started(application_name="first", options="-c work_mem=1MB --geqo=off")
    assert client.parameters["application_name"] == "first"
    await client.query("SET application_name = 'second'; SET work_mem = '2MB'; RESET ALL")
    assert (await client.query("SHOW application_name")).rows == [("first",)]
    assert (await client.query("SHOW work_mem")).rows == [("1MB",)]
    assert (await client.query("SHOW geqo")).rows == [("off",)]
