"""Ask PostgreSQL's questions of tables in DynamoDB, through a socket, and compare with PostgreSQL's answers."""

from __future__ import annotations

import importlib.util
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest

from pgddb.access.table import Source
from tests.fakes.demo_server import ServerProcess
from tests.fakes.sql_tables import SqlTable, serve_tables

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests/corpora/sql"
DOCUMENT = ROOT / "docs/sql-support.md"
TEXT, INT = "text", "integer"

TABLES = (
    SqlTable(
        "customers",
        (
            ("id", INT),
            ("name", TEXT),
            ("email", TEXT),
            ("country", "character varying"),
            ("created_at", "timestamp with time zone"),
            ("attrs", "jsonb"),
            ("tags", "text[]"),
            ("vip", "boolean"),
            ("score", "double precision"),
        ),
        "id",
    ),
    SqlTable(
        "orders",
        (
            ("id", "bigint"),
            ("customer_id", INT),
            ("amount", "numeric"),
            ("qty", INT),
            ("status", TEXT),
            ("placed", "timestamp without time zone"),
            ("due", "date"),
            ("note", TEXT),
        ),
        "id",
        scales=(("amount", 2),),
    ),
    SqlTable(
        "events",
        (
            ("id", INT),
            ("user_id", INT),
            ("kind", TEXT),
            ("at", "timestamp with time zone"),
            ("val", "double precision"),
            ("n", "bigint"),
            ("uid", "uuid"),
            ("payload", "jsonb"),
        ),
        "id",
    ),
    SqlTable("emp", (("id", INT), ("name", TEXT), ("boss", INT), ("dept", TEXT), ("sal", INT)), "id"),
    SqlTable("MixedCase", (("Id", INT), ("User Name", TEXT), ("select", INT), ("lower", TEXT)), "Id"),
)
FLOORS = {
    "statements": (98.0, 98.5),
    "features": (97.0, 98.0),
    "details": (97.0, 97.0),
    "styles": (100.0, 100.0),
    "corners": (100.0, 100.0),
    "breadth": (100.0, 100.0),
    "values": (100.0, 100.0),
    "analysts": (100.0, 100.0),
}
"""Percent of the statements that PostgreSQL answers: with names, types and text all equal, and with equal values."""
FOREIGN_WORDS = re.compile(
    r"duckdb|python|sqlglot|pyarrow|traceback|\bmacro\b|\bUDF\b|struct_|list_\w+\(|HUGEINT|VARCHAR", re.IGNORECASE
)
LISTED = re.compile(r"^\| `(.+?)` \|", re.MULTILINE)
FEATURES = re.findall(r"^\| [^|`]+ \| (yes|no) \| `(.+)` \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
"""Status and example of each line of the table of features."""

Answer = dict[str, Any]


OPEN_ORDERS = (
    "SELECT dept, sum(sal) FROM emp GROUP BY GROUPING SETS (dept, ()) ORDER BY dept NULLS FIRST",
    "SELECT id, qty FROM orders ORDER BY qty DESC",
)
"""Equal sort keys come in any order, which the number of threads decides."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How an answer compares with PostgreSQL's.

    `verdict` is same, values (equal, but names, types or spelling differ), differs or fails; for a statement that
    PostgreSQL refuses: same, message (SQLSTATE equal), refused (another SQLSTATE) or accepted.
    """

    verdict: str
    expected: Answer
    found: Answer


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("record_sql_answers", ROOT / "tools/record_sql_answers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def server(dynamodb_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    rows = json.loads((CORPUS / "rows.json").read_text(encoding="utf-8"), parse_float=Decimal)
    source = Source(region="eu-west-1", endpoint_url=dynamodb_endpoint)
    yield from serve_tables(source, tmp_path_factory.mktemp("catalog"), TABLES, rows)


@pytest.fixture(scope="module")
def judged(server: ServerProcess, tool: ModuleType) -> dict[str, list[Judged]]:
    """Ask every statement once."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        types = tool.type_names(connection)
        return {
            name: [
                judge(expected, ask(tool, connection, expected["sql"], types))
                for expected in json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
            ]
            for name in FLOORS
        }


def ask(tool: ModuleType, connection: psycopg.Connection, text: str, types: dict[int, str]) -> Answer:
    found: Answer = tool.answer(connection, text, types)
    return found


def judge(expected: Answer, found: Answer) -> Judged:
    if "sqlstate" in expected:
        if "sqlstate" not in found:
            return Judged("accepted", expected, found)
        if found["sqlstate"] != expected["sqlstate"]:
            return Judged("refused", expected, found)
        return Judged("same" if found["message"] == expected["message"] else "message", expected, found)
    if "sqlstate" in found:
        return Judged("fails", expected, found)
    is_ordered = "order by" in expected["sql"].lower() and expected["sql"] not in OPEN_ORDERS
    mine, theirs = (rows if is_ordered else sorted(rows, key=str) for rows in (found["rows"], expected["rows"]))
    if found["columns"] == expected["columns"] and mine == theirs:
        return Judged("same", expected, found)
    equal = len(mine) == len(theirs) and all(
        len(one) == len(other) and all(map(equal_values, one, other)) for one, other in zip(mine, theirs, strict=True)
    )
    return Judged("values" if equal else "differs", expected, found)


def equal_values(one: str | None, other: str | None) -> bool:
    if one == other or one is None or other is None:
        return one == other
    try:
        left, right = Decimal(one), Decimal(other)
        return left == right or abs(left - right) <= abs(right) * Decimal("1e-12")
    except InvalidOperation:
        pass
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def described(judgements: list[Judged]) -> str:
    return "\n".join(
        f"{one.verdict}: {one.expected['sql']}\n   found {one.found}\n   not {one.expected}"
        for one in judgements
        if one.verdict != "same"
    )


@pytest.mark.parametrize("name", FLOORS)
def test_answers_are_those_of_postgresql(judged: dict[str, list[Judged]], name: str) -> None:
    answered = [one for one in judged[name] if "rows" in one.expected]
    counts = Counter(one.verdict for one in answered)
    same = 100 * counts["same"] / len(answered)
    values = same + 100 * counts["values"] / len(answered)
    print(f"{name}: {same:.1f} % same, {values:.1f} % equal values, {counts}")  # noqa: T201 - for -s
    assert (same, values) >= FLOORS[name], f"{same:.1f} % same, {values:.1f} % equal values\n{described(answered)}"
    assert values >= FLOORS[name][1], described(answered)


@pytest.mark.parametrize("name", FLOORS)
def test_errors_are_those_of_postgresql(judged: dict[str, list[Judged]], name: str) -> None:
    refused = [one for one in judged[name] if "sqlstate" in one.expected]
    counts = Counter(one.verdict for one in refused)
    print(f"{name}: errors {counts}")  # noqa: T201 - for -s
    assert counts["same"] + counts["message"] == len(refused), described(refused)


def test_no_error_speaks_of_the_engine(judged: dict[str, list[Judged]]) -> None:
    messages = [one.found["message"] for judgements in judged.values() for one in judgements if "message" in one.found]
    assert [message for message in messages if FOREIGN_WORDS.search(message)] == []


def test_no_statement_of_the_corpus_is_an_internal_error(judged: dict[str, list[Judged]]) -> None:
    broken = [
        one.expected["sql"]
        for judgements in judged.values()
        for one in judgements
        if one.found.get("sqlstate", "").startswith("XX")
    ]
    assert broken == []


def test_every_other_answer_is_listed_with_its_reason(judged: dict[str, list[Judged]]) -> None:
    listed = {text.replace("\\|", "|") for text in LISTED.findall(DOCUMENT.read_text(encoding="utf-8"))}
    others = {
        one.expected["sql"]
        for judgements in judged.values()
        for one in judgements
        if one.verdict not in ("same", "message")
    }
    assert others <= listed


@pytest.mark.parametrize(("status", "example"), FEATURES)
def test_the_support_of_a_feature_is_as_documented(server: ServerProcess, status: str, example: str) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        result = connection.pgconn.exec_(example.replace("\\|", "|").encode())
    state = (result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) or b"").decode()
    assert state == {"yes": "", "no": "0A000"}[status], result.error_message.decode()


def test_the_recorded_answers_are_those_of_postgresql(postgres_dsn: str, tool: ModuleType) -> None:
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("CREATE DATABASE sql_differential")
    asked = tool.ask_all(f"{postgres_dsn} dbname=sql_differential")
    for name, answers in asked.items():
        recorded = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
        pairs = zip(recorded, answers, strict=True)
        changed = [one["sql"] for one, other in pairs if judge(one, other).verdict != "same"]
        assert set(changed) <= DIFFERENT_EACH_TIME


DIFFERENT_EACH_TIME = frozenset(["SHOW server_version"])
"""Statements whose answer depends on the server's release."""
