"""Fold the constants of a condition, and give them the kind of value that the attribute is compared with."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from msgspec import Struct
from sqlglot import exp

from pgddb.access.predicate import Constant, Operand, Parameter, ParameterElements, SeenAs
from pgddb.access.table import AttributePath
from pgddb.sql.references import parameter_number
from pgddb.sql.type_names import type_modifier, type_name
from pgddb.sql.types import type_of
from pgddb.sql.types.families import element_of

Value = str | int | Decimal | float | bytes | bool | None
Folded = tuple[Value, str]
"""A constant and PostgreSQL's name of its type; a text without one is unknown."""

TEXT_VIEWS = frozenset({SeenAs.TEXT, SeenAs.SCALAR_TEXT, SeenAs.ANY_TEXT})
EXACT_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric"})
TEXTS = frozenset({"text", "character varying", "name", "unknown"})
_VALUE_TYPES: dict[SeenAs, frozenset[str]] = {
    SeenAs.TEXT: TEXTS,
    SeenAs.SCALAR_TEXT: TEXTS,
    SeenAs.ANY_TEXT: TEXTS,
    SeenAs.NUMBER: EXACT_NUMBERS | {"double precision"},
    SeenAs.FLOAT: EXACT_NUMBERS | {"double precision"},
    SeenAs.TYPE: TEXTS,
    SeenAs.SIZE: EXACT_NUMBERS,
    SeenAs.BOOLEAN: frozenset({"boolean"}),
    SeenAs.BINARY: frozenset({"bytea"}),
}
_INTEGER_BITS = {"smallint": 15, "integer": 31, "bigint": 63}
_INTEGER_TEXT = re.compile(r"\s*[+-]?[0-9]+\s*\Z")
_NUMBER_TEXT = re.compile(r"\s*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?\s*\Z")
_TRUTHS = {"t": True, "true": True, "f": False, "false": False}
_NAME_BYTES = 63
"""As NAMEDATALEN - 1 in the PostgreSQL source: longer names are cut."""
_SIMPLE_ARRAY = re.compile(r"\{[^{}\"\\]*\}\Z")


class Subject(Struct, frozen=True):
    """An attribute of the table that a condition is about.

    Attributes:
        view: what SQL compares.
        type_name: PostgreSQL's name of the type that is compared.
        native: the table's own column of that path is seen in the same way.
    """

    path: AttributePath
    view: SeenAs
    type_name: str
    native: bool = True

    @property
    def seen_as(self) -> SeenAs | None:
        return None if self.native else self.view


def operand_of(node: exp.Expr, subject: Subject) -> Operand | None:
    """Give what a subject is compared with, or None where it is no constant or of another kind."""
    parameter = _parameter(node)
    if parameter is not None:
        number, name = parameter
        return Parameter(number) if name in _VALUE_TYPES.get(subject.view, ()) else None
    folded = fold(node)
    return None if folded is None else coerced(folded, subject)


def coerced(folded: Folded, subject: Subject) -> Constant | None:
    """Give a constant the subject's kind of value, as PostgreSQL does with a text of unknown type."""
    value, name = folded
    if value is None:
        return Constant(None)
    if name == "unknown" and isinstance(value, str) and subject.view not in TEXT_VIEWS:
        converted = _converted(value, subject.type_name)
        return None if converted is None else Constant(converted)
    return Constant(value) if name in _VALUE_TYPES.get(subject.view, ()) else None


def elements_of(node: exp.Expr, subject: Subject) -> tuple[Operand, ...] | ParameterElements | None:
    """Give the elements of an array: of a parameter, of ARRAY[...], of a text such as '{1,2}'."""
    node = node.unnest()
    parameter = _parameter(node)
    if parameter is not None:
        number, name = parameter
        return ParameterElements(number) if element_of(name) in _VALUE_TYPES.get(subject.view, ()) else None
    wanted = subject.type_name
    if isinstance(node, exp.Cast):
        wanted = element_of(type_name(node.args["to"])) or ""
        node = node.this.unnest()
    if isinstance(node, exp.Array):
        return _all_known([operand_of(one, subject) for one in node.expressions])
    if not (isinstance(node, exp.Literal) and node.is_string):
        return None
    texts = _array_texts(node.name)
    if texts is None or not wanted:
        return None
    return _all_known([_element(text, wanted, subject) for text in texts])


def _element(text: str, wanted: str, subject: Subject) -> Operand | None:
    if text.upper() == "NULL":
        return Constant(None)
    value = _converted(text, wanted)
    return None if value is None else coerced((value, wanted), subject)


def _all_known(operands: list[Operand | None]) -> tuple[Operand, ...] | None:
    known = tuple(operand for operand in operands if operand is not None)
    return known if len(known) == len(operands) else None


