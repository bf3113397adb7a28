"""Describe a DynamoDB table as SQL sees it: keys, indexes, columns, size."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum

from msgspec import Struct


class AttributeType(StrEnum):
    """DynamoDB's data type descriptors.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
    """

    S = "S"
    N = "N"
    B = "B"
    BOOL = "BOOL"
    NULL = "NULL"
    SS = "SS"
    NS = "NS"
    BS = "BS"
    L = "L"
    M = "M"


AttributePath = tuple[str | int, ...]
"""Attribute name, then map keys (str) and list indexes (int). The empty path is the whole item."""


class KeyAttribute(Struct, frozen=True):
    """One attribute of a key with its declared type: S, N or B."""

    name: str
    type: AttributeType


@dataclass(frozen=True, slots=True)
class KeySchema:
    """The key of a table or index. Only a global secondary index has more than one of a kind (up to 4 + 4)."""

    partition: tuple[KeyAttribute, ...]
    sort: tuple[KeyAttribute, ...] = ()
    attributes: tuple[KeyAttribute, ...] = field(init=False, repr=False, compare=False, hash=False)
    names: tuple[str, ...] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "attributes", self.partition + self.sort)
        object.__setattr__(self, "names", tuple(attribute.name for attribute in self.attributes))


class IndexKind(Enum):
    """Where an index lives."""

    GLOBAL = "global secondary index"
    LOCAL = "local secondary index"


class IndexProjection(Enum):
    """Which attributes an index holds."""

    ALL = "ALL"
    KEYS_ONLY = "KEYS_ONLY"
    INCLUDE = "INCLUDE"


@dataclass(frozen=True, slots=True)
class Throughput:
    """Read units a second: provisioned, the owner's own maximum (on demand) and warm, each None if unknown."""

    provisioned: float | None = None
    on_demand_maximum: float | None = None
    warm: float | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index. `included` holds the extra attributes of an INCLUDE projection."""

    name: str
    kind: IndexKind
    keys: KeySchema
    projection: IndexProjection
    included: frozenset[str] = frozenset()
    item_count: int | None = None
    size_bytes: int | None = None
    active: bool = True
    throughput: Throughput = Throughput()

    def holds(self, attribute: str, table_keys: KeySchema) -> bool:
        """Say whether the index carries this attribute of an item that it holds."""
        return (
            self.projection is IndexProjection.ALL
            or attribute in self.keys.names
            or attribute in table_keys.names
            or attribute in self.included
        )


class Carrier(Enum):
    """How a column's values travel through DuckDB, and which attribute values they come from."""

    TEXT = "S as VARCHAR"
    INTEGER = "N that fits 8 bytes, as BIGINT"
    DECIMAL = "N that fits DECIMAL(38, scale)"
    DIGITS = "N of any size as its digits, VARCHAR; numeric outside"
    BINARY = "B as BLOB"
    BOOLEAN = "BOOL as BOOLEAN"
    TEXT_SET = "SS as VARCHAR[]"
    NUMBER_SET = "NS as VARCHAR[] of digits; numeric[] outside"
    BINARY_SET = "BS as BLOB[]"
    JSON = "any value as its plain JSON text; jsonb outside"
    SCALAR_TEXT = "S, N, BOOL or B as text"
    DOCUMENT = "the whole item; jsonb outside"
    KEY_JSON = "the primary key as a JSON text"


@dataclass(frozen=True, slots=True)
class Column:
    """One SQL column of a table.

    Attributes:
        name: the SQL name, exact case.
        path: where the value stands in the item; empty for DOCUMENT and KEY_JSON.
        carrier: how its values travel.
        type_name: PostgreSQL's name of its type as format_type prints it: text, bigint, numeric, bytea, boolean,
            text[], numeric[], bytea[], jsonb or, where DDL declared it, any other.
        scale: digits after the point of a DECIMAL carrier.
        declared: made by DDL, so never widened in silence.
        share: share of sampled items that have it, 0 to 1, or None.
    """

    name: str
    path: AttributePath
    carrier: Carrier
    type_name: str
    scale: int | None = None
    declared: bool = False
    share: float | None = None
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table lives: one set of credentials at one endpoint. None means the default chain decides."""

    region: str | None = None
    profile: str | None = None
    endpoint_url: str | None = None
    role_arn: str | None = None


@dataclass(frozen=True, slots=True)
class TableSchema:
    """The SQL view of one DynamoDB table.

    Attributes:
        schema: SQL schema, `public` for the default source.
        name: SQL name.
        table_name: DynamoDB's name.
        version: grows with every change of the columns (widening, DDL).
    """

    schema: str
    name: str
    table_name: str
    source: Source
    keys: KeySchema
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...] = ()
    item_count: int | None = None
    size_bytes: int | None = None
    arn: str | None = None
    billing_mode: str | None = None
    throughput: Throughput = Throughput()
    segments: int | None = None
    version: int = 1
    options: tuple[tuple[str, str], ...] = ()
    server: str | None = None
    ttl_attribute: str | None = None
    index_by_name: dict[str, Index] = field(init=False, repr=False, compare=False, hash=False)
    column_by_path: dict[AttributePath, Column] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index_by_name", {index.name: index for index in self.indexes})
        first = {column.path: column for column in reversed(self.columns)}
        object.__setattr__(self, "column_by_path", first)

    @property
    def average_item_bytes(self) -> float | None:
        """Mean size of an item in bytes as DescribeTable counts them, or None while unknown."""
        if not self.item_count or not self.size_bytes:
            return None
        return self.size_bytes / self.item_count
