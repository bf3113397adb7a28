"""What DynamoDB would refuse at COMMIT is refused when the statement runs."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.access.item_checks import check_item
from pgddb.access.item_size import item_bytes, number_bytes
from pgddb.access.predicate import AttributeValue
from pgddb.access.table import (
    AttributeType,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)
from pgddb.errors import SqlError

S, N = AttributeType.S, AttributeType.N
KEYS = KeySchema((KeyAttribute("pk", S),), (KeyAttribute("sk", N),))
BY_KIND = Index("by-kind", IndexKind.GLOBAL, KeySchema((KeyAttribute("kind", S),)), IndexProjection.ALL)
TABLE = TableSchema("public", "orders", "orders", Source(), KEYS, (), (BY_KIND,))
KEY = {"pk": {"S": "a"}, "sk": {"N": "1"}}


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"S": "x"}
    for _ in range(levels):
        value = {"L": [value]}
    return value


def test_an_item_gives_its_key_and_size() -> None:
    key, size = check_item(TABLE, KEY | {"b": {"B": "AP8="}})
    assert key == (("pk", AttributeValue(S, "a")), ("sk", AttributeValue(N, "1")))
    assert size == 2 + 1 + 2 + 2 + 1 + 2


@pytest.mark.parametrize(
    ("item", "sqlstate", "names"),
    [
        ({"pk": {"S": "a"}}, "23502", "sk"),
        ({"pk": {"NULL": True}, "sk": {"N": "1"}}, "23502", "pk"),
        ({"pk": {"N": "1"}, "sk": {"N": "1"}}, "42804", "pk"),
        ({"pk": {"S": ""}, "sk": {"N": "1"}}, "2200F", "pk"),
        ({"pk": {"S": "é" * 1025}, "sk": {"N": "1"}}, "54000", "pk"),
        (KEY | {"kind": {"N": "1"}}, "42804", "kind"),
        (KEY | {"kind": {"NULL": True}}, "42804", "kind"),
        (KEY | {"kind": {"S": ""}}, "2200F", "kind"),
        (KEY | {"kind": {"S": "x" * 2049}}, "54000", "kind"),
        (KEY | {"x": nested(32)}, "54000", "32 levels"),
        (KEY | {"x": {"SS": []}}, "22000", "set"),
        (KEY | {"x": {"NS": ["1", "1.0"]}}, "22000", "set"),
        (KEY | {"x": {"N": "1" * 39}}, "22003", "39"),
        (KEY | {"": {"S": "x"}}, "42602", "name"),
        (KEY | {"x": {"M": {"": {"S": "x"}}}}, "42602", "name"),
        (KEY | {"x": {"S": "x" * 409_600}}, "54000", "409600"),
    ],
)
def test_what_dynamodb_refuses_is_refused(item: dict[str, Any], sqlstate: str, names: str) -> None:
    with pytest.raises(SqlError) as caught:
        check_item(TABLE, item)
    assert caught.value.sqlstate == sqlstate
    assert names in caught.value.message


def test_an_error_of_an_attribute_names_the_key_and_the_attribute() -> None:
    with pytest.raises(SqlError) as caught:
        check_item(TABLE, KEY | {"x": {"L": [{"SS": []}]}})
    assert caught.value.detail == "The key is (pk, sk)=(a, 1)."
    assert caught.value.where == "attribute x"


def test_the_largest_of_everything_is_accepted() -> None:
    check_item(TABLE, KEY | {"kind": {"S": "x" * 2048}, "x": nested(31)})
    room = 409_600 - item_bytes(KEY | {"x": {"S": ""}})
    assert check_item(TABLE, KEY | {"x": {"S": "x" * room}})[1] == 409_600


@pytest.mark.parametrize(
    ("digits", "size"),
    [
        ("0", 1), ("1", 2), ("10", 2), ("100", 2), ("1000", 2), ("12", 2), ("123", 3), ("-1", 3), ("-100", 3),
        ("1.5", 3), ("0.5", 2), ("0.005", 2), ("12.345", 4), ("123.45", 4), ("9" * 38, 20), ("-" + "9" * 38, 21),
        ("9" * 37, 20), ("0.1234567890123456789012345678901234567", 20), ("1E+125", 2), ("1E-130", 2),
    ],
)  # fmt: skip
def test_numbers_are_as_large_as_dynamodb_local_measures_them(digits: str, size: int) -> None:
    assert number_bytes(digits) == size


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"B": "AP8="}, 2),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"L": [{"S": "a"}]}, 5),
        ({"M": {}}, 3),
        ({"M": {"ab": {"S": "a"}}}, 7),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["1", "200"]}, 4),
        ({"BS": ["AP8=", "AA=="]}, 3),
        ({"L": [{"L": []}, {"M": {"a": {"N": "1"}}}]}, 15),
    ],
)
def test_values_are_as_large_as_dynamodb_local_measures_them(value: dict[str, Any], size: int) -> None:
    assert item_bytes({"v": value}) == size + 1
