"""Carry out PREPARE and EXECUTE of SQL, which share their names with the protocol's prepared statements."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, SqlSyntaxError
from pgddb.pgtypes import PgType, decode_parameter, encode_batch, type_by_name, type_by_oid
from pgddb.protocol.messages.rows import DataRow
from pgddb.session.prepared import Portal, PreparedStatement
from pgddb.session.state import SessionState
from pgddb.sql.parse import parse_expression
from pgddb.sql.statements import ExecuteStatement, PrepareStatement, SelectStatement, Statement
from pgddb.sql.type_names import type_name

_HEADER_BYTES = 5


class Prepare(Protocol):
    """As `dispatch.prepare_statement`."""

    def __call__(
        self, state: SessionState, statement: Statement, *, name: str = "", text: str = "", oids: Sequence[int] = ()
    ) -> Awaitable[PreparedStatement]: ...


async def prepare_from_sql(state: SessionState, statement: PrepareStatement, prepare: Prepare) -> None:
    """Keep a statement under its name."""
    state.statements.require_free(statement.name)
    oids = [named_type(spelled).oid for spelled in statement.parameter_types]
    prepared = await prepare(state, statement.statement, name=statement.name, text=statement.text, oids=oids)
    prepared.from_sql = True
    state.statements.add(prepared)


def named_type(spelled: str) -> PgType:
    """Find the type that a client spells: "int", "varchar(10)", "timestamptz[]"."""
    return type_by_name(type_name(parse_expression(f"NULL::{spelled}").args["to"]))


async def bind_execute(state: SessionState, statement: ExecuteStatement) -> Portal:
    """Make a portal of a prepared statement and the values of EXECUTE's arguments."""
    prepared = state.statements.get(statement.name)
    prepared.executions += 1
    expected, given = len(prepared.parameter_oids), len(statement.arguments)
    if expected != given:
        raise SqlSyntaxError(
            f'wrong number of parameters for prepared statement "{statement.name}"',
            detail=f"Expected {expected} parameters but got {given}.",
        )
    values = await _evaluate(state, statement.arguments, prepared.parameter_oids)
    formats = (0,) * len(prepared.fields or ())
    return Portal("", prepared, values, formats)


async def _evaluate(state: SessionState, arguments: Sequence[exp.Expr], oids: Sequence[int]) -> tuple[Any, ...]:
    if not arguments:
        return ()
    columns = [
        exp.Cast(this=argument.copy(), to=exp.DataType.build(type_by_oid(oid).type_name, dialect="postgres"))
        for argument, oid in zip(arguments, oids, strict=True)
    ]
    query = await state.plan_query(_select(columns))
    rows = await state.start_query(query)
    try:
        batch = await rows.next_batch()
    finally:
        await rows.close()
    if batch is None or batch.num_rows != 1:
        raise FeatureNotSupported("arguments of EXECUTE that are no plain expressions are not supported")
    row = DataRow.decode(bytes(encode_batch(batch, query.fields, (0,) * len(columns), state.style))[_HEADER_BYTES:])
    return tuple(decode_parameter(raw, 0, oid) for raw, oid in zip(row.values, oids, strict=True))


def _select(columns: Sequence[exp.Expr]) -> SelectStatement:
    tree = exp.select(*columns)
    return SelectStatement(tree.sql(dialect="postgres"), tree)
