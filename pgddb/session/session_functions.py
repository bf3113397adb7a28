"""Carry out the functions of a SELECT that act on the session: set_config, pg_notify, pg_sleep and their like.

They run once, before the query, in the order of the text, and their results take their place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, InvalidParameterValue, UndefinedFunction, UndefinedObject
from pgddb.pgtypes import parameter_text
from pgddb.session.commands import notify_at_commit, set_value
from pgddb.session.state import SessionState
from pgddb.sql.statements import SelectStatement

VOID = frozenset({"pg_sleep", "pg_advisory_unlock_all", "pg_notify"})
ACTS = frozenset({"set_config", "pg_sleep", "pg_advisory_unlock_all", "pg_notify"})
ARGUMENTS = {
    "set_config": (3, 3),
    "current_setting": (1, 2),
    "pg_sleep": (1, 1),
    "pg_advisory_unlock_all": (0, 0),
    "pg_notify": (2, 2),
}
"""Fewest and most arguments. current_setting only reads, but must not read what a later set_config writes."""

_TRUE = frozenset({"true", "t", "on", "yes", "1"})


def acts_on_session(statement: SelectStatement) -> bool:
    """Tell whether a query calls a function that acts on the session."""
    text = statement.text.lower()
    return any(name in text for name in ACTS) and any(_name(call) in ACTS for call in _calls(statement.tree))


def describable(statement: SelectStatement) -> SelectStatement:
    """Give a query of the same shape in which nothing acts."""
    return _replaced(statement, lambda _: None)


async def carry_out(
    state: SessionState, statement: SelectStatement, values: Sequence[Any], oids: Sequence[int]
) -> SelectStatement:
    """Run the calls, and give the query that is left, with their results in it."""
    texts = [None if value is None else parameter_text(value, oid) for value, oid in zip(values, oids, strict=True)]
    results: dict[int, str | None] = {}
    for call in _calls(statement.tree):
        results[id(call)] = await _run(state, call, texts)
    return _replaced(statement, lambda call: results[id(call)])


def _calls(tree: exp.Expr) -> list[exp.Anonymous]:
    return [node for node in tree.find_all(exp.Anonymous, bfs=False) if _name(node) in ARGUMENTS]


def _name(call: exp.Anonymous) -> str:
    return str(call.name).lower()


def _replaced(statement: SelectStatement, result: Any) -> SelectStatement:
    """Copy the tree with each call replaced by its result; a column keeps the name of its function."""
    originals = _calls(statement.tree)
    tree = statement.tree.copy()
    for call, original in zip(_calls(tree), originals, strict=True):
        whole = call.parent if isinstance(call.parent, exp.Dot) else call
        value = _constant_text(result(original), call)
        is_column = isinstance(whole.parent, exp.Select) and whole.arg_key == "expressions"
        whole.replace(exp.alias_(value, _name(call), quoted=True) if is_column else value)
    return SelectStatement(tree.sql(dialect="postgres"), tree)


def _constant_text(value: str | None, call: exp.Anonymous) -> exp.Expr:
    """Write a text; the parameters of the call stay in the statement, so that it still has them."""
    target = exp.DataType(this=exp.DType.USERDEFINED, kind=exp.to_identifier("void"))
    if _name(call) not in VOID:
        target = exp.DataType.build("text")
    text = exp.Cast(this=exp.Null() if value is None else exp.Literal.string(value), to=target)
    used = [argument for argument in call.expressions if argument.find(exp.Parameter)]
    if not used:
        return text
    as_text = [exp.Cast(this=argument.copy(), to=exp.DataType.build("text")) for argument in used]
    never = exp.Case(ifs=[exp.If(this=exp.false(), true=part) for part in as_text], default=text)
    return exp.paren(never)


async def _run(state: SessionState, call: exp.Anonymous, parameters: Sequence[str | None]) -> str | None:
    name = _name(call)
    fewest, most = ARGUMENTS[name]
    if not fewest <= len(call.expressions) <= most:
        raise UndefinedFunction(f"function {name} does not exist for {len(call.expressions)} arguments")
    arguments = [_argument(argument, parameters, name) for argument in call.expressions]
    match name:
        case "set_config":
            return _set_config(state, arguments)
        case "current_setting":
            return _current_setting(state, arguments)
        case "pg_sleep":
            await asyncio.sleep(_seconds(arguments[0]))
            return ""
        case "pg_notify":
            notify_at_commit(state, arguments[0] or "", arguments[1] or "")
            return ""
        case _:
            return ""


def _set_config(state: SessionState, arguments: Sequence[str | None]) -> str:
    name, value, local = arguments
    if name is None:
        raise InvalidParameterValue("SET requires parameter name")
    set_value(state, name, value or "", local=str(local).lower() in _TRUE)
    return state.settings.show(name)


def _current_setting(state: SessionState, arguments: Sequence[str | None]) -> str | None:
    if arguments[0] is None:
        return None
    try:
        return state.settings.show(arguments[0])
    except UndefinedObject:
        if len(arguments) > 1 and str(arguments[1]).lower() in _TRUE:
            return None
        raise


def _seconds(argument: str | None) -> float:
    try:
        return max(0.0, float(argument or 0))
    except ValueError:
        raise InvalidParameterValue(f'invalid input syntax for type double precision: "{argument}"') from None


def _argument(node: exp.Expr, parameters: Sequence[str | None], function: str) -> str | None:
    """Give the text of a constant or parameter."""
    match node:
        case exp.Cast() | exp.Paren():
            return _argument(node.this, parameters, function)
        case exp.Literal():
            return str(node.this)
        case exp.Boolean():
            return "true" if node.this else "false"
        case exp.Null():
            return None
        case exp.Neg(this=exp.Literal() as literal):
            return f"-{literal.this}"
        case exp.Parameter():
            return parameters[int(node.name) - 1]
        case _:
            raise FeatureNotSupported(f"{function} of anything but constants and parameters is not supported")
