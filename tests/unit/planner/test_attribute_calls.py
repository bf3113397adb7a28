"""Calls about DynamoDB's attributes become columns of the decode subquery, and conditions that the store may check."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.access.predicate import Compare, Comparison, Constant, IsNull, OneOf, SeenAs
from pgddb.errors import FeatureNotSupported


@pytest.mark.parametrize(
    ("where", "conjunct"),
    [
        (
            "attribute_type(document, 'a') = 'S'",
            Compare(("a",), Comparison.EQUAL, Constant("S"), SeenAs.TYPE),
        ),
        (
            "attribute_type(document, 'a', 'b') IN ('S', 'N')",
            OneOf(("a", "b"), (Constant("S"), Constant("N")), SeenAs.TYPE),
        ),
        (
            "attribute_size(document->'a', 'b') > 100",
            Compare(("a", "b"), Comparison.GREATER, Constant(100), SeenAs.SIZE),
        ),
        ("attribute_size(document, 'a') IS NULL", IsNull(("a",), seen_as=SeenAs.SIZE)),
        ("attribute_exists(document, 'a', 'b')", IsNull(("a", "b"), negated=True, seen_as=SeenAs.ANY_JSON)),
    ],
)
def test_a_condition_is_found(plan: Any, where: str, conjunct: object) -> None:
    (read,) = plan(f"SELECT name FROM Users WHERE {where}").reads
    assert read.conjuncts == (conjunct,)


def test_a_condition_is_found_through_a_derived_table(plan: Any) -> None:
    (read,) = plan("SELECT 1 FROM (SELECT document AS d FROM Users) s WHERE attribute_type(s.d, 'a') = 'S'").reads
    assert read.conjuncts == (Compare(("a",), Comparison.EQUAL, Constant("S"), SeenAs.TYPE),)
    assert read.projection == (("a",),)


@pytest.mark.parametrize(
    ("shown", "projection"),
    [
        ("attribute_type(document, 'a')", (("a",),)),
        ("attribute_size(document, 'a', 'b')", (("a", "b"),)),
        ("attribute_exists(document, 'a', '0')", (("a",),)),
        ("item_size(document)", None),
        ("attribute_type(document, name)", None),
    ],
)
def test_only_what_is_asked_for_is_fetched(plan: Any, shown: str, projection: object) -> None:
    (read,) = plan(f"SELECT {shown} FROM Users").reads
    assert read.projection == projection


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT item_size(x.d) FROM (VALUES ('{}'::jsonb)) x(d)",
        "SELECT item_size(d) FROM (SELECT document d FROM Users UNION SELECT document FROM Users) x",
        "WITH RECURSIVE w AS (SELECT document d FROM Users UNION ALL SELECT d FROM w) SELECT item_size(d) FROM w",
        "SELECT item_size(tags_json) FROM (SELECT to_jsonb(1) tags_json) x",
        "SELECT attribute_type(document, 'a', '1', '1', '1', '1') FROM Users",
    ],
)
def test_a_value_that_is_no_item_is_refused(plan: Any, statement: str) -> None:
    with pytest.raises(FeatureNotSupported):
        plan(statement)
