"""Write pgddb/catalog/builtin/*.arrow: what a new PostgreSQL 15 holds in its catalogs.

Usage: python tools/dump_catalog.py "host=127.0.0.1 user=postgres"
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import sql
from pyarrow import feather

from pgddb.catalog.relations.carriers import arrow_type

TARGET = Path(__file__).parent.parent / "pgddb" / "catalog" / "builtin"

FIRST_USER_OID = 16384
"""As FirstNormalObjectId in the PostgreSQL source."""

OWN_ROWS = frozenset({"pg_database", "pg_statistic", "pg_rewrite", "pg_init_privs", "pg_tablespace"})
"""Catalogs whose rows speak of one machine, or that no client reads: pgddb makes its own or has none."""

KEPT_COLLATIONS = ("default", "C", "POSIX", "ucs_basic")
"""Collations that compare bytes, as pgddb does."""

COLUMNS = """
SELECT a.attname, format_type(coalesce(b.oid, t.oid), NULL)
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
 WHERE a.attrelid = %s::regclass AND a.attnum > 0 ORDER BY a.attnum
"""
CATALOGS = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
"""
EXTRA = {
    "view_definitions": """
        SELECT c.oid AS oid, pg_get_viewdef(c.oid) AS definition FROM pg_class c
         WHERE c.relkind = 'v' AND c.oid < 16384 ORDER BY 1""",
    "keywords": """
        SELECT word, catcode::text AS catcode, barelabel, catdesc, baredesc FROM pg_get_keywords() ORDER BY word""",
    "settings": """
        SELECT name, setting, unit, category, short_desc, extra_desc, context, vartype, min_val, max_val,
               enumvals, boot_val FROM pg_settings
         WHERE name !~ '_(file|directory|directories)$' AND context <> 'internal' OR name IN (
               'block_size', 'integer_datetimes', 'max_function_args', 'max_identifier_length', 'max_index_keys',
               'server_encoding', 'server_version', 'server_version_num', 'lc_collate', 'lc_ctype', 'in_hot_standby')
         ORDER BY name""",
    "constraint_definitions": """
        SELECT oid, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE oid < 16384 ORDER BY 1""",
    "index_definitions": """
        SELECT indexrelid AS oid, pg_get_indexdef(indexrelid) AS definition FROM pg_index
         WHERE indexrelid < 16384 ORDER BY 1""",
    "function_arguments": """
        SELECT oid, pg_get_function_arguments(oid) AS arguments, pg_get_function_result(oid) AS result,
               pg_get_function_identity_arguments(oid) AS identity,
               CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid) END AS definition
          FROM pg_proc WHERE oid < 16384 ORDER BY 1""",
}
EXTRA_TYPES = {"oid": "oid", "barelabel": "boolean", "enumvals": "text[]"}


def selected(name: str, type_name: str) -> sql.Composable:
    """Ask for a column in a form that psycopg reads as its carrier wants it."""
    column = sql.Identifier(name)
    if type_name in ("int2vector", "oidvector"):
        return sql.SQL("string_to_array({}::text, ' ')::int8[]").format(column)
    if type_name == "xid":
        return sql.SQL("{}::text::int8").format(column)
    element = type_name.removesuffix("[]")
    if element in ("smallint", "integer", "bigint", "boolean", "real", "double precision", "bytea"):
        return column
    kind = "oid" if element.startswith("reg") or element == "oid" else "text"
    return sql.SQL("{}::{}").format(column, sql.SQL(kind + type_name[len(element) :]))


def dump_catalog(connection: psycopg.Connection[Any], schema: str, name: str) -> None:
    relation = sql.Identifier(schema, name)
    columns = connection.execute(COLUMNS, [f'{schema}."{name}"']).fetchall()
    query = sql.SQL("SELECT {} FROM {} {} ORDER BY 1, 2").format(
        sql.SQL(", ").join(selected(*column) for column in columns), relation, restriction(name, columns)
    )
    rows = connection.execute(query).fetchall()
    if rows:
        write(name, {column: arrow_type(type_name) for column, type_name in columns}, rows)


def restriction(name: str, columns: list[tuple[str, str]]) -> sql.Composable:
    if name == "pg_collation":
        kept = sql.SQL(", ").join(map(sql.Literal, KEPT_COLLATIONS))
        return sql.SQL("WHERE collname IN ({})").format(kept)
    if "oid" in dict(columns):
        return sql.SQL("WHERE oid < {}").format(sql.Literal(FIRST_USER_OID))
    return sql.SQL("")


def write(name: str, types: dict[str, Any], rows: list[tuple[Any, ...]]) -> None:
    arrays = [pa.array(values, kind) for values, kind in zip(zip(*rows, strict=True), types.values(), strict=True)]
    table = pa.Table.from_arrays(arrays, names=list(types))
    feather.write_feather(table, TARGET / f"{name}.arrow", compression="zstd", compression_level=19)


def main(dsn: str) -> None:
    TARGET.mkdir(exist_ok=True)
    with psycopg.connect(dsn) as connection:
        connection.execute("SET search_path = pg_catalog")
        for schema, name in connection.execute(CATALOGS).fetchall():
            if name not in OWN_ROWS:
                dump_catalog(connection, schema, name)
        for name, query in EXTRA.items():
            cursor = connection.execute(query)
            assert cursor.description is not None
            names = [column.name for column in cursor.description]
            write(name, {column: arrow_type(EXTRA_TYPES.get(column, "text")) for column in names}, cursor.fetchall())


if __name__ == "__main__":
    main(sys.argv[1])
