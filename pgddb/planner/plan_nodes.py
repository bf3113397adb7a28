"""Define what planning takes and gives: the catalog it asks, the scope it stands in, the plan it makes.

Plans are values: they hold no state and may be cached by (text, catalog version, search path, parameter types).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pgddb.access.path import AccessPath, RejectedPath
from pgddb.access.predicate import Operand, Predicate
from pgddb.access.prices import PriceTable
from pgddb.access.statistics import TableStatistics
from pgddb.access.system_relation import SystemRelation
from pgddb.access.table import AttributePath, Carrier, Column, Source, TableSchema
from pgddb.access.view import View
from pgddb.planner.hints import NO_HINTS, ReadHints
from pgddb.planner.key_driver import KeyDriver
from pgddb.planner.template import SqlTemplate
from pgddb.sql import SessionContext


class CatalogSnapshot(Protocol):
    """An immutable view of the tables that exist."""

    @property
    def version(self) -> int:
        """Give a number that changes with every change of a table."""

    def table(self, schema: str | None, name: str, quoted: bool) -> TableSchema | None:  # noqa: FBT001 - contract
        """Find a table.

        `schema` None means the search path. A quoted name is exact; an unquoted one folds to lower case, then
        matches the one table that equals it case-insensitively.

        Raises:
            AmbiguousRelation: several tables answer to the unquoted name.
        """

    def view(self, schema: str | None, name: str, quoted: bool) -> View | None:  # noqa: FBT001 - contract
        """Find a view, as `table` finds a table."""

    def system_relation(self, schema: str | None, name: str) -> SystemRelation | None:
        """Find a relation of pg_catalog or information_schema; `schema` None means pg_catalog, which goes first."""

    def system_function(self, name: str) -> SystemRelation | None:
        """Find a function of pg_catalog without arguments whose rows the engine holds as a relation."""


@dataclass(frozen=True, slots=True)
class PlanScope:
    """What a statement means beyond its text: the settings that change its plan, and the session's constants."""

    session: SessionContext = field(default_factory=SessionContext, hash=False)

    @property
    def search_path(self) -> tuple[str, ...]:
        return self.session.search_path


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order: an attribute of the read's own table."""

    path: AttributePath
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True, slots=True)
class TableRead:
    """One reference to a table in a statement, and all that is known about the rows it needs.

    The decode subquery of the template reads `feed`: a relation with the one column `item VARCHAR`, raw typed
    JSON, one row an item.

    Attributes:
        alias: the reference's name in the statement, for EXPLAIN and messages.
        columns: what the subquery decodes, attributes of a document included. Empty: only the number of rows
            counts, so any item text will do, NULL too.
        whole_item: the raw item itself is used (document, whole row).
        conjuncts: conditions that every needed row meets, parameters unbound. The engine checks all of them
            again, so the store may return more rows.
        complete: the conjuncts are all the statement asks of the rows (nothing else drops a row before LIMIT).
        projection: attribute paths to fetch, or None for whole items.
        order: the order in which `limit` counts; empty means any.
        limit: how many rows the statement needs at most (LIMIT), None for all.
        offset: how many rows go before them.
        hints: what the statement says of how to read.
        drivers: where its keys can come from before it is read: other relations that it is joined with.
        given: execution fills the feed itself, with the rows that a statement wrote.
        partition_ends: what of each partition is enough: () any item, False the first one by the sort key, True the
            last one; None: all items.
        counted: beyond the conjuncts only the number of rows counts, so the store's own count may be the answer.
    """

    feed: str
    table: TableSchema
    alias: str
    columns: tuple[Column, ...]
    whole_item: bool
    conjuncts: tuple[Predicate, ...] = ()
    complete: bool = False
    projection: tuple[AttributePath, ...] | None = None
    order: tuple[SortKey, ...] = ()
    limit: Operand | None = None
    offset: Operand | None = None
    hints: ReadHints = NO_HINTS
    drivers: tuple[KeyDriver, ...] = ()
    given: bool = False
    counted: bool = False
    partition_ends: tuple[bool, ...] | None = None


@dataclass(frozen=True, slots=True)
class LateJson:
    """A result column of which the engine gives typed JSON, to be turned into jsonb text after it.

    Attributes:
        attribute: whose value it is; None for a whole item.
        document: the place of the result column whose item holds the attribute, where it is to be cut out of that;
            the engine gives NULL then.
    """

    attribute: str | None = None
    document: int | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """A value of the result that is known beforehand, and PostgreSQL's name of its type."""

    value: str | int | bool | None
    type_name: str


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """One column of the result.

    Attributes:
        type_name: PostgreSQL's name of its type, or None where DuckDB's own type says it.
        late: what is still to be made of what the engine gives.
    """

    name: str
    type_name: str | None
    type_modifier: int = -1
    late: LateJson | None = None


@dataclass(frozen=True, slots=True)
class LookedUpColumn:
    """One output of a lookup: an attribute of the item as it stands; the whole item for None."""

    attribute: str | None
    carrier: Carrier


@dataclass(frozen=True, slots=True)
class SelectPlan:
    """How a SELECT runs: DuckDB text over the feeds of its reads.

    Attributes:
        parameter_types: PostgreSQL's names of the types of $1, $2 ...
        system_relations: those that the text reads in the engine, under their `place` and name.
        asks_catalog: the text calls functions whose answers come from the system catalogs.
        looked_up: the outputs, where they are all that is made of one item, found by its whole key; else empty.
        given_out: the outputs, where they are all that is made of every item of a table; else empty.
        counting: the text without the conditions on its one table, for when the store counts the rows that meet them.
        constants: the outputs, where nothing but constants is asked for; else empty.
    """

    sql: SqlTemplate
    reads: tuple[TableRead, ...]
    columns: tuple[OutputColumn, ...]
    parameter_types: tuple[str, ...] = ()
    system_relations: tuple[SystemRelation, ...] = ()
    asks_catalog: bool = False
    looked_up: tuple[LookedUpColumn, ...] = ()
    given_out: tuple[LookedUpColumn, ...] = ()
    counting: SqlTemplate | None = None
    constants: tuple[Constant, ...] = ()

    def text_for(self, paths: Iterable[AccessPath]) -> SqlTemplate:
        """Give the text that reads what these paths give."""
        if self.counting is not None and all(path.count_only for path in paths):
            return self.counting
        return self.sql


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """What the session allows a read: consistency, concurrency, size of a scan's segments.

    Attributes:
        consistent: strongly consistent reads; no global secondary index then.
        segments: segments of a scan where the table does not say.
        prices: what read units cost, for estimates.
        units_per_second: the rate that the session allows one table or index, or None.
        key_driven: let the rows of one table say which keys of another are read.
        statistics: what reads have shown of tables, by DynamoDB's name.
    """

    consistent: bool = False
    segments: int = 8
    prices: PriceTable | None = None
    units_per_second: float | None = None
    key_driven: bool = True
    statistics: Mapping[tuple[Source, str], TableStatistics] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class ChosenPath:
    """The access path of one read, and what finds those that were not taken: only EXPLAIN asks for them."""

    path: AccessPath
    find_rejected: Callable[[], tuple[RejectedPath, ...]] = tuple

    @property
    def rejected(self) -> tuple[RejectedPath, ...]:
        return self.find_rejected()
