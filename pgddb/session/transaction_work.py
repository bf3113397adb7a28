"""Hold together all that a transaction has done and not committed: items written, definitions changed."""

from __future__ import annotations

from typing import Protocol


class PartOfWork(Protocol):
    """One kind of work, undone from its end."""

    def mark(self) -> int: ...

    def undo_to(self, mark: int) -> None: ...

    def clear(self) -> None: ...


class TransactionWork:
    """All kinds of work of one session's transaction."""

    def __init__(self, *parts: PartOfWork) -> None:
        self._parts = parts

    def mark(self) -> tuple[int, ...]:
        """Mark the place that `undo_to` goes back to."""
        return tuple(part.mark() for part in self._parts)

    def undo_to(self, mark: tuple[int, ...]) -> None:
        """Forget what was done after a mark."""
        for part, place in zip(self._parts, mark, strict=True):
            part.undo_to(place)

    def clear(self) -> None:
        """Forget everything."""
        for part in self._parts:
            part.clear()
