"""Take the constants out of a statement's text, so that statements that differ in them alone can share a plan.

Only for `SELECT columns FROM table WHERE column = constant AND ...`, in which a constant of this kind means what a
parameter with the same text means: an untyped string takes the type of what it is compared with, as a parameter does.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from pgddb.sql.lexer import Kind, scan
from pgddb.sql.names import is_plain_select
from pgddb.sql.statements import SelectStatement

MOST_CONSTANTS = 8
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class LiftedConstant:
    """The text of a constant; a string has no type of its own, a whole number does."""

    text: str
    is_number: bool


def lift_constants(statement: SelectStatement) -> tuple[str, tuple[LiftedConstant, ...]] | None:
    """Give the text with $1, $2, ... in the place of its constants, and those.

    None where the statement is of another form, or has a constant that is neither a plain string nor a whole number.

    >>> from pgddb.sql import parse_one
    >>> lift_constants(parse_one("SELECT a FROM t WHERE k = 'x' AND n = 3"))[0]
    'SELECT a FROM t WHERE k =  $1  AND n =  $2 '
    """
    text, tree = statement.text, statement.tree
    if len(text) > LONGEST_TEXT or not isinstance(tree, exp.Select) or not _has_form(tree):
        return None
    expected = _equalities(tree.args["where"].this)
    if not 0 < expected <= MOST_CONSTANTS:
        return None
    pieces: list[str] = []
    constants: list[LiftedConstant] = []
    end = 0
    for lexeme in scan(text):
        if lexeme.kind not in (Kind.STRING, Kind.NUMBER, Kind.BITS, Kind.PARAMETER):
            continue
        written = text[lexeme.start : lexeme.end]
        is_number = lexeme.kind is Kind.NUMBER and written.isascii() and written.isdigit()
        is_plain = lexeme.kind is Kind.STRING and written.startswith("'") and "\\" not in written
        if not is_number and not is_plain:
            return None
        constants.append(LiftedConstant(written if is_number else lexeme.value, is_number))
        pieces += (text[end : lexeme.start], f" ${len(constants)} ")
        end = lexeme.end
    return ("".join((*pieces, text[end:])), tuple(constants)) if len(constants) == expected else None


def _has_form(tree: exp.Select) -> bool:
    return is_plain_select(tree) and tree.args.get("where") is not None


def _equalities(condition: exp.Expr) -> int:
    """Count the comparisons of a column with a constant; -1000 where there is any other condition."""
    if isinstance(condition, exp.Paren):
        return _equalities(condition.this)
    if isinstance(condition, exp.And):
        return _equalities(condition.this) + _equalities(condition.expression)
    if type(condition) is exp.EQ:
        sides = (condition.this, condition.expression)
        if any(isinstance(one, exp.Column) for one in sides) and any(isinstance(one, exp.Literal) for one in sides):
            return 1
    return -1000
