"""Values leave as a real PostgreSQL sends them, in text and in binary, and are read as it reads them."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from pgddb.errors import SqlError
from pgddb.pgtypes import DEFAULT_STYLE, OutputStyle, ResultField, encode_batch, type_by_name
from pgddb.pgtypes.binary import binary_writer
from pgddb.pgtypes.binary_input import binary_reader
from pgddb.pgtypes.epoch import UNIX_MICROSECONDS
from pgddb.pgtypes.parsing import text_parser
from pgddb.pgtypes.registry import TYPES
from pgddb.pgtypes.text import text_writer

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def connection(postgres_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        if connection.info.server_version // 10000 != 15:
            pytest.skip(f"PostgreSQL {connection.info.server_version // 10000} reads and prints a few things otherwise")
        yield connection


def results(
    connection: psycopg.Connection[Any], type_name: str, values: list[str], *, binary: bool
) -> list[bytes | str | None]:
    """Let PostgreSQL read these texts as the type and send them; its error where it refuses the text."""
    found: list[bytes | str | None] = []
    for value in values:
        literal = value.replace("'", "''")
        try:
            with connection.cursor(binary=binary) as cursor:
                cursor.execute(f"SELECT E'{escaped(literal)}'::{type_name}".encode())
                result = cursor.pgresult
                assert result is not None
                found.append(result.get_value(0, 0))
        except psycopg.Error as error:
            found.append(f"{error.diag.sqlstate} {error.diag.message_primary}")
    return found


def escaped(literal: str) -> str:
    return literal.replace("\\", "\\\\")


def ours(type_name: str, values: list[str], style: OutputStyle, *, binary: bool) -> list[bytes | str | None]:
    pg_type = type_by_name(type_name)
    parse = text_parser(pg_type, style)
    found: list[bytes | str | None] = []
    for value in values:
        try:
            parsed = parse(value)
        except SqlError as error:
            found.append(f"{error.sqlstate} {error.message}")
            continue
        found.append(binary_writer(pg_type)(parsed) if binary else text_writer(pg_type, style)(parsed).encode())
    return found


VALUES: dict[str, list[str]] = {
    "boolean": ["t", "f", "true", "FALSE", "y", "no", "on", "off", "of", "o", "1", "0", "2", "", " t ", "tr", "yess"],
    "smallint": ["0", "-32768", "32767", "32768", " 7 ", "+5", "1.0", "", "0x10", "1_000", "-0"],
    "integer": ["2147483647", "-2147483648", "2147483648", "x", "1e3"],
    "bigint": ["9223372036854775807", "-9223372036854775808", "9223372036854775808", "00012"],
    "oid": ["0", "4294967295", "4294967296", "-1", "-2147483648", "26"],
    '"char"': ["", "a", "abc"],
    "text": ["", "a b", "é漢", "\\", '"'],
    "bytea": ["\\x00ff10", "\\xABcd", "\\x0", "\\xzz", "abc", "a\\\\b", "\\000\\377", "\\x 00 ff", "\\1", "é"],
    "uuid": [
        "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
        "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}",
        "a0eebc999c0b4ef8bb6d6bb9bd380a11",
        "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
        "a0e-ebc999c0b4ef8bb6d6bb9bd380a11",
    ],
    "numeric": [
        "0", "-0", "0.00", "1", "1.50", "-1.5", "10000", "9999.9999", "0.0001", "1e100", "1E+100", "1e-130", "1.5e3",
        "1.5e-3", "NaN", "Infinity", "-inf", "nan", "1e131071", "1e131072", "1e-16383", "1e-16384", ".5", "5.", ".",
        "1e", "", "123456789012345678901234567890.12345678901234567890", "99999999999999999999999999999999999999",
        "-0.00000001", "12345678.00001000", "1e5000", "1 2", "+7",
    ],
    "double precision": [
        "0", "-0", "1", "0.1", "1e15", "1e14", "123456789012345", "1234567890123456", "1e-4", "1e-5", "0.00012345",
        "1e308", "1e309", "4.9e-324", "1e-400", "NaN", "Infinity", "-Infinity", "inf", "18014398509481984", "1e22",
        "9007199254740993", "0x1p3", "1.7976931348623157e308", "", "1,0", "5e-324", "123456.789e3",
    ],
    "real": [
        "0", "-0", "1e6", "999999", "1234567", "0.1", "1e-4", "1e-5", "3.4028235e38", "3.5e38", "1e-45", "1e-50",
        "NaN", "infinity", "16777216", "33554432", "1.2379400392853803e+27", "1.17549435e-38",
    ],
    "date": [
        "2024-02-29", "2023-02-29", "0001-01-01", "0044-03-15 BC", "4714-11-24 BC", "4714-11-23 BC", "infinity",
        "-infinity", "epoch", "5874897-12-31", "5874898-01-01", "10000-01-01", "1/2/2024", "13/2/2024", "Jan 8, 1999",
        "8 January 1999", "1999-Jan-08", "08-Jan-1999", "20240131", "990108", "1/2/70", "1/2/69", "2024-1-5",
        "J2451187",
        "2024-01-01 10:00:00", "0000-01-01", "", "x", "2024-13-01", "Mon Jan 1 2024", "1999.01.08", "12024-01-01",
    ],
    "time": ["00:00:00", "23:59:59.999999", "24:00:00", "24:00:01", "12:34", "12:34:56.7", "04:05 PM", "12:00 AM",
             "040506", "T040506", "allballs", "25:00", "12:60", "12:00:60", "1:2:3", "23:59:59.9999999",
             "2024-01-01 10:11"],
    "time with time zone": ["12:00:00+02", "12:00:00-03:30", "12:00Z", "04:05:06 PST", "12:00:00", "12:00+05:30:10",
                            "2024-07-01 12:00 Europe/Berlin", "24:00:00+00", "12:00+16"],
    "timestamp": [
        "2024-01-02 03:04:05", "2024-01-02T03:04:05.678", "2024-01-02 03:04:05.123456", "2024-01-02 03:04:05.1234565",
        "infinity", "-infinity", "epoch", "0044-03-15 12:00:00 BC", "4714-11-24 00:00:00 BC",
        "294276-12-31 23:59:59.999999",
        "294277-01-01", "10000-01-01 00:00:00", "2024-01-02 24:00:00", "2024-01-02 23:59:60",
        "1999-01-08 04:05:06 -8:00",
        "Mon Jan 8 04:05:06 1999", "Jan 8 04:05:06 1999 PST", "January 8 04:05:06 1999 PST", "2024-01-02",
        "20240102T030405",
        "2024-01-02 3:4", "2024-01-02 03", "x", "2024-02-30 00:00", "2024-01-02 03:04:05 PM",
        "2024-01-02 13:04:05 PM",
        "1999-12-31 23:59:59.5", "0001-01-01 00:00:00", "1970-01-01 00:00:00.000001",
    ],
    "timestamp with time zone": [
        "2024-01-02 03:04:05+00", "2024-07-02 03:04:05", "2024-01-02T03:04:05.678Z", "2024-01-02 03:04:05+05:30",
        "2024-01-02 03:04:05 Europe/Berlin", "2024-07-02 03:04:05 America/New_York", "1900-01-01 00:00:00+00",
        "2024-03-31 02:30:00", "2024-10-27 02:30:00", "2024-03-31 00:59:59Z", "2024-03-31 01:00:00Z", "infinity",
        "-infinity", "0044-03-15 12:00:00+00 BC", "10000-07-01 00:00:00+00", "200000-07-01 12:00:00+00",
        "2040-07-01 00:00:00Z", "2040-01-01 00:00:00Z", "1945-06-01 00:00:00Z", "2024-01-02 03:04:05-15:59",
        "2024-01-02 03:04:05+16", "epoch", "Wed Dec 17 07:37:16 1997 PST", "2024-01-02 03:04:05 EST",
        "1883-11-18 12:00:00Z",
        "2024-01-02 03:04:05 Nowhere/City",
    ],
    "interval": [
        "1 year 2 mons -3 days 04:05:06.7", "1-2", "3 4:05:06", "-1-2", "-3 4:05:06", "1 day", "-1 day", "1 mon", "0",
        "00:00:00", "P1Y2M3DT4H5M6.5S", "P-1Y", "PT0.000001S", "1.5 days", "1.5 years", "1.5 months", "1 week",
        "@ 1 day ago",
        "-00:00:00.5", "1 day -00:00:01", "-1 day +00:00:01", "1 year -1 mon", "-1 year 1 mon", "100 hours",
        "2 decades",
        "1 century", "90 minutes", "5 secs", "1.123456789 sec", "-1 mon +1 day -00:00:00.000001", "12 mons",
        "-13 mons",
        "1 y 2 d 3 h 4 m 5 s", "x", "", "1 fortnight", "P", "PT", "P1W", "1:30", "1 day ago", "1.25 weeks", "3 4",
        "2147483647 days", "2147483648 days", "1 mon 00:00:01", "-1 year -2 mons +3 days -04:05:06", "6",
        "1.5", "ago",
    ],
    "integer[]": ["{}", "{1,2,3}", "{1,NULL}", "{{1,2},{3,4}}", "{{1},{2,3}}", "[1:2]={1}", "{1,}", "{", "1",
                  " { 1 , 2 } ", "{{},{}}", "{{1,2},{NULL,4}}", "{1}x", "[1:1][1:2]={{5,6}}", "{null}", "{{1},2}"],
    "text[]": ['{a,"b c",NULL}', '{"null",""}', "{a\\,b,\"c\\\"d\"}", "{ a , b }", '{"\\\\"}', "{a b}", "{é,{}",
               '{a"b}', "{,}", '{"a"}', "{\v}", '{"a\tb"}', "{NULL,null,\"NULL\"}", "{a;b}", "{a\\ }"],
    "numeric[]": ["{1.50,NaN,1e3}"],
    "timestamp without time zone[]": ['{"2024-01-01 00:00:00",infinity}'],
    "bytea[]": ['{"\\\\x00ff",abc}'],
    "interval[]": ['{"1 day",NULL,"01:00:00"}'],
    "boolean[]": ["{t,f,NULL,yes}"],
    "oidvector": ["", "1 2 3"],
    "int2vector": ["1 2 3", "1 x"],
    "json": ['{"a" : 1}'],
    "jsonb": ["{}"],
    "xid": ["7"],
}  # fmt: skip


@pytest.mark.parametrize("type_name", VALUES)
@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
def test_values_are_those_of_postgresql(connection: psycopg.Connection[Any], type_name: str, *, binary: bool) -> None:
    values = VALUES[type_name]
    expected = dict(zip(values, results(connection, type_name, values, binary=binary), strict=True))
    found = dict(zip(values, ours(type_name, values, DEFAULT_STYLE, binary=binary), strict=True))
    assert found == expected


STYLED_VALUES = {
    "date": ["2024-02-29", "0044-03-15 BC", "infinity", "10000-01-01"],
    "timestamp": ["2024-01-02 03:04:05.5", "0044-03-15 12:00:00 BC", "-infinity", "1999-12-31 00:00:00"],
    "timestamp with time zone": [
        "2024-01-02 03:04:05.5+00", "2024-07-02 03:04:05Z", "1880-01-01 00:00:00Z", "2024-03-31 01:00:00Z",
        "2050-07-01 00:00:00Z", "20000-07-01 00:00:00Z", "0044-03-15 12:00:00+00 BC", "infinity",
    ],
    "interval": [
        "1 year 2 mons -3 days 04:05:06.7", "-1 year -2 mons +3 days -04:05:06", "1 day", "-1 day", "04:05:06",
        "-00:00:01",
        "1 mon", "0", "-1 mon 1 day", "1 sec", "1.5 sec", "1 hour -1 min", "-1 day 01:00", "1 year -1 day",
        "1 mon 1 sec",
        "25 mons", "-25 mons", "1 day -00:00:01", "3 days 4 hours",
    ],
}  # fmt: skip

STYLES = [
    OutputStyle(date_style="ISO, DMY", time_zone="Europe/Berlin", interval_style="postgres_verbose"),
    OutputStyle(date_style="SQL, MDY", time_zone="America/New_York", interval_style="sql_standard"),
    OutputStyle(date_style="SQL, DMY", time_zone="Asia/Kolkata", interval_style="iso_8601"),
    OutputStyle(date_style="Postgres, MDY", time_zone="America/St_Johns"),
    OutputStyle(date_style="Postgres, DMY", time_zone="Asia/Kathmandu"),
    OutputStyle(date_style="German, DMY", time_zone="Australia/Lord_Howe"),
    OutputStyle(time_zone="<+05:30>-05:30"),
    OutputStyle(time_zone="utc"),
    OutputStyle(time_zone="America/Sao_Paulo"),
]


@pytest.mark.parametrize(
    "style", STYLES, ids=lambda style: f"{style.date_style}-{style.interval_style}-{style.time_zone}"
)
@pytest.mark.parametrize("type_name", STYLED_VALUES)
def test_styles_are_those_of_postgresql(
    connection: psycopg.Connection[Any], style: OutputStyle, type_name: str
) -> None:
    values = STYLED_VALUES[type_name]
    moments = ours(type_name, values, DEFAULT_STYLE, binary=True)
    set_style(connection, DEFAULT_STYLE)
    assert moments == results(connection, type_name, values, binary=True)
    read = binary_reader(type_by_name(type_name))
    write = text_writer(type_by_name(type_name), style)
    set_style(connection, style)
    expected = [as_text(connection, type_by_name(type_name).oid, raw) for raw in moments if isinstance(raw, bytes)]
    set_style(connection, DEFAULT_STYLE)
    assert [write(read(raw)) for raw in moments if isinstance(raw, bytes)] == expected


def as_text(connection: psycopg.Connection[Any], oid: int, raw: bytes) -> str:
    """Let PostgreSQL cast a binary value to text under the session's settings."""
    result = connection.pgconn.exec_params(b"SELECT $1::text", [raw], param_types=[oid], param_formats=[1])
    text = result.get_value(0, 0)
    assert text is not None, result.error_message
    return text.decode()


