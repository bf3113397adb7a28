"""Play what clients sent to PostgreSQL 15 against pgddb over a real socket, and compare the answers.

A recording is one JSON object a line: tests/corpora/clients/README.md describes it.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fakes.raw_client import Answer, RawClient, Record

CORPUS = Path(__file__).resolve().parents[1] / "corpora" / "clients"
FIRST_USER_OID = 16384
FIXTURE = re.compile(
    r"\b(users\w*|orders\w*|daily|pg_temp_\d+|pg_toast_temp_\d+|events?\w*|shop\w*|appdb|tt|pdt|nosuch|mood|comp|dom|person|active_users|srv2?|c_7f\w+|s_7f\w+)\b",
    re.IGNORECASE,
)
"""Names of the objects that the recorded database had beside the built-in ones."""

ORDINARY = re.compile(
    r"""\b(?:from|join|into|update|table|only|copy|lock)\s+(?:only\s+)?"?(?:public"?\.|shop\.|pg_temp\.)?"?"""
    r"""(users|orders|events|order_items|tt|pdt|nosuch\w*|active_users|stdin)\b""",
    re.IGNORECASE,
)
DEFINITION = re.compile(
    r"^\s*(?:create|alter|drop|truncate|comment|grant|revoke|insert|update|delete|merge|vacuum|analyze|reindex|cluster"
    r"|refresh|copy|with\s+\w+\s+as\s*\(\s*(?:insert|update|delete))\b",
    re.IGNORECASE,
)
SLEEPS = re.compile(r"pg_sleep|generate_series\(1,\s*\d{7,}", re.IGNORECASE)
USER_OBJECTS = re.compile(r"pg_temp\.|::\"?(?:mood|comp|dom)\b|'active_users'::", re.IGNORECASE)


