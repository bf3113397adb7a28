"""Do all I/O with DynamoDB: an access path in, pages of raw typed items out; mutations in, their outcome out."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pgddb.dynamo.page import ITEM_SCHEMA, Page
from pgddb.dynamo.prices import load_prices
from pgddb.dynamo.settings import StoreSettings, Timing

if TYPE_CHECKING:
    from pgddb.dynamo.store import Store
    from pgddb.dynamo.write import Writer, broken_commit
else:
    _LATER = {"Store": "store", "Writer": "write", "broken_commit": "write"}

    def __getattr__(name: str) -> object:
        """Import what brings aiobotocore with it when it is asked for: a starting server opens its engine beside it."""
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)


__all__ = ["ITEM_SCHEMA", "Page", "Store", "StoreSettings", "Timing", "Writer", "broken_commit", "load_prices"]
