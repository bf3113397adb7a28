"""Make the rows of pg_class: tables and their indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.authentication import Role
from pgddb.catalog.facts import OWNER_OID, CatalogFacts, IndexObject, TableObject
from pgddb.catalog.identifiers import quoted

HEAP, BTREE = 2, 403
"""Oids of the access methods: tables are shown as heaps, indexes as B-trees, for clients know no others."""

PAGE_BYTES = 8192

_SAME: dict[str, Any] = {
    "reloftype": 0,
    "relowner": OWNER_OID,
    "reltablespace": 0,
    "relallvisible": 0,
    "reltoastrelid": 0,
    "relisshared": False,
    "relpersistence": "p",
    "relchecks": 0,
    "relhasrules": False,
    "relhastriggers": False,
    "relhassubclass": False,
    "relrowsecurity": False,
    "relforcerowsecurity": False,
    "relispopulated": True,
    "relispartition": False,
    "relrewrite": 0,
    "relfrozenxid": 0,
    "relminmxid": 0,
    "relacl": None,
    "reloptions": None,
    "relpartbound": None,
}


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:
    for one in facts.objects:
        yield _table(one) | {"relacl": _acl(one, facts)}
        for index in one.indexes:
            yield _index(one, index)


def _table(one: TableObject) -> dict[str, Any]:
    kind, table = one.kind, one.table
    return _SAME | {
        "oid": one.oid,
        "relname": table.name,
        "relnamespace": one.namespace_oid,
        "reltype": one.row_type_oid,
        "relam": HEAP if kind == "r" else 0,
        "relfilenode": one.oid if kind == "r" else 0,
        "relpages": _pages(table.size_bytes),
        "reltuples": 0.0 if kind == "v" else -1.0 if table.item_count is None else float(table.item_count),
        "relhasindex": bool(one.indexes),
        "relhasrules": kind == "v",
        "relkind": kind,
        "relnatts": len(table.columns),
        "relreplident": "d" if kind == "r" else "n",
    }


def _acl(one: TableObject, facts: CatalogFacts) -> list[str] | None:
    """Write who may do what, as aclitem does; None where everybody may do everything."""
    if not any(role.is_restricted for role in facts.rights):
        return None
    granted = {facts.owner: Role(facts.owner), **{role.name: role for role in facts.rights}}
    letters = {
        name: "".join(letter for letter, privilege in _LETTERS if role.may(privilege, one.table.schema, one.table.name))
        for name, role in granted.items()
    }
    return [f"{quoted(name)}={may}/{quoted(facts.owner)}" for name, may in letters.items() if may]


_LETTERS = (("a", "INSERT"), ("r", "SELECT"), ("w", "UPDATE"), ("d", "DELETE"), ("D", "TRUNCATE"))
"""As in https://www.postgresql.org/docs/15/ddl-priv.html"""


def _index(one: TableObject, index: IndexObject) -> dict[str, Any]:
    size, items = one.table.size_bytes, one.table.item_count
    if index.index is not None:
        size, items = index.index.size_bytes, index.index.item_count
    return _SAME | {
        "oid": index.oid,
        "relname": index.name,
        "relnamespace": one.namespace_oid,
        "reltype": 0,
        "relam": BTREE,
        "relfilenode": index.oid,
        "relpages": _pages(size),
        "reltuples": float(items or 0),
        "relhasindex": False,
        "relkind": "i",
        "relnatts": len(index.columns),
        "relreplident": "n",
    }


def _pages(size_bytes: int | None) -> int:
    return min((size_bytes or 0) // PAGE_BYTES, 2**31 - 1)
