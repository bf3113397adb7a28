"""Say whether compiled functions are in use, which only exist where numba is installed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa

from pgddb.pgtypes.columns import EncodedColumn, Vector


class CompiledEncoders(Protocol):
    """What `compiled_rows` has."""

    def frame_rows(self, columns: Sequence[EncodedColumn], count: int, tag: int) -> memoryview: ...

    def frame_lines(self, columns: Sequence[EncodedColumn], count: int, tag: int, delimiter: int) -> memoryview: ...

    def integer_texts(self, array: pa.Array) -> pa.Array: ...

    def decimal_texts(self, array: pa.Array, *, trimmed: bool) -> pa.Array | None: ...

    def binary_decimals(self, array: pa.Array, scales: Vector | int | None) -> pa.Array | None: ...


_encoders: CompiledEncoders | None = None


def use_compiled(encoders: CompiledEncoders | None) -> None:
    """Let compiled functions encode what they take, from now on."""
    global _encoders  # noqa: PLW0603 - they are ready some time after the start
    _encoders = encoders


def compiled_encoders() -> CompiledEncoders | None:
    """Give the functions if they are ready."""
    return _encoders
