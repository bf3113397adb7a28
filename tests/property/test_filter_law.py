"""The law of filters: what SQL may keep DynamoDB keeps, and EXACT means that it keeps nothing else."""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.access.contract import FilterSupport
from pgddb.access.predicate import Predicate
from pgddb.access.support import ReadContext, filter_support
from tests.fakes.dynamodb_model import Item, index_items, keeps
from tests.fakes.law_cases import ITEMS, PREDICATES, TABLE
from tests.fakes.sql_model import answers

EXAMPLES = int(os.environ.get("PGDDB_LAW_EXAMPLES", "800"))


@settings(max_examples=EXAMPLES, deadline=None)
@given(ITEMS, PREDICATES, st.sampled_from([None, *TABLE.indexes]))
def test_a_filter_keeps_what_sql_keeps(items: list[Item], predicate: Predicate, index: object) -> None:
    context = ReadContext(TABLE, index)  # type: ignore[arg-type]  # sampled from the table's own
    found = filter_support(context, predicate)
    held = index_items(TABLE, items, context.index)
    whole = [item for item in items if any(item["pk"] == one["pk"] and item["sk"] == one["sk"] for one in held)]
    for item, seen in zip(whole, held, strict=True):
        possible = answers(TABLE, item, predicate)
        kept = not found.never and (found.predicate is None or keeps(seen, found.predicate))
        if True in possible:
            assert kept, (item, found)
        elif found.support is FilterSupport.EXACT:
            assert not kept, (item, found)
