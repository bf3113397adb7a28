"""Constant paths below a document are read by pointers, with the meaning that they have on the plain JSON."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.planner.plan_nodes import LateJson


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("document->>'new'", "q"),
        ("document->'addr'->>'city'", "Berlin"),
        ("(document->'addr')->>'city'", "Berlin"),
        ("document#>>'{addr,city}'", "Berlin"),
        ("jsonb_extract_path_text(document, 'addr', 'city')", "Berlin"),
        ("addr->>'city'", "Berlin"),
        ("document->'addr'->'z'->>0", "7"),
        ("document->'addr'->'z'->0", "7"),
        ("document->'addr'->>'no'", None),
        ("document->'addr'->'no'", "null"),
        ("document->>'none'", None),
        ("document->'none'->>'x'", None),
        ("document->>'mixed'", "5"),
        ("document->>'ok'", "true"),
        ("document->>'bin'", "AAE="),
        ("document->>'tags'", '["x", "y"]'),
        ("document->'tags'->0", '"x"'),
        ("document->'tags'->>1", "y"),
        ("document->'nums'->1", "2.5"),
        ("document->'addr'->>'z'", "[7]"),
        ("document->'new'", '"q"'),
        ("document ? 'new'", True),
        ("document ? 'none'", False),
        ("addr", '{"z": [7], "no": null, "city": "Berlin"}'),
    ],
)
def test_a_constant_path_gives_what_it_gives_on_the_plain_document(run: Any, expression: str, value: object) -> None:
    answer = run(f"SELECT {expression} FROM users WHERE n = 1")
    assert answer.rows == [(value,)]
    assert not answer.plan.reads[0].whole_item


def test_presence_sees_an_attribute_that_is_null(run: Any) -> None:
    assert run("SELECT document ? 'ok', document->'ok', document->>'ok' FROM users WHERE n = 2").rows == [
        (True, "null", None)
    ]


def test_a_path_fetches_its_attribute_only(plan: Any) -> None:
    (read,) = plan("SELECT document->'addr'->>'city', document->'l'->0->>'x' FROM users").reads
    assert read.projection == (("addr", "city"), ("l",))


def test_a_path_inside_a_fetched_attribute_is_not_asked_for_again(plan: Any) -> None:
    (read,) = plan("SELECT addr, document->'addr'->>'city' FROM users").reads
    assert read.projection == (("addr",),)


@pytest.mark.parametrize("expression", ["document->-1", "document->0", "document->name"])
def test_what_is_no_constant_key_needs_the_whole_item(plan: Any, expression: str) -> None:
    (read,) = plan(f"SELECT {expression} FROM users").reads
    assert (read.whole_item, read.projection) == (True, None)


def test_a_bare_document_is_converted_after_the_engine(run: Any) -> None:
    answer = run("SELECT document FROM users u WHERE n = 2 ORDER BY n LIMIT 1")
    assert answer.plan.columns[0].late == LateJson()
    assert answer.rows[0][0].startswith('{"UserId":{"S":"b"}')


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT DISTINCT document FROM users WHERE n = 2",
        "SELECT document FROM users WHERE n = 2 GROUP BY document",
        "SELECT document FROM users WHERE n = 2 UNION ALL SELECT document FROM users WHERE n = 3",
        "SELECT d FROM (SELECT document AS d FROM users WHERE n = 2) s",
    ],
)
def test_a_document_that_the_engine_compares_is_plain_json(run: Any, sql: str) -> None:
    answer = run(sql)
    assert answer.plan.columns[0].late is None
    assert answer.rows == [('{"n": 2, "ok": null, "Name": "Bob", "mixed": "t", "UserId": "b"}',)]
