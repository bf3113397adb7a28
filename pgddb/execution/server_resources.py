"""Hold what all sessions of a server share, and what each session sets for its statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pgddb.access.table import Source
from pgddb.dynamo import Store
from pgddb.engine import Database
from pgddb.planner.plan_nodes import PlanScope, ReadSettings


@dataclass(frozen=True, slots=True)
class ExecutionSettings:
    """What a session's settings mean for its statements; the session replaces it whenever SET changes one.

    Attributes:
        time_zone: the TimeZone setting.
        warn_read_units: a scan that is estimated to cost more begins with a WARNING.
        deadline_seconds: a statement may take this long (statement_timeout), None for ever.
        read_units_per_second: pace of each read, None for what DynamoDB gives.
    """

    scope: PlanScope = field(default_factory=PlanScope)
    reads: ReadSettings = field(default_factory=ReadSettings)
    time_zone: str = "UTC"
    warn_read_units: float = 10_000.0
    deadline_seconds: float | None = None
    read_units_per_second: float | None = None


class ServerResources:
    """Store, engine, known tables and cached plans of one server process."""

    def __init__(
        self,
        store: Store,
        database: Database,
        *,
        source: Source | None = None,
        data_directory: Path | None = None,
        description_seconds: float = 60.0,
        cached_plans: int = 1000,
    ) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        """Stop background refreshes and close the catalog file; store and database belong to the caller."""
        raise NotImplementedError
