"""Hold what all sessions of a server share, and what each session sets for its statements."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from pgddb.access.prices import PriceTable
from pgddb.access.table import Source
from pgddb.authentication import UNRESTRICTED, Role
from pgddb.catalog import CatalogFile, StatisticsBook
from pgddb.catalog.functions import KnownFacts
from pgddb.dynamo import load_prices
from pgddb.engine import Database, EngineSession
from pgddb.execution.budget import Budget, Pace
from pgddb.execution.defined_catalog import DefinedCatalog
from pgddb.execution.definition_store import DefinitionStore
from pgddb.execution.plan_cache import PlanCache
from pgddb.execution.ports import ItemStore, KeyedItems, PagedItems
from pgddb.execution.session_relations import SessionRows, no_session_rows
from pgddb.execution.system_catalog import SystemCatalog
from pgddb.execution.table_discovery import DESCRIPTION_SECONDS, TableDiscovery
from pgddb.execution.write_settings import WriteSettings
from pgddb.planner.plan_nodes import PlanScope, ReadSettings
from pgddb.sql.functions.zones import session_zone_name

CACHED_PLANS = 1000


@dataclass(frozen=True, slots=True)
class ExecutionSettings:
    """What a session's settings mean for its statements; the session replaces it whenever SET changes one.

    Attributes:
        time_zone: the TimeZone setting.
        warn_read_units: a scan that is estimated to cost more begins with a WARNING.
        deadline_seconds: a statement may take this long (statement_timeout), None for ever.
        pace: of each read.
        budget: of each statement.
        read_price: dollars of a million read units, None for the list price.
        writes: how INSERT, UPDATE, DELETE and COMMIT behave.
        session_rows: the rows of the relations that show sessions.
        allow_ddl: tables of DynamoDB may be made, changed and dropped.
    """

    scope: PlanScope = field(default_factory=PlanScope)
    reads: ReadSettings = field(default_factory=ReadSettings)
    time_zone: str = "UTC"
    warn_read_units: float = 10_000.0
    deadline_seconds: float | None = None
    pace: Pace = field(default_factory=Pace)
    budget: Budget = field(default_factory=Budget)
    read_price: float | None = None
    writes: WriteSettings = field(default_factory=WriteSettings)
    allow_ddl: bool = False
    role: Role = UNRESTRICTED
    session_rows: SessionRows = no_session_rows

    def deadline(self) -> float | None:
        """Say when a statement that begins now has to have ended, on the monotonic clock."""
        return None if self.deadline_seconds is None else time.monotonic() + self.deadline_seconds


class ServerResources:
    """Store, engine, known tables and cached plans of one server process.

    Owns the engine sessions, the catalog file and the background refreshes; store and database belong to the caller.
    """

    def __init__(  # noqa: PLR0913 - parts that tests bring, each by its name
        self,
        store: ItemStore,
        database: Database,
        *,
        source: Source | None = None,
        data_directory: Path | None = None,
        description_seconds: float = DESCRIPTION_SECONDS,
        prices: PriceTable | None = None,
        known: KnownFacts | None = None,
    ) -> None:
        """Put the parts together; `known` goes to the SystemCatalog."""
        self.store = store
        self.items: KeyedItems = store if isinstance(store, KeyedItems) else PagedItems(store)
        self.plans = PlanCache(CACHED_PLANS)
        self.prices = prices or load_prices()
        self._file = None if data_directory is None else CatalogFile(data_directory)
        self.statistics = StatisticsBook()
        self.tables = TableDiscovery(
            store,
            source or Source(),
            file=self._file,
            description_seconds=description_seconds,
            statistics=self.statistics,
        )
        self.definitions = DefinitionStore(self._file)
        self.catalog = DefinedCatalog(store, self.tables, description_seconds=description_seconds)
        self.system_catalog = SystemCatalog(database, self.tables, self.definitions, known=known)
        self._database = database
        self._idle: list[EngineSession] = []

    async def take_session(self, time_zone: str) -> EngineSession:
        """Lend an engine session that runs nothing; a session that has run before knows its feeds already."""
        session = self._idle.pop() if self._idle else self._database.open_session()
        try:
            await session.set_time_zone(session_zone_name(time_zone))
        except BaseException:
            self.give_back(session)
            raise
        return session

    def give_back(self, session: EngineSession) -> None:
        """Take a session back, its query closed."""
        self._idle.append(session)

    async def close(self) -> None:
        """Stop background refreshes, end the idle engine sessions and close the catalog file."""
        await self.catalog.close()
        await self.tables.close()
        self.system_catalog.close()
        while self._idle:
            await self._idle.pop().close()
        if self._file is not None:
            self._file.close()
