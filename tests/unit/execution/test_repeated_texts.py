"""Values leave the text only with their exact types, and only where the result is small."""

from __future__ import annotations

import pytest

from pgddb.access.path import AccessPath, BatchGet, Estimate, ItemGet, PartitionQuery, Read, SegmentScan
from pgddb.access.table import AttributeType, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.execution.repeated_texts import preparable
from pgddb.planner.template import ParameterSlot, SqlTemplate

TABLE = TableSchema("public", "t", "t", Source(), KeySchema((KeyAttribute("id", AttributeType.S),)), ())
TEMPLATE = SqlTemplate(("SELECT ", ParameterSlot(1, "NULL"), ", ", ParameterSlot(2, "NULL")))


def path(read: Read, *, items: float = 1, limit: int | None = None) -> AccessPath:
    return AccessPath(TABLE, read, Estimate(items=items, size_bytes=1, read_units=1, requests=1), limit=limit)


@pytest.mark.parametrize(
    ("literal", "place"),
    [
        ("CAST('a' AS VARCHAR)", "CAST($1 AS VARCHAR)"),
        ("CAST('it''s AS x' AS VARCHAR)", "CAST($1 AS VARCHAR)"),
        ("CAST(5 AS BIGINT)", "CAST($1 AS BIGINT)"),
        ("CAST('1.5' AS DECIMAL(2,1))", "CAST($1 AS DECIMAL(2,1))"),
        ("CAST(NULL AS VARCHAR[])", "CAST($1 AS VARCHAR[])"),
    ],
)
def test_a_typed_literal_becomes_a_parameter_of_its_type(literal: str, place: str) -> None:
    made = preparable(TEMPLATE, [literal, "true"], [path(ItemGet(()))])
    assert made is not None
    assert made.text == f"SELECT {place}, true"
    assert made.arguments == (literal,)


def test_other_literals_stay_in_the_text() -> None:
    made = preparable(TEMPLATE, ["(DATE '2000-01-01' + CAST(5 AS INTEGER))", "CAST(5 AS BIGINT)"], [path(ItemGet(()))])
    assert made is not None
    assert made.text == "SELECT (DATE '2000-01-01' + CAST(5 AS INTEGER)), CAST($1 AS BIGINT)"
    assert made.arguments == ("CAST(5 AS BIGINT)",)


def test_only_small_reads_are_prepared() -> None:
    literals = ["true", "true"]
    small = [path(ItemGet(())), path(BatchGet(((), ()))), path(PartitionQuery(()), items=10)]
    assert preparable(TEMPLATE, literals, small) is not None
    assert preparable(TEMPLATE, literals, [path(SegmentScan(8), limit=10)]) is not None
    for large in (path(SegmentScan(8)), path(PartitionQuery(()), items=1e6)):
        assert preparable(TEMPLATE, literals, [*small, large]) is None
    assert preparable(TEMPLATE, literals, []) is None
