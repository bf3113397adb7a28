"""Compare connecting and SELECT 1 with a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

from bench.case import SUBJECT, Case, Side
from bench.measure import Sample, of_process
from bench.report import show_alone
from bench.servers import RunningServer, tree_cpu_seconds
from bench.stage import Stage

BLOCK = 20


def cases(stage: Stage) -> Iterator[Case]:
    """Connect, then ask on a connection."""
    sides = {SUBJECT: connecting(stage.server)}
    if stage.postgresql is not None:
        sides["PostgreSQL"] = connecting(stage.postgresql)
    yield Case("connect until ready", "connection", sides)
    block = BLOCK * 10
    yield Case(
        "SELECT 1, simple",
        "statement",
        stage.both(block, lambda client: sum(client.simple("SELECT 1").rows for _ in range(block))),
    )
    stage.prepare("one", "SELECT 1")
    yield Case(
        "SELECT 1, prepared",
        "statement",
        stage.both(block, lambda client: sum(client.execute("one").rows for _ in range(block))),
    )


def connecting(server: RunningServer) -> Side:
    def connect() -> None:
        for _ in range(BLOCK):
            server.connect().socket.close()

    def run() -> Sample:
        return of_process(server.process_id, connect, tree_cpu_seconds)

    return Side(run, BLOCK)


if __name__ == "__main__":
    show_alone(cases)
