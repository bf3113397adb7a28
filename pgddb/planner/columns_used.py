"""Collect what each table reference must decode, and name it in the DuckDB text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from pgddb.access.table import AttributePath, Carrier, Column, TableSchema
from pgddb.planner.bindings import CARRIER, COLUMN, FORM, PATH, READ, TableReference, unique_name
from pgddb.planner.decoded import Decoded, Form, attribute_column
from pgddb.sql.types import type_of

_LEAVE_OTHERWISE = frozenset(
    one.name for one in (Carrier.DIGITS, Carrier.NUMBER_SET, Carrier.DECIMAL, Carrier.JSON, Carrier.DOCUMENT)
)
"""Carriers whose values may leave the engine in a form that has another order."""

_NUMBERS_AS_TEXT = frozenset({Carrier.DIGITS.name, Carrier.NUMBER_SET.name})
"""Carriers whose values are texts in the engine and must not be calculated with or compared as such."""


_Use = tuple[int | None, AttributePath, str]
"""One thing that is decoded for a reference: the index of its column, a path inside it, the name of its form."""


_OUTPUT = Form.OUTPUT.name


def mark_exact_numbers(query: exp.Expr) -> None:
    """Give numbers out as their digits, exactly as they stand; have those of any size cast for expressions.

    IS NULL and count() take numbers as they are.
    """
    select = plain_select(query)
    outputs = {id(projection.unalias()) for projection in select.expressions} if select is not None else set()
    for node in query.find_all(exp.Column):
        carrier = node.meta_get(CARRIER)
        if id(node) in outputs:
            if carrier == Carrier.DECIMAL.name and type_of(node) == "numeric":
                node.meta[FORM] = Form.DIGITS.name
        elif carrier in _NUMBERS_AS_TEXT and not is_counted_or_tested(node):
            node.meta[FORM] = Form.NUMBER.name


def is_counted_or_tested(node: exp.Column) -> bool:
    """Say whether a value is only counted, or looked at for NULL; not where it stands for a group."""
    if not isinstance(node.parent, exp.Is):
        return isinstance(node.parent, exp.Count)
    where = node.find_ancestor(exp.Where, exp.Select)
    return where is None or not where.args.get("group")


def sort_by_values(query: exp.Expr) -> None:
    """Let ORDER BY name the value itself where it names an output that leaves in another form."""
    select = plain_select(query)
    if select is None:
        return
    order = select.args.get("order")
    for ordered in order.expressions if order is not None else ():
        place = int(ordered.this.name) if isinstance(ordered.this, exp.Literal) and ordered.this.name.isdigit() else 0
        if 0 < place <= len(select.expressions):
            value = select.expressions[place - 1].unalias()
            if isinstance(value, exp.Column) and value.meta.get(CARRIER) in _LEAVE_OTHERWISE:
                ordered.set("this", value.copy())


def plain_select(query: exp.Expr) -> exp.Select | None:
    """Give the SELECT whose outputs leave the engine as they are: not compared by DISTINCT, GROUP BY or UNION."""
    while isinstance(query, exp.Subquery):
        query = query.this
    if not isinstance(query, exp.Select) or query.args.get("distinct") or query.args.get("group"):
        return None
    return query


def name_columns(tree: exp.Expr, references: Sequence[TableReference]) -> dict[int, tuple[Decoded, ...]]:
    """Give what each reference decodes, by its number; every node gets the name of its column."""
    uses: dict[int, dict[_Use, Decoded]] = {reference.number: {} for reference in references}
    taken: dict[int, set[str]] = {reference.number: set() for reference in references}
    for node in tree.find_all(exp.Column):
        number = node.meta_get(READ)
        if number is None:
            continue
        use: _Use = (node.meta_get(COLUMN), node.meta_get(PATH, ()), node.meta_get(FORM, _OUTPUT))
        decoded = uses[number].get(use)
        if decoded is None:
            column = _column(references[number - 1].table, use)
            decoded = uses[number][use] = Decoded(column, Form[use[2]], unique_name(column.name, taken[number]))
        if node.name != decoded.internal:
            node.set("this", exp.to_identifier(decoded.internal, quoted=True))
    return {number: tuple(found.values()) for number, found in uses.items()}


def _column(table: TableSchema, use: _Use) -> Column:
    place, path, form = use
    if place is not None:
        return table.columns[place]
    if not path:
        return Column("item", (), Carrier.DOCUMENT, "jsonb")
    return attribute_column(path, Form[form])


def needs_whole_item(decoded: Iterable[Decoded]) -> bool:
    return any(one.column.carrier is Carrier.DOCUMENT for one in decoded)


def projection_of(table: TableSchema, decoded: Sequence[Decoded]) -> tuple[AttributePath, ...] | None:
    """Give the attribute paths to fetch, none inside another; None for whole items.

    A path ends before a list index: DynamoDB closes the gaps of a list of which only some elements are asked for.
    """
    if needs_whole_item(decoded):
        return None
    paths: list[AttributePath] = []
    for one in decoded:
        if one.column.carrier is Carrier.KEY_JSON:
            paths += [(name,) for name in table.keys.names]
        else:
            paths.append(_before_index(one.column.path))
    known = dict.fromkeys(paths)
    return tuple(path for path in known if not any(path[:length] in known for length in range(1, len(path))))


def _before_index(path: AttributePath) -> AttributePath:
    for place, part in enumerate(path):
        if isinstance(part, int):
            return path[:place]
    return path
