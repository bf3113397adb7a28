"""Make columns from sampled items, and wider columns from values that did not fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from pgddb.access.table import AttributeType, Carrier, Column, TableSchema
from pgddb.catalog.numbers import NO_NUMBER, NumberRange

MAX_COLUMNS = 1600
"""As MaxHeapAttributeNumber in the PostgreSQL source. Rarer attributes are still found in the document."""

DOCUMENT_NAME = "document"

SCALARS = frozenset({AttributeType.S, AttributeType.N, AttributeType.B, AttributeType.BOOL})
SINGLE_TYPES: dict[AttributeType, tuple[Carrier, str]] = {
    AttributeType.S: (Carrier.TEXT, "text"),
    AttributeType.B: (Carrier.BINARY, "bytea"),
    AttributeType.BOOL: (Carrier.BOOLEAN, "boolean"),
    AttributeType.SS: (Carrier.TEXT_SET, "text[]"),
    AttributeType.NS: (Carrier.NUMBER_SET, "numeric[]"),
    AttributeType.BS: (Carrier.BINARY_SET, "bytea[]"),
    AttributeType.L: (Carrier.JSON, "jsonb"),
    AttributeType.M: (Carrier.JSON, "jsonb"),
}
"""What an attribute becomes whose values are all of one type; numbers depend on the values."""

TYPES_HELD: dict[Carrier, frozenset[AttributeType]] = {
    Carrier.TEXT: frozenset({AttributeType.S}),
    Carrier.INTEGER: frozenset({AttributeType.N}),
    Carrier.DECIMAL: frozenset({AttributeType.N}),
    Carrier.DIGITS: frozenset({AttributeType.N}),
    Carrier.BINARY: frozenset({AttributeType.B}),
    Carrier.BOOLEAN: frozenset({AttributeType.BOOL}),
    Carrier.TEXT_SET: frozenset({AttributeType.SS}),
    Carrier.NUMBER_SET: frozenset({AttributeType.NS}),
    Carrier.BINARY_SET: frozenset({AttributeType.BS}),
    Carrier.SCALAR_TEXT: SCALARS,
}
"""Types of the values that a column's carrier was chosen for."""

_decode_item = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]]).decode
_decode_value = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_number = msgspec.json.Decoder(str).decode


@dataclass(slots=True)
class Evidence:
    """What was seen of one attribute: how often, of which types, which numbers. NULL says nothing of the type."""

    items: int = 0
    types: set[AttributeType] = field(default_factory=set)
    numbers: NumberRange = NO_NUMBER

    def add(self, value: dict[str, msgspec.Raw]) -> None:
        """Take note of one attribute value such as `{"N":"1"}`."""
        self.items += 1
        for tag, content in value.items():
            kind = AttributeType(tag)
            if kind is AttributeType.NULL:
                continue
            self.types.add(kind)
            if kind is AttributeType.N:
                self.numbers = self.numbers.including(_decode_number(content))

    def column(self, name: str, share: float | None) -> Column:
        """Make the narrowest column that holds all that was seen."""
        carrier, type_name, scale = narrowest(frozenset(self.types), self.numbers)
        return Column(name, (name,), carrier, type_name, scale=scale, share=share)


def narrowest(types: frozenset[AttributeType], numbers: NumberRange) -> tuple[Carrier, str, int | None]:
    """Choose carrier, PostgreSQL type and scale for values of these types; nothing seen is text."""
    if not types:
        return Carrier.TEXT, "text", None
    if types == {AttributeType.N}:
        return numbers.carrier()
    if len(types) == 1:
        (only,) = types
        return *SINGLE_TYPES[only], None
    if types <= SCALARS:
        return Carrier.SCALAR_TEXT, "text", None
    return Carrier.JSON, "jsonb", None


