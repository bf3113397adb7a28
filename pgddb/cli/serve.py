"""Put the parts of a server together, run them until a signal, and take them apart."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import click
import structlog

from pgddb.authentication import AccessControl, Method, UserFile, UserFileError
from pgddb.catalog.functions import KnownFacts
from pgddb.cli.allocation import keep_freed_memory
from pgddb.cli.compiling import Compiling
from pgddb.cli.logs import configure_logs
from pgddb.cli.refusal import fail
from pgddb.cli.unused_authorities import without_authorities
from pgddb.config import Config, ConfigError, is_loopback, read_config, unknown_environment_names
from pgddb.demo import DemoDynamoDB, DemoUnavailable
from pgddb.engine import Database, EngineSettings, SpillUnusable
from pgddb.errors import SqlError
from pgddb.execution import Executor, ServerResources, add_catalog_functions, open_database
from pgddb.server import ListenRefused, Server, TlsContext, TlsUnusable, open_context
from pgddb.server.listener import StopSignals

log = structlog.stdlib.get_logger("pgddb.cli")

SWITCH_SECONDS = 0.001
"""How long a thread that converts rows may keep the event loop waiting for the interpreter; Python's default is 5 ms,
for each of the some eight times that the simplest statement needs it."""

REFUSALS = (ListenRefused, SpillUnusable, TlsUnusable, UserFileError)
"""Reasons not to start that are not DynamoDB's."""

_AWS_VARIABLES = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE")


def serve_dynamodb(flags: Mapping[str, Any], file: Path | None) -> None:
    """Serve until a signal; a reason not to start is one sentence."""
    _run(_config(flags, file), lambda _: None, lambda: read_config(flags, file))


def serve_demo(*, port: int, log_level: str) -> None:
    """Serve the embedded DynamoDB until a signal."""
    try:
        with DemoDynamoDB() as embedded:
            _use_demo_credentials(embedded)
            flags = {
                "host": "127.0.0.1",
                "port": port,
                "region": embedded.region,
                "endpoint_url": embedded.endpoint_url,
                "log_level": log_level,
            }
            config = _config(flags, None)
            _run(config, lambda listening: click.echo(embedded.banner(listening)), lambda: config)
    except DemoUnavailable as unavailable:
        fail(unavailable.message, unavailable.hint)


def _use_demo_credentials(embedded: DemoDynamoDB) -> None:
    """Make sure that nobody's real credentials go to the demo."""
    for name in _AWS_VARIABLES:
        os.environ.pop(name, None)
    os.environ["AWS_ACCESS_KEY_ID"] = embedded.credentials.access_key_id
    os.environ["AWS_SECRET_ACCESS_KEY"] = embedded.credentials.secret_access_key


def _config(flags: Mapping[str, Any], file: Path | None) -> Config:
    try:
        return read_config(flags, file)
    except ConfigError as problem:
        fail(problem.message, problem.hint)


def _run(config: Config, listening: Callable[[int], None], reread: Callable[[], Config]) -> None:
    configure_logs(config.log)
    for name in unknown_environment_names():
        log.warning("environment variable is not known", name=name)
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(run_server(config, listening, reread))
    except* SqlError as problems:
        problem = _first(problems, SqlError)
        fail(f"cannot use DynamoDB: {problem.message}", problem.hint)
    except* REFUSALS as problems:
        refusal = _first(problems, REFUSALS)
        fail(refusal.message, refusal.hint)


def _first(group: BaseExceptionGroup[Any], kind: type[Any] | tuple[type[Any], ...]) -> Any:
    for error in group.exceptions:
        if isinstance(error, kind):
            return error
        if isinstance(error, BaseExceptionGroup):
            return _first(error, kind)
    return group


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - not on every system
    except ImportError:
        return None
    return uvloop.new_event_loop


async def run_server(
    config: Config, listening: Callable[[int], None], reread: Callable[[], Config] | None = None
) -> None:
    """Check DynamoDB, listen, serve until SIGTERM or SIGINT; a second signal ends at once.

    SIGHUP reads users, rules and certificates again, as `reread` says where they are.

    Raises:
        SqlError: DynamoDB cannot be used.
        ListenRefused: the address cannot be listened on.
        UserFileError, TlsUnusable: users or certificate cannot be used.
        SpillUnusable: there is no place to spill to.
    """
    keep_freed_memory()
    access, tls = _open_access(config), _open_tls(config)
    stop = StopSignals()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.ask)
    async with AsyncExitStack() as stack:
        opening = loop.run_in_executor(None, _open_engine, config.engine)
        try:
            with without_authorities():
                from pgddb.dynamo import Store  # noqa: PLC0415 - with aiobotocore, as long as the engine takes to open

            store = Store(config.store)
            stack.push_async_callback(store.close)
            await store.check(config.source)
        finally:
            database, known = await opening
            stack.callback(database.close)
        resources = ServerResources(
            store, database, source=config.source, data_directory=config.data_directory, known=known
        )
        stack.push_async_callback(resources.close)
        server = Server(config.server, lambda notify: Executor(resources, notify=notify), access=access, tls=tls)
        resources.system_catalog.known_roles = lambda: server.access.roles
        loop.add_signal_handler(signal.SIGHUP, lambda: _reload(server, reread or (lambda: config)))
        gc.freeze()  # modules and functions stay for good: no later collection looks through them
        stack.callback(gc.unfreeze)  # the engine complains about what is still alive at the very end
        gc.enable()
        compiling = Compiling()
        stack.callback(compiling.stop)

        def listens(port: int) -> None:
            compiling.start()
            listening(port)

        await server.run(stop, listens)


def _open_engine(settings: EngineSettings) -> tuple[Database, KnownFacts]:
    """Open the engine with everything in it that is not made of tables.

    Raises:
        SpillUnusable: there is no place to spill to.
    """
    database = open_database(settings)
    return database, add_catalog_functions(database)


def _open_access(config: Config) -> AccessControl:
    """Read the users.

    Raises:
        UserFileError: they cannot be read.
    """
    file = None if config.users_file is None else UserFile(config.users_file)
    if file is not None and not file.users.roles:
        log.warning("the file of users has none, nobody can log in", file=str(file.path))
    if file is not None and all(rule.method is not Method.SCRAM for rule in config.rules):
        log.warning("no rule asks for a password: whoever knows a user's name has that user's rights")
    if not is_loopback(config.server.host) and config.tls_files is None:
        log.warning("listening beyond loopback without TLS: rows travel as they are", host=config.server.host)
    return AccessControl(config.rules, file)


def _open_tls(config: Config) -> TlsContext | None:
    return None if config.tls_files is None else open_context(config.tls_files)


def _reload(server: Server, reread: Callable[[], Config]) -> None:
    """Take users, rules and certificate as they are now; if one cannot be used, nothing changes."""
    try:
        config = reread()
        access, tls = _open_access(config), _open_tls(config)
    except (ConfigError, UserFileError, TlsUnusable) as problem:
        log.warning("reload failed, nothing has changed", reason=problem.message, hint=problem.hint)
        return
    server.access, server.tls = access, tls
    log.info("users, rules and certificate read again")
