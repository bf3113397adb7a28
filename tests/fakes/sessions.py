"""Run sessions without DynamoDB and DuckDB: an executor of a few texts, a client of raw messages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pytest
from sqlglot import exp

from pgddb.access.statistics import ReadStatistics
from pgddb.authentication import AccessControl
from pgddb.errors import SqlError, UndefinedTable, UniqueViolation
from pgddb.execution import ExecutionSettings, ExplainedQuery, Notice, PreparedWrite, WriteStatement, WrittenRows
from pgddb.pgtypes import ResultField, type_by_name
from pgddb.planner.dml_nodes import Verb
from pgddb.protocol.buffer import HEADER
from pgddb.protocol.messages.notices import ErrorResponse, NoticeResponse
from pgddb.protocol.messages.registry import BackendMessage, FrontendMessage, decode_backend
from pgddb.protocol.messages.rows import DataRow
from pgddb.protocol.messages.simple_query import CommandComplete, Query, ReadyForQuery, TransactionStatus
from pgddb.protocol.messages.startup import BackendKeyData, ParameterStatus, StartupMessage
from pgddb.server import Server, ServerSettings, TlsContext
from pgddb.server.listener import StopSignals
from pgddb.session.contract import Notify
from pgddb.sql.options import ExplainOptions
from pgddb.sql.statements import SelectStatement

BATCH_ROWS = 4
BULK_ROWS = 20_000


@dataclass(frozen=True)
class FakeQuery:
    """What the fake executor makes of a SELECT."""

    text: str
    fields: tuple[ResultField, ...]
    parameter_oids: tuple[int, ...]
    statement: SelectStatement


@dataclass
class FakeEngine:
    """Counts what all fake executors of a server did.

    Attributes:
        batches: how many batches were taken.
        open_streams: started and not closed.
        starts: the texts and parameters of what was started.
        commits: the texts of what was committed together, and whether that was a transaction.
    """

    batches: int = 0
    open_streams: int = 0
    starts: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    settings: list[ExecutionSettings] = field(default_factory=list)
    commits: list[tuple[list[str], bool]] = field(default_factory=list)

    def open_executor(self, notify: Notify) -> FakeExecutor:
        return FakeExecutor(self, notify)


class FakeExecutor:
    """Knows `SELECT 7`, `SELECT $1, $2`, `FROM rows_100`, and FROM slow, broken, late_error and missing."""

    def __init__(self, engine: FakeEngine, notify: Notify) -> None:
        self.settings = ExecutionSettings()
        self._engine = engine
        self._notify = notify
        self.is_closed = False
        self.writes: Any = FakeWrites(engine)
        self.definitions: Any = FakeDefinitions()

    async def prepare(
        self, statement: SelectStatement, parameter_oids: Sequence[int] = (), *, runs: bool = False
    ) -> Any:
        text = statement.text
        if "missing" in text:
            raise UndefinedTable('relation "missing" does not exist', position=text.index("missing") + 1)
        if "bug" in text:
            raise KeyError("secret value")
        count = len(set(re.findall(r"\$\d+", text)))
        oids = tuple(parameter_oids[i] if i < len(parameter_oids) and parameter_oids[i] else 25 for i in range(count))
        named = [ResultField(f"p{index}", type_by_name(_type_name(oid))) for index, oid in enumerate(oids)]
        fields = tuple(named) or (ResultField("n", type_by_name("int4")),)
        return FakeQuery(text, fields, oids, statement)

    async def start(self, prepared: Any, parameters: Sequence[Any] = (), *, fields_fixed: bool = True) -> FakeRows:
        self._engine.starts.append((prepared.text, tuple(parameters)))
        self._engine.settings.append(self.settings)
        self._engine.open_streams += 1
        return FakeRows(self, prepared, tuple(parameters))

    @property
    def open_statistics(self) -> ReadStatistics:
        return ReadStatistics()

    async def relation_kind(self, table: exp.Table) -> str | None:
        return "v" if table.name.startswith("view") else "r"

    async def explain(self, prepared: Any, parameters: Sequence[Any], options: ExplainOptions) -> ExplainedQuery:
        return ExplainedQuery((f"Plan of {prepared.text}", f"  Values: {list(parameters)}"), ReadStatistics())

    async def define(self, definition: Any, note: Notify) -> None:
        self.definitions.texts.append(type(definition).__name__)

    async def close(self) -> None:
        self.is_closed = True


class FakeWrites:
    """Takes every statement for one that writes one item; a text with "taken" fails at COMMIT."""

    def __init__(self, engine: FakeEngine) -> None:
        self.buffer = FakeBuffer()
        self._engine = engine

    async def prepare(self, statement: WriteStatement, parameter_oids: Sequence[int] = ()) -> PreparedWrite:
        return PreparedWrite(statement, tuple(parameter_oids), None)

    async def run(
        self, prepared: PreparedWrite, parameters: Sequence[Any] = (), *, fields_fixed: bool = False
    ) -> WrittenRows:
        if "broken" in prepared.statement.text:
            raise SqlError("broken write")
        self.buffer.texts.append(prepared.statement.text)
        return WrittenRows(Verb(prepared.statement.command_tag), 1)

    async def commit(self, *, explicit: bool) -> None:
        texts = list(self.buffer.texts)
        self.buffer.clear()
        if any("taken" in text for text in texts):
            raise UniqueViolation("duplicate key")
        self._engine.commits.append((texts, explicit))


class FakeBuffer:
    """The texts of the statements that wrote."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __len__(self) -> int:
        return len(self.texts)

    def mark(self) -> int:
        return len(self.texts)

    def undo_to(self, mark: int) -> None:
        del self.texts[mark:]

    def clear(self) -> None:
        self.texts.clear()


