"""Read what a new PostgreSQL 15 holds in its catalogs, as tools/dump_catalog.py wrote it down."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Any

import pyarrow as pa
from pyarrow import feather

from pgddb.catalog.builtin.own_functions import own_rows


@cache
def builtin_table(name: str) -> pa.Table | None:
    """Give the rows of a catalog, None if a new PostgreSQL has none in it; pgddb's own functions are among them."""
    with as_file(files(__package__) / f"{name}.arrow") as path:
        table = feather.read_table(path, memory_map=False) if path.exists() else None
    own = own_rows(name)
    return pa.concat_tables([table, pa.Table.from_pylist(own, schema=table.schema)]) if own and table else table


@cache
def builtin_rows(name: str) -> tuple[dict[str, Any], ...]:
    """Give the rows of a catalog as dictionaries by column name."""
    table = builtin_table(name)
    return () if table is None else tuple(table.to_pylist())


@cache
def builtin_by_oid(name: str) -> dict[int, dict[str, Any]]:
    """Give the rows of a catalog by their oid."""
    return {row["oid"]: row for row in builtin_rows(name)}
