"""Read and run JSON paths, the language of jsonb_path_query and its like."""

from pgddb.sql.functions.jsonpath.evaluate import evaluate
from pgddb.sql.functions.jsonpath.parse import parse_path
from pgddb.sql.functions.jsonpath.show import show_path

__all__ = ["evaluate", "parse_path", "show_path"]
