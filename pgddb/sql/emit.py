"""Write a rewritten tree as DuckDB's text."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB


class DuckDbText(DuckDB):
    """The dialect whose NULLs sort as PostgreSQL's do."""

    NULL_ORDERING = "nulls_are_large"
    INDEX_OFFSET = 0


_DIALECT = DuckDbText()


def emit(tree: exp.Expr) -> str:
    """Write a tree as DuckDB's text; a parameter that is left comes out as $n."""
    return _DIALECT.generate(tree, copy=True, normalize_functions=False)
