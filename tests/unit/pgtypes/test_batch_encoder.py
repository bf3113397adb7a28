"""Record batches become DataRow messages: formats, sizes, and what went wrong with buffers before."""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from pgddb.errors import (
    ArraySubscriptError,
    DatatypeMismatch,
    DatetimeFieldOverflow,
    FeatureNotSupported,
    InvalidTextRepresentation,
    NumericValueOutOfRange,
    ProtocolViolation,
    SqlError,
)
from pgddb.pgtypes import DEFAULT_STYLE, OutputStyle, ResultField, encode_batch, type_by_name
from pgddb.pgtypes import framing as framing_module
from pgddb.pgtypes.batch_encoder import FEW_ROWS

pytestmark = pytest.mark.usefixtures("both_ways")

MANY = FEW_ROWS + 3
INFINITY = 2**63 - 1


def rows(buffer: bytes | memoryview) -> list[list[bytes | None]]:
    """Read DataRow messages back; each must be exactly as long as it says."""
    raw, position = bytes(buffer), 0
    found: list[list[bytes | None]] = []
    while position < len(raw):
        tag, length, count = struct.unpack_from("!cih", raw, position)
        assert tag == b"D"
        end = position + 1 + length
        position += 7
        cells: list[bytes | None] = []
        for _ in range(count):
            (size,) = struct.unpack_from("!i", raw, position)
            position += 4
            cells.append(None if size < 0 else raw[position : position + size])
            position += max(size, 0)
        assert position == end
        found.append(cells)
    return found


def encoded(
    values: list[Any], kind: pa.DataType, name: str, *, binary: bool = False, type_modifier: int = -1, **style: Any
) -> list[bytes | None]:
    """Encode one column in both ways, few rows and many, which must agree; give the few rows' cells."""
    field = ResultField("c", type_by_name(name), type_modifier)
    few = pa.record_batch([pa.array(values, kind)], ["c"])
    repeats = MANY // len(values) + 1
    many = pa.record_batch([pa.array(values * repeats, kind)], ["c"])
    found = [row[0] for row in rows(encode_batch(few, [field], [int(binary)], OutputStyle(**style)))]
    assert rows(encode_batch(many, [field], [int(binary)], OutputStyle(**style))) == [[c] for c in found] * repeats
    return found


def both_raise(error: type[SqlError], values: list[Any], kind: pa.DataType, name: str, type_modifier: int = -1) -> str:
    """Encode few rows and many, in text and in binary, all of which must fail alike; give the message."""
    field = ResultField("c", type_by_name(name), type_modifier)
    messages = set()
    for column in (values, values * MANY):
        for code in (0, 1):
            batch = pa.record_batch([pa.array(column, kind)], ["c"])
            with pytest.raises(error) as caught:
                encode_batch(batch, [field], [code], DEFAULT_STYLE)
            messages.add(caught.value.message)
    assert len(messages) == 1
    return messages.pop()


def two_columns(count: int) -> tuple[pa.RecordBatch, list[ResultField]]:
    batch = pa.record_batch([pa.array([7] * count, pa.int32()), pa.array(["x"] * count)], ["n", "t"])
    return batch, [ResultField("n", type_by_name("int4")), ResultField("t", type_by_name("text"))]


@pytest.mark.parametrize("count", [1, MANY])
@pytest.mark.parametrize(
    ("formats", "number"), [([], b"7"), ([0], b"7"), ([1], b"\0\0\0\7"), ([0, 1], b"7"), ([1, 0], b"\0\0\0\7")]
)
def test_zero_one_or_a_format_for_each_column_may_be_given(formats: list[int], number: bytes, count: int) -> None:
    batch, fields = two_columns(count)
    assert rows(encode_batch(batch, fields, formats, DEFAULT_STYLE)) == [[number, b"x"]] * count


@pytest.mark.parametrize("formats", [[0, 0, 0], [2], [-1, 0]])
def test_other_formats_are_refused(formats: list[int]) -> None:
    batch, fields = two_columns(1)
    with pytest.raises(ProtocolViolation):
        encode_batch(batch, fields, formats, DEFAULT_STYLE)


def test_a_batch_without_rows_is_empty() -> None:
    batch, fields = two_columns(0)
    assert bytes(encode_batch(batch, fields, [], DEFAULT_STYLE)) == b""


def test_rows_without_columns_are_messages_too() -> None:
    batch = pa.record_batch([pa.array([1, 2])], ["unused"]).select([])
    assert rows(encode_batch(batch, [], [], DEFAULT_STYLE)) == [[]] * batch.num_rows


