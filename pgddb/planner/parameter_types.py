"""Infer the types of $n where the client names none, as PostgreSQL's parser does: from the first place that tells.

Source: https://www.postgresql.org/docs/15/typeconv-oper.html
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from pgddb.errors import AmbiguousParameter, IndeterminateDatatype
from pgddb.planner.parameter_places import PeerTypes, expected_type
from pgddb.planner.type_names import UNKNOWN
from pgddb.sql.references import parameter_number
from pgddb.sql.types import Relations, annotate, type_of
from pgddb.sql.types.annotate import set_type
from pgddb.sql.types.calls import PREFIX_SIGNS, SIGNS
from pgddb.sql.types.families import JSONS, MOMENTS, NUMBERS, OIDS, TEXTS
from pgddb.sql.types.rules import type_by_rule

MAX_ROUNDS = 3
"""How often types are looked for again after some were found: `$1 + a > $2` needs two rounds."""
_FIRST_PARTS = ("with_", "from_", "joins", "laterals", "expressions")
"""What PostgreSQL analyses first of a SELECT, in its order."""


def note_given_types(tree: exp.Expr, given: Sequence[str | None]) -> None:
    """Note on every parameter node the type that the client named."""
    for node in tree.find_all(exp.Parameter):
        number = parameter_number(node)
        if number <= len(given):
            set_type(node, given[number - 1])


def infer_parameter_types(
    tree: exp.Expr, given: Sequence[str | None], relations: Relations | None = None
) -> tuple[str, ...]:
    """Give the types of $1 to the last one, and note them in the tree; `relations` knows the tables' columns.

    Raises:
        IndeterminateDatatype: nothing tells the type of a parameter.
        AmbiguousParameter: a parameter stands in places that want types of different kinds.
    """
    nodes = _in_order(list(tree.find_all(exp.Parameter)))
    numbers = [parameter_number(node) for node in nodes]
    types: dict[int, str] = {number: name for number, name in enumerate(given, 1) if name is not None}
    named = frozenset(types)
    for _ in range(MAX_ROUNDS):
        if not _round(nodes, types, named):
            break
        _note_again(tree, nodes, relations)
    for number, node in zip(numbers, nodes, strict=True):
        if number not in types and (_is_output(node) or _meets_parameter(node) or _is_choice(node)):
            types[number] = "text"
    _note(nodes, types)
    for number, node in zip(numbers, nodes, strict=True):
        if number not in types:
            _refuse_unknown(node)
    return tuple(_settled(types, number) for number in range(1, max([*numbers, len(given)], default=0) + 1))


def _round(nodes: Sequence[exp.Parameter], types: dict[int, str], named: frozenset[int]) -> bool:
    """Look at every place once; say whether a type was found."""
    found: dict[int, str] = {}
    standing: dict[tuple[int, int], str] = {}
    peer_types = PeerTypes()
    for node in nodes:
        number = parameter_number(node)
        expected = expected_type(node, peer_types)
        if expected is None or number in named:
            continue
        known = types.get(number) or found.setdefault(number, expected)
        beside = standing.setdefault((id(node.parent), number), expected)
        if number not in types and _kind(beside) != _kind(expected):
            raise AmbiguousParameter(
                f"inconsistent types deduced for parameter ${number}", detail=f"{known} versus {expected}"
            )
    new = {number: name for number, name in found.items() if number not in types}
    types.update(new)
    _note(nodes, types)
    return bool(new)


def _note(nodes: Sequence[exp.Parameter], types: dict[int, str]) -> None:
    for node in nodes:
        set_type(node, types.get(parameter_number(node)))


def _refuse_unknown(node: exp.Parameter) -> None:
    """Say what PostgreSQL says of operators and functions that take an unknown for several types."""
    around = node.parent
    if around is None or not isinstance(around, (*SIGNS, *PREFIX_SIGNS, exp.Anonymous, exp.AggFunc)):
        return
    for part in around.iter_expressions():
        if isinstance(part, exp.Parameter) and type_of(part) is None:
            set_type(part, UNKNOWN)
    type_by_rule(around, type_of)


def _settled(types: dict[int, str], number: int) -> str:
    name = types.get(number)
    if name is None:
        raise IndeterminateDatatype(f"could not determine data type of parameter ${number}")
    return "text" if name == UNKNOWN else name


def _kind(name: str) -> str:
    """Put together the types that can stand for each other at a parameter's second place."""
    families = {"number": (*NUMBERS, *OIDS), "text": TEXTS, "moment": MOMENTS, "json": JSONS}
    return next((kind for kind, names in families.items() if name in names), name)


