"""Say which Arrow type carries a column of a system relation to the engine."""

from __future__ import annotations

import pyarrow as pa

_TYPES: dict[str, pa.DataType] = {
    "boolean": pa.bool_(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "real": pa.float32(),
    "double precision": pa.float64(),
    "numeric": pa.decimal128(38, 0),
    "bytea": pa.binary(),
    "timestamp with time zone": pa.timestamp("us", "UTC"),
    "interval": pa.month_day_nano_interval(),
    "int2vector": pa.list_(pa.int16()),
    "oidvector": pa.list_(pa.uint32()),
    "oid": pa.uint32(),
    "xid": pa.uint32(),
}
"""Carriers of what is not text: name, "char", pg_node_tree, aclitem, pg_lsn, inet and the rest travel as text."""


def arrow_type(type_name: str) -> pa.DataType:
    """Give the carrier of a type by its name in format_type.

    >>> arrow_type("oid[]"), arrow_type("regproc"), arrow_type("aclitem[]")
    (ListType(list<item: uint32>), DataType(uint32), ListType(list<item: string>))
    """
    if type_name.endswith("[]"):
        return pa.list_(arrow_type(type_name.removesuffix("[]")))
    if type_name.startswith("reg"):
        return pa.uint32()
    return _TYPES.get(type_name, pa.string())
