"""Measure rows leaving the server, against a real PostgreSQL sending the same rows."""

from __future__ import annotations

from collections.abc import Callable

from bench.client import RawClient
from bench.measure import Finding, Sample, asked_for_quick, interleaved, of_process, show
from bench.servers import postgresql_binaries, running_endpoint, running_pgddb, running_postgresql

ROWS = 200_000
SELECT = f"""
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

GENERATE = f"""
SELECT max(counter), max(wide), max(ratio), max(price), max(label), bool_or(even), max(at), max(hash)
  FROM ({SELECT}) AS made"""
"""Makes the same rows and sends one: what it costs is not the cost of sending."""


def run(*, quick: bool = False) -> list[Finding]:
    """Compare rows for each CPU second of the process that serves the connection."""
    with running_endpoint(1000) as endpoint, running_pgddb(endpoint.url) as server, server.connect() as client:
        cases = {f"pgddb {kind}": case for kind, case in both_formats(client, SELECT, server.process_id).items()}
        cases["pgddb generating only"] = lambda: of_process(server.process_id, lambda: client.simple(GENERATE))
        if postgresql_binaries() is None:
            medians = interleaved(2 if quick else 5, cases)
            return [rate(name, sample) for name, sample in medians.items()]
        with running_postgresql() as postgresql, postgresql.connect() as peer:
            backend = int(peer.scalar("SELECT pg_backend_pid()"))
            peer.simple(f"CREATE TABLE bench_rows AS {SELECT}")
            peer.simple("VACUUM ANALYZE bench_rows")
            for source, sql in {"generated": SELECT, "table": "SELECT * FROM bench_rows"}.items():
                for kind, case in both_formats(peer, sql, backend).items():
                    cases[f"PostgreSQL {source} {kind}"] = case
            medians = interleaved(2 if quick else 5, cases)
    findings = [rate(name, sample) for name, sample in medians.items()]
    making = medians["pgddb generating only"].cpu
    for kind in ("text", "binary"):
        ours, stored = medians[f"pgddb {kind}"].cpu, medians[f"PostgreSQL table {kind}"].cpu
        generated = medians[f"PostgreSQL generated {kind}"].cpu
        findings += [
            Finding(f"rows out: {kind}, pgddb sending / PostgreSQL reading a table", stored / max(ours - making, 0.01),
                    "x rate", (">=", 0.7)),
            Finding(f"rows out: {kind}, pgddb generating and sending / the same", stored / ours, "x rate"),
            Finding(f"rows out: {kind}, the same / PostgreSQL generating too", generated / ours, "x rate"),
        ]  # fmt: skip
    return findings


def both_formats(client: RawClient, sql: str, process_id: int) -> dict[str, Callable[[], Sample]]:
    """Return the statement in text and in binary format, each checked for its number of rows."""
    name = f"rows_{len(sql)}"
    client.prepare(name, sql)

    def checked(*, binary: bool) -> None:
        rows = client.execute(name, binary=binary).rows
        if rows != ROWS:
            raise RuntimeError(f"{rows} rows instead of {ROWS}")

    return {
        "text": lambda: of_process(process_id, lambda: checked(binary=False)),
        "binary": lambda: of_process(process_id, lambda: checked(binary=True)),
    }


def rate(name: str, sample: Sample, what: str = "rows out") -> Finding:
    return Finding(f"{what}: {name}", ROWS / max(sample.cpu, 0.01) / 1000, "krow/cpu-s")


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
