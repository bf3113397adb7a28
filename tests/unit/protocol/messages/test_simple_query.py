"""Simple query messages that are wrong."""

from __future__ import annotations

import pytest

from pgddb.errors import MalformedMessage
from pgddb.protocol.messages.simple_query import FunctionCall, ReadyForQuery


def test_an_unknown_transaction_status_is_refused() -> None:
    with pytest.raises(MalformedMessage, match="invalid transaction status"):
        ReadyForQuery.decode(b"X")


def test_a_count_of_arguments_is_checked_against_the_bytes() -> None:
    with pytest.raises(MalformedMessage, match="insufficient data left in message"):
        FunctionCall.decode(b"\0\0\0\7\0\0\xff\xff\0\0")
