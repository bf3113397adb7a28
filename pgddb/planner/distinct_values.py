"""See that a statement asks only which values some columns of a table have, and not how often.

Then one row of each partition is enough where the columns are the partition key; for min() and max() of the sort key
beside it the first or the last one is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from pgddb.access.table import AttributePath, KeyAttribute
from pgddb.planner.bindings import COLUMN, READ, TableReference
from pgddb.planner.limits import PLAIN_FUNCTIONS
from pgddb.planner.repeatable import is_repeatable

_OTHER_ROWS = ("joins", "laterals", "windows", "qualify", "limit", "offset")


def partition_ends(
    tree: exp.Expr, reference: TableReference, projection: Sequence[AttributePath] | None
) -> tuple[bool, ...] | None:
    """Say what of each partition a SELECT needs; None where it needs more than partition keys and ends of sort keys.

    () any item, for it gives the same rows if equal rows of the table are given once; False the first item by the sort
    key, True the last one.
    """
    names = {path[0] for path in projection or ()}
    table = reference.table
    schemas = [schema for schema in (table.keys, *(index.keys for index in table.indexes)) if schema.sort]
    fitting = [schema for schema in schemas if names <= {key.name for key in (*schema.partition, schema.sort[0])}]
    select = _select_of(tree, reference) if names and fitting else None
    if select is None or not _asks_values_once(select):
        return None
    if any(names <= {key.name for key in schema.partition} for schema in schemas):
        return ()
    ends = {_end_of(column) for schema in fitting for column in _uses(select, reference, schema.sort[0])}
    return None if None in ends else tuple(sorted(end for end in ends if end is not None))


def _asks_values_once(select: exp.Select) -> bool:
    """Say whether a SELECT gives the same rows if equal rows of its table are given once."""
    aggregates = list(select.find_all(exp.AggFunc))
    if not (select.args.get("distinct") or select.args.get("group") or aggregates) or not is_repeatable(select):
        return False
    if not all(map(_counts_values_once, aggregates)) or not all(map(_is_known, select.find_all(exp.Anonymous))):
        return False
    return not any(query is not select for query in select.find_all(exp.Query))


def _select_of(tree: exp.Expr, reference: TableReference) -> exp.Select | None:
    """Give the SELECT that reads a table and nothing else, row by row."""
    place = next((table for table in tree.find_all(exp.Table) if table.name == reference.marker), None)
    clause = place.parent if place is not None else None
    select = clause.parent if isinstance(clause, exp.From) else None
    if place is None or not isinstance(select, exp.Select) or any(select.args.get(part) for part in _OTHER_ROWS):
        return None
    return None if any(place.args.get(part) for part in ("joins", "sample", "pivots")) else select


def _uses(select: exp.Select, reference: TableReference, key: KeyAttribute) -> Iterator[exp.Column]:
    """Give the places where a SELECT names a sort key, or anything else than its column."""
    for column in select.find_all(exp.Column):
        if column.meta.get(READ) != reference.number:
            continue
        path = reference.table.columns[column.meta[COLUMN]].path if COLUMN in column.meta else ()
        if path == (key.name,) or not path:
            yield column


def _end_of(column: exp.Column) -> bool | None:
    """Say which end of a partition a use of its sort key needs: only min() and max() need no more than one."""
    call = column.parent
    if isinstance(call, (exp.Min, exp.Max)) and call.this is column:
        return isinstance(call, exp.Max)
    return None


def _counts_values_once(call: exp.Expr) -> bool:
    if isinstance(call, exp.Count):
        return isinstance(call.this, exp.Distinct)
    return isinstance(call, (exp.Min, exp.Max)) and not call.args.get("expressions")


def _is_known(call: exp.Anonymous) -> bool:
    """Say whether a function is none that may count rows."""
    return str(call.this).lower() in PLAIN_FUNCTIONS
