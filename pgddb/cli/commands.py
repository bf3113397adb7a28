"""Name the commands and their flags; what they do is imported only when they are called."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import click

from pgddb import __version__
from pgddb.cli.refusal import fail
from pgddb.cli.unused_packages import keep_out_unused_packages


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pgddb")
def main() -> None:
    """PostgreSQL in front of Amazon DynamoDB."""
    gc.disable()  # what a start imports stays; looking through it for garbage takes a tenth of the start


@main.command()
@click.option("--host", help="Address to listen on; 127.0.0.1 by default.")
@click.option("--port", type=int, help="Port to listen on; 5432 by default, 0 takes a free one.")
@click.option("--region", help="AWS region.")
@click.option("--profile", help="Profile of AWS's configuration files.")
@click.option("--endpoint-url", help="Address of another DynamoDB, such as http://localhost:8000.")
@click.option("--role-arn", help="Role to assume.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Directory of the catalog file.")
@click.option("--config", type=click.Path(path_type=Path), envvar="PGDDB_CONFIG", help="TOML file of options.")
@click.option("--read-only", is_flag=True, default=None, help="Refuse every write.")
@click.option("--auth", help="scram: ask for passwords; rules: as the file says; trust: let everybody in.")
@click.option("--users-file", type=click.Path(path_type=Path), help="Users, as pgddb passwd writes them.")
@click.option("--tls", help="off, allow or require; allow is the default with a certificate.")
@click.option("--tls-cert-file", type=click.Path(path_type=Path), help="Certificate and its chain, as PEM.")
@click.option("--tls-key-file", type=click.Path(path_type=Path), help="Key of the certificate, as PEM.")
@click.option("--max-connections", type=int, help="Sessions at a time; 200 by default.")
@click.option("--max-connections-per-address", type=int, help="Sessions at a time from one address.")
@click.option("--grace-period", type=float, help="Seconds that statements may run on when stopping; 30 by default.")
@click.option("--memory-limit-mb", type=int, help="Memory of all statements together; 1024 by default.")
@click.option("--log-level", help="debug, info, warning or error.")
@click.option("--log-format", help="auto, console or json.")
def serve(config: Path | None, **flags: Any) -> None:
    """Serve the DynamoDB tables of one AWS account and region.

    Every flag can also be an environment variable (PGDDB_PORT) or a line of the
    configuration file (port = 5432).
    """
    keep_out_unused_packages()
    from pgddb.cli.serve import serve_dynamodb  # noqa: PLC0415 - heavy, and not needed for --help

    serve_dynamodb(flags, config)


@main.command()
@click.option("--port", type=int, default=5432, show_default=True, help="Port to listen on.")
@click.option("--log-level", default="warning", help="debug, info, warning or error.")
def demo(port: int, log_level: str) -> None:
    """Serve an embedded DynamoDB with example tables; needs no AWS account."""
    keep_out_unused_packages()
    from pgddb.cli.serve import serve_demo  # noqa: PLC0415 - heavy, and not needed for --help

    serve_demo(port=port, log_level=log_level)


@main.command()
@click.argument("user")
@click.option(
    "--file", type=click.Path(path_type=Path), envvar="PGDDB_USERS_FILE", help="File of users; made if it is not there."
)
@click.option("--data-dir", type=click.Path(path_type=Path), envvar="PGDDB_DATA_DIR", help="Directory of users.toml.")
@click.option("--read-only/--read-write", default=None, help="Whether the user may write.")
@click.option("--tables", help="Tables that the user may use: Orders,eu.Reviews; all lifts the limit.")
@click.option("--keep-password", is_flag=True, help="Change only what the user may do.")
@click.option("--delete", is_flag=True, help="Remove the user.")
def passwd(user: str, file: Path | None, data_dir: Path | None, **flags: Any) -> None:
    """Make or change a user who logs in with a password.

    The password is asked for, or read from the first line of standard input. The
    file gets a SCRAM-SHA-256 verifier of it, from which nobody can learn it back.
    A running server takes note at the next login.
    """
    from pgddb.cli.passwd import UserChange, change_user  # noqa: PLC0415 - as above

    change_user(file, data_dir, UserChange(user, **flags))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the server.")
@click.option("--port", type=int, default=5432, show_default=True, help="Port of the server.")
@click.option("--timeout", type=float, default=3.0, show_default=True, help="Seconds to wait.")
def health(host: str, port: int, timeout: float) -> None:
    """Ask a server whether it takes clients; the exit code says so."""
    from pgddb.cli.health import HealthProblem, check_health  # noqa: PLC0415 - as above

    try:
        check_health(host, port, timeout_seconds=timeout)
    except HealthProblem as problem:
        fail(str(problem), f"Start it with: pgddb serve --port {port}")
    click.echo(f"pgddb on {host}:{port} takes clients.")
