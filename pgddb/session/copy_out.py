"""Carry out COPY TO STDOUT: the rows of a query or table as a stream of CopyData.

Source: https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-COPY
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from pgddb.access.statistics import ReadStatistics
from pgddb.errors import (
    DuplicateColumn,
    FeatureNotSupported,
    InsufficientPrivilege,
    InvalidParameterValue,
    UndefinedColumn,
    UndefinedParameter,
    WrongObjectType,
)
from pgddb.pgtypes import CopyBinaryEncoder, CopyEncoder, CopyLineEncoder, CsvFormat, ResultField, TextFormat
from pgddb.pgtypes.encodings import UNCONVERTED, find_encoding
from pgddb.protocol.messages.copy import CopyDone, CopyOutResponse
from pgddb.session.contract import RowSource
from pgddb.session.rows import RowReader, send_batches
from pgddb.session.state import SessionState
from pgddb.sql.options import CopyOptions
from pgddb.sql.statements import CopyTo, SelectStatement

HINT = "Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone."
_KINDS = {"v": "view", "m": "materialized view", "f": "foreign table"}


async def copy_to(state: SessionState, statement: CopyTo) -> tuple[str, ReadStatistics]:
    """Send the rows; give the tag and what they cost.

    Raises:
        InsufficientPrivilege: they should go to a file or a program of the server.
        SqlError: of the query, or of an option that does not go with its columns.
    """
    _require_stdout(statement)
    rows = await _start(state, statement)
    try:
        encoder = copy_encoder(state, statement.options, rows.fields)
        code = encoder.format_code
        state.link.send(CopyOutResponse(code, (code,) * len(rows.fields)))
        with state.holding_notices():
            state.link.send_encoded(encoder.begin())
            sent = await send_batches(state.link, RowReader(rows), encode=encoder.encode)
            state.link.send_encoded(encoder.end())
            state.link.send(CopyDone())
    finally:
        await rows.close()
    return f"COPY {sent}", rows.statistics


def _require_stdout(statement: CopyTo) -> None:
    if statement.program:
        raise program_refused()
    if statement.target != "stdout":
        raise InsufficientPrivilege(
            "must be superuser or have privileges of the pg_write_server_files role to COPY to a file", hint=HINT
        )


def program_refused() -> InsufficientPrivilege:
    """Make the error for COPY to or from a program of the server."""
    return InsufficientPrivilege(
        "must be superuser or have privileges of the pg_execute_server_program role "
        "to COPY to or from an external program",
        hint=HINT,
    )


async def _start(state: SessionState, statement: CopyTo) -> RowSource:
    if isinstance(statement.query, SelectStatement):
        return await _start_query(state, statement, statement.query)
    write = await state.plan_write(statement.query)
    if write.fields is None:
        raise FeatureNotSupported("COPY query must have a RETURNING clause")
    return await state.run_write(write)


async def _start_query(state: SessionState, statement: CopyTo, select: SelectStatement) -> RowSource:
    table = statement.table
    if table is not None:
        kind = await state.relation_kind(table)
        if kind in _KINDS:
            raise WrongObjectType(
                f'cannot copy from {_KINDS[kind]} "{table.name}"', hint="Try the COPY (SELECT ...) TO variant."
            )
        for place, name in enumerate(statement.columns):
            if name in statement.columns[:place]:
                raise DuplicateColumn(f'column "{name}" specified more than once')
    try:
        query = await state.plan_query(select)
    except UndefinedColumn as error:
        if table is None:
            raise
        raise UndefinedColumn(
            error.message.replace(" does not exist", f' of relation "{table.name}" does not exist')
        ) from error
    if query.parameter_oids:
        raise _no_parameter(select)
    return await state.start_query(query)


def _no_parameter(select: SelectStatement) -> UndefinedParameter:
    """Name the parameter for which COPY never has a value."""
    first = min(int(node.name) for node in select.tree.find_all(exp.Parameter))
    return UndefinedParameter(f"there is no parameter ${first}")


def copy_encoder(state: SessionState, options: CopyOptions, fields: Sequence[ResultField]) -> CopyEncoder:
    """Choose the encoder that the options ask for.

    Raises:
        SqlError: they name a column or an encoding that there is not.
    """
    style = state.style if options.encoding is None else replace(state.style, encoding=_encoding(options.encoding))
    if options.format == "binary":
        return CopyBinaryEncoder(fields, state.style)  # as in PostgreSQL, ENCODING is for text alone
    header = options.header == "true"
    if options.format == "text":
        form = TextFormat(_byte(options.delimiter, b"\t"), _text(options.null, "\\N"))
        return CopyLineEncoder(fields, form, style, header=header)
    quote = _byte(options.quote, b'"')
    csv = CsvFormat(
        _byte(options.delimiter, b","),
        _text(options.null, ""),
        quote,
        _byte(options.escape, quote),
        _forced(options.force_quote, [field.name for field in fields]),
        alone=len(fields) == 1,
    )
    return CopyLineEncoder(fields, csv, style, header=header)


def _encoding(spelled: str) -> str:
    found = find_encoding(spelled)
    if found is None:
        raise InvalidParameterValue('argument to option "encoding" must be a valid encoding name')
    if found in UNCONVERTED:
        raise FeatureNotSupported(f"COPY in the encoding {found} is not supported")
    return found


def _byte(option: str | None, default: bytes) -> bytes:
    return default if option is None else option.encode()


def _text(option: str | None, default: str) -> bytes:
    return (default if option is None else option).encode()


def _forced(columns: Sequence[str], names: Sequence[str]) -> frozenset[int]:
    """Give the places of FORCE_QUOTE's columns."""
    if columns == ("*",):
        return frozenset(range(len(names)))
    for name in columns:
        if name not in names:
            raise UndefinedColumn(f'column "{name}" does not exist')
    return frozenset(place for place, name in enumerate(names) if name in columns)
