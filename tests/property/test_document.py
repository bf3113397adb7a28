"""The document converters against a slow converter that is written from PostgreSQL's rules alone."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pgddb.dynamo import document_shapes
from pgddb.dynamo.document import items_to_json, values_to_json, values_to_text

ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

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


@given(st.data())
def test_patterns_learnt_from_one_item_change_no_other(data: st.DataObject) -> None:
    """Items of one shape, a value changed here and there, and a pattern for the first of them."""
    document_shapes._heads.clear()
    document_shapes._recent.clear()
    before, document_shapes.LEARN_AFTER = document_shapes.LEARN_AFTER, 1
    try:
        first = data.draw(items) if data.draw(st.booleans()) else SHAPED
        many = [first]
        for _ in range(data.draw(st.integers(1, 4))):
            changed = {name: data.draw(values) if data.draw(st.booleans()) else value for name, value in first.items()}
            many.append(changed)
        texts_of = [json.dumps(item, separators=(",", ":"), ensure_ascii=False) for item in many]
        for _ in range(2):
            for text, item in zip(texts_of, many, strict=True):
                assert items_to_json(pa.array([text])).to_pylist() == [converted_item(item)]
    finally:
        document_shapes.LEARN_AFTER = before
        document_shapes._heads.clear()


def test_a_shape_seen_often_gets_a_pattern() -> None:
    document_shapes._heads.clear()
    text = json.dumps(SHAPED, separators=(",", ":"))
    array = pa.array([text] * (document_shapes.LEARN_AFTER + 1))
    assert set(items_to_json(array).to_pylist()) == {converted_item(SHAPED)}
    (head,) = document_shapes._heads.values()
    assert [bool(pattern.pattern.fullmatch(text.encode())) for pattern in head.patterns] == [True]
