"""Hold what a name can mean at one place of a statement: relations, their columns, the scopes around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct
from sqlglot import exp

from pgddb.access.table import TableSchema
from pgddb.errors import AmbiguousColumn, UndefinedColumn, UndefinedTable
from pgddb.planner.name_hints import column_hint, nearest_columns
from pgddb.sql.types.annotate import set_type
from pgddb.sql.types.places import start_of

READ = "pgddb_read"
"""Meta key of a column node: number of the table reference that it belongs to."""
COLUMN = "pgddb_column"
"""Meta key of a column node: index of its column in the table's columns."""
BOUND = "pgddb_bound"
"""Meta key of a column node that has its final meaning."""
PATH = "pgddb_path"
"""Meta key of a node that stands for an attribute inside an item: its path; it has no `COLUMN`."""
FORM = "pgddb_form"
"""Meta key of a column node: name of the form in which it is decoded, if not as its carrier has it."""
MODIFIER = "pg_modifier"
"""Meta key of a node whose type has a modifier, as `pgddb.sql.types` notes it."""
CARRIER = "pgddb_carrier"
"""Meta key of a column node: name of its column's carrier."""
GIVEN_FEED = "pgddb_given_feed"
"""Meta key of a table node: name of the feed that execution fills with items of its own, not from the store."""
RAW_ITEM = "\0item"
"""Name of the hidden column that holds the raw item of a base table; no client can write it."""


@dataclass(frozen=True, slots=True)
class VisibleColumn:
    """A column that a scope can name.

    All columns of a relation that only DuckDB knows stand as one, with an empty name and `alias.*`.

    Attributes:
        express: makes the expression that stands for it, a new one each time.
        declared: DDL made the column: its name is exact, as PostgreSQL's are.
        is_document: it holds whole items.
    """

    name: str
    express: Callable[[], exp.Expr]
    type_name: str | None
    relation: Relation | None
    declared: bool = False
    is_document: bool = False


@dataclass(eq=False, slots=True)
class Relation:
    """One entry of a FROM clause.

    Attributes:
        name: as the statement calls it, folded.
        alias: as the DuckDB text calls it.
        columns: None where only DuckDB knows them.
        reference: number of the table reference, or None for anything but a base table.
        schema: of a base table or system relation that has no alias.
        hidden: columns that can be named and that `*` leaves out.
        scalar: it is a function whose values are no rows, so that its name stands for its one column.
    """

    name: str
    alias: str
    columns: tuple[VisibleColumn, ...] | None = None
    reference: int | None = None
    schema: str | None = None
    hidden: tuple[VisibleColumn, ...] = ()
    scalar: bool = False

    @property
    def shown(self) -> tuple[VisibleColumn, ...]:
        """Give what `*` stands for."""
        return (star_of(self),) if self.columns is None else self.columns


class TableReference(Struct, frozen=True):
    """A mention of a base table."""

    number: int
    table: TableSchema
    alias: str
    marker: str
    given_feed: str | None = None

    @property
    def feed(self) -> str:
        return self.given_feed or f"feed_{self.number}"


NamedColumn = tuple[str, str, str | None]
"""(name, name in the DuckDB text, type) of a column of a derived table."""


class NamedQuery(Struct, frozen=True):
    """A common table expression: how the DuckDB text calls it and what it returns."""

    name: str
    alias: str
    columns: tuple[NamedColumn, ...] | None


@dataclass(eq=False, slots=True)
class Scope:
    """The names that one SELECT can see."""

    outer: Scope | None = None
    queries: Mapping[str, NamedQuery] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    visible: list[VisibleColumn] = field(default_factory=list)
    """Unqualified columns in the order of `*`; a merged column of USING stands once."""

    @property
    def opaque(self) -> bool:
        """Say whether a relation has columns that only DuckDB knows."""
        return any(relation.columns is None for relation in self.relations)

    @property
    def depth(self) -> int:
        """Count the scopes around this one, and itself."""
        return 1 + (self.outer.depth if self.outer is not None else 0)

    def chain(self) -> Iterable[Scope]:
        """Give this scope, then the ones around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.outer


def star_of(relation: Relation) -> VisibleColumn:
    """Stand for all columns of a relation that only DuckDB knows."""

    def express() -> exp.Expr:
        star = exp.Column(this=exp.Star(), table=exp.to_identifier(relation.alias, quoted=True))
        star.meta[BOUND] = True
        return star

    return VisibleColumn("", express, None, relation)


def column_of(alias: str, name: str, type_name: str | None, **notes: object) -> exp.Column:
    """Make the expression for a column of a derived table; `notes` are more of its meta."""
    column = exp.Column(this=exp.to_identifier(name, quoted=True), table=exp.to_identifier(alias, quoted=True))
    column.meta.update({BOUND: True, **notes})
    set_type(column, type_name)
    return column


def expressed(column: VisibleColumn, node: exp.Expr) -> exp.Expr:
    """Make the expression for a column that a node names, at the node's place in the text."""
    expression = column.express()
    start = start_of(node)
    if start is not None:
        expression.meta["start"] = start
    return expression


