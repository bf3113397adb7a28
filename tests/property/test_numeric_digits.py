"""Numbers that come as digits leave as numeric_out prints them, whichever way is taken."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pgddb.pgtypes import DEFAULT_STYLE, ResultField, type_by_name
from pgddb.pgtypes.columns import VariableColumn
from pgddb.pgtypes.numeric_digits import digits_text_column
from pgddb.pgtypes.numeric_format import numeric_text
from pgddb.pgtypes.text_input import parse_numeric

numbers = st.one_of(
    st.sampled_from(["0", "-0", "1.50", "1E+125", "1E-130", "-0.0", "007", "+5", ".5", "9" * 38, "-0.05", "1e3", "10"]),
    st.sampled_from(["0.5", "-0.5", "-1", "00", "1.", "-.5", "00.5", "0.", "NaN", "-12.30"]),
    st.integers(-(10**38) + 1, 10**38 - 1).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9).map(str),
)


@given(st.lists(numbers | st.none()), st.integers(0, 2), st.sampled_from([pa.string(), pa.large_string()]))
def test_digits_leave_as_numeric_prints_them(many: list[str | None], start: int, kind: pa.DataType) -> None:
    encode = digits_text_column(kind, ResultField("n", type_by_name("numeric")), DEFAULT_STYLE)
    assert encode is not None
    encoded = encode(pa.array(many, kind)[start:])
    assert isinstance(encoded, VariableColumn)
    expected = [None if text is None else numeric_text(parse_numeric(text)).encode() for text in many[start:]]
    assert encoded.values.to_pylist() == expected


def test_numbers_beyond_numerics_limits_are_left_to_the_values_own_encoder() -> None:
    encode = digits_text_column(pa.string(), ResultField("n", type_by_name("numeric")), DEFAULT_STYLE)
    assert encode is not None
    assert encode(pa.array(["9" * 2000])) is None
