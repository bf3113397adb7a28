"""Give the functions of DynamoDB's attributes the item itself: attribute_type(document, 'a'), item_size(document).

What they answer is in the raw item and no longer in its jsonb. So a call becomes a column of the decode subquery, or
reads the raw item beside it; where the document comes out of a derived table, that gets one more output. A jsonb that
is no item, or of which nobody knows whose it is, is refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec import Struct
from sqlglot import exp

from pgddb.access.table import AttributePath, Carrier
from pgddb.errors import FeatureNotSupported
from pgddb.planner.bindings import (
    CARRIER,
    COLUMN,
    FORM,
    PATH,
    RAW_ITEM,
    READ,
    TableReference,
    column_of,
    position_of,
    unique_name,
)
from pgddb.planner.decoded import FORM_TYPES, Form
from pgddb.planner.document_paths import followed
from pgddb.sql.type_names import data_type
from pgddb.sql.types import type_of
from pgddb.sql.types.annotate import set_type

_FORMS = {
    "attribute_type": Form.TYPE,
    "attribute_exists": Form.PRESENCE,
    "attribute_size": Form.SIZE,
    "item_size": Form.ITEM_SIZE,
    "item_attributes": Form.ITEM,
}
_NAMES = {form: name for name, form in _FORMS.items()} | {Form.ITEM: "item"}
_MOST_READINGS = 8
"""Ways to read a path of which some steps are an index of a list or a key of a map."""
_WHOLE = frozenset({Form.ITEM, Form.ITEM_SIZE})


class _Asked(Struct, frozen=True):
    """What is asked of a document: a form of the attribute at some path, or of the whole item."""

    form: Form
    path: tuple[str | int, ...] = ()


@dataclass(slots=True)
class _Reader:
    tree: exp.Expr
    references: Sequence[TableReference]
    added: dict[tuple[int, str, _Asked], str] = field(default_factory=dict)

    def take(self, call: exp.Anonymous) -> None:
        """Replace one call, or its document by the raw item."""
        form = _FORMS[str(call.this).lower()]
        steps = [step.unnest() for step in call.expressions[1:]]
        document, prefix = _document_of(call)
        keys = [key for step in steps if (key := _key(step)) is not None]
        if form in _WHOLE:
            if prefix:
                raise _refused(call)
            asked = _Asked(form)
        elif len(keys) < len(steps):
            asked = _Asked(Form.ITEM)
            steps = [*(_text_literal(str(step)) for step in prefix), *steps]
        else:
            asked = _Asked(form, (*prefix, *keys))
        if isinstance(document, exp.Null):
            call.replace(_null(FORM_TYPES[form]))
            return
        is_grouped = _is_grouped(call, document)
        if is_grouped and asked.form is Form.ITEM:
            raise FeatureNotSupported("a computed path beside GROUP BY document", position=position_of(call))
        value = self._of(document, asked, call, single=False)
        value = _of_any(value) if is_grouped else value
        if asked.form is Form.ITEM:
            call.set("expressions", [value, *steps])
        else:
            call.replace(value)

    def _of(self, document: exp.Expr, asked: _Asked, call: exp.Anonymous, *, single: bool) -> exp.Expr:
        """Give what is asked where the document stands; `single` allows no union on the way to its table."""
        if isinstance(document, exp.Column) and READ in document.meta:
            if asked.form in _WHOLE and document.meta.get(CARRIER) != Carrier.DOCUMENT.name:
                raise _refused(call)
            return self._read(document, asked, call)
        if not isinstance(document, exp.Column) or not document.table:
            raise _refused(call)
        name = self._added(document, asked, call, single=single)
        return column_of(document.table, name, FORM_TYPES[asked.form])

    def _read(self, column: exp.Column, asked: _Asked, call: exp.Anonymous) -> exp.Expr:
        """Make the columns of a decode subquery."""
        if column.meta.get(CARRIER) not in (Carrier.DOCUMENT.name, Carrier.JSON.name):
            raise _refused(call)
        start = self.references[column.meta[READ] - 1].table.columns[column.meta[COLUMN]].path
        found: list[exp.Expr] = []
        for path in _readings((*start, *asked.path), call):
            made = column_of(column.table, RAW_ITEM, FORM_TYPES[asked.form])
            made.meta.update({READ: column.meta[READ], PATH: path, FORM: asked.form.name})
            found.append(made)
        if len(found) == 1:
            return found[0]
        value: exp.Expr
        if asked.form is Form.PRESENCE:
            value = exp.Paren(this=exp.or_(*found, copy=False))
        else:
            value = exp.Coalesce(this=found[0], expressions=found[1:])
        set_type(value, FORM_TYPES[asked.form])
        return value

    def _added(self, column: exp.Column, asked: _Asked, call: exp.Anonymous, *, single: bool) -> str:
        """Add an output to the derived table of a column, and give its name."""
        query = self._query_of(column, call)
        known = self.added.get((id(query), column.name, asked))
        if known is None:
            place = next(
                (at for at, one in enumerate(_first(query).expressions) if one.alias_or_name == column.name), None
            )
            if place is None:
                raise _refused(call)
            taken = {one.alias_or_name.lower() for one in _first(query).expressions}
            known = self.added[id(query), column.name, asked] = unique_name(_NAMES[asked.form], taken)
            self._add(query, place, known, (asked, call), single=single)
        return known

    def _query_of(self, column: exp.Column, call: exp.Anonymous) -> exp.Expr:
        for node in self.tree.find_all(exp.Subquery, exp.Lateral, exp.Table):
            if node.alias != column.table:
                continue
            if isinstance(node, exp.Table):
                named = [one for one in self.tree.find_all(exp.CTE) if one.alias == node.name]
                if len(named) != 1 or named[0].parent is None or named[0].parent.args.get("recursive"):
                    raise _refused(call)
                return _inner(named[0].this)
            if isinstance(_inner(node), (exp.Select, exp.SetOperation)):
                return _inner(node)
        raise _refused(call)

    def _add(
        self, query: exp.Expr, place: int, name: str, asked: tuple[_Asked, exp.Anonymous], *, single: bool
    ) -> None:
        what, call = asked
        if isinstance(query, exp.SetOperation):
            if single or not isinstance(query, exp.Union) or query.args.get("distinct"):
                raise _refused(call)
            for side in (query.this, query.expression):
                self._add(_inner(side), place, name, asked, single=single)
            return
        if not isinstance(query, exp.Select) or any(one.is_star for one in query.expressions):
            raise _refused(call)
        distinct, group = query.args.get("distinct"), query.args.get("group")
        # Equal documents of one table have one key, so they are one item, and what is asked of it is the same.
        one_item = distinct is not None or group is not None
        value = self._of(query.expressions[place].unalias().unnest(), what, call, single=single or one_item)
        value = _of_any(value) if group is not None else value
        query.append("expressions", exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True)))


def take_attribute_calls(tree: exp.Expr, references: Sequence[TableReference]) -> None:
    """Replace every call of a function of attributes, in place, in a bound tree.

    Raises:
        FeatureNotSupported: a call is given something else than the document of a table, or a part of it.
    """
    reader = _Reader(tree, references)
    for call in list(_calls(tree)):
        reader.take(call)


def _calls(tree: exp.Expr) -> Iterator[exp.Anonymous]:
    for node in tree.find_all(exp.Anonymous):
        if str(node.this).lower() in _FORMS:
            yield node


def _document_of(call: exp.Anonymous) -> tuple[exp.Expr, AttributePath]:
    """Give the document of a call, and the path below it that the call starts from: `document->'a'`."""
    argument = call.expressions[0].unnest()
    column = argument
    while isinstance(column, exp.Anonymous) and column.expressions:
        column = column.expressions[0].unnest()
    if column is argument or not isinstance(column, exp.Column):
        return argument, ()
    node, path = followed(column)
    return (column, path) if node is argument or node.unnest() is argument else (argument, ())


def _key(step: exp.Expr) -> str | None:
    """Read a step of a path that the statement spells out."""
    while isinstance(step, exp.Cast) and type_of(step) == "text":
        step = step.this.unnest()
    return step.name if isinstance(step, exp.Literal) and step.is_string else None


def _readings(steps: Sequence[str | int], call: exp.Anonymous) -> tuple[AttributePath, ...]:
    """Give the paths that steps may mean: below the first, digits are an index of a list or a key of a map."""
    choices: list[tuple[str | int, ...]] = [
        (int(step), step) if at and isinstance(step, str) and step.isascii() and step.isdigit() else (step,)
        for at, step in enumerate(steps)
    ]
    found = tuple(itertools.product(*choices))
    if len(found) > _MOST_READINGS:
        raise FeatureNotSupported("a path with so many indexes is not supported", position=position_of(call))
    return found


def _is_grouped(call: exp.Expr, document: exp.Expr) -> bool:
    """Say whether a call stands beside GROUP BY its document and in no aggregate: it has one value in each group."""
    node = call
    while node.parent is not None and not isinstance(node.parent, exp.Select):
        if isinstance(node.parent, (exp.AggFunc, exp.Group, exp.Where, exp.From, exp.Join)):
            return False
        node = node.parent
    group = node.parent.args.get("group") if node.parent is not None else None
    return group is not None and any(one == document for one in group.expressions)


def _of_any(value: exp.Expr) -> exp.Expr:
    """Take what is the same for all rows of a group."""
    kind = type_of(value)
    if kind == "jsonb":  # a raw item, of which PostgreSQL would have no least
        set_type(value, "text")
    chosen = exp.Min(this=value)
    set_type(chosen, kind)
    return chosen


def _null(type_name: str) -> exp.Expr:
    null = exp.Cast(this=exp.Null(), to=data_type(type_name))
    set_type(null, type_name)
    return null


def _text_literal(text: str) -> exp.Expr:
    literal = exp.Literal.string(text)
    set_type(literal, "text")
    return literal


def _first(query: exp.Expr) -> exp.Expr:
    while isinstance(query, exp.SetOperation):
        query = _inner(query.this)
    return query


def _inner(query: exp.Expr) -> exp.Expr:
    while isinstance(query, (exp.Subquery, exp.Lateral)) and isinstance(query.this, exp.Expr):
        query = query.this
    return query


def _refused(call: exp.Anonymous) -> FeatureNotSupported:
    return FeatureNotSupported(
        f"{str(call.this).lower()} of a value that is not the document of a table is not supported",
        detail="A jsonb value does not say what types its parts have in DynamoDB.",
        hint="Give it the column that holds the whole item, as in item_size(document).",
        position=position_of(call),
    )