class Sample:
    """What a sample of a table's items shows; add the items as they arrive, then infer."""

    def __init__(self) -> None:
        self.items = 0
        self.attributes: dict[str, Evidence] = {}

    def add(self, items: Iterable[str | bytes]) -> None:
        """Take note of raw items such as `{"id":{"S":"a"}}`."""
        attributes = self.attributes
        for item in items:
            self.items += 1
            for name, value in _decode_item(item).items():
                evidence = attributes.get(name)
                if evidence is None:
                    evidence = attributes[name] = Evidence()
                evidence.add(value)


def infer_columns(table: TableSchema, sample: Sample) -> tuple[Column, ...]:
    """Give the columns of a table: keys of the table and its indexes, attributes by frequency, the whole item.

    A key attribute has its declared type at least. Attributes that are equally frequent stand in the order of
    their names. The whole item is called `document`, or `document_1` and so on where an attribute has that name
    in any case.
    """
    keys: dict[str, AttributeType] = {}
    for schema in (table.keys, *(index.keys for index in table.indexes)):
        for attribute in schema.attributes:
            keys.setdefault(attribute.name, attribute.type)
    others = [name for name in sample.attributes if name not in keys]
    others.sort(key=lambda name: (-sample.attributes[name].items, name))
    columns = [_key_column(name, kind, sample) for name, kind in keys.items()]
    columns += [_column(name, sample) for name in others[: MAX_COLUMNS - 1 - len(columns)]]
    columns.append(Column(_free_name(sample.attributes.keys() | keys.keys()), (), Carrier.DOCUMENT, "jsonb"))
    return tuple(columns)


def _share(evidence: Evidence, sample: Sample) -> float | None:
    return evidence.items / sample.items if sample.items else None


def _column(name: str, sample: Sample) -> Column:
    evidence = sample.attributes[name]
    return evidence.column(name, _share(evidence, sample))


def _key_column(name: str, declared: AttributeType, sample: Sample) -> Column:
    """Make a key's column; items older than an index may hold another type than its key declares."""
    seen = sample.attributes.get(name, Evidence())
    evidence = Evidence(seen.items, {declared, *seen.types}, seen.numbers)
    return evidence.column(name, _share(seen, sample) if seen.items else None)


def _free_name(taken: Iterable[str]) -> str:
    folded = {name.lower() for name in taken}
    name, number = DOCUMENT_NAME, 0
    while name in folded:
        number += 1
        name = f"{DOCUMENT_NAME}_{number}"
    return name


def widen(column: Column, value: str | bytes) -> Column:
    """Give the column that holds what it held and this typed value, such as `{"N":"1.5"}`, too.

    Each step goes towards jsonb, which holds everything, so a column is widened five times at most: bigint,
    numeric of a fixed scale, numeric of any size, text, jsonb. The same column comes back if the value fits.
    """
    evidence = Evidence(types=set(TYPES_HELD.get(column.carrier, AttributeType)))
    if evidence.types == {AttributeType.N}:
        evidence.numbers = NumberRange.of_carrier(column.carrier, column.scale)
    evidence.add(_decode_value(value))
    carrier, type_name, scale = narrowest(frozenset(evidence.types), evidence.numbers)
    if (carrier, scale) == (column.carrier, column.scale):
        return column
    return replace(column, carrier=carrier, type_name=type_name, scale=scale)


def merge(columns: Sequence[Column], fresh: Sequence[Column]) -> tuple[Column, ...]:
    """Add the columns that a later sample shows, before the whole item; known columns stay as they are.

    A known column that fits neither sample is widened where a statement meets the value. A new attribute that is
    called as the whole item takes the name, and the whole item the next free one.
    """
    known = {column.path for column in columns}
    added = [column for column in fresh if column.path not in known]
    if not added:
        return tuple(columns)
    attributes = [column for column in columns if column.path] + added
    whole_items = [column for column in columns if not column.path]
    taken = {column.name.lower() for column in attributes}
    if any(column.name.lower() in taken for column in whole_items):
        whole_items = [column for column in fresh if not column.path]
    return (*attributes[: MAX_COLUMNS - len(whole_items)], *whole_items)
