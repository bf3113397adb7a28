"""Compare numbers of any size with constants: by texts that sort as the numbers do.

DECIMAL has 38 digits for both sides of the point; a column may hold numbers of 38 digits on either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from sqlglot import exp

from pgddb.access.predicate import Constant, Parameter, SeenAs
from pgddb.access.table import Carrier
from pgddb.planner.bindings import CARRIER, FORM, PATH
from pgddb.planner.decoded import Form
from pgddb.planner.extraction_values import EXACT_NUMBERS, Subject, operand_of
from pgddb.sql.types import type_of
from pgddb.sql.types.annotate import set_type

ORDERED = "pgddb_ordered"
"""Meta key of a parameter that is compared by its sort text."""
PLAIN_NUMBER = "-?[0-9]+([.][0-9]+)?"
_LENGTH_DIGITS = 3
_LONGEST = 10**_LENGTH_DIGITS - 1
_DIGITS, _COMPLEMENTS = "0123456789", "9876543210"
_COMPLEMENT = str.maketrans(_DIGITS, _COMPLEMENTS)
_LITERAL_NUMBER = re.compile(r"\A[\w.]*\('?(-?[0-9]+(?:[.][0-9]+)?)'?( AS |\))")
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)


def sort_text(number: Decimal | int) -> str:
    """Give a text that sorts, byte by byte, where the number does.

    >>> sorted([Decimal("0.5"), Decimal(-10), Decimal(9), Decimal("-9.75"), Decimal(10), Decimal(0)], key=sort_text)
    [Decimal('-10'), Decimal('-9.75'), Decimal('0'), Decimal('0.5'), Decimal('9'), Decimal('10')]
    """
    whole, _, fraction = format(Decimal(number).copy_abs(), "f").partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if not whole and not fraction:
        return "1"
    digits = f"{min(len(whole), _LONGEST):0{_LENGTH_DIGITS}}{whole}{fraction}"
    return f"2{digits}" if number > 0 else f"0{digits.translate(_COMPLEMENT)}~"


def sort_text_expression(text: str) -> str:
    """Write DuckDB's expression for the sort text of the digits that an expression gives, a `PLAIN_NUMBER`."""
    parts = f"[ltrim(split_part(ltrim({text}, '-'), '.', 1), '0'), rtrim(split_part({text}, '.', 2), '0')]"
    digits = f"lpad(CAST(length(p[1]) AS VARCHAR), {_LENGTH_DIGITS}, '0') || p[1] || p[2]"
    return (
        f"list_transform([{parts}], lambda p: CASE WHEN p[1] = '' AND p[2] = '' THEN '1'"
        f" WHEN starts_with({text}, '-') THEN '0' || translate({digits}, '{_DIGITS}', '{_COMPLEMENTS}') || '~'"
        f" ELSE '2' || {digits} END)[1]"
    )


def literal_sort_text(literal: str) -> str:
    """Give the literal of the sort text for the literal of a number, as `literals.literal` writes both."""
    number = _LITERAL_NUMBER.match(literal)
    return "CAST(NULL AS VARCHAR)" if number is None else f"'{sort_text(Decimal(number[1]))}'"


def mark_compared_numbers(query: exp.Expr) -> None:
    """Have columns of numbers of any size that are compared with constants decoded as sort texts."""
    for column, comparison in _compared(query):
        if _constants(comparison, column) is not None and _stands_for_its_rows(comparison):
            column.meta[FORM] = Form.ORDERED.name


def order_constants(query: exp.Expr) -> None:
    """Give what those columns are compared with as sort texts too; conditions have been read from the tree before."""
    for column, comparison in _compared(query):
        if column.meta_get(FORM) != Form.ORDERED.name:
            continue
        for node, operand in _constants(comparison, column) or ():
            node.replace(_ordered(operand))
        set_type(column, "text")


def _ordered(operand: Constant | Parameter) -> exp.Expr:
    made: exp.Expr
    if isinstance(operand, Parameter):
        made = exp.Parameter(this=exp.Literal.number(operand.number))
        made.meta[ORDERED] = True
    elif operand.value is None:
        made = exp.Null()
    else:
        assert isinstance(operand.value, (int, Decimal))
        made = exp.Literal.string(sort_text(operand.value))
    set_type(made, "text")
    return made


def _compared(query: exp.Expr) -> Iterator[tuple[exp.Column, exp.Expr]]:
    for column in list(query.find_all(exp.Column)):
        comparison = column.parent
        is_compared = isinstance(comparison, (*_COMPARISONS, exp.Between, exp.In))
        carried = column.meta_get(CARRIER) == Carrier.DIGITS.name and PATH not in column.meta
        if is_compared and comparison is not None and carried and type_of(column) in ("numeric", "text"):
            yield column, comparison


def _constants(comparison: exp.Expr, column: exp.Column) -> list[tuple[exp.Expr, Constant | Parameter]] | None:
    """Give the other operands where all of them are exact numbers, known or parameters."""
    if isinstance(comparison, exp.In) and (comparison.this is not column or not comparison.expressions):
        return None
    if isinstance(comparison, exp.Between) and (comparison.this is not column or comparison.args.get("symmetric")):
        return None
    others = [node for node in comparison.iter_expressions() if node is not column]
    subject = Subject((), SeenAs.NUMBER, "numeric")
    found = []
    for node in others:
        operand = operand_of(node, subject)
        if isinstance(operand, Parameter):
            if type_of(node.unnest()) not in EXACT_NUMBERS:
                return None
        elif not isinstance(operand, Constant) or isinstance(operand.value, float):
            return None
        found.append((node, operand))
    return found


def _stands_for_its_rows(comparison: exp.Expr) -> bool:
    """Say whether the column is that of the rows read, not one that GROUP BY or DISTINCT made of them."""
    around = comparison.find_ancestor(exp.Where, exp.Join, exp.AggFunc, exp.Select)
    return not isinstance(around, exp.Select) or not (around.args.get("group") or around.args.get("distinct"))
