"""The row of an item is made of the usual values, and left to the engine where there are others."""

from __future__ import annotations

import pytest

from pgddb.access.table import Carrier
from pgddb.dynamo.item_row import RowMaker

COLUMNS = [
    ("t", "title", Carrier.TEXT),
    ("n", "count", Carrier.INTEGER),
    ("d", "price", Carrier.DIGITS),
    ("b", "is new", Carrier.BOOLEAN),
    ("j", "nested", Carrier.JSON),
    ("again", "title", Carrier.TEXT),
    ("document", None, Carrier.DOCUMENT),
]
PLAIN = (
    b'{"title":{"S":"a"},"count":{"N":"-12"},"price":{"N":"1.50"},"is new":{"BOOL":false},"nested":{"L":[{"S":"x"}]}}'
)


def values(item: bytes, columns: list[tuple[str, str | None, Carrier]] = COLUMNS) -> tuple[object, ...] | None:
    row = RowMaker(columns).row(item)
    return None if row is None else row.values


def test_usual_values_become_the_row() -> None:
    document = '{"count": -12, "price": 1.50, "title": "a", "is new": false, "nested": ["x"]}'
    assert values(PLAIN) == ("a", -12, "1.50", False, '["x"]', "a", document)


def test_what_is_missing_or_null_is_null() -> None:
    item = (
        b'{"title":{"NULL":true},"count":{"NULL":true},"price":{"NULL":true},"nested":{"NULL":true},"more":{"S":"x"}}'
    )
    found = values(item, COLUMNS[:-1])
    assert found == (None,) * 6


@pytest.mark.parametrize(
    "value",
    [
        '{"N":"1"}',
        '{"S":"a","NULL":true}',
        '{"NULL":false}',
        '{"S":null}',
        '{"S":1}',
        '{"S":"a\\u0000b"}',
        '{"S":"a","X":1}',
        "{}",
        "null",
        '"a"',
    ],
)
def test_an_odd_value_is_left_to_the_engine(value: str) -> None:
    assert values(f'{{"title":{value}}}'.encode(), COLUMNS[:1]) is None


@pytest.mark.parametrize("digits", ["1.5", "9223372036854775807", "1E3", "", "٣"])
def test_a_number_that_may_be_no_bigint_is_left_to_the_engine(digits: str) -> None:
    assert values(f'{{"count":{{"N":"{digits}"}}}}'.encode(), COLUMNS[1:2]) is None


def test_a_value_of_a_column_that_nobody_asks_for_may_be_odd() -> None:
    assert values(b'{"title":{"S":"a"},"count":{"B":"AA=="}}', COLUMNS[:1]) == ("a",)


@pytest.mark.parametrize("item", [b"[]", b"{", b'{"title":{"S":"a"}} x', b'"title"'])
def test_what_is_no_item_is_left_to_the_engine(item: bytes) -> None:
    assert values(item, COLUMNS[:1]) is None


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb"])
def test_an_attribute_with_an_odd_name_is_left_to_the_engine(name: str) -> None:
    assert values(b"{}", [("c", name, Carrier.TEXT)]) is None


@pytest.mark.parametrize("name", ["é", "😀", "a b", "a/b", "%s", "self", "a0", "class"])
def test_an_attribute_may_have_any_other_name(name: str) -> None:
    assert values(f'{{"{name}":{{"S":"x"}}}}'.encode(), [("c", name, Carrier.TEXT)]) == ("x",)
