"""Values of SQL become typed values: by the attribute's type first, then by their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pgddb.access.attribute_values import TypedValue
from pgddb.access.table import AttributeType, Carrier, Column, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.errors import SqlError
from pgddb.execution.dml_values import RAW_ITEM, ItemWriter, Written, attribute_converter
from pgddb.planner.dml_nodes import LITERAL, TYPED

ID = Column("id", ("id",), Carrier.TEXT, "text")
DOCUMENT = Column("document", (), Carrier.DOCUMENT, "jsonb")
TAGS = Column("tags", ("tags",), Carrier.TEXT_SET, "text[]")
TABLE = TableSchema(
    "public", "t", "t", Source(), KeySchema((KeyAttribute("id", AttributeType.S),)), (ID, TAGS, DOCUMENT)
)


def column(carrier: Carrier, type_name: str, **more: Any) -> Column:
    return Column("a", ("a",), carrier, type_name, **more)


NUMBER = column(Carrier.INTEGER, "bigint")
MIXED = column(Carrier.SCALAR_TEXT, "text")
JSON = column(Carrier.JSON, "jsonb")


@pytest.mark.parametrize(
    ("target", "source", "text", "old", "typed"),
    [
        (column(Carrier.TEXT, "text"), "integer", "5", None, {"S": "5"}),
        (NUMBER, LITERAL, "1.50", None, {"N": "1.5"}),
        (NUMBER, "double precision", "1e+20", None, {"N": "100000000000000000000"}),
        (replace(NUMBER, declared=True), "numeric", "2.5", None, {"N": "3"}),
        (column(Carrier.BOOLEAN, "boolean"), LITERAL, "yes", None, {"BOOL": True}),
        (column(Carrier.BINARY, "bytea"), "bytea", "\\x00ff", None, {"B": "AP8="}),
        (TAGS, "text[]", "{b,NULL2}", None, {"SS": ["b", "NULL2"]}),
        (column(Carrier.NUMBER_SET, "numeric[]"), "integer[]", "{1,2}", None, {"NS": ["1", "2"]}),
        (column(Carrier.BINARY_SET, "bytea[]"), "bytea[]", '{"\\\\x00"}', None, {"BS": ["AA=="]}),
        (MIXED, "integer", "5", None, {"N": "5"}),
        (MIXED, LITERAL, "5", None, {"S": "5"}),
        (MIXED, "text", "5", {"N": "5"}, {"N": "5"}),
        (MIXED, "text", "true", {"BOOL": True}, {"BOOL": True}),
        (MIXED, TYPED, '{"N":"7"}', None, {"N": "7"}),
        (JSON, "jsonb", '{"x": [1.0, null]}', None, {"M": {"x": {"L": [{"N": "1"}, {"NULL": True}]}}}),
        (JSON, "text[]", "{a,NULL}", None, {"L": [{"S": "a"}, {"NULL": True}]}),
        (JSON, "text[]", "{a}", {"SS": ["b"]}, {"SS": ["a"]}),
        (JSON, "integer[]", "{{1},{2}}", None, {"L": [{"L": [{"N": "1"}]}, {"L": [{"N": "2"}]}]}),
        (JSON, "bytea", "\\x00", None, {"B": "AA=="}),
    ],
)
def test_values_are_typed(target: Column, source: str, text: str, old: TypedValue | None, typed: TypedValue) -> None:
    assert attribute_converter(TABLE, target, source)(text, old) == typed


@pytest.mark.parametrize(
    ("target", "source", "text", "sqlstate"),
    [
        (NUMBER, "text", "5", "42804"),
        (NUMBER, "boolean", "t", "42804"),
        (NUMBER, LITERAL, "x", "22P02"),
        (NUMBER, LITERAL, "NaN", "22003"),
        (NUMBER, "numeric", "1" + "0" * 37 + "1" * 2, "22003"),
        (replace(NUMBER, declared=True), "numeric", "1e30", "22003"),
        (TAGS, "integer[]", "{1}", "42804"),
        (TAGS, "text[]", "{a,a}", "22000"),
        (TAGS, "text[]", "{}", "22000"),
        (JSON, "text", "x", "42804"),
        (JSON, "jsonb", "[1", "22P02"),
    ],
)
def test_what_does_not_fit_is_refused(target: Column, source: str, text: str, sqlstate: str) -> None:
    with pytest.raises(SqlError) as caught:
        attribute_converter(TABLE, target, source)(text, None)
    assert caught.value.sqlstate == sqlstate


def test_columns_go_over_the_document() -> None:
    writer = ItemWriter(TABLE, [Written(0, ID, LITERAL), Written(1, DOCUMENT, "jsonb")])
    item = writer.new_item(["k", '{"id": "other", "tags": ["x"], "m": {}}'])
    assert item == {"id": {"S": "k"}, "tags": {"SS": ["x"]}, "m": {"M": {}}}


def test_a_raw_item_is_taken_as_it_is() -> None:
    raw = '{"id":{"S":"k"},"s":{"NS":["1"]},"b":{"B":"AA=="}}'
    item = ItemWriter(TABLE, [Written(0, DOCUMENT, RAW_ITEM)]).new_item([raw])
    assert item == {"id": {"S": "k"}, "s": {"NS": ["1"]}, "b": {"B": "AA=="}}


def test_null_removes_an_attribute_but_not_dynamodbs_null() -> None:
    writer = ItemWriter(TABLE, [Written(0, JSON, LITERAL)])
    assert writer.changed_item({"id": {"S": "k"}, "a": {"N": "1"}}, [None]) == {"id": {"S": "k"}}
    kept: dict[str, dict[str, Any]] = {"id": {"S": "k"}, "a": {"NULL": True}}
    assert writer.changed_item(kept, [None]) == kept


def test_a_new_document_keeps_the_key_and_what_reads_the_same() -> None:
    writer = ItemWriter(TABLE, [Written(0, DOCUMENT, "jsonb")])
    old: dict[str, dict[str, Any]] = {"id": {"S": "k"}, "s": {"NS": ["1", "2"]}, "b": {"B": "AA=="}, "gone": {"N": "1"}}
    assert writer.changed_item(old, ['{"s": [1, 2], "b": "AA==", "new": 1}']) == {
        "id": {"S": "k"},
        "s": {"NS": ["1", "2"]},
        "b": {"B": "AA=="},
        "new": {"N": "1"},
    }


def test_a_mapped_column_writes_inside_maps() -> None:
    inner = Column("city", ("address", "city"), Carrier.TEXT, "text", declared=True)
    writer = ItemWriter(TABLE, [Written(0, inner, LITERAL)])
    assert writer.changed_item({"id": {"S": "k"}}, ["Rom"])["address"] == {"M": {"city": {"S": "Rom"}}}
    with pytest.raises(SqlError, match="is no map"):
        writer.changed_item({"id": {"S": "k"}, "address": {"S": "x"}}, ["Rom"])
