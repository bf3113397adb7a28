"""Random statements, blocks and faults against a model of the tables: nothing is lost, nothing is done twice.

Each step runs through a socket, the server and a proxy that breaks requests; then DynamoDB is read past all of them.
PGDDB_WRITE_EXAMPLES says how many sequences are tried.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pgddb.cli.serve import run_server
from pgddb.config import read_config
from tests.fakes.dynamodb_local import JARS_VARIABLE
from tests.fakes.fault_proxy import READS, FaultProxy, Rule, running_proxy
from tests.fakes.moto_server import CREDENTIALS
from tests.fakes.write_faults import FAULTS, FaultPlan
from tests.fakes.write_model import IDS, STATEMENTS, Refused, Row, Rows, State, Statement
from tests.fakes.write_rules import WRITES
from tests.fakes.write_steps import QUESTIONS, STEPS, Question, Step

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(3600)]

EXAMPLES = int(os.environ.get("PGDDB_WRITE_EXAMPLES", "40"))
REGION = "eu-west-1"
BROKEN_OFF = "40003"


@dataclass(slots=True, repr=False)
class Place:
    """A server behind a proxy, a connection to it, and a client that goes past both."""

    runner: asyncio.Runner
    proxy: FaultProxy
    connection: psycopg.AsyncConnection[Any]
    dynamodb: Any


def _create(client: Any, name: str, **keys: str) -> None:
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind} for key, kind in keys.items()],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)],
    )


@pytest.fixture(scope="module")
def place(dynamodb_local_endpoint: str) -> Iterator[Place]:
    """Serve two tables whose columns are known from one item each."""
    with pytest.MonkeyPatch.context() as environment, asyncio.Runner() as runner:
        environment.delenv(JARS_VARIABLE, raising=False)
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        dynamodb = boto3.client("dynamodb", endpoint_url=dynamodb_local_endpoint, region_name=REGION)
        _create(dynamodb, "stock", id="S")
        _create(dynamodb, "parts", pk="S", sk="N")
        write_past(dynamodb, State({"a": {"n": 1, "s": "x", "m": 1}}, {("a", 1): {"v": 1}}))
        proxying = running_proxy(dynamodb_local_endpoint)
        proxy = runner.run(proxying.__aenter__())
        config = read_config({"port": 0, "region": REGION, "endpoint_url": proxy.url})
        serving, connection = runner.run(_serve(config))
        try:
            yield Place(runner, proxy, connection, dynamodb)
        finally:
            runner.run(connection.close())
            serving.cancel()
            runner.run(asyncio.wait([serving]))
            runner.run(proxying.__aexit__(None, None, None))
            for name in ("stock", "parts"):
                dynamodb.delete_table(TableName=name)
            dynamodb.close()


async def _serve(config: Any) -> tuple[asyncio.Task[Any], psycopg.AsyncConnection[Any]]:
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(run_server(config, listening.set_result))
    connection = await psycopg.AsyncConnection.connect(
        f"host=127.0.0.1 port={await listening} user=postgres dbname=postgres", autocommit=True
    )
    await (await connection.execute("SELECT n, s FROM stock; SELECT v FROM parts")).fetchall()
    return serving, connection


def _typed(value: int | str) -> dict[str, Any]:
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def _items(state: State) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, row in state.stock.items():
        item = {name: _typed(value) for name, value in row.items() if name != "m"}
        inner = {"m": {"M": {"x": _typed(row["m"])}}} if "m" in row else {}
        yield "stock", {"id": _typed(key), **item, **inner}
    for (pk, sk), row in state.parts.items():
        yield "parts", {"pk": _typed(pk), "sk": _typed(sk), "v": _typed(row["v"])}


def _scanned(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def write_past(dynamodb: Any, state: State) -> None:
    """Let the tables hold just this."""
    for table, names in (("stock", ("id",)), ("parts", ("pk", "sk"))):
        for item in _scanned(dynamodb, table):
            dynamodb.delete_item(TableName=table, Key={name: item[name] for name in names})
    for table, item in _items(state):
        dynamodb.put_item(TableName=table, Item=item)


def read_past(dynamodb: Any) -> State:
    """Read what the tables hold; any attribute that the model does not know is an error."""
    state = State()
    for item in _scanned(dynamodb, "stock"):
        row: Row = {"n": int(item.pop("n")["N"])} if "n" in item else {}
        row |= {"s": item.pop("s")["S"]} if "s" in item else {}
        row |= {"m": int(item.pop("m")["M"]["x"]["N"])} if "m" in item else {}
        state.stock[item.pop("id")["S"]] = row
        assert item == {}
    for item in _scanned(dynamodb, "parts"):
        state.parts[item.pop("pk")["S"], int(item.pop("sk")["N"])] = {"v": int(item.pop("v")["N"])}
        assert item == {}
    return state


@dataclass(slots=True)
class Block:
    """A transaction as the model follows it."""

    state: State
    savepoints: list[tuple[str, State]]
    failed: bool = False


class Walk:
    """One sequence of steps; `committed` is what DynamoDB holds."""

    def __init__(self, place: Place, committed: State, mode: str) -> None:
        self.place = place
        self.committed = committed
        self.mode = mode
        self.block: Block | None = None

    @property
    def seen(self) -> State:
        return self.committed if self.block is None else self.block.state

    async def take(self, action: Statement | Step, fault: FaultPlan | None) -> None:
        proxy = self.place.proxy
        proxy.log.clear()
        proxy.rules[:] = [] if fault is None else [rule_of(fault)]
        try:
            error, tag = await self._execute(action)
        finally:
            hits = sum(rule.hits for rule in proxy.rules)
            proxy.rules.clear()
        hard = fault is not None and not fault.passes and hits > 0
        if isinstance(action, Step):
            await self._after_step(action.text, error, tag, hard=hard)
        else:
            await self._after_statement(action, error, tag, hard=hard)
        assert read_past(self.place.dynamodb) == self.committed

    async def _execute(self, action: Statement | Step) -> tuple[psycopg.Error | None, str]:
        cursor = self.place.connection.cursor()
        try:
            if isinstance(action, Statement) and action.copied is not None:
                async with cursor.copy(action.text) as stream:
                    await stream.write(action.copied)
            else:
                await cursor.execute(action.text)
        except psycopg.Error as error:
            return error, ""
        return None, cursor.statusmessage or ""

    async def _after_statement(
        self, statement: Statement, error: psycopg.Error | None, tag: str, *, hard: bool
    ) -> None:
        state = None if error is None else error.sqlstate
        if self.block is not None and self.block.failed:
            assert state == "25P02"
            return
        wanted = self.seen.copy()
        try:
            count = statement.change(wanted, self.mode)
        except Refused as refusal:
            assert hard or state in refusal.sqlstates, error
            self._fail()
            return
        if error is None:
            assert not hard
            assert int(tag.rpartition(" ")[2]) == count, tag
            if self.block is None:
                self.committed = wanted
            else:
                self.block.state = wanted
            return
        assert hard, error
        if self.block is None:
            await self._settle(error, wanted)
        self._fail()

    def _fail(self) -> None:
        if self.block is not None:
            self.block.failed = True

    async def _after_step(self, text: str, error: psycopg.Error | None, tag: str, *, hard: bool) -> None:
        word, last = text.partition(" ")[0], text.rpartition(" ")[2]
        state = None if error is None else error.sqlstate
        block = self.block
        if block is None:
            assert state == (None if word in ("BEGIN", "COMMIT", "ROLLBACK") and last == word else "25P01"), error
            if word == "BEGIN":
                self.block = Block(self.committed.copy(), [])
            return
        if word == "COMMIT":
            await self._after_commit(block, error, tag, hard=hard)
        elif text == "ROLLBACK":
            assert error is None
            self.block = None
        elif block.failed and word != "ROLLBACK":
            assert state == "25P02"
        elif word in ("BEGIN", "SAVEPOINT"):
            assert error is None
            block.savepoints += [(last, block.state.copy())] if word == "SAVEPOINT" else []
        else:
            self._return_to(block, word, last, state)

    async def _after_commit(self, block: Block, error: psycopg.Error | None, tag: str, *, hard: bool) -> None:
        self.block = None
        if block.failed:
            assert tag == "ROLLBACK"
        elif error is None:
            assert not hard
            self.committed = block.state
        else:
            assert hard, error
            await self._settle(error, block.state)

    def _return_to(self, block: Block, word: str, name: str, state: str | None) -> None:
        places = [place for place, (known, _) in enumerate(block.savepoints) if known == name]
        if not places:
            assert state == "3B001"
            block.failed = True
            return
        assert state is None
        if word == "RELEASE":
            del block.savepoints[places[-1] :]
            return
        del block.savepoints[places[-1] + 1 :]
        block.state = block.savepoints[places[-1]][1].copy()
        block.failed = False

    async def _settle(self, error: psycopg.Error, wanted: State) -> None:
        """Hold what is there to what the error tells: everything old, or just what it says is missing."""
        actual = read_past(self.place.dynamodb)
        if error.sqlstate != BROKEN_OFF:
            assert actual == self.committed, error
            return
        cursor = await self.place.connection.execute("SELECT table_name, key, fate FROM pgddb.last_commit")
        fates: dict[tuple[str, Any], str] = {}
        for table, key, fate in await cursor.fetchall():
            fates[table, key["id"] if table == "stock" else (key["pk"], key["sk"])] = fate
        written = 0
        for table in ("stock", "parts"):
            old: Rows = getattr(self.committed, table)
            new: Rows = getattr(wanted, table)
            found: Rows = getattr(actual, table)
            for key in {*old, *new, *found}:
                fate = fates.get((table, key))
                allowed = {
                    "unwritten": [old.get(key)],
                    "unknown": [old.get(key), new.get(key)],
                    None: [new.get(key)],
                }[fate]
                assert found.get(key) in allowed, (table, key, fate, str(error))
                written += fate is None and old.get(key) != new.get(key)
        told = re.search(r"(\d+) items? (?:is|are) written", str(error))
        assert (int(told[1]) if told else 0) >= written
        self.committed = actual

    async def ask(self, question: Question) -> None:
        cursor = self.place.connection.cursor()
        if self.block is not None and self.block.failed:
            with pytest.raises(psycopg.errors.InFailedSqlTransaction):
                await cursor.execute(question.text)
            return
        await cursor.execute(question.text)
        assert sorted(await cursor.fetchall(), key=repr) == sorted(question.answer(self.seen), key=repr)


def rule_of(fault: FaultPlan) -> Rule:
    operations = WRITES if fault.operations == "writes" else READS if fault.operations == "reads" else ()
    return Rule(
        "*" if operations else fault.operations,
        fault.make(),
        first=fault.first,
        times=fault.times,
        matches=lambda seen: not operations or seen.operation in operations,
    )


INITIAL = st.builds(
    State,
    st.dictionaries(
        st.sampled_from(IDS),
        st.fixed_dictionaries({}, optional={"n": st.integers(-2, 9), "s": st.sampled_from(("x", "y"))}),
        max_size=4,
    ),
    st.dictionaries(
        st.tuples(st.sampled_from(IDS), st.integers(1, 2)), st.fixed_dictionaries({"v": st.integers(0, 9)}), max_size=3
    ),
)
ACTIONS = st.sampled_from((STEPS, STATEMENTS, STATEMENTS)).flatmap(lambda kind: kind)
BROKEN = st.booleans().flatmap(lambda broken: FAULTS if broken else st.none())
WALKS = st.lists(st.tuples(ACTIONS, BROKEN, QUESTIONS), min_size=3, max_size=14)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink) if os.environ.get("PGDDB_WRITE_SHRINK") else (Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    initial=INITIAL,
    walk=WALKS,
    insert_mode=st.sampled_from(("check", "strict", "overwrite")),
    write_mode=st.sampled_from(("auto", "auto", "batch")),
)
def test_whatever_breaks_the_table_is_what_the_answers_say(
    place: Place,
    initial: State,
    walk: list[tuple[Statement | Step, FaultPlan | None, Question]],
    insert_mode: str,
    write_mode: str,
) -> None:
    place.runner.run(_walk(place, initial, walk, (insert_mode, write_mode)))


async def _walk(
    place: Place,
    initial: State,
    walk: list[tuple[Statement | Step, FaultPlan | None, Question]],
    modes: tuple[str, str],
) -> None:
    write_past(place.dynamodb, initial)
    await place.connection.execute(f"SET pgddb.insert_mode = '{modes[0]}'; SET pgddb.write_mode = '{modes[1]}'")
    walker = Walk(place, initial.copy(), modes[0])
    try:
        for action, fault, question in walk:
            await walker.take(action, fault)
            await walker.ask(question)
    finally:
        place.proxy.rules.clear()
        await place.connection.execute("ROLLBACK")
    assert read_past(place.dynamodb) == walker.committed
    assert place.proxy.broken_rules == []
