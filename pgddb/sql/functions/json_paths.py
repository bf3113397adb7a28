"""Define the functions of JSON paths.

Source: https://www.postgresql.org/docs/15/functions-json.html#FUNCTIONS-SQLJSON-PROCESSING
"""

from __future__ import annotations

from collections.abc import Iterator

from pgddb.errors import InvalidParameterValue, SingletonJsonItemRequired, SqlError
from pgddb.sql.functions.jsonb import Value, read_json, write_jsonb
from pgddb.sql.functions.jsonpath import evaluate, parse_path, show_path
from pgddb.sql.functions.macros import macros
from pgddb.sql.functions.scalar import ScalarFunction, by_value


def _found(document: str, path: str, variables: str, silent: bool) -> Iterator[Value]:  # noqa: FBT001 - from SQL
    values = read_json(variables)
    if not isinstance(values, dict):
        raise InvalidParameterValue(
            '"vars" argument is not an object',
            detail='Jsonpath parameters should be encoded as key-value pairs of "vars" object.',
        )
    found = evaluate(parse_path(path), read_json(document), values)
    while True:
        try:
            value = next(found)
        except StopIteration:
            return
        except SqlError as error:
            if silent and error.sqlstate.startswith("22"):
                yield _FAILED
                return
            raise
        yield value


_FAILED = object()
"""Ends what was found before an error that the caller wants silenced."""


def query(document: str, path: str, variables: str, silent: bool) -> list[str]:  # noqa: FBT001 - from SQL
    """Do jsonb_path_query."""
    found = list(_found(document, path, variables, silent))
    return [] if _FAILED in found else [write_jsonb(value) for value in found]


def query_array(document: str, path: str, variables: str, silent: bool) -> str:  # noqa: FBT001 - from SQL
    """Do jsonb_path_query_array."""
    return "[" + ", ".join(query(document, path, variables, silent)) + "]"


def query_first(document: str, path: str, variables: str, silent: bool) -> str | None:  # noqa: FBT001 - from SQL
    """Do jsonb_path_query_first."""
    return next(iter(query(document, path, variables, silent)), None)


def exists(document: str, path: str, variables: str, silent: bool) -> bool | None:  # noqa: FBT001 - from SQL
    """Do jsonb_path_exists; None if an error was silenced."""
    found = _found(document, path, variables, silent)
    if parse_path(path).strict:
        values = list(found)
        return None if _FAILED in values else bool(values)
    first = next(found, None)
    return None if first is _FAILED else first is not None or _is_null(document, path, variables, silent)


def _is_null(document: str, path: str, variables: str, silent: bool) -> bool:  # noqa: FBT001 - as above
    """Tell JSON's null from nothing."""
    return any(value is None for value in _found(document, path, variables, silent))


def match(document: str, path: str, variables: str, silent: bool) -> bool | None:  # noqa: FBT001 - from SQL
    """Do jsonb_path_match."""
    values = list(_found(document, path, variables, silent))
    if _FAILED in values:
        return None
    if len(values) == 1 and (values[0] is None or isinstance(values[0], bool)):
        return values[0]
    if silent:
        return None
    raise SingletonJsonItemRequired("single boolean result is expected")


def jsonpath_text(text: str) -> str:
    """Give a path as PostgreSQL shows it."""
    return show_path(parse_path(text))


_ARGUMENTS = ("VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN")
FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_jsonpath", ("VARCHAR",), "VARCHAR", jsonpath_text),
    by_value("pgddb_path_query", _ARGUMENTS, "VARCHAR[]", query),
    by_value("pgddb_path_query_array", _ARGUMENTS, "VARCHAR", query_array),
    by_value("pgddb_path_query_first", _ARGUMENTS, "VARCHAR", query_first),
    by_value("pgddb_path_exists", _ARGUMENTS, "BOOLEAN", exists),
    by_value("pgddb_path_match", _ARGUMENTS, "BOOLEAN", match),
)


def _with_defaults(name: str, function: str, cast: str) -> str:
    return f"""{name}(j, p) AS {function}(j::VARCHAR, p, '{{}}', false){cast},
        (j, p, v) AS {function}(j::VARCHAR, p, v::VARCHAR, false){cast},
        (j, p, v, s) AS {function}(j::VARCHAR, p, v::VARCHAR, s){cast};"""


MACROS = macros(
    _with_defaults("pg_jsonb_path_query", "pgddb_path_query", "::JSON[]")
    + _with_defaults("jsonb_path_query_array", "pgddb_path_query_array", "::JSON")
    + _with_defaults("jsonb_path_query_first", "pgddb_path_query_first", "::JSON")
    + _with_defaults("jsonb_path_exists", "pgddb_path_exists", "")
    + _with_defaults("jsonb_path_match", "pgddb_path_match", "")
)
