"""Hold what a session sets for its writes."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from pgddb.access.mutation import WriteMode


class InsertMode(Enum):
    """What INSERT does about an item that has the key already (`pgddb.insert_mode`)."""

    CHECK = "check"
    """Looks for it when the statement runs: 23505. A writer that comes between may be overwritten."""
    STRICT = "strict"
    """As CHECK, and the put itself is conditional: nobody is overwritten."""
    OVERWRITE = "overwrite"
    """Replaces it without looking."""


class WriteSettings(Struct, frozen=True):
    """What a session's settings mean for its writes.

    Attributes:
        optimistic: an UPDATE or DELETE fails where what it read has changed meanwhile.
        allow_truncate: TRUNCATE deletes every item of a table.
        max_dollars: what the writes of one transaction may cost, None for no limit.
        max_megabytes: what a transaction may keep in memory until it commits.
        units_per_second: pace of each table and each index in write units, None for what DynamoDB gives.
    """

    insert_mode: InsertMode = InsertMode.CHECK
    write_mode: WriteMode = WriteMode.AUTO
    optimistic: bool = True
    allow_truncate: bool = False
    max_dollars: float | None = None
    max_megabytes: int = 256
    units_per_second: float | None = None
