"""ServerConnection: bytes in, messages out; messages in, bytes out; in legal order.

The session works in a loop: take a message, send its replies, take the next.
Replies are kept until the owner of the socket asks for them, so that a cycle
of small messages leaves as one write.

After an error the session sends an ErrorResponse and asks `ready_for_query_due`:
the connection knows whether it skips to the next Sync instead.
"""

from __future__ import annotations

from typing import TypeAlias

from pgddb.errors import ProtocolViolation, SqlError, UnsupportedProtocol
from pgddb.protocol import client_encoding
from pgddb.protocol.framing import (
    MAX_AUTHENTICATION_LENGTH,
    MAX_MESSAGE_LENGTH,
    MAX_SHORT_MESSAGE_LENGTH,
    FrameReader,
)
from pgddb.protocol.messages.authentication import PASSWORD_TAG
from pgddb.protocol.messages.notices import ErrorResponse
from pgddb.protocol.messages.registry import (
    FRONTEND_TAGS,
    LONG_MESSAGES,
    BackendMessage,
    FrontendMessage,
    decode_startup_packet,
)
from pgddb.protocol.messages.rows import DataRow
from pgddb.protocol.messages.startup import GSSENCRequest, SSLRequest
from pgddb.protocol.transitions import BEFORE_READY, IGNORES, READY_DUE, RECEIVES, SENDS, Phase

Buffer: TypeAlias = bytes | bytearray | memoryview

_AUTHENTICATION_LIMITS = {PASSWORD_TAG: MAX_AUTHENTICATION_LENGTH}


class OutOfTurn(Exception):  # the session's bug, not the client's
    """The session broke the protocol: it sent or asked what the phase does not allow."""


class _Rules:
    """The tables of one phase, linked to those of the phases it leads to.

    Looking an Enum member up costs about 0.1 us; a cycle of five messages takes
    ten such steps, so they are followed once, here.
    """

    __slots__ = ("before_ready", "ignored", "phase", "ready_due", "receives", "sends")

    def __init__(self, phase: Phase) -> None:
        self.phase = phase
        self.before_ready = phase in BEFORE_READY
        self.ready_due = phase in READY_DUE
        self.receives: dict[type[FrontendMessage] | int, tuple[type[FrontendMessage], _Rules]] = {}
        self.ignored = frozenset(tag for tag, message in FRONTEND_TAGS.items() if message in IGNORES[phase])
        self.sends: dict[type[BackendMessage], _Rules] = {}


def _link() -> dict[Phase, _Rules]:
    """Make the rules of all phases; messages that have a tag are found by it."""
    rules = {phase: _Rules(phase) for phase in Phase}
    for phase, here in rules.items():
        for message, following in RECEIVES[phase].items():
            here.receives[getattr(message, "tag", message)] = message, rules[following]
        here.sends = {message: rules[following] for message, following in SENDS[phase].items()}
    return rules


_RULES = _link()
_CLOSED = _RULES[Phase.CLOSED]