def _array_texts(text: str) -> list[str] | None:
    """Read an array of one dimension without quotes."""
    text = text.strip()
    if not _SIMPLE_ARRAY.match(text):
        return None
    inner = text[1:-1].strip()
    parts = [part.strip() for part in inner.split(",")] if inner else []
    return parts if all(parts) else None


def _parameter(node: exp.Expr) -> tuple[int, str] | None:
    """Read $n, with a cast that does not change its value; gives the number and the type."""
    node = node.unnest()
    if isinstance(node, exp.Parameter):
        return parameter_number(node), type_of(node) or "unknown"
    if isinstance(node, exp.Cast) and type_modifier(node.args["to"]) == -1:
        inner = _parameter(node.this)
        if inner is None:
            return None
        number, own = inner
        target = type_name(node.args["to"])
        return (number, own) if own == target or _keeps_value(own, target) else None
    return None


def _keeps_value(own: str, target: str) -> bool:
    """Say whether a cast between two types leaves every value that it takes as it is."""
    if own in EXACT_NUMBERS and target in EXACT_NUMBERS:
        return own != "numeric" or target == "numeric"
    return own in ("text", "character varying") and target in ("text", "character varying")


# Constants ------------------------------------------------------------------------------------------------


def fold(node: exp.Expr) -> Folded | None:
    """Give the value of an expression of literals, casts and signs."""
    node = node.unnest()
    if isinstance(node, exp.Null):
        return None, "unknown"
    if isinstance(node, exp.Boolean):
        return bool(node.this), "boolean"
    if isinstance(node, exp.Literal):
        return (node.name, "unknown") if node.is_string else _number_literal(node.name)
    if isinstance(node, exp.Neg):
        return _negative(fold(node.this))
    if isinstance(node, exp.Cast) and not isinstance(node, exp.TryCast):
        return _cast(fold(node.this), node.args["to"])
    return None


def _number_literal(text: str) -> Folded | None:
    if text.isdigit():
        value = int(text)
        return value, "integer" if value < 2**31 else "bigint" if value < 2**63 else "numeric"
    return (Decimal(text), "numeric") if _NUMBER_TEXT.match(text) else None


def _negative(folded: Folded | None) -> Folded | None:
    if folded is None or isinstance(folded[0], bool) or not isinstance(folded[0], (int, Decimal, float)):
        return None
    value = folded[0]
    return value.copy_negate() if isinstance(value, Decimal) else -value, folded[1]


def _cast(folded: Folded | None, target: exp.DataType) -> Folded | None:
    if folded is None or type_modifier(target) != -1:
        return None
    name, value = type_name(target), folded[0]
    if value is None:
        return None, name
    converted = _converted(value, name)
    return None if converted is None else (converted, name)


def _converted(value: Value, target: str) -> Value:
    """Cast a constant, or None where the cast fails, changes the value or is not known here."""
    converter = _CONVERTERS.get(target)
    return None if converter is None else converter(value, target)


def _to_text(value: Value, target: str) -> Value:
    if not isinstance(value, str) or (target == "name" and len(value.encode()) > _NAME_BYTES):
        return None
    return value


def _to_integer(value: Value, target: str) -> Value:
    number: int | None = None
    if isinstance(value, str) and _INTEGER_TEXT.match(value):
        number = int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, Decimal) and value == value.to_integral_value():
        number = int(value)
    limit = 2 ** _INTEGER_BITS[target]
    return number if number is not None and -limit <= number < limit else None


def _to_numeric(value: Value, target: str) -> Value:
    if isinstance(value, str):
        return Decimal(value.strip()) if _NUMBER_TEXT.match(value) else None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    return Decimal(value) if target == "numeric" else None


def _to_double(value: Value, target: str) -> Value:
    if isinstance(value, str):
        return float(value) if _NUMBER_TEXT.match(value) else None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, float)):
        return None
    return float(value) if target == "double precision" else None


def _to_boolean(value: Value, target: str) -> Value:
    if isinstance(value, str):
        return _TRUTHS.get(value.strip().lower())
    return value if isinstance(value, bool) and target == "boolean" else None


def _to_bytes(value: Value, target: str) -> Value:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str) or target != "bytea":
        return None
    if value.startswith("\\x"):
        try:
            return bytes.fromhex(value[2:])
        except ValueError:
            return None
    return value.encode() if value.isascii() and "\\" not in value else None


_CONVERTERS: dict[str, Callable[[Value, str], Value]] = {
    "text": _to_text,
    "character varying": _to_text,
    "name": _to_text,
    "smallint": _to_integer,
    "integer": _to_integer,
    "bigint": _to_integer,
    "numeric": _to_numeric,
    "double precision": _to_double,
    "boolean": _to_boolean,
    "bytea": _to_bytes,
}
