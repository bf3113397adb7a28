"""Throw broken conversations at a server over plain sockets, and say what came back that must not.

A conversation is bytes; the oracle knows no more than the documented SQLSTATEs and the words that stay in the server.
"""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_ERRORS = Path(__file__).resolve().parents[2] / "docs" / "errors.md"
DOCUMENTED = frozenset(re.findall(r"^\| `(\w{5})`", _ERRORS.read_text(encoding="utf-8"), re.MULTILINE))
FOREIGN_WORDS = re.compile(
    rb"(?i:duckdb|python|traceback|sqlglot|binder error|catalog error|nonetype|object has no|keyerror|typeerror"
    rb"|valueerror|assertionerror|pgcat\.|pgddb_\w+\()"
)
HEADER = struct.Struct("!ci")
ANSWER_SECONDS = 20.0
"""No statement here is slow; a server that is silent for so long hangs."""

LENGTH = struct.Struct("!i")


def framed(tag: bytes, body: bytes) -> bytes:
    return tag + LENGTH.pack(len(body) + 4) + body


def startup(**parameters: str) -> bytes:
    pairs = {"user": "postgres", "database": "postgres", **parameters}
    body = struct.pack("!i", 196608) + b"".join(f"{k}\0{v}\0".encode() for k, v in pairs.items()) + b"\0"
    return LENGTH.pack(len(body) + 4) + body


def query(text: str) -> bytes:
    return framed(b"Q", text.encode() + b"\0")


def parse(text: str, *oids: int, name: str = "") -> bytes:
    declared = struct.pack(f"!h{len(oids)}I", len(oids), *oids)
    return framed(b"P", f"{name}\0{text}\0".encode() + declared)


def bind(
    values: Sequence[bytes | None],
    *,
    formats: Sequence[int] = (),
    results: Sequence[int] = (),
    portal: str = "",
    name: str = "",
) -> bytes:
    counted = b"".join(LENGTH.pack(-1) if one is None else LENGTH.pack(len(one)) + one for one in values)
    return framed(
        b"B",
        f"{portal}\0{name}\0".encode()
        + struct.pack(f"!h{len(formats)}h", len(formats), *formats)
        + struct.pack("!h", len(values))
        + counted
        + struct.pack(f"!h{len(results)}h", len(results), *results),
    )


def execute(portal: str = "", limit: int = 0) -> bytes:
    return framed(b"E", portal.encode() + b"\0" + LENGTH.pack(limit))


def describe(kind: bytes, name: str = "") -> bytes:
    return framed(b"D", kind + name.encode() + b"\0")


SYNC = framed(b"S", b"")
FLUSH = framed(b"H", b"")
TERMINATE = framed(b"X", b"")


@dataclass
class Outcome:
    """What a server sent until it was silent or closed.

    Attributes:
        sqlstates: of all its errors.
        wrongs: what no server may send.
    """

    tags: bytes = b""
    sqlstates: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)
    is_closed: bool = False

    def take(self, tag: bytes, body: bytes) -> None:
        self.tags += tag
        if tag not in (b"E", b"N"):
            return
        parts = {part[:1]: part[1:] for part in body.split(b"\0") if part}
        sqlstate = parts.get(b"C", b"").decode()
        message = parts.get(b"M", b"").decode("utf-8", "replace")
        if tag == b"E":
            self.sqlstates.append(sqlstate)
            self.messages.append(message)
            if sqlstate not in DOCUMENTED or sqlstate == "XX000":
                self.wrongs.append(f"{sqlstate}: {message}")
        said = b"\n".join(parts.get(letter, b"") for letter in (b"M", b"D", b"H"))
        if FOREIGN_WORDS.search(said):
            self.wrongs.append(f"foreign words: {said.decode('utf-8', 'replace')}")


QUIET_SECONDS = 0.3
"""After so long without a word from the server, a broken stream has nothing more to say."""


async def converse(port: int, *sent: bytes, finish: bool = True, quiet: float = QUIET_SECONDS) -> Outcome:
    """Send bytes, read what comes, end the stream when the server is quiet, and read until it closes.

    Args:
        port: where the server listens.
        sent: pieces, each drained before the next.
        finish: False closes the socket at once and reads nothing.
        quiet: seconds of silence before the end of the stream is sent.

    Raises:
        TimeoutError: the server neither answers nor closes.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    outcome = Outcome()
    try:
        with suppress(ConnectionError):
            for piece in sent:
                writer.write(piece)
                await writer.drain()
            if not finish:
                return outcome
        if not await _read(reader, outcome, quiet):
            with suppress(ConnectionError):
                writer.write_eof()
            if not await _read(reader, outcome, ANSWER_SECONDS):
                raise TimeoutError("the server neither answers nor closes")
        outcome.is_closed = True
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    return outcome


async def _read(reader: asyncio.StreamReader, outcome: Outcome, seconds: float) -> bool:
    """Take messages; say whether the server closed before it was silent for so long."""
    try:
        while True:
            head = await asyncio.wait_for(reader.readexactly(HEADER.size), seconds)
            tag, length = HEADER.unpack(head)
            outcome.take(tag, await asyncio.wait_for(reader.readexactly(length - 4), ANSWER_SECONDS))
    except TimeoutError:
        return False
    except (asyncio.IncompleteReadError, ConnectionError):
        return True


async def still_answers(port: int) -> bool:
    """Say whether another session gets the answer of SELECT 7."""
    outcome = await converse(port, startup(), query("SELECT 7"), TERMINATE, quiet=ANSWER_SECONDS)
    return b"D" in outcome.tags and not outcome.sqlstates
