"""Names find tables: quoted ones exactly, others but for case; two that answer are an error that names both."""

from __future__ import annotations

import pytest

from pgddb.access.table import AttributeType, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.catalog import CatalogSnapshot, folded_matches
from pgddb.errors import AmbiguousRelation


def table(name: str, schema: str = "public") -> TableSchema:
    return TableSchema(schema, name, name, Source(), KeySchema((KeyAttribute("id", AttributeType.S),)), ())


def snapshot(*tables: TableSchema) -> CatalogSnapshot:
    return CatalogSnapshot().with_tables({(each.schema, each.name): each for each in tables})


def test_an_unquoted_name_matches_but_for_case() -> None:
    catalog = snapshot(table("Reviews"), table("Orders"))
    for written in ("reviews", "REVIEWS", "Reviews"):
        found = catalog.table(None, written, False)
        assert found is not None
        assert found.name == "Reviews"


def test_a_quoted_name_is_exact() -> None:
    catalog = snapshot(table("Reviews"))
    assert catalog.table(None, "reviews", True) is None
    assert catalog.table(None, "Reviews", True) is not None


def test_two_tables_that_answer_are_both_named() -> None:
    catalog = snapshot(table("Reviews"), table("reviews"))
    with pytest.raises(AmbiguousRelation) as caught:
        catalog.table(None, "reviews", False)
    assert caught.value.detail == 'It could refer to "Reviews" and "reviews".'
    assert catalog.table(None, "reviews", True) is not None


def test_a_table_that_is_only_listed_counts_for_ambiguity() -> None:
    catalog = CatalogSnapshot().with_tables({("public", "A"): table("A"), ("public", "a"): None})
    with pytest.raises(AmbiguousRelation):
        catalog.table(None, "a", False)


def test_the_search_path_decides_where_an_unqualified_name_is_found() -> None:
    catalog = snapshot(table("t", "west"), table("t", "public"))
    for path, schema in ((("west", "public"), "west"), (("public",), "public")):
        found = catalog.searching(path).table(None, "t", False)
        assert found is not None
        assert found.schema == schema
    assert catalog.searching(("east",)).table(None, "t", False) is None
    assert catalog.table("west", "T", False) is not None


def test_every_change_has_a_higher_version() -> None:
    first = snapshot(table("a"))
    second = first.with_tables({})
    assert second.version > first.version
    assert first.table(None, "a", False) is not None


def test_folding_gives_all_candidates() -> None:
    names = ["b", "A", "a"]
    assert folded_matches("A", names, quoted=False) == ["A", "a"]
    assert folded_matches("A", names, quoted=True) == ["A"]
