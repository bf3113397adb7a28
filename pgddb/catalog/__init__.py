"""Know the tables: names to schemas, columns from samples, what a restart must not forget."""
