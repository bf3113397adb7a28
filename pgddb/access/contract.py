"""State the contract between planner and store.

Law: the store may return too many rows, never too few; EXACT also means never too many. So
LIMIT reaches the store only when every conjunct is EXACT, and whatever is not EXACT is checked
again by the engine. Unknown means UNSUPPORTED.
"""

from __future__ import annotations

from enum import Enum, auto


class FilterSupport(Enum):
    """How much of a conjunct the store checks."""

    EXACT = auto()
    INEXACT = auto()
    UNSUPPORTED = auto()
