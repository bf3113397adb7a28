"""Write a rewritten tree as DuckDB's text."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from pgddb.sql.tree_copy import copied


class DuckDbText(DuckDB):
    """The dialect whose NULLs sort as PostgreSQL's do, and that leaves subscripts as they are."""

    NULL_ORDERING = "nulls_are_large"
    INDEX_OFFSET = 0


_DIALECT = DuckDbText()


def emit(tree: exp.Expr, *, owned: bool = False) -> str:
    """Write a tree as DuckDB's text; a parameter that is left comes out as $n.

    A tree that the caller gives away (`owned`) is changed; without that it is copied.

    Every identifier is quoted, in the case that PostgreSQL would give it: words that
    are reserved in DuckDB only ("at") stay names.

    >>> from pgddb.sql.parse import parse_expression
    >>> emit(parse_expression('At + t."Id" + $1'))
    '"at" + "t"."Id" + $1'
    """
    tree = tree if owned else copied(tree)
    for identifier in tree.find_all(exp.Identifier):
        if not identifier.args.get("quoted"):
            identifier.set("this", str(identifier.this).lower())
            identifier.args["quoted"] = True
    return _DIALECT.generate(tree, copy=False, normalize_functions=False)
