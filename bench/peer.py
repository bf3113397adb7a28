"""Hold the process that does the others' work (bench/peers.py) and ask it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.case import Side
from bench.measure import Sample

ROOT = Path(__file__).parents[1]
WRANGLER_VARIABLE = "PGDDB_BENCH_AWSWRANGLER"
"""Names a Python that has awswrangler, which asks for an older pyarrow than pgddb and needs its own environment."""


class PeerFailed(Exception):
    """The other process could not do its work."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A process that does works, one after the other."""

    process: subprocess.Popen[bytes]

    def ask(self, do: str, /, **arguments: Any) -> Sample:
        """Have a work done; its process measures its own time, without the line that asks."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, "arguments": arguments}).encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline() or b'{"error": "the process has ended"}')
        if "error" in answer:
            raise PeerFailed(f"{do} {arguments}: {answer['error']}")
        return Sample(answer["cpu"], answer["wall"], answer["answer"])

    def side(self, amount: float, do: str, /, **arguments: Any) -> Side:
        """Return the work as a side of a case."""
        return Side(lambda: self.ask(do, **arguments), amount)


@contextmanager
def running_peer(endpoint_url: str, python: str = sys.executable) -> Iterator[Peer]:
    """Run a process for the others."""
    command = [python, "-W", "ignore", "-m", "bench.peers", endpoint_url]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as process:
        try:
            yield Peer(process)
        finally:
            process.kill()


def wrangler_python() -> str | None:
    """Return the Python that has awswrangler, or None."""
    named = os.environ.get(WRANGLER_VARIABLE)
    if named and Path(named).exists():
        return str(Path(named).absolute())
    return sys.executable if importlib.util.find_spec("awswrangler") else None
