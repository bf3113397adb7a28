"""Do all I/O with DynamoDB: an access path in, pages of raw typed items out."""

from pgddb.dynamo.page import ITEM_SCHEMA, Page
from pgddb.dynamo.store import Store

__all__ = ["ITEM_SCHEMA", "Page", "Store"]
