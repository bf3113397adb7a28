"""Put in what the session knows: user, database, settings."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, UndefinedObject
from pgddb.sql.context import SessionContext
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call, call_name, cast_to, literal_text, string_array


def session_value(node: exp.Expr, rewriting: Rewriting) -> Answer:
    """Turn a value of the session into a constant.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("current_user")
    'postgres'
    >>> show("current_schemas(false)")
    ['public']
    >>> show("pg_backend_pid()")
    0
    """
    session = rewriting.session
    if isinstance(node, exp.Column):
        is_user = node.name.lower() == "user" and not node.table and not node.this.args.get("quoted")
        return exp.Literal.string(session.user) if is_user else PASS
    text = _TEXTS.get(type(node))
    if text is not None:
        value = text(session)
        return exp.Null() if value is None else exp.Literal.string(value)
    return _call(node, session)


def _schema(session: SessionContext) -> str | None:
    """Give the first schema of the path that exists; the one named after the user does not."""
    existing = [name for name in session.search_path if name != session.user or name == "public"]
    return existing[0] if existing else None


_TEXTS: dict[type[exp.Expr], Callable[[SessionContext], str | None]] = {
    exp.CurrentUser: lambda session: session.user,
    exp.CurrentRole: lambda session: session.user,
    exp.SessionUser: lambda session: session.session_user,
    exp.CurrentCatalog: lambda session: session.database,
    exp.CurrentSchema: _schema,
}


def _call(node: exp.Expr, session: SessionContext) -> Answer:
    name = call_name(node)
    arguments = node.expressions
    simple = _CALLS.get(name)
    if simple is not None and not arguments:
        value = simple(session)
        return exp.Null() if value is None else exp.convert(value)
    if name == "current_schemas":
        return _schemas(arguments[0], session)
    if name == "current_setting":
        return _setting(arguments, session)
    if name == "set_config":
        return _set_config(arguments)
    if len(arguments) == _ASKS_FOR_USER.get(name):
        return call(name, exp.Literal.string(session.user), *arguments)
    return PASS


_ASKS_FOR_USER = {
    "has_table_privilege": 2,
    "has_any_column_privilege": 2,
    "has_column_privilege": 3,
    "has_sequence_privilege": 2,
    "pg_has_role": 2,
}
"""Functions that ask for the current user where they are called with so many arguments, and none names one."""


_CALLS: dict[str, Callable[[SessionContext], str | int | None]] = {
    "version": lambda session: session.server_version,
    "current_database": lambda session: session.database,
    "current_schema": _schema,
    "pg_client_encoding": lambda session: session.settings.get("client_encoding", "UTF8"),
    "pg_backend_pid": lambda session: session.backend_pid,
    "inet_server_port": lambda session: session.server_port,
    "inet_client_port": lambda session: session.client_port,
    "inet_server_addr": lambda session: session.server_address,
    "inet_client_addr": lambda session: session.client_address,
}


def _schemas(implicit: exp.Expr, session: SessionContext) -> exp.Expr:
    with_catalog = isinstance(implicit, exp.Boolean) and bool(implicit.this)
    names: list[object] = [*(["pg_catalog"] if with_catalog else []), *session.search_path]
    return string_array(names)


def _setting(arguments: list[exp.Expr], session: SessionContext) -> exp.Expr:
    name = literal_text(arguments[0])
    if name is None:
        values: list[object] = [session.settings[one] for one in session.settings]
        return call("pgddb_setting", arguments[0], string_array(list(session.settings)), string_array(values))
    value = session.settings.get(name.lower())
    if value is not None:
        return exp.Literal.string(value)
    missing_ok = len(arguments) > 1 and isinstance(arguments[1], exp.Boolean) and bool(arguments[1].this)
    if not missing_ok:
        raise UndefinedObject(f'unrecognized configuration parameter "{name}"')
    return cast_to(exp.Null(), "VARCHAR")


def _set_config(arguments: list[exp.Expr]) -> exp.Expr:
    """Give the value that is set; the session finds the call with `setting_changes` and carries it out."""
    if literal_text(arguments[0]) is None or literal_text(arguments[1]) is None:
        raise FeatureNotSupported("set_config with expressions is not supported")
    return arguments[1]


RULE = Rule((exp.Anonymous, exp.Column, *_TEXTS), session_value)
