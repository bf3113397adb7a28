"""Bind parameters become Python values, or are refused with PostgreSQL's error."""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import Any

import pytest

from pgddb.errors import (
    CharacterNotInRepertoire,
    DatatypeMismatch,
    DatetimeFieldOverflow,
    FeatureNotSupported,
    InvalidBinaryRepresentation,
    InvalidDatetimeFormat,
    InvalidTextRepresentation,
    NumericValueOutOfRange,
    ProtocolViolation,
    SqlError,
    UndefinedObject,
)
from pgddb.pgtypes import (
    Date,
    Interval,
    OutputStyle,
    Time,
    Timestamp,
    TimestampTz,
    TimeTz,
    decode_parameter,
    parameter_text,
    type_by_name,
)

TEXT, BINARY = 0, 1


def oid(name: str) -> int:
    return type_by_name(name).oid


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("bool", "t", True), ("int2", "-7", -7), ("int4", " 12 ", 12), ("int8", "9223372036854775807", 2**63 - 1),
        ("oid", "4294967295", 2**32 - 1), ("numeric", "1.50", Decimal("1.50")), ("float8", "1e3", 1000.0),
        ("float4", "0.1", struct.unpack("f", struct.pack("f", 0.1))[0]), ("text", "é", "é"), ("varchar", "", ""),
        ("name", "x" * 70, "x" * 63), ("bytea", "\\x0aff", b"\n\xff"), ("json", '{"a":1}', '{"a":1}'),
        ("jsonb", "[]", "[]"), ("uuid", "A0EEBC999C0B4EF8BB6D6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("date", "2000-01-02", Date(1)), ("date", "infinity", Date(2**31 - 1)),
        ("time", "00:00:01.5", Time(1_500_000)),
        ("timetz", "00:00:01+01", TimeTz(1_000_000, -3600)),
        ("timestamp", "2000-01-01 00:00:01", Timestamp(1_000_000)),
        ("timestamptz", "2000-01-01 00:00:00-01", TimestampTz(3_600_000_000)),
        ("interval", "1 mon 2 days 3 us", Interval(1, 2, 3)),
        ("_int4", "{1,NULL}", [1, None]), ("_text", '{{a,"b,c"}}', [["a", "b,c"]]),
        ("_date", "{2000-01-01,NULL}", [Date(0), None]), ("regclass", "pg_class", "pg_class"), ("unknown", "x", "x"),
        ("inet", "127.0.0.1", "127.0.0.1"), ("char", "r", "r"),
    ],
)  # fmt: skip
def test_text_is_read_as_its_type(name: str, text: str, value: Any) -> None:
    assert decode_parameter(text.encode(), TEXT, oid(name)) == value


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("bool", b"\1", True), ("int2", b"\xff\xff", -1), ("int4", b"\0\0\0\5", 5), ("int8", b"\0" * 7 + b"\5", 5),
        ("oid", b"\xff" * 4, 2**32 - 1), ("float8", struct.pack("!d", 1.5), 1.5),
        ("float4", struct.pack("!f", 1.5), 1.5),
        ("numeric", bytes.fromhex("0002000100000002000104d2"), Decimal("11234.00")), ("text", "é".encode(), "é"),
        ("bytea", b"\0\xff", b"\0\xff"), ("jsonb", b"\1{}", "{}"), ("json", b"{}", "{}"),
        ("uuid", bytes(16), "0" * 8 + "-0000-0000-0000-" + "0" * 12),
        ("date", b"\0\0\0\1", Date(1)), ("date", b"\x7f\xff\xff\xff", Date(2**31 - 1)),
        ("time", struct.pack("!q", 5), Time(5)),
        ("timestamp", struct.pack("!q", -(2**63)), Timestamp(-(2**63))),
        ("timestamptz", struct.pack("!q", 1), TimestampTz(1)),
        ("interval", struct.pack("!qii", 3, 2, 1), Interval(1, 2, 3)), ("regclass", struct.pack("!I", 1259), 1259),
        ("timetz", struct.pack("!qi", 5, 3600), TimeTz(5, 3600)), ("char", b"r", "r"), ("char", b"\0", ""),
        ("_int4", struct.pack("!iiIiiiii", 1, 1, 23, 2, 1, 4, 9, -1), [9, None]),
        ("_int4", struct.pack("!iiI", 0, 0, 23), []),
        ("_int4", struct.pack("!iiIiiiiiiii", 2, 0, 23, 1, 1, 2, 1, 4, 8, 4, 9), [[8, 9]]), ("unknown", b"x", "x"),
    ],
)  # fmt: skip
def test_binary_is_read_as_its_type(name: str, raw: bytes, value: Any) -> None:
    assert decode_parameter(raw, BINARY, oid(name)) == value


