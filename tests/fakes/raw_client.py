"""Speak the protocol by hand: what a recording sent goes out as it was, and what comes back is kept as it is."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Record = Mapping[str, Any]


@dataclass
class Answer:
    """What a server gave for one statement."""

    columns: list[tuple[str, int]] | None = None
    formats: list[int] | None = None
    parameter_oids: list[int] | None = None
    rows: list[list[Any]] = field(default_factory=list)
    tag: str | None = None
    error: dict[str, str] | None = None
    results: list[Answer] = field(default_factory=list)
    status: str = "I"


class RawClient:
    """Speaks the protocol by hand, so that no client library hides what comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.parameters: dict[str, str] = {}
        self.statements: dict[str, str] = {}
        self.status = "I"
        self.wanted_status = "I"
        self.not_made: set[str] = set()

    @classmethod
    async def connect(cls, port: int, parameters: Mapping[str, str]) -> RawClient:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        client = cls(reader, writer)
        body = struct.pack(">I", 196608) + b"".join(
            part.encode() + b"\0" for pair in parameters.items() for part in pair
        )
        writer.write(struct.pack(">I", len(body) + 5) + body + b"\0")
        await client._until_ready()
        return client

    def close(self) -> None:
        self._writer.close()

    async def query(self, sql: str) -> Answer:
        self._send(b"Q", sql.encode() + b"\0")
        return await self._until_ready()

    async def describe(self, record: Record) -> Answer:
        self._parse(record)
        self._send(b"S", b"")
        return await self._until_ready()

    async def execute(self, record: Record) -> Answer:
        name = self._parse(record)
        portal = (record.get("portal_name") or "").encode() + b"\0"
        bind = portal + name + _codes(record.get("param_formats")) + _values(record.get("params"))
        self._send(b"B", bind + _codes(record.get("result_formats")))
        self._send(b"D", b"P" + portal)
        self._send(b"E", portal + struct.pack(">I", record.get("max_rows") or 0))
        self._send(b"S", b"")
        return await self._until_ready()

    def _parse(self, record: Record) -> bytes:
        name, sql = record.get("stmt_name") or "", str(record["sql"])
        encoded = name.encode() + b"\0"
        if not name or self.statements.get(name) != sql:
            if name in self.statements:
                self._send(b"C", b"S" + encoded)
            oids = record.get("param_oids") or []
            self._send(b"P", encoded + sql.encode() + b"\0" + struct.pack(f">H{len(oids)}I", len(oids), *oids))
            self.statements[name] = sql
        self._send(b"D", b"S" + encoded)
        return encoded

    def _send(self, tag: bytes, body: bytes) -> None:
        self._writer.write(tag + struct.pack(">I", len(body) + 4) + body)

    async def _until_ready(self) -> Answer:
        answer = Answer()
        current = answer
        while True:
            header = await self._reader.readexactly(5)
            tag, (length,) = header[:1], struct.unpack(">I", header[1:])
            body = await self._reader.readexactly(length - 4)
            if tag == b"Z":
                answer.status = self.status = body.decode()
                return answer
            if current.tag is not None and tag in b"TDCI":
                current = Answer()
            self._note(tag, body, answer, current)

    def _note(self, tag: bytes, body: bytes, answer: Answer, current: Answer) -> None:
        """Take note of one message."""
        if tag in TAGS:
            current.tag = TAGS[tag] or body[:-1].decode()
            answer.results.append(current)
            return
        match tag:
            case b"T":
                columns = list(_fields(body))
                current.columns = [(name, oid) for name, oid, _ in columns]
                current.formats = [code for _, _, code in columns]
            case b"t":
                answer.parameter_oids = list(struct.unpack(f">{(len(body) - 2) // 4}I", body[2:]))
            case b"D":
                current.rows.append(list(_row(body)))
            case b"E":
                answer.error = {part[:1].decode(): part[1:].decode() for part in body.split(b"\0") if part}
            case b"S":
                name, value = body.split(b"\0")[:2]
                self.parameters[name.decode()] = value.decode()
            case b"G":
                self._send(b"f", b"no data\0")
            case _:
                pass


TAGS = {b"C": "", b"I": "(empty)", b"s": "(suspended)"}
"""Messages that end a statement, and how the recordings write the last two."""


def _fields(body: bytes) -> Iterator[tuple[str, int, int]]:
    at = 2
    while at < len(body):
        end = body.index(b"\0", at)
        _, _, oid, _, _, code = struct.unpack(">IHIhih", body[end + 1 : end + 19])
        yield body[at:end].decode(), oid, code
        at = end + 19


def _row(body: bytes) -> Iterator[bytes | None]:
    at = 2
    while at < len(body):
        (length,) = struct.unpack(">i", body[at : at + 4])
        at += 4
        yield None if length < 0 else body[at : at + length]
        at += max(length, 0)


def _codes(codes: Sequence[int] | None) -> bytes:
    codes = codes or ()
    return struct.pack(f">H{len(codes)}H", len(codes), *codes)


def _values(values: Sequence[Any] | None) -> bytes:
    parts = [struct.pack(">H", len(values or ()))]
    for value in values or ():
        if value is None:
            parts.append(struct.pack(">i", -1))
            continue
        raw = bytes.fromhex(value["bin"]) if isinstance(value, dict) else str(value).encode()
        parts.append(struct.pack(">i", len(raw)) + raw)
    return b"".join(parts)
