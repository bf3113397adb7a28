"""Measure the encoding of DataRow messages against a naive per-row encoder, and against a real PostgreSQL.

Usage: python bench/bench_codec.py [--rows 20000] [--rounds 7] [--postgres "host=... user=..."]

All figures are rows per CPU second of the encoding thread, best of some interleaved rounds. Only ratios within one
run say anything: machines differ and are busy. With --postgres, the server's backend process is measured while it
sends the same rows (it also scans them, so that ratio compares a server with an encoder).
"""

from __future__ import annotations

import argparse
import os
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa

from pgddb.pgtypes import DEFAULT_STYLE, ResultField, RowEncoder, default_type, type_by_name
from pgddb.pgtypes.batch_encoder import encode_columns
from pgddb.pgtypes.row_encoder import cell_writer, encode_rows

Encode = Callable[[pa.RecordBatch], Any]


def wide(rows: int) -> tuple[pa.RecordBatch, list[ResultField]]:
    """Eight columns as an application has them, one in ten values of some NULL."""
    chance = np.random.default_rng(1)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    columns = {
        "id": pa.array(np.arange(rows, dtype=np.int64) + 10**6),
        "quantity": pa.array(chance.integers(0, 1000, rows).astype(np.int32), mask=chance.random(rows) < 0.1),
        "price": pa.array([Decimal(int(n)).scaleb(-2) for n in chance.integers(0, 10**7, rows)], pa.decimal128(18, 2)),
        "score": pa.array(np.round(chance.random(rows) * 1000, 4)),
        "active": pa.array(chance.random(rows) < 0.5),
        "created": pa.array(
            [start + timedelta(seconds=int(n)) for n in chance.integers(0, 10**7, rows)], pa.timestamp("us", "UTC")
        ),
        "name": pa.array([f"customer number {n}" for n in range(rows)], mask=chance.random(rows) < 0.1),
        "note": pa.array([f"{n:08d}" * 12 for n in range(rows)]),
    }
    batch = pa.record_batch(columns)
    return batch, [ResultField(field.name, default_type(field.type)) for field in batch.schema]


def narrow(rows: int) -> tuple[pa.RecordBatch, list[ResultField]]:
    batch = pa.record_batch({"a": pa.array(np.arange(rows)), "b": pa.array(np.arange(rows, dtype=np.int32))})
    return batch, [ResultField(field.name, default_type(field.type)) for field in batch.schema]


def document(rows: int) -> tuple[pa.RecordBatch, list[ResultField]]:
    batch = pa.record_batch(
        {"item": pa.array([f'{{"id": {n}, "tags": ["a", "b"], "n": {n * 7}}}' * 3 for n in range(rows)])}
    )
    return batch, [ResultField("item", type_by_name("jsonb"))]


def naive(batch: pa.RecordBatch) -> bytes:
    """Encode row by row from Python objects, as a server without column kernels does; text only."""
    out = []
    for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        cells = []
        for value in row:
            if value is None:
                cells.append(b"\xff\xff\xff\xff")
                continue
            text = ("t" if value else "f") if isinstance(value, bool) else str(value)
            encoded = text.encode()
            cells.append(struct.pack("!i", len(encoded)) + encoded)
        body = b"".join(cells)
        out.append(struct.pack("!BIh", 0x44, len(body) + 6, len(cells)) + body)
    return b"".join(out)


def reference(fields: list[ResultField], format_code: int, schema: pa.Schema) -> Encode:
    writers = [
        cell_writer(column.type, field, format_code, DEFAULT_STYLE)
        for column, field in zip(schema, fields, strict=True)
    ]
    return lambda batch: encode_rows(batch.columns, writers)


def seconds_per_call(encode: Encode, batch: pa.RecordBatch, calls: int) -> float:
    start = time.thread_time()
    for _ in range(calls):
        encode(batch)
    return (time.thread_time() - start) / calls


def best(encoders: dict[str, Encode], batch: pa.RecordBatch, rounds: int) -> dict[str, float]:
    """Give each encoder's lowest CPU seconds for one call, the rounds interleaved."""
    calls = {
        name: max(1, int(0.02 / max(seconds_per_call(encode, batch, 2), 1e-7))) for name, encode in encoders.items()
    }
    found = dict.fromkeys(encoders, float("inf"))
    for _ in range(rounds):
        for name, encode in encoders.items():
            found[name] = min(found[name], seconds_per_call(encode, batch, calls[name]))
    return found


