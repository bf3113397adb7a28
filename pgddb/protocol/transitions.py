"""The legal conversation, as tables: in this phase, this message, leads to that phase.

All order is here and nowhere else. `RECEIVES` holds what a client may send,
`IGNORES` what it may send without effect, `SENDS` what the server may send.
Two rules are not in the tables, because they hold everywhere: an ErrorResponse
of severity FATAL leads to CLOSED, and the end of the stream leads to CLOSED.

Source: https://www.postgresql.org/docs/15/protocol-flow.html
and PostgresMain and SocketBackend in the PostgreSQL source.
"""

from __future__ import annotations

from enum import Enum

from pgddb.protocol.messages.authentication import (
    AuthenticationCleartextPassword,
    AuthenticationMD5Password,
    AuthenticationOk,
    AuthenticationSASL,
    AuthenticationSASLContinue,
    AuthenticationSASLFinal,
    PasswordMessage,
    SASLInitialResponse,
    SASLResponse,
)
from pgddb.protocol.messages.copy import CopyData, CopyDone, CopyFail, CopyInResponse, CopyOutResponse
from pgddb.protocol.messages.extended_query import (
    Bind,
    BindComplete,
    Close,
    CloseComplete,
    Describe,
    Execute,
    Flush,
    NoData,
    ParameterDescription,
    Parse,
    ParseComplete,
    PortalSuspended,
    Sync,
)
from pgddb.protocol.messages.notices import ErrorResponse, NoticeResponse
from pgddb.protocol.messages.registry import FRONTEND_TAGS, BackendMessage, FrontendMessage
from pgddb.protocol.messages.rows import DataRow, RowDescription
from pgddb.protocol.messages.simple_query import (
    CommandComplete,
    EmptyQueryResponse,
    FunctionCall,
    FunctionCallResponse,
    NotificationResponse,
    Query,
    ReadyForQuery,
    Terminate,
)
from pgddb.protocol.messages.startup import (
    BackendKeyData,
    CancelRequest,
    GSSENCRequest,
    NegotiateProtocolVersion,
    ParameterStatus,
    SSLRequest,
    StartupMessage,
)


class Phase(Enum):
    """Where a connection is."""

    STARTUP = "startup"
    """Waiting for a packet without a tag."""
    ENCRYPTION = "encryption"
    """The server owes one byte: whether the connection will be encrypted."""
    AUTHENTICATION = "authentication"
    """The server owes the next step of authentication."""
    PASSWORD = "password"  # noqa: S105  # the phase, not a password
    """The client owes a PasswordMessage."""
    SASL_INITIAL = "SASL initial response"
    """The client owes a SASLInitialResponse."""
    SASL = "SASL response"
    """The client owes a SASLResponse."""
    INITIALIZING = "initializing"
    """Let in; the server owes its settings and the first ReadyForQuery."""
    READY = "ready"
    """Waiting for the client."""
    QUERY = "query"
    """A Query or FunctionCall is being answered; ReadyForQuery is due."""
    EXTENDED = "extended"
    """Inside an extended query cycle, before its Sync."""
    SYNC = "sync"
    """A Sync is being answered; ReadyForQuery is due."""
    COPY_IN = "copy in"
    """COPY FROM STDIN of a Query takes the client's data."""
    COPY_IN_EXTENDED = "copy in, extended"
    """COPY FROM STDIN of an Execute takes the client's data."""
    SKIPPING = "skipping"
    """After an error in an extended query cycle: all is dropped until Sync."""
    CLOSED = "closed"
    """Nothing more is said."""


RECEIVES: dict[Phase, dict[type[FrontendMessage], Phase]] = {phase: {} for phase in Phase} | {
    Phase.STARTUP: {
        StartupMessage: Phase.AUTHENTICATION,
        SSLRequest: Phase.ENCRYPTION,
        GSSENCRequest: Phase.ENCRYPTION,
        CancelRequest: Phase.CLOSED,
    },
    Phase.PASSWORD: {PasswordMessage: Phase.AUTHENTICATION},
    Phase.SASL_INITIAL: {SASLInitialResponse: Phase.AUTHENTICATION},
    Phase.SASL: {SASLResponse: Phase.AUTHENTICATION},
    Phase.COPY_IN: {
        CopyData: Phase.COPY_IN,
        CopyDone: Phase.QUERY,
        CopyFail: Phase.QUERY,
        Terminate: Phase.CLOSED,
    },
    Phase.COPY_IN_EXTENDED: {
        CopyData: Phase.COPY_IN_EXTENDED,
        CopyDone: Phase.EXTENDED,
        CopyFail: Phase.EXTENDED,
        Terminate: Phase.CLOSED,
    },
    Phase.SKIPPING: {Sync: Phase.SYNC, Terminate: Phase.CLOSED},
}
for _phase in (Phase.READY, Phase.EXTENDED):
    RECEIVES[_phase] = {
        Query: Phase.QUERY,
        FunctionCall: Phase.QUERY,
        Parse: Phase.EXTENDED,
        Bind: Phase.EXTENDED,
        Describe: Phase.EXTENDED,
        Execute: Phase.EXTENDED,
        Close: Phase.EXTENDED,
        Flush: Phase.EXTENDED,
        Sync: Phase.SYNC,
        Terminate: Phase.CLOSED,
    }

