"""Items of every kind, read and written back by SQL, are the same in DynamoDB.

PGDDB_ROUND_TRIP_ITEMS says how many: 5,000 take a few minutes.
"""

from __future__ import annotations

import base64
import json
import os
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from tests.fakes.written_tables import dynamodb, port, session, tables, tag

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(1800)]

__all__ = ["dynamodb", "port", "session", "tables"]

ITEMS = int(os.environ.get("PGDDB_ROUND_TRIP_ITEMS", "400"))
NAMES = ("a", "B", "order", "with.dot", "#x", ":y", "$set", "é", "", "tags", "n", "x y", '"')


def text(chance: random.Random) -> str:
    letters = "ab\0\n\t\"'\\/é\U0001f600{}[]%_$:# "
    return "".join(chance.choice(letters) for _ in range(chance.randrange(6)))


def number(chance: random.Random) -> str:
    digits = str(chance.randrange(1, 10 ** chance.choice((1, 3, 18, 38)))).rstrip("0")
    sign = "-" if chance.random() < 0.3 else ""
    return f"{sign}{digits[:-1] or '0'}.{digits[-1]}" if chance.random() < 0.3 else sign + digits


def binary(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(5))


def distinct(make: Callable[[random.Random], Any], chance: random.Random, key: Callable[[Any], Any]) -> list[Any]:
    found: dict[Any, Any] = {}
    for _ in range(chance.randrange(1, 4)):
        value = make(chance)
        found.setdefault(key(value), value)
    return list(found.values())


def value(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    kind = chance.choice([*SCALARS, *(["L", "M"] if depth < 4 else [])])
    if kind == "L":
        return {kind: [value(chance, depth + 1) for _ in range(chance.randrange(4))]}
    if kind == "M":
        return {kind: {name: value(chance, depth + 1) for name in chance.sample(NAMES, chance.randrange(4)) if name}}
    return {kind: SCALARS[kind](chance)}


SCALARS: dict[str, Callable[[random.Random], Any]] = {
    "S": text,
    "N": number,
    "B": binary,
    "BOOL": lambda chance: chance.random() < 0.5,
    "NULL": lambda _: True,
    "SS": lambda chance: distinct(text, chance, str),
    "NS": lambda chance: distinct(number, chance, float),
    "BS": lambda chance: distinct(binary, chance, bytes),
}


def canonical(typed: Any) -> Any:
    """Give sets an order, so that equal items are equal."""
    if isinstance(typed, dict):
        return {key: sorted(inner) if key in ("SS", "NS", "BS") else canonical(inner) for key, inner in typed.items()}
    return [canonical(one) for one in typed] if isinstance(typed, list) else typed


def tagged(item: Any) -> str:
    """Write an item as JSON with tags for what JSON lacks (docs/writes.md)."""
    return json_text({name: plain(typed) for name, typed in item.items()})


def json_text(plain: Any) -> str:
    """Write JSON with numbers as their digits."""
    if isinstance(plain, Decimal):
        return str(plain)
    if isinstance(plain, dict):
        return f"{{{', '.join(f'{json.dumps(name)}: {json_text(one)}' for name, one in plain.items())}}}"
    return f"[{', '.join(map(json_text, plain))}]" if isinstance(plain, list) else json.dumps(plain)


def plain(typed: Any) -> Any:
    ((kind, content),) = typed.items()
    return PLAIN[kind](content)


PLAIN: dict[str, Callable[[Any], Any]] = {
    "S": lambda content: {"$string": content},
    "N": Decimal,
    "B": lambda content: {"$binary": base64.b64encode(content).decode()},
    "BOOL": bool,
    "NULL": lambda _: None,
    "L": lambda content: {"$list": [plain(one) for one in content]},
    "M": lambda content: {"$map": {name: plain(one) for name, one in content.items()}},
    "SS": lambda content: {"$set": content},
    "NS": lambda content: {"$set": [Decimal(one) for one in content]},
    "BS": lambda content: {"$set": [plain({"B": one}) for one in content]},
}


def everything(dynamodb: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for page in dynamodb.get_paginator("scan").paginate(TableName="kinds", ConsistentRead=True):
        found |= {item["id"]["S"]: canonical(item) for item in page["Items"]}
    return found


def fill_kinds(dynamodb: Any) -> dict[str, Any]:
    """Put items of all kinds, nested up to four levels, and give them as they are stored."""
    chance = random.Random(20_240_229)
    for place in range(ITEMS):
        names = [name for name in chance.sample(NAMES, chance.randrange(5)) if name]
        item = {"id": {"S": f"i{place}"}, **{name: value(chance) for name in names}}
        dynamodb.put_item(TableName="kinds", Item=item)
    return everything(dynamodb)


async def emptied(session: psycopg.AsyncConnection[Any]) -> None:
    await session.execute("SET pgddb.allow_truncate = on; TRUNCATE kinds")


async def test_items_that_are_copied_or_written_over_stay_the_same(
    session: psycopg.AsyncConnection[Any], dynamodb: Any
) -> None:
    await emptied(session)
    before = fill_kinds(dynamodb)
    copied = "INSERT INTO kinds (id, document) SELECT 'copy of ' || id, document FROM kinds"
    assert await tag(session, copied) == f"INSERT 0 {ITEMS}"
    marked = """INSERT INTO kinds (id, document) SELECT 'marked ' || id, document || '{"marked": [1]}' FROM kinds"""
    assert await tag(session, f"{marked} WHERE id LIKE 'i%'") == f"INSERT 0 {ITEMS}"
    text_of_all = "UPDATE kinds SET document = (document::text)::jsonb WHERE id LIKE 'i%'"
    assert await tag(session, text_of_all) == f"UPDATE {ITEMS}"
    again = "UPDATE kinds SET document = jsonb_set(document, '{marked}', 'true') WHERE id LIKE 'i%'"
    assert await tag(session, again) == f"UPDATE {ITEMS}"
    assert await tag(session, "UPDATE kinds SET document = document - 'marked' WHERE id LIKE 'i%'") == f"UPDATE {ITEMS}"
    after = everything(dynamodb)
    for name, item in before.items():
        assert after[name] == item
        assert after[f"copy of {name}"] == {**item, "id": {"S": f"copy of {name}"}}
        with_mark = {"id": {"S": f"marked {name}"}, "marked": {"L": [{"N": "1"}]}}
        assert after[f"marked {name}"] == {**item, **with_mark}


async def test_items_that_leave_as_tagged_json_come_back_by_copy_and_insert_the_same(
    session: psycopg.AsyncConnection[Any], dynamodb: Any
) -> None:
    await emptied(session)
    before = fill_kinds(dynamodb)
    documents = [tagged(item) for item in before.values()]
    await emptied(session)
    half = len(documents) // 2
    async with session.cursor().copy("COPY kinds (document) FROM STDIN (FORMAT csv)") as stream:
        for document in documents[:half]:
            await stream.write('"' + document.replace('"', '""') + '"\n')
    await session.cursor().executemany("INSERT INTO kinds (document) VALUES (%s)", [(one,) for one in documents[half:]])
    assert everything(dynamodb) == before
