"""Name types as format_type does, and find them by name.

Source: src/backend/utils/adt/format_type.c of PostgreSQL 15.
"""

from __future__ import annotations

from typing import Any

from pgddb.catalog.builtin import builtin_by_oid, builtin_rows
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.functions.function import CatalogFunction
from pgddb.catalog.identifiers import name_parts, qualified, quoted
from pgddb.errors import UndefinedObject
from pgddb.pgtypes.registry import find_type_by_name, find_type_by_oid
from pgddb.sql.classify import parse_one
from pgddb.sql.statements import SelectStatement
from pgddb.sql.type_names import type_name

NUMERIC, VARCHAR, BPCHAR, BIT, VARBIT, INTERVAL = 1700, 1043, 1042, 1560, 1562, 1186
TIMES = {1083: "time", 1266: "time", 1114: "timestamp", 1184: "timestamp"}
PG_CATALOG = 11


def format_type(facts: CatalogFacts, oid: int | None, modifier: int | None) -> str | None:
    """Name a type as SQL does, with its modifier."""
    if oid is None:
        return None
    if oid == 0:
        return "-"
    known = find_type_by_oid(oid)
    if known is None:
        return _by_row(facts, oid)
    if known.is_array:
        return f"{format_type(facts, known.element_oid, modifier)}[]" if known.name.startswith("_") else known.type_name
    if modifier is None or modifier < 0:
        return "bpchar" if oid == BPCHAR and modifier is not None else known.type_name
    return _with_modifier(oid, known.type_name, modifier)


def _with_modifier(oid: int, name: str, modifier: int) -> str:
    if oid == NUMERIC:
        precision, scale = (modifier - 4) >> 16 & 0xFFFF, (modifier - 4) & 0x7FF
        return f"numeric({precision},{(scale ^ 1024) - 1024})"
    if oid in (VARCHAR, BPCHAR):
        return f"{name}({modifier - 4})"
    if oid in (BIT, VARBIT):
        return f"{name}({modifier})"
    if oid in TIMES:
        first, rest = name.split(" ", 1)
        return f"{first}({modifier}) {rest}"
    return name


def _by_row(facts: CatalogFacts, oid: int) -> str:
    """Name a type that is no built-in base type: the rows of a table, or a domain of the information schema."""
    row = builtin_by_oid("pg_type").get(oid)
    if row is not None:
        element = row["typelem"] if row["typcategory"] == "A" else 0
        if element:
            return f"{_by_row(facts, element)}[]"
        schema = str(builtin_by_oid("pg_namespace")[row["typnamespace"]]["nspname"])
        return quoted(row["typname"]) if schema == "pg_catalog" else qualified(schema, row["typname"])
    for one in facts.objects:
        if oid in (one.row_type_oid, one.array_type_oid):
            name = (
                quoted(one.table.name) if one.table.schema == "public" else qualified(one.table.schema, one.table.name)
            )
            return name if oid == one.row_type_oid else f"{name}[]"
    return "???"


def find_type(facts: CatalogFacts, text: str) -> int | None:
    """Find a type by any spelling of its name."""
    bare = text.strip()
    if bare.isdigit():
        return int(bare)
    known = find_type_by_name(bare.lower().removeprefix("pg_catalog."))
    return known.oid if known is not None else _written(facts, bare)


def _written(facts: CatalogFacts, text: str) -> int | None:
    """Read a type's name as a cast would: int, varchar(10), "char", public.reviews, text[]."""
    if text.endswith("[]"):
        element = find_type(facts, text[:-2])
        return None if element is None else _array_of(facts, element)
    name = _standard_name(text)
    known = None if name is None else find_type_by_name(name)
    if known is not None:
        return known.oid
    parts = [part for part, _ in name_parts(text)]
    for row in builtin_rows("pg_type"):
        if row["typname"] == parts[-1] and (len(parts) > 1 or row["typnamespace"] == PG_CATALOG):
            return int(row["oid"])
    return next((one.row_type_oid for one in facts.objects if one.table.name == parts[-1]), None)


def _standard_name(text: str) -> str | None:
    statement = parse_one(f"SELECT NULL::{text}")
    if not isinstance(statement, SelectStatement):
        return None
    return type_name(statement.tree.expressions[0].args["to"])


def _array_of(facts: CatalogFacts, element: int) -> int | None:
    row: dict[str, Any] | None = builtin_by_oid("pg_type").get(element)
    if row is not None:
        return int(row["typarray"]) or None
    return next((one.array_type_oid for one in facts.objects if one.row_type_oid == element), None)


def type_named(facts: CatalogFacts, text: str) -> int:
    """Read 'text'::regtype.

    Raises:
        UndefinedObject: there is no such type.
    """
    found = 0 if text == "-" else find_type(facts, text)
    if found is None:
        raise UndefinedObject(f'type "{text}" does not exist')
    return found


def type_shown(facts: CatalogFacts, oid: int) -> str:
    """Write a regtype: an oid that no type has stays a number."""
    shown = format_type(facts, oid, None)
    return str(oid) if shown is None or shown == "???" else shown


def encoding_name(facts: CatalogFacts, number: int) -> str:  # noqa: ARG001 - one shape for all functions
    """Name an encoding by its number in pg_wchar.h."""
    return ENCODINGS[number] if 0 <= number < len(ENCODINGS) else ""


def encoding_number(facts: CatalogFacts, name: str) -> int:  # noqa: ARG001
    """Give the number of an encoding, -1 if there is none."""
    folded = name.upper().replace("-", "").replace("_", "")
    return next((at for at, one in enumerate(ENCODINGS) if one.replace("_", "") == folded), -1)


ENCODINGS = [
    "SQL_ASCII",
    "EUC_JP",
    "EUC_CN",
    "EUC_KR",
    "EUC_TW",
    "EUC_JIS_2004",
    "UTF8",
    "MULE_INTERNAL",
    "LATIN1",
    "LATIN2",
    "LATIN3",
    "LATIN4",
    "LATIN5",
    "LATIN6",
    "LATIN7",
    "LATIN8",
    "LATIN9",
    "LATIN10",
    "WIN1256",
    "WIN1258",
    "WIN866",
    "WIN874",
    "KOI8R",
    "WIN1251",
    "WIN1252",
    "ISO_8859_5",
    "ISO_8859_6",
    "ISO_8859_7",
    "ISO_8859_8",
    "WIN1250",
    "WIN1253",
    "WIN1254",
    "WIN1255",
    "WIN1257",
    "KOI8U",
    "SJIS",
    "BIG5",
    "GBK",
    "UHC",
    "GB18030",
    "JOHAB",
    "SHIFT_JIS_2004",
]

FUNCTIONS = (
    CatalogFunction("pgddb_format_type", ("BIGINT", "BIGINT"), "VARCHAR", format_type, strict=False),
    CatalogFunction("pgddb_find_type", ("VARCHAR",), "UINTEGER", find_type),
    CatalogFunction("pgddb_type_named", ("VARCHAR",), "UINTEGER", type_named),
    CatalogFunction("pgddb_type_shown", ("BIGINT",), "VARCHAR", type_shown),
    CatalogFunction("pgddb_encoding_name", ("BIGINT",), "VARCHAR", encoding_name),
    CatalogFunction("pgddb_encoding_number", ("VARCHAR",), "BIGINT", encoding_number),
)
