"""Open the engine with all that SQL needs in it: PostgreSQL's functions, and those that read DynamoDB's JSON."""

from __future__ import annotations

from pgddb.dynamo.document import items_to_json, values_to_json, values_to_text
from pgddb.dynamo.item_sizes import item_attributes, item_sizes, value_sizes
from pgddb.engine import Database, EngineFunction, EngineSettings
from pgddb.sql.functions import ScalarFunction, engine_settings, macro_statements, scalar_functions

DOCUMENT_FUNCTIONS = (
    EngineFunction("pgddb_item_json", ("VARCHAR",), "VARCHAR", items_to_json),
    EngineFunction("pgddb_value_json", ("VARCHAR",), "VARCHAR", values_to_json),
    EngineFunction("pgddb_value_text", ("VARCHAR",), "VARCHAR", values_to_text),
    EngineFunction("pgddb_item_size", ("VARCHAR",), "BIGINT", item_sizes),
    EngineFunction("pgddb_value_size", ("VARCHAR",), "BIGINT", value_sizes),
    EngineFunction(
        "pgddb_item_attributes", ("VARCHAR",), 'STRUCT("name" VARCHAR, "type" VARCHAR, size BIGINT)[]', item_attributes
    ),
)
"""From typed JSON to what PostgreSQL shows. `pgddb_value_text` gives NULL for DynamoDB's NULL."""


def open_database(settings: EngineSettings | None = None) -> Database:
    """Open the engine of a server."""
    return Database(
        settings,
        functions=(*DOCUMENT_FUNCTIONS, *map(_engine_function, scalar_functions())),
        statements=macro_statements(),
        options=engine_settings(),
    )


def _engine_function(function: ScalarFunction) -> EngineFunction:
    return EngineFunction(
        function.name,
        function.parameters,
        function.returns,
        function.function,
        null_in_null_out=False,
        volatile=function.volatile,
    )
