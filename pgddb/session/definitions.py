"""Carry out the statements that define things, or say why not."""

from __future__ import annotations

from pgddb.errors import FeatureNotSupported, InsufficientPrivilege
from pgddb.execution import changes_dynamodb
from pgddb.session.state import SessionState
from pgddb.sql.statements import DefinitionStatement


async def define(state: SessionState, statement: DefinitionStatement) -> str:
    """Carry out a definition, and give its tag.

    Raises:
        SqlError: it cannot be carried out.
    """
    if statement.refusal is not None:
        raise statement.refusal
    if statement.definition is None:
        raise FeatureNotSupported(f"{statement.command_tag} is not supported")
    state.require_writable(statement.command_tag)
    if state.role.tables is not None:  # a foreign table or view of its own would open every table to it
        raise InsufficientPrivilege(
            f"permission denied for {statement.command_tag}", detail="The user may use some tables and define nothing."
        )
    if changes_dynamodb(statement.definition):
        state.transaction.forbid_block(statement.command_tag)
    await state.define(statement.definition)
    return statement.command_tag
