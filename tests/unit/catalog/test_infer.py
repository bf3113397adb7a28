"""Columns come from samples: keys first, then by frequency, each of the narrowest type; the whole item last."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pgddb.access.table import (
    AttributeType,
    Carrier,
    Column,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)
from pgddb.catalog import Sample, infer_columns, merge, widen
from pgddb.catalog.infer import MAX_COLUMNS

S, N = AttributeType.S, AttributeType.N
BY_RATING = Index(
    "ByRating",
    IndexKind.GLOBAL,
    KeySchema((KeyAttribute("Rating", N),), (KeyAttribute("Book", S),)),
    IndexProjection.ALL,
)


def table(*indexes: Index) -> TableSchema:
    keys = KeySchema((KeyAttribute("User", S),), (KeyAttribute("Book", S),))
    return TableSchema("public", "Reviews", "Reviews", Source(), keys, (), indexes)


def sample(*items: dict[str, Any]) -> Sample:
    taken = Sample()
    taken.add(json.dumps(item) for item in items)
    return taken


def column_of(*values: dict[str, Any]) -> Column:
    items = [{"User": {"S": "u"}, "Book": {"S": "b"}, "x": value} for value in values]
    return next(column for column in infer_columns(table(), sample(*items)) if column.name == "x")


def number_column(*digits: str) -> tuple[Carrier, int | None]:
    column = column_of(*({"N": text} for text in digits))
    return column.carrier, column.scale


def test_keys_of_table_and_indexes_come_first_then_attributes_by_frequency_then_the_document() -> None:
    items = sample(
        {"rare": {"S": "x"}, "User": {"S": "u"}, "Book": {"S": "b"}, "often": {"S": "x"}},
        {"often": {"S": "x"}, "User": {"S": "u"}, "Book": {"S": "b"}, "also rare": {"S": "x"}},
    )
    names = [column.name for column in infer_columns(table(BY_RATING), items)]
    assert names == ["User", "Book", "Rating", "often", "also rare", "rare", "document"]


def test_an_empty_table_has_its_keys_with_their_declared_types_and_the_document() -> None:
    columns = infer_columns(table(BY_RATING), Sample())
    assert [(column.name, column.type_name) for column in columns] == [
        ("User", "text"),
        ("Book", "text"),
        ("Rating", "bigint"),
        ("document", "jsonb"),
    ]
    assert columns[-1].carrier is Carrier.DOCUMENT
    assert columns[-1].path == ()


def test_the_share_says_how_many_sampled_items_have_it() -> None:
    columns = infer_columns(table(), sample({"a": {"S": "x"}}, {"a": {"S": "x"}, "b": {"S": "y"}}))
    shares = {column.name: column.share for column in columns}
    assert shares == {"User": None, "Book": None, "a": 1.0, "b": 0.5, "document": None}


@pytest.mark.parametrize(
    ("values", "carrier", "type_name"),
    [
        ([{"S": "x"}], Carrier.TEXT, "text"),
        ([{"B": "eA=="}], Carrier.BINARY, "bytea"),
        ([{"BOOL": True}], Carrier.BOOLEAN, "boolean"),
        ([{"SS": ["a"]}], Carrier.TEXT_SET, "text[]"),
        ([{"NS": ["1"]}], Carrier.NUMBER_SET, "numeric[]"),
        ([{"BS": ["eA=="]}], Carrier.BINARY_SET, "bytea[]"),
        ([{"L": []}], Carrier.JSON, "jsonb"),
        ([{"M": {}}, {"L": []}], Carrier.JSON, "jsonb"),
        ([{"S": "x"}, {"N": "1"}], Carrier.SCALAR_TEXT, "text"),
        ([{"S": "x"}, {"BOOL": True}, {"B": "eA=="}, {"N": "1"}], Carrier.SCALAR_TEXT, "text"),
        ([{"S": "x"}, {"M": {}}], Carrier.JSON, "jsonb"),
        ([{"S": "x"}, {"SS": ["x"]}], Carrier.JSON, "jsonb"),
        ([{"S": "x"}, {"NULL": True}], Carrier.TEXT, "text"),
        ([{"NULL": True}, {"N": "1"}], Carrier.INTEGER, "bigint"),
        ([{"NULL": True}], Carrier.TEXT, "text"),
    ],
)
def test_the_type_is_the_narrowest_that_holds_all_values(
    values: list[dict[str, Any]], carrier: Carrier, type_name: str
) -> None:
    column = column_of(*values)
    assert (column.carrier, column.type_name) == (carrier, type_name)


def test_whole_numbers_that_fit_eight_bytes_are_bigint() -> None:
    assert number_column("0", "-1", "9223372036854775807", "-9223372036854775808") == (Carrier.INTEGER, None)


def test_a_whole_number_that_does_not_fit_is_numeric() -> None:
    assert number_column("9223372036854775808") == (Carrier.DECIMAL, 0)


def test_fractions_are_numeric_with_the_largest_scale_seen() -> None:
    assert number_column("1", "2.5", "0.125") == (Carrier.DECIMAL, 3)
    assert number_column("0.0000001") == (Carrier.DECIMAL, 7)


def test_numbers_count_as_they_are_written_because_so_the_engine_reads_them() -> None:
    assert number_column("1.00") == (Carrier.DECIMAL, 2)
    assert number_column("1E+3", "1") == (Carrier.DIGITS, None)
    assert widen(column_of({"N": "0.0000001"}), '{"N":"1E-7"}').carrier is Carrier.DIGITS


def test_numbers_beyond_thirty_eight_places_keep_their_digits() -> None:
    assert number_column("1E+38") == (Carrier.DIGITS, None)
    assert number_column("1E-130") == (Carrier.DIGITS, None)
    assert number_column("1E+20", "1E-20") == (Carrier.DIGITS, None)


def test_numbers_of_any_size_keep_the_decimals_that_were_seen_for_expressions() -> None:
    twenty, more = "0.00001234567890123456", "0.000012345678901234567"
    assert number_column(twenty) == (Carrier.DECIMAL, 20)
    wider = widen(column_of({"N": twenty}), f'{{"N":"{more}"}}')
    assert (wider.carrier, wider.scale) == (Carrier.DIGITS, 21)
    assert widen(wider, '{"N":"1.5"}') == wider


def test_a_key_that_older_items_hold_with_another_type_is_widened() -> None:
    items = sample({"User": {"S": "u"}, "Book": {"S": "b"}, "Rating": {"S": "good"}})
    rating = infer_columns(table(BY_RATING), items)[2]
    assert (rating.name, rating.carrier) == ("Rating", Carrier.SCALAR_TEXT)


def test_an_attribute_called_document_keeps_its_name_in_any_case() -> None:
    for taken, free in ((["document"], "document_1"), (["Document", "DOCUMENT_1"], "document_2")):
        columns = infer_columns(table(), sample({name: {"S": "x"} for name in taken}))
        assert columns[-1].name == free
        assert {column.path for column in columns} >= {(name,) for name in taken}


def test_only_so_many_columns_are_made_as_postgresql_allows() -> None:
    columns = infer_columns(table(), sample({f"a{n:05}": {"S": "x"} for n in range(3000)}))
    assert len(columns) == MAX_COLUMNS
    assert [column.name for column in columns[:2]] == ["User", "Book"]
    assert columns[-1].name == "document"


WIDENINGS = (
    ("1", '{"N":"1.5"}', Carrier.DECIMAL, 1),
    ("1", '{"N":"1000000000000000000000000000000"}', Carrier.DECIMAL, 0),
    ("1", '{"N":"1E+30"}', Carrier.DIGITS, None),
    ("1", '{"N":"1E+90"}', Carrier.DIGITS, None),
    ("1", '{"N":"1E-30"}', Carrier.DIGITS, None),
    ("1.5", '{"N":"1.25"}', Carrier.DIGITS, None),
    ("1", '{"S":"x"}', Carrier.SCALAR_TEXT, None),
    ("1", '{"L":[]}', Carrier.JSON, None),
)


@pytest.mark.parametrize(("number", "value", "carrier", "scale"), WIDENINGS)
def test_a_number_column_widens_as_far_as_the_value_needs(
    number: str, value: str, carrier: Carrier, scale: int | None
) -> None:
    wider = widen(column_of({"N": number}), value)
    assert (wider.carrier, wider.scale) == (carrier, scale)


def test_widening_keeps_name_path_and_share() -> None:
    before = column_of({"S": "x"})
    after = widen(before, '{"M":{"a":{"S":"b"}}}')
    assert (after.name, after.path, after.share) == (before.name, before.path, before.share)
    assert (after.carrier, after.type_name) == (Carrier.JSON, "jsonb")


def test_a_value_that_fits_widens_nothing() -> None:
    for column, value in (
        (column_of({"S": "x"}), '{"S":"y"}'),
        (column_of({"N": "1"}), '{"N":"2"}'),
        (column_of({"N": "1.5"}), '{"N":"2.5"}'),
        (column_of({"S": "x"}), '{"NULL":true}'),
        (column_of({"M": {}}), '{"S":"x"}'),
    ):
        assert widen(column, value) is column


@pytest.mark.parametrize("value", ['{"S":"x"}', '{"N":"1E-130"}', '{"SS":["a"]}', '{"BOOL":true}', '{"M":{}}'])
def test_widening_ends_at_json_which_holds_everything(value: str) -> None:
    column = column_of({"N": "1"})
    for step in ('{"N":"1.5"}', '{"N":"1.25"}', '{"S":"x"}', '{"L":[]}'):
        column = widen(column, step)
    assert column.carrier is Carrier.JSON
    assert widen(column, value) is column


def test_a_later_sample_adds_columns_before_the_document_and_changes_none() -> None:
    first = infer_columns(table(), sample({"a": {"N": "1"}}))
    second = infer_columns(table(), sample({"a": {"S": "x"}, "b": {"S": "y"}}))
    merged = merge(first, second)
    assert [(column.name, column.carrier) for column in merged[2:]] == [
        ("a", Carrier.INTEGER),
        ("b", Carrier.TEXT),
        ("document", Carrier.DOCUMENT),
    ]
    assert merge(first, first) == first


def test_a_later_attribute_called_document_takes_the_name() -> None:
    first = infer_columns(table(), Sample())
    second = infer_columns(table(), sample({"document": {"S": "x"}}))
    assert [column.name for column in merge(first, second)][2:] == ["document", "document_1"]
