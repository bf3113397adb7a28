"""Know the tables: names to schemas, columns from samples, what a restart must not forget."""

from pgddb.catalog.catalog import CatalogSnapshot, folded_matches
from pgddb.catalog.file import CatalogFile, StoredColumns
from pgddb.catalog.infer import Sample, infer_columns, merge, widen
from pgddb.catalog.statistics import StatisticsBook

__all__ = [
    "CatalogFile",
    "CatalogSnapshot",
    "Sample",
    "StatisticsBook",
    "StoredColumns",
    "folded_matches",
    "infer_columns",
    "merge",
    "widen",
]
