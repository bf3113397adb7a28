"""Compare rows that are in the engine already with the same rows in a table of PostgreSQL: the cost of sending."""

from __future__ import annotations

from collections.abc import Iterator

from bench.case import Bound, Case, Side
from bench.client import RawClient
from bench.report import show_alone
from bench.stage import Stage

ROWS = 200_000
WIDE = f"""
SELECT g::integer AS counter,
       g::bigint * 1000003 AS wide,
       g::double precision * 0.37 AS ratio,
       (g * 1.01)::numeric(12, 2) AS price,
       'some text of row ' || g AS label,
       g % 2 = 0 AS even,
       timestamp '2024-01-01 00:00:00' + g * interval '1 second' AS at,
       md5(g::text) AS hash
  FROM generate_series(1, {ROWS}) AS g"""
"""Eight columns of eight kinds, about 115 bytes a row in text."""

WIDE_MADE = f"""
SELECT max(counter), max(wide), max(ratio), max(price), max(label), bool_or(even), max(at), max(hash)
  FROM ({WIDE}) AS made"""
"""Makes the same rows and sends one: what it costs is not the cost of sending, and is taken off."""

NARROW = f"SELECT g::bigint * 1000003 AS wide, g::integer AS counter FROM generate_series(1, {ROWS}) AS g"
NARROW_MADE = f"SELECT max(wide), max(counter) FROM ({NARROW}) AS made"
LIMITS = {("wide", "text"): 0.9, ("wide", "binary"): 1.2, ("narrow", "text"): 1.2, ("narrow", "binary"): 1.2}


def cases(stage: Stage) -> Iterator[Case]:
    """Send wide and narrow rows in both formats, by SELECT and by COPY."""
    for shape, sql, made in (("wide", WIDE, WIDE_MADE), ("narrow", NARROW, NARROW_MADE)):
        table = f"bench_{shape}_rows"
        stage.client.prepare(table, sql)
        if stage.postgresql_client is not None:
            stage.postgresql_client.simple(f"CREATE TABLE {table} AS {sql}")
            stage.postgresql_client.simple(f"VACUUM ANALYZE {table}")
            stage.postgresql_client.prepare(table, f"SELECT * FROM {table}")
        making = stage.pgddb(ROWS, lambda client, made=made: client.simple(made))  # type: ignore[misc]
        for kind in ("text", "binary"):

            def send(client: RawClient, table: str = table, kind: str = kind) -> int:
                return client.execute(table, binary=kind == "binary").rows

            sides = {**stage.both(ROWS, send), "making": making}
            bound = Bound("rate", ">=", LIMITS[shape, kind], "PostgreSQL")
            yield Case(f"rows out: {shape}, {kind}", "row", sides, (bound,), net_of="making")
        if shape == "wide" and not stage.quick:
            yield from copies(stage, making)


def copies(stage: Stage, making: Side) -> Iterator[Case]:
    """Send the wide rows by COPY, beside the same rows as DataRow messages and PostgreSQL's COPY of its table."""
    for kind in ("text", "csv", "binary"):

        def rows(client: RawClient, kind: str = kind) -> int:
            return client.execute("bench_wide_rows", binary=kind == "binary").rows

        def copied(client: RawClient, kind: str = kind) -> int:
            source = f"({WIDE})" if client is stage.client else "bench_wide_rows"
            return client.simple(f"COPY {source} TO STDOUT (FORMAT {kind})").rows

        sides = {**stage.both(ROWS, copied), "making": making, "DataRow": stage.pgddb(ROWS, rows)}
        yield Case(f"rows out: wide, COPY {kind}", "row", sides, net_of="making")


if __name__ == "__main__":
    show_alone(cases)
