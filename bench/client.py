"""Ask a PostgreSQL server over a raw socket, so that the client costs little: replies are drained, not decoded."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

COMPLETE = re.compile(rb"C\x00\x00\x00.([A-Z ]+?)(\d+)\x00", re.DOTALL)
READY = (b"Z\x00\x00\x00\x05I", b"Z\x00\x00\x00\x05T", b"Z\x00\x00\x00\x05E")
TAIL_BYTES = 16_384


class ServerRefused(Exception):
    """The server answered with an error."""


@dataclass(frozen=True, slots=True)
class Drained:
    """What a statement answered: the rows that its command tag names, and the bytes on the wire."""

    rows: int
    wire_bytes: int


class RawClient:
    """One connection; owns its socket."""

    def __init__(self, port: int, *, user: str = "postgres", host: str = "127.0.0.1") -> None:
        self.socket = socket.create_connection((host, port), timeout=600)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray(1 << 20)
        parameters = b"user\x00" + user.encode() + b"\x00database\x00postgres\x00\x00"
        self.socket.sendall(struct.pack("!ii", len(parameters) + 8, 196_608) + parameters)
        self._drain()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def simple(self, sql: str) -> Drained:
        """Run a statement by the simple protocol: text rows."""
        self.socket.sendall(message(b"Q", sql.encode() + b"\x00"))
        return self._drain()

    def prepare(self, name: str, sql: str) -> None:
        """Parse a statement that execute() then runs."""
        self.socket.sendall(
            message(b"P", name.encode() + b"\x00" + sql.encode() + b"\x00\x00\x00") + message(b"S", b"")
        )
        self._drain()

    def execute(self, name: str, parameters: tuple[str, ...] = (), *, binary: bool = False) -> Drained:
        """Bind text parameters and run; results in text or binary format."""
        self.socket.sendall(execute_request(name, parameters, binary=binary))
        return self._drain()

    def first_row(self, sql: str) -> bytes:
        """Run a statement and return once its first DataRow is here, before the rest is read."""
        self.socket.sendall(message(b"Q", sql.encode() + b"\x00"))
        received = b""
        while True:
            received += self.socket.recv(65_536)
            for tag, body in messages(received):
                if tag == b"E":
                    raise ServerRefused(error_text(body))
                if tag == b"D":
                    return body

    def copy_in(self, sql: str, pieces: Iterable[bytes]) -> Drained:
        """Run COPY ... FROM STDIN and send the pieces; give the rows that the server counted."""
        self.socket.sendall(message(b"Q", sql.encode() + b"\x00"))
        received = b""
        while not any(tag == b"G" for tag, _ in messages(received)):
            if received.endswith(READY):
                raise ServerRefused(str([error_text(body) for tag, body in messages(received) if tag == b"E"]))
            received += self.socket.recv(65_536)
        for piece in pieces:
            self.socket.sendall(message(b"d", piece))
        self.socket.sendall(message(b"c", b""))
        return self._drain()

    def copy_out(self, sql: str, write: Callable[[bytes], object]) -> None:
        """Run COPY ... TO STDOUT and hand what it sends on."""
        self.socket.sendall(message(b"Q", sql.encode() + b"\x00"))
        received = b""
        done = False
        while not done:
            received += self.socket.recv(1 << 20)
            found = messages(received)
            for tag, body in found:
                if tag == b"E":
                    raise ServerRefused(error_text(body))
                if tag == b"d":
                    write(body)
                done = done or tag == b"Z"
            received = received[sum(5 + len(body) for _, body in found) :]

    def scalar(self, sql: str) -> str:
        """Return the text of the first field of the first row, and read the rest."""
        self.socket.sendall(message(b"Q", sql.encode() + b"\x00"))
        received = b""
        while not received.endswith(READY):
            received += self.socket.recv(65_536)
        for tag, body in messages(received):
            if tag == b"E":
                raise ServerRefused(error_text(body))
            if tag == b"D":
                (length,) = struct.unpack_from("!i", body, 2)
                return body[6 : 6 + length].decode()
        raise ServerRefused("no row")

    def _drain(self) -> Drained:
        """Read up to ReadyForQuery; only the last bytes are looked at, so 200,000 rows cost what their bytes cost."""
        tail = b""
        wire_bytes = 0
        while not tail.endswith(READY):
            received = self.socket.recv_into(self.buffer)
            if received == 0:
                errors = [error_text(body) for tag, body in messages(tail) if tag == b"E"]
                raise ServerRefused(errors[0] if errors else "the server closed the connection")
            wire_bytes += received
            tail = (tail + self.buffer[max(0, received - TAIL_BYTES) : received])[-TAIL_BYTES:]
        complete = COMPLETE.findall(tail[-4096:])
        if complete:
            return Drained(int(complete[-1][1]), wire_bytes)
        if wire_bytes <= TAIL_BYTES:
            for tag, body in messages(tail):
                if tag == b"E":
                    raise ServerRefused(error_text(body))
            return Drained(0, wire_bytes)
        raise ServerRefused(f"no command tag at the end of {wire_bytes} bytes: {tail[-300:]!r}")


def message(tag: bytes, body: bytes) -> bytes:
    return tag + struct.pack("!i", len(body) + 4) + body


def execute_request(name: str, parameters: tuple[str, ...], *, binary: bool = False) -> bytes:
    """Return Bind, Describe, Execute and Sync of a prepared statement: text parameters, results in text or binary."""
    values = b"".join(struct.pack("!i", len(value.encode())) + value.encode() for value in parameters)
    bind = b"\x00" + name.encode() + b"\x00\x00\x00" + struct.pack("!h", len(parameters)) + values
    bind += struct.pack("!hh", 1, int(binary))
    return message(b"B", bind) + message(b"D", b"P\x00") + message(b"E", b"\x00\x00\x00\x00\x00") + message(b"S", b"")


def messages(received: bytes) -> list[tuple[bytes, bytes]]:
    """Cut whole messages; an unfinished one at the end is left out."""
    found = []
    at = 0
    while at + 5 <= len(received):
        (length,) = struct.unpack_from("!i", received, at + 1)
        if at + 1 + length > len(received):
            break
        found.append((received[at : at + 1], received[at + 5 : at + 1 + length]))
        at += 1 + length
    return found


def error_text(body: bytes) -> str:
    fields = {part[:1]: part[1:].decode(errors="replace") for part in body.split(b"\x00") if part}
    return f"{fields.get(b'C')}: {fields.get(b'M')}"
