"""Offer facts about two tables."""

from __future__ import annotations

import pytest

from pgddb.access.table import (
    AttributeType,
    Carrier,
    Column,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)
from pgddb.catalog.facts import CatalogFacts

BY_CUSTOMER = Index(
    "by_customer",
    IndexKind.GLOBAL,
    KeySchema((KeyAttribute("Customer", AttributeType.S),), (KeyAttribute("Placed", AttributeType.N),)),
    IndexProjection.KEYS_ONLY,
    item_count=7,
    size_bytes=20_480,
)
ORDERS = TableSchema(
    schema="public",
    name="Orders",
    table_name="Orders",
    source=Source(region="eu-west-1"),
    keys=KeySchema((KeyAttribute("Id", AttributeType.S),)),
    columns=(
        Column("Id", ("Id",), Carrier.TEXT, "text"),
        Column("Customer", ("Customer",), Carrier.TEXT, "text"),
        Column("Placed", ("Placed",), Carrier.INTEGER, "bigint"),
        Column("Tags", ("Tags",), Carrier.TEXT_SET, "text[]", share=0.5),
        Column("document", (), Carrier.DOCUMENT, "jsonb"),
    ),
    indexes=(BY_CUSTOMER,),
    item_count=1000,
    size_bytes=1_000_000,
    arn="arn:aws:dynamodb:eu-west-1:123456789012:table/Orders",
    billing_mode="PAY_PER_REQUEST",
)
EVENTS = TableSchema(
    schema="public",
    name="events",
    table_name="events",
    source=Source(),
    keys=KeySchema((KeyAttribute("id", AttributeType.S),)),
    columns=(Column("id", ("id",), Carrier.TEXT, "text"), Column("document", (), Carrier.DOCUMENT, "jsonb")),
    indexes=(
        Index("by_customer", IndexKind.GLOBAL, KeySchema((KeyAttribute("id", AttributeType.S),)), IndexProjection.ALL),
    ),
)


@pytest.fixture
def facts() -> CatalogFacts:
    return CatalogFacts((ORDERS, EVENTS), databases=("appdb", "postgres"), roles=("alice",))
