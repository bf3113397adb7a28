"""An Arrow column has a PostgreSQL type when nobody says otherwise."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pgddb.errors import FeatureNotSupported
from pgddb.pgtypes import default_type, default_type_modifier


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (pa.bool_(), "boolean"), (pa.int8(), "smallint"), (pa.int16(), "smallint"), (pa.int32(), "integer"),
        (pa.int64(), "bigint"), (pa.uint8(), "smallint"), (pa.uint16(), "integer"), (pa.uint32(), "bigint"),
        (pa.uint64(), "numeric"), (pa.decimal128(38, 0), "numeric"), (pa.decimal128(10, 2), "numeric"),
        (pa.float32(), "real"), (pa.float64(), "double precision"), (pa.string(), "text"), (pa.string_view(), "text"),
        (pa.large_string(), "text"), (pa.binary(), "bytea"), (pa.date32(), "date"),
        (pa.time64("us"), "time without time zone"), (pa.timestamp("us"), "timestamp without time zone"),
        (pa.timestamp("us", "UTC"), "timestamp with time zone"), (pa.month_day_nano_interval(), "interval"),
        (pa.null(), "text"), (pa.list_(pa.int64()), "bigint[]"), (pa.list_(pa.list_(pa.string())), "text[]"),
        (pa.list_(pa.int32(), 3), "integer[]"), (pa.dictionary(pa.int8(), pa.string()), "text"), (pa.uuid(), "uuid"),
        (pa.json_(), "json"),
    ],
    ids=str,
)  # fmt: skip
def test_an_arrow_type_stands_for_a_postgresql_type(kind: pa.DataType, name: str) -> None:
    assert default_type(kind).type_name == name


@pytest.mark.parametrize("kind", [pa.struct({"a": pa.int32()}), pa.map_(pa.string(), pa.int32())], ids=str)
def test_rows_and_maps_are_refused(kind: pa.DataType) -> None:
    with pytest.raises(FeatureNotSupported, match="has no PostgreSQL type"):
        default_type(kind)


def test_a_decimal_brings_its_precision_and_scale() -> None:
    assert default_type_modifier(pa.decimal128(10, 2)) == (10 << 16 | 2) + 4


def test_a_wide_integer_brings_no_precision() -> None:
    assert default_type_modifier(pa.decimal128(38, 0)) == -1
    assert default_type_modifier(pa.int64()) == -1
