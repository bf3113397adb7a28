"""Find the tables that are read in subqueries which depend on the rows of a query around them."""

from __future__ import annotations

import re

from sqlglot import exp

DEPENDENT = "pgddb_dependent"
"""The note on a SELECT that names columns of a query around it."""


def dependent_references(tree: exp.Expr, marker: str) -> frozenset[int]:
    """Give the numbers of the table references below SELECTs that are noted as dependent."""
    named = re.compile(rf"{re.escape(marker)}t([0-9]+)_")
    tables = (
        named.fullmatch(table.name)
        for select in tree.find_all(exp.Select)
        if select.meta_get(DEPENDENT)
        for table in select.find_all(exp.Table)
    )
    return frozenset(int(match[1]) for match in tables if match)
