"""Compare what sends whole tables: SELECT *, SELECT document and COPY, DynamoDB JSON in, rows out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from bench.case import Bound, Case, Side
from bench.client import RawClient
from bench.measure import of_process
from bench.report import show_alone
from bench.scan import parsers, sdks
from bench.stage import Stage, compiler_installed

STAR, DOCUMENT = "SELECT * FROM bench", "SELECT document FROM bench"
COPY = "COPY bench TO STDOUT"
PLAIN = "without numba"
RATE, RATE_COMPILED = 100.0, 250.0
"""MB of DynamoDB JSON for each CPU second, in pure Python and with a compiler (numba) installed."""


def cases(stage: Stage) -> Iterator[Case]:
    """Send all items in each way; the SDKs make dicts of them, DuckDB an Arrow table."""
    stage.copy("bench")
    items = stage.items
    megabytes = stage.loaded("bench").size / stage.loaded("bench").items / 1e6
    rate = Bound("amount", ">=", RATE, scale=megabytes, unit="MB/CPU s")
    bounds: tuple[Bound, ...] = (rate,)
    if compiler_installed():
        bounds = (replace(rate, limit=RATE_COMPILED), replace(rate, of=PLAIN))

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
            **without_compiler(stage, star),
            **parsers(stage, "bench"),
            **sdks(stage, "bench", "rows"),
            "DuckDB": stage.duckdb.side(items, "duckdb_rows", sql=STAR),
        },
        bounds,
    )
    yield Case(
        "out: SELECT *, binary", "item", {**stage.both(items, star_binary), **parsers(stage, "bench")}, bounds[:1]
    )
    yield Case(
        "out: SELECT document",
        "item",
        {**stage.both(items, document), **without_compiler(stage, document), **parsers(stage, "bench")},
        bounds,
    )
    for kind in ("text",) if stage.quick else ("text", "csv", "binary"):
        statement = f"{COPY} (FORMAT {kind})"
        yield Case(
            f"out: COPY, {kind}",
            "item",
            stage.both(items, lambda client, statement=statement: client.simple(statement).rows),  # type: ignore[misc]
        )


def without_compiler(stage: Stage, work: Callable[[RawClient], object]) -> dict[str, Side]:
    """Return pgddb as it is without the extra `fast`, where it is installed here."""
    if not compiler_installed():
        return {}
    server, client = stage.plain
    return {PLAIN: Side(lambda: of_process(server.process_id, lambda: work(client)), stage.items)}


if __name__ == "__main__":
    show_alone(cases)
