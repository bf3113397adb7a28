"""Make the items of the demo tables Orders and Customers: who bought which books of which shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from pgddb.demo.attribute_value import Item, Plain, typed_item
from pgddb.demo.books import BOOKS
from pgddb.demo.readers import READERS, email
from pgddb.demo.table_definition import IndexDefinition, TableDefinition

ORDER_COUNT = 900
CUSTOMER_COUNT = 120
SEED = 11

TENANTS = ("acme", "globex", "hooli", "initech", "stark", "umbrella")
STATUSES = ("delivered", "shipped", "open", "failed", "cancelled")
CITIES = (
    ("Lisbon", "PT"), ("Oslo", "NO"), ("Nairobi", "KE"), ("Kyoto", "JP"), ("Valparaíso", "CL"),
    ("Chicago", "US"), ("Ghent", "BE"), ("Pune", "IN"), ("Leipzig", "DE"), ("Bristol", "GB"),
)  # fmt: skip
STREETS = ("Mill Lane", "Harbour Road", "Station Street", "Orchard Way", "Old Market")


def order_items() -> Iterator[Item]:
    """Yield the orders; about one in thirty has no customer, so the index by_customer does not hold it."""
    random = Random(SEED)  # noqa: S311 - the same demo every time, no secret
    placed = datetime(2024, 1, 2, 8, 0, tzinfo=UTC)
    for number in range(1, ORDER_COUNT + 1):
        placed += timedelta(minutes=random.randint(30, 1100))
        yield typed_item(**_order(random, number, placed))


def _order(random: Random, number: int, placed: datetime) -> dict[str, Plain]:
    status = random.choices(STATUSES, weights=(60, 20, 8, 4, 8))[0]
    lines = [_line(random) for _ in range(random.choices((1, 2, 3, 4), weights=(50, 30, 15, 5))[0])]
    order: dict[str, Plain] = {
        "TenantId": random.choice(TENANTS),
        "OrderId": f"O-{number:06}",
        "Placed": placed.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Customer": random.choice(READERS[:CUSTOMER_COUNT]),
        "Status": status,
        "Total": sum((price * quantity for _, quantity, price in lines), Decimal(0)),
        "Paid": status not in ("open", "failed") or random.random() < 0.2,
        "Lines": [{"Title": title, "Quantity": quantity, "Price": price} for title, quantity, price in lines],
        "Address": _address(random),
    }
    if random.random() < 1 / 30:
        del order["Customer"]
    if status in ("open", "failed"):
        order["OpenStatus"] = status
    if random.random() < 0.05:
        order["Coupon"] = random.choice(("SPRING", "WELCOME10", "FREESHIP"))
    return order


def _line(random: Random) -> tuple[str, int, Decimal]:
    title, _ = random.choice(BOOKS)
    return title, random.choices((1, 2, 3), weights=(80, 15, 5))[0], Decimal(random.randint(499, 3999)) / 100


def _address(random: Random) -> dict[str, Plain]:
    city, country = random.choice(CITIES)
    return {
        "Street": f"{random.randint(1, 180)} {random.choice(STREETS)}",
        "City": city,
        "Zip": f"{random.randint(1000, 99999):05}",
        "Country": country,
    }


def customer_items() -> Iterator[Item]:
    """Yield the first readers as customers: Customers.Name = Orders.Customer = Reviews.User."""
    random = Random(SEED + 1)  # noqa: S311 - the same demo every time, no secret
    for number, name in enumerate(READERS[:CUSTOMER_COUNT], start=1):
        city, country = random.choice(CITIES)
        yield typed_item(
            CustomerId=f"C-{number:04}",
            Name=name,
            Email=email(name),
            City=city,
            Country=country,
            Since=f"{random.randint(2015, 2023)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
            Newsletter=random.random() < 0.4,
        )


ORDERS = TableDefinition(
    name="Orders",
    partition_key=("TenantId", "S"),
    sort_key=("OrderId", "S"),
    items=order_items,
    local_indexes=(IndexDefinition("by_placed", ("TenantId", "S"), ("Placed", "S")),),
    global_indexes=(
        IndexDefinition("by_customer", ("Customer", "S"), ("Placed", "S")),
        IndexDefinition("by_status", ("OpenStatus", "S"), ("Placed", "S"), included=("Total", "Customer")),
    ),
)

CUSTOMERS = TableDefinition(
    name="Customers",
    partition_key=("CustomerId", "S"),
    sort_key=None,
    items=customer_items,
    global_indexes=(IndexDefinition("by_email", ("Email", "S")),),
)
