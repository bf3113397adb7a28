"""Write a JSON path as PostgreSQL shows values of type jsonpath."""

from __future__ import annotations

import json
from decimal import Decimal

from pgddb.sql.functions.jsonpath.nodes import (
    Binary,
    Comparison,
    Connection,
    Current,
    Descent,
    Elements,
    Exists,
    Filter,
    IsUnknown,
    JsonPath,
    Last,
    LikeRegex,
    Literal,
    Member,
    Method,
    Node,
    Not,
    Path,
    Root,
    Step,
    Unary,
    Variable,
)

_PRIORITIES = {"||": 0, "&&": 1, "+": 3, "-": 3, "*": 4, "/": 4, "%": 4}
_COMPARISON, _UNARY, _PRIMARY = 2, 5, 6


def show_path(path: JsonPath) -> str:
    """Write a whole path.

    >>> from pgddb.sql.functions.jsonpath.parse import parse_path
    >>> show_path(parse_path("strict $.a[0 to last] ? (@ > 1).b"))
    'strict $."a"[0 to last]?(@ > 1)."b"'
    """
    text = _node(path.expression)
    if _priority(path.expression) < _PRIMARY and not isinstance(path.expression, Not | IsUnknown | Exists):
        text = f"({text})"
    return f"strict {text}" if path.strict else text


def _priority(node: Node) -> int:
    if isinstance(node, Connection | Binary):
        return _PRIORITIES[node.sign]
    if isinstance(node, Comparison | LikeRegex):
        return _COMPARISON
    return _UNARY if isinstance(node, Unary) else _PRIMARY


def _inside(node: Node, outer: int) -> str:
    text = _node(node)
    return f"({text})" if _priority(node) <= outer else text


def _node(node: Node) -> str:  # noqa: PLR0911 - one for each kind of node
    match node:
        case Literal(value):
            return _literal(value)
        case Root():
            return "$"
        case Current():
            return "@"
        case Last():
            return "last"
        case Variable(name):
            return f"${_quoted(name)}"
        case Path(start, steps):
            first = _node(start)
            shown = (
                f"({first})"
                if _priority(start) < _PRIMARY or (isinstance(start, Literal) and _is_number(start))
                else first
            )
            return shown + "".join(map(_step, steps))
        case _:
            return _operation(node)


def _is_number(node: Literal) -> bool:
    return isinstance(node.value, int | Decimal) and not isinstance(node.value, bool)


def _operation(node: Node) -> str:
    match node:
        case Unary(sign, operand):
            return f"{sign}{_inside(operand, _UNARY)}"
        case Binary(sign, left, right) | Comparison(sign, left, right) | Connection(sign, left, right):
            outer = _priority(node)
            return f"{_inside(left, outer)} {sign} {_inside(right, outer)}"
        case Not(condition):
            return f"!({_node(condition)})"
        case IsUnknown(condition):
            return f"({_node(condition)}) is unknown"
        case Exists(path):
            return f"exists ({_node(path)})"
        case LikeRegex(operand, pattern, flags):
            flag = "".join(one for one in "ismxq" if one in flags)
            return f"{_inside(operand, _COMPARISON)} like_regex {_quoted(pattern)}" + (
                f' flag "{flag}"' if flag else ""
            )
        case _:
            raise AssertionError(node)


def _step(step: Step) -> str:  # noqa: PLR0911 - one for each kind of step
    match step:
        case Member(None):
            return ".*"
        case Member(name):
            return f".{_quoted(name or '')}"
        case Descent(first, last):
            return ".**" + _levels(first, last)
        case Elements(()):
            return "[*]"
        case Elements(ranges):
            return "[" + ",".join(_node(one) + (f" to {_node(other)}" if other else "") for one, other in ranges) + "]"
        case Filter(condition):
            return f"?({_node(condition)})"
        case Method(name, argument):
            return f".{name}({'' if argument is None else _quoted(argument)})"


def _levels(first: int | None, last: int | None) -> str:
    if first == 0 and last is None:
        return ""
    if first == last:
        return "{last}" if first is None else f"{{{first}}}"
    return f"{{{'last' if first is None else first} to {'last' if last is None else last}}}"


def _literal(value: str | int | Decimal | bool | None) -> str:  # noqa: FBT001 - a literal may be a boolean
    if isinstance(value, str):
        return _quoted(value)
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "null"}[value]
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
