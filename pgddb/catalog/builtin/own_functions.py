"""List the functions that pgddb adds to pg_catalog, as rows of the catalogs that describe functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

_FIRST_OID = 9601
"""PostgreSQL 15 has given out none of 9000 to 9999."""
_PG_CATALOG, _PG_PROC, _OWNER, _INTERNAL = 11, 1255, 10, 12
_OIDS = {"jsonb": 3802, "text": 25, "text[]": 1009, "boolean": 16, "bigint": 20, "record": 2249}
_MODES = {"": "i", "VARIADIC": "v", "OUT": "o"}


class _Function(Struct, frozen=True):
    name: str
    arguments: tuple[tuple[str, str, str], ...]
    result: str
    description: str
    returns_set: bool = False


_PATH = (("", "document", "jsonb"), ("VARIADIC", "path", "text[]"))
_FUNCTIONS = (
    _Function("attribute_type", _PATH, "text", "type of an attribute in DynamoDB, NULL if it is not there"),
    _Function("attribute_exists", _PATH, "boolean", "is the attribute there, if only as DynamoDB's NULL?"),
    _Function("attribute_size", _PATH, "bigint", "bytes that an attribute adds to its item in DynamoDB, name included"),
    _Function("item_size", (("", "document", "jsonb"),), "bigint", "bytes of an item as DynamoDB counts them"),
    _Function(
        "item_attributes",
        (("", "document", "jsonb"), ("OUT", "name", "text"), ("OUT", "type", "text"), ("OUT", "size", "bigint")),
        "record",
        "name, type and bytes of each attribute of an item in DynamoDB",
        returns_set=True,
    ),
)


def own_rows(catalog: str) -> list[dict[str, Any]]:
    """Give the rows that one catalog has for pgddb's own functions."""
    if catalog == "pg_proc":
        return [_procedure(oid, function) for oid, function in _numbered()]
    if catalog == "pg_description":
        return [
            {"objoid": oid, "classoid": _PG_PROC, "objsubid": 0, "description": function.description}
            for oid, function in _numbered()
        ]
    return [_written(oid, function) for oid, function in _numbered()] if catalog == "function_arguments" else []


def _numbered() -> Iterator[tuple[int, _Function]]:
    return enumerate(_FUNCTIONS, _FIRST_OID)


def _procedure(oid: int, function: _Function) -> dict[str, Any]:
    given = [_OIDS[kind] for mode, _, kind in function.arguments if mode != "OUT"]
    modes = [_MODES[mode] for mode, _, _ in function.arguments]
    plain = set(modes) == {"i"}
    return {
        "oid": oid,
        "proname": function.name,
        "pronamespace": _PG_CATALOG,
        "proowner": _OWNER,
        "prolang": _INTERNAL,
        "procost": 1.0,
        "prorows": 100.0 if function.returns_set else 0.0,
        "provariadic": _OIDS["text"] if "v" in modes else 0,
        "prosupport": 0,
        "prokind": "f",
        "prosecdef": False,
        "proleakproof": False,
        "proisstrict": True,
        "proretset": function.returns_set,
        "provolatile": "i",
        "proparallel": "s",
        "pronargs": len(given),
        "pronargdefaults": 0,
        "prorettype": _OIDS[function.result],
        "proargtypes": given,
        "proallargtypes": None if plain else [_OIDS[kind] for _, _, kind in function.arguments],
        "proargmodes": None if plain else modes,
        "proargnames": [name for _, name, _ in function.arguments],
        "prosrc": function.name,
    }


def _written(oid: int, function: _Function) -> dict[str, Any]:
    arguments = ", ".join(" ".join(filter(None, argument)) for argument in function.arguments)
    result = f"SETOF {function.result}" if function.returns_set else function.result
    definition = (
        f"CREATE OR REPLACE FUNCTION pg_catalog.{function.name}({arguments})\n RETURNS {result}\n LANGUAGE internal\n"
        f" IMMUTABLE PARALLEL SAFE STRICT\nAS $function${function.name}$function$\n"
    )
    identity = ", ".join(" ".join(filter(None, one)) for one in function.arguments if one[0] != "OUT")
    return {"oid": oid, "arguments": arguments, "result": result, "identity": identity, "definition": definition}
