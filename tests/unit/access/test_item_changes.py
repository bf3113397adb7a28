"""An update says the least that turns what was read into what shall be."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.access.attribute_values import Item, same_item
from pgddb.access.item_changes import changed_paths, update_of
from pgddb.access.mutation import MustExist, MustMatch
from pgddb.access.predicate import AttributeValue
from pgddb.access.table import AttributeType, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.errors import ProgramLimitExceeded

TABLE = TableSchema("public", "t", "t", Source(), KeySchema((KeyAttribute("id", AttributeType.S),)), ())
KEY = (("id", AttributeValue(AttributeType.S, "a")),)


def number(digits: object) -> dict[str, Any]:
    return {"N": str(digits)}


def test_what_is_equal_needs_no_update() -> None:
    old: Item = {"n": number("1.50"), "s": {"SS": ["a", "b"]}, "m": {"M": {"x": {"NS": ["1", "2"]}}}}
    new: Item = {"m": {"M": {"x": {"NS": ["2.0", "1"]}}}, "s": {"SS": ["b", "a"]}, "n": number("1.5")}
    assert same_item(old, new)
    assert update_of(TABLE, KEY, old, new) is None


def test_maps_change_by_member_and_lists_as_a_whole() -> None:
    old: Item = {"m": {"M": {"x": number(1), "y": number(2), "z": number(3)}}, "l": {"L": [number(1), number(2)]}}
    new: Item = {"m": {"M": {"x": number(9), "y": number(2), "w": number(4)}}, "l": {"L": [number(1), number(3)]}}
    update = update_of(TABLE, KEY, old, new)
    assert update is not None
    assert update.assignments == (
        (("m", "x"), b'{"N":"9"}'),
        (("m", "w"), b'{"N":"4"}'),
        (("l",), b'{"L":[{"N":"1"},{"N":"3"}]}'),
    )
    assert update.removals == (("m", "z"),)
    assert isinstance(update.condition, MustMatch)
    assert dict(update.condition.values) == {
        ("m", "x"): b'{"N":"1"}',
        ("m", "z"): b'{"N":"3"}',
        ("m", "w"): None,
        ("l",): b'{"L":[{"N":"1"},{"N":"2"}]}',
    }


def test_what_a_statement_has_read_must_still_be_so() -> None:
    old, new = {"a": number(1), "b": number(2)}, {"a": number(2), "b": number(2)}
    update = update_of(TABLE, KEY, old, new, also_read=(("b",), ("c", "d"), ("a", "x")))
    assert update is not None
    assert isinstance(update.condition, MustMatch)
    assert dict(update.condition.values) == {("a",): b'{"N":"1"}', ("b",): b'{"N":"2"}', ("c", "d"): None}


def test_without_the_optimistic_check_the_item_must_only_be_there() -> None:
    update = update_of(TABLE, KEY, {"a": number(1)}, {"a": number(2)}, optimistic=False)
    assert update is not None
    assert update.condition == MustExist()


def test_many_changes_in_one_map_replace_the_map() -> None:
    old: Item = {"m": {"M": {f"k{position}": number(0) for position in range(100)}}}
    new: Item = {"m": {"M": {f"k{position}": number(1) for position in range(100)}}}
    assert [change.path for change in changed_paths(old, new)] == [("m",)]


def test_too_many_changed_attributes_are_refused() -> None:
    old: Item = {f"k{position}": number(0) for position in range(150)}
    new: Item = {f"k{position}": number(1) for position in range(150)}
    with pytest.raises(ProgramLimitExceeded):
        changed_paths(old, new)