def load(path: Path) -> list[Record]:
    """Read one recording."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def excluded(record: Record) -> str | None:
    """Say why a statement is not replayed, None if it is.

    What needs ordinary tables, or objects that such statements made, is left out: there are no writes yet, and the
    tables of the recorded database are not here. Statements that only last are left out too.
    """
    sql = record.get("sql") or ""
    for pattern, reason in (
        (DEFINITION, "DDL, DML or COPY"),
        (ORDINARY, "reads an ordinary table"),
        (USER_OBJECTS, "names a type or view that DDL made"),
        (SLEEPS, "only lasts"),
    ):
        if pattern.search(sql):
            return reason
    return None


def difference(record: Record, answer: Answer) -> str | None:
    """Say what is not as PostgreSQL gave it, None if all is."""
    expected = record.get("error")
    if expected or answer.error:
        wanted = expected["C"] if expected else None
        given = answer.error["C"] if answer.error else None
        if wanted != given:
            return f"error {given} {(answer.error or {}).get('M', '')} instead of {wanted}"
        return None
    if record["kind"] == "parse_only" or record.get("protocol") == "extended":
        wanted_oids = record.get("described_param_oids")
        if wanted_oids is not None and answer.parameter_oids is not None and wanted_oids != answer.parameter_oids:
            return f"parameters {answer.parameter_oids} instead of {wanted_oids}"
    if record.get("results"):
        pairs = zip(record["results"], answer.results, strict=False)
        different = [found for one, other in pairs if (found := _columns_and_rows(one, other, record))]
        if len(record["results"]) != len(answer.results):
            return f"{len(answer.results)} results instead of {len(record['results'])}"
        return different[0] if different else None
    return _columns_and_rows(record, answer.results[0] if answer.results else answer, record)


def _columns_and_rows(wanted: Record, answer: Answer, record: Record) -> str | None:
    columns = wanted.get("result_columns")
    if columns is None:  # the client had the statement described before
        return _rows_differ(wanted, answer, record)
    expected = [(column["name"], column["type_oid"]) for column in columns]
    given = answer.columns or []
    if [name for name, _ in expected] != [name for name, _ in given]:
        return f"names {[name for name, _ in given]} instead of {[name for name, _ in expected]}"
    if expected != given:
        pairs = [
            f"{one[0]}: {other[1]} not {one[1]}" for one, other in zip(expected, given, strict=True) if one != other
        ]
        return f"types {', '.join(pairs)}"
    if not _same_tags(wanted.get("command_tag"), answer.tag) and record["kind"] != "parse_only":
        return f"tag {answer.tag} instead of {wanted.get('command_tag')}"
    return _rows_differ(wanted, answer, record)


def _same_tags(wanted: str | None, given: str | None) -> bool:
    bare = re.compile(r"[\d ]+$")
    return wanted is None or bare.sub("", wanted) == bare.sub("", given or "")


def _rows_differ(wanted: Record, answer: Answer, record: Record) -> str | None:
    """Compare the rows that speak of built-in things: each must be there, in whatever order."""
    sql = str(record["sql"])
    if record["kind"] == "parse_only" or not re.search(r"\bpg_\w+|information_schema", sql):
        return None
    asked = [sql, *(_shown(_raw(value)) for value in record.get("params") or [])]
    if VOLATILE.search(sql) or any(_speaks_of_user_objects(text) for text in asked):
        return None
    given = {tuple(_shown(value) for value in row) for row in answer.rows}
    for row in wanted.get("first_rows") or []:
        expected = tuple(_shown(_raw(value)) for value in row)
        if any(_speaks_of_user_objects(value) for value in expected) or expected in given:
            continue
        near = next((one for one in given if one[:1] == expected[:1]), None)
        return f"row {expected} missing, near it {near}"
    return None


VOLATILE = re.compile(
    r"pg_database|pg_stat_|pg_backend_pid|pg_settings|version\(|pg_roles|pg_authid|pg_user\b|current_setting|txid_"
    r"|now\(|pg_timezone|count\(|pg_locks|pg_sequence|pg_size|pg_collation|pg_extension",
    re.IGNORECASE,
)
"""Statements whose rows differ from one PostgreSQL to the next."""


def _raw(value: Any) -> bytes | None:
    if isinstance(value, dict):
        return bytes.fromhex(value["bin"])
    return None if value is None else str(value).encode()


def _shown(value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def _speaks_of_user_objects(value: str | None) -> bool:
    if value is None:
        return False
    numbers = [int(digits) for digits in re.findall(r"\d{5,10}", value)]
    return any(number >= 12000 for number in numbers) or FIXTURE.search(value) is not None


@dataclass
class Tally:
    """What came of one recording."""

    client: str
    replayed: int = 0
    same: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    differences: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.same / self.replayed if self.replayed else 1.0


async def replay(path: Path, port: int) -> Tally:
    """Play a recording, each of its connections as a connection of its own."""
    tally = Tally(path.stem)
    connections: dict[int, RawClient] = {}
    try:
        for record in load(path):
            await _replay_record(record, tally, connections, port)
    finally:
        for client in connections.values():
            client.close()
    return tally


async def _replay_record(record: Record, tally: Tally, connections: dict[int, RawClient], port: int) -> None:
    number = record["conn"]
    if record["kind"] == "startup":
        await _replay_startup(record, tally, connections, port)
        return
    if record["kind"] not in ("query", "parse_only") or number not in connections:
        return
    client = connections[number]
    reason = excluded(record) or ("follows one that was not replayed" if _depends(record, client) else None)
    if reason is not None:
        tally.excluded[reason] = tally.excluded.get(reason, 0) + 1
        await _keep_status(record, client)
        return
    tally.replayed += 1
    try:
        async with asyncio.timeout(20):
            answer = await _sent(record, client)
    except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
        tally.differences.append((record["seq"], str(record["sql"]), f"no answer: {error!r}"))
        connections[number] = await RawClient.connect(port, {"user": "postgres", "database": "appdb"})
        return
    if answer.error:
        client.statements.pop(record.get("stmt_name") or "", None)
    found = difference(record, answer)
    if found is None:
        tally.same += 1
    else:
        tally.differences.append((record["seq"], str(record["sql"]), found))
    await _keep_status(record, client)


async def _sent(record: Record, client: RawClient) -> Answer:
    if record["kind"] == "parse_only":
        return await client.describe(record)
    if record.get("protocol") == "simple":
        return await client.query(str(record["sql"]))
    return await client.execute(record)


async def _replay_startup(record: Record, tally: Tally, connections: dict[int, RawClient], port: int) -> None:
    startup = record["startup"]
    if record.get("startup", {}).get("error") or startup.get("params") is None:
        return
    connections[record["conn"]] = client = await RawClient.connect(port, startup["params"])
    if not startup.get("parameter_status"):
        return
    tally.replayed += 1
    missing = startup["parameter_status"].keys() - client.parameters.keys()
    if missing:
        tally.differences.append((record["seq"], "startup", f"no ParameterStatus for {sorted(missing)}"))
    else:
        tally.same += 1


USES_MADE = re.compile(
    r'\s*(?:fetch|move|close|execute|deallocate|savepoint|release|rollback\s+to)\b[^;]*?"?(\w+)"?(?:\([^)]*\))?\s*;?\s*$',
    re.IGNORECASE,
)


def _depends(record: Record, client: RawClient) -> bool:
    """Say whether a statement uses a cursor or prepared statement that an excluded one made."""
    sql = str(record.get("sql") or "")
    named = re.match(
        r'\s*(?:fetch|move|close|execute|deallocate)\b[^;]*?"?(\w+)"?(?:\([^)]*\))?\s*;?\s*$', sql, re.IGNORECASE
    )
    return named is not None and named[1].lower() in client.not_made


async def _keep_status(record: Record, client: RawClient) -> None:
    """Leave the connection in the transaction status that PostgreSQL was in."""
    sql = str(record.get("sql") or "")
    if excluded(record) and record.get("portal_name"):
        client.not_made.add(str(record["portal_name"]).lower())
    made = re.match(r'\s*(?:declare|prepare)\s+"?(\w+)"?', sql, re.IGNORECASE)
    if made and excluded(record):
        client.not_made.add(made[1].lower())
    client.wanted_status = record.get("tx_after") or _status_after(record, client.wanted_status)
    if client.wanted_status == client.status:
        return
    if (client.status, client.wanted_status) == ("T", "E"):
        await client.query("SELECT 1/0")
        return
    if client.status != "I":
        await client.query("ROLLBACK")
    if client.wanted_status in ("T", "E"):
        await client.query("BEGIN")
    if client.wanted_status == "E":
        await client.query("SELECT 1/0")


def _status_after(record: Record, before: str) -> str:
    """Follow the transaction status where the recording does not tell it."""
    sql = str(record.get("sql") or "").strip().rstrip(";").upper()
    if record.get("error"):
        return "I" if before == "I" else "E"
    if record["kind"] == "parse_only":
        return before
    if sql.startswith(("BEGIN", "START TRANSACTION")):
        return "T"
    if sql.startswith("ROLLBACK TO"):
        return "T"
    return "I" if sql.startswith(("COMMIT", "ROLLBACK", "END")) else before
