"""Say of what kind a named relation is: a table, a view."""

from __future__ import annotations

from sqlglot import exp

from pgddb.planner.plan_nodes import CatalogSnapshot


def kind_in(catalog: CatalogSnapshot, table: exp.Table) -> str | None:
    """Give the relkind of a relation, as pg_class has it; None if the catalog has none of this name."""
    name, place = table.this, table.args.get("db")
    quoted = bool(name.args.get("quoted"))
    schema = None if place is None else str(place.this)
    system = catalog.system_relation(schema and schema.lower(), name.this if quoted else name.this.lower())
    if system is not None:
        return system.kind
    if catalog.view(schema, str(name.this), quoted) is not None:
        return "v"
    return None if catalog.table(schema, str(name.this), quoted) is None else "r"
