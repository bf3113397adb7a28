"""Find the conditions that every needed row of a table meets, in a form that DynamoDB may check.

The engine checks everything again, so leaving a condition out is always sound. A condition may come from an outer
query, and by equality from the column of another table: `a.x = b.y AND a.x = 'k'` says that `b.y = 'k'`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from sqlglot import exp

from pgddb.access.attribute_facts import column_of, view_of
from pgddb.access.predicate import AllOf, AnyOf, IsNull, Negation, OneOf, ParameterElements, Predicate, SeenAs
from pgddb.planner.bindings import COLUMN, FORM, PATH, READ, TableReference
from pgddb.planner.decoded import Form
from pgddb.planner.extraction_conditions import PRESENCE, ConditionReader
from pgddb.planner.extraction_places import Chain, Level, chains
from pgddb.planner.extraction_values import EXACT_NUMBERS, TEXT_VIEWS, TEXTS, Subject
from pgddb.sql.type_names import type_modifier, type_name
from pgddb.sql.types import type_of

_MAX_STEPS = 12
"""Equalities and derived tables that one column is followed through."""


class Conditions(Struct, frozen=True):
    """What is known of a table's rows; `complete` says that nothing else drops a row before LIMIT."""

    conjuncts: tuple[Predicate, ...]
    complete: bool


def extract_conjuncts(tree: exp.Expr, reference: TableReference) -> Conditions:
    """Read what a bound tree says of the rows of one table reference."""
    place = next((table for table in tree.find_all(exp.Table) if table.name == reference.marker), None)
    found = None if place is None else chains(tree, place)
    if not found or place is None:
        return Conditions((), complete=False)
    per_use = [_chain_conjuncts(chain, reference) for chain in found]
    conjuncts, exact = per_use[0]
    if len(per_use) > 1:
        conjuncts, exact = _either([one for one, _ in per_use]), False
    return Conditions(conjuncts, complete=exact and _stands_alone(found[0][0].select, place))


def _stands_alone(select: exp.Select, place: exp.Table) -> bool:
    apart = select.args.get("joins") or select.args.get("laterals") or select.args.get("having")
    return not apart and not any(place.args.get(part) for part in ("joins", "sample", "pivots"))


def _either(uses: Sequence[tuple[Predicate, ...]]) -> tuple[Predicate, ...]:
    """Give what is known of rows that are used in several places: what one of the places asks for."""
    if not all(uses):
        return ()
    shared = tuple(part for part in uses[0] if all(part in other for other in uses[1:]))
    rest = [tuple(part for part in use if part not in shared) for use in uses]
    if not all(rest):
        return shared
    return (*shared, AnyOf(tuple(part[0] if len(part) == 1 else AllOf(part) for part in rest)))


def _chain_conjuncts(chain: Chain, reference: TableReference) -> tuple[tuple[Predicate, ...], bool]:
    """Read all conditions of one chain; True where the innermost SELECT is read completely and exactly."""
    found: dict[Predicate, None] = {}
    exact = True
    filled = False
    for depth, level in enumerate(chain):
        reader = ConditionReader(_Resolver(chain, depth, reference).subject)
        for condition in level.conditions:
            read = reader.read(condition.node)
            exact = exact and (depth > 0 or read.exact)
            if read.predicate is None:
                continue
            if (condition.strict or filled) and may_be_true_of_nothing(read.predicate):
                continue
            found[read.predicate] = None
        filled = filled or level.filled
    return tuple(found), exact


def may_be_true_of_nothing(predicate: Predicate) -> bool:
    """Say whether a predicate may be true of a row whose columns are all NULL."""
    return True in _answers_of_nothing(predicate)


def _answers_of_nothing(predicate: Predicate) -> frozenset[bool | None]:
    match predicate:
        case AllOf(parts=parts):
            return _joined([_answers_of_nothing(part) for part in parts], absorbing=False)
        case AnyOf(parts=parts):
            return _joined([_answers_of_nothing(part) for part in parts], absorbing=True)
        case Negation(part=part):
            return frozenset(None if one is None else not one for one in _answers_of_nothing(part))
        case IsNull(negated=negated):
            return frozenset({not negated})
        case OneOf(operands=operands) if isinstance(operands, ParameterElements) or not operands:
            return frozenset({None, False})
        case _:
            return frozenset({None})


def _joined(parts: Sequence[frozenset[bool | None]], *, absorbing: bool) -> frozenset[bool | None]:
    """Give the possible answers of an AND (absorbing False) or OR (absorbing True) of independent parts."""
    possible: frozenset[bool | None] = frozenset({not absorbing})
    for part in parts:
        possible = frozenset(_both(one, other, absorbing) for one in possible for other in part)
    return possible


def _both(one: bool | None, other: bool | None, absorbing: bool) -> bool | None:  # noqa: FBT001 - a truth value
    if absorbing in (one, other):
        return absorbing
    return None if one is None or other is None else not absorbing


