"""Read PostgreSQL's SQL, and write it as DuckDB's.

`parse_statements` cuts a query text, `classify` says what each part asks for,
`rewrite` gives a tree PostgreSQL's meaning in DuckDB's words, `emit` writes it.
"""

from pgddb.sql.classify import classify, parse_one, parse_statements
from pgddb.sql.context import SessionContext
from pgddb.sql.emit import emit
from pgddb.sql.names import output_names
from pgddb.sql.references import parameter_numbers, table_references
from pgddb.sql.rewrites import rewrite

__all__ = [
    "SessionContext",
    "classify",
    "emit",
    "output_names",
    "parameter_numbers",
    "parse_one",
    "parse_statements",
    "rewrite",
    "table_references",
]
