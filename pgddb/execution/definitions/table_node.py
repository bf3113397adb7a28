"""Name a relation in a tree, as a statement would."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.definitions.parts import WrittenRelation


def table_node(written: WrittenRelation) -> exp.Table:
    """Make the node; the schema is folded already."""
    db = None if written.schema is None else exp.to_identifier(written.schema, quoted=True)
    return exp.Table(this=exp.to_identifier(written.name, quoted=written.quoted), db=db)
