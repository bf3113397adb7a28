"""Ask the demo with ibis, which writes the SQL of data frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.demo_server import ServerProcess

ibis = pytest.importorskip("ibis")
pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore:The .future.infer_string:Warning"),  # ibis 12 reads an option of pandas 2
]


@pytest.fixture(scope="module")
def backend(demo_server: ServerProcess) -> Iterator[Any]:
    opened = ibis.postgres.connect(host="127.0.0.1", port=demo_server.port, user="postgres", database="postgres")
    yield opened
    opened.disconnect()


def test_tables_and_their_schemas_are_listed(backend: Any) -> None:
    assert {"Customers", "Events", "Orders", "Reviews"} <= set(backend.list_tables())
    assert "public" in backend.list_databases()
    schema = backend.table("Reviews").schema()
    assert schema["User"] == ibis.dtype("!string")
    assert schema["document"].is_json()
    assert schema["Tags"] == ibis.dtype("array<string>")


def test_groups_joins_and_windows_are_answered(backend: Any) -> None:
    reviews, orders = backend.table("Reviews"), backend.table("Orders")
    grouped = reviews.group_by("Author").aggregate(n=reviews.count(), mean=reviews.Helpful.mean())
    counts = grouped.order_by(ibis.desc("n")).limit(3).execute()
    assert list(counts.n) == sorted(counts.n, reverse=True)
    joined = reviews.join(orders, reviews.User == orders.Customer).select("Book", "OrderId")
    assert joined.count().execute() > 1000
    first = reviews.mutate(place=ibis.row_number().over(group_by="Author", order_by="Book")).filter(ibis._.place == 0)
    assert first.count().execute() == reviews.Author.nunique().execute() + 1


def test_rows_come_as_arrow_batches(backend: Any) -> None:
    batches = backend.table("Orders").select("OrderId", "Status").to_pyarrow_batches(chunk_size=100)
    assert sum(batch.num_rows for batch in batches) == 900
