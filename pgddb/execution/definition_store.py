"""Hold what DDL has defined and committed, for all sessions of a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from pgddb.catalog import CatalogFile
from pgddb.catalog.definitions import Definitions, initial_definitions

Change = Callable[[Definitions], Definitions]
"""Carries out one statement; raises where what others have committed since does not allow it."""


class DefinitionStore:
    """The committed definitions. With a catalog file they are durable before anyone sees them."""

    def __init__(self, file: CatalogFile | None) -> None:
        self._file = file
        self._change = asyncio.Lock()
        stored = None if file is None else file.load_definitions()
        self.committed = stored or initial_definitions()

    async def commit(self, changes: Sequence[Change]) -> None:
        """Carry out changes on what is committed now, all of them or none; a cancelled caller does not stop them.

        Raises:
            SqlError: another session has committed what stands against them, or the file cannot be written.
        """
        await asyncio.shield(asyncio.create_task(self._commit(tuple(changes))))

    async def _commit(self, changes: Sequence[Change]) -> None:
        async with self._change:
            after = self.committed
            for change in changes:
                after = change(after)
            if self._file is not None:
                await asyncio.to_thread(self._file.save_definitions, after)
            self.committed = after
