"""Write one log line for each statement that ends: never its text, values or parameters."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

import structlog

from pgddb.access.statistics import ReadStatistics
from pgddb.errors import SqlError
from pgddb.session.state import SessionState

log = structlog.stdlib.get_logger("pgddb.session")
_lines = logging.getLogger("pgddb.session")


@dataclass(slots=True)
class StatementTimer:
    """Measures one statement from its start."""

    started: float = field(default_factory=time.perf_counter)

    def done(self, state: SessionState, tag: str, *, rows: int, statistics: ReadStatistics | None) -> None:
        if not _lines.isEnabledFor(logging.INFO):
            return
        counts = statistics or ReadStatistics()
        log.info(
            "statement done",
            pid=state.key.process_id,
            tag=tag,
            rows=rows,
            pages=counts.pages,
            read_units=counts.read_units,
            ms=self._milliseconds(),
        )

    def failed(self, state: SessionState, error: SqlError) -> None:
        log.info(
            "statement failed",
            pid=state.key.process_id,
            sqlstate=error.sqlstate,
            ms=self._milliseconds(),
        )

    def _milliseconds(self) -> float:
        return round((time.perf_counter() - self.started) * 1000, 3)
