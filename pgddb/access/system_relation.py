"""Describe a relation of pg_catalog or information_schema as a statement sees it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SystemColumn:
    """One column: its type as format_type prints it, domains resolved, and its modifier."""

    name: str
    type_name: str
    type_modifier: int = -1


@dataclass(frozen=True, slots=True)
class SystemRelation:
    """A system relation.

    Attributes:
        place: the schema of the engine that holds it under the same name.
        columns: in the order of PostgreSQL 15.
        hidden: columns that `*` leaves out: tableoid, xmin.
        kind: as relkind of pg_class: r, or v for a view.
    """

    schema: str
    name: str
    oid: int
    place: str
    columns: tuple[SystemColumn, ...]
    hidden: tuple[SystemColumn, ...] = (SystemColumn("tableoid", "oid"), SystemColumn("xmin", "xid"))
    kind: str = "r"
