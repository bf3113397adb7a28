"""Carry out the commands that give no rows: settings, transactions, names, notifications."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from pgddb.errors import FeatureNotSupported, InvalidParameterValue
from pgddb.session.contract import Notification
from pgddb.session.state import SessionState
from pgddb.sql.statements import (
    BeginTransaction,
    CloseCursor,
    CommitTransaction,
    DeallocateStatement,
    Discard,
    Listen,
    LockTable,
    Notify,
    ReleaseSavepoint,
    ResetSetting,
    RollbackToSavepoint,
    RollbackTransaction,
    Savepoint,
    SetSetting,
    SetTransaction,
    Unlisten,
)

Command = Callable[[SessionState, Any], Awaitable[str]]
MAX_PAYLOAD_BYTES = 8000
MAX_CHANNEL_BYTES = 64
"""As NOTIFY_PAYLOAD_MAX_LENGTH and NAMEDATALEN in the PostgreSQL source."""

_ROLE_SETTINGS = frozenset({"role", "session_authorization"})


async def _set(state: SessionState, statement: SetSetting) -> str:
    if statement.local:
        state.transaction.warn_outside_block("SET LOCAL")
    values = statement.values
    text = None if values is None else state.settings.joined(statement.name, values)
    set_value(state, statement.name, text, local=statement.local)
    return statement.command_tag


def set_value(state: SessionState, name: str, text: str | None, *, local: bool) -> None:
    """Put a setting in force; None means its default."""
    key = name.lower()
    if text is not None and key in _ROLE_SETTINGS and text not in {state.user, "none"}:
        raise InvalidParameterValue(f'role "{text}" does not exist')
    if text is not None and key in {"transaction_isolation", "transaction_read_only", "transaction_deferrable"}:
        local = True
    state.settings.set(name, text, local=local)


async def _reset(state: SessionState, statement: ResetSetting) -> str:
    if statement.name is None:
        state.settings.reset_all()
    else:
        state.settings.reset(statement.name)
    return statement.command_tag


async def _set_transaction(state: SessionState, statement: SetTransaction) -> str:
    if statement.snapshot is not None:
        raise FeatureNotSupported("SET TRANSACTION SNAPSHOT is not supported")
    if not statement.session:
        state.transaction.set_modes(statement)
        return statement.command_tag
    modes = {
        "default_transaction_isolation": statement.isolation,
        "default_transaction_read_only": statement.read_only,
        "default_transaction_deferrable": statement.deferrable,
    }
    for name, value in modes.items():
        if value is not None:
            state.settings.assign(name, value)
    return statement.command_tag


async def _begin(state: SessionState, statement: BeginTransaction) -> str:
    state.transaction.begin(statement)
    return statement.command_tag


async def _commit(state: SessionState, statement: CommitTransaction) -> str:
    if not state.transaction.failed:
        await state.commit_writes()
    return state.transaction.commit(chain=statement.chain)


async def _roll_back(state: SessionState, statement: RollbackTransaction) -> str:
    state.transaction.roll_back(chain=statement.chain)
    return statement.command_tag


async def _savepoint(state: SessionState, statement: Savepoint) -> str:
    state.transaction.save(statement.name)
    return statement.command_tag


async def _release(state: SessionState, statement: ReleaseSavepoint) -> str:
    state.transaction.release(statement.name)
    return statement.command_tag


async def _roll_back_to(state: SessionState, statement: RollbackToSavepoint) -> str:
    state.transaction.roll_back_to(statement.name)
    return statement.command_tag


async def _deallocate(state: SessionState, statement: DeallocateStatement) -> str:
    if statement.name is None:
        state.statements.clear()
    else:
        state.statements.remove(statement.name)
    return statement.command_tag


async def _close_cursor(state: SessionState, statement: CloseCursor) -> str:
    if statement.name is None:
        await state.portals.close_cursors()
    else:
        state.portals.cursor(statement.name)
        await state.portals.discard(statement.name)
    return statement.command_tag


async def _discard(state: SessionState, statement: Discard) -> str:
    if statement.what.lower() == "all":
        state.transaction.forbid_block("DISCARD ALL")
        await state.portals.close_cursors()
        state.statements.clear()
        state.listening.clear()
        state.host.advisory_locks.unlock_all(state, transaction=False)
        state.settings.reset_all()
        state.settings.reset("role")
        state.settings.reset("session_authorization")
    return statement.command_tag


async def _listen(state: SessionState, statement: Listen) -> str:
    state.transaction.at_commit.append(lambda: state.listening.add(statement.channel))
    return statement.command_tag


async def _unlisten(state: SessionState, statement: Unlisten) -> str:
    state.transaction.at_commit.append(lambda: state.stop_listening(statement.channel))
    return statement.command_tag


async def _notify(state: SessionState, statement: Notify) -> str:
    notify_at_commit(state, statement.channel, statement.payload)
    return statement.command_tag


def notify_at_commit(state: SessionState, channel: str, payload: str) -> None:
    """Tell all who listen when the transaction commits."""
    if len(payload.encode()) >= MAX_PAYLOAD_BYTES:
        raise InvalidParameterValue("payload string too long")
    if not channel or len(channel.encode()) >= MAX_CHANNEL_BYTES:
        raise InvalidParameterValue("channel name too long" if channel else "channel name cannot be empty")
    notification = Notification(state.key.process_id, channel, payload)
    state.transaction.at_commit.append(lambda: state.host.publish(notification))


async def _lock_table(state: SessionState, statement: LockTable) -> str:  # noqa: ARG001 - Command
    state.transaction.require_block("LOCK TABLE")
    raise FeatureNotSupported("LOCK TABLE is not supported", hint="DynamoDB has no table locks.")


COMMANDS: dict[type, Command] = {
    SetSetting: _set,
    ResetSetting: _reset,
    SetTransaction: _set_transaction,
    BeginTransaction: _begin,
    CommitTransaction: _commit,
    RollbackTransaction: _roll_back,
    Savepoint: _savepoint,
    ReleaseSavepoint: _release,
    RollbackToSavepoint: _roll_back_to,
    DeallocateStatement: _deallocate,
    CloseCursor: _close_cursor,
    Discard: _discard,
    Listen: _listen,
    Unlisten: _unlisten,
    Notify: _notify,
    LockTable: _lock_table,
}
"""What runs at once and answers with a tag."""
