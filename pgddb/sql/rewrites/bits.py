"""Give operators and functions of bit strings their functions of digits, as which the engine has them."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.sql.functions.bit_strings import read
from pgddb.sql.rewrites.aggregate_parts import is_wrapped
from pgddb.sql.rewrites.arguments import Arguments
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call, call_name, cast_to, literal_text
from pgddb.sql.type_names import type_name
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import BITS, INTEGERS

_COMBINED: dict[type[exp.Expr], str] = {exp.BitwiseAnd: "&", exp.BitwiseOr: "|", exp.BitwiseXor: "#"}
_SHIFTS = (exp.BitwiseLeftShift, exp.BitwiseRightShift)
_SYNTAX = (exp.Substring, exp.StrPosition, exp.Overlay)


def bit_operation(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Rewrite what has a bit string for its operand or argument.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("B'1010' & B'0110'")
    CAST(pgddb_bits_combined('&', CAST('1010' AS TEXT), CAST('0110' AS TEXT)) AS TEXT)
    >>> show("5::bit(4)")
    CAST(pgddb_bits_of_number(5, 4) AS TEXT)
    """
    if isinstance(node, (exp.BitString, exp.HexString)):
        digits = ("x" if isinstance(node, exp.HexString) else "b") + str(node.this)
        return cast_to(exp.Literal.string(read(digits, -1, "bit varying")), "VARCHAR")
    if isinstance(node, exp.Cast):
        return _cast(node, type_name(node.args["to"]))
    if isinstance(node, exp.Anonymous):
        read_call = _CALLS.get(call_name(node))
        is_bits = bool(node.expressions) and type_of(node.expressions[0]) in BITS
        return read_call(node, node.expressions) if read_call is not None and is_bits else PASS
    if type_of(node.this) not in BITS:
        return PASS
    return _syntax(node) if isinstance(node, _SYNTAX) else _operator(node)


def _operator(node: exp.Expr) -> Answer:
    if isinstance(node, exp.BitwiseNot):
        return call("pgddb_bits_inverted", node.this)
    right = node.args["expression"]
    if isinstance(node, _SHIFTS):
        right = exp.Paren(this=right) if isinstance(right, exp.Binary) else right
        return call("pgddb_bits_shifted", node.this, right if isinstance(node, _SHIFTS[0]) else exp.Neg(this=right))
    return call("pgddb_bits_combined", _COMBINED[type(node)], node.this, right)


def _syntax(node: exp.Expr) -> Answer:
    if isinstance(node, exp.StrPosition):
        return call("pgddb_bits_position", node.args["substr"], node.this)
    if isinstance(node, exp.Overlay):
        new = node.args["expression"]
        length = node.args.get("for_") or cast_to(call("pg_length", new.copy()), "INTEGER")
        return call("pgddb_bits_overlaid", node.this, new, node.args["from_"], length)
    return _part(node.this, node.args.get("start"), node.args.get("length"))


def _part(bits: exp.Expr, start: exp.Expr | None, length: exp.Expr | None) -> exp.Expr:
    first = start if start is not None else exp.Literal.number(1)
    size = length if length is not None else exp.Literal.number(0)
    return call("pgddb_bits_part", bits, first, size, exp.Boolean(this=length is not None))


def _aggregate(node: exp.Expr, arguments: Arguments) -> Answer:
    if is_wrapped(node):
        raise FeatureNotSupported(f"{call_name(node)} of bit strings with FILTER or OVER is not supported")
    return cast_to(call(call_name(node), cast_to(arguments[0], "BIT")), "VARCHAR")


_CALLS: dict[str, Callable[[exp.Expr, Arguments], Answer]] = {
    "length": lambda _node, parts: call("pg_length", parts[0]),
    "bit_length": lambda _node, parts: call("pg_length", parts[0]),
    "octet_length": lambda _node, parts: exp.Paren(
        this=exp.IntDiv(
            this=exp.Paren(this=exp.Add(this=call("pg_length", parts[0]), expression=exp.Literal.number(7))),
            expression=exp.Literal.number(8),
        )
    ),
    "bit_count": lambda _node, parts: call("pgddb_bits_count", *parts),
    "get_bit": lambda _node, parts: call("pgddb_bits_at", *parts),
    "set_bit": lambda _node, parts: call("pgddb_bits_with", *parts),
    "position": lambda _node, parts: call("pgddb_bits_position", parts[1], parts[0]),
    "substring": lambda _node, parts: _part(parts[0], parts[1], parts[2] if len(parts) > 2 else None),
    **dict.fromkeys(["bit_and", "bit_or", "bit_xor"], _aggregate),
}


def _cast(node: exp.Expr, target: str) -> Answer:
    inner, source = node.this, type_of(node.this)
    if target in BITS:
        sizes = [int(part.name) for part in node.args["to"].expressions]
        length = sizes[0] if sizes else 1 if target == "bit" else -1
        text = literal_text(inner)
        if text is not None:
            return cast_to(exp.Literal.string(read(text, length if sizes else -1, target)), "VARCHAR")
        if source in INTEGERS:
            return call("pgddb_bits_of_number", inner, max(length, 1))
        is_same = source == target and not sizes
        return exp.Paren(this=inner) if is_same else call("pgddb_bits", inner, length if sizes else -1, target)
    if source not in BITS:
        return PASS
    if target in ("integer", "bigint"):
        return cast_to(call("pgddb_bits_number", inner, target), "INTEGER" if target == "integer" else "BIGINT")
    return PASS


RULE = Rule(
    (
        exp.BitString,
        exp.HexString,
        exp.Cast,
        exp.Anonymous,
        exp.BitwiseNot,
        *_COMBINED,
        *_SHIFTS,
        *_SYNTAX,
    ),
    bit_operation,
)
