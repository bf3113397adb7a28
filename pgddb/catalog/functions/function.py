"""Describe a function that answers from the catalog, and lift it to whole columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from msgspec import Struct

from pgddb.catalog.facts import CatalogFacts

_TYPES: dict[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "BIGINT": pa.int64(),
    "UINTEGER": pa.uint32(),
}


class KnownFacts:
    """Holds what the catalog knows now; whoever refreshes it puts a new value in."""

    def __init__(self) -> None:
        self.facts = CatalogFacts()


class CatalogFunction(Struct, frozen=True):
    """A function of the facts and of plain values; names of types are the engine's.

    Attributes:
        compute: takes the facts, then one value for each parameter, None for NULL.
        strict: NULL for an argument gives NULL without a call.
    """

    name: str
    parameters: tuple[str, ...]
    returns: str
    compute: Callable[..., object]
    strict: bool = True

    def columns(self, known: KnownFacts, arrays: tuple[pa.Array, ...]) -> pa.Array:
        """Answer whole columns; equal arguments are asked for once."""
        facts, answers = known.facts, dict[tuple[Any, ...], object]()
        rows = list(zip(*(array.to_pylist() for array in arrays), strict=True))
        for row in dict.fromkeys(rows):
            answers[row] = None if self.strict and None in row else self.compute(facts, *row)
        return pa.array([answers[row] for row in rows], _TYPES[self.returns])
