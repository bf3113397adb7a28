"""Rewrite a text for the examples in docstrings and for tests."""

from __future__ import annotations

from pgddb.sql.classify import parse_statements, row_statement
from pgddb.sql.context import SessionContext
from pgddb.sql.emit import emit
from pgddb.sql.rewrites import rewrite
from pgddb.sql.types.annotate import Relations

_CONTEXT = SessionContext()


def rewritten(text: str, relations: Relations | None = None, *, context: SessionContext = _CONTEXT) -> str:
    """Give DuckDB's text for one statement of PostgreSQL."""
    return emit(rewrite(row_statement(parse_statements(text)[0]).tree, context, relations))


def show(*expressions: str) -> None:
    """Print DuckDB's text for expressions of PostgreSQL, one a line."""
    for expression in expressions:
        text = rewritten(f"SELECT {expression} AS shown")
        print(text.removeprefix("SELECT ").removesuffix(' AS "shown"'))  # noqa: T201 - for examples