class FakeDefinitions(FakeBuffer):
    """The kinds of the definitions of a transaction."""

    def check(self) -> None:
        """Find nothing in the way."""

    async def commit(self) -> None:
        self.clear()


class FakeRows:
    """Batches of numbers."""

    def __init__(self, executor: FakeExecutor, query: FakeQuery, parameters: tuple[Any, ...]) -> None:
        self.fields = query.fields
        self.statistics = ReadStatistics()
        self._executor = executor
        self._query = query
        self._parameters = parameters
        self._sent = 0
        self._closed = False
        found = re.search(r"rows_(\d+)", query.text)
        self._total = int(found.group(1)) if found else 1

    async def next_batch(self) -> pa.RecordBatch | None:
        text = self._query.text
        if "slow" in text:
            await asyncio.sleep(30)
        if "broken" in text:
            raise RuntimeError(" ".join(["secret", "value"]))  # the text is no part of the source line
        if "late_error" in text and self._sent:
            raise SqlError("late error")
        if self._sent >= self._total and "late_error" not in text:
            self._executor._notify(Notice("NOTICE", "read 1 page"))
            return None
        self._executor._engine.batches += 1
        if self._parameters:
            self._sent += 1
            return pa.RecordBatch.from_arrays(
                [pa.array([value]) for value in self._parameters], names=[f.name for f in self.fields]
            )
        numbers = range(self._sent, min(self._sent + (BULK_ROWS if "bulk" in text else BATCH_ROWS), self._total))
        if self._total == 1:
            found = re.search(r"SELECT (-?\d+)", text, re.IGNORECASE)
            numbers = range(int(found.group(1)), int(found.group(1)) + 1) if found else range(1)
        self._sent += len(numbers)
        return pa.RecordBatch.from_arrays([pa.array(list(numbers), pa.int32())], names=["n"])

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._executor._engine.open_streams -= 1

    def command_tag(self, rows: int) -> str:
        return f"SELECT {rows}"


def _type_name(oid: int) -> str:
    return {20: "int8", 23: "int4", 25: "text"}[oid]


