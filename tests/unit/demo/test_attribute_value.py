"""Tests of pgddb/demo/attribute_value.py."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pgddb.demo.attribute_value import Plain, typed_item, typed_value


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        (None, {"NULL": True}),
        (False, {"BOOL": False}),
        ("", {"S": ""}),
        (7, {"N": "7"}),
        (Decimal("48.80"), {"N": "48.8"}),
        (Decimal(1200), {"N": "1200"}),
        (b"\x00\xff", {"B": b"\x00\xff"}),
        ([1, "a"], {"L": [{"N": "1"}, {"S": "a"}]}),
        ({"a": {"b": True}}, {"M": {"a": {"M": {"b": {"BOOL": True}}}}}),
        (frozenset({"b", "a"}), {"SS": ["a", "b"]}),
        (frozenset({2, 1}), {"NS": ["1", "2"]}),
        (frozenset({b"a"}), {"BS": [b"a"]}),
    ],
)
def test_a_value_is_typed_as_dynamodb_writes_it(value: Plain, typed: object) -> None:
    assert typed_value(value) == typed


def test_every_attribute_of_an_item_is_typed() -> None:
    assert typed_item(User="Tristan", Rating=5) == {"User": {"S": "Tristan"}, "Rating": {"N": "5"}}
