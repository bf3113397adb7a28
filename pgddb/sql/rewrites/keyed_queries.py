"""Group rows, and keep one of equal rows, by the keys of values whose texts do not tell whether they are equal."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, UndefinedFunction
from pgddb.sql.names import column_name, first_select, is_star, output_at
from pgddb.sql.rewrites.rule import call, call_name
from pgddb.sql.rewrites.value_keys import is_keyed, key_of, keyed_alike, note_like
from pgddb.sql.types.builtins import is_aggregate
from pgddb.sql.types.columns import set_type, type_of
from pgddb.sql.types.places import position_of
from pgddb.sql.types.scales import CARRIED, SCALE, carried_scale, scale_of
from pgddb.sql.types.signatures import SET_RETURNING
from pgddb.sql.types.text_numerics import AS_TEXT, TEXTUAL, textual


def require_equality(value: exp.Expr) -> None:
    """Refuse to compare json.

    Raises:
        UndefinedFunction: with the value's place.
    """
    if type_of(value) == "json":
        message = "could not identify an equality operator for type json"
        raise UndefinedFunction(message, position=position_of(value))


# GROUP BY


def key_groups(select: exp.Select) -> None:
    """Group by keys, and show any of the values that are equal."""
    group = select.args.get("group")
    if not isinstance(group, exp.Group):
        return
    for part in list(_grouped(group)):
        value = output_at(select, part) or part
        require_equality(value)
        if not keyed_alike(value):
            continue
        value = value.copy()
        part.replace(key_of(value.copy()))
        for place in _outside_aggregates(select):
            if place == value:
                _show_one(place, value, group)


def _grouped(group: exp.Group) -> Iterator[exp.Expr]:
    """Give the expressions by which rows are grouped, those in grouping sets too."""
    parts = [*group.expressions]
    for name in ("grouping_sets", "rollup", "cube"):
        for inner in group.args.get(name) or ():
            parts += inner.expressions if isinstance(inner, exp.Expr) else []
    while parts:
        part = parts.pop(0)
        if isinstance(part, (exp.Tuple, exp.Paren, exp.GroupingSets, exp.Rollup, exp.Cube)):
            parts += part.expressions or [part.this]
        else:
            yield part


def _show_one(place: exp.Expr, value: exp.Expr, group: exp.Group) -> None:
    if isinstance(place.parent, exp.Anonymous) and call_name(place.parent) == "grouping":
        place.replace(key_of(value.copy()))
        return
    shown: exp.Expr = call("first", value.copy())
    note_like(shown, value)
    if group.find(exp.GroupingSets, exp.Rollup, exp.Cube) is not None:
        grouped = exp.EQ(this=call("grouping", key_of(value.copy())), expression=exp.Literal.number(0))
        shown = exp.Case(ifs=[exp.If(this=grouped, true=shown)])
    note_like(shown, value)
    if isinstance(place.parent, exp.Select) and isinstance(place, exp.Column):
        shown = exp.Alias(this=shown, alias=exp.to_identifier(column_name(place), quoted=True))
        set_type(shown, type_of(value))
    place.replace(shown)


_AROUND = (exp.Filter, exp.WithinGroup)
"""What stands around an aggregate and is reckoned for rows."""


def _outside_aggregates(select: exp.Select) -> list[exp.Expr]:
    """Give the nodes of outputs, HAVING and ORDER BY that are reckoned for groups, the outer ones first."""
    places = [*select.expressions, select.args.get("having"), select.args.get("order")]
    parts = [part for part in places if isinstance(part, exp.Expr)]
    found: list[exp.Expr] = []
    while parts:
        node = parts.pop(0)
        found.append(node)
        if (_is_aggregate(node) or isinstance(node, _AROUND)) and not isinstance(node.parent, exp.Window):
            continue
        parts += node.iter_expressions()
    return found


def _is_aggregate(node: exp.Expr) -> bool:
    if isinstance(node, exp.AggFunc):
        return True
    return is_aggregate(call_name(node))


# ORDER BY, DISTINCT


def sort_by_output(select: exp.Select, ordered: exp.Ordered) -> None:
    """Sort by the key of an output that is given by its number."""
    value = output_at(select, ordered.this)
    if value is None or not is_keyed(value):
        return
    if not any(call_name(node) in SET_RETURNING for node in value.walk()):
        ordered.set("this", key_of(value.copy()))
        return
    output = value.parent if isinstance(value.parent, exp.Alias) else None
    if output is None:
        output = exp.Alias(this=value.copy(), alias=exp.to_identifier(column_name(value), quoted=True))
        set_type(output, type_of(value))
        value.replace(output)
    named = exp.Column(this=output.args["alias"].copy())
    set_type(named, type_of(value))
    ordered.set("this", key_of(named))


def key_whole_rows(select: exp.Select) -> None:
    """Let DISTINCT compare keys."""
    distinct = select.args.get("distinct")
    if not isinstance(distinct, exp.Distinct):
        return
    on = distinct.args.get("on")
    if on is None:
        values = [output.unalias() for output in select.expressions]
    else:
        values = [output_at(select, part) or part for part in (on.expressions if isinstance(on, exp.Tuple) else [on])]
    for value in values:
        require_equality(value)
    if any(map(keyed_alike, values)) and not any(map(is_star, values)):
        distinct.set("on", exp.Tuple(expressions=[key_of(value.copy()) for value in values]))


# UNION, INTERSECT, EXCEPT


def key_set_operation(query: exp.SetOperation, tree: exp.Expr) -> exp.Expr:
    """Compare the rows of both sides by keys, and sort them by keys; gives the whole tree."""
    selects = [first_select(side) for side in (query.this, query.expression)]
    if None in selects or any(is_star(output) for select in selects if select for output in select.expressions):
        return tree
    left, right = ([output.unalias() for output in select.expressions] for select in selects if select is not None)
    is_distinct = bool(query.args.get("distinct"))
    if is_distinct:
        for value in left:
            require_equality(value)
    texts = any(AS_TEXT in value.meta for value in left)
    compares = is_distinct or not isinstance(query, exp.Union)
    order = query.args.get("order")
    keys = order.expressions if isinstance(order, exp.Order) else []
    sorted_by = [output_at(selects[0], key.this) for key in keys]
    sorts = any(value is not None and (is_keyed(value) or AS_TEXT in value.meta) for value in sorted_by)
    alike = texts or any(map(keyed_alike, left))
    if not (compares and alike) and not sorts:
        return tree
    columns = _columns("c", left, right)
    made = _around(query, columns) if sorts and not (compares and alike) else None
    if made is None:
        _refuse_recursion(query)
        made = _united(query, columns) if isinstance(query, exp.Union) else _matched(query, columns, is_distinct)
    _finish(made, query, first_select(query))
    if query is tree:
        return made
    query.replace(made)
    return tree


def _refuse_recursion(query: exp.SetOperation) -> None:
    cte = query.parent
    if isinstance(cte, exp.CTE) and any(table.name == cte.alias for table in query.find_all(exp.Table)):
        raise FeatureNotSupported("a recursive UNION of values of type jsonb is not supported; UNION ALL is")


def _columns(letter: str, left: list[exp.Expr], right: list[exp.Expr]) -> list[exp.Column]:
    columns = []
    for number, (one, other) in enumerate(zip(left, right, strict=False), 1):
        column = exp.column(f"{letter}{number}", quoted=True)
        set_type(column, type_of(other) if type_of(one) == "unknown" else type_of(one))
        scales, carried = {scale_of(one), scale_of(other)}, [carried_scale(one), carried_scale(other)]
        if textual(one) or AS_TEXT in one.meta:
            set_type(column, "numeric")
            column.meta[TEXTUAL] = True
        elif type_of(column) == "numeric" and len(scales) == 1 and None not in scales:
            column.meta[SCALE] = scales.pop()
        if type_of(column) == "numeric" and TEXTUAL not in column.meta and None not in carried:
            column.meta[CARRIED] = max(scale for scale in carried if scale is not None)
        columns.append(column)
    return columns


def _side(query: exp.Expr, name: str, columns: list[exp.Column]) -> exp.Subquery:
    inner = query.this if isinstance(query, exp.Subquery) and not query.args.get("alias") else query
    names = [column.this.copy() for column in columns]
    alias = exp.TableAlias(this=exp.to_identifier(name, quoted=True), columns=names)
    return exp.Subquery(this=inner.copy(), alias=alias)


def _bare(query: exp.SetOperation) -> exp.SetOperation:
    copied = query.copy()
    for name in ("order", "limit", "offset", "with_"):
        copied.set(name, None)
    return copied


def _around(query: exp.SetOperation, columns: list[exp.Column]) -> exp.Select:
    return exp.Select(expressions=[column.copy() for column in columns]).from_(_side(_bare(query), "united", columns))


def _united(query: exp.SetOperation, columns: list[exp.Column]) -> exp.Select:
    inner = _bare(query)
    inner.args["distinct"] = False
    made = exp.Select(expressions=[column.copy() for column in columns]).from_(_side(inner, "united", columns))
    _keep_one(made, columns)
    return made


def _keep_one(select: exp.Select, columns: list[exp.Column]) -> None:
    select.set("distinct", exp.Distinct(on=exp.Tuple(expressions=[key_of(column.copy()) for column in columns])))


def _matched(query: exp.SetOperation, columns: list[exp.Column], is_distinct: bool) -> exp.Select:  # noqa: FBT001
    name = type(query).__name__.upper()
    if not is_distinct:
        raise FeatureNotSupported(f"{name} ALL of values of type jsonb is not supported")
    others = [exp.column(column.name.replace("c", "d", 1), quoted=True) for column in columns]
    for one, other in zip(columns, others, strict=True):
        set_type(other, type_of(one))
    same = exp.and_(
        *(
            exp.NullSafeEQ(this=key_of(one.copy()), expression=key_of(other.copy()))
            for one, other in zip(columns, others, strict=True)
        )
    )
    inner = exp.Select(expressions=[exp.Literal.number(1)]).from_(_side(query.expression, "second", others))
    found: exp.Expr = exp.Exists(this=inner.where(same))
    made = exp.Select(expressions=[column.copy() for column in columns]).from_(_side(query.this, "first", columns))
    made = made.where(exp.Not(this=found) if isinstance(query, exp.Except) else found)
    _keep_one(made, columns)
    return made


def _finish(made: exp.Select, query: exp.SetOperation, named: exp.Select | None) -> None:
    """Give the outputs their names, and order and limit to the query around."""
    for name in ("limit", "offset", "with_"):
        part = query.args.get(name)
        made.set(name, part.copy() if isinstance(part, exp.Expr) else part)
    order = query.args.get("order")
    if isinstance(order, exp.Order):
        made.set("order", order.copy())
        for ordered in made.args["order"].expressions:
            sort_by_output(made, ordered)
    for output, original in zip(list(made.expressions), named.expressions if named is not None else [], strict=True):
        label = exp.to_identifier(column_name(original), quoted=True)
        alias = exp.Alias(this=output.copy(), alias=label)
        alias.meta.update(output.meta)
        set_type(alias, type_of(output))
        output.replace(alias)
