"""Spell types as PostgreSQL's format_type does, and as DuckDB reads them."""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

_NAMES: dict[str, str] = {
    "INT": "integer",
    "BIGINT": "bigint",
    "SMALLINT": "smallint",
    "TINYINT": "smallint",
    "DECIMAL": "numeric",
    "BIGDECIMAL": "numeric",
    "DOUBLE": "double precision",
    "FLOAT": "real",
    "TEXT": "text",
    "VARCHAR": "character varying",
    "CHAR": "character",
    "NCHAR": "character",
    "BPCHAR": "character",
    "NAME": "name",
    "BOOLEAN": "boolean",
    "VARBINARY": "bytea",
    "BINARY": "bytea",
    "DATE": "date",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMPNTZ": "timestamp without time zone",
    "TIMESTAMPTZ": "timestamp with time zone",
    "TIME": "time without time zone",
    "TIMETZ": "time with time zone",
    "INTERVAL": "interval",
    "UUID": "uuid",
    "JSON": "json",
    "JSONB": "jsonb",
    "BIT": "bit",
    "UNKNOWN": "unknown",
}
_ALIASES: dict[str, str] = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "varchar": "character varying",
    "bpchar": "character",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "decimal": "numeric",
    "dec": "numeric",
    "timestamp": "timestamp without time zone",
    "time": "time without time zone",
    "information_schema.cardinal_number": "integer",
    "information_schema.character_data": "character varying",
    "information_schema.sql_identifier": "name",
    "information_schema.time_stamp": "timestamp with time zone",
    "information_schema.yes_or_no": "character varying",
}
_SHORT: dict[str, str] = {
    "smallint": "int2",
    "integer": "int4",
    "bigint": "int8",
    "real": "float4",
    "double precision": "float8",
    "boolean": "bool",
    "character varying": "varchar",
    "character": "bpchar",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "time with time zone": "timetz",
    "bit varying": "varbit",
    '"char"': "char",
}
DUCKDB_TYPES: dict[str, str] = {
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "REAL",
    "double precision": "DOUBLE",
    "boolean": "BOOLEAN",
    "text": "VARCHAR",
    "character varying": "VARCHAR",
    "character": "VARCHAR",
    "name": "VARCHAR",
    '"char"': "VARCHAR",
    "unknown": "VARCHAR",
    "bytea": "BLOB",
    "date": "DATE",
    "timestamp without time zone": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMPTZ",
    "time without time zone": "TIME",
    "time with time zone": "TIMETZ",
    "interval": "INTERVAL",
    "uuid": "UUID",
    "json": "JSON",
    "jsonb": "JSON",
    "bit": "VARCHAR",
    "bit varying": "VARCHAR",
    "oid": "UINTEGER",
    "xid": "UINTEGER",
    "cid": "UINTEGER",
    "regclass": "UINTEGER",
    "regtype": "UINTEGER",
    "regproc": "UINTEGER",
    "regprocedure": "UINTEGER",
    "regnamespace": "UINTEGER",
    "regrole": "UINTEGER",
    "jsonpath": "VARCHAR",
    "int2vector": "SMALLINT[]",
    "oidvector": "UINTEGER[]",
    **dict.fromkeys(["inet", "cidr", "macaddr", "macaddr8"], "VARCHAR"),
    **dict.fromkeys(["aclitem", "anyarray", "cstring", "pg_lsn", "pg_node_tree", "tid", "void", "xid8"], "VARCHAR"),
}
"""What carries a PostgreSQL type in DuckDB; numeric depends on its scale and is not here."""


def type_name(data_type: exp.Expr) -> str:
    """Give format_type's name of a parsed type, without its modifier.

    >>> from pgddb.sql.parse import parse_expression
    >>> [type_name(parse_expression(f"x::{name}").to) for name in ("int4", "varchar(10)", "timestamptz[]", '"char"')]
    ['integer', 'character varying', 'timestamp with time zone[]', '"char"']
    """
    if isinstance(data_type, exp.PseudoType | exp.ObjectIdentifier):
        return str(data_type.name).lower()
    kind = data_type.this
    if isinstance(kind, exp.Interval):
        return "interval"
    if kind == exp.DType.ARRAY:
        element = type_name(data_type.expressions[0])
        return element if element.endswith("[]") else f"{element}[]"
    if kind == exp.DType.USERDEFINED:
        return _user_name(data_type.args.get("kind"))
    name = str(kind.name)
    return _NAMES.get(name, name.lower())


def _user_name(kind: object) -> str:
    text = kind.sql("postgres") if isinstance(kind, exp.Expr) else str(kind)
    if text == '"char"':
        return text
    name = text.replace('"', "").lower().removeprefix("pg_catalog.")
    if name.startswith("_") and (name[1:] in _ALIASES or name[1:] in DUCKDB_TYPES):  # as pg_type calls arrays
        return f"{_ALIASES.get(name[1:], name[1:])}[]"
    return _ALIASES.get(name, name)


_PLAIN = frozenset(["jsonpath"])
"""Types whose names the parser of types would read as something else."""


def data_type(name: str) -> exp.DataType:
    """Make the node of a type from its name.

    >>> data_type("bigint").sql("postgres"), type_name(data_type("jsonpath"))
    ('BIGINT', 'jsonpath')
    """
    if name in _PLAIN:
        return exp.DataType(this=exp.DType.USERDEFINED, kind=exp.to_identifier(name))
    return _built(name).copy()


@lru_cache(maxsize=256)
def _built(name: str) -> exp.DataType:
    return exp.DataType.build(name, dialect="postgres", udt=True)


def type_called(name: str) -> str | None:
    """Give the type that a function of this name casts to, `int8('5')`, None if there is no such type.

    >>> type_called("int8"), type_called("date"), type_called("lower")
    ('bigint', 'date', None)
    """
    target = _ALIASES.get(name, name)
    return target if target in DUCKDB_TYPES else None


def short_name(name: str) -> str:
    """Give the name of a type in pg_type, by which PostgreSQL names the column of a cast.

    >>> short_name("timestamp with time zone[]")
    'timestamptz'
    """
    element = name.removesuffix("[]")
    return _SHORT.get(element, element)


def type_modifier(data_type: exp.Expr) -> int:
    """Give the type's modifier as pg_attribute.atttypmod has it, -1 when there is none.

    >>> from pgddb.sql.parse import parse_expression
    >>> type_modifier(parse_expression("x::numeric(10,2)").to)
    655366
    """
    numbers = [int(part.name) for part in data_type.expressions if part.name.lstrip("-").isdigit()]
    name = type_name(data_type)
    if not numbers or name.endswith("[]"):
        return 1 + 4 if name == "character" else -1
    if name == "numeric":
        scale = numbers[1] if len(numbers) > 1 else 0
        return ((numbers[0] << 16) | (scale & 0x7FF)) + 4
    if name in ("character varying", "character"):
        return numbers[0] + 4
    return numbers[0] if name.startswith(("time", "bit")) else -1
