"""Make the rows of pg_attribute: columns of tables, key columns of indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.access.table import Column
from pgddb.catalog.builtin import builtin_by_oid
from pgddb.catalog.definitions import ForeignTable
from pgddb.catalog.facts import CatalogFacts, IndexObject, TableObject, is_key_column
from pgddb.catalog.relations.option_texts import option_texts
from pgddb.pgtypes.registry import type_by_name

_SAME: dict[str, Any] = {
    "attstattarget": -1,
    "attcacheoff": -1,
    "atttypmod": -1,
    "attcompression": "",
    "atthasdef": False,
    "atthasmissing": False,
    "attidentity": "",
    "attgenerated": "",
    "attisdropped": False,
    "attislocal": True,
    "attinhcount": 0,
    "attacl": None,
    "attoptions": None,
    "attfdwoptions": None,
    "attmissingval": None,
}
_SYSTEM_COLUMNS = (
    (-1, "ctid", "tid"),
    (-2, "xmin", "xid"),
    (-3, "cmin", "cid"),
    (-4, "xmax", "xid"),
    (-5, "cmax", "cid"),
    (-6, "tableoid", "oid"),
)


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    for one in facts.objects:
        for number, name, type_name in _SYSTEM_COLUMNS if one.kind != "v" else ():
            yield _attribute(one.oid, number, name, type_name, not_null=True)
        for number, column in enumerate(one.table.columns, 1):
            yield _table_column(one, number, column)
        for index in one.indexes:
            yield from _index_columns(one, index)


def _table_column(one: TableObject, number: int, column: Column) -> dict[str, Any]:
    row = _attribute(one.oid, number, column.name, column.type_name, not_null=is_key_column(one, column))
    if one.definition is not None:
        row["atttypmod"] = one.definition.columns[number - 1].modifier
    if isinstance(one.definition, ForeignTable):
        row["attnotnull"] = one.definition.columns[number - 1].not_null
    if column.options:
        row["attfdwoptions"] = option_texts(column.options)
    return row


def _index_columns(one: TableObject, index: IndexObject) -> Iterator[dict[str, Any]]:
    for place, number in enumerate(index.columns, 1):
        column = one.table.columns[number - 1]
        yield _attribute(index.oid, place, column.name, column.type_name, not_null=False)


def _attribute(relation: int, number: int, name: str, type_name: str, *, not_null: bool) -> dict[str, Any]:
    pg_type = builtin_by_oid("pg_type")[type_by_name(type_name).oid]
    return _SAME | {
        "attrelid": relation,
        "attname": name,
        "atttypid": pg_type["oid"],
        "attlen": pg_type["typlen"],
        "attnum": number,
        "attndims": 1 if pg_type["typcategory"] == "A" else 0,
        "attbyval": pg_type["typbyval"],
        "attalign": pg_type["typalign"],
        "attstorage": pg_type["typstorage"],
        "attnotnull": not_null,
        "attcollation": pg_type["typcollation"],
    }
