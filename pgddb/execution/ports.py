"""Say what execution needs of a store, so that tests can bring their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol, runtime_checkable

from pgddb.access.mutation import CommitOutcome, MutationGroup
from pgddb.access.path import AccessPath
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import Source, TableSchema
from pgddb.access.table_change import TableChange, TableState
from pgddb.dynamo import Page
from pgddb.dynamo.write import Writer


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
