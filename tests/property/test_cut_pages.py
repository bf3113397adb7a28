"""Items that a compiled function finds in a response are those that the decoder of JSON finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.dynamo import decode
from pgddb.dynamo.decode import Decoded, decode_page
from pgddb.errors import DataCorrupted

pages = pytest.importorskip("pgddb.dynamo.compiled_pages")

texts = st.one_of(
    st.sampled_from(['"Items":[', "}},{", '"', "\\", '\\"', "]", "[", "{", '{"S":"', "é😀", "\n", "a" * 40]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
values = st.recursive(
    st.one_of(texts.map(lambda text: {"S": text}), st.just({"NULL": True}), st.integers().map(lambda n: {"N": str(n)})),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda many: {"L": many}),
        st.dictionaries(texts, inner, max_size=3).map(lambda many: {"M": many}),
    ),
    max_leaves=5,
)
items = st.dictionaries(texts, values, max_size=4)
keys = st.none() | st.dictionaries(texts, texts.map(lambda text: {"S": text}), min_size=1, max_size=2)
layouts = st.sampled_from([{"separators": (",", ":")}, {"separators": (",", ":"), "ensure_ascii": False}, {}])


@pytest.fixture(autouse=True, scope="module")
def compiled() -> Iterator[None]:
    pages.compile_functions()
    before = decode.CUT_FROM_BYTES
    decode.CUT_FROM_BYTES = 0
    yield
    decode.CUT_FROM_BYTES = before
    decode.use_compiled(None)


def outcome(body: bytes, *, cut: bool) -> Any:
    """Give what a response holds, or the error."""
    decode.use_compiled(pages.cut_items if cut else None)
    try:
        found: Decoded = decode_page(body)
    except DataCorrupted as error:
        return error.message
    found.items.validate(full=True)
    return found.items.column(0).to_pylist(), found.count, found.scanned_count, found.continuation


def response(many: list[Any], key: Any, layout: dict[str, Any], *, count: int | None = None) -> bytes:
    rest = {} if key is None else {"LastEvaluatedKey": key}
    parts = {"Count": len(many) if count is None else count, "ScannedCount": len(many) + 1, "Items": many, **rest}
    return json.dumps(parts, **layout).encode()


@settings(max_examples=80, deadline=None)
@given(st.lists(items, max_size=5), keys, layouts)
def test_responses_are_cut_as_they_are_decoded(many: list[Any], key: Any, layout: dict[str, Any]) -> None:
    body = response(many, key, layout)
    assert outcome(body, cut=True) == outcome(body, cut=False)


@settings(max_examples=80, deadline=None)
@given(st.lists(items, min_size=1, max_size=3), st.data())
def test_what_is_no_response_is_not_cut_otherwise(many: list[Any], data: st.DataObject) -> None:
    """A byte is lost or doubled, or the response ends too early."""
    body = response(many, None, {"separators": (",", ":")})
    place = data.draw(st.integers(0, len(body) - 1))
    doubled = body[:place] + body[place : place + 1] + body[place:]
    broken = data.draw(st.sampled_from([body[:place], body[:place] + body[place + 1 :], doubled]))
    expected = outcome(broken, cut=False)
    found = outcome(broken, cut=True)
    if not isinstance(expected, str):
        assert found == expected


def test_items_that_are_not_counted_are_refused() -> None:
    body = response([{"a": {"S": "something"}}], None, {"separators": (",", ":")}, count=2)
    refused = "a response of DynamoDB does not hold the items that it counts"
    assert [outcome(body, cut=cut) for cut in (True, False)] == [refused, refused]


def test_compact_responses_are_cut() -> None:
    body = response([{"a": {"S": 'said "}}]" \\'}}] * 3, {"a": {"S": "x"}}, {"separators": (",", ":")})
    views, count, rest = pages.cut_items(body)
    assert (count, len(views) >= 48, json.loads(rest)["Items"]) == (3, True, [])
