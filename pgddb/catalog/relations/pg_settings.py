"""Make the rows of pg_settings as they are in a new PostgreSQL; the planner puts in what a session has set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgddb.catalog.builtin import builtin_rows
from pgddb.catalog.facts import CatalogFacts


def rows(facts: CatalogFacts) -> Iterator[dict[str, Any]]:  # noqa: ARG001 - one shape for all relations
    for row in builtin_rows("settings"):
        yield row | {
            "source": "default",
            "reset_val": row["setting"],
            "sourcefile": None,
            "sourceline": None,
            "pending_restart": False,
        }
