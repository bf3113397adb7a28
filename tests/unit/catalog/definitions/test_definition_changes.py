"""Definitions are values: stored and read back, changed by functions, and never without what they need."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pgddb.access.table import Source
from pgddb.access.view import Reads, View, ViewColumn
from pgddb.catalog import CatalogFile, CatalogSnapshot
from pgddb.catalog.definitions import (
    Comment,
    DeclaredColumns,
    DefinedColumn,
    Definitions,
    Extension,
    ForeignTable,
    Schema,
    Server,
    UserMapping,
    initial_definitions,
)
from pgddb.catalog.definitions.dependencies import dropped
from pgddb.catalog.definitions.options import in_region, server_source, table_source
from pgddb.catalog.definitions.place import quiet
from pgddb.catalog.definitions.stored import definitions_of, rows_of
from pgddb.errors import DependentObjectsStillExist, IoError

BOOKS = ForeignTable("s", "books", "west", (DefinedColumn("id", "text", options=(("mapped_attr", "Id"),)),))
TITLES = View("s", "titles", "SELECT id FROM s.books", (ViewColumn("id", "id"),), (Reads("s", "books", ("id",)),))
FIRST = View("public", "first", "SELECT id FROM s.titles", (ViewColumn("id", "id"),), (Reads("s", "titles"),))
WEST = Server("west", "dynamodb", options=(("region", "us-west-2"),))


def _all() -> Definitions:
    return initial_definitions().having(
        Schema("s"),
        WEST,
        UserMapping("ann", "west"),
        Extension("multicorn"),
        BOOKS,
        TITLES,
        FIRST,
        DeclaredColumns("t", (DefinedColumn("n", "integer"),)),
        Comment("column", "s", "books", "id", "which book"),
    )


def test_what_is_stored_comes_back_as_it_was() -> None:
    before = _all()
    after = definitions_of([(kind, text) for kind, _, text in rows_of(before)])
    assert dict(after.objects) == dict(before.objects)


def test_the_catalog_file_replaces_all_or_nothing(tmp_path: Path) -> None:
    file = CatalogFile(tmp_path)
    assert file.load_definitions() is None
    file.save_definitions(_all())
    file.save_definitions(initial_definitions().having(Schema("only")))
    file.close()
    again = CatalogFile(tmp_path)
    found = again.load_definitions()
    assert found is not None
    assert found.has_schema("only")
    assert found.relation("s", "books") is None
    with sqlite3.connect(tmp_path / "catalog.sqlite") as other:
        other.execute("DROP TABLE definitions")
    with pytest.raises(IoError):
        again.save_definitions(_all())
    again.close()


def test_what_others_are_made_of_is_dropped_with_them_or_not_at_all() -> None:
    notes: list[str] = []

    def note(message: str, *, detail: str | None = None, sqlstate: str = "00000") -> None:
        notes.append(f"{message}|{detail}")

    with pytest.raises(DependentObjectsStillExist) as caught:
        dropped(_all(), [Schema("s")], cascade=False, note=quiet)
    assert (caught.value.detail or "").splitlines() == [
        "foreign table s.books depends on schema s",
        "view s.titles depends on schema s",
        "view first depends on view s.titles",
    ]
    after = dropped(_all(), [WEST], cascade=True, note=note)
    assert notes == [
        "drop cascades to 4 other objects|drop cascades to foreign table s.books\n"
        "drop cascades to view s.titles\ndrop cascades to view first\n"
        "drop cascades to user mapping for ann on server west"
    ]
    assert [key for key in after.objects if key[0] in ("relation", "comment", "user mapping")] == []


def test_a_server_takes_from_the_default_source_what_it_does_not_say() -> None:
    local = Source("us-east-1", "ann", "http://localhost:8000")
    assert server_source(WEST, local) == Source("us-west-2", "ann", "http://localhost:8000")
    amazon = Source("us-east-1", None, "https://dynamodb.us-east-1.amazonaws.com")
    assert server_source(WEST, amazon) == Source("us-west-2")
    assert in_region(amazon, "us-east-1") == amazon
    far = ForeignTable("s", "t", "west", (), (("aws_region", "eu-north-1"),))
    assert table_source(far, WEST, local).region == "eu-north-1"


def test_a_defined_relation_comes_before_what_is_called_like_it() -> None:
    found = CatalogSnapshot().with_tables({("public", "Books"): None, ("public", "books"): None})
    catalog = found.with_definitions(7, {}, {("public", "books"): View("public", "books", "SELECT 1", ())})
    assert catalog.version == 7
    assert catalog.view(None, "BOOKS", False) is not None
    assert catalog.view(None, "Books", True) is None
