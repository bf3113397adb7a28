"""A row encoded without Arrow has the bytes that its batch would have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgddb.errors import DatatypeMismatch
from pgddb.pgtypes import (
    DEFAULT_STYLE,
    ResultField,
    RowEncoder,
    RowShape,
    SingleRow,
    ValueKind,
    encode_single,
    type_by_name,
)

COLUMNS: list[tuple[str, ValueKind, str | int | bool | None]] = [
    ("text", "string", "a é 😀"),
    ("text", "string", ""),
    ("text", "string", None),
    ("bigint", "int64", -(2**63)),
    ("bigint", "int64", None),
    ("numeric", "string", "-12.50"),
    ("boolean", "bool", True),
    ("boolean", "bool", None),
    ("jsonb", "string", '{"a": [1, "x"]}'),
]


@pytest.mark.parametrize("formats", [(), (0,), (1,)])
def test_a_single_row_is_encoded_as_its_batch(formats: tuple[int, ...]) -> None:
    fields = [ResultField(f"c{place}", type_by_name(name)) for place, (name, _, _) in enumerate(COLUMNS)]
    shape = RowShape(tuple(kind for _, kind, _ in COLUMNS), tuple(field.name for field in fields))
    row = SingleRow(tuple(value for _, _, value in COLUMNS), shape)
    batch = row.batch()
    assert batch.schema.names == list(shape.names)
    assert encode_single(row, fields, formats, DEFAULT_STYLE) == bytes(
        RowEncoder(fields, formats, DEFAULT_STYLE).encode(batch)
    )


def test_a_shape_encodes_for_each_client_as_it_asks() -> None:
    fields = [ResultField("n", type_by_name("bigint")), ResultField("t", type_by_name("text"))]
    row = SingleRow((7, "é"), RowShape(("int64", "string"), ("n", "t")))
    latin = replace(DEFAULT_STYLE, encoding="LATIN1")
    asked = [((), DEFAULT_STYLE), ((1,), DEFAULT_STYLE), ((), latin), ((0, 1), latin), ((), DEFAULT_STYLE)]
    for formats, style in asked:
        assert encode_single(row, fields, formats, style) == bytes(
            RowEncoder(fields, formats, style).encode(row.batch())
        )


def test_a_long_value_has_its_length() -> None:
    fields = [ResultField("t", type_by_name("text"))]
    for length in (1023, 1024, 100_000):
        row = SingleRow(("x" * length,), RowShape(("string",), ("t",)))
        assert encode_single(row, fields, (), DEFAULT_STYLE) == bytes(
            RowEncoder(fields, (), DEFAULT_STYLE).encode(row.batch())
        )


def test_a_value_that_cannot_become_its_field_is_refused() -> None:
    fields = [ResultField("c", type_by_name("uuid"))]
    with pytest.raises(DatatypeMismatch):
        encode_single(SingleRow((True,), RowShape(("bool",), ("c",))), fields, (), DEFAULT_STYLE)
