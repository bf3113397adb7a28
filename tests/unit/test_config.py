"""Flags over environment over file; unknown names are errors in the file and warnings in the environment."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from pgddb.authentication import AccessRule, Method
from pgddb.authentication.rules import read_networks
from pgddb.config import ConfigError, Options, read_config, unknown_environment_names


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("PGDDB_"):
            monkeypatch.delenv(name)


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "pgddb.toml"
    file.write_text(text)
    return file


def test_defaults_listen_on_loopback() -> None:
    config = read_config({})
    assert (config.server.host, config.server.port) == ("127.0.0.1", 5432)
    assert config.source.region is None


def test_a_flag_goes_before_the_environment_and_that_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, 'port = 1111\nregion = "eu-west-1"\nmax_connections = 7\n')
    monkeypatch.setenv("PGDDB_PORT", "2222")
    monkeypatch.setenv("PGDDB_REGION", "eu-west-2")
    config = read_config({"port": 3333, "region": None}, file)
    assert config.server.port == 3333
    assert config.source.region == "eu-west-2"
    assert config.server.session.max_connections == 7


def test_unknown_names_in_the_file_are_errors(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match='unknown option "prot"'):
        read_config({}, written(tmp_path, "prot = 5433\n"))


def test_unknown_names_in_the_environment_are_found_and_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDDB_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("PGDDB_PORT", "5433")
    assert read_config({}).server.port == 5433
    assert "PGDDB_SERVICE_HOST" in unknown_environment_names()
    assert "PGDDB_PORT" not in unknown_environment_names()


@pytest.mark.parametrize(
    ("text", "message"),
    [("port = 99999", 'option "port" should be less'), ("port =", "the file "), ('auth = "md5"', 'option "auth"')],
)
def test_wrong_values_are_errors(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        read_config({}, written(tmp_path, text))


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no configuration file"):
        read_config({}, tmp_path / "nope.toml")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_the_server_does_not_stand_open_by_accident(host: str) -> None:
    with pytest.raises(ConfigError, match="refusing to listen"):
        read_config({"host": host})
    assert read_config({"host": host, "auth": "trust"}).server.host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_loopback_needs_no_authentication(host: str) -> None:
    assert read_config({"host": host}).server.host == host


def test_a_file_of_users_is_authentication(tmp_path: Path) -> None:
    config = read_config({"host": "0.0.0.0", "users_file": tmp_path / "users.toml"})
    assert config.rules == (AccessRule(Method.SCRAM),)
    assert config.users_file == tmp_path / "users.toml"


@pytest.mark.parametrize(
    ("flags", "users_file"),
    [({}, None), ({"auth": "trust"}, None), ({"auth": "scram"}, "pgddb-users.toml"),
     ({"auth": "scram", "data_dir": "d"}, "d/users.toml"), ({"auth": "trust", "users_file": "u"}, "u")],
)  # fmt: skip
def test_users_are_read_where_somebody_needs_them(flags: dict[str, str], users_file: str | None) -> None:
    assert read_config(flags).users_file == (None if users_file is None else Path(users_file))


def test_rules_are_read_in_their_order(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
        host = "0.0.0.0"
        [[access]]
        address = "loopback"
        method = "trust"
        [[access]]
        address = ["10.0.0.0/8", "fd00::/8"]
        user = ["ann", "bob"]
        tls = true
        method = "scram"
        [[access]]
        method = "reject"
        """,
    )
    assert read_config({}, file).rules == read_config({"auth": "rules"}, file).rules
    assert read_config({}, file).rules == (
        AccessRule(Method.TRUST, read_networks(["loopback"])),
        AccessRule(Method.SCRAM, read_networks(["10.0.0.0/8", "fd00::/8"]), frozenset({"ann", "bob"}), tls=True),
        AccessRule(Method.REJECT),
    )
    with pytest.raises(ConfigError, match='option "auth" is "trust", but there are rules'):
        read_config({"auth": "trust"}, file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[access]]\nmethod = "md5"', "access"),
        ('[[access]]\nmethod = "scram"\naddress = "ten"', "access"),
        ('[[access]]\nmethod = "scram"\nhost = "x"', "access"),
        ('auth = "rules"', 'option "auth" is "rules", but there are none'),
        ('tls = "require"', 'option "tls" is "require", but there is no certificate'),
        ('tls_cert_file = "x"', 'option "tls_key_file" is missing'),
    ],
)
def test_what_would_not_protect_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        read_config({}, written(tmp_path, text))


def test_requiring_tls_refuses_what_comes_without() -> None:
    config = read_config({"tls": "require", "tls_cert_file": "c", "tls_key_file": "k", "auth": "scram"})
    assert config.rules == (AccessRule(Method.REJECT, tls=False), AccessRule(Method.SCRAM))
    off = read_config({"tls": "off", "tls_cert_file": "c", "tls_key_file": "k"})
    assert off.tls_files is None


def test_every_option_says_what_it_is_for() -> None:
    assert all(field.description for field in Options.model_fields.values())
