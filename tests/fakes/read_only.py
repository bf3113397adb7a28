"""Complete a store that is only read: a test that writes to it has the wrong store."""

from __future__ import annotations

from pgddb.access.mutation import CommitOutcome, MutationGroup
from pgddb.dynamo.write import Writer


class ReadOnlyStore:
    """Refuse every write."""

    async def write(
        self,
        group: MutationGroup,
        *,
        outcome: CommitOutcome,
        deadline: float | None = None,
        write_units_per_second: float | None = None,
    ) -> None:
        raise AssertionError(f"this store is only read, and was asked to write {group}")

    def writer(
        self,
        *,
        outcome: CommitOutcome,
        deadline: float | None = None,
        write_units_per_second: float | None = None,
    ) -> Writer:
        raise AssertionError("this store is only read, and was asked for a writer")
