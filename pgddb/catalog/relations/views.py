"""Find the queries of the system views: PostgreSQL's own, or ours where its own asks for what is not here."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from pgddb.access.system_relation import SystemRelation
from pgddb.catalog.builtin import builtin_by_oid


@cache
def view_text(relation: SystemRelation) -> str | None:
    """Give the query of a view in PostgreSQL's words, None for what is no view here."""
    own = files(__package__) / relation.schema / f"{relation.name}.sql"
    if own.is_file():
        return own.read_text()
    row = builtin_by_oid("view_definitions").get(relation.oid)
    return None if row is None else str(row["definition"]).rstrip().rstrip(";")
