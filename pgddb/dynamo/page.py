"""Hold what one response brought: its items as a record batch over the response's own bytes, and its bill."""

from __future__ import annotations

import pyarrow as pa
from msgspec import Struct

ITEM_SCHEMA = pa.schema([("item", pa.string_view())])
"""One row an item: its raw DynamoDB-typed JSON, `{"id":{"S":"a"},...}`, exactly as DynamoDB sent it."""


class Page(Struct, frozen=True):
    """One response of a read.

    Attributes:
        items: of ITEM_SCHEMA; empty for an empty page and for `count_only`.
        count: items returned, also when `items` is empty because only they are counted.
        scanned_count: items read before the filter.
        read_units: what this response cost.
    """

    items: pa.RecordBatch
    count: int
    scanned_count: int
    read_units: float
