"""Any conversation of a client and a session: only legal messages pass, errors skip to Sync, answers pair up."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pgddb.protocol.connection import ServerConnection
from pgddb.protocol.messages.authentication import AuthenticationOk
from pgddb.protocol.messages.copy import CopyData, CopyDone, CopyFail, CopyInResponse
from pgddb.protocol.messages.extended_query import Bind, Close, Describe, Execute, Flush, Parse, Sync, Target
from pgddb.protocol.messages.notices import Diagnostics, ErrorResponse
from pgddb.protocol.messages.registry import FrontendMessage
from pgddb.protocol.messages.simple_query import CommandComplete, Query, ReadyForQuery, TransactionStatus
from pgddb.protocol.messages.startup import StartupMessage
from pgddb.protocol.transitions import Phase

ERROR = ErrorResponse(Diagnostics("ERROR", "42601", "m"))
IDLE = ReadyForQuery(TransactionStatus.IDLE)
CYCLE = (
    Parse("", "SELECT 1"),
    Bind("", "", (), (), ()),
    Describe(Target.PORTAL, ""),
    Execute(""),
    Close(Target.STATEMENT, ""),
    Flush(),
)
COPY = (CopyData(b"1\n"), CopyDone(), CopyFail("no"))


class Conversation(RuleBasedStateMachine):
    """A client that sends what it likes, and a session that answers what it takes.

    The model knows one thing: which messages the server has still to see, and
    whether it skips. COPY messages outside of COPY vanish.
    """

    @initialize()
    def open(self) -> None:
        self.connection = ServerConnection()
        self.connection.receive_data(StartupMessage(3, 0, ()).encode())
        self.connection.next_message()
        self.connection.send(AuthenticationOk())
        self.connection.send(IDLE)
        self.waiting: list[FrontendMessage] = []
        self.partial = b""
        self.skipping = False
        self.copying = False
        self.sync_points = 0
        self.ready_sent = 0

    @rule(
        messages=st.lists(
            st.sampled_from([*CYCLE, *COPY, Query("SELECT 1"), Sync(), Sync()]),
            min_size=1,
            max_size=6,
        ),
        cut=st.integers(0, 200),
    )
    def client_sends(self, messages: list[FrontendMessage], cut: int) -> None:
        stream = self.partial + b"".join(message.encode() for message in messages)
        self.waiting += messages
        self.connection.receive_data(stream[len(self.partial) :][:cut])
        self.connection.receive_data(stream[len(self.partial) :][cut:])

    @precondition(lambda self: not self.copying)
    @rule(outcome=st.sampled_from(["answer", "fail", "copy"]))
    def session_takes_a_message(self, outcome: str) -> None:
        expected = self._next_expected()
        taken = self.connection.next_message()
        assert taken == expected
        if isinstance(taken, Sync | Query):
            self.sync_points += 1
        if isinstance(taken, Query | Execute) and outcome == "copy":
            self.connection.send(CopyInResponse(0, ()))
            self.copying = True
            self.of_query = isinstance(taken, Query)
        elif taken is not None:
            self._answer(taken, failed=outcome == "fail")

    @precondition(lambda self: self.copying)
    @rule(failed=st.booleans())
    def session_takes_copy_data(self, failed: bool) -> None:
        meant = [message for message in self.waiting if not isinstance(message, Sync | Flush)]
        if meant and not isinstance(meant[0], CopyData | CopyDone | CopyFail):
            failed = True  # the client broke off; a session would end the connection, this one fails the COPY
        else:
            taken = self.connection.next_message()
            assert taken == (meant[0] if meant else None)
            self.waiting = self.waiting[self.waiting.index(meant[0]) + 1 :] if meant else []
            if not failed and not isinstance(taken, CopyDone | CopyFail):
                return
            failed = failed or isinstance(taken, CopyFail)
        self.copying = False
        self._answer(Query("") if self.of_query else Execute(""), failed=failed)

    def _answer(self, taken: FrontendMessage, *, failed: bool) -> None:
        if failed:
            self.connection.send(ERROR)
            self.skipping = not isinstance(taken, Query | Sync)
        elif isinstance(taken, Query | Execute):
            self.connection.send(CommandComplete("SELECT 0"))
        assert self.connection.ready_for_query_due is isinstance(taken, Query | Sync)
        if self.connection.ready_for_query_due:
            self.connection.send(IDLE)
            self.ready_sent += 1

    def _next_expected(self) -> FrontendMessage | None:
        while self.waiting:
            message = self.waiting.pop(0)
            if self.skipping:
                if isinstance(message, Sync):
                    self.skipping = False
                    return message
            elif not isinstance(message, CopyData | CopyDone | CopyFail):
                return message
        return None

    @invariant()
    def each_sync_point_has_one_ready_for_query(self) -> None:
        pending = self.copying and self.of_query
        assert self.ready_sent == self.sync_points - pending

    @invariant()
    def the_phase_is_that_of_the_model(self) -> None:
        assert (self.connection.phase is Phase.SKIPPING) is self.skipping
        assert (self.connection.phase in {Phase.COPY_IN, Phase.COPY_IN_EXTENDED}) is self.copying

    @invariant()
    def nothing_is_kept_when_all_is_taken(self) -> None:
        if not self.waiting:
            assert self.connection.bytes_unread == 0 or self.copying or self.skipping


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
