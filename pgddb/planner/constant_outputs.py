"""Give the one row of a SELECT of constants, so that nothing has to run: what drivers and pools ask to see who answers.

Functions that tell who asks and where (`version()`, `current_user`, `current_setting('x')`) are constants, too, once
the rewrite has given them their values.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from pgddb.planner.plan_nodes import Constant, OutputColumn

INTEGER_BYTES = {"smallint": 2, "integer": 4, "bigint": 8}
TEXTS = frozenset({"text", "name", "character varying"})

INTEGER_CASTS = {
    "smallint": exp.DataType.Type.SMALLINT,
    "integer": exp.DataType.Type.INT,
    "bigint": exp.DataType.Type.BIGINT,
}
TEXT_CASTS = (exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR)


def constant_outputs(tree: exp.Expr, columns: Sequence[OutputColumn]) -> tuple[Constant, ...]:
    """Give the values of a rewritten `SELECT constant, ...` that is nothing else; () for all other statements."""
    if not isinstance(tree, exp.Select) or {name for name, value in tree.args.items() if value} != {"expressions"}:
        return ()
    found: list[Constant] = []
    if len(tree.expressions) != len(columns):
        return ()
    for projection, column in zip(tree.expressions, columns, strict=True):
        one = None if column.type_modifier != -1 else _constant(projection.unalias(), column.type_name)
        if one is None:
            return ()
        found.append(one)
    return tuple(found)


def _constant(node: exp.Expr, type_name: str | None) -> Constant | None:
    if type_name in INTEGER_BYTES:
        number = _integer(node, type_name)
        return None if number is None or not _fits(number, type_name) else Constant(number, type_name)
    if type_name in TEXTS:
        text = _text(node)
        return None if text is None and not isinstance(node, exp.Null) else Constant(text, type_name)
    if type_name == "boolean" and isinstance(node, exp.Boolean):
        return Constant(bool(node.this), type_name)
    return None


def _integer(node: exp.Expr, type_name: str) -> int | None:
    if type(node) is exp.Cast:
        return _integer(node.this, type_name) if _casts_to(node, INTEGER_CASTS[type_name]) else None
    if isinstance(node, exp.Paren):
        return _integer(node.this, type_name)
    if isinstance(node, exp.Neg):
        number = _integer(node.this, type_name)
        return None if number is None else -number
    if isinstance(node, exp.Literal) and not node.is_string and node.this.isascii() and node.this.isdigit():
        return int(node.this)
    return None


def _fits(number: int, type_name: str) -> bool:
    limit = 1 << (8 * INTEGER_BYTES[type_name] - 1)
    return -limit < number < limit


def _text(node: exp.Expr) -> str | None:
    if type(node) is exp.Cast and _casts_to(node, *TEXT_CASTS) and isinstance(node.this, exp.Literal):
        return _text(node.this)
    return str(node.this) if isinstance(node, exp.Literal) and node.is_string else None


def _casts_to(cast: exp.Cast, *kinds: object) -> bool:
    """Say whether it casts to one of these types, without a length and the like."""
    kind = cast.args["to"]
    return isinstance(kind, exp.DataType) and not kind.expressions and kind.this in kinds