class RawClient:
    """Sends and receives single messages."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.key: BackendKeyData | None = None
        self.parameters: dict[str, str] = {}

    def send(self, *messages: FrontendMessage) -> None:
        self.writer.write(b"".join(message.encode() for message in messages))

    async def receive(self) -> BackendMessage | None:
        """Give the next message, None at the end of the stream."""
        try:
            tag, length = HEADER.unpack(await asyncio.wait_for(self.reader.readexactly(HEADER.size), 5))
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return None
        return decode_backend(tag, await asyncio.wait_for(self.reader.readexactly(length - 4), 5))

    async def until_ready(self) -> list[BackendMessage]:
        """Give all messages up to ReadyForQuery, or the end."""
        messages: list[BackendMessage] = []
        while (message := await self.receive()) is not None:
            messages.append(message)
            if isinstance(message, ReadyForQuery):
                break
        return messages

    async def take(self, count: int) -> list[BackendMessage | None]:
        return [await self.receive() for _ in range(count)]

    async def start(self, minor: int = 0, /, **parameters: str) -> list[BackendMessage]:
        """Send a startup packet and take the answer."""
        pairs = {"user": "alice", **parameters}
        self.send(StartupMessage(3, minor, tuple(pairs.items())))
        messages = await self.until_ready()
        for message in messages:
            if isinstance(message, BackendKeyData):
                self.key = message
            elif isinstance(message, ParameterStatus):
                self.parameters[message.name] = message.value
        return messages

    async def query(self, text: str) -> Answer:
        self.send(Query(text))
        return Answer(await self.until_ready())

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


class Answer:
    """The messages of one cycle, sorted."""

    def __init__(self, messages: Sequence[BackendMessage | None]) -> None:
        self.messages = messages

    @property
    def rows(self) -> list[tuple[str | None, ...]]:
        return [
            tuple(None if value is None else value.decode() for value in message.values)
            for message in self.messages
            if isinstance(message, DataRow)
        ]

    @property
    def tags(self) -> list[str]:
        return [message.command_tag for message in self.messages if isinstance(message, CommandComplete)]

    @property
    def notices(self) -> list[str]:
        return [
            f"{m.diagnostics.severity} {m.diagnostics.sqlstate} {m.diagnostics.message}"
            for m in self.messages
            if isinstance(m, NoticeResponse)
        ]

    @property
    def errors(self) -> list[str]:
        return [
            f"{m.diagnostics.severity} {m.diagnostics.sqlstate} {m.diagnostics.message}"
            for m in self.messages
            if isinstance(m, ErrorResponse)
        ]

    @property
    def status(self) -> TransactionStatus | None:
        last = self.messages[-1] if self.messages else None
        return last.status if isinstance(last, ReadyForQuery) else None

    @property
    def names(self) -> list[str]:
        return [type(message).__name__ for message in self.messages]


class RunningServer:
    """A server on a free port with the fake engine behind it."""

    def __init__(self, engine: FakeEngine, stop: StopSignals) -> None:
        self.engine = engine
        self.stop = stop
        self.port = 0
        self.server: Server | None = None
        self.task: asyncio.Task[None] | None = None
        self._clients: list[RawClient] = []

    async def connect(self) -> RawClient:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        client = RawClient(reader, writer)
        self._clients.append(client)
        return client

    async def started(self, **parameters: str) -> RawClient:
        client = await self.connect()
        await client.start(**parameters)
        return client

    async def close_clients(self) -> None:
        for client in self._clients:
            await client.close()


@asynccontextmanager
async def running_server(
    settings: ServerSettings | None = None, *, access: AccessControl | None = None, tls: TlsContext | None = None
) -> AsyncIterator[RunningServer]:
    """Serve until the end of the context."""
    engine = FakeEngine()
    running = RunningServer(engine, StopSignals())
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    server = Server(settings or ServerSettings(port=0), engine.open_executor, access=access, tls=tls)
    running.server = server
    running.task = asyncio.create_task(server.run(running.stop, listening.set_result))
    waited: set[asyncio.Future[Any]] = {listening, running.task}
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    if running.task.done():
        running.task.result()
    running.port = listening.result()
    try:
        yield running
    finally:
        await running.close_clients()
        running.stop.ask()
        running.stop.ask()
        await running.task


@pytest.fixture
async def server() -> AsyncIterator[RunningServer]:
    async with running_server() as running:
        yield running


@pytest.fixture
def start_server() -> Callable[..., Any]:
    return running_server


@pytest.fixture
async def client(server: RunningServer) -> RawClient:
    return await server.started()


async def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that other tasks bring about."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - other tasks bring it about, with no event to wait for
            await asyncio.sleep(0.005)
