"""Carry out TRUNCATE: DynamoDB has none, so every item is read and deleted, and the user must have allowed it.

Source: https://www.postgresql.org/docs/15/sql-truncate.html
"""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, ObjectNotInPrerequisiteState
from pgddb.session.state import SessionState
from pgddb.sql.reader import Reader
from pgddb.sql.statements import DefinitionStatement, DeleteStatement, ParsedStatement


async def truncate(state: SessionState, statement: DefinitionStatement) -> str:
    """Delete every item of the tables.

    Raises:
        ObjectNotInPrerequisiteState: `pgddb.allow_truncate` is off.
    """
    state.require_writable(statement.command_tag)
    if not state.execution_settings().writes.allow_truncate:
        raise ObjectNotInPrerequisiteState(
            "TRUNCATE is not allowed",
            detail="It reads and deletes every item, and is billed for both.",
            hint="SET pgddb.allow_truncate = on, or delete and make the table anew.",
        )
    for table in _tables(statement):
        every = DeleteStatement(f"{statement.text} ({table.name})", exp.Delete(this=table))
        await state.run_write(await state.plan_write(every))
    return statement.command_tag


def _tables(statement: DefinitionStatement) -> list[exp.Table]:
    """Read the tables that are named."""
    reader = Reader(ParsedStatement(statement.source, statement.text, statement.lexemes))
    reader.expect("TRUNCATE")
    reader.accept("TABLE")
    tables = [_table(reader)]
    while reader.accept_sign(","):
        tables.append(_table(reader))
    if reader.accept("RESTART"):
        raise FeatureNotSupported("TRUNCATE ... RESTART IDENTITY", hint="DynamoDB has no sequences.")
    if reader.accept("CONTINUE"):
        reader.expect("IDENTITY")
    reader.accept_any("CASCADE", "RESTRICT")
    reader.end()
    return tables


def _table(reader: Reader) -> exp.Table:
    reader.accept("ONLY")
    parts = [_identifier(reader)]
    while reader.accept_sign("."):
        parts.append(_identifier(reader))
    reader.accept_sign("*")
    return exp.Table(this=parts[-1], db=parts[-2] if len(parts) > 1 else None)


def _identifier(reader: Reader) -> exp.Identifier:
    """Read a name as it will be looked up: folded, so that it counts as quoted only where it was."""
    lexeme = reader.current
    name = reader.name()
    quoted = lexeme is not None and lexeme.value == name and not lexeme.word
    return exp.to_identifier(name, quoted=quoted)
