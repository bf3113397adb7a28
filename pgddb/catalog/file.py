"""Keep what sampling found and what DDL defined in a small SQLite file, so that a restart forgets nothing."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from pgddb.access.table import Column, Source, TableSchema
from pgddb.catalog.definitions.objects import Definitions
from pgddb.catalog.definitions.stored import definitions_of, rows_of
from pgddb.errors import IoError, ObjectNotInPrerequisiteState

FILE_NAME = "catalog.sqlite"

FORMAT = 2
"""Number of the file's layout, in SQLite's user_version; a file of a later layout is refused."""

CREATE = """
CREATE TABLE IF NOT EXISTS table_columns (
    source TEXT NOT NULL,
    table_name TEXT NOT NULL,
    keys TEXT NOT NULL,
    version INTEGER NOT NULL,
    columns TEXT NOT NULL,
    PRIMARY KEY (source, table_name)
)
"""
CREATE_DEFINITIONS = """
CREATE TABLE IF NOT EXISTS definitions (
    kind TEXT NOT NULL,
    key TEXT NOT NULL PRIMARY KEY,
    object TEXT NOT NULL
)
"""


class StoredColumns(Struct, frozen=True):
    """The columns of a table and the version of its schema that has them."""

    version: int
    columns: tuple[Column, ...]


class CatalogFile:
    """The catalog file of one data directory. Calls block for about a millisecond: make them in a thread."""

    def __init__(self, directory: Path) -> None:
        """Open the file, or make it.

        Raises:
            ObjectNotInPrerequisiteState: the directory cannot be written, or the file is not ours.
        """
        path = directory / FILE_NAME
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, check_same_thread=False)
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise ObjectNotInPrerequisiteState(
                f'could not open the catalog file "{path}": {error}',
                hint="Choose a data directory that the server may write, or move the file away.",
            ) from error
        self._lock = threading.Lock()

    def _prepare(self) -> None:
        with contextlib.closing(self._connection.execute("PRAGMA user_version")) as rows:
            (layout,) = rows.fetchone()
        if layout > FORMAT:
            raise sqlite3.DatabaseError(f"it was written by a later version of pgddb (layout {layout})")
        with self._connection:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute(CREATE)
            self._connection.execute(CREATE_DEFINITIONS)
            self._connection.execute(f"PRAGMA user_version = {FORMAT}")

    def load(self, table: TableSchema) -> StoredColumns | None:
        """Give the stored columns of a table, unless its keys or indexes are other ones now."""
        with self._locked():
            row = self._connection.execute(
                "SELECT version, columns FROM table_columns WHERE source = ? AND table_name = ? AND keys = ?",
                (_source_text(table.source), table.table_name, _keys_text(table)),
            ).fetchone()
        if row is None:
            return None
        return StoredColumns(row[0], msgspec.json.decode(row[1], type=tuple[Column, ...]))

    def save(self, table: TableSchema) -> None:
        """Store the columns of a table, unless a later version is there."""
        with self._locked(), self._connection:
            self._connection.execute(
                "INSERT INTO table_columns (source, table_name, keys, version, columns) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (source, table_name) DO UPDATE SET keys = excluded.keys, version = excluded.version, "
                "columns = excluded.columns WHERE excluded.version >= version OR excluded.keys <> keys",
                (
                    _source_text(table.source),
                    table.table_name,
                    _keys_text(table),
                    table.version,
                    msgspec.json.encode(table.columns).decode(),
                ),
            )

    def load_definitions(self) -> Definitions | None:
        """Give what DDL has defined, None where it never did."""
        with self._locked():
            rows = self._connection.execute("SELECT kind, object FROM definitions").fetchall()
        return definitions_of(rows) if rows else None

    def save_definitions(self, definitions: Definitions) -> None:
        """Store what DDL has defined, all of it or, after an error, none.

        Raises:
            IoError: the file cannot be written.
        """
        try:
            with self._locked(), self._connection:
                self._connection.execute("DELETE FROM definitions")
                self._connection.executemany(
                    "INSERT INTO definitions (kind, key, object) VALUES (?, ?, ?)", rows_of(definitions)
                )
        except sqlite3.Error as error:
            raise IoError(f"could not write the catalog file: {error}", hint="Nothing of it was changed.") from error

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock:
            yield

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def _source_text(source: Source) -> str:
    return msgspec.json.encode(source).decode()


def _keys_text(table: TableSchema) -> str:
    keys = [table.keys, *(index.keys for index in table.indexes)]
    return msgspec.json.encode(keys).decode()
