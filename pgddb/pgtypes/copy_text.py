"""Escape whole columns for COPY in its text format, quote them for CSV.

Source: CopyAttributeOutText and CopyAttributeOutCSV in src/backend/commands/copyto.c of PostgreSQL 15.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from pgddb.pgtypes.columns import (
    EncodedColumn,
    FixedColumn,
    Mask,
    VariableColumn,
    as_variable,
    value_bytes,
    value_offsets,
)
from pgddb.pgtypes.registry import PgType

_LETTERS = {8: b"b", 9: b"t", 10: b"n", 11: b"v", 12: b"f", 13: b"r"}
"""What stands behind the backslash for control characters that have a letter."""

_BACKSLASH, _QUOTED_ALONE = ord("\\"), b"\\."
_HARMLESS_DELIMITERS = b"\t,;|"
_NEVER_ESCAPED = frozenset(
    {"bool", "int2", "int4", "int8", "oid", "float4", "float8", "numeric", "uuid", "date", "time", "timestamp"}
    | {"timestamptz"}
)
"""Types whose text, in any style, has no control character, backslash, quote, nor one of the delimiters above."""

_BYTEA_PREFIX = b"\\x"


class TextFormat(Struct, frozen=True):
    """COPY's own text format."""

    delimiter: bytes = b"\t"
    null: bytes = b"\\N"

    def column(self, column: EncodedColumn, pg_type: PgType, place: int) -> EncodedColumn:  # noqa: ARG002 - LineFormat
        """Escape the values of a column and put the word for NULL in."""
        if pg_type.name in _NEVER_ESCAPED and self.delimiter in _HARMLESS_DELIMITERS:
            return _without_nulls(column, self.null)
        if isinstance(column, VariableColumn) and column.prefix == _BYTEA_PREFIX and not column.values.null_count:
            return VariableColumn(column.values, b"\\" + _BYTEA_PREFIX)  # hexadecimal digits are never escaped
        return VariableColumn(_with_null(_escaped(as_variable(column), self.delimiter), self.null))


@dataclass(frozen=True, slots=True)
class CsvFormat:
    r"""Comma-separated values.

    Attributes:
        force_quote: the columns, by place, whose values are all quoted.
        alone: there is one column, where a value of `\\.` would end the data.
    """

    delimiter: bytes = b","
    null: bytes = b""
    quote: bytes = b'"'
    escape: bytes = b'"'
    force_quote: frozenset[int] = frozenset()
    alone: bool = False

    def column(self, column: EncodedColumn, pg_type: PgType, place: int) -> EncodedColumn:
        """Quote the values of a column that need it and put the word for NULL in."""
        harmless = pg_type.name in _NEVER_ESCAPED and self.delimiter in _HARMLESS_DELIMITERS
        if place not in self.force_quote and harmless and not self.null and self.quote in b"\"'":
            return _without_nulls(column, self.null)
        values = as_variable(column)
        if place in self.force_quote:
            quoted = self._quoted(values)
        else:
            needs_quotes = self._needs_quotes(values)
            quoted = pc.if_else(needs_quotes, self._quoted(values), values) if needs_quotes.any() else values
        return VariableColumn(_with_null(quoted, self.null))

    def _needs_quotes(self, values: pa.Array) -> Mask:
        found = np.zeros(len(values), np.bool_)
        special = _table(self.delimiter + self.quote + b"\r\n")[value_bytes(values)]
        if special.any():
            before = np.zeros(len(special) + 1, np.int32)
            np.cumsum(special, out=before[1:])
            offsets = value_offsets(values) - value_offsets(values)[0]
            found = before[offsets[1:]] != before[offsets[:-1]]
        for word in (self.null, *((_QUOTED_ALONE,) if self.alone else ())):
            same = pc.fill_null(pc.equal(values, pa.scalar(word, pa.binary())), False)  # noqa: FBT003 - the value
            found = found | same.to_numpy(zero_copy_only=False)
        return found

    def _quoted(self, values: pa.Array) -> pa.Array:
        marks = [self.quote] if self.escape == self.quote else [self.escape, self.quote]
        present = _present(values, b"".join(marks))
        for mark in marks:
            if mark[0] in present:
                values = pc.replace_substring(values, pattern=mark, replacement=self.escape + mark)
        return pc.binary_join_element_wise(self.quote, values, self.quote, b"")


LineFormat = TextFormat | CsvFormat


def _escaped(values: pa.Array, delimiter: bytes) -> pa.Array:
    present = _present(values, bytes([_BACKSLASH, *_LETTERS]) + delimiter)
    for byte in sorted(present, key=lambda byte: byte != _BACKSLASH):  # first, or those of the others are doubled
        escape = b"\\" + _LETTERS.get(byte, bytes([byte]))
        values = pc.replace_substring(values, pattern=bytes([byte]), replacement=escape)
    return values


def _present(values: pa.Array, wanted: bytes) -> set[int]:
    """Say which of the wanted bytes occur."""
    content = value_bytes(values)
    found = content[_table(wanted)[content]]
    return set(np.unique(found).tolist()) if len(found) else set()


def _table(members: bytes) -> Mask:
    table = np.zeros(256, np.bool_)
    table[list(members)] = True
    return table


def _without_nulls(column: EncodedColumn, null: bytes) -> EncodedColumn:
    if isinstance(column, FixedColumn):
        return column if column.valid is None else VariableColumn(_with_null(as_variable(column), null))
    if column.prefix and not column.values.null_count:
        return column
    return VariableColumn(_with_null(as_variable(column), null))


def _with_null(values: pa.Array, null: bytes) -> pa.Array:
    return pc.fill_null(values, null) if values.null_count else values
