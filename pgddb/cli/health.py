"""Ask a server, in its own protocol, whether it takes clients."""

from __future__ import annotations

import socket
from collections.abc import Callable
from struct import error as TooShort  # noqa: N812 - the one thing it means here

from pgddb.errors import SqlError
from pgddb.protocol.buffer import HEADER
from pgddb.protocol.messages.authentication import AuthenticationSASL
from pgddb.protocol.messages.notices import ErrorResponse
from pgddb.protocol.messages.registry import BackendMessage, decode_backend
from pgddb.protocol.messages.simple_query import ReadyForQuery, Terminate
from pgddb.protocol.messages.startup import StartupMessage

PARAMETERS = (("user", "postgres"), ("database", "postgres"), ("application_name", "pgddb health"))


NOT_LET_IN = "28000"
"""The rules have a say, so the server is up: they may want TLS, or not know "postgres"."""


class HealthProblem(Exception):
    """The server cannot be used."""


def check_health(host: str, port: int, *, timeout_seconds: float) -> None:
    """Connect as a client does, wait for ReadyForQuery or to be asked for a password, and leave.

    Raises:
        HealthProblem: nobody listens, or it is no PostgreSQL server, or it refuses.
    """
    try:
        with socket.create_connection((host, port), timeout=timeout_seconds) as connection:
            connection.settimeout(timeout_seconds)
            connection.sendall(StartupMessage(3, 0, PARAMETERS).encode())
            with connection.makefile("rb") as stream:
                _read_until_ready(stream.read)
            connection.sendall(Terminate().encode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise HealthProblem(f"no server answers on {host}:{port}: {reason.lower()}") from error
    except (SqlError, TooShort) as error:
        raise HealthProblem(f"what answers on {host}:{port} is no PostgreSQL server") from error


def _read_until_ready(read: Callable[[int], bytes]) -> None:
    while True:
        tag, length = HEADER.unpack(read(HEADER.size))
        message: BackendMessage = decode_backend(tag, read(length - 4))
        if isinstance(message, AuthenticationSASL):
            return
        if isinstance(message, ErrorResponse):
            if message.diagnostics.sqlstate == NOT_LET_IN:
                return
            raise HealthProblem(f"the server refuses clients: {message.diagnostics.message}")
        if isinstance(message, ReadyForQuery):
            return
