"""See that a statement asks only which values some columns of a table have, and not how often.

Then one row of each partition is enough where the columns are the partition key.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from pgddb.access.table import AttributePath
from pgddb.planner.bindings import TableReference
from pgddb.planner.limits import PLAIN_FUNCTIONS
from pgddb.planner.repeatable import is_repeatable

_OTHER_ROWS = ("joins", "laterals", "windows", "qualify", "limit", "offset")


def asks_distinct_keys(tree: exp.Expr, reference: TableReference, projection: Sequence[AttributePath] | None) -> bool:
    """Say whether a SELECT reads only partition keys, and gives the same rows if equal ones are read once."""
    names = {path[0] for path in projection or ()}
    table = reference.table
    schemas = (table.keys, *(index.keys for index in table.indexes))
    if not names or not any(names <= {key.name for key in schema.partition} for schema in schemas):
        return False
    place = next((table for table in tree.find_all(exp.Table) if table.name == reference.marker), None)
    clause = place.parent if place is not None else None
    select = clause.parent if isinstance(clause, exp.From) else None
    if place is None or not isinstance(select, exp.Select) or any(select.args.get(part) for part in _OTHER_ROWS):
        return False
    aggregates = list(select.find_all(exp.AggFunc))
    if not (select.args.get("distinct") or select.args.get("group") or aggregates):
        return False
    if any(place.args.get(part) for part in ("joins", "sample", "pivots")) or not is_repeatable(select):
        return False
    if not all(map(_counts_values_once, aggregates)) or not all(map(_is_known, select.find_all(exp.Anonymous))):
        return False
    return not any(query is not select for query in select.find_all(exp.Query))


def _counts_values_once(call: exp.Expr) -> bool:
    if isinstance(call, exp.Count):
        return isinstance(call.this, exp.Distinct)
    return isinstance(call, (exp.Min, exp.Max)) and not call.args.get("expressions")


def _is_known(call: exp.Anonymous) -> bool:
    """Say whether a function is none that may count rows."""
    return str(call.this).lower() in PLAIN_FUNCTIONS
