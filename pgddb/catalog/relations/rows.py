"""Give the rows of system relations as Arrow tables: PostgreSQL's own, then those of this server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa

from pgddb.access.system_relation import SystemRelation
from pgddb.catalog.builtin import builtin_rows, builtin_table
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.relations import (
    pg_attribute,
    pg_authid,
    pg_class,
    pg_constraint,
    pg_database,
    pg_description,
    pg_extension,
    pg_foreign_server,
    pg_foreign_table,
    pg_foreign_wrapper,
    pg_index,
    pg_namespace,
    pg_settings,
    pg_shdescription,
    pg_stat_all_tables,
    pg_tablespace,
    pg_timezone_names,
    pg_type,
    pg_user_mapping,
)
from pgddb.catalog.relations.carriers import arrow_type

Rows = Callable[[CatalogFacts], Iterator[dict[str, Any]]]

OWN_ROWS: dict[str, Rows] = {
    "pg_attribute": pg_attribute.rows,
    "pg_authid": pg_authid.rows,
    "pg_class": pg_class.rows,
    "pg_constraint": pg_constraint.rows,
    "pg_database": pg_database.rows,
    "pg_description": pg_description.rows,
    "pg_extension": pg_extension.rows,
    "pg_foreign_data_wrapper": pg_foreign_wrapper.rows,
    "pg_foreign_server": pg_foreign_server.rows,
    "pg_foreign_table": pg_foreign_table.rows,
    "pg_index": pg_index.rows,
    "pg_namespace": pg_namespace.rows,
    "pg_shdescription": pg_shdescription.rows,
    "pg_settings": pg_settings.rows,
    "pg_stat_all_tables": pg_stat_all_tables.rows,
    "pg_tablespace": pg_tablespace.rows,
    **dict.fromkeys(["pg_timezone_names", "pg_timezone_names()"], pg_timezone_names.rows),
    "pg_type": pg_type.rows,
    "pg_user_mapping": pg_user_mapping.rows,
}
"""Relations that say something of this server."""

KEPT: dict[str, Callable[[dict[str, Any]], bool]] = {
    "pg_authid": pg_authid.keeps,
    "pg_shdescription": pg_shdescription.keeps,
}
"""Which built-in rows stay where not all do."""


CONSTANT = frozenset(["pg_settings", "pg_tablespace", "pg_timezone_names", "pg_timezone_names()"])
"""Relations with rows of their own that do not change while a server runs."""

BUILTIN_NAMES = {"pg_get_keywords()": "keywords"}
"""Names under which built-in rows were written where they are not the relation's."""


def is_constant(relation: SystemRelation) -> bool:
    """Say whether a relation has the same rows on every server."""
    return relation.name not in OWN_ROWS or relation.name in CONSTANT


def relation_rows(relation: SystemRelation, facts: CatalogFacts) -> pa.Table:
    """Give all rows of a relation, its hidden columns too."""
    schema = pa.schema(
        [(column.name, arrow_type(column.type_name)) for column in (*relation.columns, *relation.hidden)]
    )
    builtin = _builtin(relation)
    parts = [] if builtin is None else [_table(schema, relation, builtin)]
    own = OWN_ROWS.get(relation.name)
    if own is not None:
        parts.append(
            _table(schema, relation, pa.Table.from_pylist(list(own(facts)), schema=_visible(schema, relation)))
        )
    return pa.concat_tables(parts) if parts else schema.empty_table()


def _builtin(relation: SystemRelation) -> pa.Table | None:
    keeps = KEPT.get(relation.name)
    if keeps is None:
        return builtin_table(BUILTIN_NAMES.get(relation.name, relation.name))
    kept: Iterable[dict[str, Any]] = filter(keeps, builtin_rows(relation.name))
    table = builtin_table(relation.name)
    return None if table is None else pa.Table.from_pylist(list(kept), schema=table.schema)


def _visible(schema: pa.Schema, relation: SystemRelation) -> pa.Schema:
    return pa.schema(list(schema)[: len(relation.columns)])


def _table(schema: pa.Schema, relation: SystemRelation, visible: pa.Table) -> pa.Table:
    """Add the hidden columns: the relation's own oid, and a transaction that is long over."""
    hidden = {"tableoid": relation.oid, "xmin": 1}
    columns = [
        pa.repeat(pa.scalar(hidden[field.name], field.type), visible.num_rows)
        if field.name in hidden
        else visible.column(field.name).cast(field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)