def test_a_batch_that_fits_no_buffer_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    batch, fields = two_columns(1000)
    whole = bytes(encode_batch(batch, fields, [], DEFAULT_STYLE))
    monkeypatch.setattr(framing_module, "MAX_BYTES", 2000)
    assert bytes(encode_batch(batch, fields, [], DEFAULT_STYLE)) == whole


def test_null_floats_do_not_leave_the_text_of_nan() -> None:
    assert encoded([1.5, None, float("nan")], pa.float64(), "float8") == [b"1.5", None, b"NaN"]


def test_null_keeps_lengths_and_bytes_in_step_for_fixed_widths() -> None:
    assert encoded([1, None, 3], pa.int32(), "int4", binary=True) == [b"\0\0\0\1", None, b"\0\0\0\3"]


@pytest.mark.parametrize("scale", [17, 18])
def test_numbers_of_18_digits_do_not_overflow_in_binary(scale: int) -> None:
    value = Decimal(10**18 - 1).scaleb(-scale)
    found = encoded([value, -value], pa.decimal128(18, scale), "numeric", binary=True)
    assert [cell[2:8] for cell in found if cell] == (
        [b"\0\0\0\0\0\x11", b"\0\0\x40\0\0\x11"] if scale == 17 else [b"\xff\xff\0\0\0\x12", b"\xff\xff\x40\0\0\x12"]
    )


def test_the_engines_infinities_become_those_of_postgresql() -> None:
    moments = pa.timestamp("us")
    assert encoded([INFINITY, -INFINITY], moments, "timestamp") == [b"infinity", b"-infinity"]
    ends = [struct.pack("!q", 2**63 - 1), struct.pack("!q", -(2**63))]
    assert encoded([INFINITY, -INFINITY], moments, "timestamp", binary=True) == ends
    assert encoded([2**31 - 1, -(2**31) + 1], pa.date32(), "date") == [b"infinity", b"-infinity"]


@pytest.mark.parametrize("binary", [False, True])
def test_a_slice_starts_where_it_says(*, binary: bool) -> None:
    array = pa.array([None, 1, None, 3] * MANY, pa.int64())
    names = pa.array(["a", None, "c", "d"] * MANY)
    batch = pa.record_batch([array, names], ["n", "s"]).slice(3, MANY)
    fields = [ResultField("n", type_by_name("int8")), ResultField("s", type_by_name("text"))]
    three = struct.pack("!q", 3) if binary else b"3"
    one = struct.pack("!q", 1) if binary else b"1"
    pattern = [[three, b"d"], [None, b"a"], [one, None], [None, b"c"]]
    found = rows(encode_batch(batch, fields, [int(binary)], DEFAULT_STYLE))
    assert found == (pattern * MANY)[:MANY]


def test_numeric_without_precision_has_no_zeros_at_its_end() -> None:
    values = [Decimal("1.5000"), Decimal(0), Decimal(-100), Decimal("0.0001")]
    assert encoded(values, pa.decimal128(38, 4), "numeric") == [b"1.5", b"0", b"-100", b"0.0001"]


def test_numeric_with_precision_has_all_its_decimals() -> None:
    modifier = (10 << 16 | 2) + 4
    values = [Decimal("1.5"), Decimal(0), Decimal(-100)]
    assert encoded(values, pa.decimal128(10, 2), "numeric", type_modifier=modifier) == [b"1.50", b"0.00", b"-100.00"]


def test_numeric_near_zero_has_no_exponent_and_a_zero_before_the_point() -> None:
    values = [Decimal("1e-10"), Decimal("0.5"), Decimal("-0.0000001"), Decimal(0)]
    assert encoded(values, pa.decimal128(38, 38), "numeric") == [b"0.0000000001", b"0.5", b"-0.0000001", b"0"]


def test_digits_as_text_become_numeric_notation() -> None:
    values = ["1E+3", "0.10", "1e-9", "NaN"]
    assert encoded(values, pa.string(), "numeric") == [b"1000", b"0.10", b"0.000000001", b"NaN"]


@pytest.mark.parametrize(
    ("value", "kind", "name"),
    [
        (2**31, pa.int64(), "int4"),
        (-(2**15) - 1, pa.int32(), "int2"),
        (2**63, pa.uint64(), "int8"),
        (-1, pa.int64(), "oid"),
        (Decimal(2**63), pa.decimal128(38, 0), "int8"),
    ],
    ids=str,
)
def test_an_integer_that_does_not_fit_is_refused_not_wrapped(value: Any, kind: pa.DataType, name: str) -> None:
    assert "out of range" in both_raise(NumericValueOutOfRange, [1, value], kind, name)


