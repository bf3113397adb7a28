"""Export PostgreSQL functions as DuckDB macros and scalar functions."""
