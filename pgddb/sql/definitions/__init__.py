"""Read the statements that define things into one dataclass for each, by families."""

from pgddb.sql.definitions.registry import Definition, read_definition

__all__ = ["Definition", "read_definition"]
