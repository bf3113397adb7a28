"""Ask a statement by the paths that the planner takes or may take, and of all items by the engine alone."""

from __future__ import annotations

import random
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
from psycopg.types.numeric import DecimalBinaryDumper
from typing_extensions import override

from pgddb.access.path import AccessPath, Estimate, SegmentScan
from pgddb.access.table import Source
from pgddb.engine import Database
from pgddb.errors import SqlError
from pgddb.execution import Executor, ServerResources
from pgddb.execution.defined_catalog import DefinedCatalog
from pgddb.execution.plan_cache import PlanCache, PlannedQuery
from pgddb.execution.table_discovery import TableDiscovery
from pgddb.pgtypes import decode_parameter, type_by_name, type_by_oid
from pgddb.planner import ChosenPath
from pgddb.planner.access_paths import _flat, _limit
from pgddb.planner.candidates import Question, index_paths, keyed_paths, scan_path
from pgddb.planner.cost import CostModel
from pgddb.planner.hints import through_index
from pgddb.planner.plan_nodes import ReadSettings, TableRead
from pgddb.sql import parse_one
from pgddb.sql.statements import SelectStatement
from tests.fakes.drawn_query import FAMILIES, Argument, Query
from tests.fakes.dynamodb_model import Item
from tests.fakes.law_queries import QueryWriter
from tests.fakes.law_tables import LAW_TABLES
from tests.fakes.read_rules import Description, keys_of
from tests.fakes.small_dynamodb import SmallDynamoDB

Rows = list[tuple[Any, ...]]
Answer = Rows | SqlError

SOURCE = Source(region="us-east-1")
SEEM_LARGE = {"ItemCount": 5_000, "TableSizeBytes": 2_000_000}
SEEM_SMALL = {"ItemCount": 5, "IndexSizeBytes": 100}


class PlainExecutor(Executor):
    """Reads every table or index whole and leaves all conditions to the engine."""

    @override
    def choose_paths(self, planned: PlannedQuery, parameters: Sequence[Any]) -> Mapping[str, ChosenPath]:
        nothing = Estimate(0, 0, 0, 0)
        chosen = super().choose_paths(planned, parameters)
        for read in planned.plan.reads:
            path = AccessPath(read.table, SegmentScan(1, through_index(read.table)), nothing)
            chosen = {**chosen, read.feed: chosen[read.feed] if read.given else ChosenPath(path)}
        return chosen


class AnyPathExecutor(Executor):
    """Takes any of the sound paths of each read, as `chance` says: statistics and hints may lead to each of them."""

    chance: random.Random

    @override
    def choose_paths(self, planned: PlannedQuery, parameters: Sequence[Any]) -> Mapping[str, ChosenPath]:
        chosen = dict(super().choose_paths(planned, parameters))
        buffered = len(self.writes.buffer) > 0
        for read in planned.plan.reads:
            asked = replace(read, counted=False) if buffered else read
            paths = sound_paths(asked, parameters, self.settings.reads)
            if paths and not read.given:
                chosen[read.feed] = ChosenPath(self.chance.choice([chosen[read.feed].path, *paths]))
        return chosen


def sound_paths(read: TableRead, parameters: Sequence[Any], settings: ReadSettings) -> list[AccessPath]:
    """Give every path that the planner weighs."""
    question = Question(
        read,
        tuple(_flat(read.conjuncts)),
        parameters,
        _limit(read, parameters),
        settings,
        CostModel(read.table, settings.consistent),
    )
    if question.limit == 0:
        return []
    found = [path for path in index_paths(question) if isinstance(path, AccessPath)]
    if through_index(read.table) is not None:
        return found
    return [*keyed_paths(question), *found, scan_path(question)]


