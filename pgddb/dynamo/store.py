"""Read DynamoDB: the one object that the rest of pgddb talks to."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from pgddb.access.path import AccessPath
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import Source, TableSchema
from pgddb.dynamo.page import Page
from pgddb.dynamo.settings import StoreSettings, Timing


class Store:
    """Every DynamoDB account, region and endpoint that this server process reads. Owns the HTTP clients."""

    def __init__(self, settings: StoreSettings | None = None, timing: Timing | None = None) -> None: ...

    async def check(self, source: Source) -> None:
        """Ask DynamoDB one cheap question, so that wrong credentials, regions and endpoints show at startup.

        Raises:
            SqlError: the reason, with a hint.
        """
        raise NotImplementedError

    async def list_tables(self, source: Source) -> list[str]:
        """Give DynamoDB's names of the source's tables, sorted."""
        raise NotImplementedError

    async def describe(self, source: Source, table_name: str) -> TableSchema:
        """Describe one table; `schema` is "public", `name` DynamoDB's and `columns` empty: the caller replaces them.

        Raises:
            UndefinedTable: there is no such table, or it is being deleted.
        """
        raise NotImplementedError

    def fetch(
        self,
        path: AccessPath,
        *,
        statistics: ReadStatistics,
        deadline: float | None = None,
        read_units_per_second: float | None = None,
    ) -> AsyncGenerator[Page, None]:
        """Carry out one access path; `aclose()` cancels what is in flight and starts nothing more.

        `deadline` is a moment of the store's clock (`time.monotonic` unless tests say otherwise) after which the
        read fails with QueryCanceled. `read_units_per_second` slows this read's table or index.
        """
        raise NotImplementedError

    async def close(self) -> None:
        """Close every client."""
        raise NotImplementedError