def _is_output(node: exp.Parameter) -> bool:
    """Say whether a parameter is an output column, a value of VALUES or a sort key: PostgreSQL makes it text."""
    place: exp.Expr = node
    while isinstance(place.parent, (exp.Paren, exp.Alias)):
        place = place.parent
    parent = place.parent
    if isinstance(parent, (exp.Ordered, exp.Group)):
        return True
    if isinstance(parent, exp.Tuple) and isinstance(parent.parent, exp.Values):
        return True
    return isinstance(parent, exp.Select) and place.arg_key == "expressions"


def _meets_parameter(node: exp.Parameter) -> bool:
    """Say whether a parameter is compared with another one: PostgreSQL takes both for text."""
    parent = node.parent
    if not isinstance(parent, (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)):
        return False
    other = parent.expression if parent.this is node else parent.this
    return isinstance(other, exp.Parameter)


def _is_choice(node: exp.Parameter) -> bool:
    """Say whether a parameter stands among values that get one type: PostgreSQL takes them for text if none has one.

    Source: https://www.postgresql.org/docs/15/typeconv-union-case.html, rule 3.
    """
    parent = node.parent
    if isinstance(parent, exp.If):
        case = parent.parent
        return node.arg_key != "this" or (case is not None and case.args.get("this") is not None)
    return isinstance(parent, _CHOICES)


_CHOICES = (exp.Array, exp.Coalesce, exp.Greatest, exp.Least, exp.Nullif, exp.Case, exp.In, exp.Between)


def _note_again(tree: exp.Expr, nodes: Sequence[exp.Parameter], relations: Relations | None) -> None:
    """Note the types of what parameters stand in; of the whole tree where a column may get its type by that."""
    above = _above(nodes)
    columns = tree.find_all(exp.Column)
    if any(isinstance(node, _MEETING) for node in above) or any(type_of(column) is None for column in columns):
        annotate(tree, relations)
        return
    for node in above:
        if isinstance(node, exp.Query):
            set_type(node, _first_type(node))
        else:
            set_type(node, type_by_rule(node, type_of))


_MEETING = (exp.SetOperation, exp.Values, exp.Table, exp.Lateral, exp.Unnest)
"""Parts of a FROM clause, or of a query, whose columns get their types of several places."""


def _first_type(query: exp.Expr) -> str | None:
    while isinstance(query, exp.Subquery):
        query = query.this
    return type_of(query.expressions[0]) if query.expressions else None


def _above(nodes: Sequence[exp.Parameter]) -> list[exp.Expr]:
    """Give all nodes above some, those below others first."""
    depths: dict[int, int] = {}
    found: list[tuple[int, exp.Expr]] = []
    for node in nodes:
        path: list[exp.Expr] = []
        at = node.parent
        while at is not None and id(at) not in depths:
            path.append(at)
            at = at.parent
        depth = -1 if at is None else depths[id(at)]
        for one in reversed(path):
            depth += 1
            depths[id(one)] = depth
            found.append((depth, one))
    found.sort(key=_depth, reverse=True)
    return [node for _, node in found]


def _depth(place: tuple[int, exp.Expr]) -> int:
    return place[0]


_Place = tuple[tuple[int, int], ...]
"""Where a node stands: from the top, the rank of the argument and the index in it."""


def _in_order(nodes: Sequence[exp.Parameter]) -> list[exp.Parameter]:
    """Sort parameters as PostgreSQL analyses: FROM before the outputs, those before the rest."""
    places: dict[int, _Place] = {}
    return sorted(nodes, key=lambda node: _place(node, places))


def _place(node: exp.Expr, places: dict[int, _Place]) -> _Place:
    parent = node.parent
    if parent is None:
        return ()
    around = places.get(id(parent))
    if around is None:
        around = places[id(parent)] = _place(parent, places)
    return (*around, (_rank(parent, node.arg_key or ""), node.index or 0))


def _rank(parent: exp.Expr, key: str) -> int:
    if not isinstance(parent, exp.Select):
        return list(parent.args).index(key)
    return _FIRST_PARTS.index(key) if key in _FIRST_PARTS else len(_FIRST_PARTS) + list(parent.args).index(key)
