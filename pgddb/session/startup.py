"""Let a client in: encryption, version, user and database, settings, the first ReadyForQuery.

Source: https://www.postgresql.org/docs/15/protocol-flow.html#id-1.10.6.7.3
"""

from __future__ import annotations

import re

from pgddb.errors import InvalidAuthorizationSpecification, ProtocolViolation, SqlError
from pgddb.protocol.messages.authentication import AuthenticationOk
from pgddb.protocol.messages.simple_query import ReadyForQuery
from pgddb.protocol.messages.startup import (
    PROTOCOL_OPTION_PREFIX,
    BackendKeyData,
    CancelRequest,
    GSSENCRequest,
    SSLRequest,
    StartupMessage,
)
from pgddb.session.authentication import authenticate
from pgddb.session.contract import RunningSession
from pgddb.session.settings import REPORTED
from pgddb.session.state import SessionState

SECRET_BYTES = {0: 4, 2: 32}
"""Length of the cancel key by minor version of the protocol; 3.2 allows up to 256 bytes."""

_NO_SETTINGS = frozenset({"user", "database", "options", "replication"})


async def start_session(state: SessionState, session: RunningSession) -> bool:
    """Answer what comes before the first query; False when the client only wanted something else or left.

    Raises:
        SqlError: the client cannot be let in.
    """
    message = await _first_message(state)
    if message is None:
        return False
    settings = _take_parameters(state, message)
    negotiation = message.negotiation()
    if negotiation is not None:
        state.link.send(negotiation)
    state.link.use_protocol(message.agreed_minor)
    if not await authenticate(state):
        return False
    for name, value in settings.items():
        _set_at_start(state, name, value)
    state.use_encoding()
    state.key = state.host.admit(session, secret_bytes=SECRET_BYTES.get(message.agreed_minor, 4))
    state.link.send(AuthenticationOk())
    state.report_settings(REPORTED)
    state.link.send(BackendKeyData(state.key.process_id, state.key.secret))
    state.link.send(ReadyForQuery(state.transaction.status))
    state.link.flush()
    return True


async def _first_message(state: SessionState) -> StartupMessage | None:
    while True:
        message = await state.link.next_message()
        match message:
            case None:
                return None
            case SSLRequest() | GSSENCRequest():
                accept = isinstance(message, SSLRequest) and state.link.offers_tls
                state.link.answer_encryption(accept=accept)
            case CancelRequest(process_id=process_id, secret=secret):
                state.host.cancel(process_id, secret)
                return None
            case StartupMessage():
                return message
            case _:
                raise ProtocolViolation("invalid startup packet")


def _take_parameters(state: SessionState, message: StartupMessage) -> dict[str, str]:
    """Note who wants to come in, and where; give the settings, which count only once the client is in."""
    parameters = dict(message.parameters)
    user = parameters.get("user", "")
    if not user:
        raise InvalidAuthorizationSpecification("no PostgreSQL user name specified in startup packet")
    if parameters.get("replication", "false").lower() not in {"false", "off", "no", "0"}:
        raise InvalidAuthorizationSpecification("replication connections are not supported")
    state.user = user
    state.database = parameters.get("database") or user
    state.settings.boot("session_authorization", user)
    return _options(parameters.get("options", "")) | {
        name: value
        for name, value in parameters.items()
        if name not in _NO_SETTINGS and not name.startswith(PROTOCOL_OPTION_PREFIX)
    }


def _set_at_start(state: SessionState, name: str, value: str) -> None:
    try:
        state.settings.start_with(name, value)
    except SqlError as error:
        error.severity = "FATAL"
        raise


_BACKSLASH = re.compile(r"\\(.)", re.DOTALL)


def _options(text: str) -> dict[str, str]:
    r"""Read the command line in `options`: `-c name=value`, `-cname=value`, `--name=value`; `\` escapes a space.

    >>> _options(r"-c geqo=off --search_path=a,\ b")
    {'geqo': 'off', 'search_path': 'a, b'}
    """
    words = [_BACKSLASH.sub(r"\1", word) for word in re.findall(r"(?:\\.|[^\s\\])+", text)]
    settings: dict[str, str] = {}
    while words:
        word = words.pop(0)
        if word == "-c" and words:
            word = "--" + words.pop(0)
        elif word.startswith("-c"):
            word = "--" + word[2:]
        name, equals, value = word.removeprefix("--").partition("=")
        if not (word.startswith("--") and equals and name):
            raise InvalidAuthorizationSpecification(f"invalid command-line argument for server process: {word}")
        settings[name.replace("-", "_")] = value
    return settings
