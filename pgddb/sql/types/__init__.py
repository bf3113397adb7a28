"""Infer PostgreSQL's types on a tree before it is rewritten."""

from pgddb.sql.types.annotate import ColumnType, Relations, annotate, output_columns, type_of

__all__ = ["ColumnType", "Relations", "annotate", "output_columns", "type_of"]
