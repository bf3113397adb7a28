"""The law over whole statements: no plan that the planner may choose changes the answer of the same SQL.

Random items in tables with keys and indexes of every kind, random statements with parameters, a transaction's own
writes, small pages. The real store sends its requests to a DynamoDB in memory that checks each of them.
PGDDB_LAW_EXAMPLES sets the number of cases; PGDDB_LAW_SEED makes it another run.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, event, given, note, seed, settings
from hypothesis import strategies as st

from pgddb.engine import EngineSettings
from pgddb.errors import NumericValueOutOfRange, SqlError
from pgddb.execution import open_database
from tests.fakes.chance import ByteChance
from tests.fakes.law_tables import LAW_TABLES, ItemDraw
from tests.fakes.law_worlds import Arguments, LawWorld, differences, drawn_situation, drawn_writes

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]

EXAMPLES = int(os.environ.get("PGDDB_LAW_EXAMPLES", "250"))
CHOICES = 1000
SEED = int(os.environ.get("PGDDB_LAW_SEED", "0"))


class Law:
    """The world of all cases, and the loop that it lives in."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self._database = open_database(EngineSettings(threads=2, memory_limit_bytes=512 * 1024 * 1024))
        self._world = LawWorld(self._database)

    def close(self) -> None:
        self.runner.run(self._world.close())
        self.runner.close()
        self._database.close()

    async def compare(self, chance: random.Random) -> str:
        """Draw a case and compare; say how the statement ended."""
        odd = chance.random() > 0.8
        world, draw = self._world, ItemDraw(chance, odd=odd)
        items = {table["TableName"]: draw.items(table, 8) for table in LAW_TABLES}
        situation = drawn_situation(chance)
        world.begin(items, situation, chance)
        writer = await world.writer(chance)
        writes = drawn_writes(chance, items, writer.tables)
        query = writer.query(odd=odd)
        arguments = Arguments(query.arguments, [chance.random() < 0.5 for _ in query.arguments])
        note(f"{query.limited}\narguments: {arguments}\nwrites: {[write.text for write in writes]}\n{situation}")
        note("\n".join(f"{name}: {item}" for name, held in items.items() for item in held))
        if "@" in query.text:  # a global index has no strongly consistent read
            world.read_eventually()
        expected, answers = await world.answers(query, writes, arguments)
        assert world.dynamodb.broken == [], world.dynamodb.broken
        if isinstance(expected, SqlError):
            # An engine that reads less may not meet the value that is wrong.
            if not expected.sqlstate.startswith("22"):
                assert [type(found) for found in answers] == [type(expected)] * len(answers), expected
            return f"{expected.sqlstate}: {expected.message[:60]}"
        for found in answers:
            if odd and isinstance(found, NumericValueOutOfRange):
                return f"{found.sqlstate}: a number that the engine does not calculate with was met by one way only"
            assert not isinstance(found, SqlError), repr(found)
            faults = differences(query, expected, found)
            assert faults == [], faults
        return "answered"


@pytest.fixture(scope="module")
def law() -> Iterator[Law]:
    opened = Law()
    yield opened
    opened.close()


@seed(SEED)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(choices=st.binary(min_size=CHOICES, max_size=CHOICES))
def test_no_plan_changes_an_answer(law: Law, choices: bytes) -> None:
    event(law.runner.run(law.compare(ByteChance(choices))))
