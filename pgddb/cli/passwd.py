"""Change one user in the file of users; everything else in it, comments too, stays as it is."""

from __future__ import annotations

import base64
import os
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
import tomlkit
from msgspec import Struct
from tomlkit.exceptions import TOMLKitError

from pgddb.authentication import ScramVerifier, UserFileError, make_verifier
from pgddb.authentication.access_control import MOCK_SECRET_BYTES
from pgddb.authentication.user_file import default_users_file, read_users
from pgddb.cli.refusal import fail

OWNER_ONLY = 0o600
_HEADER = "Users of pgddb and SCRAM verifiers of their passwords, written by: pgddb passwd"


class UserChange(Struct, frozen=True):
    """What shall change of a user.

    Attributes:
        read_only, tables: None leaves them as they are.
        tables: names with commas between them, or "all".
    """

    user: str
    read_only: bool | None = None
    tables: str | None = None
    keep_password: bool = False
    delete: bool = False


def change_user(file: Path | None, data_directory: Path | None, change: UserChange) -> None:
    """Read the file, change it and put it in the place of the old one at once."""
    if not change.user or "\0" in change.user:
        fail("a user needs a name", "Give it after passwd: pgddb passwd ann")
    path = Path(os.path.realpath(file or default_users_file(data_directory)))
    document = _document(path)
    users = document.setdefault("users", tomlkit.table(is_super_table=True))
    if change.delete:
        if change.user not in users:
            fail(f'there is no user "{change.user}" in {path}')
        del users[change.user]
        _replace(path, tomlkit.dumps(document))
        click.echo(f'User "{change.user}" is no longer in {path}.')
        return
    _write_user(users, path, change)
    _replace(path, tomlkit.dumps(document))
    click.echo(f'User "{change.user}" is in {path}.')


def _document(path: Path) -> tomlkit.TOMLDocument:
    if not path.exists():
        document = tomlkit.document()
        document.add(tomlkit.comment(_HEADER))
        document.add("mock_secret", tomlkit.string(base64.b64encode(secrets.token_bytes(MOCK_SECRET_BYTES)).decode()))
        document.add(tomlkit.nl())
        return document
    try:
        read_users(path)
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except UserFileError as problem:
        fail(problem.message, problem.hint)
    except TOMLKitError as error:
        fail(f"{path} is not TOML: {error}")


def _write_user(users: Any, path: Path, change: UserChange) -> None:
    entry = users.get(change.user)
    if entry is None:
        if change.keep_password:
            fail(f'there is no user "{change.user}" in {path}')
        entry = tomlkit.table()
        users[change.user] = entry
    if not change.keep_password:
        entry["password"] = _verifier(_password()).text()
    if change.read_only is not None:
        entry["read_only"] = change.read_only
    if change.tables is not None:
        names = [name.strip() for name in change.tables.split(",") if name.strip()]
        if names == ["all"]:
            entry.pop("tables", None)
        else:
            entry["tables"] = names


def _password() -> str:
    """Ask for the password without showing it, or read the first line of a pipe."""
    if sys.stdin.isatty():
        written = str(click.prompt("Password", hide_input=True, confirmation_prompt="Again"))
    else:
        written = sys.stdin.readline().rstrip("\r\n")
    if not written:
        fail("the password is empty", "Give it on standard input, or type it when it is asked for.")
    return written


def _verifier(password: str) -> ScramVerifier:
    """Make a verifier, or take one that PostgreSQL has made."""
    try:
        return ScramVerifier.parse(password)
    except ValueError:
        return make_verifier(password)


def _replace(path: Path, text: str) -> None:
    """Write beside the file, then put it in its place: a reader sees the old or the new one, whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                os.fchmod(stream.fileno(), OWNER_ONLY)
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        fail(f"cannot write {path}: {(error.strerror or str(error)).lower()}")
