"""`pgddb passwd` as a user meets it: what it asks, what it writes, what it refuses."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pgddb.authentication import ScramVerifier
from pgddb.authentication.role import Role
from pgddb.authentication.user_file import read_users
from pgddb.authentication.verifier import make_verifier
from pgddb.cli import main


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "users.toml"


def passwd(file: Path, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["passwd", "--file", str(file), *arguments], input=typed)


def fits(verifier: ScramVerifier, password: str) -> bool:
    return make_verifier(password, salt=verifier.salt, iterations=verifier.iterations) == verifier


def test_a_new_user_comes_from_a_pipe(file: Path) -> None:
    done = passwd(file, "ann", typed="correct horse\n")
    assert (done.exit_code, done.output) == (0, f'User "ann" is in {file}.\n')
    users = read_users(file)
    assert users.roles == {"ann": Role("ann")}
    assert fits(users.verifiers["ann"], "correct horse")
    assert len(users.mock_secret) == 32
    assert "correct horse" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_rights_are_kept_changed_and_lifted(file: Path) -> None:
    passwd(file, "ann", "--read-only", "--tables", "Orders, eu.Reviews", typed="x\n")
    limited = Role("ann", read_only=True, tables=frozenset({"Orders", "eu.Reviews"}))
    assert read_users(file).roles["ann"] == limited
    passwd(file, "ann", typed="y\n")
    users = read_users(file)
    assert users.roles["ann"] == limited
    assert fits(users.verifiers["ann"], "y")
    passwd(file, "ann", "--keep-password", "--read-write", "--tables", "all")
    assert read_users(file).roles["ann"] == Role("ann")
    assert fits(read_users(file).verifiers["ann"], "y")


def test_what_else_is_in_the_file_stays(file: Path) -> None:
    file.write_text('# ours\n[users."b.ob"] # the cat\nread_only = true\n')
    passwd(file, "ann", typed="x\n")
    assert file.read_text().startswith('# ours\n[users."b.ob"] # the cat\nread_only = true\n')
    assert set(read_users(file).roles) == {"b.ob", "ann"}
    done = passwd(file, "--delete", "b.ob")
    assert done.output == f'User "b.ob" is no longer in {file}.\n'
    assert set(read_users(file).roles) == {"ann"}


def test_a_verifier_of_postgresql_is_taken_as_it_is(file: Path) -> None:
    text = make_verifier("x").text()
    passwd(file, "ann", typed=text + "\n")
    assert read_users(file).verifiers["ann"].text() == text


@pytest.mark.parametrize(
    ("arguments", "typed", "sentence"),
    [
        (["ann"], "\n", "pgddb: The password is empty.\n"),
        (["ann", "--delete"], "", 'pgddb: There is no user "ann" in '),
        (["ann", "--keep-password"], "", 'pgddb: There is no user "ann" in '),
    ],
)
def test_what_cannot_be_is_refused_in_words(file: Path, arguments: list[str], typed: str, sentence: str) -> None:
    done = passwd(file, *arguments, typed=typed)
    assert done.exit_code == 1
    assert done.output.startswith(sentence)
    assert not file.exists()


def test_a_broken_file_is_not_written_over(file: Path) -> None:
    file.write_text("[users")
    done = passwd(file, "ann", typed="x\n")
    assert done.exit_code == 1
    assert "it is not TOML" in done.output
    assert file.read_text() == "[users"


def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(file: Path) -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "pgddb", "passwd", "--file", str(file), "ann"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        shown = b""
        for question in (b"Password: ", b"Again: "):
            while question not in shown:
                shown += os.read(ours, 1000)
            os.write(ours, b"correct horse\n")
        with suppress(OSError):  # its end closes the terminal
            while part := os.read(ours, 1000):
                shown += part
        os.close(ours)
    assert process.returncode == 0
    assert b"correct horse" not in shown
    assert fits(read_users(file).verifiers["ann"], "correct horse")


def test_a_user_has_a_name(file: Path) -> None:
    done = passwd(file, "", typed="x\n")
    assert (done.exit_code, file.exists()) == (1, False)
    assert done.output.startswith("pgddb: A user needs a name")
