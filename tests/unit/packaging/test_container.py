"""The Dockerfile's entry point and health check, run as plain commands; its steps and the compose file, read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from pgddb.demo import DemoDynamoDB


def compose(repository: Path) -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((repository / "docker-compose.yml").read_text())["services"]
    return services


@pytest.mark.slow
def test_the_entry_point_serves_and_the_health_check_agrees(commands: Any) -> None:
    with (
        DemoDynamoDB() as demo,
        commands.running("--endpoint-url", demo.endpoint_url, "--region", "us-east-1") as server,
    ):
        assert commands.health_check().returncode == 0
        with psycopg.connect(host="127.0.0.1", port=commands.port, user="postgres", dbname="postgres") as connection:
            row = connection.execute("SELECT rating FROM reviews WHERE \"User\" = 'Tristan' LIMIT 1").fetchone()
        assert row is not None
        server.terminate()
        assert server.wait(30) == 0


@pytest.mark.slow
def test_the_health_check_fails_where_nobody_listens(commands: Any) -> None:
    check = commands.health_check()
    assert check.returncode != 0
    assert "Traceback" not in check.stderr


def test_the_entry_point_says_that_it_trusts_and_listens_everywhere(commands: Any) -> None:
    words = " ".join(commands.entry_point())
    assert "--host 0.0.0.0" in words
    assert "--auth trust" in words


def test_the_image_does_not_run_as_root(repository: Path) -> None:
    text = (repository / "Dockerfile").read_text()
    assert re.findall(r"^USER (\w+)", text, re.MULTILINE)[-1] == "pgddb"
    assert "/home/pgddb" in text


def test_everything_that_the_image_copies_is_in_its_context(repository: Path) -> None:
    text = (repository / "Dockerfile").read_text()
    kept = {line[1:] for line in (repository / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for sources in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE):
        for source in sources.split():
            assert (repository / source).exists()
            assert source in kept


@pytest.mark.parametrize("service", ["pgddb", "dynamodb-local", "grafana"])
def test_compose_publishes_on_loopback_only(repository: Path, service: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in compose(repository)[service]["ports"])


@pytest.mark.integration
@pytest.mark.slow
def test_the_command_of_compose_serves_dynamodb_local(
    repository: Path, commands: Any, dynamodb_local_endpoint: str
) -> None:
    added = [
        dynamodb_local_endpoint if word.startswith("http://") else word
        for word in compose(repository)["pgddb"]["command"]
    ]
    with commands.running(*added):
        assert commands.health_check().returncode == 0


def test_what_is_kept_and_what_is_spilled_stand_in_the_volume(repository: Path) -> None:
    text = (repository / "Dockerfile").read_text()
    (volume,) = re.findall(r"^VOLUME (.*)$", text, re.MULTILINE)
    assert re.findall(r"PGDDB_(?:DATA|TEMP)_DIR=(\S+)", text) == [volume, volume]