def unique_name(name: str, taken: set[str]) -> str:
    """Give a name that differs from the taken ones in more than case, and take it."""
    found, number = name, 1
    while found.lower() in taken:
        number += 1
        found = f"{name}_{number}"
    taken.add(found.lower())
    return found


def folded(identifier: exp.Expr) -> str:
    """Give the name that PostgreSQL sees: exact where quoted, else in lower case."""
    name = identifier.name
    return name if is_quoted(identifier) else name.lower()


def is_quoted(identifier: exp.Expr) -> bool:
    return bool(identifier.args.get("quoted"))


def position_of(node: exp.Expr) -> int | None:
    """Give the 1-based place of a node in the query text where the parser kept it."""
    if isinstance(node, (exp.Column, exp.Table)):
        start = start_of(node)
        return None if start is None else start + 1
    for part in (node, *node.find_all(exp.Identifier)):
        start = part.meta.get("start")
        if isinstance(start, int):
            return start + 1
    return None


def find_column(columns: Sequence[VisibleColumn], identifier: exp.Expr) -> VisibleColumn | None:
    """Find the one column that an identifier names.

    Raises:
        AmbiguousColumn: several columns answer to it.
    """
    wanted = folded(identifier)
    exact = [column for column in columns if column.name == wanted]
    if is_quoted(identifier):
        candidates = exact
    else:
        alike = [
            column
            for column in columns
            if column.name == wanted or (not column.declared and column.name.lower() == wanted)
        ]
        of_tables = any(column.relation and column.relation.reference is not None for column in alike)
        candidates = alike if of_tables or not exact else exact
    if len(candidates) > 1:
        raise ambiguous(wanted, candidates, identifier)
    return candidates[0] if candidates else None


def ambiguous(name: str, candidates: Sequence[VisibleColumn], node: exp.Expr) -> AmbiguousColumn:
    """Make the error for a name that several columns answer to; it tells more where only their case differs."""
    error = AmbiguousColumn(f'column reference "{name}" is ambiguous', position=position_of(node))
    if len({column.name for column in candidates}) > 1:
        labels = dict.fromkeys(_label(column) for column in candidates)
        error.detail = f"It could be {' or '.join(labels)}."
        error.hint = "Write the name in double quotes, exactly as it is, and with its table."
    return error


def undefined(name: str, columns: Sequence[VisibleColumn], node: exp.Expr, table: str | None = None) -> UndefinedColumn:
    """Make the error for a name that no column answers to, with the nearest name as a hint."""
    shown = f"column {table}.{name} does not exist" if table else f'column "{name}" does not exist'
    return UndefinedColumn(shown, hint=_hint(name, columns), position=position_of(node))


def missing(qualifier: exp.Expr, tables: Iterable[tuple[Relation, str]]) -> UndefinedTable:
    """Make the error for a qualifier that no FROM entry answers to; `tables` gives those that stand for a table."""
    name = folded(qualifier)
    alias = next((relation.name for relation, table in tables if table == name), None)
    if alias is not None:
        return UndefinedTable(
            f'invalid reference to FROM-clause entry for table "{name}"',
            hint=f'Perhaps you meant to reference the table alias "{alias}".',
            position=position_of(qualifier),
        )
    return UndefinedTable(f'missing FROM-clause entry for table "{name}"', position=position_of(qualifier))


def _hint(name: str, columns: Sequence[VisibleColumn]) -> str | None:
    named = [(column.relation.name if column.relation else "", column.name) for column in columns]
    near = nearest_columns(name, named)
    if not near:  # our names have any case
        lower = nearest_columns(name.lower(), [(relation, column.lower()) for relation, column in named])
        near = [one for one in named if (one[0], one[1].lower()) in lower][:1]
    hints = [found] if (found := column_hint(near)) else []
    document = next((column for column in columns if column.is_document), None)
    if document is not None:
        key = name.replace("'", "''")
        hints.append(
            f"If it is an attribute that the sampled items did not have, use {document.name}->>'{key}' "
            f"({document.name} holds the whole item)."
        )
    return " ".join(hints) or None


def _label(column: VisibleColumn) -> str:
    prefix = f"{column.relation.name}." if column.relation else ""
    return f'"{prefix}{column.name}"'
