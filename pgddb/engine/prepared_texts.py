"""Keep texts that come again prepared in the engine: binding and planning them costs up to 7 ms, running one 1 ms."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
from msgspec import Struct

KEPT = 200
"""Prepared texts of one session; the one not used for longest goes."""


class PreparableText(Struct, frozen=True):
    """A SELECT with `CAST($n AS type)` in the place of its values, and literals of these types for `$1`, `$2` ...

    The type of a value must be part of the text: the engine would cast it to what it finds fitting otherwise.
    """

    text: str
    arguments: Sequence[str] = ()


@dataclass(slots=True)
class _Kept:
    """A text that was seen once (`name` None), prepared, or refused by PREPARE."""

    name: str | None = None
    refused: bool = False


class PreparedTexts:
    """The prepared statements of one connection; used by one thread at a time.

    Each time zone has its own: planning turns texts of times into constants.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str | None, str], _Kept] = OrderedDict()
        self._count = 0

    def execution(
        self, connection: duckdb.DuckDBPyConnection, wanted: PreparableText, time_zone: str | None
    ) -> str | None:
        """Give the EXECUTE of a text that comes for the second time or later; None if it is to be run as it is."""
        key = (time_zone, wanted.text)
        kept = self._kept.get(key)
        if kept is None:
            self._keep(connection, key)
            return None
        self._kept.move_to_end(key)
        if kept.name is None and not kept.refused:
            self._prepare(connection, wanted.text, kept)
        if kept.name is None:
            return None
        return f"EXECUTE {kept.name}({', '.join(wanted.arguments)})" if wanted.arguments else f"EXECUTE {kept.name}"

    def _keep(self, connection: duckdb.DuckDBPyConnection, key: tuple[str | None, str]) -> None:
        self._kept[key] = _Kept()
        if len(self._kept) > KEPT:
            _, oldest = self._kept.popitem(last=False)
            if oldest.name is not None:
                connection.execute(f"DEALLOCATE {oldest.name}")

    def _prepare(self, connection: duckdb.DuckDBPyConnection, text: str, kept: _Kept) -> None:
        self._count += 1
        name = f"pgddb_{self._count}"
        try:
            connection.execute(f"PREPARE {name} AS {text}")
        except (
            duckdb.Error
        ):  # a place where the engine takes no parameter; running the text tells whatever else is wrong
            kept.refused = True
        else:
            kept.name = name
