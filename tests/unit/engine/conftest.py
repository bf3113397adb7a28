"""One engine for the tests of this directory: opening it costs more than most tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pgddb.engine import Database, EngineFunction, EngineSession, EngineSettings
from pgddb.errors import InvalidTextRepresentation


def _shout(column: pa.Array) -> pa.Array:
    return pc.utf8_upper(column)


def _join(left: pa.Array, right: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(left, right, "-")


def _fail(column: pa.Array) -> pa.Array:
    raise InvalidTextRepresentation("invalid thing: | pipes\nand a second line")


def _break(column: pa.Array) -> pa.Array:
    raise KeyError("a bug")


FUNCTIONS = (
    EngineFunction("shout", ("VARCHAR",), "VARCHAR", _shout),
    EngineFunction("join_by_dash", ("VARCHAR", "VARCHAR"), "VARCHAR", _join),
    EngineFunction("always_fails", ("VARCHAR",), "VARCHAR", _fail),
    EngineFunction("has_a_bug", ("VARCHAR",), "VARCHAR", _break),
)


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    opened = Database(
        EngineSettings(threads=2, memory_limit_bytes=64 * 1024 * 1024, temp_directory_bytes=1024 * 1024),
        functions=FUNCTIONS,
        statements=("CREATE MACRO pgcat.upper(x) AS 'ours: ' || system.main.upper(x)",),
        options={"integer_division": "true", "ieee_floating_point_ops": "false"},
    )
    yield opened
    opened.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[EngineSession]:
    opened = database.open_session()
    yield opened
    await opened.close()
