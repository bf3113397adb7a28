"""Turn `document->'a'->>'b'` into a column of its own, read from the typed JSON by a pointer.

A path starts at a document or jsonb column of a base table and goes on while its keys are constants. What cannot
be known from the text (a negative or computed index, a digit that may be a list's or a map's) ends it: the rest
works on the jsonb value of the part before.
"""

from __future__ import annotations

from msgspec import Struct
from sqlglot import exp

from pgddb.access.table import AttributePath, Carrier
from pgddb.planner.bindings import CARRIER, COLUMN, FORM, PATH, READ, TableReference, column_of
from pgddb.planner.decoded import FORM_TYPES, Form

_STEPS = {"->": False, "->>": True, "#>": False, "#>>": True}
"""Operators that go down, and whether they give text."""
_FUNCTIONS = {"jsonb_extract_path": False, "jsonb_extract_path_text": True}
_PATH_CARRIERS = frozenset({Carrier.DOCUMENT.name, Carrier.JSON.name})


class _Reached(Struct, frozen=True):
    """How far a path goes: the outermost node that it covers, and what that gives."""

    node: exp.Expr
    path: AttributePath
    form: Form


def take_paths(tree: exp.Expr, references: list[TableReference]) -> None:
    """Replace every constant path below a document or jsonb column, in place."""
    for column in list(tree.find_all(exp.Column)):
        if column.meta.get(CARRIER) not in _PATH_CARRIERS or PATH in column.meta:
            continue
        table = references[column.meta[READ] - 1].table
        start = table.columns[column.meta[COLUMN]].path
        reached = _presence(column, start) or _follow(_Reached(column, start, Form.JSON))
        if reached.node is not column:
            reached.node.replace(_attribute(column, reached))


def _attribute(column: exp.Column, reached: _Reached) -> exp.Column:
    made = column_of(column.table, column.name, FORM_TYPES[reached.form])
    made.meta.update({READ: column.meta[READ], PATH: reached.path, FORM: reached.form.name})
    return made


def _presence(column: exp.Column, start: AttributePath) -> _Reached | None:
    """Recognise `document ? 'a'`."""
    call = column.parent
    if start or not _is_step(call, column, "?"):
        return None
    key = _constant_key(call.expressions[1]) if call is not None else None
    return _Reached(call, (key,), Form.PRESENCE) if call is not None and isinstance(key, str) else None


def _follow(reached: _Reached) -> _Reached:
    """Go on as long as the operators around a node ask for constant keys."""
    while reached.form is Form.JSON:
        further = _step(reached)
        if further is None:
            break
        reached = further
    return reached


def followed(column: exp.Column) -> tuple[exp.Expr, AttributePath]:
    """Give how far constant keys go down from a column that holds jsonb: the outermost node, and its path."""
    reached = _follow(_Reached(column, (), Form.JSON))
    return reached.node, reached.path


def _step(reached: _Reached) -> _Reached | None:
    node, call = _outside_parentheses(reached.node)
    if not isinstance(call, exp.Anonymous) or not call.expressions or call.expressions[0] is not node:
        return None
    name = str(call.this).lower()
    if name in ("->", "->>"):
        key = _constant_key(call.expressions[1])
        if key is None or (isinstance(key, int) and not reached.path):
            return None
        keys: AttributePath = (key,)
    elif name in ("#>", "#>>"):
        keys = _path_keys(call.expressions[1])
    elif name in _FUNCTIONS:
        keys = _argument_keys(call.expressions[1:])
    else:
        return None
    if not keys:
        return None
    as_text = _STEPS.get(name, _FUNCTIONS.get(name, False))
    return _Reached(call, reached.path + keys, Form.TEXT if as_text else Form.JSON)


def _outside_parentheses(node: exp.Expr) -> tuple[exp.Expr, exp.Expr | None]:
    while isinstance(node.parent, exp.Paren):
        node = node.parent
    return node, node.parent


def _is_step(call: exp.Expr | None, first: exp.Expr, name: str) -> bool:
    return isinstance(call, exp.Anonymous) and str(call.this) == name and call.expressions[0] is first


def _constant_key(node: exp.Expr) -> str | int | None:
    if not isinstance(node, exp.Literal):
        return None
    if node.is_string:
        return node.name
    return int(node.name) if node.name.isdigit() else None


def _path_keys(node: exp.Expr) -> AttributePath:
    """Read '{a,b}' where every element is plainly a key; nothing where one may be an index."""
    if not (isinstance(node, exp.Literal) and node.is_string):
        return ()
    text = node.name.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return ()
    return _keys([part.strip() for part in text[1:-1].split(",")])


def _argument_keys(nodes: list[exp.Expr]) -> AttributePath:
    if not all(isinstance(node, exp.Literal) and node.is_string for node in nodes):
        return ()
    return _keys([node.name for node in nodes])


def _keys(parts: list[str]) -> AttributePath:
    plain = all(part and part.upper() != "NULL" and not set(part) & set('"\\{}') for part in parts)
    return tuple(parts) if plain and not any(_may_be_index(part) for part in parts) else ()


def _may_be_index(part: str) -> bool:
    return part.strip().lstrip("+-").isdigit()
