"""Read the file of users: names, SCRAM verifiers and what each user may do."""

from __future__ import annotations

import base64
import binascii
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pgddb.authentication.role import Role
from pgddb.authentication.verifier import ScramVerifier

KNOWN_KEYS = frozenset(["password", "read_only", "tables"])


class UserFileError(Exception):
    """The file of users cannot be used; `hint` says what the user can do about it."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Users:
    """Who may log in, as one reading of the file says it.

    Attributes:
        mock_secret: what the salts of unknown users are made of; b"" if the file has none.
    """

    roles: Mapping[str, Role] = field(default_factory=dict)
    verifiers: Mapping[str, ScramVerifier] = field(default_factory=dict, repr=False)
    mock_secret: bytes = field(default=b"", repr=False)


class UserFile:
    """The file, read again whenever it has changed; a reading that fails leaves the users as they were."""

    def __init__(self, path: Path) -> None:
        """Read it for the first time.

        Raises:
            UserFileError: it is not there, or not as it should be.
        """
        self.path = path
        self._stamp = self._look()
        self.users = read_users(path)

    def refresh(self) -> bool:
        """Read the file if it has changed; True if it was read.

        Raises:
            UserFileError: once for each change that cannot be read.
        """
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.users = read_users(self.path)
        return True

    def _look(self) -> tuple[int, ...]:
        try:
            seen = os.stat(self.path)  # noqa: PTH116 - the same call
        except OSError:
            return ()
        return (seen.st_mtime_ns, seen.st_ino, seen.st_size)


def default_users_file(data_directory: Path | None) -> Path:
    """Say where users are unless a file is named: in the data directory, or else in the working directory."""
    return Path("pgddb-users.toml") if data_directory is None else data_directory / "users.toml"


def read_users(path: Path) -> Users:
    """Read a file of users.

    Raises:
        UserFileError: it is not there, or not as it should be. No verifier is in the message.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserFileError(
            f"cannot read the file of users {path}: {(error.strerror or str(error)).lower()}",
            hint=f"Make it with: pgddb passwd NAME --file {path}",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(path, f"it is not TOML: {error}") from None
    return _users(path, document)


def _users(path: Path, document: dict[str, Any]) -> Users:
    unknown = document.keys() - {"users", "mock_secret"}
    listed = document.get("users", {})
    if unknown or not isinstance(listed, dict):
        raise _wrong(path, f'"{min(unknown or ["users"])}" does not belong there')
    roles: dict[str, Role] = {}
    verifiers: dict[str, ScramVerifier] = {}
    for name, entry in listed.items():
        roles[name] = _role(path, name, entry)
        if "password" in entry:
            verifiers[name] = _verifier(path, name, entry["password"])
    return Users(roles, verifiers, _secret(path, document.get("mock_secret", "")))


def _role(path: Path, name: str, entry: object) -> Role:
    if not isinstance(entry, dict) or entry.keys() - KNOWN_KEYS:
        raise _wrong(path, f'user "{name}" may have password, read_only and tables, and nothing else')
    read_only, tables = entry.get("read_only", False), entry.get("tables")
    if not isinstance(read_only, bool):
        raise _wrong(path, f'read_only of user "{name}" is neither true nor false')
    if tables is not None and not (isinstance(tables, list) and all(isinstance(one, str) for one in tables)):
        raise _wrong(path, f'tables of user "{name}" is no list of names')
    return Role(name, read_only, None if tables is None else frozenset(tables))


def _verifier(path: Path, name: str, written: object) -> ScramVerifier:
    try:
        return ScramVerifier.parse(str(written))
    except ValueError:
        raise _wrong(path, f'the password of user "{name}" is no SCRAM-SHA-256 verifier') from None


def _secret(path: Path, written: object) -> bytes:
    try:
        return base64.b64decode(str(written), validate=True)
    except binascii.Error:
        raise _wrong(path, "mock_secret is not base64") from None


def _wrong(path: Path, reason: str) -> UserFileError:
    return UserFileError(
        f"the file of users {path} cannot be used: {reason}", hint="Let pgddb passwd write it, or see docs/security.md."
    )
