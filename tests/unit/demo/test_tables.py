"""Tests of the demo tables: what they hold, and that they are the same every time."""

from __future__ import annotations

from collections import Counter

import pytest

from pgddb.demo.events import EVENTS
from pgddb.demo.orders import CUSTOMERS, ORDERS
from pgddb.demo.reviews import REVIEWS
from pgddb.demo.table_definition import TableDefinition
from pgddb.demo.tables import DEMO_TABLES


@pytest.mark.parametrize("table", DEMO_TABLES, ids=lambda table: table.name)
def test_the_items_are_the_same_every_time(table: TableDefinition) -> None:
    assert list(table.items()) == list(table.items())


@pytest.mark.parametrize("table", DEMO_TABLES, ids=lambda table: table.name)
def test_every_primary_key_is_there_once(table: TableDefinition) -> None:
    keys = [tuple(str(item[key["AttributeName"]]) for key in table.key_schema()) for item in table.items()]
    assert len(keys) == len(set(keys))


def test_the_tables_have_about_three_thousand_items() -> None:
    counts = {table.name: sum(1 for _ in table.items()) for table in DEMO_TABLES}
    assert counts == {"Reviews": 1502, "Orders": 900, "Customers": 120, "Events": 600}


def test_tristan_reviewed_the_philosophers_stone() -> None:
    assert next(REVIEWS.items()) == {
        "User": {"S": "Tristan"},
        "Book": {"S": "Harry Potter and the Philosopher's Stone"},
        "Rating": {"N": "5"},
        "Review": {"S": "A thrilling journey through the world of Hogwarts"},
        "Author": {"S": "J.K. Rowling"},
    }


def test_a_rating_is_always_a_number_while_rare_attributes_are_irregular() -> None:
    reviews = list(REVIEWS.items())
    assert {kind for review in reviews for kind in review["Rating"]} == {"N"}
    stars = Counter(kind for review in reviews for kind in review.get("Stars", {}))
    assert set(stars) == {"S", "N"}
    assert any("Author" not in review and "Writer" in review for review in reviews)
    assert any("Author" not in review and "Writer" not in review for review in reviews)
    assert any(review["Review"] == {"NULL": True} for review in reviews)


def test_only_open_and_failed_orders_are_in_the_sparse_index() -> None:
    orders = list(ORDERS.items())
    assert {str(order["Status"]["S"]) for order in orders if "OpenStatus" in order} == {"open", "failed"}
    assert 0 < sum("OpenStatus" in order for order in orders) < len(orders) / 4


def test_orders_join_customers_and_reviews_by_name() -> None:
    customers = {str(item["Name"]["S"]) for item in CUSTOMERS.items()}
    buyers = {str(item["Customer"]["S"]) for item in ORDERS.items() if "Customer" in item}
    reviewers = {str(item["User"]["S"]) for item in REVIEWS.items()}
    assert buyers <= customers <= reviewers


def test_events_hold_every_type_of_dynamodb() -> None:
    def kinds(value: object) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(kinds, value))
        if isinstance(value, dict):
            return set(value) | set().union(*map(kinds, value.values()))
        return set()

    found = set().union(*(kinds(attribute) for event in EVENTS.items() for attribute in event.values()))
    assert found >= {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"}


def test_a_counter_has_38_digits() -> None:
    assert {len(str(event["Counter"]["N"])) for event in EVENTS.items()} == {38}


def test_a_table_defines_each_key_attribute_once() -> None:
    names = [definition["AttributeName"] for definition in ORDERS.attribute_definitions()]
    assert names == ["TenantId", "OrderId", "Placed", "Customer", "OpenStatus"]
