"""Describe a view: a named query that stands for its rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """One column of a view.

    Attributes:
        source: the name of the output of the query that it shows.
        occurrence: which of the outputs of that name, from 0.
        type_name: as it was when the view was made; sampling may widen it later.
    """

    name: str
    source: str
    occurrence: int = 0
    type_name: str = "text"
    modifier: int = -1


@dataclass(frozen=True, slots=True)
class Reads:
    """A relation that a view reads, by its exact name, and those of its columns that it uses."""

    schema: str
    name: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A view.

    Attributes:
        query: its text, every relation named with its schema, so that no search path changes what it means.
        reads: the relations that it names.
    """

    schema: str
    name: str
    query: str
    columns: tuple[ViewColumn, ...]
    reads: tuple[Reads, ...] = ()
