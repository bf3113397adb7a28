"""Rules, users and delays: who meets which rule, who has which rights, whose answers wait."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pgddb.authentication import (
    UNRESTRICTED,
    AccessControl,
    AccessRule,
    FailureDelays,
    Method,
    Role,
    UserFile,
    UserFileError,
    Visitor,
    make_verifier,
)
from pgddb.authentication.failure_delays import LONGEST_SECONDS, MOST_WAITING
from pgddb.authentication.rules import read_networks
from pgddb.errors import InvalidAuthorizationSpecification

ANN = make_verifier("secret").text()


def visitor(user: str = "ann", address: str | None = "10.0.0.7", *, encrypted: bool = False) -> Visitor:
    return Visitor(user, "shop", address, encrypted)


def user_file(tmp_path: Path, text: str) -> UserFile:
    path = tmp_path / "users.toml"
    path.write_text(text)
    return UserFile(path)


RULES = (
    AccessRule(Method.TRUST, read_networks(["loopback"]), frozenset({"ann"})),
    AccessRule(Method.SCRAM, read_networks(["10.0.0.0/8", "fd00::/8"]), tls=True),
    AccessRule(Method.REJECT, read_networks(["10.0.0.0/8"]), frozenset({"bob"})),
)


@pytest.mark.parametrize(
    ("client", "answer"),
    [
        (visitor(address="127.0.0.1"), Method.TRUST),
        (visitor(address="::ffff:127.0.0.1"), Method.TRUST),
        (visitor(address=None), Method.TRUST),
        (visitor(encrypted=True), Method.SCRAM),
        (visitor("bob", "fd00::1", encrypted=True), Method.SCRAM),
        (
            visitor("bob"),
            'pg_hba.conf rejects connection for host "10.0.0.7", user "bob", database "shop", no encryption',
        ),
        (visitor(), 'no pg_hba.conf entry for host "10.0.0.7", user "ann", database "shop", no encryption'),
        (
            visitor("bob", "127.0.0.1", encrypted=True),
            'no pg_hba.conf entry for host "127.0.0.1", user "bob", database "shop", SSL encryption',
        ),
    ],
)
def test_the_first_rule_that_fits_counts(client: Visitor, answer: Method | str) -> None:
    access = AccessControl(RULES)
    if isinstance(answer, Method):
        assert access.method(client) is answer
        return
    with pytest.raises(InvalidAuthorizationSpecification) as raised:
        access.method(client)
    assert raised.value.message == answer


def test_without_a_file_everybody_may_do_everything() -> None:
    assert AccessControl().role("whoever") is UNRESTRICTED
    assert AccessControl().rights_now(UNRESTRICTED) is UNRESTRICTED


def test_a_file_says_who_may_do_what(tmp_path: Path) -> None:
    text = f'[users.ann]\npassword = "{ANN}"\nread_only = true\ntables = ["Orders", "eu.Orders"]\n[users."b.o b"]\n'
    access = AccessControl(file=user_file(tmp_path, text))
    assert access.role("ann") == Role("ann", read_only=True, tables=frozenset({"Orders", "eu.Orders"}))
    assert access.role("b.o b") == Role("b.o b")
    assert access.verifier("ann").text() == ANN
    with pytest.raises(InvalidAuthorizationSpecification, match='role "eve" does not exist'):
        access.role("eve")


def test_a_changed_file_is_read_again_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    file = user_file(tmp_path, "[users.ann]\n")
    access = AccessControl(file=file)
    ann = access.role("ann")
    assert not access.refresh()
    file.path.write_text("[users.ann]\nread_only = true\n")
    assert access.refresh()
    assert access.rights_now(ann) == Role("ann", read_only=True)
    file.path.write_text("[users.ann]\nread_only = 7 # wrong\n")
    with pytest.raises(UserFileError, match="read_only of user"):
        access.refresh()
    assert not access.refresh()
    assert access.rights_now(ann) == Role("ann", read_only=True)
    file.path.write_text("[users.bob]\n")
    os.utime(file.path, ns=(1, 1))
    assert access.refresh()
    assert not access.rights_now(ann).may_use("public", "Orders")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[users", "it is not TOML"),
        ("[user.ann]\n", '"user" does not belong there'),
        ("users = 3", '"users" does not belong there'),
        ("[users.ann]\nadmin = true", "may have password, read_only and tables, and nothing else"),
        ('[users.ann]\npassword = "hunter2"', 'the password of user "ann" is no SCRAM-SHA-256 verifier'),
        ('[users.ann]\ntables = "Orders"', 'tables of user "ann" is no list of names'),
        ('mock_secret = "?"', "mock_secret is not base64"),
    ],
)
def test_a_wrong_file_is_refused_without_its_secrets(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(UserFileError) as raised:
        user_file(tmp_path, text)
    assert reason in raised.value.message
    assert "hunter2" not in raised.value.message


def test_a_missing_file_is_refused_with_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(UserFileError) as raised:
        UserFile(tmp_path / "users.toml")
    assert raised.value.hint.startswith("Make it with: pgddb passwd")


def test_answers_to_failures_wait_longer_each_time_and_only_there() -> None:
    now = [0.0]
    delays = FailureDelays(lambda: now[0])
    waits = [delays.note_failure("10.0.0.1") for _ in range(20)]
    assert waits[:3] == [0.1, 0.2, 0.4]
    assert waits[-1] == LONGEST_SECONDS
    assert delays.note_failure("10.0.0.2") == 0.1
    delays.note_success("10.0.0.1")
    assert delays.note_failure("10.0.0.1") == 0.1
    now[0] = 1e6
    assert delays.note_failure("10.0.0.2") == 0.1
    delays.waiting = MOST_WAITING
    assert delays.note_failure("10.0.0.2") == 0.0