def set_style(connection: psycopg.Connection[Any], style: OutputStyle) -> None:
    connection.execute("SELECT set_config('datestyle', %s, false)", [style.date_style])
    connection.execute("SELECT set_config('timezone', %s, false)", [style.time_zone])
    connection.execute("SELECT set_config('intervalstyle', %s, false)", [style.interval_style])


def test_random_floats_are_those_of_postgresql(connection: psycopg.Connection[Any]) -> None:
    chance = random.Random(8)  # a sample, not a secret
    doubles = [struct.unpack("<d", chance.randbytes(8))[0] for _ in range(300)]
    doubles += [2.0 ** chance.randint(-1070, 1020) for _ in range(200)]
    doubles += [float(chance.randint(2**53, 2**70)) for _ in range(200)]
    reals = [struct.unpack("<f", chance.randbytes(4))[0] for _ in range(300)]
    reals += [struct.unpack("<f", struct.pack("<f", 2.0 ** chance.randint(-149, 127)))[0] for _ in range(200)]
    for type_name, values in (("float8", doubles), ("float4", reals)):
        expected = connection.execute(
            f"SELECT x::text FROM unnest(%s::{type_name}[]) WITH ORDINALITY u(x, o) ORDER BY o", [values]
        ).fetchall()
        write = text_writer(type_by_name(type_name), DEFAULT_STYLE)
        assert [(write(value),) for value in values] == expected


