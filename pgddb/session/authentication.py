"""Let a client prove who it is, by the method that the server's rules ask for.

Source: https://www.postgresql.org/docs/15/sasl-authentication.html
"""

from __future__ import annotations

import asyncio

import structlog

from pgddb.authentication import AccessControl, Method, ScramExchange, UserFileError, Visitor, mechanisms
from pgddb.errors import InvalidPassword, ProtocolViolation, SqlError
from pgddb.protocol.messages.authentication import (
    AuthenticationSASL,
    AuthenticationSASLContinue,
    AuthenticationSASLFinal,
    SASLInitialResponse,
    SASLResponse,
)
from pgddb.session.state import SessionState

log = structlog.stdlib.get_logger("pgddb.session")


async def authenticate(state: SessionState) -> bool:
    """Give the session its role; False when the client left instead, as psql does to ask for a password.

    Raises:
        SqlError: the client is not let in.
    """
    access, address = state.host.access, state.peer_address
    _refresh(access)
    visitor = Visitor(state.user, state.database, address, state.link.encryption is not None)
    try:
        method = access.method(visitor)
        if method is Method.SCRAM and not await _prove_password(state):
            return False
        state.take_role(access.role(state.user))
    except SqlError as error:
        log.info("login refused", user=state.user, client=address, sqlstate=error.sqlstate, reason=error.message)
        raise
    return True


def _refresh(access: AccessControl) -> None:
    """Take note of what `pgddb passwd` has changed; a file that cannot be read changes nothing."""
    try:
        if access.refresh():
            log.info("users read again", users=len(access.roles))
    except UserFileError as problem:
        log.warning("users not read again", reason=problem.message)


async def _answer_late(state: SessionState) -> None:
    """Keep the answer to a wrong password back, in this connection only."""
    delays = state.host.failure_delays
    seconds = delays.note_failure(state.peer_address or "")
    if not seconds:
        return
    delays.waiting += 1
    try:
        await asyncio.sleep(seconds)
    finally:
        delays.waiting -= 1


async def _prove_password(state: SessionState) -> bool:
    """Lead a SCRAM exchange; one with an unknown user takes the same way, and fails at the same point."""
    link, verifier = state.link, state.host.access.verifier(state.user)
    link.send(AuthenticationSASL(mechanisms(link.encryption)))
    chosen = await _answer(state)
    if chosen is None:
        return False
    if not isinstance(chosen, SASLInitialResponse):
        raise ProtocolViolation("expected SASL response")
    exchange = ScramExchange(verifier, chosen.mechanism, link.encryption)
    first = chosen.response
    if first is None:  # the client wants an empty challenge before it begins
        first = await _next_response(state, b"")
    final = None if first is None else await _next_response(state, exchange.first(first))
    if final is None:
        return False
    proof = exchange.final(final)
    if proof is None:
        await _answer_late(state)
        raise InvalidPassword(f'password authentication failed for user "{state.user}"')
    state.host.failure_delays.note_success(state.peer_address or "")
    link.send(AuthenticationSASLFinal(proof))
    return True


async def _next_response(state: SessionState, challenge: bytes) -> bytes | None:
    state.link.send(AuthenticationSASLContinue(challenge))
    answer = await _answer(state)
    if answer is None:
        return None
    if not isinstance(answer, SASLResponse):
        raise ProtocolViolation("expected SASL response")
    return answer.response


async def _answer(state: SessionState) -> object:
    state.link.flush()
    return await state.link.next_message()
