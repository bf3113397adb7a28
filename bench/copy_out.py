"""Measure COPY TO STDOUT against the same rows as DataRow messages, and against a real PostgreSQL's COPY."""

from __future__ import annotations

from collections.abc import Callable

from bench.client import RawClient
from bench.measure import Finding, Sample, asked_for_quick, interleaved, of_process, show
from bench.rows_out import GENERATE, ROWS, SELECT, both_formats, rate
from bench.servers import postgresql_binaries, running_endpoint, running_pgddb, running_postgresql

FORMATS = {"text": "", "csv": "(FORMAT csv)", "binary": "(FORMAT binary)"}


def run(*, quick: bool = False) -> list[Finding]:
    """Compare rows for each CPU second of the process that serves the connection."""
    with running_endpoint(1000) as endpoint, running_pgddb(endpoint.url) as server, server.connect() as client:
        cases = {f"pgddb rows {kind}": case for kind, case in both_formats(client, SELECT, server.process_id).items()}
        cases |= {f"pgddb copy {kind}": case for kind, case in copies(client, f"({SELECT})", server.process_id).items()}
        cases["pgddb generating only"] = lambda: of_process(server.process_id, lambda: client.simple(GENERATE))
        if postgresql_binaries() is None:
            medians = interleaved(2 if quick else 5, cases)
        else:
            with running_postgresql() as postgresql, postgresql.connect() as peer:
                backend = int(peer.scalar("SELECT pg_backend_pid()"))
                peer.simple(f"CREATE TABLE bench_rows AS {SELECT}")
                peer.simple("VACUUM ANALYZE bench_rows")
                found = copies(peer, "bench_rows", backend)
                cases |= {f"PostgreSQL table copy {kind}": case for kind, case in found.items()}
                medians = interleaved(2 if quick else 5, cases)
    findings = [rate(name, sample, "copy out") for name, sample in medians.items()]
    making = medians["pgddb generating only"].cpu
    for kind in FORMATS:
        ours = max(medians[f"pgddb copy {kind}"].cpu - making, 0.01)
        rows = max(medians[f"pgddb rows {'binary' if kind == 'binary' else 'text'}"].cpu - making, 0.01)
        findings.append(Finding(f"copy out: {kind}, sending / DataRow messages", rows / ours, "x rate", (">=", 0.7)))
        stored = medians.get(f"PostgreSQL table copy {kind}")
        if stored is not None:
            findings.append(
                Finding(f"copy out: {kind}, pgddb sending / PostgreSQL's COPY of a table", stored.cpu / ours, "x rate")
            )
    return findings


def copies(client: RawClient, source: str, process_id: int) -> dict[str, Callable[[], Sample]]:
    """Return COPY of a source in each format, checked for its number of rows."""

    def checked(options: str) -> None:
        rows = client.copied(f"COPY {source} TO STDOUT {options}")
        if rows != ROWS:
            raise RuntimeError(f"{rows} rows instead of {ROWS}")

    return {
        kind: lambda options=options: of_process(process_id, lambda: checked(options))  # type: ignore[misc]  # a default
        for kind, options in FORMATS.items()
    }


if __name__ == "__main__":
    show(run(quick=asked_for_quick()))
