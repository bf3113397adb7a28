"""Hold what DDL defines: schemas, servers, foreign tables, views, comments; immutable, changed by plain functions."""

from pgddb.catalog.definitions.objects import (
    Comment,
    DeclaredColumns,
    DefinedColumn,
    Definitions,
    Extension,
    ForeignTable,
    Schema,
    Server,
    UserMapping,
    initial_definitions,
)

__all__ = [
    "Comment",
    "DeclaredColumns",
    "DefinedColumn",
    "Definitions",
    "Extension",
    "ForeignTable",
    "Schema",
    "Server",
    "UserMapping",
    "initial_definitions",
]