class ServerConnection:
    """The server's end of one conversation."""

    def __init__(self, *, max_message_length: int = MAX_MESSAGE_LENGTH) -> None:
        self._limits = {
            tag: max_message_length if message in LONG_MESSAGES else MAX_SHORT_MESSAGE_LENGTH
            for tag, message in FRONTEND_TAGS.items()
        }
        self._reader = FrameReader()
        self._at_eof = False
        self._refusable: set[type[FrontendMessage]] = {SSLRequest, GSSENCRequest}
        self._outgoing: list[Buffer] = []
        self._bytes_pending = 0
        self._rules = _RULES[Phase.STARTUP]
        self.codec: str | None = None
        """Python's name for the client's encoding where it is not UTF-8: of one byte for a character."""

    @property
    def phase(self) -> Phase:
        return self._rules.phase

    @property
    def ready_for_query_due(self) -> bool:
        """Whether the answer to the last message ends with ReadyForQuery."""
        return self._rules.ready_due

    @property
    def bytes_pending(self) -> int:
        """How many bytes `data_to_send` would give."""
        return self._bytes_pending

    @property
    def bytes_unread(self) -> int:
        """How many received bytes no message has been made of; the transport may pause reading."""
        return self._reader.bytes_unread

    def receive_data(self, arrived: bytes) -> None:
        """Take bytes from the socket; says nothing about what is in them."""
        if self._rules is not _CLOSED:
            self._reader.feed(arrived)

    def receive_eof(self) -> None:
        """Note that no more bytes will come; complete messages can still be taken."""
        self._at_eof = True

    def next_message(self) -> FrontendMessage | None:
        """Take the next message that means something, or None if more bytes are needed.

        None in phase CLOSED means that no more will come. If an error is
        raised, send it as an ErrorResponse, then ReadyForQuery if that is due.

        Raises:
            ProtocolViolation: the stream makes no sense any more; the connection must end.
            UnsupportedProtocol: the client speaks another protocol; the connection must end.
            SqlError: this message is wrong, the next may be right (not before the first ReadyForQuery).
            OutOfTurn: it is the server's turn to speak.
        """
        rules = self._rules
        if not rules.receives:
            if rules is _CLOSED:
                return None
            raise OutOfTurn(f"no message is due in phase {rules.phase.value}")
        message = self._next_before_ready() if rules.before_ready else self._next_after_ready()
        if message is None and self._at_eof:
            self._rules = _CLOSED
        return message

    def answer_encryption(self, accept: bool) -> None:  # noqa: FBT001  # the protocol's one-bit answer
        """Answer an SSLRequest or GSSENCRequest, after which the client starts anew.

        When accepted, send the answer and encrypt before any more data is received.

        Raises:
            ProtocolViolation: the client sent more without waiting; encrypted or not,
                nobody knows who sent it (CVE-2021-23222).
        """
        if self.phase is not Phase.ENCRYPTION:
            raise OutOfTurn(f"no encryption was asked for in phase {self.phase.value}")
        if accept:
            if self._reader.bytes_unread:
                raise ProtocolViolation(
                    "received unencrypted data after encryption request",
                    detail="This could be either a client-software bug "
                    "or evidence of an attempted man-in-the-middle attack.",
                )
            self._refusable.clear()
        self._append(b"S" if accept else b"N")
        self._rules = _RULES[Phase.STARTUP]

    def begin_encrypted(self) -> None:
        """Note that the client began with TLS at once, so that it need not and may not ask for it."""
        self._refusable.clear()

    def send(self, message: BackendMessage) -> None:
        """Queue a message.

        Raises:
            OutOfTurn: the message is not legal in this phase.
            CharacterNotInRepertoire: a text in it cannot be sent; nothing is queued.
        """
        following = self._rules.sends.get(type(message))
        if isinstance(message, ErrorResponse) and message.diagnostics.ends_connection and self._rules is not _CLOSED:
            following = _CLOSED
        if following is None:
            raise OutOfTurn(f"{type(message).__name__} may not be sent in phase {self.phase.value}")
        encoded = message.encode()
        self._append(encoded if self.codec is None else client_encoding.sent(encoded, self.codec))
        self._rules = following

    def send_encoded(self, encoded: Buffer) -> None:
        """Queue complete DataRow or CopyData messages; the buffer is not copied and must not change.

        Raises:
            OutOfTurn: no rows may be sent in this phase.
        """
        if DataRow not in self._rules.sends:
            raise OutOfTurn(f"rows may not be sent in phase {self.phase.value}")
        self._append(encoded)

    def data_to_send(self) -> list[Buffer]:
        """Give what is to be written, in order, and forget it."""
        outgoing = self._outgoing
        self._outgoing = []
        self._bytes_pending = 0
        return outgoing

    def _next_before_ready(self) -> FrontendMessage | None:
        """Decode as `_next_after_ready` does, but every error is fatal, as in PostgreSQL."""
        try:
            return self._next_startup_packet() if self.phase is Phase.STARTUP else self._next_password_answer()
        except (ProtocolViolation, UnsupportedProtocol):
            raise
        except SqlError as error:
            raise ProtocolViolation(error.message) from error

    def _next_startup_packet(self) -> FrontendMessage | None:
        body = self._reader.next_startup_packet()
        if body is None:
            return None
        message = decode_startup_packet(body)
        if isinstance(message, SSLRequest | GSSENCRequest):
            if type(message) not in self._refusable:
                raise ProtocolViolation(f"{type(message).__name__} may not be sent again")
            self._refusable.discard(type(message))
        _, self._rules = self._rules.receives[type(message)]
        return message

    def _next_password_answer(self) -> FrontendMessage | None:
        frame = self._reader.next_frame(_AUTHENTICATION_LIMITS)
        if frame is None:
            return None
        expected, self._rules = self._rules.receives[PASSWORD_TAG]
        return expected.decode(frame[1])

    def _next_after_ready(self) -> FrontendMessage | None:
        rules = self._rules
        while frame := self._reader.next_frame(self._limits):
            tag, body = frame
            expected = rules.receives.get(tag)
            if expected is not None:
                kind, self._rules = expected  # before decoding: a wrong message counts as well
                return kind.decode(body if self.codec is None else client_encoding.received(tag, body, self.codec))
            if tag not in rules.ignored:
                raise ProtocolViolation(f"unexpected message type 0x{tag:02X} in phase {rules.phase.value}")
        return None

    def _append(self, encoded: Buffer) -> None:
        self._outgoing.append(encoded)
        self._bytes_pending += len(encoded)
