"""The batch encoder gives the bytes of the per-row encoder, whatever the types, NULLs, slices and sizes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pgddb.pgtypes import DEFAULT_STYLE, OutputStyle, ResultField, RowEncoder, encode_batch, type_by_name
from pgddb.pgtypes.batch_encoder import FEW_ROWS
from pgddb.pgtypes.copy_encoder import CopyLineEncoder
from pgddb.pgtypes.copy_text import CsvFormat, TextFormat
from pgddb.pgtypes.framing import COPY_DATA
from pgddb.pgtypes.row_encoder import cell_writer, encode_rows

BERLIN = OutputStyle(time_zone="Europe/Berlin")
STYLES = (
    DEFAULT_STYLE,
    BERLIN,
    OutputStyle(time_zone="<+05:30>-05:30", bytea_output="escape", extra_float_digits=0),
    OutputStyle(time_zone="America/St_Johns", date_style="Postgres, DMY", interval_style="iso_8601"),
)

int64 = st.integers(-(2**63), 2**63 - 1)
moments = st.one_of(
    st.integers(-(10**15), 4 * 10**15),
    st.integers(-(10**9), 4 * 10**9).map(lambda seconds: seconds * 1_000_000),
    st.integers(-210_866_803_200_000_000, 9_224_318_015_999_999_999 - 2 * 10**15),
    st.sampled_from([2**63 - 1, -(2**63) + 1, 0, -1]),
)
days = st.one_of(
    st.integers(-30_000, 60_000),
    st.integers(-2_400_000, 2**31 - 20_000_000),
    st.sampled_from([2**31 - 1, -(2**31) + 1]),
)
floats = st.one_of(st.floats(), st.integers(-(2**60), 2**60).map(float), st.floats(-1000, 1000))
text = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
    st.sampled_from(["", "null", "NULL", "a b", 'say "x"', "back\\slash", "{}", "a,b", "\n", "\x0b", "é"]),
)
uuids = st.uuids().map(str)
intervals = st.tuples(
    st.integers(-(2**31), 2**31 - 1), st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63) + 1, 2**63 - 1)
)

pytestmark = pytest.mark.usefixtures("both_ways")


def decimals(precision: int, scale: int) -> st.SearchStrategy[Decimal]:
    limit = 10**precision - 1
    whole = st.one_of(st.integers(-limit, limit), st.integers(-10000, 10000).filter(lambda n: abs(n) <= limit))
    return whole.map(lambda unscaled: Decimal(f"{unscaled}e-{scale}"))


def typmod(precision: int, scale: int) -> int:
    return (precision << 16 | scale) + 4


def ints(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


COLUMNS: tuple[tuple[pa.DataType, str, int, st.SearchStrategy[Any]], ...] = (
    (pa.bool_(), "bool", -1, st.booleans()),
    (pa.int8(), "int2", -1, ints(8)),
    (pa.int16(), "int2", -1, ints(16)),
    (pa.int32(), "int4", -1, ints(32)),
    (pa.int64(), "int8", -1, int64),
    (pa.int64(), "int4", -1, ints(32)),
    (pa.int32(), "int8", -1, ints(32)),
    (pa.uint32(), "oid", -1, st.integers(0, 2**32 - 1)),
    (pa.int64(), "oid", -1, st.integers(0, 2**32 - 1)),
    (pa.int64(), "numeric", -1, int64),
    (pa.int64(), "regtype", -1, st.sampled_from([0, 23, 25, 999_999])),
    (pa.uint64(), "numeric", -1, st.integers(0, 2**64 - 1)),
    (pa.decimal128(38, 0), "int8", -1, int64.map(Decimal)),
    (pa.decimal128(38, 0), "numeric", -1, decimals(38, 0)),
    (pa.decimal128(38, 10), "numeric", -1, decimals(38, 10)),
    (pa.decimal128(18, 17), "numeric", -1, decimals(18, 17)),
    (pa.decimal128(18, 18), "numeric", -1, decimals(18, 18)),
    (pa.decimal128(38, 38), "numeric", -1, decimals(38, 38)),
    (pa.decimal128(10, 2), "numeric", typmod(10, 2), decimals(10, 2)),
    (pa.decimal128(10, 2), "numeric", typmod(20, 6), decimals(10, 2)),
    (pa.decimal128(38, 10), "numeric", typmod(38, 10), decimals(38, 10)),
    (pa.decimal128(19, 1), "numeric", -1, decimals(19, 1)),
    (pa.string(), "numeric", -1, decimals(38, 20).map(str)),
    (pa.float64(), "float8", -1, floats),
    (pa.float32(), "float4", -1, st.floats(width=32)),
    (pa.float64(), "float4", -1, st.floats(width=32)),
    (pa.float32(), "float8", -1, st.floats(width=32)),
    (pa.float64(), "numeric", -1, floats),
    (pa.string(), "text", -1, text),
    (pa.string_view(), "text", -1, text),
    (pa.large_string(), "varchar", -1, text),
    (pa.string(), "name", -1, text),
    (pa.string(), "jsonb", -1, text),
    (pa.string(), "char", -1, st.sampled_from(["", "r", "v"])),
    (pa.string(), "uuid", -1, uuids),
    (pa.binary(16), "uuid", -1, st.binary(min_size=16, max_size=16)),
    (pa.binary(), "bytea", -1, st.binary(max_size=9)),
    (pa.binary_view(), "bytea", -1, st.binary(max_size=20)),
    (pa.date32(), "date", -1, days),
    (pa.time64("us"), "time", -1, st.integers(0, 86_400_000_000)),
    (pa.time64("us"), "timetz", -1, st.integers(0, 86_400_000_000)),
    (pa.timestamp("us"), "timestamp", -1, moments),
    (pa.timestamp("us", "UTC"), "timestamptz", -1, moments),
    (pa.timestamp("ns"), "timestamp", -1, int64.filter(lambda n: n > -(2**63) + 1)),
    (pa.timestamp("s"), "timestamp", -1, st.integers(-(10**11), 10**12)),
    (pa.month_day_nano_interval(), "interval", -1, intervals),
    (pa.null(), "text", -1, st.none()),
    (pa.list_(pa.int64()), "_int8", -1, st.lists(st.none() | int64, max_size=3)),
    (pa.list_(pa.int64()), "_int4", -1, st.lists(st.none() | ints(32), max_size=3)),
    (pa.list_(pa.string()), "_text", -1, st.lists(st.none() | text, max_size=3)),
    (pa.list_(pa.float64()), "_float8", -1, st.lists(st.none() | floats, max_size=3)),
    (pa.list_(pa.bool_()), "_bool", -1, st.lists(st.none() | st.booleans(), max_size=3)),
    (pa.list_(pa.decimal128(20, 4)), "_numeric", -1, st.lists(st.none() | decimals(20, 4), max_size=3)),
    (pa.list_(pa.timestamp("us", "UTC")), "_timestamptz", -1, st.lists(st.none() | moments, max_size=3)),
    (pa.list_(pa.binary()), "_bytea", -1, st.lists(st.none() | st.binary(max_size=4), max_size=3)),
    (pa.list_(pa.month_day_nano_interval()), "_interval", -1, st.lists(st.none() | intervals, max_size=2)),
    (pa.list_(pa.string()), "_uuid", -1, st.lists(st.none() | uuids, max_size=2)),
    (pa.list_(pa.int32(), 2), "_int4", -1, st.lists(st.none() | ints(32), min_size=2, max_size=2)),
    (pa.list_(pa.int64()), "oidvector", -1, st.lists(st.integers(0, 2**32 - 1), max_size=3)),
    (pa.list_(pa.list_(pa.int64())), "_int8", -1, st.lists(st.tuples(int64, int64).map(list), max_size=2)),
    (pa.list_(pa.list_(pa.string())), "_text", -1, st.lists(st.tuples(text, st.none() | text).map(list), max_size=2)),
    (pa.dictionary(pa.int8(), pa.string()), "text", -1, st.sampled_from(["sad", "happy", "a b"])),
)


@st.composite
def batches(draw: st.DrawFn) -> tuple[pa.RecordBatch, list[ResultField], list[int]]:
    rows = draw(st.sampled_from([0, 1, 2, FEW_ROWS - 1, FEW_ROWS, FEW_ROWS + 1, 70]))
    chosen = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=5))
    before, after = draw(st.integers(0, 9)), draw(st.integers(0, 3))
    arrays = []
    for kind, _, _, values in chosen:
        elements = st.none() | values if draw(st.booleans()) else values
        sample = draw(st.lists(elements, min_size=1, max_size=12))
        total = before + rows + after
        column = (sample * (total // len(sample) + 1))[:total]
        arrays.append(pa.array(column, kind).slice(before, rows))
    fields = [ResultField(f"c{i}", type_by_name(name), mod) for i, (_, name, mod, _) in enumerate(chosen)]
    formats = [draw(st.integers(0, 1)) for _ in chosen]
    return pa.record_batch(arrays, [field.name for field in fields]), fields, formats


def reference(batch: pa.RecordBatch, fields: list[ResultField], formats: list[int], style: OutputStyle) -> bytes:
    writers = [
        cell_writer(column.type, field, code, style)
        for column, field, code in zip(batch.schema, fields, formats, strict=True)
    ]
    return encode_rows(batch.columns, writers)


@settings(max_examples=100, deadline=None)
@given(batches(), st.sampled_from(STYLES))
def test_a_batch_is_encoded_as_its_rows_are(
    case: tuple[pa.RecordBatch, list[ResultField], list[int]], style: OutputStyle
) -> None:
    batch, fields, formats = case
    assert bytes(encode_batch(batch, fields, formats, style)) == reference(batch, fields, formats, style)


@settings(max_examples=25, deadline=None)
@given(batches())
def test_a_prepared_encoder_gives_the_same_for_every_part_of_a_batch(
    case: tuple[pa.RecordBatch, list[ResultField], list[int]],
) -> None:
    batch, fields, formats = case
    encoder = RowEncoder(fields, formats, BERLIN)
    middle = batch.num_rows // 2
    parts = bytes(encoder.encode(batch.slice(0, middle))) + bytes(encoder.encode(batch.slice(middle)))
    assert parts == bytes(encoder.encode(batch))


@pytest.mark.parametrize("case", COLUMNS, ids=lambda case: f"{case[0]}-{case[1]}-{case[2]}")
@settings(max_examples=6, deadline=None)
@given(style=st.sampled_from(STYLES), format_code=st.integers(0, 1), data=st.data())
def test_every_type_is_encoded_in_a_batch_as_in_a_row(
    case: tuple[pa.DataType, str, int, st.SearchStrategy[Any]],
    style: OutputStyle,
    format_code: int,
    data: st.DataObject,
) -> None:
    kind, name, type_modifier, values = case
    sample = data.draw(st.lists(st.none() | values, min_size=10, max_size=40))
    batch = pa.record_batch([pa.array(sample * 4, kind).slice(3)], ["c"])
    fields = [ResultField("c", type_by_name(name), type_modifier)]
    assert bytes(encode_batch(batch, fields, [format_code], style)) == reference(batch, fields, [format_code], style)


@settings(max_examples=40, deadline=None)
@given(batches(), st.sampled_from([TextFormat(), TextFormat(b"1", b"x"), CsvFormat(), CsvFormat(null=b"NULL")]))
def test_lines_of_copy_are_the_rows_in_text(
    case: tuple[pa.RecordBatch, list[ResultField], list[int]], form: TextFormat | CsvFormat
) -> None:
    """Each message holds the values that the columns have alone, whoever puts them together."""
    batch, fields, _ = case
    assume(batch.num_rows)
    lines = bytes(CopyLineEncoder(fields, form, DEFAULT_STYLE, header=False).encode(batch))
    alone = [
        messages(
            bytes(CopyLineEncoder([field], single(form), DEFAULT_STYLE, header=False).encode(batch.select([place])))
        )
        for place, field in enumerate(fields)
    ]
    assert messages(lines) == [
        form.delimiter.join(value.removesuffix(b"\n") for value in row) + b"\n" for row in zip(*alone, strict=True)
    ]


def single(form: TextFormat | CsvFormat) -> TextFormat | CsvFormat:
    """Give the format for a column alone; quoting must not change because of that."""
    return replace(form, alone=False) if isinstance(form, CsvFormat) else form


def messages(stream: bytes) -> list[bytes]:
    found = []
    while stream:
        assert stream[0] == COPY_DATA
        size = int.from_bytes(stream[1:5], "big") + 1
        found.append(stream[5:size])
        stream = stream[size:]
    return found
