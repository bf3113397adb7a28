"""What must hold for the tables as a whole."""

from __future__ import annotations

import pytest

from pgddb.protocol.messages.notices import ErrorResponse
from pgddb.protocol.messages.registry import FRONTEND_TAGS
from pgddb.protocol.messages.simple_query import ReadyForQuery
from pgddb.protocol.transitions import BEFORE_READY, IGNORES, READY_DUE, RECEIVES, SENDS, Phase


@pytest.mark.parametrize("phase", Phase)
def test_somebody_may_speak_unless_closed(phase: Phase) -> None:
    assert bool(RECEIVES[phase] or SENDS[phase]) is (phase is not Phase.CLOSED)


@pytest.mark.parametrize("phase", Phase)
def test_no_message_both_counts_and_is_dropped(phase: Phase) -> None:
    assert not IGNORES[phase] & RECEIVES[phase].keys()


def test_every_phase_can_be_reached() -> None:
    reached = {Phase.STARTUP}
    for _ in Phase:
        for phase in tuple(reached):
            reached |= set(RECEIVES[phase].values()) | set(SENDS[phase].values())
    assert reached == set(Phase)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase in BEFORE_READY])
def test_an_error_before_ready_is_the_end(phase: Phase) -> None:
    assert SENDS[phase][ErrorResponse] is Phase.CLOSED


def test_ready_for_query_is_legal_where_it_is_due() -> None:
    assert {phase for phase in Phase if ReadyForQuery in SENDS[phase]} == READY_DUE


def test_while_skipping_every_message_is_known() -> None:
    assert IGNORES[Phase.SKIPPING] | RECEIVES[Phase.SKIPPING].keys() == set(FRONTEND_TAGS.values())
