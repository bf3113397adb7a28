"""Load the functions that numba compiles, where it is installed, beside a server that serves without them meanwhile.

Compiling takes some ten seconds of CPU, once for an installation: a process of its own does it and leaves the result in
numba's cache. Loading from there takes under a second, in a thread.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from importlib.util import find_spec

import structlog

log = structlog.stdlib.get_logger("pgddb.cli")

COMPILER_NICENESS = 10
_INSTALLED = "numba"


class Compiling:
    """Gets the compiled functions ready and into use; `stop()` ends what still runs."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def start(self) -> None:
        """Begin, if numba is installed."""
        if find_spec(_INSTALLED) is not None:
            threading.Thread(target=self._run, name="pgddb compile", daemon=True).start()

    def _run(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "pgddb.cli.compiling"])
        if self._stopped:
            self._process.terminate()
        if self._process.wait() == 0 and not self._stopped:
            use_compiled_functions()
            log.info("compiled functions are in use")

    def stop(self) -> None:
        """Compile no more."""
        self._stopped = True
        if self._process is not None:
            self._process.terminate()


def use_compiled_functions() -> None:
    """Compile the functions, or load them from numba's cache, and use them from now on.

    Raises:
        ImportError: numba is not installed.
    """
    from pgddb.dynamo import compiled_columns, document  # noqa: PLC0415 - numba need not be there

    compiled_columns.compile_functions()
    document.use_compiled(compiled_columns)


if __name__ == "__main__":
    os.nice(COMPILER_NICENESS)
    use_compiled_functions()
