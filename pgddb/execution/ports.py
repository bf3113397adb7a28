"""Say what execution needs of a store, so that tests can bring their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pgddb.access.mutation import CommitOutcome, MutationGroup
from pgddb.access.path import AccessPath
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import Source, TableSchema
from pgddb.access.table_change import TableChange, TableState
from pgddb.dynamo import Page

if TYPE_CHECKING:
    from pgddb.dynamo import Writer


class PageSource(Protocol):
    """What `pgddb.dynamo.Store` does for execution."""

    async def list_tables(self, source: Source) -> list[str]: ...

    async def describe(self, source: Source, table_name: str) -> TableSchema: ...

    def fetch(
        self,
        path: AccessPath,
        *,
        statistics: ReadStatistics,
        deadline: float | None = None,
        read_units_per_second: float | None = None,
    ) -> AsyncGenerator[Page, None]: ...


@runtime_checkable
class KeyedItems(Protocol):
    """A store that gives one item for its key with less ado than pages; not every store does."""

    async def get_item(
        self,
        path: AccessPath,
        *,
        statistics: ReadStatistics,
        deadline: float | None = None,
        read_units_per_second: float | None = None,
    ) -> bytes | None: ...


class PagedItems:
    """Any store as one that gives items."""

    def __init__(self, store: PageSource) -> None:
        self._store = store

    async def get_item(
        self,
        path: AccessPath,
        *,
        statistics: ReadStatistics,
        deadline: float | None = None,
        read_units_per_second: float | None = None,
    ) -> bytes | None:
        """Read the pages of a GetItem."""
        pages = self._store.fetch(
            path, statistics=statistics, deadline=deadline, read_units_per_second=read_units_per_second
        )
        async with aclosing(pages):
            texts = [text async for page in pages for text in page.items.column(0).to_pylist()]
        return texts[0].encode() if texts else None


@runtime_checkable
class TableStore(Protocol):
    """A store whose tables can be changed; not every store is one."""

    async def change_table(self, source: Source, change: TableChange) -> None: ...

    async def table_state(self, source: Source, table_name: str) -> TableState: ...


class ItemStore(PageSource, Protocol):
    """A store that can be written to, too."""

    async def write(
        self,
        group: MutationGroup,
        *,
        outcome: CommitOutcome,
        deadline: float | None = None,
        write_units_per_second: float | None = None,
    ) -> None: ...

    def writer(
        self,
        *,
        outcome: CommitOutcome,
        deadline: float | None = None,
        write_units_per_second: float | None = None,
    ) -> Writer: ...
