"""Types are found by oid, by internal name and by the name that format_type prints."""

from __future__ import annotations

import pytest

from pgddb.errors import UndefinedObject
from pgddb.pgtypes import array_of, element_of, type_by_name, type_by_oid
from pgddb.pgtypes.registry import CHAR, INT4, INT4_ARRAY, TYPES, find_type_by_name, find_type_by_oid


@pytest.mark.parametrize(
    ("name", "oid"),
    [
        ("int4", 23), ("integer", 23), ("_int4", 1007), ("integer[]", 1007), ("timestamp with time zone", 1184),
        ("timestamptz", 1184), ("character varying", 1043), ("varchar", 1043), ('"char"', 18), ("bpchar", 1042),
        ("double precision", 701), ("jsonb", 3802), ("regclass", 2205), ("unknown", 705), ("void", 2278),
    ],
)  # fmt: skip
def test_a_type_is_found_by_both_of_its_names(name: str, oid: int) -> None:
    assert type_by_name(name).oid == oid


def test_a_name_that_no_type_has_is_undefined() -> None:
    with pytest.raises(UndefinedObject, match='type "int5" does not exist'):
        type_by_name("int5")
    assert find_type_by_name("int5") is None


def test_an_oid_that_no_type_has_is_undefined() -> None:
    with pytest.raises(UndefinedObject, match="type with OID 99999 does not exist"):
        type_by_oid(99999)
    assert find_type_by_oid(99999) is None


def test_an_array_and_its_element_know_each_other() -> None:
    assert array_of(INT4) == INT4_ARRAY
    assert element_of(INT4_ARRAY) == INT4


def test_the_array_of_an_array_is_itself() -> None:
    assert array_of(INT4_ARRAY) == INT4_ARRAY


def test_a_type_without_an_array_has_none() -> None:
    with pytest.raises(UndefinedObject, match="could not find array type for data type void"):
        array_of(type_by_name("void"))


def test_a_name_is_no_array_although_it_has_an_element() -> None:
    assert not type_by_name("name").is_array
    assert type_by_name("oidvector").is_array


def test_every_array_points_back_to_its_element() -> None:
    arrays = [pg_type for pg_type in TYPES if pg_type.is_array and pg_type.array_oid == 0]
    assert all(element_of(array).array_oid == array.oid for array in arrays)
    assert CHAR.array_oid == 1002
