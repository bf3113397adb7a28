"""Record what PostgreSQL answers to the statements of the differential test.

Usage: python tools/record_sql_answers.py "host=localhost user=postgres"

The database, one of locale C, is filled with tests/corpora/sql/fixture.sql first. The
answers to the statements of each .sql file beside it go to a .json file of its name, one
entry for each line: the columns with their types and the rows as text, or
SQLSTATE, message and position of the error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import psycopg
from psycopg import pq

CORPUS = Path(__file__).parent.parent / "tests" / "corpora" / "sql"


SETS = ("statements", "features", "details", "styles", "corners", "breadth", "values", "analysts")


def record(dsn: str) -> None:
    """Ask PostgreSQL every statement and write its answers."""
    for name, entries in ask_all(dsn).items():
        lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
        (CORPUS / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def ask_all(dsn: str) -> dict[str, list[dict[str, object]]]:
    """Fill the database, ask every statement, give the answers by set."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute((CORPUS / "fixture.sql").read_bytes())
        connection.execute("SET TimeZone = 'UTC'")
        types = type_names(connection)
        return {name: [answer(connection, text, types) for text in statements(name)] for name in SETS}


def type_names(connection: psycopg.Connection) -> dict[int, str]:
    """Give the names of all types by their oids."""
    return dict(connection.execute("SELECT oid, format_type(oid, NULL) FROM pg_type").fetchall())


def statements(name: str) -> list[str]:
    """Give the statements of a set, one a line; lines with # are headings, a line that begins with ' goes on."""
    found: list[str] = []
    for line in (CORPUS / f"{name}.sql").read_text(encoding="utf-8").splitlines():
        if line.startswith("'"):
            found[-1] += "\n" + line
        elif line and not line.startswith("#"):
            found.append(line)
    return found


def answer(connection: psycopg.Connection, text: str, types: dict[int, str]) -> dict[str, object]:
    """Run one statement with the simple protocol, where every value comes as text."""
    result = connection.pgconn.exec_(text.encode())
    if result.status == pq.ExecStatus.TUPLES_OK:
        columns = [[(result.fname(at) or b"").decode(), types[result.ftype(at)]] for at in range(result.nfields)]
        rows = [[decoded(result.get_value(row, at)) for at in range(result.nfields)] for row in range(result.ntuples)]
        return {"sql": text, "columns": columns, "rows": rows}
    if result.status == pq.ExecStatus.COMMAND_OK:
        return {"sql": text, "columns": [], "rows": []}
    field = pq.DiagnosticField
    state = result.error_field(field.SQLSTATE) or b""
    message = result.error_field(field.MESSAGE_PRIMARY) or b""
    place = result.error_field(field.STATEMENT_POSITION)
    position = None if place is None else int(place)
    return {"sql": text, "sqlstate": state.decode(), "message": message.decode(), "position": position}


def decoded(value: bytes | None) -> str | None:
    """Decode a value's text."""
    return None if value is None else value.decode()


if __name__ == "__main__":
    record(sys.argv[1])
