"""Give the PostgreSQL type that an Arrow column has when nobody says otherwise."""

from __future__ import annotations

import pyarrow as pa
from pyarrow import types

from pgddb.errors import FeatureNotSupported
from pgddb.pgtypes import registry
from pgddb.pgtypes.registry import PgType, array_of


def default_type(kind: pa.DataType) -> PgType:
    """Choose the PostgreSQL type for an Arrow type.

    Raises:
        FeatureNotSupported: PostgreSQL has no type for it that we can send: rows and maps.
    """
    found = _BY_ID.get(kind.id)
    if found is not None:
        return found
    if isinstance(kind, pa.BaseExtensionType):
        return _extension_type(kind)
    if types.is_timestamp(kind):
        return registry.TIMESTAMP if kind.tz is None else registry.TIMESTAMPTZ
    if types.is_dictionary(kind):
        return default_type(kind.value_type)
    if _is_list(kind):
        return array_of(default_type(kind.value_type))
    raise FeatureNotSupported(f"a value of type {kind} has no PostgreSQL type")


def default_type_modifier(kind: pa.DataType) -> int:
    """Give the type modifier for an Arrow type: precision and scale of a decimal, else -1.

    decimal128(38, 0) has none: it also carries 128-bit integers such as the sum of a bigint column.
    """
    if types.is_decimal(kind) and (kind.precision, kind.scale) != (38, 0):
        return int(kind.precision << 16 | kind.scale) + 4
    return -1


def _extension_type(kind: pa.BaseExtensionType) -> PgType:
    name = kind.extension_name
    if name == "arrow.json":
        return registry.JSON
    if name == "arrow.uuid":
        return registry.UUID
    if name == "arrow.bool8":
        return registry.BOOL
    if name == "arrow.opaque":
        raise FeatureNotSupported(f"a value of type {kind.type_name} has no PostgreSQL type")
    return default_type(kind.storage_type)


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        types.is_list(kind)
        or types.is_large_list(kind)
        or types.is_fixed_size_list(kind)
        or types.is_list_view(kind)
        or types.is_large_list_view(kind)
    )


_DEFAULTS: tuple[tuple[pa.DataType, PgType], ...] = (
    (pa.null(), registry.TEXT),
    (pa.bool_(), registry.BOOL),
    (pa.int8(), registry.INT2),
    (pa.uint8(), registry.INT2),
    (pa.int16(), registry.INT2),
    (pa.uint16(), registry.INT4),
    (pa.int32(), registry.INT4),
    (pa.uint32(), registry.INT8),
    (pa.int64(), registry.INT8),
    (pa.uint64(), registry.NUMERIC),
    (pa.float16(), registry.FLOAT4),
    (pa.float32(), registry.FLOAT4),
    (pa.float64(), registry.FLOAT8),
    (pa.decimal128(38, 0), registry.NUMERIC),
    (pa.decimal256(38, 0), registry.NUMERIC),
    (pa.string(), registry.TEXT),
    (pa.large_string(), registry.TEXT),
    (pa.string_view(), registry.TEXT),
    (pa.binary(), registry.BYTEA),
    (pa.large_binary(), registry.BYTEA),
    (pa.binary_view(), registry.BYTEA),
    (pa.binary(16), registry.BYTEA),
    (pa.date32(), registry.DATE),
    (pa.date64(), registry.DATE),
    (pa.time32("s"), registry.TIME),
    (pa.time64("us"), registry.TIME),
    (pa.duration("us"), registry.INTERVAL),
    (pa.month_day_nano_interval(), registry.INTERVAL),
)
_BY_ID: dict[int, PgType] = {kind.id: pg_type for kind, pg_type in _DEFAULTS}