@pytest.mark.parametrize("digits", [0, -3, -15])
def test_fewer_float_digits_are_those_of_postgresql(connection: psycopg.Connection[Any], digits: int) -> None:
    values = [0.1, 1 / 3, 1e15, 123456789.123, -2.5e-7, float("nan"), 100.0, 99999999.9]
    connection.execute(f"SET extra_float_digits = {digits}")
    expected = connection.execute("SELECT x::text FROM unnest(%s::float8[]) x", [values]).fetchall()
    connection.execute("RESET extra_float_digits")
    write = text_writer(type_by_name("float8"), OutputStyle(extra_float_digits=digits))
    assert [(write(value),) for value in values] == expected


def test_random_instants_around_clock_changes_are_those_of_postgresql(connection: psycopg.Connection[Any]) -> None:
    chance = random.Random(9)  # a sample, not a secret
    moments = [chance.randint(-(10**15), 3 * 10**15) for _ in range(400)]
    oid = type_by_name("timestamptz").oid
    column = pa.array([moment + UNIX_MICROSECONDS for moment in moments]).view(pa.timestamp("us", "UTC"))
    batch = pa.record_batch([column], ["at"])
    for zone in ("Europe/Berlin", "America/Sao_Paulo", "Africa/Casablanca", "Australia/Lord_Howe", "Africa/Monrovia"):
        style = OutputStyle(time_zone=zone)
        set_style(connection, style)
        expected = [as_text(connection, oid, struct.pack("!q", moment)) for moment in moments]
        set_style(connection, DEFAULT_STYLE)
        rows = bytes(encode_batch(batch, [ResultField("at", type_by_name("timestamptz"))], [0], style))
        assert [cell.decode() for cell in cells(rows)] == expected


def cells(rows: bytes) -> list[bytes]:
    """Take the only column out of DataRow messages."""
    found, position = [], 0
    while position < len(rows):
        (length,) = struct.unpack_from("!i", rows, position + 1)
        found.append(rows[position + 11 : position + 1 + length])
        position += 1 + length
    return found


def test_the_list_of_types_is_that_of_postgresql(connection: psycopg.Connection[Any]) -> None:
    rows = connection.execute(
        "SELECT oid, typname, format_type(oid, NULL), typarray, typlen, typdelim::text FROM pg_type"
        " WHERE oid = ANY(%s)",
        [[pg_type.oid for pg_type in TYPES]],
    ).fetchall()
    known = {(t.oid, t.name, t.type_name, t.array_oid, t.size, t.delimiter) for t in TYPES}
    assert {tuple(row) for row in rows} == known
