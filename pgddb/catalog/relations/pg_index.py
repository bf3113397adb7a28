"""Make the rows of pg_index: primary keys and secondary indexes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pgddb.catalog.builtin import builtin_by_oid, builtin_rows
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.relations.pg_class import BTREE
from pgddb.pgtypes.registry import type_by_name

_SAME: dict[str, Any] = {
    "indnullsnotdistinct": False,
    "indisexclusion": False,
    "indimmediate": True,
    "indisclustered": False,
    "indcheckxmin": False,
    "indislive": True,
    "indisreplident": False,
    "indexprs": None,
    "indpred": None,
}


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    for one in facts.objects:
        for index in one.indexes:
            types = [type_by_name(one.table.columns[number - 1].type_name).oid for number in index.columns]
            active = index.index is None or index.index.active
            yield _SAME | {
                "indexrelid": index.oid,
                "indrelid": one.oid,
                "indnatts": len(index.columns),
                "indnkeyatts": len(index.columns),
                "indisunique": index.is_primary,
                "indisprimary": index.is_primary,
                "indisvalid": active,
                "indisready": active,
                "indkey": list(index.columns),
                "indcollation": [builtin_by_oid("pg_type")[oid]["typcollation"] for oid in types],
                "indclass": [operator_class(oid) for oid in types],
                "indoption": [0] * len(types),
            }


@cache
def operator_class(type_oid: int) -> int:
    """Give the B-tree operator class of a type, 0 if it has none."""
    for row in builtin_rows("pg_opclass"):
        if row["opcmethod"] == BTREE and row["opcintype"] == type_oid and row["opcdefault"]:
            return int(row["oid"])
    return 0
