"""Say what a decode subquery gives: a column, an attribute of a document, the item itself, and in which form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pgddb.access.table import AttributePath, Carrier, Column


class Form(Enum):
    """How a value leaves the decode subquery."""

    OUTPUT = "as its carrier has it"
    DIGITS = "a number as its digits, for plain outputs"
    NUMBER = "DIGITS as an exact DECIMAL, for expressions"
    ORDERED = "DIGITS as a text that sorts as the numbers do"
    JSON = "an attribute of a document as jsonb"
    TEXT = "an attribute of a document as text"
    PRESENCE = "whether an attribute of the item is there"
    ITEM = "the raw item, converted after the engine"
    TYPED = "a nested value as DynamoDB types it, converted after the engine or only looked at for NULL"
    PART = "nothing: what stands in its place is cut out of the document after the engine"


_TYPES = {
    Form.JSON: "jsonb",
    Form.ITEM: "jsonb",
    Form.TEXT: "text",
    Form.ORDERED: "text",
    Form.PRESENCE: "boolean",
    Form.TYPED: "jsonb",
    Form.PART: "jsonb",
}

EXPRESSION_SCALE = 18
"""Digits after the point that a number of any size keeps in expressions, where its column does not say."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """One output of a decode subquery and its name in the DuckDB text."""

    column: Column
    form: Form
    internal: str

    @property
    def type_name(self) -> str:
        """Name the PostgreSQL type that it has in the statement."""
        return _TYPES.get(self.form, self.column.type_name)

    @property
    def scale(self) -> int | None:
        """Give the digits that a numeric of a declared scale shows after the point."""
        column = self.column
        return column.scale if column.declared and column.carrier is Carrier.DECIMAL else None

    @property
    def carried_scale(self) -> int | None:
        """Give the scale of the DECIMAL that carries a numeric, None for what no DECIMAL carries."""
        column = self.column
        if column.type_name != "numeric" or self.form not in (Form.OUTPUT, Form.NUMBER):
            return None
        if column.carrier is Carrier.DIGITS:
            return EXPRESSION_SCALE if column.scale is None else column.scale
        return (column.scale or 0) if column.carrier is Carrier.DECIMAL else None


def attribute_column(path: AttributePath, *, as_text: bool) -> Column:
    """Make the column for an attribute inside an item, `document->'a'->>'b'`."""
    arrow = "->>" if as_text else "->"
    name = "".join(f"->{part!r}" for part in path[:-1]) + f"{arrow}{path[-1]!r}"
    carrier, type_name = (Carrier.SCALAR_TEXT, "text") if as_text else (Carrier.JSON, "jsonb")
    return Column(name, path, carrier, type_name)
