"""Carry out the functions of a SELECT that act on the session: set_config, pg_notify, pg_sleep and their like.

They run once, before the query, in the order of the text, and their results take their place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlglot import exp

from pgddb.errors import (
    FeatureNotSupported,
    InsufficientPrivilege,
    InvalidParameterValue,
    InvalidTextRepresentation,
    NumericValueOutOfRange,
    UndefinedFunction,
    UndefinedObject,
)
from pgddb.execution import Notice
from pgddb.pgtypes import parameter_text
from pgddb.session.advisory_locks import ADVISORY, LockCall
from pgddb.session.commands import notify_at_commit, set_value
from pgddb.session.state import SessionState
from pgddb.sql.statements import SelectStatement

VOID = frozenset({"pg_sleep", "pg_notify"}) | {name for name, kind in ADVISORY.items() if kind.gives is None}
SIGNALS = frozenset({"pg_cancel_backend", "pg_terminate_backend"})
ACTS = frozenset({"set_config", "pg_sleep", "pg_notify", "pg_listening_channels"}) | SIGNALS | frozenset(ADVISORY)
BOOLEAN = SIGNALS | {name for name, kind in ADVISORY.items() if kind.gives == "boolean"}
ARGUMENTS = {
    "set_config": (3, 3),
    "current_setting": (1, 2),
    "pg_sleep": (1, 1),
    "pg_notify": (2, 2),
    "pg_listening_channels": (0, 0),
    "pg_cancel_backend": (1, 1),
    "pg_terminate_backend": (1, 2),
    **{name: ((0, 0) if name == "pg_advisory_unlock_all" else (1, 2)) for name in ADVISORY},
}
"""Fewest and most arguments. current_setting only reads, but must not read what a later set_config writes."""

_LISTENING = "pg_listening_channels"
_TRUE = frozenset({"true", "t", "on", "yes", "1"})


Result = str | None | list[str] | exp.Expr
"""What takes the place of a call: a text or NULL, a list of rows, or the number of a session that is still to end."""


def acts_on_session(statement: SelectStatement) -> bool:
    """Tell whether a query calls a function that acts on the session."""
    return _may_act(statement.text) and any(_name(call) in ACTS for call in _calls(statement.tree))


@lru_cache(maxsize=1000)
def _may_act(text: str) -> bool:
    text = text.lower()
    return any(name in text for name in ACTS)


def describable(statement: SelectStatement) -> SelectStatement:
    """Give a query of the same shape in which nothing acts."""
    return _replaced(statement, lambda _: None)


async def carry_out(
    state: SessionState, statement: SelectStatement, values: Sequence[Any], oids: Sequence[int]
) -> SelectStatement:
    """Run the calls, and give the query that is left, with their results in it."""
    texts = [None if value is None else parameter_text(value, oid) for value, oid in zip(values, oids, strict=True)]
    results: dict[int, Result] = {}
    for call in _calls(statement.tree):
        if _name(call) == _LISTENING:
            results[id(call)] = sorted(state.listening)
        elif signals_rows(call):
            results[id(call)] = call.expressions[0]
        else:
            results[id(call)] = await _run(state, call, texts)
    return _replaced(statement, lambda call: results[id(call)])


def signals_rows(call: exp.Expr) -> bool:
    """Say whether a call cancels or ends the sessions that the rows of its query name: an output of the SELECT."""
    if not isinstance(call, exp.Anonymous) or _name(call) not in SIGNALS or not call.expressions:
        return False
    return call.expressions[0].find(exp.Column) is not None and isinstance(_output(call).parent, exp.Select)


def _output(call: exp.Expr) -> exp.Expr:
    """Give the whole expression that a call is, with its schema and its alias."""
    whole = call.parent if isinstance(call.parent, exp.Dot) else call
    return whole.parent if isinstance(whole.parent, exp.Alias) else whole


def signalled_outputs(statement: SelectStatement) -> dict[int, str]:
    """Give the places of the outputs that cancel or end sessions, with the names of their functions."""
    calls = [call for call in _calls(statement.tree) if signals_rows(call)]
    outputs = statement.tree.expressions if isinstance(statement.tree, exp.Select) else []
    found = {place: _name(call) for call in calls for place, one in enumerate(outputs) if one is _output(call)}
    if len(found) != len(calls):
        raise FeatureNotSupported("a function that ends sessions is supported as an output of the whole query only")
    return found


def _calls(tree: exp.Expr) -> list[exp.Anonymous]:
    found = [node for node in tree.find_all(exp.Anonymous, bfs=False) if _name(node) in ARGUMENTS]
    return [node for node in found if not isinstance(node.parent, exp.Table)]


def _name(call: exp.Anonymous) -> str:
    return str(call.name).lower()


def _replaced(statement: SelectStatement, result: Any) -> SelectStatement:
    """Copy the tree with each call replaced by its result; a column keeps the name of its function."""
    originals = _calls(statement.tree)
    tree = statement.tree.copy()
    for call, original in zip(_calls(tree), originals, strict=True):
        whole = call.parent if isinstance(call.parent, exp.Dot) else call
        value = _value(result(original), call)
        is_column = isinstance(whole.parent, exp.Select) and whole.arg_key == "expressions"
        whole.replace(exp.alias_(value, _name(call), quoted=True) if is_column else value)
    return SelectStatement(tree.sql(dialect="postgres"), tree)


def _value(result: Result, call: exp.Anonymous) -> exp.Expr:
    if isinstance(result, exp.Expr):
        return exp.Cast(this=result.copy(), to=exp.DataType.build("int"))
    if not isinstance(result, list) and (_name(call) != _LISTENING):
        return _constant_text(result, call)
    names = [exp.Literal.string(channel) for channel in result or ()]
    array = exp.Cast(this=exp.Array(expressions=names), to=exp.DataType.build("text[]", dialect="postgres"))
    return exp.Anonymous(this="unnest", expressions=[array])


def _constant_text(value: str | None, call: exp.Anonymous) -> exp.Expr:
    """Write a text; the parameters of the call stay in the statement, so that it still has them."""
    target = exp.DataType(this=exp.DType.USERDEFINED, kind=exp.to_identifier("void"))
    if _name(call) in BOOLEAN:
        target = exp.DataType.build("boolean")
    elif _name(call) not in VOID:
        target = exp.DataType.build("text")
    text = exp.Cast(this=exp.Null() if value is None else exp.Literal.string(value), to=target)
    used = [argument for argument in call.expressions if argument.find(exp.Parameter)]
    if not used:
        return text
    as_text: list[exp.Expr] = [exp.Cast(this=argument.copy(), to=exp.DataType.build("text")) for argument in used]
    if not target.is_type("text"):
        as_text = [exp.Cast(this=part, to=target.copy()) for part in as_text]
    never = exp.Case(ifs=[exp.If(this=exp.false(), true=part) for part in as_text], default=text)
    return exp.paren(never)


async def _run(state: SessionState, call: exp.Anonymous, parameters: Sequence[str | None]) -> str | None:
    name = _name(call)
    fewest, most = ARGUMENTS[name]
    if not fewest <= len(call.expressions) <= most:
        raise UndefinedFunction(f"function {name} does not exist for {len(call.expressions)} arguments")
    arguments = [
        str(state.key.process_id) if _is_own_number(argument) else _argument(argument, parameters, name)
        for argument in call.expressions
    ]
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
        case "pg_cancel_backend" | "pg_terminate_backend":
            return _signal(state, name, arguments[0])
        case _:
            return await _lock(state, ADVISORY[name], arguments)


def _signal(state: SessionState, name: str, process_id: str | None) -> str | None:
    if process_id is None:
        return None
    return "true" if signal_session(state, name, _integer(process_id, 32)) else "false"


def signal_session(state: SessionState, name: str, process_id: int) -> bool:
    """Carry out pg_cancel_backend or pg_terminate_backend for one session; False where there is none.

    Raises:
        InsufficientPrivilege: it is another user's.
    """
    terminate = name == "pg_terminate_backend"
    owner = next((one.user for one in state.host.activities() if one.process_id == process_id), None)
    if owner is not None and owner != state.user and state.role.is_restricted:
        raise InsufficientPrivilege(
            f"must be a member of the role whose {'process' if terminate else 'query'} is being "
            f"{'terminated' if terminate else 'canceled'} or member of pg_signal_backend"
        )
    if owner is None or not state.host.signal(process_id, terminate=terminate):
        state.notify(Notice("WARNING", f"PID {process_id} is not a PostgreSQL backend process", sqlstate="01000"))
        return False
    return True


async def _lock(state: SessionState, call: LockCall, arguments: Sequence[str | None]) -> str | None:
    locks = state.host.advisory_locks
    if call.all_of_them:
        locks.unlock_all(state, transaction=False)
        return ""
    if None in arguments:
        return None
    bits = 64 if len(arguments) == 1 else 32
    numbers = [_integer(argument or "", bits) for argument in arguments]
    key = (state.database, numbers[0], numbers[1] if len(numbers) > 1 else None)
    if not call.unlocks:
        taken = await locks.lock(state, key, call)
        return ("true" if taken else "false") if call.tries else ""
    if locks.unlock(state, key, shared=call.shared):
        return "true"
    mode = "ShareLock" if call.shared else "ExclusiveLock"
    state.notify(Notice("WARNING", f"you don't own a lock of type {mode}", sqlstate="01000"))
    return "false"


def _integer(text: str, bits: int) -> int:
    try:
        number = int(text)
    except ValueError:
        name = "bigint" if bits == 64 else "integer"
        raise InvalidTextRepresentation(f'invalid input syntax for type {name}: "{text}"') from None
    if not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise NumericValueOutOfRange("bigint out of range" if bits == 64 else "integer out of range")
    return number


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


def _is_own_number(node: exp.Expr) -> bool:
    """Say whether an argument is pg_backend_pid(), with its schema or without."""
    if isinstance(node, exp.Dot) and node.this.name == "pg_catalog":
        node = node.expression
    return isinstance(node, exp.Anonymous) and _name(node) == "pg_backend_pid" and not node.expressions


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
