"""Numbers that come as digits leave as numeric_out prints them, whichever way is taken."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgddb.errors import SqlError
from pgddb.pgtypes import DEFAULT_STYLE, ResultField, type_by_name
from pgddb.pgtypes.columns import VariableColumn, as_variable
from pgddb.pgtypes.numeric_digits import digits_binary_column, digits_text_column
from pgddb.pgtypes.numeric_format import numeric_text
from pgddb.pgtypes.row_encoder import cell_writer
from pgddb.pgtypes.text_input import parse_numeric

numbers = st.one_of(
    st.sampled_from(["0", "-0", "1.50", "1E+125", "1E-130", "-0.0", "007", "+5", ".5", "9" * 38, "-0.05", "1e3", "10"]),
    st.sampled_from(["0.5", "-0.5", "-1", "00", "1.", "-.5", "00.5", "0.", "NaN", "-12.30"]),
    st.integers(-(10**38) + 1, 10**38 - 1).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9).map(str),
)

pytestmark = pytest.mark.usefixtures("both_ways")

modifiers = st.sampled_from([-1, (12 << 16 | 2) + 4, (38 << 16 | 4) + 4, (5 << 16) + 4])
kinds = st.sampled_from([pa.string(), pa.large_string()])


def field(modifier: int = -1) -> ResultField:
    return ResultField("n", type_by_name("numeric"), modifier)


@given(st.lists(numbers | st.none()), st.integers(0, 2), kinds)
def test_digits_leave_as_numeric_prints_them(many: list[str | None], start: int, kind: pa.DataType) -> None:
    encoded = digits_text_column(kind, field(), DEFAULT_STYLE)(pa.array(many, kind)[start:])
    assert isinstance(encoded, VariableColumn)
    expected = [None if text is None else numeric_text(parse_numeric(text)).encode() for text in many[start:]]
    assert encoded.values.to_pylist() == expected


@given(st.lists(numbers | st.none() | st.sampled_from(["12.50", "1.0000", "-3.25"]), max_size=8), modifiers, kinds)
def test_whole_columns_of_digits_are_what_the_rows_are(
    many: list[str | None], modifier: int, kind: pa.DataType
) -> None:
    """Text and binary, with and without a precision; a number that does not fit fails both ways."""
    array = pa.array(many, kind)
    for format_code, encoder in (
        (0, digits_text_column(kind, field(modifier), DEFAULT_STYLE)),
        (1, digits_binary_column(kind, field(modifier))),
    ):
        write = cell_writer(kind, field(modifier), format_code, DEFAULT_STYLE)
        try:
            expected: object = [None if text is None else write(text) for text in many]
        except SqlError as error:
            expected = type(error)
        assert encoder is not None
        try:
            encoded = encoder(array)
            found: object = None if encoded is None else as_variable(encoded).to_pylist()
        except SqlError as error:
            found = type(error)
        assert found in (None, expected)


def test_money_needs_no_single_values() -> None:
    array = pa.array(["12.50", None, "0.05", "-1234567.80"])
    money = field((12 << 16 | 2) + 4)
    encoded = digits_binary_column(pa.string(), money)
    assert encoded is not None
    assert encoded(array) is not None
    text = digits_text_column(pa.string(), money, DEFAULT_STYLE)(array)
    assert isinstance(text, VariableColumn)
    assert text.values.to_pylist() == [b"12.50", None, b"0.05", b"-1234567.80"]


def test_numbers_beyond_numerics_limits_are_left_to_the_values_own_encoder() -> None:
    assert digits_text_column(pa.string(), field(), DEFAULT_STYLE)(pa.array(["9" * 2000])) is None
