"""Keep out packages that libraries import wherever they are installed, though no server uses them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from typing_extensions import override

UNUSED = frozenset(["httpx", "pandas", "rich"])
"""What aiobotocore, pyarrow and structlog try. pandas comes with the first array that is made of a list: 0.3 s and
40 MB, and if that is in a statement, all sessions wait for it."""


class UnusedPackages(MetaPathFinder):
    """Says that they are not installed, which their importers take for an answer."""

    @override
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find nothing.

        Raises:
            ModuleNotFoundError: it is one of them.
        """
        if fullname in UNUSED:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


def keep_out_unused_packages() -> None:
    """Do so from now on, in this whole process; what is imported already stays."""
    if not any(isinstance(finder, UnusedPackages) for finder in sys.meta_path):
        sys.meta_path.insert(0, UnusedPackages())
