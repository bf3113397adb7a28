"""Values survive their text and binary forms, and no bytes do more than raise a documented error."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.errors import SqlError
from pgddb.pgtypes import DEFAULT_STYLE, OutputStyle, decode_parameter, type_by_name
from pgddb.pgtypes.binary import binary_writer
from pgddb.pgtypes.binary_input import binary_reader
from pgddb.pgtypes.epoch import FIRST_DAY, FIRST_MICROSECOND
from pgddb.pgtypes.parsing import text_parser
from pgddb.pgtypes.registry import TYPES
from pgddb.pgtypes.text import text_writer

STYLES = [
    OutputStyle(time_zone=zone, date_style=date_style, interval_style=interval_style, bytea_output=bytea_output)
    for zone, date_style, interval_style, bytea_output in (
        ("UTC", "ISO, MDY", "postgres", "hex"),
        ("America/New_York", "SQL, DMY", "iso_8601", "escape"),
        ("Asia/Kolkata", "ISO, YMD", "postgres", "escape"),
        ("<-03>+03", "German, DMY", "postgres_verbose", "hex"),
        ("UTC", "Postgres, MDY", "sql_standard", "hex"),
    )
]

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10)
int32, int64 = st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "int2": st.integers(-(2**15), 2**15 - 1),
    "int4": int32,
    "int8": int64,
    "oid": st.integers(0, 2**32 - 1),
    "float8": st.floats(allow_nan=False),
    "float4": st.floats(allow_nan=False, width=32),
    "numeric": st.decimals(allow_nan=False, allow_infinity=False, places=6) | st.integers().map(Decimal),
    "text": text,
    "bytea": st.binary(max_size=10),
    "date": st.integers(FIRST_DAY, 2_145_031_948) | st.sampled_from([2**31 - 1, -(2**31)]),
    "time": st.integers(0, 86_400_000_000),
    "timetz": st.tuples(st.integers(0, 86_400_000_000), st.integers(-57_599, 57_599)),
    "timestamp": st.integers(FIRST_MICROSECOND, 9_223_371_331_199_999_999) | st.sampled_from([2**63 - 1, -(2**63)]),
    "timestamptz": st.integers(0, 10**15) | st.sampled_from([2**63 - 1, -(2**63)]),
    "interval": st.tuples(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.integers(-(10**13), 10**13)),
    "uuid": st.uuids().map(str),
}
ARRAYS: dict[str, st.SearchStrategy[Any]] = {
    "_" + name: st.lists(st.none() | values, max_size=3)
    | st.lists(st.tuples(st.none() | values, values).map(list), min_size=1, max_size=2)
    for name, values in VALUES.items()
}
typed_values = st.sampled_from(sorted({**VALUES, **ARRAYS}.items(), key=lambda item: item[0])).flatmap(
    lambda item: st.tuples(st.just(item[0]), item[1])
)


@settings(max_examples=300, deadline=None)
@given(typed_values)
def test_binary_reads_back_to_the_same_value(case: tuple[str, Any]) -> None:
    name, value = case
    pg_type = type_by_name(name)
    assert binary_reader(pg_type)(binary_writer(pg_type)(value)) == value


@settings(max_examples=400, deadline=None)
@given(typed_values, st.sampled_from(STYLES))
def test_text_reads_back_to_the_same_value(case: tuple[str, Any], style: OutputStyle) -> None:
    name, value = case
    pg_type = type_by_name(name)
    assert text_parser(pg_type, style)(text_writer(pg_type, style)(value)) == value


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(TYPES), st.integers(0, 1), st.binary(max_size=40) | text.map(str.encode))
def test_any_bytes_are_accepted_or_refused_with_a_documented_error(pg_type: Any, code: int, raw: bytes) -> None:
    try:
        decode_parameter(raw, code, pg_type.oid, DEFAULT_STYLE)
    except SqlError as error:
        assert error.sqlstate[:2] in {"08", "0A", "22", "42", "54"}


date_words = st.lists(
    st.sampled_from(
        ["2024", "-", "1", "12:30", ":", "Jan", "BC", "+02", "Z", "PM", "T", " ", "/", ".", "infinity", "24:00", "99",
         "UTC", "day", "P", "ago", "1.5", "Europe/Berlin", "J12", "@", "year", "99999999999"]
    ),
    max_size=7,
).map("".join)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(["date", "time", "timetz", "timestamp", "timestamptz", "interval"]), date_words)
def test_any_words_are_a_time_or_refused_with_a_documented_error(name: str, words: str) -> None:
    try:
        decode_parameter(words.encode(), 0, type_by_name(name).oid, DEFAULT_STYLE)
    except SqlError as error:
        assert error.sqlstate[:2] in {"0A", "22"}
