"""Compare what sends whole tables: SELECT *, SELECT document and COPY, DynamoDB JSON in, rows out."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

from bench.case import Bound, Case
from bench.client import RawClient
from bench.report import show_alone
from bench.scan import parsers, sdks
from bench.stage import Stage

STAR, DOCUMENT = "SELECT * FROM bench", "SELECT document FROM bench"
COPY = "COPY bench TO STDOUT"
RATE, RATE_COMPILED = 100.0, 250.0
"""MB of DynamoDB JSON for each CPU second, in pure Python and with a compiler (numba) installed."""


def cases(stage: Stage) -> Iterator[Case]:
    """Send all items in each way; the SDKs make dicts of them, DuckDB an Arrow table."""
    stage.copy("bench")
    items = stage.items
    megabytes = stage.page_bytes("bench") / 1e6 / items
    limits = {"MB/CPU s": RATE}
    if importlib.util.find_spec("numba"):
        limits["MB/CPU s with numba"] = RATE_COMPILED
    bounds = tuple(Bound("amount", ">=", limit, scale=megabytes, unit=unit) for unit, limit in limits.items())

    def star(client: RawClient) -> int:
        return client.simple(STAR).rows

    def star_binary(client: RawClient) -> int:
        return client.execute("bench_star", binary=True).rows

    def document(client: RawClient) -> int:
        return client.simple(DOCUMENT).rows

    stage.prepare("bench_star", STAR)
    yield Case(
        "out: SELECT *, text",
        "item",
        {
            **stage.both(items, star),
            **parsers(stage, "bench"),
            **sdks(stage, "bench", "rows"),
            "DuckDB": stage.duckdb.side(items, "duckdb_rows", sql=STAR),
        },
        bounds,
    )
    yield Case("out: SELECT *, binary", "item", {**stage.both(items, star_binary), **parsers(stage, "bench")}, bounds)
    yield Case("out: SELECT document", "item", {**stage.both(items, document), **parsers(stage, "bench")}, bounds)
    for kind in ("text",) if stage.quick else ("text", "csv", "binary"):
        statement = f"{COPY} (FORMAT {kind})"
        yield Case(
            f"out: COPY, {kind}",
            "item",
            stage.both(items, lambda client, statement=statement: client.copied(statement)),  # type: ignore[misc]
        )


if __name__ == "__main__":
    show_alone(cases)
