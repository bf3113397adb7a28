"""Columns of foreign tables show the attributes that their options name."""

from __future__ import annotations

import pytest

from pgddb.access.table import (
    AttributePath,
    AttributeType,
    Carrier,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)
from pgddb.catalog.definitions import DefinedColumn, ForeignTable
from pgddb.catalog.definitions.foreign_columns import (
    attribute_path,
    check_columns,
    foreign_columns,
    foreign_schema,
    imported_table,
    mapped,
)
from pgddb.errors import FdwInvalidAttributeValue, FdwInvalidColumnName, FdwInvalidDataType

ID, PLACED, CUSTOMER = (KeyAttribute(name, AttributeType.S) for name in ("Id", "Placed", "Customer"))
NUMBER = KeyAttribute("Number", AttributeType.N)
ORDERS = TableSchema(
    "public",
    "Orders",
    "Orders",
    Source(),
    KeySchema((ID,), (NUMBER,)),
    (),
    (
        Index("by_customer", IndexKind.GLOBAL, KeySchema((CUSTOMER,), (PLACED,)), IndexProjection.ALL),
        Index("by_placed", IndexKind.LOCAL, KeySchema((ID,), (PLACED,)), IndexProjection.ALL),
        Index("thin", IndexKind.GLOBAL, KeySchema((PLACED,)), IndexProjection.KEYS_ONLY),
    ),
)


def _column(name: str, type_name: str = "text", **options: str) -> DefinedColumn:
    return DefinedColumn(name, type_name, options=tuple(options.items()))


def _table(*columns: DefinedColumn) -> ForeignTable:
    return ForeignTable("public", "orders", "dynamodb", columns)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("name", ("name",)),
        ("address.city", ("address", "city")),
        ("tags[0]", ("tags", 0)),
        ("a[1][2].b", ("a", 1, 2, "b")),
        ('"a.b"', ("a.b",)),
        ('x."y ""z""".w', ("x", 'y "z"', "w")),
        ("with space", ("with space",)),
    ],
)
def test_a_mapped_attribute_is_a_path(text: str, path: AttributePath) -> None:
    assert attribute_path(_column("c", mapped_attr=text)) == path


@pytest.mark.parametrize("text", ["", ".", "a.", "a..b", "[0]", "a[x]", 'a"b', "a]b", '"a'])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(FdwInvalidAttributeValue):
        check_columns(_table(_column("c", mapped_attr=text)))


@pytest.mark.parametrize("name", ["plain", "a.b", 'quo"te', "list[0]", "x]"])
def test_every_name_can_be_mapped(name: str) -> None:
    assert attribute_path(_column("c", mapped_attr=mapped(name))) == (name,)


def test_the_carrier_follows_the_declared_type() -> None:
    table = _table(
        _column("oid"),
        _column("oid2"),
        _column("n", "integer"),
        _column("f", "real"),
        _column("d", "date"),
        _column("l", "text[]"),
        _column("j", "jsonb"),
        _column("whole", "json", ddb_document="true"),
    )
    assert [column.carrier for column in foreign_columns(table)] == [
        Carrier.KEY_JSON,
        Carrier.TEXT,
        Carrier.INTEGER,
        Carrier.DIGITS,
        Carrier.TEXT,
        Carrier.JSON,
        Carrier.JSON,
        Carrier.DOCUMENT,
    ]
    assert all(column.declared for column in foreign_columns(table))


def test_a_key_of_numbers_can_be_text_and_a_key_of_strings_no_number() -> None:
    found = foreign_schema(_table(_column("n", mapped_attr="Number")), ORDERS)
    assert found.columns[0].carrier is Carrier.SCALAR_TEXT
    with pytest.raises(FdwInvalidDataType):
        foreign_schema(_table(_column("i", "integer", mapped_attr="Id")), ORDERS)


def test_a_column_that_is_marked_as_a_key_shows_it() -> None:
    assert foreign_schema(_table(_column("k", mapped_attr="Id", partition_key="true")), ORDERS).keys == ORDERS.keys
    with pytest.raises(FdwInvalidColumnName) as caught:
        foreign_schema(_table(_column("k", mapped_attr="Placed", sort_key="true")), ORDERS)
    assert caught.value.detail == 'The sort key of DynamoDB table "Orders" is "Number".'


def test_columns_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(FdwInvalidColumnName):
        check_columns(_table(_column("a", sort_key="true"), _column("b", sort_key="on")))
    with pytest.raises(FdwInvalidDataType):
        check_columns(_table(_column("a", "text", ddb_document="true")))
    with pytest.raises(FdwInvalidAttributeValue):
        check_columns(_table(_column("a", "json", ddb_document="true", mapped_attr="x")))


def test_an_import_makes_the_columns_of_dynamodb_fdw() -> None:
    made = imported_table(ORDERS, schema="s", server="m", options=[("parallel_scan_count", "8")])
    assert made.options == (("parallel_scan_count", "8"), ("table_name", "Orders"))
    assert [(column.name, column.type_name, dict(column.options)) for column in made.columns] == [
        ("oid", "text", {}),
        ("Id", "text", {"mapped_attr": "Id", "partition_key": "true"}),
        ("Number", "numeric", {"mapped_attr": "Number", "sort_key": "true"}),
        ("Placed", "text", {"gsi_sort_key_gsi_name": "by_customer", "lsi_name": "by_placed", "mapped_attr": "Placed"}),
        ("Customer", "text", {"gsi_partition_key_gsi_name": "by_customer", "mapped_attr": "Customer"}),
        ("document", "json", {"ddb_document": "true"}),
    ]
