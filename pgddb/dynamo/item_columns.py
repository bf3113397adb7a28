"""Make batches of rows of whole pages of items, with the values that the engine would give.

As `item_row` does for one item, this knows the usual; a batch with an item that is not is left to the engine.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from pgddb.access.table import Carrier
from pgddb.dynamo.document import ColumnKind, item_columns


class BatchMaker:
    """Makes the rows of items for the outputs of one statement; nested values and whole items are given as jsonb.

    Columns are (name, attribute or None for the whole item, carrier).
    """

    def __init__(self, columns: Sequence[tuple[str, str | None, Carrier]]) -> None:
        self._names = [name for name, _, _ in columns]
        self._wanted = [(attribute, _KINDS[carrier]) for _, attribute, carrier in columns]

    def batch(self, items: pa.Array) -> pa.RecordBatch | None:
        """Give a row for each item; None if one is unusual."""
        columns = item_columns(items, self._wanted)
        return None if columns is None else pa.RecordBatch.from_arrays(columns, names=self._names)


_KINDS: dict[Carrier, ColumnKind] = {
    Carrier.TEXT: "text",
    Carrier.INTEGER: "integer",
    Carrier.DIGITS: "digits",
    Carrier.BOOLEAN: "boolean",
    Carrier.JSON: "json",
    Carrier.DOCUMENT: "document",
}
