"""Answer questions about objects: what their oids are called, how they are defined, how large they are."""

from pgddb.catalog.functions.function import CatalogFunction, KnownFacts
from pgddb.catalog.functions.registry import CATALOG_FUNCTIONS

__all__ = ["CATALOG_FUNCTIONS", "CatalogFunction", "KnownFacts"]
