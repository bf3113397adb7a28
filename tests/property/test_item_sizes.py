"""The sizes of many items at once are those of the items one by one, whatever is in them and however it is written."""

from __future__ import annotations

import base64
import json
import random
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.access.item_size import attribute_bytes, item_bytes, value_bytes
from pgddb.dynamo.item_sizes import item_attributes, item_sizes, value_sizes

LETTERS = ("a", "b", "é", '"', "\\", "{", "}", "[", "]", ":", ",", "\n", "\x01", "語", "\U0001f600", " ", "S", "M", "=")
NUMBERS = ("0", "-0.5", "0.001", "0.0001234", "12.345", "-100", "1E+5", "1.50", "100.01", "1E-130", "9" * 38, "10.0")
NAMES = ("a", "b", "M", "S", "L", "é", "N", "BOOL", "SS", "NULL", "")


class Draw:
    """Draws typed items, nested ones among them, and ways to write them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def items(self) -> list[dict[str, Any]]:
        return [self._item() for _ in range(self._random.randrange(1, 40))]

    def values(self) -> list[dict[str, Any]]:
        return [self._value() for _ in range(self._random.randrange(1, 40))]

    def written(self, typed: dict[str, Any]) -> str:
        compact, ascii_only = self._random.random() < 0.9, self._random.random() < 0.1
        return json.dumps(typed, separators=(",", ":") if compact else (", ", ": "), ensure_ascii=ascii_only)

    def _text(self) -> str:
        return "".join(self._random.choices(LETTERS, k=self._random.randrange(6)))

    def _number(self) -> str:
        whole = str(self._random.randrange(-99, 100) * 10 ** self._random.randrange(30))
        return self._random.choice([*NUMBERS, whole])

    def _binary(self) -> str:
        return base64.b64encode(self._random.randbytes(self._random.randrange(6))).decode()

    def _item(self, depth: int = 0) -> dict[str, Any]:
        names = [self._random.choice([*NAMES, self._text()]) for _ in range(self._random.randrange(5))]
        return {name: self._value(depth) for name in names}

    def _value(self, depth: int = 0) -> dict[str, Any]:
        kind = self._random.choice(("S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", *("M", "L") * 2)[: 12 - depth])
        some = range(self._random.randrange(1, 4))
        match kind:
            case "S" | "N" | "B":
                return {kind: self._scalar(kind)}
            case "SS" | "NS" | "BS":
                return {kind: [self._scalar(kind[0]) for _ in some]}
            case "M":
                return {kind: self._item(depth + 1) if depth < 4 else {}}
            case "L":
                return {kind: [self._value(depth + 1) for _ in some[1:]] if depth < 4 else []}
            case _:
                return {kind: kind == "NULL" or self._random.random() < 0.5}

    def _scalar(self, kind: str) -> str:
        return {"S": self._text, "N": self._number, "B": self._binary}[kind]()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32).map(Draw))
def test_items_together_are_as_large_as_one_by_one(draw: Draw) -> None:
    items = draw.items()
    texts = pa.array([*map(draw.written, items), None], pa.string_view())
    assert item_sizes(texts).to_pylist() == [*map(item_bytes, items), None]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32).map(Draw))
def test_attributes_are_listed_in_their_order_with_their_sizes(draw: Draw) -> None:
    items = draw.items()
    expected = [
        [
            {"name": name, "type": next(iter(value)), "size": attribute_bytes(name, value)}
            for name, value in item.items()
        ]
        for item in items
    ]
    texts = pa.array([None, *map(draw.written, items)], pa.string())
    assert item_attributes(texts).to_pylist() == [None, *expected]
    assert [sum(one["size"] for one in listed) for listed in expected] == [*map(item_bytes, items)]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32).map(Draw))
def test_values_together_are_as_large_as_one_by_one(draw: Draw) -> None:
    values = draw.values()
    assert value_sizes(pa.array(list(map(draw.written, values)))).to_pylist() == list(map(value_bytes, values))