def test_a_fraction_does_not_become_an_integer() -> None:
    both_raise(NumericValueOutOfRange, [Decimal("1.5")], pa.decimal128(10, 2), "int4")
    both_raise(NumericValueOutOfRange, [1.5], pa.float64(), "int4")


def test_a_number_too_large_for_its_precision_is_refused() -> None:
    message = both_raise(NumericValueOutOfRange, [Decimal(1000)], pa.decimal128(10, 2), "numeric", (5 << 16 | 2) + 4)
    assert message == "numeric field overflow"


def test_a_time_before_postgresqls_first_is_refused() -> None:
    both_raise(DatetimeFieldOverflow, [-(2**62)], pa.timestamp("us"), "timestamp")


def test_text_that_is_no_value_of_the_type_is_refused() -> None:
    assert (
        both_raise(InvalidTextRepresentation, ["x"], pa.string(), "uuid") == 'invalid input syntax for type uuid: "x"'
    )


@pytest.mark.parametrize(
    ("value", "kind", "name", "text"),
    [
        (12, pa.int64(), "text", b"12"),
        (True, pa.bool_(), "text", b"true"),
        (1.5, pa.float64(), "varchar", b"1.5"),
        (b"\1", pa.binary(), "text", b"\\x01"),
        (0.1, pa.float64(), "numeric", b"0.1"),
        (7, pa.int64(), "float8", b"7"),
        ("t", pa.string(), "bool", b"t"),
        ("12", pa.string(), "int4", b"12"),
        ("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", pa.string(), "uuid", b"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("{1,2}", pa.string(), "_int4", b"{1,2}"),
        (23, pa.int64(), "regtype", b"integer"),
        (0, pa.int64(), "regclass", b"-"),
        ("pg_class", pa.string(), "regclass", b"pg_class"),
        (19723, pa.date32(), "timestamp", b"2024-01-01 00:00:00"),
        ("", pa.string(), "void", b""),
    ],
    ids=str,
)
def test_a_column_may_carry_another_type_than_its_field(value: Any, kind: pa.DataType, name: str, text: bytes) -> None:
    assert encoded([value, None], kind, name) == [text, None]


def test_a_reg_name_leaves_in_binary_only_when_its_oid_is_known() -> None:
    assert encoded(["integer", "-", "25"], pa.string(), "regtype", binary=True) == [
        struct.pack("!I", oid) for oid in (23, 0, 25)
    ]
    with pytest.raises(FeatureNotSupported, match='binary output of regclass "pg_class"'):
        encoded(["pg_class"], pa.string(), "regclass", binary=True)


def test_a_column_that_cannot_become_its_type_is_refused() -> None:
    assert "cannot be sent as type integer" in both_raise(DatatypeMismatch, [b"x"], pa.binary(), "int4")


def test_a_row_leaves_as_the_text_that_the_statement_made_of_it() -> None:
    assert encoded(["(1,2)"], pa.string(), "record") == [b"(1,2)"]


def test_a_row_that_is_no_text_is_refused() -> None:
    both_raise(FeatureNotSupported, [{"a": 1}], pa.struct([("a", pa.int64())]), "record")


def test_a_ragged_list_is_no_array() -> None:
    both_raise(ArraySubscriptError, [[[1], [2, 3]]], pa.list_(pa.list_(pa.int64())), "_int8")


def test_bytes_leave_in_hex_or_escaped() -> None:
    values = [b"\x00a\\\xff", b""]
    assert encoded(values, pa.binary(), "bytea") == [b"\\x00615cff", b"\\x"]
    assert encoded(values, pa.binary(), "bytea", bytea_output="escape") == [b"\\000a\\\\\\377", b""]


def test_instants_are_shown_in_the_sessions_zone() -> None:
    values = [1704164645678000, 1720000000000000]
    kind = pa.timestamp("us", "UTC")
    assert encoded(values, kind, "timestamptz", time_zone="Europe/Berlin") == [
        b"2024-01-02 04:04:05.678+01",
        b"2024-07-03 11:46:40+02",
    ]
    assert encoded(values, kind, "timestamptz", time_zone="Asia/Kolkata")[1] == b"2024-07-03 15:16:40+05:30"
