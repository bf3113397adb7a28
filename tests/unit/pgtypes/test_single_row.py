"""A row encoded without Arrow has the bytes that its batch would have."""

from __future__ import annotations

import pytest

from pgddb.errors import DatatypeMismatch
from pgddb.pgtypes import DEFAULT_STYLE, ResultField, RowEncoder, SingleRow, ValueKind, encode_single, type_by_name

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
    row = SingleRow(
        tuple(value for _, _, value in COLUMNS),
        tuple(kind for _, kind, _ in COLUMNS),
        tuple(field.name for field in fields),
    )
    batch = row.batch()
    assert batch.schema.names == list(row.names)
    assert encode_single(row, fields, formats, DEFAULT_STYLE) == bytes(
        RowEncoder(fields, formats, DEFAULT_STYLE).encode(batch)
    )


def test_a_value_that_cannot_become_its_field_is_refused() -> None:
    fields = [ResultField("c", type_by_name("uuid"))]
    with pytest.raises(DatatypeMismatch):
        encode_single(SingleRow((True,), ("bool",), ("c",)), fields, (), DEFAULT_STYLE)
