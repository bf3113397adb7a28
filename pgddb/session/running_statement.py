"""Run a statement so that a timeout, a CancelRequest or the server's end can stop it."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from pgddb.errors import QueryCanceled, SqlError


class RunningStatement:
    """An async context in which the current task can be stopped with an error of one's choice.

    As `asyncio.timeout`: the task is cancelled, and the cancellation becomes the error at the
    end of the context, unless somebody else cancelled the task as well.
    """

    def __init__(self, timeout_seconds: float | None = None) -> None:
        self._timeout_seconds = timeout_seconds
        self._task: asyncio.Task[object] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._cancelling_before = 0
        self._reason: SqlError | None = None

    def stop(self, reason: SqlError) -> None:
        """Stop the statement; the first reason counts."""
        if self._task is None or self._reason is not None:
            return
        self._reason = reason
        self._task.cancel()

    async def __aenter__(self) -> Self:
        self._task = asyncio.current_task()
        assert self._task is not None
        self._cancelling_before = self._task.cancelling()
        if self._timeout_seconds is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._timeout_seconds, self._time_out)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        task, self._task = self._task, None
        assert task is not None
        if self._timer is not None:
            self._timer.cancel()
        if self._reason is None:
            return
        late: asyncio.CancelledError | None = None
        if error is None:  # the statement was faster: what is still to be delivered must not meet the next one
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError as delivered:
                late = delivered
        is_ours = task.uncancel() <= self._cancelling_before
        if is_ours and (error is None or isinstance(error, asyncio.CancelledError)):
            raise self._reason from (error or late)
        if late is not None:
            raise late

    def _time_out(self) -> None:
        self.stop(QueryCanceled("canceling statement due to statement timeout"))
