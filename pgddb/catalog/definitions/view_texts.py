"""Change what relations are called in the query of a view."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from pgddb.access.view import View
from pgddb.catalog.definitions.objects import ForeignTable
from pgddb.catalog.identifiers import qualified, quoted
from pgddb.errors import FeatureNotSupported
from pgddb.sql import classify, parse_statements, table_references
from pgddb.sql.names import folded
from pgddb.sql.statements import SelectStatement


def view_reading(view: View, before: ForeignTable | View, after: ForeignTable | View) -> View:
    """Give a view that reads a relation by its new name; in the query it goes on being called as before.

    Raises:
        FeatureNotSupported: the query names columns with their schema.
    """
    text = view.query
    (parsed,) = parse_statements(text)
    statement = classify(parsed)
    assert isinstance(statement, SelectStatement)
    if any(column.args.get("db") is not None for column in statement.tree.find_all(exp.Column)):
        raise FeatureNotSupported(
            f'"{before.name}" cannot be renamed: view "{view.name}" names its columns with their schema',
            hint="Drop the view, and make it again after.",
        )
    named = [table for table in table_references(statement.tree) if _means(table, before)]
    for table in sorted(named, key=_start, reverse=True):
        alias = "" if table.alias else f" AS {quoted(before.name)}"
        text = f"{text[: _start(table)]}{qualified(after.schema, after.name)}{alias}{text[_end(table) :]}"
    old, new = (before.schema, before.name), (after.schema, after.name)
    reads = tuple(
        replace(read, schema=new[0], name=new[1]) if (read.schema, read.name) == old else read for read in view.reads
    )
    return replace(view, query=text, reads=reads)


def _means(table: exp.Table, relation: ForeignTable | View) -> bool:
    """Say whether a name with its schema is that of a relation; an unquoted one may differ in case."""
    written = table.args.get("db")
    if written is None or folded(written) != relation.schema:
        return False
    is_quoted = bool(table.this.args.get("quoted"))
    name = str(table.this.name)
    return name == relation.name if is_quoted else name.lower() == relation.name.lower()


def _start(table: exp.Table) -> int:
    return int(table.args["db"].meta["start"])


def _end(table: exp.Table) -> int:
    return int(table.this.meta["end"]) + 1
