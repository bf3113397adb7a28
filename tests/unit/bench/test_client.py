"""Tests of bench/client.py: what it cuts and what it understands."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable

import pytest

from bench.client import Drained, RawClient, ServerRefused, message, messages

READY = message(b"Z", b"I")


def served(*replies: bytes) -> int:
    """Answer each message of one client with the next reply; return the port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener, listener.accept()[0] as client:
            for reply in replies:
                client.recv(65_536)
                client.sendall(reply)
            client.recv(65_536)

    threading.Thread(target=serve, daemon=True).start()
    port: int = listener.getsockname()[1]
    return port


def row(text: bytes) -> bytes:
    return message(b"D", struct.pack("!hi", 1, len(text)) + text)


def ask(reply: bytes, work: Callable[[RawClient], object]) -> object:
    with RawClient(served(message(b"R", b"\x00\x00\x00\x00") + READY, reply)) as client:
        return work(client)


def test_whole_messages_are_cut_and_an_unfinished_one_is_left() -> None:
    assert messages(READY + row(b"a")[:-1]) == [(b"Z", b"I")]


def test_rows_are_counted_by_the_command_tag() -> None:
    reply = row(b"x" * 50_000) * 3 + message(b"C", b"SELECT 3\x00") + READY
    assert ask(reply, lambda client: client.simple("SELECT")) == Drained(3, len(reply))


def test_notices_after_the_command_tag_do_not_hide_it() -> None:
    reply = message(b"C", b"SELECT 12\x00") + message(b"N", b"SNOTICE\x00Mread\x00\x00") + READY
    assert ask(reply, lambda client: client.simple("SELECT")) == Drained(12, len(reply))


def test_an_error_is_raised_with_its_sqlstate() -> None:
    reply = message(b"E", b"SERROR\x00C42P01\x00Mno such table\x00\x00") + READY
    with pytest.raises(ServerRefused, match="42P01: no such table"):
        ask(reply, lambda client: client.simple("SELECT"))


def test_an_error_after_many_rows_is_not_taken_for_success() -> None:
    reply = row(b"x" * 50_000) + message(b"E", b"SERROR\x00C57014\x00Mcanceled\x00\x00") + READY
    with pytest.raises(ServerRefused, match="no command tag"):
        ask(reply, lambda client: client.simple("SELECT"))


def test_a_scalar_is_the_first_field() -> None:
    reply = row(b"4711") + message(b"C", b"SELECT 1\x00") + READY
    assert ask(reply, lambda client: client.scalar("SELECT")) == "4711"