@dataclass
class Write:
    """A statement that writes one item, and what it makes of the items."""

    table: str
    text: str
    key: Mapping[str, Any]
    changes: Mapping[str, Any] | None

    def apply(self, items: list[Item]) -> list[Item]:
        kept = [item for item in items if any(item[name] != value for name, value in self.key.items())]
        before = next((item for item in items if item not in kept), {})
        return kept if self.changes is None else [*kept, {**before, **self.key, **self.changes}]


@dataclass(frozen=True)
class Situation:
    """How the tables look to the planner, and how DynamoDB answers."""

    large: frozenset[str] = frozenset()
    reads: ReadSettings = field(default_factory=ReadSettings)
    page_items: int | None = None
    batch_keys: int = 100


def drawn_situation(chance: random.Random) -> Situation:
    return Situation(
        frozenset(table["TableName"] for table in LAW_TABLES if chance.random() < 0.6),
        ReadSettings(consistent=chance.random() > 0.8, segments=chance.choice((1, 2, 3))),
        chance.choice((None, 3, 1)),
        chance.choice((100, 2)),
    )


@dataclass
class LawWorld:
    """Small tables and a store over them, and three executors that share what is known of the tables."""

    database: Database
    dynamodb: SmallDynamoDB = field(default_factory=SmallDynamoDB)

    def __post_init__(self) -> None:
        self.store = self.dynamodb.store()
        self.resources = ServerResources(self.store, self.database, source=SOURCE)
        self._open_executors()

    def _open_executors(self) -> None:
        self.plain = PlainExecutor(self.resources)
        self.chosen = Executor(self.resources)
        self.any = AnyPathExecutor(self.resources)

    def begin(self, items: Mapping[str, Sequence[Item]], situation: Situation, chance: random.Random) -> None:
        """Fill the tables anew; nothing is known of them."""
        for table in LAW_TABLES:
            name = table["TableName"]
            self.dynamodb.add(_sized(table, large=name in situation.large), items[name])
        self.dynamodb.page_items, self.dynamodb.batch_keys = situation.page_items, situation.batch_keys
        self.dynamodb.log.clear()
        self.dynamodb.broken.clear()
        self.resources.tables = TableDiscovery(self.store, SOURCE)
        self.resources.catalog = DefinedCatalog(self.store, self.resources.tables)
        self.resources.plans = PlanCache(100)
        self._open_executors()
        plain = replace(situation.reads, key_driven=False, consistent=False)
        self.plain.settings = replace(self.plain.settings, reads=plain)
        for executor in (self.chosen, self.any):
            executor.settings = replace(executor.settings, reads=situation.reads)
        self.any.chance = chance

    def read_eventually(self) -> None:
        for executor in (self.chosen, self.any):
            reads = replace(executor.settings.reads, consistent=False)
            executor.settings = replace(executor.settings, reads=reads)

    async def close(self) -> None:
        for executor in (self.plain, self.chosen, self.any):
            await executor.close()
        await self.resources.close()
        await self.store.close()

    async def writer(self, chance: random.Random) -> QueryWriter:
        return await query_writer(self.chosen, LAW_TABLES, chance)

    @contextmanager
    def after(self, writes: Sequence[Write]) -> Iterator[None]:
        """Let the tables hold what these writes make of them, as they do after COMMIT."""
        before = {name: table.items for name, table in self.dynamodb.tables.items()}
        try:
            for write in writes:
                table = self.dynamodb.tables[write.table]
                table.items = write.apply(table.items)
            yield
        finally:
            for name, items in before.items():
                self.dynamodb.tables[name].items = items

    async def answers(self, query: Query, writes: Sequence[Write], arguments: Arguments) -> tuple[Answer, list[Answer]]:
        """Give the whole answer of the engine alone, and those of each other way, LIMIT and OFFSET kept."""
        with self.after(writes):
            expected = await answer(self.plain, query.ordered, arguments)
        found = []
        for executor in (self.chosen, self.any):
            for write in writes:
                await self._write(executor, write)
            found.append(await answer(executor, query.limited, arguments))
            executor.writes.roll_back()
        return expected, found

    async def _write(self, executor: Executor, write: Write) -> None:
        statement: Any = parse_one(write.text)
        prepared = await executor.writes.prepare(statement)
        rows = await executor.writes.run(prepared)
        assert rows.count == 1, write


