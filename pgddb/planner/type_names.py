"""Spell PostgreSQL's types for DuckDB, as literals and decode subqueries need them."""

from __future__ import annotations

from pgddb.errors import FeatureNotSupported
from pgddb.sql.type_names import DUCKDB_TYPES
from pgddb.sql.types.families import element_of

UNKNOWN = "unknown"
MAX_DIGITS = 38
"""Digits of DuckDB's widest DECIMAL."""
NUMERIC_STUB = f"DECIMAL({MAX_DIGITS},9)"
"""Stands for numeric where no value says how many digits it needs."""
_AS_TEXT = frozenset({"inet", "cidr", "macaddr", "macaddr8", "money", "xml"})


def duckdb_type(name: str) -> str:
    """Spell a PostgreSQL type as DuckDB does.

    Raises:
        FeatureNotSupported: DuckDB has no such type.
    """
    element = element_of(name)
    if element is not None:
        return f"{duckdb_type(element)}[]"
    if name == "numeric":
        return NUMERIC_STUB
    spelled = "VARCHAR" if name in _AS_TEXT else DUCKDB_TYPES.get(name)
    if spelled is None:
        raise FeatureNotSupported(f"values of type {name}")
    return spelled