def print_bulk(rows: int, rounds: int) -> None:
    print(f"\n{rows} rows in a batch, 1000 rows per CPU second   (x: against naive)")
    for name, make in (("wide", wide), ("narrow", narrow), ("document", document)):
        batch, fields = make(rows)
        encoders: dict[str, Encode] = {
            "naive text": naive,
            "row by row text": reference(fields, 0, batch.schema),
            "row by row binary": reference(fields, 1, batch.schema),
            "text": RowEncoder(fields, [0], DEFAULT_STYLE).encode,
            "binary": RowEncoder(fields, [1], DEFAULT_STYLE).encode,
        }
        found = best(encoders, batch, rounds)
        for kind, seconds in found.items():
            print(f"  {name:9} {kind:18} {rows / seconds / 1000:10.0f}   x{found['naive text'] / seconds:.1f}")


def print_few(rounds: int) -> None:
    print("\nfew rows, microseconds per batch: row by row / whole columns")
    for name, make in (("wide", wide), ("narrow", narrow)):
        for rows in (1, 5, 10, 20, 30, 50, 100):
            batch, fields = make(rows)
            cells: list[str] = []
            for format_code in (0, 1):
                encoders = RowEncoder(fields, [format_code], DEFAULT_STYLE)._encoders
                columns = encoders.for_schema(batch.schema)
                whole = partial(encode_columns, columns=columns)
                found = best(
                    {"rows": reference(fields, format_code, batch.schema), "columns": whole},
                    batch,
                    rounds,
                )
                cells.append(f"{found['rows'] * 1e6:7.1f} / {found['columns'] * 1e6:7.1f}")
            print(f"  {name:7} {rows:4} rows   text {cells[0]}   binary {cells[1]}")


def print_columns(rows: int, rounds: int) -> None:
    print("\nsingle columns, nanoseconds per value in a batch of their own: text / binary")
    batch, fields = wide(rows)
    for index, field in enumerate(fields):
        one = pa.record_batch([batch.column(index)], [field.name])
        cells = []
        for format_code in (0, 1):
            encode = RowEncoder([field], [format_code], DEFAULT_STYLE).encode
            cells.append(best({"it": encode}, one, rounds)["it"] / rows * 1e9)
        print(f"  {field.type.type_name:26} {cells[0]:7.0f} / {cells[1]:7.0f}")


def print_against_postgres(dsn: str, rows: int, rounds: int) -> None:
    """Let PostgreSQL send the wide rows, and read its backend's CPU time from the kernel."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "CREATE TEMP TABLE wide AS SELECT 1000000 + n AS id, CASE WHEN n % 10 > 0 THEN n % 1000 END AS quantity,"
            " (n * 37 % 10000000 / 100.0)::numeric(18, 2) AS price, n % 9973 / 16.0::float8 AS score,"
            " n % 2 = 0 AS active, timestamptz '2024-01-01 00:00Z' + n * interval '1 s' AS created,"
            " CASE WHEN n % 10 > 0 THEN 'customer number ' || n END AS name, repeat(lpad(n::text, 8, '0'), 12) AS note"
            f" FROM generate_series(1::bigint, {rows}) n"
        )
        backend = Path(f"/proc/{connection.info.backend_pid}/schedstat")
        if not backend.exists():
            print("\nPostgreSQL runs elsewhere: its CPU time cannot be read")
            return
        print("\nagainst PostgreSQL's backend, wide rows per CPU second")
        batch, fields = wide(rows)
        for format_code, kind in ((0, "text"), (1, "binary")):
            encode = RowEncoder(fields, [format_code], DEFAULT_STYLE).encode
            theirs = ours = float("inf")
            for _ in range(rounds):
                before = int(backend.read_text().split()[0])
                for _ in range(5):
                    connection.pgconn.exec_params(b"SELECT * FROM wide", [], result_format=format_code)
                theirs = min(theirs, (int(backend.read_text().split()[0]) - before) / 5 / 1e9)
                ours = min(ours, seconds_per_call(encode, batch, 5))
            rates = f"PostgreSQL {rows / theirs / 1000:7.0f} k   here {rows / ours / 1000:7.0f} k"
            print(f"  {kind:7} {rates}   x{theirs / ours:.2f}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=20_000)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--postgres", default=os.environ.get("PGDDB_BENCH_POSTGRES"))
    chosen = arguments.parse_args()
    print_bulk(chosen.rows, chosen.rounds)
    print_columns(chosen.rows, chosen.rounds)
    print_few(chosen.rounds)
    if chosen.postgres:
        print_against_postgres(chosen.postgres, chosen.rows, chosen.rounds)


if __name__ == "__main__":
    main()
