"""Say what DynamoDB shall do for CREATE TABLE, CREATE INDEX and ALTER TABLE.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pgddb.access.table import AttributeType, Carrier, IndexProjection, KeyAttribute, KeySchema, TableSchema
from pgddb.access.table_change import (
    Capacity,
    ChangedBilling,
    ChangedExpiry,
    ChangedProtection,
    NewIndex,
    NewTable,
    TableChange,
    TableState,
)
from pgddb.catalog.definitions.objects import DeclaredColumns, DefinedColumn, Options
from pgddb.errors import (
    DuplicateColumn,
    FeatureNotSupported,
    InvalidName,
    InvalidParameterValue,
    InvalidTableDefinition,
    UndefinedColumn,
)
from pgddb.sql.definitions.parts import WrittenColumn
from pgddb.sql.definitions.tables import AlterTable, CreateIndex, CreateTable

TABLE_SETTINGS = ("billing_mode", "read_capacity", "write_capacity", "ttl_attribute", "deletion_protection")
INDEX_SETTINGS = ("projection", "read_capacity", "write_capacity")

_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_KEY_TYPES = {
    "text": AttributeType.S,
    "character varying": AttributeType.S,
    "numeric": AttributeType.N,
    "smallint": AttributeType.N,
    "integer": AttributeType.N,
    "bigint": AttributeType.N,
    "bytea": AttributeType.B,
}
_KEY_CARRIERS = {
    Carrier.TEXT: AttributeType.S,
    Carrier.INTEGER: AttributeType.N,
    Carrier.DECIMAL: AttributeType.N,
    Carrier.DIGITS: AttributeType.N,
    Carrier.BINARY: AttributeType.B,
}
_ON_DEMAND = ("on_demand", "on-demand", "pay_per_request")
_PROJECTIONS = {"all": IndexProjection.ALL, "keys_only": IndexProjection.KEYS_ONLY}
_TRUTHS = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False, "": False}
MAX_KEYS = 2


def new_table(statement: CreateTable) -> tuple[list[TableChange], DeclaredColumns | None]:
    """Give what makes a table, and the columns that it is declared to have beside its key.

    Raises:
        SqlError: DynamoDB has no such table.
    """
    name = checked_name(statement.relation.name, "table")
    columns = _distinct(statement.columns)
    if not statement.primary_key:
        raise InvalidTableDefinition(
            f'table "{name}" needs a primary key', hint="PRIMARY KEY (partition key), or (partition key, sort key)."
        )
    keys = _key_schema(statement.primary_key, [_key_attribute(columns, key) for key in statement.primary_key])
    settings = _settings(statement.settings, TABLE_SETTINGS)
    protected = _truth("deletion_protection", settings.get("deletion_protection", ""))
    changes: list[TableChange] = [NewTable(name, keys, _capacity(settings), protected)]
    if settings.get("ttl_attribute"):
        changes.append(ChangedExpiry(name, settings["ttl_attribute"], enabled=True))
    others = [column for column in columns if column.name not in keys.names and not _is_document(column)]
    for column in others:
        _refuse_unenforced(column)
    declared = tuple(DefinedColumn(column.name, column.type.name) for column in others)
    return changes, DeclaredColumns(name, declared) if declared else None


def checked_name(name: str, kind: str) -> str:
    """Refuse a name that DynamoDB does not take."""
    if not _NAME.fullmatch(name):
        raise InvalidName(
            f'"{name}" is no name of a DynamoDB {kind}',
            hint="A name has 3 to 255 characters: letters, digits, _, - and dots.",
        )
    return name


def _distinct(columns: Sequence[WrittenColumn]) -> Sequence[WrittenColumn]:
    names = [column.name for column in columns]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise DuplicateColumn(f'column "{name}" specified more than once')
        if columns[at].options:
            raise FeatureNotSupported("OPTIONS of a column of a table", hint="CREATE FOREIGN TABLE takes them.")
    return columns


def _key_attribute(columns: Iterable[WrittenColumn], name: str) -> KeyAttribute:
    column = next((one for one in columns if one.name == name), None)
    if column is None:
        raise UndefinedColumn(f'column "{name}" named in key does not exist')
    kind = _KEY_TYPES.get(column.type.name)
    if kind is None or column.type.modifier != -1:
        raise FeatureNotSupported(
            f'column "{name}" cannot be a key: its type is {column.type.name}'
            + ("" if column.type.modifier == -1 else " with a length or precision"),
            hint="Keys of DynamoDB are text, numeric (or integer, bigint) or bytea; a date or uuid is kept as text.",
            position=column.position,
        )
    return KeyAttribute(name, kind)


def _key_schema(names: Sequence[str], attributes: Sequence[KeyAttribute]) -> KeySchema:
    if len(set(names)) < len(names):
        raise DuplicateColumn(f'column "{names[0]}" appears twice in primary key constraint')
    if len(names) > MAX_KEYS:
        raise InvalidTableDefinition(
            "a key has at most two columns", hint="The first is the partition key, the second the sort key."
        )
    return KeySchema(tuple(attributes[:1]), tuple(attributes[1:]))


def _is_document(column: WrittenColumn) -> bool:
    """Say whether a column is the whole item, which every table shows anyway."""
    return column.name == "document" and column.type.name in ("json", "jsonb")


def _refuse_unenforced(column: WrittenColumn) -> None:
    if column.not_null or column.type.modifier != -1:
        feature = "NOT NULL" if column.not_null else "a length or precision"
        raise FeatureNotSupported(
            f'{feature} of column "{column.name}" is not supported',
            hint="DynamoDB checks the type of key attributes, and nothing of others.",
            position=column.position,
        )


def _settings(settings: Options, known: Sequence[str]) -> dict[str, str]:
    for name, _ in settings:
        if name not in known:
            raise InvalidParameterValue(f'unrecognized parameter "{name}"', hint=f"There are: {', '.join(known)}.")
    return dict(settings)


def _truth(name: str, text: str) -> bool:
    found = _TRUTHS.get(text.lower())
    if found is None:
        raise InvalidParameterValue(f'invalid value for boolean option "{name}": {text}')
    return found


def _capacity(settings: dict[str, str]) -> Capacity | None:
    """Read how a table is paid for; units without a mode mean provisioned ones."""
    units = [_units(name, settings[name]) for name in ("read_capacity", "write_capacity") if name in settings]
    mode = settings.get("billing_mode", "provisioned" if units else "on_demand").lower()
    if mode in _ON_DEMAND:
        if units:
            raise InvalidParameterValue("a table on demand has no read_capacity and write_capacity")
        return None
    if mode != "provisioned":
        raise InvalidParameterValue(
            f'invalid value for option "billing_mode": {mode}', hint="It is on_demand or provisioned."
        )
    return _both(units)


def _both(units: Sequence[int]) -> Capacity:
    if len(units) != 2:
        raise InvalidParameterValue(
            "provisioned throughput needs read_capacity and write_capacity",
            hint="WITH (billing_mode = provisioned, read_capacity = 5, write_capacity = 5).",
        )
    return Capacity(*units)


def _units(name: str, text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise InvalidParameterValue(f'invalid value for option "{name}": {text}', hint="It is a number from 1.")
    return int(text)


def new_index(statement: CreateIndex, table: TableSchema, state: TableState) -> NewIndex:
    """Give what makes a global secondary index.

    Raises:
        SqlError: a column cannot be its key, or DynamoDB has no such index.
    """
    attributes = [_index_attribute(table, name) for name in statement.columns]
    keys = _key_schema(statement.columns, attributes)
    settings = _settings(statement.settings, INDEX_SETTINGS)
    name = statement.name or "_".join([table.table_name, *keys.names, "idx"])
    projection = IndexProjection.ALL if statement.included is None else IndexProjection.INCLUDE
    if "projection" in settings:
        said = _PROJECTIONS.get(settings["projection"].lower())
        if said is None or statement.included is not None:
            raise InvalidParameterValue(
                f'invalid value for option "projection": {settings["projection"]}',
                hint="It is all or keys_only; INCLUDE (columns) names some.",
            )
        projection = said
    included = tuple(str(_column_path(table, one)) for one in statement.included or ())
    all_keys = dict.fromkeys(one for some in (table.keys, *_index_keys(table), keys) for one in some.attributes)
    return NewIndex(
        table.table_name,
        checked_name(name, "index"),
        keys,
        tuple(all_keys),
        projection,
        included,
        _index_capacity(settings, state),
    )


def _index_keys(table: TableSchema) -> list[KeySchema]:
    return [index.keys for index in table.indexes]


def _index_capacity(settings: dict[str, str], state: TableState) -> Capacity | None:
    units = [_units(name, settings[name]) for name in ("read_capacity", "write_capacity") if name in settings]
    if state.capacity is None:
        if units:
            raise InvalidParameterValue("an index of a table on demand has no read_capacity and write_capacity")
        return None
    return _both(units) if units else state.capacity


def _column_path(table: TableSchema, name: str) -> str | int:
    column = next((one for one in table.columns if one.name == name), None)
    if column is None:
        raise UndefinedColumn(
            f'column "{name}" does not exist',
            hint="An attribute that the sampled items do not have becomes a column by CREATE TABLE only.",
        )
    if len(column.path) != 1:
        raise FeatureNotSupported(f'column "{name}" is no attribute of its own', hint="Only such are indexed.")
    return column.path[0]


def _index_attribute(table: TableSchema, name: str) -> KeyAttribute:
    attribute = str(_column_path(table, name))
    known = {one.name: one.type for keys in (table.keys, *_index_keys(table)) for one in keys.attributes}
    column = next(one for one in table.columns if one.name == name)
    kind = known.get(attribute) or _KEY_CARRIERS.get(column.carrier)
    if kind is None:
        raise FeatureNotSupported(
            f'column "{name}" of type {column.type_name} cannot be the key of an index',
            hint="Keys of DynamoDB are text, numeric or bytea, and the same type in every item.",
        )
    return KeyAttribute(attribute, kind)


def table_changes(statement: AlterTable, table: TableSchema) -> list[TableChange]:
    """Give what ALTER TABLE ... SET changes, one request each.

    Raises:
        InvalidParameterValue: there is no such setting, or it has no such value.
    """
    settings = _settings(statement.settings, TABLE_SETTINGS)
    name = table.table_name
    changes: list[TableChange] = []
    if settings.keys() & {"billing_mode", "read_capacity", "write_capacity"}:
        changes.append(ChangedBilling(name, _capacity(settings)))
    if "deletion_protection" in settings:
        changes.append(ChangedProtection(name, _truth("deletion_protection", settings["deletion_protection"])))
    if "ttl_attribute" in settings:
        changes += _expiry(settings["ttl_attribute"], table)
    return changes


def _expiry(attribute: str, table: TableSchema) -> list[TableChange]:
    if attribute:
        return [ChangedExpiry(table.table_name, attribute, enabled=True)]
    if table.ttl_attribute is None:
        return []
    return [ChangedExpiry(table.table_name, table.ttl_attribute, enabled=False)]
