"""The document converters against a slow converter that is written from PostgreSQL's rules alone."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.dynamo import document, document_columns
from pgddb.dynamo.document import items_to_json, items_with_parts, values_to_json, values_to_text
from pgddb.dynamo.document_columns import ColumnConverter
from pgddb.dynamo.document_shape import ShapeWriter
from pgddb.errors import DataCorrupted

ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

pytestmark = pytest.mark.usefixtures("both_ways")

names = st.one_of(
    st.sampled_from(["S", "N", "M", "L", "SS", "BOOL", "a", "ab", "é", "%s", "%", 'q"', "b\\", "Items", "x y", "zz"]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6),
)
texts = st.one_of(
    st.sampled_from(['{"S":"', '"},"a":{"S":"', "}}", "\\", '"', "\x00", "\x7f", "é😀", '{"M":{', "%d", "/"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
digits = st.one_of(
    st.sampled_from(["0", "-0", "1.50", "1E+125", "1E-130", "-0.0", "007", "+5", ".5", "9" * 38, "-0.05", "1e3", "10"]),
    st.integers(-(10**38) + 1, 10**38 - 1).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9).map(str),
)
binaries = st.binary(max_size=8).map(lambda content: base64.b64encode(content).decode())
scalars = st.one_of(
    texts.map(lambda text: {"S": text}),
    digits.map(lambda text: {"N": text}),
    binaries.map(lambda text: {"B": text}),
    st.booleans().map(lambda truth: {"BOOL": truth}),
    st.just({"NULL": True}),
    st.lists(texts, min_size=1, max_size=3, unique=True).map(lambda many: {"SS": many}),
    st.lists(digits, min_size=1, max_size=3, unique=True).map(lambda many: {"NS": many}),
    st.lists(binaries, min_size=1, max_size=3, unique=True).map(lambda many: {"BS": many}),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda many: {"L": many}),
        st.dictionaries(names, inner, max_size=3).map(lambda many: {"M": many}),
    ),
    max_leaves=6,
)
items = st.dictionaries(names, values, max_size=5)
layouts = st.sampled_from(
    [
        {"separators": (",", ":"), "ensure_ascii": False},
        {"separators": (",", ":")},
        {"ensure_ascii": False},
        {"indent": 1},
    ]
)


def quoted(text: str) -> str:
    return '"' + "".join(ESCAPES.get(c, f"\\u{ord(c):04x}" if ord(c) < 32 else c) for c in text) + '"'


def number(text: str) -> str:
    value = Decimal(text)
    return format(value.copy_abs() if value.is_zero() else value, "f")


def converted(value: dict[str, Any]) -> str:
    ((tag, content),) = value.items()
    return str(BY_TAG[tag](content))


def converted_item(item: dict[str, Any]) -> str:
    ranked = sorted(item, key=lambda name: (len(name.encode()), name.encode()))
    return "{" + ", ".join(f"{quoted(name)}: {converted(item[name])}" for name in ranked) + "}"


def converted_part(item: dict[str, Any], name: str) -> str | None:
    value = item.get(name)
    return None if value is None or "NULL" in value else converted(value)


def converted_list(one: Callable[[Any], str]) -> Callable[[list[Any]], str]:
    return lambda many: "[" + ", ".join(map(one, many)) + "]"


BY_TAG: dict[str, Callable[[Any], str]] = {
    "S": quoted,
    "N": number,
    "B": quoted,
    "BOOL": lambda truth: "true" if truth else "false",
    "NULL": lambda _: "null",
    "M": converted_item,
    "L": converted_list(converted),
    "SS": converted_list(quoted),
    "NS": converted_list(number),
    "BS": converted_list(quoted),
}


@given(st.lists(items, max_size=4), layouts)
def test_items_are_what_jsonb_prints(many: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    array = pa.array([json.dumps(item, **layout) for item in many], pa.string_view())
    assert items_to_json(array).to_pylist() == [converted_item(item) for item in many]


@given(st.lists(values, max_size=4), layouts)
def test_values_are_what_jsonb_prints(many: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    array = pa.array([None, *(json.dumps(value, **layout) for value in many)], pa.string())
    assert values_to_json(array).to_pylist() == [None, *map(converted, many)]


@given(st.lists(values, max_size=4), layouts)
def test_texts_are_what_the_arrow_operator_gives(many: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    def text(value: dict[str, Any]) -> str | None:
        ((tag, content),) = value.items()
        if tag in ("S", "B"):
            return str(content)
        return None if tag == "NULL" else converted(value)

    array = pa.array([json.dumps(value, **layout) for value in many], pa.string())
    assert values_to_text(array).to_pylist() == [text(value) for value in many]


SHAPED = {"pk": {"S": "a"}, "n": {"N": "1"}, "l": {"L": [{"S": "x"}]}, "m": {"M": {"S": {"S": "y"}, "l": {"L": []}}}}


@settings(deadline=None)
@given(st.data(), layouts)
def test_shapes_learnt_from_one_item_change_no_other(data: st.DataObject, layout: dict[str, Any]) -> None:
    """Items of one shape, a value changed here and there, in blocks of few rows; every row may give a shape."""
    first = data.draw(items) if data.draw(st.booleans()) else SHAPED
    many = [first]
    for _ in range(data.draw(st.integers(1, 8))):
        changed = {name: data.draw(values) if data.draw(st.booleans()) else value for name, value in first.items()}
        many.append(changed)
    texts_of = [json.dumps(item, **layout) for item in many]
    rows = data.draw(st.lists(st.sampled_from([None, *range(len(many))]), max_size=24))
    array = pa.array([None if row is None else texts_of[row] for row in rows], pa.string_view())
    expected = [None if row is None else converted_item(many[row]) for row in rows]
    with eager_shapes(data.draw(st.sampled_from([1, 300, 10**6]))):
        for _ in range(2):
            assert items_to_json(array).to_pylist() == expected
            names = [*first, "missing"]
            whole, *parts = items_with_parts(array, names)
            assert whole.to_pylist() == expected
            for name, part in zip(names, parts, strict=True):
                assert part.to_pylist() == [None if row is None else converted_part(many[row], name) for row in rows]


@given(st.lists(values, min_size=1, max_size=4), st.integers(1, 3), layouts)
def test_shapes_of_values_are_exact(many: list[dict[str, Any]], times: int, layout: dict[str, Any]) -> None:
    array = pa.array([json.dumps(value, **layout) for value in many] * times, pa.string())
    with eager_shapes(10**6):
        assert values_to_json(array).to_pylist() == list(map(converted, many)) * times


def test_many_items_of_one_shape_do_not_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(SHAPED | {"q": {"S": 'said "yes" \\ "no"'}}, separators=(",", ":"))
    convert = ColumnConverter(ShapeWriter.item, lambda _: b"walked").convert
    array = pa.array([text] * 100, pa.large_binary())
    assert set(convert(array)[0].to_pylist()) == {converted_item(json.loads(text))}


plain_texts = st.text('abcdefghij é😀\x7f\n"\\/', max_size=40)
plain_values = st.one_of(
    plain_texts.map(lambda text: {"S": text}),
    st.integers(-(10**20), 10**20).map(lambda whole: {"N": str(whole)}),
    st.decimals(1, 10**6, places=2).map(lambda fraction: {"N": str(fraction)}),
    st.booleans().map(lambda truth: {"BOOL": truth}),
    st.lists(plain_texts, min_size=1, max_size=4, unique=True).map(lambda many: {"SS": many}),
)
plain_items = st.dictionaries(
    st.text("abcdefghij", min_size=1, max_size=12),
    st.one_of(
        plain_values,
        st.lists(plain_values, max_size=3).map(lambda many: {"L": many}),
        st.dictionaries(st.text("xyz", min_size=1, max_size=9), plain_values, max_size=9).map(lambda many: {"M": many}),
    ),
    max_size=14,
)


@settings(deadline=None)
@given(st.lists(plain_items, min_size=2, max_size=8))
def test_the_compiled_functions_take_what_is_usual(many: list[dict[str, Any]]) -> None:
    """No item is left to the walk, whatever its shape, and none is converted otherwise."""
    compiled = pytest.importorskip("pgddb.dynamo.compiled_columns")
    array = pa.array([json.dumps(item, separators=(",", ":"), ensure_ascii=False) for item in many], pa.large_binary())
    rows = compiled.ConvertedRows(compiled.rows_of(array), ["a", "missing"], are_items=True)
    assert rows.odd is None
    assert rows.texts().to_pylist() == [converted_item(item) for item in many]
    assert rows.values(0).to_pylist() == [converted_part(item, "a") for item in many]
    assert rows.values(1).null_count == len(many)


@pytest.mark.parametrize(
    "broken", ['{"a":{"S":"x"}', '{"a":{"S":"x\n"}}', '{"a":{"S":"\\q"}}', '{"a":{"N":""}}', "", "[]"]
)
def test_a_broken_item_among_many_is_refused(broken: str) -> None:
    with pytest.raises(DataCorrupted):
        items_to_json(pa.array(['{"a":{"S":"x"}}'] * 100 + [broken] * 100))


@contextmanager
def eager_shapes(block_bytes: int) -> Iterator[None]:
    """Take the whole-column way for few rows too, with no shape known at first."""
    before = document_columns.FEWEST_ROWS, document_columns.BLOCK_BYTES
    document_columns.FEWEST_ROWS, document_columns.BLOCK_BYTES = 1, block_bytes
    for converter in (document._items, document._values):
        converter._shapes.clear()
        converter._rests.clear()
    try:
        yield
    finally:
        document_columns.FEWEST_ROWS, document_columns.BLOCK_BYTES = before