async def query_writer(executor: Executor, descriptions: Sequence[Description], chance: random.Random) -> QueryWriter:
    """Make a writer of queries that knows the columns as the catalog found them."""
    tables: dict[str, dict[str, str]] = {}
    keys: dict[str, tuple[str, ...]] = {}
    for description in descriptions:
        name = description["TableName"]
        catalog = await executor.catalog_for(select(f'SELECT 1 FROM "{name}"').tree)
        known = catalog.table(None, name, quoted=True)
        assert known is not None
        families = {
            column.name: FAMILIES.get(column.type_name, "other")
            for column in known.columns
            if len(column.name) == 1 or column.name == "document"
        }
        places = {name.lower(): families}
        for index in known.indexes:
            held = {one: f for one, f in families.items() if index.holds(one, known.keys) and one != "document"}
            places[f'"{name}@{index.name}"'] = held
        for place, columns in places.items():
            tables[place], keys[place] = columns, known.keys.names
    indexes = [index["IndexName"] for index in descriptions[0]["GlobalSecondaryIndexes"]]
    weighted = {name: tables[name] for name in sorted(tables, key=lambda name: "@" in name)}
    return QueryWriter(chance, weighted, keys, indexes)


@dataclass(frozen=True)
class Arguments:
    """The parameters of a query, each sent as text or binary."""

    values: Sequence[Argument]
    binary: Sequence[bool]

    @property
    def oids(self) -> tuple[int, ...]:
        return tuple(type_by_name(one.type_name).oid if one.declared else 0 for one in self.values)

    def decoded(self, oids: Sequence[int]) -> list[Any]:
        """Send them as a client does that was told these types."""
        return [
            decode_parameter(*sent(one.text, oid, binary=binary), oid)
            for one, oid, binary in zip(self.values, oids, self.binary, strict=True)
        ]


BINARY: Mapping[str, Callable[[str], bytes]] = {
    "integer": lambda text: struct.pack(">i", int(text)),
    "bigint": lambda text: struct.pack(">q", int(text)),
    "numeric": lambda text: bytes(DecimalBinaryDumper(Decimal).dump(Decimal(text)) or b""),
    "bytea": lambda text: bytes.fromhex(text.removeprefix(r"\x")),
    "boolean": lambda text: bytes([text == "true"]),
    "text": str.encode,
}
"""How a client writes values in binary."""


def sent(text: str | None, oid: int, *, binary: bool) -> tuple[bytes | None, int]:
    """Give a value and its format as a client sends it; a text that the type cannot hold is replaced by 1."""
    if text is None:
        return None, 0
    name = type_by_oid(oid).type_name
    if name in ("integer", "bigint"):
        text = text if text.lstrip("-").isdigit() and len(text) < 9 else "1"
    if not binary or name not in BINARY:
        return text.encode(), 0
    encode: Callable[[str], bytes] = BINARY[name]
    return encode(text), 1


def select(text: str) -> SelectStatement:
    statement = parse_one(text)
    assert isinstance(statement, SelectStatement)
    return statement


async def answer(executor: Executor, text: str, arguments: Arguments) -> Answer:
    """Ask as the extended protocol does: prepare with the declared types, bind by what was described."""
    try:
        prepared = await executor.prepare(select(text), arguments.oids)
        stream = await executor.start(prepared, arguments.decoded(prepared.parameter_oids), fields_fixed=False)
        batches: list[pa.RecordBatch] = []
        try:
            while (batch := await stream.next_batch()) is not None:
                batches.append(batch)
        finally:
            await stream.close()
    except SqlError as error:
        return error
    return [row for batch in batches for row in zip(*(one.to_pylist() for one in batch.columns), strict=True)]


