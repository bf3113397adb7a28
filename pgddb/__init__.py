"""pgddb: a PostgreSQL wire-protocol server in front of Amazon DynamoDB."""

__version__ = "0.1.0"
