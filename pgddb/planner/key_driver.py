"""Describe where the keys of a read can come from before it is read: a query over other relations of the statement."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from pgddb.access.table import AttributePath
from pgddb.planner.template import LateTemplate

KeyRow = tuple[str | int | Decimal | bytes, ...]
"""One combination of values, for the driven attributes in their order."""


class KeyDriver(Struct, frozen=True):
    """A query whose rows hold every combination of values that some attributes of a read may need to have.

    Rows of the read that have another combination have no part in the result, so they need not be read. The query
    may give too many combinations and never too few; one that has a NULL among the driven attributes matches nothing.

    Attributes:
        paths: the driven attributes.
        kinds: "text", "number" or "binary" for each column of the query that drives an attribute, in the order of
            `paths`; None for a column that drives nothing.
        keys: the query; distinct rows.
        feeds: feeds of the reads that the query reads: they are read first.
        source: how the statement calls what gives the keys, for EXPLAIN.
        rows: how many combinations there are at most, where the statement says so itself.
        filtered: the query drops rows by conditions, so that there are likely fewer combinations than rows read.
    """

    paths: tuple[AttributePath, ...]
    kinds: tuple[str | None, ...]
    keys: LateTemplate
    feeds: tuple[str, ...]
    source: str
    rows: int | None = None
    filtered: bool = False
