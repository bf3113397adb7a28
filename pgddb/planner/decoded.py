"""Say what a decode subquery gives: a column, an attribute of a document, the item itself, and in which form."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

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
    TYPE = "the type of an attribute of the item, as DynamoDB names it"
    SIZE = "the bytes that an attribute adds to the item"
    ITEM_SIZE = "the bytes of the item"
    ITEM = "the raw item, converted after the engine"
    TYPED = "a nested value as DynamoDB types it, converted after the engine or only looked at for NULL"
    PART = "nothing: what stands in its place is cut out of the document after the engine"


FORM_TYPES = {
    Form.JSON: "jsonb",
    Form.ITEM: "jsonb",
    Form.TEXT: "text",
    Form.ORDERED: "text",
    Form.PRESENCE: "boolean",
    Form.TYPE: "text",
    Form.SIZE: "bigint",
    Form.ITEM_SIZE: "bigint",
    Form.TYPED: "jsonb",
    Form.PART: "jsonb",
}
"""PostgreSQL's names of the types that forms have; the others have that of their column."""

_CALLS = {Form.PRESENCE: "attribute_exists", Form.TYPE: "attribute_type", Form.SIZE: "attribute_size"}

EXPRESSION_SCALE = 18
"""Digits after the point that a number of any size keeps in expressions, where its column does not say."""


class Decoded(Struct, frozen=True):
    """One output of a decode subquery and its name in the DuckDB text."""

    column: Column
    form: Form
    internal: str

    @property
    def type_name(self) -> str:
        """Name the PostgreSQL type that it has in the statement."""
        return FORM_TYPES.get(self.form, self.column.type_name)

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


def attribute_column(path: AttributePath, form: Form) -> Column:
    """Make the column for what is asked of an attribute inside an item, `document->'a'->>'b'`."""
    if form in _CALLS:
        steps = "".join(f", '{part}'" for part in path)
        return Column(f"{_CALLS[form]}(document{steps})", path, Carrier.JSON, FORM_TYPES[form])
    as_text = form is Form.TEXT
    arrow = "->>" if as_text else "->"
    name = "".join(f"->{part!r}" for part in path[:-1]) + f"{arrow}{path[-1]!r}"
    carrier, type_name = (Carrier.SCALAR_TEXT, "text") if as_text else (Carrier.JSON, "jsonb")
    return Column(name, path, carrier, type_name)
