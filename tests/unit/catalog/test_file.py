"""What sampling found survives a restart, and nothing else is believed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from pgddb.access.table import AttributeType, Carrier, Column, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.catalog import CatalogFile
from pgddb.catalog.file import FILE_NAME
from pgddb.errors import ObjectNotInPrerequisiteState

COLUMNS = (
    Column("id", ("id",), Carrier.TEXT, "text", share=1.0),
    Column("price", ("price",), Carrier.DECIMAL, "numeric", scale=2, share=0.5),
    Column("document", (), Carrier.DOCUMENT, "jsonb"),
)
TABLE = TableSchema(
    "public",
    "t",
    "t",
    Source(region="eu-west-1"),
    KeySchema((KeyAttribute("id", AttributeType.S),)),
    COLUMNS,
    version=3,
)


def test_columns_survive_a_restart(tmp_path: Path) -> None:
    first = CatalogFile(tmp_path / "data")
    first.save(TABLE)
    first.close()
    second = CatalogFile(tmp_path / "data")
    stored = second.load(replace(TABLE, columns=(), version=1))
    second.close()
    assert stored is not None
    assert (stored.version, stored.columns) == (3, COLUMNS)


def test_a_table_of_another_source_or_with_other_keys_is_another_table(tmp_path: Path) -> None:
    file = CatalogFile(tmp_path)
    file.save(TABLE)
    assert file.load(replace(TABLE, source=Source(region="us-east-1"))) is None
    assert file.load(replace(TABLE, keys=KeySchema((KeyAttribute("id", AttributeType.N),)))) is None
    assert file.load(TABLE) is not None
    file.close()


def test_an_older_version_does_not_replace_a_later_one(tmp_path: Path) -> None:
    file = CatalogFile(tmp_path)
    file.save(TABLE)
    file.save(replace(TABLE, version=2, columns=COLUMNS[:1]))
    stored = file.load(TABLE)
    file.close()
    assert stored is not None
    assert stored.version == 3


def test_a_table_made_anew_replaces_the_old_one(tmp_path: Path) -> None:
    file = CatalogFile(tmp_path)
    file.save(TABLE)
    anew = replace(TABLE, version=1, keys=KeySchema((KeyAttribute("id", AttributeType.N),)))
    file.save(anew)
    assert file.load(TABLE) is None
    assert file.load(anew) is not None
    file.close()


def test_a_file_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("this is no database, and it is long enough to be read as one" * 20)
    with pytest.raises(ObjectNotInPrerequisiteState, match="could not open the catalog file"):
        CatalogFile(tmp_path)


def test_a_file_of_a_later_version_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ObjectNotInPrerequisiteState, match="later version"):
        CatalogFile(tmp_path)