def differences(query: Query, expected: Rows, found: Rows) -> list[str]:
    """Say what is wrong with the rows that were found, given all rows in the order of the statement."""
    end = None if query.limit is None else query.offset + query.limit
    wanted = expected[query.offset : end]
    faults = [] if len(found) == len(wanted) else [f"{len(found)} rows, not {len(wanted)}"]
    more = Counter(map(repr, found)) - Counter(map(repr, expected))
    faults += [f"not in the answer: {row}" for row in more]
    if query.limit is None and not query.offset:
        faults += [f"lost: {row}" for row in Counter(map(repr, expected)) - Counter(map(repr, found))]
    places = [place for _, place, _, _ in query.order]
    for ours, theirs in zip(found, wanted, strict=False):
        if [repr(ours[place]) for place in places] != [repr(theirs[place]) for place in places]:
            faults.append(f"in this place is {ours}, not {theirs}")
    return faults


def _sized(description: Description, *, large: bool) -> Description:
    """Let scans seem dear and indexes small, so that reads by keys and through indexes are chosen."""
    if not large:
        return description
    indexes = [{**one, **SEEM_SMALL} for one in description.get("GlobalSecondaryIndexes", ())]
    return {**description, **SEEM_LARGE, "GlobalSecondaryIndexes": indexes}


def drawn_writes(
    chance: random.Random, items: Mapping[str, Sequence[Item]], families: Mapping[str, Mapping[str, str]]
) -> list[Write]:
    """Draw statements that insert, change or delete single items, one for each key."""
    writes: list[Write] = []
    for _ in range(chance.choice((0, 0, 1, 2, 3))):
        table = chance.choice(LAW_TABLES)
        name, columns = table["TableName"], families[table["TableName"].lower()]
        held = items[name]
        known = chance.choice(list(held))
        key = {one: known[one] for one in keys_of(table)}
        if any(write.table == name and write.key == key for write in writes):
            continue
        if any(len(str(value.get("N", ""))) > 4 for value in key.values()):
            continue  # the engine compares no column of such numbers
        where = " AND ".join(f"{one} = {_literal(value)}" for one, value in key.items())
        changes = _changes(chance, {one: family for one, family in columns.items() if one not in key and one in "xml"})
        match chance.choice(("update", "delete", "insert")):
            case "delete":
                writes.append(Write(name, f"DELETE FROM {name} WHERE {where}", key, None))
            case "update" if changes:
                shown = ", ".join(f"{one} = {_literal(value)}" for one, value in changes.items())
                writes.append(Write(name, f"UPDATE {name} SET {shown} WHERE {where}", key, changes))
            case "insert" if changes:
                first = next(iter(key))
                news: Mapping[str, dict[str, Any]] = {"S": {"S": "new"}, "N": {"N": "77"}, "B": {"B": b"new"}}
                key = {**key, first: news[next(iter(key[first]))]}
                if any(write.table == name and write.key == key for write in writes):
                    continue
                row = {**key, **changes}
                text = f"INSERT INTO {name} ({', '.join(row)}) VALUES ({', '.join(map(_literal, row.values()))})"
                writes.append(Write(name, text, key, changes))
    return writes


def _changes(chance: random.Random, columns: Mapping[str, str]) -> dict[str, Any]:
    values = {"text": {"S": chance.choice(("a", "b"))}, "number": {"N": chance.choice(("1", "2"))}}
    return {name: values[family] for name, family in columns.items() if family in values and chance.random() < 0.7}


def _literal(value: Mapping[str, Any]) -> str:
    ((kind, content),) = value.items()
    if kind == "N":
        return str(content)
    if kind == "B":
        return f"'\\x{content.hex()}'::bytea"
    return "'" + str(content).replace("'", "''") + "'"