class _Resolver:
    """Follows a column of one level down to the table, through derived tables and equalities."""

    def __init__(self, chain: Chain, depth: int, reference: TableReference) -> None:
        self._chain = chain
        self._depth = depth
        self._reference = reference

    def subject(self, node: exp.Expr) -> Subject | None:
        """Give the attribute of the table that a node is."""
        for inner in self._followed(node, self._depth, _MAX_STEPS):
            found = subject_of(inner, self._reference)
            if found is not None:
                return found
        return None

    def _followed(self, node: exp.Expr, depth: int, steps: int) -> Iterator[exp.Expr]:
        level = self._chain[depth]
        if depth == 0:
            yield node
        if isinstance(node, exp.Cast):
            yield from self._followed_cast(node, depth, steps)
            return
        if not isinstance(node, exp.Column) or steps <= 0:
            return
        for column in [node, *_equal_to(node, level)]:
            if depth == 0:
                if column is not node:
                    yield column
                continue
            inner = _inside(column, level)
            if inner is not None:
                yield from self._followed(inner, depth - 1, steps - 1)

    def _followed_cast(self, node: exp.Cast, depth: int, steps: int) -> Iterator[exp.Expr]:
        """Follow what is cast, and cast what is found."""
        if steps <= 0 or not isinstance(node.this.unnest(), (exp.Column, exp.Cast)):
            return
        for inner in self._followed(node.this.unnest(), depth, steps - 1):
            if inner is not node.this.unnest():
                yield exp.Cast(this=inner.copy(), to=node.args["to"].copy())


def _inside(column: exp.Column, level: Level) -> exp.Expr | None:
    """Give what a column of a derived table stands for inside, if it is compared there in the same way."""
    if level.derived is None or column.table != level.derived.alias:
        return None
    inner = level.derived.outputs.get(column.name)
    return inner if inner is not None and _same_values(type_of(column), type_of(inner)) else None


def _equal_to(node: exp.Column, level: Level) -> list[exp.Column]:
    """Give the columns that equal one by some equalities of a SELECT."""
    found: list[exp.Column] = []
    waiting = [node]
    while waiting:
        column = waiting.pop()
        for left, right in level.equalities:
            for one, other in ((left, right), (right, left)):
                fresh = one == column and other != node and other not in found
                if fresh and isinstance(other, exp.Column) and _same_values(type_of(one), type_of(other)):
                    found.append(other)
                    waiting.append(other)
    return found


def _same_values(one: str | None, other: str | None) -> bool:
    """Say whether equal values of two types are equal to, and less than, the same constants."""
    if one is None or other is None:
        return False
    return one == other or {one, other} <= EXACT_NUMBERS or {one, other} <= TEXTS


def subject_of(node: exp.Expr, reference: TableReference) -> Subject | None:
    """Give the attribute of a table that a node is: a column, a path of a document, a cast of one."""
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return _cast_subject(node, reference)
    if not isinstance(node, exp.Column) or node.meta.get(READ) != reference.number:
        return None
    if PATH in node.meta:
        return _path_subject(node)
    if COLUMN not in node.meta:
        return None
    column = reference.table.columns[node.meta[COLUMN]]
    if not column.path:
        return None
    native = column_of(reference.table, column.path) is column
    return Subject(column.path, view_of(column), column.type_name, native)


def _path_subject(node: exp.Column) -> Subject | None:
    form = node.meta.get(FORM)
    path = tuple(node.meta[PATH])
    if not path or any(isinstance(step, int) and step < 0 for step in path):
        return None
    if form == Form.TEXT.name:
        return Subject(path, SeenAs.ANY_TEXT, "text", native=False)
    if form == Form.JSON.name:
        return Subject(path, SeenAs.ANY_JSON, "jsonb", native=False)
    if form == Form.TYPE.name:
        return Subject(path, SeenAs.TYPE, "text", native=False)
    if form == Form.SIZE.name:
        return Subject(path, SeenAs.SIZE, "bigint", native=False)
    return Subject(path, SeenAs.ANY_JSON, PRESENCE, native=False) if form == Form.PRESENCE.name else None


def _cast_subject(node: exp.Cast, reference: TableReference) -> Subject | None:
    """Read a cast of a text that may be a number: items whose text is none reach the engine, which then fails."""
    inner = subject_of(node.this, reference)
    target = type_name(node.args["to"])
    if inner is None or isinstance(node, exp.TryCast) or type_modifier(node.args["to"]) != -1:
        return None
    if inner.view in TEXT_VIEWS and target in ("text", "character varying"):
        return inner
    if inner.view is SeenAs.NUMBER and target == "numeric":
        return Subject(inner.path, inner.view, target, inner.native)
    view = SeenAs.NUMBER if target in EXACT_NUMBERS else SeenAs.FLOAT if target == "double precision" else None
    if view is None or inner.view not in (SeenAs.ANY_TEXT, SeenAs.SCALAR_TEXT):
        return None
    return Subject(inner.path, view, target, native=False)
