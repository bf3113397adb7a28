"""List all functions of the catalog."""

from __future__ import annotations

from pgddb.catalog.functions import (
    definitions,
    descriptions,
    names,
    privileges,
    procedures,
    settings,
    sizes,
    types,
    visibility,
)
from pgddb.catalog.functions.function import CatalogFunction

CATALOG_FUNCTIONS: tuple[CatalogFunction, ...] = (
    *types.FUNCTIONS,
    *names.FUNCTIONS,
    *procedures.FUNCTIONS,
    *visibility.FUNCTIONS,
    *definitions.FUNCTIONS,
    *descriptions.FUNCTIONS,
    *sizes.FUNCTIONS,
    *privileges.FUNCTIONS,
    *settings.FUNCTIONS,
)
