"""Whatever an item holds is read and written back unchanged: through `document`, through tags, through DynamoDB."""

from __future__ import annotations

import base64
import json
import os
import uuid
from decimal import Decimal
from typing import Any

import pytest
from aiobotocore.session import AioSession
from hypothesis import given
from hypothesis import strategies as st

from pgddb.access.attribute_values import decode_item, encode_typed, same_item
from pgddb.access.item_changes import changed_paths
from pgddb.access.item_checks import check_item
from pgddb.access.mutation import CommitOutcome, MutationGroup, PutItem, WriteMode
from pgddb.access.path import AccessPath, Estimate, SegmentScan
from pgddb.access.plain_json import lossless_item_json, typed_item_of_json
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import Source
from pgddb.dynamo import Store
from pgddb.dynamo.document import item_to_json

TAGS = ["$binary", "$set", "$list", "$string", "$map"]
characters = st.characters(exclude_categories=["Cs"])
names = st.one_of(st.sampled_from([*TAGS, "S", "M", "a", "é", '"', "%s"]), st.text(characters, min_size=1, max_size=5))
texts = st.one_of(st.sampled_from(["", "\x00", "AP8=", "\\", '"', "é😀", "1"]), st.text(characters, max_size=8))


def digits_of(parts: tuple[int, int]) -> str:
    """Write a number as DynamoDB gives it back."""
    number = Decimal(parts[0]).scaleb(parts[1])
    return "0" if not number else format(number.normalize(), "f") if len(str(abs(parts[0]))) < 28 else str(parts[0])


digits = st.one_of(
    st.sampled_from(["0", "-1.5", "9" * 38, "0.1", "1" + "0" * 125, "0." + "0" * 129 + "1"]),
    st.tuples(st.integers(-(10**20), 10**20), st.integers(-100, 100)).map(digits_of),
)
binaries = st.binary(max_size=6).map(lambda content: base64.b64encode(content).decode())
scalars = st.one_of(
    texts.map(lambda text: {"S": text}),
    digits.map(lambda text: {"N": text}),
    binaries.map(lambda text: {"B": text}),
    st.booleans().map(lambda truth: {"BOOL": truth}),
    st.just({"NULL": True}),
    st.lists(texts, min_size=1, max_size=3, unique=True).map(lambda many: {"SS": sorted(many)}),
    st.lists(digits, min_size=1, max_size=3, unique=True).map(lambda many: {"NS": sorted(many)}),
    st.lists(binaries, min_size=1, max_size=3, unique=True).map(lambda many: {"BS": sorted(many)}),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda many: {"L": many}),
        st.dictionaries(names, inner, max_size=3).map(lambda many: {"M": many}),
    ),
    max_leaves=8,
)
items = st.dictionaries(names, values, max_size=5)


@given(items)
def test_the_document_written_back_is_the_item(item: dict[str, Any]) -> None:
    shown = item_to_json(encode_typed(item))
    assert typed_item_of_json(shown, item) == item
    assert changed_paths(item, typed_item_of_json(shown, item)) == ()


@given(items)
def test_the_tagged_form_needs_no_old_item(item: dict[str, Any]) -> None:
    assert typed_item_of_json(lossless_item_json({"top": {"M": item}, "x": {"L": []}})) == {
        "top": {"M": item},
        "x": {"L": []},
    }


@given(items)
def test_typed_json_is_decoded_and_encoded_without_loss(item: dict[str, Any]) -> None:
    assert decode_item(encode_typed(item)) == item
    assert json.loads(encode_typed(item)) == item


@given(items, names, values)
def test_one_changed_attribute_is_one_change(item: dict[str, Any], name: str, value: dict[str, Any]) -> None:
    changed = item | {name: value}
    before = item.get(name)
    paths = {change.path[0] for change in changed_paths(item, changed)}
    assert paths == (set() if before is not None and same_item({"v": before}, {"v": value}) else {name})


def drawn(count: int) -> list[dict[str, Any]]:
    """Draw items beforehand: DynamoDB is asked by batches, not by example."""
    found: list[dict[str, Any]] = []

    @given(items)
    def collect(item: dict[str, Any]) -> None:
        found.append(item)

    while len(found) < count:
        collect()
    return found[:count]


async def test_items_written_and_read_are_byte_equal(dynamodb_endpoint: str) -> None:
    await make_round_trip(dynamodb_endpoint, drawn(200))


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.timeout(600)
async def test_items_written_and_read_are_byte_equal_in_dynamodb_local(dynamodb_local_endpoint: str) -> None:
    await make_round_trip(dynamodb_local_endpoint, drawn(int(os.environ.get("PGDDB_ROUND_TRIP_ITEMS", "1500"))))


async def make_round_trip(endpoint: str, drawn_items: list[dict[str, Any]]) -> None:
    source = Source(region="us-east-1", endpoint_url=endpoint)
    name = f"round-trip-{uuid.uuid4().hex}"
    async with AioSession().create_client("dynamodb", region_name="us-east-1", endpoint_url=endpoint) as client:
        await client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "N"}],
            BillingMode="PAY_PER_REQUEST",
        )
    wanted = {str(number): item | {"key": {"N": str(number)}} for number, item in enumerate(drawn_items)}
    store = Store()
    try:
        table = await store.describe(source, name)
        first = await written_and_read(store, table, wanted)
        assert first == wanted
        again = {key: typed_item_of_json(item_to_json(encode_typed(item)), item) for key, item in first.items()}
        assert await written_and_read(store, table, again) == wanted
    finally:
        await store.close()


async def written_and_read(store: Store, table: Any, wanted: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    puts = []
    for item in wanted.values():
        key, size = check_item(table, item)
        puts.append(PutItem(table, key, encode_typed(item), size))
    outcome = CommitOutcome()
    await store.write(MutationGroup(tuple(puts), WriteMode.BATCH), outcome=outcome)
    assert outcome.written == len(wanted)
    path = AccessPath(table, SegmentScan(1), Estimate(0, 0, 0, 0), consistent=True)
    read: dict[str, dict[str, Any]] = {}
    async for page in store.fetch(path, statistics=ReadStatistics()):
        for text in page.items.column(0).to_pylist():
            item = decode_item(text)
            read[item["key"]["N"]] = {name: in_one_order(value) for name, value in item.items()}
    return read


def in_one_order(value: dict[str, Any]) -> dict[str, Any]:
    """Sets have no order, and DynamoDB Local writes small numbers in sets as 1E-7, elsewhere as 0.0000001."""
    ((kind, content),) = value.items()
    match kind:
        case "SS" | "BS":
            return {kind: sorted(content)}
        case "NS":
            return {kind: sorted(format(Decimal(digits), "f") for digits in content)}
        case "L":
            return {kind: [in_one_order(element) for element in content]}
        case "M":
            return {kind: {name: in_one_order(member) for name, member in content.items()}}
        case _:
            return value
