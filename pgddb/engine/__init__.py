"""Run SQL over fetched pages: the one place that knows DuckDB."""

from pgddb.engine.database import Database, EngineFunction, EngineSession, EngineSettings
from pgddb.engine.kept_relations import KeptRelations
from pgddb.engine.prepared_texts import PreparableText
from pgddb.engine.query import BATCH_ROWS, BatchStream
from pgddb.engine.spill_directory import SpillUnusable
from pgddb.engine.stream import FEED_PAGES, FEED_SCHEMA, Feed

__all__ = [
    "BATCH_ROWS",
    "FEED_PAGES",
    "FEED_SCHEMA",
    "BatchStream",
    "Database",
    "EngineFunction",
    "EngineSession",
    "EngineSettings",
    "Feed",
    "KeptRelations",
    "PreparableText",
    "SpillUnusable",
]