@pytest.mark.parametrize(
    ("name", "text", "error", "message"),
    [
        ("int4", "x", InvalidTextRepresentation, 'invalid input syntax for type integer: "x"'),
        ("int2", "32768", NumericValueOutOfRange, 'value "32768" is out of range for type smallint'),
        ("bool", "maybe", InvalidTextRepresentation, 'invalid input syntax for type boolean: "maybe"'),
        ("date", "x", InvalidDatetimeFormat, 'invalid input syntax for type date: "x"'),
        ("date", "2024-02-30", DatetimeFieldOverflow, 'date/time field value out of range: "2024-02-30"'),
        ("timestamp", "now", FeatureNotSupported, 'date/time input "now" is not supported in parameters'),
        ("jsonb", "{", InvalidTextRepresentation, "invalid input syntax for type json"),
        ("json", "NaN", InvalidTextRepresentation, "invalid input syntax for type json"),
        ("_int4", "1", InvalidTextRepresentation, 'malformed array literal: "1"'),
        ("record", "(1)", FeatureNotSupported, "parameters of type record are not supported"),
        ("anyelement", "1", FeatureNotSupported, "parameters of type anyelement are not supported"),
    ],
)
def test_malformed_text_is_refused_as_postgresql_does(
    name: str, text: str, error: type[SqlError], message: str
) -> None:
    with pytest.raises(error) as caught:
        decode_parameter(text.encode(), TEXT, oid(name))
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("name", "raw", "error"),
    [
        ("int4", b"\0\0\0", InvalidBinaryRepresentation),
        ("int4", b"\0\0\0\0\0", InvalidBinaryRepresentation),
        ("bool", b"", InvalidBinaryRepresentation),
        ("numeric", b"\0\1\0\0\0\0\0\0", InvalidBinaryRepresentation),
        ("numeric", bytes.fromhex("00010000000000002710"), InvalidBinaryRepresentation),
        ("uuid", bytes(15), InvalidBinaryRepresentation),
        ("jsonb", b"\2{}", InvalidBinaryRepresentation),
        ("jsonb", b"", InvalidBinaryRepresentation),
        ("date", struct.pack("!i", -(2**31) + 5), DatetimeFieldOverflow),
        ("_int4", struct.pack("!iiIii", 1, 0, 23, 2**31 - 1, 1), InvalidBinaryRepresentation),
        ("_int4", struct.pack("!iiIii", 1, 0, 23, -1, 1), InvalidBinaryRepresentation),
        ("_int4", struct.pack("!iiI", 0, 0, 25), DatatypeMismatch),
        ("_int4", struct.pack("!iiI", 0, 7, 23), InvalidBinaryRepresentation),
        ("_int4", struct.pack("!iiIiii", 1, 0, 23, 1, 1, 400), InvalidBinaryRepresentation),
        ("_int4", struct.pack("!iiI", 0, 0, 23) + b"x", InvalidBinaryRepresentation),
        ("text", b"a\0", CharacterNotInRepertoire),
        ("text", b"\xff", CharacterNotInRepertoire),
        ("inet", b"\0", InvalidBinaryRepresentation),
    ],
)
def test_malformed_binary_is_refused(name: str, raw: bytes, error: type[SqlError]) -> None:
    with pytest.raises(error):
        decode_parameter(raw, BINARY, oid(name))


def test_null_is_none() -> None:
    assert decode_parameter(None, TEXT, oid("int4")) is None


def test_oid_zero_is_unknown_and_stays_text() -> None:
    assert decode_parameter(b"12", TEXT, 0) == "12"


def test_an_unknown_format_code_is_refused() -> None:
    with pytest.raises(ProtocolViolation, match="unsupported format code: 2"):
        decode_parameter(b"12", 2, oid("int4"))


def test_an_unknown_type_is_undefined() -> None:
    with pytest.raises(UndefinedObject):
        decode_parameter(b"12", TEXT, 99999)


def test_the_sessions_zone_counts_where_the_text_names_none() -> None:
    berlin = OutputStyle(time_zone="Europe/Berlin")
    value = decode_parameter(b"2024-07-01 12:00:00", TEXT, oid("timestamptz"), berlin)
    assert isinstance(value, TimestampTz)
    assert value.iso == "2024-07-01 10:00:00+00"


def test_the_sessions_date_order_counts_where_the_text_leaves_it_open() -> None:
    value = decode_parameter(b"1/2/2024", TEXT, oid("date"), OutputStyle(date_style="ISO, DMY"))
    assert isinstance(value, Date)
    assert value.iso == "2024-02-01"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date", "0044-03-15 BC"), ("timestamp", "-infinity"), ("timestamptz", "10000-01-01 00:00:00+00"),
        ("interval", "1 mon -1 days +00:00:01"), ("time", "24:00:00"), ("numeric", "1.50"), ("bool", "f"),
        ("_timestamp", '{"2024-01-01 00:00:00",NULL}'), ("bytea", "\\x00"), ("timetz", "12:00:00-03:30"),
        ("text", "a b"),
    ],
)  # fmt: skip
def test_a_value_is_written_as_postgresql_writes_it(name: str, text: str) -> None:
    value = decode_parameter(text.encode(), TEXT, oid(name))
    assert value is not None
    assert parameter_text(value, oid(name)) == text
