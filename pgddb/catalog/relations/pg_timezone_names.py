"""Make the rows of pg_timezone_names() from the time zones that this machine knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pyarrow as pa

from pgddb.catalog.facts import CatalogFacts


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:  # noqa: ARG001 - one shape for all relations
    now = datetime.now(UTC)
    for name in sorted(available_timezones()):
        local = now.astimezone(ZoneInfo(name))
        offset = local.utcoffset() or timedelta()
        yield {
            "name": name,
            "abbrev": local.tzname(),
            "utc_offset": pa.MonthDayNano([0, 0, int(offset.total_seconds()) * 10**9]),
            "is_dst": bool(local.dst()),
        }
