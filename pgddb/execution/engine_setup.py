"""Open the engine with all that SQL needs in it: PostgreSQL's functions, and those that read DynamoDB's JSON."""

from __future__ import annotations

from pgddb.dynamo.document import items_to_json, values_to_json, values_to_text
from pgddb.engine import Database, EngineFunction, EngineSettings

DOCUMENT_FUNCTIONS = (
    EngineFunction("pgddb_item_json", ("VARCHAR",), "VARCHAR", items_to_json),
    EngineFunction("pgddb_value_json", ("VARCHAR",), "VARCHAR", values_to_json),
    EngineFunction("pgddb_value_text", ("VARCHAR",), "VARCHAR", values_to_text),
)
"""From typed JSON to what PostgreSQL shows. `pgddb_value_text` gives NULL for DynamoDB's NULL."""


def open_database(settings: EngineSettings | None = None) -> Database:
    """Open the engine of a server."""
    return Database(settings, functions=DOCUMENT_FUNCTIONS)
