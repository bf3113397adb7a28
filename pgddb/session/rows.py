"""Give the rows of statements out in portions: batches to DataRow bytes, with limits and suspension."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from pgddb.access.statistics import ReadStatistics
from pgddb.execution import ResultStream
from pgddb.pgtypes import OutputStyle, ResultField, RowEncoder, SingleRow, encode_single, type_by_name
from pgddb.pgtypes.acceleration import compiled_encoders
from pgddb.protocol.connection import Buffer
from pgddb.protocol.messages.rows import FieldDescription, RowDescription
from pgddb.session.contract import ClientLink, RowSource

CHUNK_BYTES = 1024 * 1024
"""About what is encoded at once, so that a client that does not read holds little memory."""

ENCODED_IN_LOOP_BYTES = 256 * 1024
"""Rows up to this size are encoded where they are: it takes about a millisecond. Compiled functions encode a whole
chunk in less than two, and a change of threads would cost a tenth of that."""


class ConstantRows:
    """Rows that are known before: SHOW, EXPLAIN."""

    def __init__(
        self,
        fields: tuple[ResultField, ...],
        rows: Sequence[Sequence[str | None]],
        command_tag: str,
        statistics: ReadStatistics | None = None,
    ) -> None:
        self.fields = fields
        self.statistics = statistics or ReadStatistics()
        self._rows: Sequence[Sequence[str | None]] = rows
        self._command_tag = command_tag

    async def next_batch(self) -> pa.RecordBatch | None:
        rows, self._rows = self._rows, ()
        if not rows:
            return None
        columns: list[Any] = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        return pa.RecordBatch.from_arrays(columns, names=[f"c{index}" for index in range(len(columns))])

    async def close(self) -> None:
        self._rows = ()

    def command_tag(self, rows: int) -> str:  # noqa: ARG002 - RowSource
        return self._command_tag


def text_fields(*names: str) -> tuple[ResultField, ...]:
    """Describe columns of type text."""
    return tuple(ResultField(name, type_by_name("text")) for name in names)


class RowReader:
    """Takes portions from a row source; keeps what was fetched and not asked for."""

    def __init__(self, source: RowSource) -> None:
        self.source = source
        self._leftover: pa.RecordBatch | None = None
        self._at_end = False

    def take_single(self) -> SingleRow | None:
        """Take the only row, where it needs no batch."""
        return self.source.take_single() if isinstance(self.source, ResultStream) else None

    async def take(self, limit: int | None) -> pa.RecordBatch | None:
        """Give the next rows, at most `limit`; None at the end."""
        batch, self._leftover = self._leftover, None
        if batch is None:
            if self._at_end:
                return None
            batch = await self.source.next_batch()
        if batch is None:
            self._at_end = True
            return None
        if limit is not None and batch.num_rows > limit:
            self._leftover = batch.slice(limit)
            return batch.slice(0, limit)
        return batch


async def send_rows(
    link: ClientLink,
    reader: RowReader,
    *,
    formats: Sequence[int],
    style: OutputStyle,
    limit: int | None = None,
) -> int:
    """Send rows until the end or the limit, no faster than the client reads; give their number."""
    single = reader.take_single()
    if single is not None:
        link.send_encoded(encode_single(single, reader.source.fields, formats, style))
        if limit != 1:
            await reader.take(None)  # its end, with the bill
        return 1
    encoder = RowEncoder(reader.source.fields, formats, style)
    return await send_batches(link, reader, encode=encoder.encode, limit=limit)


async def send_batches(
    link: ClientLink, reader: RowReader, *, encode: Callable[[pa.RecordBatch], Buffer], limit: int | None = None
) -> int:
    """Send the messages that an encoder makes of rows, no faster than the client reads; give the number of rows."""
    sent = 0
    while limit is None or sent < limit:
        link.flush_soon()
        batch = await reader.take(None if limit is None else limit - sent)
        if batch is None:
            break
        sent += batch.num_rows
        for chunk in _chunks(batch):
            link.send_encoded(await _encoded(encode, chunk))
            await link.drain()
    return sent


async def _encoded(encode: Callable[[pa.RecordBatch], Buffer], chunk: pa.RecordBatch) -> Buffer:
    """Encode in a thread what would keep other sessions waiting."""
    if chunk.nbytes <= ENCODED_IN_LOOP_BYTES or compiled_encoders() is not None:
        return encode(chunk)
    return await asyncio.to_thread(encode, chunk)


def _chunks(batch: pa.RecordBatch) -> Sequence[pa.RecordBatch]:
    if batch.nbytes <= CHUNK_BYTES or batch.num_rows == 1:
        return (batch,)
    rows = max(1, batch.num_rows * CHUNK_BYTES // batch.nbytes)
    return [batch.slice(start, rows) for start in range(0, batch.num_rows, rows)]


def describe_rows(fields: Sequence[ResultField], formats: Sequence[int]) -> RowDescription:
    """Tell the client the fields and how their values will come."""
    return RowDescription(
        tuple(
            FieldDescription(
                field.name,
                type_oid=field.type.oid,
                type_size=field.type.size,
                type_modifier=field.type_modifier,
                format_code=format_code,
                table_oid=field.table_oid,
                attribute_number=field.attribute_number,
            )
            for field, format_code in zip(fields, formats, strict=True)
        )
    )
