"""Find functions by name, and say how they are called: regproc, regprocedure, pg_get_function_arguments.

Source: src/backend/utils/adt/regproc.c of PostgreSQL 15.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pgddb.catalog.builtin import builtin_by_oid, builtin_rows
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.functions.function import CatalogFunction
from pgddb.catalog.functions.names import schema_of
from pgddb.catalog.functions.types import find_type, format_type
from pgddb.catalog.identifiers import name_parts, qualified, quoted
from pgddb.errors import AmbiguousFunction, UndefinedFunction


@cache
def _by_name() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in builtin_rows("pg_proc"):
        found.setdefault(row["proname"], []).append(row)
    return found


def _candidates(text: str) -> list[dict[str, Any]]:
    parts = [name for name, _ in name_parts(text)]
    schema = parts[-2] if len(parts) > 1 else "pg_catalog"
    return [row for row in _by_name().get(parts[-1], []) if schema_of(row["pronamespace"]) == schema]


def procedure_named(facts: CatalogFacts, text: str) -> int:  # noqa: ARG001 - one shape for all functions
    """Read 'text'::regproc.

    Raises:
        UndefinedFunction: there is no such function.
        AmbiguousFunction: there are several.
    """
    if text.isdigit():
        return int(text)
    if text == "-":
        return 0
    found = _candidates(text)
    if not found:
        raise UndefinedFunction(f'function "{text}" does not exist')
    if len(found) > 1:
        raise AmbiguousFunction(f'more than one function named "{text}"')
    return int(found[0]["oid"])


def find_procedure(facts: CatalogFacts, text: str) -> int | None:  # noqa: ARG001
    """Do to_regproc: NULL where there is not exactly one."""
    found = _candidates(text)
    return int(found[0]["oid"]) if len(found) == 1 else None


def procedure_shown(facts: CatalogFacts, oid: int) -> str:  # noqa: ARG001
    """Write a regproc: with its schema where the name alone does not find it."""
    if oid == 0:
        return "-"
    row = builtin_by_oid("pg_proc").get(oid)
    if row is None:
        return str(oid)
    name, schema = str(row["proname"]), schema_of(row["pronamespace"])
    alone = schema == "pg_catalog" and len(_candidates(quoted(name))) == 1
    return quoted(name) if alone else qualified(schema, name)


def signature_named(facts: CatalogFacts, text: str) -> int:
    """Read 'name(types)'::regprocedure.

    Raises:
        UndefinedFunction: there is no such function.
    """
    if text.isdigit():
        return int(text)
    name, _, rest = text.partition("(")
    types = [find_type(facts, part) for part in rest.rstrip(") ").split(",") if part.strip()]
    for row in _candidates(name):
        if row["proargtypes"] == types:
            return int(row["oid"])
    raise UndefinedFunction(f'function "{text}" does not exist')


def signature_shown(facts: CatalogFacts, oid: int) -> str:
    """Write a regprocedure."""
    row = builtin_by_oid("pg_proc").get(oid)
    if row is None:
        return str(oid) if oid else "-"
    types = ",".join(str(format_type(facts, kind, None)) for kind in row["proargtypes"])
    schema = schema_of(row["pronamespace"])
    name = quoted(row["proname"]) if schema == "pg_catalog" else qualified(schema, row["proname"])
    return f"{name}({types})"


def _described(oid: int, part: str) -> str | None:
    row = builtin_by_oid("function_arguments").get(oid)
    return None if row is None else row[part]


def arguments(facts: CatalogFacts, oid: int) -> str | None:  # noqa: ARG001
    return _described(oid, "arguments")


def result(facts: CatalogFacts, oid: int) -> str | None:  # noqa: ARG001
    return _described(oid, "result")


def identity(facts: CatalogFacts, oid: int) -> str | None:  # noqa: ARG001
    return _described(oid, "identity")


def definition(facts: CatalogFacts, oid: int) -> str | None:  # noqa: ARG001
    return _described(oid, "definition")


FUNCTIONS = (
    CatalogFunction("pgddb_find_procedure", ("VARCHAR",), "UINTEGER", find_procedure),
    CatalogFunction("pgddb_procedure_named", ("VARCHAR",), "UINTEGER", procedure_named),
    CatalogFunction("pgddb_procedure_shown", ("BIGINT",), "VARCHAR", procedure_shown),
    CatalogFunction("pgddb_signature_named", ("VARCHAR",), "UINTEGER", signature_named),
    CatalogFunction("pgddb_signature_shown", ("BIGINT",), "VARCHAR", signature_shown),
    CatalogFunction("pgddb_function_arguments", ("BIGINT",), "VARCHAR", arguments),
    CatalogFunction("pgddb_function_result", ("BIGINT",), "VARCHAR", result),
    CatalogFunction("pgddb_function_definition", ("BIGINT",), "VARCHAR", definition),
    CatalogFunction("pgddb_function_identity", ("BIGINT",), "VARCHAR", identity),
)
