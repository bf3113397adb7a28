"""Turn a boolean expression of a bound tree into a predicate on one table reference.

What cannot be said of the table alone is left out where that makes the predicate weaker only: a part of an AND, or
of an OR below a NOT. So the predicate is true wherever the expression is; `exact` says that it is true nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from sqlglot import exp

from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Constant,
    IsNull,
    Negation,
    OneOf,
    Operand,
    Predicate,
    SeenAs,
    StartsWith,
)
from pgddb.planner.extraction_values import TEXT_VIEWS, Subject, elements_of, fold, operand_of

_COMPARISONS: dict[type[exp.Expr], Comparison] = {
    exp.EQ: Comparison.EQUAL,
    exp.NEQ: Comparison.NOT_EQUAL,
    exp.LT: Comparison.LESS,
    exp.LTE: Comparison.LESS_EQUAL,
    exp.GT: Comparison.GREATER,
    exp.GTE: Comparison.GREATER_EQUAL,
}
_MIRRORED = {
    Comparison.LESS: Comparison.GREATER,
    Comparison.LESS_EQUAL: Comparison.GREATER_EQUAL,
    Comparison.GREATER: Comparison.LESS,
    Comparison.GREATER_EQUAL: Comparison.LESS_EQUAL,
}
_CLOSED: dict[type[exp.Expr], Comparison] = {
    exp.LT: Comparison.LESS_EQUAL,
    exp.LTE: Comparison.LESS_EQUAL,
    exp.GT: Comparison.GREATER_EQUAL,
    exp.GTE: Comparison.GREATER_EQUAL,
}
PRESENCE = "presence"
"""Type name of a subject that stands for `document ? 'a'`."""
_NEVER = AnyOf(())
_ALWAYS = AllOf(())

SubjectOf = Callable[[exp.Expr], Subject | None]
"""Gives the attribute of the table that a node is, or None."""


class Found(Struct, frozen=True):
    """A predicate that is true wherever the expression is; None where nothing is known."""

    predicate: Predicate | None
    exact: bool


_NOTHING = Found(None, exact=False)


class ConditionReader:
    """Reads the conditions on one table reference."""

    def __init__(self, subject_of: SubjectOf) -> None:
        self._subject_of = subject_of

    def read(self, node: exp.Expr, *, negated: bool = False) -> Found:
        """Read an expression: where it is true, or where it is false if `negated`."""
        node = node.unnest()
        if isinstance(node, exp.Not):
            return self.read(node.this, negated=not negated)
        if isinstance(node, (exp.And, exp.Or)):
            parts = [self.read(part, negated=negated) for part in operands_of(node)]
            both = isinstance(node, exp.And) is not negated
            return _all(parts) if both else _any(parts)
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Boolean):
            return self._is_truth(node, negated=negated)
        if isinstance(node.this, exp.Expr) and isinstance(node.this.unnest(), exp.Tuple):
            return self._rows(node, negated=negated)
        return _signed(self._leaf(node), negated=negated)

    def _leaf(self, node: exp.Expr) -> Predicate | None:
        reader = _LEAVES.get(type(node))
        if reader is not None:
            return reader(self, node)
        if isinstance(node, exp.Boolean):
            return _ALWAYS if node.this else _NEVER
        return self._truth(node)

    def _truth(self, node: exp.Expr) -> Predicate | None:
        """Read a boolean attribute that stands as a condition."""
        subject = self._subject_of(node)
        if subject is None:
            return None
        if subject.type_name == PRESENCE:
            return IsNull(subject.path, negated=True, seen_as=SeenAs.ANY_JSON)
        if subject.view is not SeenAs.BOOLEAN:
            return None
        return Compare(subject.path, Comparison.EQUAL, Constant(value=True), subject.seen_as)

    # Comparisons ------------------------------------------------------------------------------------------

    def _comparison(self, node: exp.Expr) -> Predicate | None:
        return self._compared(node.this, _COMPARISONS[type(node)], node.expression)

    def _compared(self, left: exp.Expr, comparison: Comparison, right: exp.Expr) -> Predicate | None:
        subject, other = self._subject_of(left.unnest()), right
        if subject is None:
            subject, other = self._subject_of(right.unnest()), left
            comparison = _MIRRORED.get(comparison, comparison)
        if subject is None:
            return None
        if isinstance(other, (exp.Any, exp.All)):
            return _quantified(subject, comparison, other)
        return _compare(subject, comparison, operand_of(other, subject))

    def _distinct(self, node: exp.Expr) -> Predicate | None:
        """Read IS [NOT] DISTINCT FROM a constant, which is never NULL itself."""
        subject, other = self._subject_of(node.this.unnest()), node.expression
        if subject is None:
            subject, other = self._subject_of(node.expression.unnest()), node.this
        folded = fold(other)
        if subject is None or folded is None:
            return None
        if folded[0] is None:
            same: Predicate | None = IsNull(subject.path, seen_as=subject.seen_as)
        else:
            equal = _compare(subject, Comparison.EQUAL, operand_of(other, subject))
            present = IsNull(subject.path, negated=True, seen_as=subject.seen_as)
            same = None if equal is None else AllOf((equal, present))
        if same is None:
            return None
        return same if isinstance(node, exp.NullSafeEQ) else Negation(same)

    def _between(self, node: exp.Expr) -> Predicate | None:
        subject = self._subject_of(node.this.unnest())
        if subject is None or node.args.get("symmetric"):
            return None
        low = _compare(subject, Comparison.GREATER_EQUAL, operand_of(node.args["low"], subject))
        high = _compare(subject, Comparison.LESS_EQUAL, operand_of(node.args["high"], subject))
        return None if low is None or high is None else AllOf((low, high))

    def _in(self, node: exp.Expr) -> Predicate | None:
        subject = self._subject_of(node.this.unnest())
        if subject is None or not node.expressions or node.args.get("query") is not None:
            return None
        operands = [operand_of(part, subject) for part in node.expressions]
        known = tuple(operand for operand in operands if operand is not None)
        return OneOf(subject.path, known, subject.seen_as) if len(known) == len(operands) else None

    def _is_null(self, node: exp.Expr) -> Predicate | None:
        subject = self._subject_of(node.this.unnest())
        if subject is None or not isinstance(node.expression, exp.Null) or subject.type_name == PRESENCE:
            return None
        return IsNull(subject.path, negated=bool(node.args.get("negate")), seen_as=subject.seen_as)

    def _is_truth(self, node: exp.Is, *, negated: bool) -> Found:
        """Read IS [NOT] TRUE or FALSE: it is not NULL where the expression is."""
        wanted = bool(node.expression.this)
        if bool(node.args.get("negate")) is negated:
            return self.read(node.this, negated=not wanted)
        inner = self.read(node.this, negated=not wanted)
        subject = self._subject_of(node.this.unnest())
        if subject is None or inner.predicate is None or not inner.exact:
            return _NOTHING
        present = IsNull(subject.path, negated=True, seen_as=subject.seen_as)
        return Found(Negation(AllOf((inner.predicate, present))), exact=True)

    # Patterns ---------------------------------------------------------------------------------------------

    def _like(self, node: exp.Expr) -> Predicate | None:
        escape = "\\"
        if isinstance(node, exp.Escape):
            if not isinstance(node.this, exp.Like) or not isinstance(node.expression, exp.Literal):
                return None
            escape, node = node.expression.name, node.this
        subject = self._subject_of(node.this.unnest())
        folded = fold(node.expression)
        if subject is None or subject.view not in TEXT_VIEWS or folded is None or len(escape) > 1:
            return None
        if folded[0] is not None and not isinstance(folded[0], str):
            return None
        matched = _pattern(subject, folded[0], escape)
        return Negation(matched) if matched is not None and node.args.get("negate") else matched

    def _function(self, node: exp.Expr) -> Predicate | None:
        """Read starts_with(a, 'x') and a ^@ 'x'."""
        if str(node.this).lower() not in ("starts_with", "^@") or len(node.expressions) != 2:
            return self._truth(node)
        return self._starts_with(*node.expressions)

    def _starts_with_node(self, node: exp.Expr) -> Predicate | None:
        return self._starts_with(node.this, node.expression)

    def _starts_with(self, first: exp.Expr, second: exp.Expr) -> Predicate | None:
        subject = self._subject_of(first.unnest())
        if subject is None or subject.view not in TEXT_VIEWS:
            return None
        prefix = operand_of(second, subject)
        return None if prefix is None else StartsWith(subject.path, prefix, seen_as=subject.seen_as)

    # Rows -------------------------------------------------------------------------------------------------

    def _rows(self, node: exp.Expr, *, negated: bool) -> Found:
        left = node.this.unnest()
        if isinstance(node, exp.EQ):
            return self._rows_equal(left, node.expression.unnest(), negated=negated)
        if isinstance(node, exp.In):
            return self._row_in(node, negated=negated)
        comparison = _CLOSED.get(type(node))
        if comparison is None or negated:
            return _NOTHING
        return self._rows_ordered(left, comparison, node.expression.unnest())

    def _rows_equal(self, left: exp.Expr, right: exp.Expr, *, negated: bool) -> Found:
        if not isinstance(right, exp.Tuple) or len(left.expressions) != len(right.expressions):
            return _NOTHING
        pairs = zip(left.expressions, right.expressions, strict=True)
        leaves = (self._compared(one, Comparison.EQUAL, other) for one, other in pairs)
        parts = [_signed(leaf, negated=negated) for leaf in leaves]
        return _any(parts) if negated else _all(parts)

    def _row_in(self, node: exp.In, *, negated: bool) -> Found:
        if not node.expressions or node.args.get("query") is not None:
            return _NOTHING
        rows = [self._rows_equal(node.this.unnest(), one.unnest(), negated=negated) for one in node.expressions]
        return _all(rows) if negated else _any(rows)

    def _rows_ordered(self, left: exp.Expr, comparison: Comparison, right: exp.Expr) -> Found:
        """Read (a, b) > (1, 2): it is known of the first element alone that it is not less."""
        if not isinstance(right, exp.Tuple):
            return _NOTHING
        return Found(self._compared(left.expressions[0], comparison, right.expressions[0]), exact=False)


_LEAVES: dict[type[exp.Expr], Callable[[ConditionReader, exp.Expr], Predicate | None]] = {
    **dict.fromkeys(_COMPARISONS, ConditionReader._comparison),  # noqa: SLF001 - the table of its own methods
    exp.NullSafeEQ: ConditionReader._distinct,  # noqa: SLF001
    exp.NullSafeNEQ: ConditionReader._distinct,  # noqa: SLF001
    exp.Between: ConditionReader._between,  # noqa: SLF001
    exp.In: ConditionReader._in,  # noqa: SLF001
    exp.Is: ConditionReader._is_null,  # noqa: SLF001
    exp.Like: ConditionReader._like,  # noqa: SLF001
    exp.Escape: ConditionReader._like,  # noqa: SLF001
    exp.Anonymous: ConditionReader._function,  # noqa: SLF001
    exp.StartsWith: ConditionReader._starts_with_node,  # noqa: SLF001
}


def operands_of(node: exp.Expr) -> list[exp.Expr]:
    """Give the operands of a chain of ANDs, or of ORs, however long."""
    found: list[exp.Expr] = []
    waiting = [node]
    while waiting:
        part = waiting.pop().unnest()
        if type(part) is type(node):
            waiting += [part.expression, part.this]
        else:
            found.append(part)
    return found


def _signed(leaf: Predicate | None, *, negated: bool) -> Found:
    if leaf is None:
        return _NOTHING
    return Found(Negation(leaf) if negated else leaf, exact=True)


def _compare(subject: Subject, comparison: Comparison, operand: Operand | None) -> Predicate | None:
    return None if operand is None else Compare(subject.path, comparison, operand, subject.seen_as)


def _quantified(subject: Subject, comparison: Comparison, node: exp.Any | exp.All) -> Predicate | None:
    """Read = ANY(array) and <> ALL(array)."""
    if isinstance(node, exp.Any) is not (comparison is Comparison.EQUAL):
        return None
    if isinstance(node, exp.All) and comparison is not Comparison.NOT_EQUAL:
        return None
    elements = elements_of(node.this, subject)
    if elements is None:
        return None
    found = OneOf(subject.path, elements, subject.seen_as)
    return found if isinstance(node, exp.Any) else Negation(found)


def _pattern(subject: Subject, pattern: str | None, escape: str) -> Predicate | None:
    """Read a LIKE pattern: a text, a prefix, or a prefix with more after it."""
    if pattern is None:
        return Compare(subject.path, Comparison.EQUAL, Constant(None), subject.seen_as)
    prefix, rest = _literal_start(pattern, escape)
    if prefix is None:
        return None
    if not rest:
        return Compare(subject.path, Comparison.EQUAL, Constant(prefix), subject.seen_as)
    only = not rest.strip("%")
    if not prefix:
        return IsNull(subject.path, negated=True, seen_as=subject.seen_as) if only else None
    return StartsWith(subject.path, Constant(prefix), only=only, seen_as=subject.seen_as)


def _literal_start(pattern: str, escape: str) -> tuple[str | None, str]:
    """Cut a pattern at its first wildcard; None for one that ends in an escape, which PostgreSQL refuses."""
    letters: list[str] = []
    place = 0
    while place < len(pattern):
        letter = pattern[place]
        if escape and letter == escape:
            place += 1
            if place == len(pattern):
                return None, ""
            letter = pattern[place]
        elif letter in "%_":
            break
        letters.append(letter)
        place += 1
    return "".join(letters), pattern[place:]


def _all(parts: Sequence[Found]) -> Found:
    known = tuple(part.predicate for part in parts if part.predicate is not None)
    exact = all(part.exact for part in parts)
    if len(known) < 2:
        return Found(known[0] if known else None, exact)
    return Found(AllOf(known), exact)


def _any(parts: Sequence[Found]) -> Found:
    known = tuple(part.predicate for part in parts if part.predicate is not None)
    if len(known) < len(parts):
        return _NOTHING
    return Found(AnyOf(known), all(part.exact for part in parts))
