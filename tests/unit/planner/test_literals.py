"""Literals keep every value exactly and let nothing out of its quotes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from pgddb.errors import (
    CharacterNotInRepertoire,
    DatatypeMismatch,
    DatetimeFieldOverflow,
    FeatureNotSupported,
    InvalidTextRepresentation,
    NumericValueOutOfRange,
)
from pgddb.pgtypes import Date, Interval, Time, Timestamp, TimestampTz, TimeTz
from pgddb.pgtypes.epoch import DATE_INFINITY, TIMESTAMP_MINUS_INFINITY
from pgddb.planner import literal

TZ = "timestamp with time zone"


@pytest.mark.parametrize(
    ("value", "type_name", "text", "duckdb_type"),
    [
        (None, "bigint", None, "BIGINT"),
        ("it's \\ 'x' -- \n$1", "text", "it's \\ 'x' -- \n$1", "VARCHAR"),
        ("", "character varying", "", "VARCHAR"),
        ("x", "unknown", "x", "VARCHAR"),
        (-(2**63), "bigint", "-9223372036854775808", "BIGINT"),
        (7, "smallint", "7", "SMALLINT"),
        (7, "numeric", "7", "DECIMAL(1,0)"),
        (Decimal("1.50"), "numeric", "1.50", "DECIMAL(3,2)"),
        (Decimal("-0.001"), "numeric", "-0.001", "DECIMAL(4,3)"),
        (Decimal("1E+3"), "numeric", "1000", "DECIMAL(4,0)"),
        (Decimal("9" * 38), "numeric", "9" * 38, "DECIMAL(38,0)"),
        (0.1, "double precision", "0.1", "DOUBLE"),
        (float("nan"), "double precision", "nan", "DOUBLE"),
        (float("-inf"), "real", "-inf", "FLOAT"),
        (True, "boolean", "true", "BOOLEAN"),
        (b"\x00'\xff", "bytea", "\\x00\\x27\\xFF", "BLOB"),
        (["a", None, "b,'"], "text[]", "[a, NULL, 'b,\\'']", "VARCHAR[]"),
        ([[1], [2]], "integer[]", "[[1], [2]]", "INTEGER[][]"),
        ([], "bigint[]", "[]", "BIGINT[]"),
        ('{"bb":1,"a":2.50}', "jsonb", '{"a": 2.50, "bb": 1}', "JSON"),
        ('{"bb":1}', "json", '{"bb":1}', "JSON"),
        (Date(0), "date", "2000-01-01", "DATE"),
        (Date(DATE_INFINITY), "date", "infinity", "DATE"),
        (Timestamp(1), "timestamp without time zone", "2000-01-01 00:00:00.000001", "TIMESTAMP"),
        (TimestampTz(TIMESTAMP_MINUS_INFINITY), TZ, "-infinity", "TIMESTAMP WITH TIME ZONE"),
        (Interval(-14, 3, -5), "interval", "-1 year -2 months 3 days -00:00:00.000005", "INTERVAL"),
        (Time(86_400_000_000), "time without time zone", "24:00:00", "TIME"),
        (TimeTz(0, -19_800), "time with time zone", "00:00:00+05:30", "TIME WITH TIME ZONE"),
    ],
)
def test_a_literal_has_value_and_type(value: object, type_name: str, text: str | None, duckdb_type: str) -> None:
    shown = literal(value, type_name)
    found = duckdb.connect().execute(f"SELECT CAST(v AS VARCHAR), typeof(v) FROM (SELECT {shown} AS v)").fetchall()
    assert found == [(text, duckdb_type)]


def test_a_number_that_decimal_does_not_hold_is_left_to_where_it_is_used() -> None:
    assert literal(Decimal("1e39"), "numeric") == f"pg_numeric_text('1{'0' * 39}')"


@pytest.mark.parametrize(
    ("value", "type_name", "error"),
    [
        ("a\0b", "text", CharacterNotInRepertoire),
        (Decimal("NaN"), "numeric", NumericValueOutOfRange),
        (Timestamp(2**63 - 2), "timestamp without time zone", DatetimeFieldOverflow),
        ("{", "jsonb", InvalidTextRepresentation),
        ([1], "integer", DatatypeMismatch),
        (object(), "text", DatatypeMismatch),
        ("x", "point", FeatureNotSupported),
    ],
)
def test_what_cannot_be_written_exactly_is_an_error(value: Any, type_name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        literal(value, type_name)
