"""The functions of DynamoDB's attributes over the demo: in every place of a statement, through derived tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors

from tests.fakes.demo_server import ServerProcess

pytestmark = pytest.mark.integration

EVENT = "deviceid = 1001 AND at = 1718000292567"
"""{"Note": null, "Labels": ["loaned"], "Samples": [80.26, ...], "Reading": {"path": [{"hop": 1, "rssi": -58}], ...}"""


@pytest.fixture(scope="module")
def connection(demo_server: ServerProcess) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(demo_server.dsn(), autocommit=True) as opened:
        yield opened


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("attribute_type(document, 'Note')", "NULL"),
        ("attribute_type(document, 'Labels')", "SS"),
        ("attribute_type(document, 'Checksums')", "BS"),
        ("attribute_type(document, 'Payload')", "B"),
        ("attribute_type(document, 'note')", None),
        ("attribute_type(document, 'Reading', 'path', '0', 'hop')", "N"),
        ("attribute_type(document, 'Labels', '0')", None),
        ("attribute_type(document->'Reading', 'path')", "L"),
        ("attribute_type(\"Reading\", 'path', '0')", "M"),
        ("attribute_type(document, VARIADIC '{Reading,celsius}'::text[])", "N"),
        ("attribute_type(document, lower('A') || 't')", None),
        ("attribute_type(document, initcap('at'))", "N"),
        ("attribute_type(document, initcap('reading'), 'path', '0')", "M"),
        ("attribute_type(document, NULL)", None),
        ("attribute_type(NULL, 'At')", None),
        ("attribute_exists(document, 'Note')", True),
        ("attribute_exists(document, 'Reading', 'nope')", False),
        ("attribute_exists(document, initcap('nope'))", False),
        ("attribute_size(document, 'Note')", 5),
        ("attribute_size(document, 'Labels')", 12),
        ("attribute_size(document, 'Samples', '0')", 4),
        ("attribute_size(document, initcap('samples'), '0')", 4),
        ("attribute_size(document, 'Reading', 'celsius')", 10),
        ("attribute_size(document, initcap('reading'), 'celsius')", 10),
        ("attribute_size(document, 'nope')", None),
        ("item_size(document)", 238),
        ("(SELECT sum(size)::int FROM item_attributes(document))", 238),
        ("(SELECT sum(attribute_size(document, k))::int FROM jsonb_object_keys(document) k)", 238),
    ],
)
def test_a_call_gives(connection: psycopg.Connection[Any], call: str, expected: object) -> None:
    assert connection.execute(f"SELECT {call} FROM events WHERE {EVENT}").fetchall() == [(expected,)]


@pytest.mark.parametrize(
    "source",
    [
        "SELECT document AS d FROM events",
        "SELECT d FROM (SELECT document AS d, kind FROM events) x",
        "SELECT DISTINCT document AS d FROM events",
        "SELECT document AS d FROM events GROUP BY document",
        "SELECT document AS d FROM events WHERE ok UNION ALL SELECT document FROM events WHERE NOT ok",
        "SELECT e.document AS d FROM events e LEFT JOIN customers c ON c.customerid = e.kind",
    ],
)
def test_an_item_keeps_its_size_on_its_way_out(connection: psycopg.Connection[Any], source: str) -> None:
    (whole,) = connection.execute("SELECT sum(item_size(document)) FROM events")
    for statement in (
        f"SELECT sum(item_size(s.d)) FROM ({source}) s",
        f"WITH s AS ({source}) SELECT sum(item_size(s.d)) FROM s",
        f"SELECT sum(a.size) FROM ({source}) s, item_attributes(s.d) a",
        f"SELECT sum(attribute_size(s.d, k)) FROM ({source}) s, jsonb_object_keys(s.d) k",
    ):
        assert connection.execute(statement).fetchall() == [whole], statement


def test_groups_of_documents_have_sizes(connection: psycopg.Connection[Any]) -> None:
    one, other = (
        connection.execute(f"SELECT {shown} FROM events {group} ORDER BY 1").fetchall()
        for shown, group in (
            ("item_size(document), deviceid", ""),
            ("item_size(document), max(deviceid)", "GROUP BY document"),
        )
    )
    assert sorted(one) == sorted(other)


def test_a_parameter_names_the_attribute(connection: psycopg.Connection[Any]) -> None:
    statement = f"SELECT attribute_type(document, %s), attribute_size(document, %s, %s) FROM events WHERE {EVENT}"
    assert connection.execute(statement, ("Samples", "Reading", "celsius")).fetchall() == [("L", 10)]


@pytest.mark.parametrize(
    ("condition", "filtered"),
    [
        ("attribute_type(document, 'Stars') = 'N'", 'attribute_type("Stars", N)'),
        ("attribute_type(document, 'Stars') IN ('N', 'S')", 'attribute_type("Stars", S) OR'),
        ("attribute_type(document, 'Stars') IS NULL", 'NOT attribute_exists("Stars")'),
        ("NOT attribute_exists(document, 'Author')", 'NOT attribute_exists("Author")'),
        ("attribute_size(document, 'Review') > 40", 'size("Review") >= 9'),
        ("attribute_size(document, 'Review') <= 20", 'size("Review") <= 14'),
    ],
)
def test_a_condition_is_checked_by_the_store(
    connection: psycopg.Connection[Any], condition: str, filtered: str
) -> None:
    plan = [line for (line,) in connection.execute(f"EXPLAIN SELECT rating FROM reviews WHERE {condition}")]
    assert any("Filter Expression" in line and filtered in line for line in plan), plan
    counted = connection.execute(f"SELECT count(*) FROM reviews WHERE {condition}").fetchall()
    alone = connection.execute(f"SELECT count(*) FILTER (WHERE {condition}) FROM reviews").fetchall()
    assert counted == alone
    assert counted != [(0,)]


def test_a_sparse_index_holds_the_items_that_have_its_key(connection: psycopg.Connection[Any]) -> None:
    there = "attribute_type(document, 'Placed') = 'S'"
    for condition in ("attribute_exists(document, 'OpenStatus')", "attribute_type(document, 'OpenStatus') = 'S'"):
        statement = f"EXPLAIN SELECT orderid FROM orders WHERE {condition} AND {there}"
        plan = [line for (line,) in connection.execute(statement)]
        assert any("by_status" in line for line in plan), plan


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SELECT attribute_type('{}'::jsonb, 'a')", errors.FeatureNotSupported),
        ("SELECT item_size(document->'Reading') FROM events", errors.FeatureNotSupported),
        ("SELECT item_size(to_jsonb(e)) FROM events e", errors.FeatureNotSupported),
        ("SELECT item_size(coalesce(document, NULL)) FROM events", errors.FeatureNotSupported),
        (
            "SELECT item_size(d) FROM (SELECT document d FROM events UNION SELECT document FROM orders) x",
            errors.FeatureNotSupported,
        ),
        ("SELECT item_attributes(document) FROM events", errors.FeatureNotSupported),
        ("SELECT attribute_type(document) FROM events", errors.UndefinedFunction),
        ("SELECT attribute_type(kind, 'a') FROM events", errors.UndefinedFunction),
        ("SELECT attribute_size(document, 1) FROM events", errors.UndefinedFunction),
        ("SELECT item_size(document, 'a') FROM events", errors.UndefinedFunction),
    ],
)
def test_what_is_no_item_is_refused(
    connection: psycopg.Connection[Any], statement: str, error: type[psycopg.Error]
) -> None:
    with pytest.raises(error):
        connection.execute(statement)


def test_the_catalog_describes_the_functions(connection: psycopg.Connection[Any]) -> None:
    rows = connection.execute(
        "SELECT proname::text, pg_get_function_arguments(oid), pg_get_function_result(oid) FROM pg_proc"
        " WHERE proname ~ '^(attribute|item)_' AND obj_description(oid, 'pg_proc') LIKE '%%DynamoDB%%' ORDER BY 1"
    )
    assert rows.fetchall() == [
        ("attribute_exists", "document jsonb, VARIADIC path text[]", "boolean"),
        ("attribute_size", "document jsonb, VARIADIC path text[]", "bigint"),
        ("attribute_type", "document jsonb, VARIADIC path text[]", "text"),
        ("item_attributes", "document jsonb, OUT name text, OUT type text, OUT size bigint", "SETOF record"),
        ("item_size", "document jsonb", "bigint"),
    ]
