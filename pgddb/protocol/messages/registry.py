"""Which messages there are in each direction, and which tag means which."""

from __future__ import annotations

from collections.abc import Callable
from struct import error as TooShort  # noqa: N812  # the one thing it means here

from pgddb.errors import MalformedMessage, ProtocolViolation
from pgddb.protocol.buffer import UINT32
from pgddb.protocol.messages.authentication import (
    AUTHENTICATION_TAG,
    AuthenticationRequest,
    PasswordMessage,
    SASLInitialResponse,
    SASLResponse,
    decode_authentication,
)
from pgddb.protocol.messages.copy import (
    CopyBothResponse,
    CopyData,
    CopyDone,
    CopyFail,
    CopyInResponse,
    CopyOutResponse,
)
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
    CANCEL_REQUEST_CODE,
    GSSENC_REQUEST_CODE,
    SSL_REQUEST_CODE,
    BackendKeyData,
    CancelRequest,
    GSSENCRequest,
    NegotiateProtocolVersion,
    ParameterStatus,
    SSLRequest,
    StartupMessage,
)

StartupPacket = StartupMessage | SSLRequest | GSSENCRequest | CancelRequest
"""What has no tag because nothing came before."""

PasswordAnswer = PasswordMessage | SASLInitialResponse | SASLResponse

FrontendMessage = (
    StartupPacket
    | PasswordAnswer
    | Query
    | FunctionCall
    | Parse
    | Bind
    | Describe
    | Execute
    | Close
    | Flush
    | Sync
    | CopyData
    | CopyDone
    | CopyFail
    | Terminate
)

BackendMessage = (
    AuthenticationRequest
    | NegotiateProtocolVersion
    | BackendKeyData
    | ParameterStatus
    | ReadyForQuery
    | RowDescription
    | DataRow
    | CommandComplete
    | EmptyQueryResponse
    | ParseComplete
    | BindComplete
    | CloseComplete
    | NoData
    | ParameterDescription
    | PortalSuspended
    | CopyInResponse
    | CopyOutResponse
    | CopyBothResponse
    | CopyData
    | CopyDone
    | ErrorResponse
    | NoticeResponse
    | NotificationResponse
    | FunctionCallResponse
)

FRONTEND_TAGS: dict[int, type[FrontendMessage]] = {
    message.tag: message
    for message in (
        Query,
        FunctionCall,
        Parse,
        Bind,
        Describe,
        Execute,
        Close,
        Flush,
        Sync,
        CopyData,
        CopyDone,
        CopyFail,
        Terminate,
    )
}
"""What may come after authentication; the tag "p" is not here because its meaning depends on the phase."""

LONG_MESSAGES: frozenset[type[FrontendMessage]] = frozenset({Query, FunctionCall, Parse, Bind, CopyData})
"""What may be long; as the PQ_LARGE_MESSAGE_LIMIT cases of SocketBackend in the PostgreSQL source."""

BACKEND_DECODERS: dict[int, Callable[[bytes], BackendMessage]] = {
    AUTHENTICATION_TAG: decode_authentication,
    NegotiateProtocolVersion.tag: NegotiateProtocolVersion.decode,
    BackendKeyData.tag: BackendKeyData.decode,
    ParameterStatus.tag: ParameterStatus.decode,
    ReadyForQuery.tag: ReadyForQuery.decode,
    RowDescription.tag: RowDescription.decode,
    DataRow.tag: DataRow.decode,
    CommandComplete.tag: CommandComplete.decode,
    EmptyQueryResponse.tag: EmptyQueryResponse.decode,
    ParseComplete.tag: ParseComplete.decode,
    BindComplete.tag: BindComplete.decode,
    CloseComplete.tag: CloseComplete.decode,
    NoData.tag: NoData.decode,
    ParameterDescription.tag: ParameterDescription.decode,
    PortalSuspended.tag: PortalSuspended.decode,
    CopyInResponse.tag: CopyInResponse.decode,
    CopyOutResponse.tag: CopyOutResponse.decode,
    CopyBothResponse.tag: CopyBothResponse.decode,
    CopyData.tag: CopyData.decode,
    CopyDone.tag: CopyDone.decode,
    ErrorResponse.tag: ErrorResponse.decode,
    NoticeResponse.tag: NoticeResponse.decode,
    NotificationResponse.tag: NotificationResponse.decode,
    FunctionCallResponse.tag: FunctionCallResponse.decode,
}

_REQUEST_CODES: dict[int, type[SSLRequest | GSSENCRequest | CancelRequest]] = {
    SSL_REQUEST_CODE: SSLRequest,
    GSSENC_REQUEST_CODE: GSSENCRequest,
    CANCEL_REQUEST_CODE: CancelRequest,
}


def decode_startup_packet(body: bytes) -> StartupPacket:
    """Decode a packet without a tag: its first number is a version or the code of a request."""
    try:
        (code,) = UINT32.unpack_from(body)
    except TooShort as error:
        raise ProtocolViolation("invalid length of startup packet") from error
    return _REQUEST_CODES.get(code, StartupMessage).decode(body)


def decode_backend(tag: int, body: bytes) -> BackendMessage:
    """Decode what a server sent; for tests and traces."""
    if tag not in BACKEND_DECODERS:
        raise MalformedMessage(f"backend message type {tag} not known")
    return BACKEND_DECODERS[tag](body)
