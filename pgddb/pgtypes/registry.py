"""Look up PostgreSQL's built-in types by oid, by internal name and by the name that format_type prints."""

from __future__ import annotations

from msgspec import Struct

from pgddb.errors import UndefinedObject
from pgddb.pgtypes.oid_table import ROWS


class PgType(Struct, frozen=True):
    """One row of pg_type.

    Attributes:
        oid: as in pg_type, stable between PostgreSQL versions.
        name: typname: "int4", "_int4".
        type_name: as format_type(oid, NULL) prints: "integer", "integer[]".
        array_oid: oid of the array of this type, 0 when there is none.
        element_oid: oid of the element of an array type, 0 for all others.
        size: typlen, -1 for a variable length, -2 for a C string.
        category: typcategory, one letter.
        delimiter: between the elements in the text of an array of this type.
        kind: typtype: b(ase), p(seudo), r(ange), m(ultirange).
    """

    oid: int
    name: str
    type_name: str
    array_oid: int
    element_oid: int
    size: int
    category: str
    delimiter: str
    kind: str

    @property
    def is_array(self) -> bool:
        return self.element_oid != 0


TYPES: tuple[PgType, ...] = tuple(PgType(*row) for row in ROWS)

_BY_OID = {pg_type.oid: pg_type for pg_type in TYPES}
_BY_NAME = {pg_type.name: pg_type for pg_type in TYPES}
_BY_TYPE_NAME = {pg_type.type_name: pg_type for pg_type in TYPES}


def type_by_oid(oid: int) -> PgType:
    """Give the type with this oid.

    Raises:
        UndefinedObject: PostgreSQL has no built-in type with this oid.
    """
    try:
        return _BY_OID[oid]
    except KeyError:
        raise UndefinedObject(f"type with OID {oid} does not exist") from None


def find_type_by_oid(oid: int) -> PgType | None:
    return _BY_OID.get(oid)


def type_by_name(name: str) -> PgType:
    """Give the type with this internal name ("int4", "_int4") or format_type name ("integer", "integer[]").

    Raises:
        UndefinedObject: PostgreSQL has no built-in type of this name.
    """
    found = find_type_by_name(name)
    if found is None:
        raise UndefinedObject(f'type "{name}" does not exist')
    return found


def find_type_by_name(name: str) -> PgType | None:
    # "char" is one byte, char without the quotes is bpchar: only the quoted spelling is in _BY_TYPE_NAME
    return _BY_TYPE_NAME.get(name) or _BY_NAME.get(name)


def array_of(element: PgType) -> PgType:
    """Give the array type whose element is `element`; an array stands for arrays of all dimensions.

    Raises:
        UndefinedObject: there is no such array type.
    """
    if element.category == "A" and element.array_oid == 0:
        return element
    if element.array_oid == 0:
        raise UndefinedObject(f"could not find array type for data type {element.type_name}")
    return _BY_OID[element.array_oid]


def element_of(array: PgType) -> PgType:
    """Give the element type of an array type."""
    return type_by_oid(array.element_oid)


BOOL = _BY_NAME["bool"]
BYTEA = _BY_NAME["bytea"]
CHAR = _BY_NAME["char"]
NAME = _BY_NAME["name"]
INT8 = _BY_NAME["int8"]
INT2 = _BY_NAME["int2"]
INT4 = _BY_NAME["int4"]
TEXT = _BY_NAME["text"]
OID = _BY_NAME["oid"]
JSON = _BY_NAME["json"]
FLOAT4 = _BY_NAME["float4"]
FLOAT8 = _BY_NAME["float8"]
UNKNOWN = _BY_NAME["unknown"]
BPCHAR = _BY_NAME["bpchar"]
VARCHAR = _BY_NAME["varchar"]
DATE = _BY_NAME["date"]
TIME = _BY_NAME["time"]
TIMESTAMP = _BY_NAME["timestamp"]
TIMESTAMPTZ = _BY_NAME["timestamptz"]
INTERVAL = _BY_NAME["interval"]
TIMETZ = _BY_NAME["timetz"]
NUMERIC = _BY_NAME["numeric"]
REGCLASS = _BY_NAME["regclass"]
REGTYPE = _BY_NAME["regtype"]
VOID = _BY_NAME["void"]
RECORD = _BY_NAME["record"]
UUID = _BY_NAME["uuid"]
JSONB = _BY_NAME["jsonb"]
TEXT_ARRAY = _BY_NAME["_text"]
INT4_ARRAY = _BY_NAME["_int4"]
