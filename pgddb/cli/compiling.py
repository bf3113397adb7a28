"""Load the functions that numba compiles, where it is installed, beside a server that serves without them meanwhile.

Compiling takes some fifteen seconds of CPU, once for an installation: a process of its own does it and leaves the
result in numba's cache. Importing numba and loading from there takes about two, in a thread.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import structlog

log = structlog.stdlib.get_logger("pgddb.cli")

COMPILER_NICENESS = 10

START_AFTER_SECONDS = 2.0
"""After the server listens: the first clients have been answered, and it has not been started only to be stopped."""

_INSTALLED = "numba"


class Compiling:
    """Gets the compiled functions ready and into use; `stop()` ends what still runs."""

    def __init__(self) -> None:
        self._timer = threading.Timer(START_AFTER_SECONDS, self._run)
        self._timer.daemon = True
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def start(self) -> None:
        """Begin, if numba is installed."""
        if find_spec(_INSTALLED) is not None:
            self._timer.start()

    def _run(self) -> None:
        if not _is_cached():
            self._process = subprocess.Popen([sys.executable, "-m", "pgddb.cli.compiling"])
            if self._stopped:
                self._process.terminate()
            if self._process.wait() != 0:
                return
        if not self._stopped:
            use_compiled_functions()
            log.info("compiled functions are in use")

    def join(self) -> None:
        """Wait until the functions are in use, or will not be."""
        if self._timer.ident is not None:
            self._timer.join()

    def stop(self) -> None:
        """Compile no more."""
        self._stopped = True
        self._timer.cancel()
        if self._process is not None:
            self._process.terminate()


def _is_cached() -> bool:
    """Say whether a compiler has been here; numba itself finds out whether what it left still counts."""
    return any(Path(__file__).parents[1].glob("dynamo/__pycache__/compiled_*.nbi"))


def use_compiled_functions() -> None:
    """Compile the functions, or load them from numba's cache, and use them from now on.

    Raises:
        ImportError: numba is not installed.
    """
    from pgddb.dynamo import compiled_columns, compiled_pages, decode, document  # noqa: PLC0415 - numba need not be there
    from pgddb.pgtypes import acceleration, compiled_rows  # noqa: PLC0415

    compiled_columns.compile_functions()
    document.use_compiled(compiled_columns)
    compiled_pages.compile_functions()
    decode.use_compiled(compiled_pages.cut_items)
    compiled_rows.compile_functions()
    acceleration.use_compiled(compiled_rows)


if __name__ == "__main__":
    os.nice(COMPILER_NICENESS)
    use_compiled_functions()