_COPY_MESSAGES: frozenset[type[FrontendMessage]] = frozenset({CopyData, CopyDone, CopyFail})

IGNORES: dict[Phase, frozenset[type[FrontendMessage]]] = {phase: frozenset() for phase in Phase} | {
    Phase.READY: _COPY_MESSAGES,
    Phase.EXTENDED: _COPY_MESSAGES,
    Phase.COPY_IN: frozenset({Flush, Sync}),
    Phase.COPY_IN_EXTENDED: frozenset({Flush, Sync}),
    Phase.SKIPPING: frozenset(FRONTEND_TAGS.values()) - {Sync, Terminate},
}
"""A client that learns late that its COPY failed goes on sending data; one that pipelines sends Sync before it."""

SENDS: dict[Phase, dict[type[BackendMessage], Phase]] = {phase: {} for phase in Phase} | {
    Phase.STARTUP: {ErrorResponse: Phase.CLOSED},
    Phase.ENCRYPTION: {ErrorResponse: Phase.CLOSED},
    Phase.AUTHENTICATION: {
        NegotiateProtocolVersion: Phase.AUTHENTICATION,
        AuthenticationOk: Phase.INITIALIZING,
        AuthenticationCleartextPassword: Phase.PASSWORD,
        AuthenticationMD5Password: Phase.PASSWORD,
        AuthenticationSASL: Phase.SASL_INITIAL,
        AuthenticationSASLContinue: Phase.SASL,
        AuthenticationSASLFinal: Phase.AUTHENTICATION,
        ErrorResponse: Phase.CLOSED,
    },
    Phase.PASSWORD: {ErrorResponse: Phase.CLOSED},
    Phase.SASL_INITIAL: {ErrorResponse: Phase.CLOSED},
    Phase.SASL: {ErrorResponse: Phase.CLOSED},
    Phase.INITIALIZING: {
        BackendKeyData: Phase.INITIALIZING,
        ReadyForQuery: Phase.READY,
        ErrorResponse: Phase.CLOSED,
    },
    Phase.QUERY: {
        RowDescription: Phase.QUERY,
        DataRow: Phase.QUERY,
        CommandComplete: Phase.QUERY,
        EmptyQueryResponse: Phase.QUERY,
        FunctionCallResponse: Phase.QUERY,
        CopyInResponse: Phase.COPY_IN,
        CopyOutResponse: Phase.QUERY,
        CopyData: Phase.QUERY,
        CopyDone: Phase.QUERY,
        ErrorResponse: Phase.QUERY,
        ReadyForQuery: Phase.READY,
    },
    Phase.EXTENDED: {
        ParseComplete: Phase.EXTENDED,
        BindComplete: Phase.EXTENDED,
        CloseComplete: Phase.EXTENDED,
        ParameterDescription: Phase.EXTENDED,
        NoData: Phase.EXTENDED,
        PortalSuspended: Phase.EXTENDED,
        RowDescription: Phase.EXTENDED,
        DataRow: Phase.EXTENDED,
        CommandComplete: Phase.EXTENDED,
        EmptyQueryResponse: Phase.EXTENDED,
        CopyInResponse: Phase.COPY_IN_EXTENDED,
        CopyOutResponse: Phase.EXTENDED,
        CopyData: Phase.EXTENDED,
        CopyDone: Phase.EXTENDED,
        ErrorResponse: Phase.SKIPPING,
    },
    Phase.SYNC: {ErrorResponse: Phase.SYNC, ReadyForQuery: Phase.READY},
    Phase.COPY_IN: {ErrorResponse: Phase.QUERY},
    Phase.COPY_IN_EXTENDED: {ErrorResponse: Phase.SKIPPING},
}
_UNASKED: tuple[type[BackendMessage], ...] = (NoticeResponse, ParameterStatus, NotificationResponse)
for _phase in Phase:
    if ReadyForQuery in SENDS[_phase] or Terminate in RECEIVES[_phase]:
        SENDS[_phase] |= dict.fromkeys(_UNASKED, _phase)
SENDS[Phase.AUTHENTICATION][NoticeResponse] = Phase.AUTHENTICATION

BEFORE_READY = frozenset(
    {
        Phase.STARTUP,
        Phase.ENCRYPTION,
        Phase.AUTHENTICATION,
        Phase.PASSWORD,
        Phase.SASL_INITIAL,
        Phase.SASL,
        Phase.INITIALIZING,
    }
)
"""Where PostgreSQL makes every error FATAL."""

READY_DUE = frozenset({Phase.INITIALIZING, Phase.QUERY, Phase.SYNC})
"""Where the server owes a ReadyForQuery."""
