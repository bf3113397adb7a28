"""Run tests twice: with and without the functions that numba compiles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgddb.cli.compiling import use_compiled_functions
from pgddb.dynamo import decode, document
from pgddb.pgtypes import acceleration


@pytest.fixture(scope="module", params=["plain", "compiled"])
def both_ways(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let compiled functions convert and encode in the second round; there is none where numba is not installed."""
    if request.param == "compiled":
        pytest.importorskip("numba")
        use_compiled_functions()
    yield
    document.use_compiled(None)
    decode.use_compiled(None)
    acceleration.use_compiled(None)
