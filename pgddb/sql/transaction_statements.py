"""Read the statements that begin, end and divide transactions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pgddb.errors import FeatureNotSupported
from pgddb.sql.reader import Reader
from pgddb.sql.statements import (
    BeginTransaction,
    CommitTransaction,
    ReleaseSavepoint,
    RollbackToSavepoint,
    RollbackTransaction,
    Savepoint,
    SetTransaction,
    Statement,
)


@dataclass(frozen=True, slots=True)
class _Modes:
    isolation: str | None = None
    read_only: bool | None = None
    deferrable: bool | None = None


def _transaction_modes(reader: Reader, *, required: bool = False) -> _Modes:
    modes = _Modes()
    if required and reader.current is None:
        raise reader.error()
    while reader.current is not None:
        modes = _transaction_mode(reader, modes)
        if reader.accept_sign(",") and reader.current is None:
            raise reader.error()
    return modes


def _transaction_mode(reader: Reader, modes: _Modes) -> _Modes:
    if reader.accept("ISOLATION"):
        reader.expect("LEVEL")
        return replace(modes, isolation=_isolation(reader))
    if reader.accept("READ", "ONLY"):
        return replace(modes, read_only=True)
    if reader.accept("READ", "WRITE"):
        return replace(modes, read_only=False)
    if reader.accept("DEFERRABLE"):
        return replace(modes, deferrable=True)
    if reader.accept("NOT", "DEFERRABLE"):
        return replace(modes, deferrable=False)
    raise reader.error()


def _isolation(reader: Reader) -> str:
    for words in (("SERIALIZABLE",), ("REPEATABLE", "READ"), ("READ", "COMMITTED"), ("READ", "UNCOMMITTED")):
        if reader.accept(*words):
            return " ".join(words).lower()
    raise reader.error()


def set_transaction(reader: Reader) -> SetTransaction:
    """Read what follows SET TRANSACTION."""
    if reader.accept("SNAPSHOT"):
        return SetTransaction(reader.text, snapshot=reader.string())
    modes = _transaction_modes(reader, required=True)
    return SetTransaction(reader.text, modes.isolation, modes.read_only, modes.deferrable)


def set_characteristics(reader: Reader) -> SetTransaction:
    """Read what follows SET SESSION CHARACTERISTICS AS TRANSACTION."""
    modes = _transaction_modes(reader, required=True)
    return SetTransaction(reader.text, modes.isolation, modes.read_only, modes.deferrable, session=True)


def _begin(reader: Reader) -> BeginTransaction:
    reader.accept_any("WORK", "TRANSACTION")
    modes = _transaction_modes(reader)
    return BeginTransaction(reader.text, modes.isolation, modes.read_only, modes.deferrable)


def _start(reader: Reader) -> BeginTransaction:
    reader.expect("TRANSACTION")
    modes = _transaction_modes(reader)
    tag = "START TRANSACTION"
    return BeginTransaction(reader.text, modes.isolation, modes.read_only, modes.deferrable, command_tag=tag)


def _chain(reader: Reader) -> bool:
    reader.accept_any("WORK", "TRANSACTION")
    if not reader.accept("AND"):
        return False
    chain = not reader.accept("NO")
    reader.expect("CHAIN")
    return chain


def _commit(reader: Reader) -> CommitTransaction:
    if reader.word() == "PREPARED":
        raise FeatureNotSupported("COMMIT PREPARED is not supported")
    return CommitTransaction(reader.text, _chain(reader))


def _rollback(reader: Reader) -> Statement:
    if reader.word() == "PREPARED":
        raise FeatureNotSupported("ROLLBACK PREPARED is not supported")
    reader.accept_any("WORK", "TRANSACTION")
    if reader.accept("TO"):
        reader.accept("SAVEPOINT")
        return RollbackToSavepoint(reader.text, reader.name())
    return RollbackTransaction(reader.text, _chain(reader))


def _abort(reader: Reader) -> RollbackTransaction:
    return RollbackTransaction(reader.text, _chain(reader))


def _savepoint(reader: Reader) -> Savepoint:
    return Savepoint(reader.text, reader.name())


def _release(reader: Reader) -> ReleaseSavepoint:
    if reader.word(1) or (reader.current is not None and len(reader.rest) > 1):
        reader.expect("SAVEPOINT")
    return ReleaseSavepoint(reader.text, reader.name())


READERS: dict[str, Callable[[Reader], Statement]] = {
    "BEGIN": _begin,
    "START": _start,
    "COMMIT": _commit,
    "END": _commit,
    "ROLLBACK": _rollback,
    "ABORT": _abort,
    "SAVEPOINT": _savepoint,
    "RELEASE": _release,
}
"""What reads a statement behind its first word."""
