"""Read a FROM clause as its relations and the places where their columns are compared.

What may be concluded from a condition depends on where it stands: rows of the side that an outer join preserves stay
whatever its ON says, and rows of the other side may come out as NULLs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from msgspec import Struct
from sqlglot import exp

from pgddb.planner.bindings import READ
from pgddb.planner.joins import shape_of


class SiteKind(Enum):
    """Where conditions stand, and so which rows they drop."""

    WHERE = auto()
    INNER = auto()
    LEFT = auto()
    RIGHT = auto()
    FULL = auto()


class Site(Struct, frozen=True):
    """WHERE or one ON: its parts joined by AND, and the relations on both sides of the join."""

    kind: SiteKind
    parts: tuple[exp.Expr, ...]
    left: frozenset[str] = frozenset()
    right: frozenset[str] = frozenset()

    def drops(self, alias: str) -> bool:
        """Say whether a row of a relation has no part in the result unless it meets this site with some other row."""
        match self.kind:
            case SiteKind.WHERE:
                return True
            case SiteKind.INNER:
                return alias in self.left or alias in self.right
            case SiteKind.LEFT:
                return alias in self.right
            case SiteKind.RIGHT:
                return alias in self.left
            case SiteKind.FULL:
                return False


@dataclass(slots=True)
class FromShape:
    """The FROM clause of one SELECT.

    Attributes:
        entries: the node of each relation, by its alias in the bound tree.
        nullable: relations whose rows an outer join may replace by NULLs.
    """

    select: exp.Select
    entries: dict[str, exp.Expr] = field(default_factory=dict)
    sites: list[Site] = field(default_factory=list)
    nullable: set[str] = field(default_factory=set)

    def conditions_on(self, alias: str) -> Iterator[exp.Expr]:
        """Give the conditions that hold for each row of a relation that has a part in the result."""
        if alias in self.nullable:
            return
        for site in self.sites:
            if site.kind is SiteKind.WHERE or (site.kind is SiteKind.INNER and site.drops(alias)):
                yield from site.parts


def shape_of_from(select: exp.Select) -> FromShape:
    """Read the FROM clause and WHERE of a bound SELECT."""
    shape = FromShape(select)
    clause = select.args.get("from_")
    if clause is not None:
        _joined(shape, clause.this, select.args.get("joins") or ())
        for lateral in select.args.get("laterals") or ():
            _source(shape, lateral)
    where = select.args.get("where")
    if where is not None:
        shape.sites.append(Site(SiteKind.WHERE, tuple(parts_of(where.this))))
    return shape


def _joined(shape: FromShape, first: exp.Expr, joins: Sequence[exp.Join]) -> frozenset[str]:
    """Read joins from left to right; a comma starts anew."""
    before: frozenset[str] = frozenset()
    left = _source(shape, first)
    for join in joins:
        right = _source(shape, join.this)
        if shape_of(join).is_comma:
            before, left = before | left, right
            continue
        _note_join(shape, join, left, right)
        left = left | right
    return before | left


def _note_join(shape: FromShape, join: exp.Join, left: frozenset[str], right: frozenset[str]) -> None:
    kind = SiteKind[str(join.args.get("side") or "INNER").upper()]
    if kind in (SiteKind.LEFT, SiteKind.FULL):
        shape.nullable |= right
    if kind in (SiteKind.RIGHT, SiteKind.FULL):
        shape.nullable |= left
    condition = join.args.get("on")
    if condition is not None:
        shape.sites.append(Site(kind, tuple(parts_of(condition)), left, right))


def _source(shape: FromShape, node: exp.Expr) -> frozenset[str]:
    """Read one FROM entry with the joins written inside it."""
    joins = node.args.get("joins") or ()
    if isinstance(node, exp.Subquery) and isinstance(node.this, (exp.Table, exp.Subquery)) and not node.alias:
        inner = _source(shape, node.this)
        return _joined_with(shape, inner, joins)
    shape.entries[node.alias_or_name] = node
    return _joined_with(shape, frozenset({node.alias_or_name}), joins)


def _joined_with(shape: FromShape, left: frozenset[str], joins: Sequence[exp.Join]) -> frozenset[str]:
    for join in joins:
        right = _source(shape, join.this)
        _note_join(shape, join, left, right)
        left = left | right
    return left


def parts_of(condition: exp.Expr) -> Iterator[exp.Expr]:
    """Give what a condition joins by AND."""
    if isinstance(condition, exp.Paren):
        yield from parts_of(condition.this)
    elif isinstance(condition, exp.And):
        yield from parts_of(condition.this)
        yield from parts_of(condition.expression)
    else:
        yield condition


def reference_of(node: exp.Expr) -> int | None:
    """Give the number of the base table that a bare column belongs to."""
    while isinstance(node, exp.Paren):
        node = node.this
    number: int | None = node.meta.get(READ) if isinstance(node, exp.Column) else None
    return number
