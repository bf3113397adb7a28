"""Give the engine's type names as PostgreSQL's format_type prints them, for results and messages."""

from __future__ import annotations

import re

POSTGRES_NAMES: dict[str, str] = {
    "BOOLEAN": "boolean",
    "BOOL": "boolean",
    "TINYINT": "smallint",
    "INT8": "smallint",
    "UTINYINT": "smallint",
    "UINT8": "smallint",
    "SMALLINT": "smallint",
    "INT16": "smallint",
    "USMALLINT": "integer",
    "UINT16": "integer",
    "INTEGER": "integer",
    "INT32": "integer",
    "INTEGER_LITERAL": "integer",
    "UINTEGER": "oid",
    "UINT32": "oid",
    "BIGINT": "bigint",
    "INT64": "bigint",
    "UBIGINT": "numeric",
    "UINT64": "numeric",
    "HUGEINT": "numeric",
    "INT128": "numeric",
    "UHUGEINT": "numeric",
    "UINT128": "numeric",
    "BIGNUM": "numeric",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "STRING_LITERAL": "unknown",
    "CHAR": "text",
    "BLOB": "bytea",
    "DATE": "date",
    "TIME": "time without time zone",
    "TIME WITH TIME ZONE": "time with time zone",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP_S": "timestamp without time zone",
    "TIMESTAMP_MS": "timestamp without time zone",
    "TIMESTAMP_NS": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "INTERVAL": "interval",
    "UUID": "uuid",
    "JSON": "json",
    "BIT": "bit varying",
    '"NULL"': "text",
    "NULL": "text",
    "SQLNULL": "text",
}
"""INT8 stands here for the one-byte integer, as the engine's cast errors write it."""

_SIZED = re.compile(r"^(DECIMAL|NUMERIC|VARCHAR)\(.*\)$")
_NESTED = ("STRUCT(", "TUPLE(", "MAP(", "UNION(")


def postgres_name(engine_name: str) -> str:
    """Give PostgreSQL's name: `INTEGER[]` is integer[], a struct is record, a type without likeness is text.

    >>> postgres_name("DECIMAL(38,2)")
    'numeric'
    """
    name = engine_name.strip()
    if name.endswith("]"):
        element = name[: name.rindex("[")]
        return f"{postgres_name(element).removesuffix('[]')}[]"
    if name.startswith(_NESTED):
        return "record"
    if sized := _SIZED.match(name):
        return "text" if sized[1] == "VARCHAR" else "numeric"
    if name in {"DECIMAL", "NUMERIC"}:
        return "numeric"
    return POSTGRES_NAMES.get(name, "text")


def argument_list(text: str) -> list[str]:
    """Cut `INTEGER, DECIMAL(10,2)` at its outer commas and name each type PostgreSQL's way."""
    arguments: list[str] = []
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            arguments.append(text[start:place])
            start = place + 1
    if text.strip():
        arguments.append(text[start:])
    return [postgres_name(argument) for argument in arguments]
