"""Do all I/O with DynamoDB: an access path in, pages of raw typed items out; mutations in, their outcome out."""

from pgddb.dynamo.page import ITEM_SCHEMA, Page
from pgddb.dynamo.prices import load_prices
from pgddb.dynamo.settings import StoreSettings, Timing
from pgddb.dynamo.store import Store
from pgddb.dynamo.write import Writer, broken_commit

__all__ = ["ITEM_SCHEMA", "Page", "Store", "StoreSettings", "Timing", "Writer", "broken_commit", "load_prices"]
