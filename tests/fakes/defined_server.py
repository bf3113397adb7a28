"""Run a server over moto with a catalog file of its own, for tests of DDL; it can be started again over both."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest

from pgddb.cli.serve import run_server
from pgddb.config import read_config
from tests.fakes.moto_server import CREDENTIALS

REGION = "us-east-1"
OTHER_REGION = "us-west-2"

Session = psycopg.AsyncConnection[Any]


def client_of(endpoint: str, region: str = REGION) -> Any:
    """Make a client of DynamoDB."""
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


@dataclass
class Account:
    """Tables in an emulator, gone after the test; `prefix` begins the names that nobody else has."""

    endpoint: str
    prefix: str = field(default_factory=lambda: f"d{uuid.uuid4().hex[:8]}")
    made: list[tuple[str, str]] = field(default_factory=list)

    def client(self, region: str = REGION) -> Any:
        return client_of(self.endpoint, region)

    def create(self, name: str, keys: dict[str, str], *, region: str = REGION, **more: Any) -> None:
        """Make a table; `keys` are names and types, the partition key first; `attributes` are more of them."""
        types = {**keys, **more.pop("attributes", {})}
        self.client(region).create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": one, "AttributeType": kind} for one, kind in types.items()],
            KeySchema=key_schema(*keys),
            **more,
        )
        self.made.append((region, name))

    def put(self, name: str, *items: dict[str, Any], region: str = REGION) -> None:
        for item in items:
            self.client(region).put_item(TableName=name, Item=item)

    def remove(self) -> None:
        for region, name in self.made:
            self.client(region).delete_table(TableName=name)


def key_schema(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


@pytest.fixture
def account(dynamodb_endpoint: str) -> Iterator[Account]:
    """Give tables of moto."""
    made = Account(dynamodb_endpoint)
    yield made
    made.remove()


@asynccontextmanager
async def serving(endpoint: str, directory: Path | None, **flags: Any) -> AsyncIterator[int]:
    """Run a server, and give its port."""
    config = read_config(
        {"port": 0, "region": REGION, "endpoint_url": endpoint, "data_dir": directory, "log_level": "error", **flags}
    )
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(run_server(config, listening.set_result))
    running.add_done_callback(lambda _: listening.cancel())
    await asyncio.wait([listening])
    if running.done():
        running.result()
    try:
        yield listening.result()
    finally:
        running.cancel()
        await asyncio.wait([running])


async def connect(port: int, **more: Any) -> Session:
    """Connect; each statement is a transaction of its own."""
    return await psycopg.AsyncConnection.connect(
        f"host=127.0.0.1 port={port} user=postgres dbname=postgres", autocommit=True, **more
    )


@pytest.fixture
async def port(account: Account, tmp_path: Path) -> AsyncIterator[int]:
    async with serving(account.endpoint, tmp_path) as listening:
        yield listening


@pytest.fixture
async def session(port: int) -> AsyncIterator[Session]:
    connection = await connect(port)
    yield connection
    await connection.close()


async def rows(session: Session, statement: str, *parameters: Any) -> list[Any]:
    return await (await session.execute(statement, parameters or None)).fetchall()


def noted(session: Session) -> list[str]:
    """Collect the notices of a session from now on, but for bills."""
    found: list[str] = []

    def note(diagnostic: psycopg.errors.Diagnostic) -> None:
        message = diagnostic.message_primary or ""
        if not message.startswith("pgddb:"):
            found.append(message)

    session.add_notice_handler(note)
    return found


needs_psql = pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")


async def psql(port: int, script: str, *arguments: str) -> str:
    """Run a script in psql, and give what it prints, errors and notices included."""

    def run() -> str:
        done = subprocess.run(
            ["psql", "-X", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", *arguments, "postgres"],
            input=script,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout

    return await asyncio.to_thread(run)


BOOK: dict[str, Any] = {
    "id": {"S": "b1"},
    "title": {"S": "Emma"},
    "pages": {"N": "474"},
    "price": {"N": "12.50"},
    "added": {"S": "2024-02-29T10:30:00Z"},
    "tags": {"SS": ["novel", "satire"]},
    "seen": {"BOOL": True},
    "author": {"M": {"name": {"S": "Jane Austen"}, "born.in": {"S": "Steventon"}, "years": {"L": [{"N": "1775"}]}}},
}


@pytest.fixture
def books(account: Account) -> str:
    """Make a table of two books."""
    name = f"{account.prefix}-books"
    account.create(name, {"id": "S"})
    account.put(name, BOOK, {"id": {"S": "b2"}, "title": {"S": "Persuasion"}, "pages": {"N": "249"}})
    return name


def foreign_table(books: str, name: str = "books") -> str:
    """Define a table over the books with a column for each kind of attribute."""
    return f"""CREATE FOREIGN TABLE {name} (
        oid text,
        id text OPTIONS (mapped_attr 'id', partition_key 'true'),
        heading text OPTIONS (mapped_attr 'title'),
        pages integer,
        price numeric,
        cost double precision OPTIONS (mapped_attr 'price'),
        added timestamp,
        day date OPTIONS (mapped_attr 'added'),
        tags text[],
        seen boolean,
        author text OPTIONS (mapped_attr 'author.name'),
        place text OPTIONS (mapped_attr 'author."born.in"'),
        born int OPTIONS (mapped_attr 'author.years[0]'),
        document jsonb OPTIONS (ddb_document 'true')
    ) SERVER dynamodb OPTIONS (table_name '{books}')"""


async def sqlstate_of(session: Session, statement: str) -> str | None:
    """Run a statement that fails, and say how."""
    with pytest.raises(psycopg.Error) as caught:
        await session.execute(statement)
    return caught.value.sqlstate
