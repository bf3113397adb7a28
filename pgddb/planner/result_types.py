"""Give every output column its PostgreSQL type: what the statement tells, else what DuckDB reports."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pgddb.errors import InternalError
from pgddb.planner.plan_nodes import OutputColumn, SelectPlan
from pgddb.planner.type_names import UNKNOWN

STAR = "*"
"""Name of an output column that stands for as many as DuckDB finds there."""

_NAMES = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "UTINYINT": "smallint",
    "SMALLINT": "smallint",
    "USMALLINT": "integer",
    "INTEGER": "integer",
    "UINTEGER": "oid",
    "BIGINT": "bigint",
    "UBIGINT": "numeric",
    "HUGEINT": "numeric",
    "UHUGEINT": "numeric",
    "BIGNUM": "numeric",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "BLOB": "bytea",
    "DATE": "date",
    "TIME": "time without time zone",
    "TIME WITH TIME ZONE": "time with time zone",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP_S": "timestamp without time zone",
    "TIMESTAMP_MS": "timestamp without time zone",
    "TIMESTAMP_NS": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "INTERVAL": "interval",
    "UUID": "uuid",
    "JSON": "json",
    "BIT": "bit varying",
    '"NULL"': "text",
}
_ARRAY = re.compile(r"^(.*?)(?:\[\d*\])+$", re.DOTALL)


def result_type(duckdb_type: str, hint: str | None) -> str:
    """Name the type of an output column.

    >>> result_type("HUGEINT", "bigint"), result_type("DECIMAL(38,2)", None), result_type("VARCHAR[]", None)
    ('bigint', 'numeric', 'text[]')
    """
    if hint is not None and hint != UNKNOWN:
        return hint
    array = _ARRAY.match(duckdb_type)
    if array is not None:
        return f"{result_type(array[1], None)}[]"
    if duckdb_type.startswith("DECIMAL("):
        return "numeric"
    if duckdb_type.startswith(("STRUCT", "ROW")):
        return "record"
    return _NAMES.get(duckdb_type, "text")


def output_fields(plan: SelectPlan, described: Sequence[tuple[str, str]]) -> tuple[tuple[str, str, int], ...]:
    """Give (name, type name, type modifier) of every result column; `described` is (name, DuckDB type) of each.

    Raises:
        InternalError: DuckDB returns other columns than the plan has.
    """
    columns = _expanded(plan.columns, described)
    return tuple(
        (column.name, result_type(duckdb_type, column.type_name), column.type_modifier)
        for column, (_, duckdb_type) in zip(columns, described, strict=True)
    )


def output_columns(plan: SelectPlan, described: Sequence[tuple[str, str]]) -> tuple[OutputColumn, ...]:
    """Give the plan's columns, one for each result column: those that only DuckDB knew have its names."""
    return tuple(_expanded(plan.columns, described))


def _expanded(columns: Sequence[OutputColumn], described: Sequence[tuple[str, str]]) -> list[OutputColumn]:
    stars = [place for place, column in enumerate(columns) if column.name == STAR and column.type_name is None]
    names = [name for name, _ in described]
    if not stars:
        if len(columns) != len(names):
            raise InternalError(f"the plan has {len(columns)} columns, the result {len(names)}")
        return list(columns)
    first, last = stars[0], stars[-1]
    after = len(columns) - last - 1
    middle = names[first : len(names) - after]
    return [
        *columns[:first],
        *(OutputColumn(name, None) for name in middle),
        *(columns[last + 1 :] if after else ()),
    ]
