"""Run a JSON path over a document.

Source: src/backend/utils/adt/jsonpath_exec.c of PostgreSQL 15
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import assert_never

from pgddb.errors import (
    FeatureNotSupported,
    InvalidJsonSubscript,
    JsonArrayNotFound,
    JsonMemberNotFound,
    JsonObjectNotFound,
    NonNumericJsonItem,
    SingletonJsonItemRequired,
    SqlError,
    UndefinedObject,
)
from pgddb.sql.functions.exact_numbers import apply, binary, divide
from pgddb.sql.functions.jsonb import Value
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
from pgddb.sql.functions.jsonpath.parse import regex_flags
from pgddb.sql.functions.regular_expressions import compiled

Number = int | Decimal


def evaluate(path: JsonPath, document: Value, variables: Mapping[str, Value]) -> Iterator[Value]:
    """Give what the path finds, in order.

    >>> from pgddb.sql.functions.jsonpath.parse import parse_path
    >>> list(evaluate(parse_path("$.a[*] ? (@ > $x)"), {"a": [1, 2, 3]}, {"x": 1}))
    [2, 3]

    Raises:
        SqlError: as PostgreSQL without the argument `silent`.
    """
    return _Evaluation(path.strict, document, variables).items(path.expression, document)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


class _Evaluation:
    """One run; `_last` holds the last index of the array around."""

    def __init__(self, strict: bool, document: Value, variables: Mapping[str, Value]) -> None:  # noqa: FBT001 - the mode
        self._strict = strict
        self._document = document
        self._variables = variables
        self._last: list[int] = []

    # Values

    def items(self, node: Node, current: Value) -> Iterator[Value]:  # noqa: C901 - one case for each kind of node
        match node:
            case Literal(value):
                yield value
            case Root():
                yield self._document
            case Current():
                yield current
            case Last():
                yield self._last[-1]
            case Variable(name):
                if name not in self._variables:
                    raise UndefinedObject(f'could not find jsonpath variable "{name}"')
                yield self._variables[name]
            case Path(start, steps):
                yield from self._stepped(self.items(start, current), steps)
            case Unary() | Binary():
                yield from self._reckoned(node, current)
            case _:
                yield self._holds(node, current)

    def _stepped(self, values: Iterator[Value], steps: Sequence[Step]) -> Iterator[Value]:
        if not steps:
            yield from values
            return
        for value in values:
            yield from self._stepped(self._step(steps[0], value, unwrap=not self._strict), steps[1:])

    def _step(self, step: Step, value: Value, *, unwrap: bool) -> Iterator[Value]:
        match step:
            case Member(name):
                return self._members(name, value, unwrap=unwrap)
            case Elements(ranges):
                return self._elements(ranges, value)
            case Descent(first, last):
                return _below(value, first, last)
            case Filter(condition):
                return self._filtered(condition, value, unwrap=unwrap)
            case Method():
                return self._method(step, value, unwrap=unwrap)
            case _:
                assert_never(step)

    def _members(self, name: str | None, value: Value, *, unwrap: bool) -> Iterator[Value]:  # noqa: C901 - lax and strict, one or all
        if isinstance(value, dict):
            if name is None:
                yield from (value[key] for key in sorted(value, key=lambda key: (len(key.encode()), key.encode())))
            elif name in value:
                yield value[name]
            elif self._strict:
                raise JsonMemberNotFound(f'JSON object does not contain key "{name}"')
        elif isinstance(value, list) and unwrap:
            for inner in value:
                yield from self._members(name, inner, unwrap=False)
        elif self._strict:
            if name is None:
                raise JsonObjectNotFound("jsonpath wildcard member accessor can only be applied to an object")
            raise JsonMemberNotFound("jsonpath member accessor can only be applied to an object")

    def _elements(self, ranges: Sequence[tuple[Node, Node | None]], value: Value) -> Iterator[Value]:
        if not isinstance(value, list):
            if self._strict:
                wildcard = "" if ranges else "wildcard "
                raise JsonArrayNotFound(f"jsonpath {wildcard}array accessor can only be applied to an array")
            value = [value]
        if not ranges:
            yield from value
            return
        for first, last in ranges:
            self._last.append(len(value) - 1)
            start = self._index(first, value)
            end = start if last is None else self._index(last, value)
            self._last.pop()
            if self._strict and (start < 0 or start > end or end >= len(value)):
                raise InvalidJsonSubscript("jsonpath array subscript is out of bounds")
            yield from value[max(start, 0) : max(end, -1) + 1]

    def _index(self, node: Node, value: Value) -> int:
        found = list(self.items(node, value))
        if len(found) != 1 or not _is_number(found[0]):
            raise InvalidJsonSubscript("jsonpath array subscript is not a single numeric value")
        number = Decimal(found[0])  # type: ignore[arg-type]  # it is a number
        if abs(number) >= 2**31:
            raise InvalidJsonSubscript("jsonpath array subscript is out of integer range")
        return int(number)

    def _filtered(self, condition: Node, value: Value, *, unwrap: bool) -> Iterator[Value]:
        for candidate in value if isinstance(value, list) and unwrap else [value]:
            if self._holds(condition, candidate) is True:
                yield candidate

    # Methods

    def _method(self, method: Method, value: Value, *, unwrap: bool) -> Iterator[Value]:
        name = method.name
        if name == "type":
            yield _kind(value)
            return
        if name == "size":
            if not isinstance(value, list) and self._strict:
                raise JsonArrayNotFound("jsonpath item method .size() can only be applied to an array")
            yield len(value) if isinstance(value, list) else 1
            return
        if isinstance(value, list) and unwrap:
            for inner in value:
                yield from self._method(method, inner, unwrap=False)
            return
        if name == "keyvalue":
            yield from self._pairs(value)
        elif name == "datetime":
            raise FeatureNotSupported("jsonpath item method .datetime() is not supported")
        else:
            yield _double(value) if name == "double" else _rounded(name, value)

    def _pairs(self, value: Value) -> Iterator[Value]:
        if not isinstance(value, dict):
            raise JsonObjectNotFound("jsonpath item method .keyvalue() can only be applied to an object")
        if value is not self._document:
            raise FeatureNotSupported("jsonpath item method .keyvalue() of an inner object is not supported")
        for key in sorted(value, key=lambda key: (len(key.encode()), key.encode())):
            yield {"id": 0, "key": key, "value": value[key]}

    # Arithmetic

    def _reckoned(self, node: Unary | Binary, current: Value) -> Iterator[Value]:
        if isinstance(node, Unary):
            for value in self._unwrapped(node.operand, current):
                if not _is_number(value):
                    raise NonNumericJsonItem(f"operand of unary jsonpath operator {node.sign} is not a numeric value")
                yield value if node.sign == "+" else _read(apply("-", str(value)))
            return
        left = self._single(node.left, current, "left", node.sign)
        right = self._single(node.right, current, "right", node.sign)
        yield _read(divide(left, right) if node.sign == "/" else binary(node.sign, left, right))

    def _single(self, node: Node, current: Value, side: str, sign: str) -> str:
        found = list(self._unwrapped(node, current))
        if len(found) != 1 or not _is_number(found[0]):
            raise SingletonJsonItemRequired(f"{side} operand of jsonpath operator {sign} is not a single numeric value")
        return str(found[0])

    def _unwrapped(self, node: Node, current: Value) -> Iterator[Value]:
        for value in self.items(node, current):
            if isinstance(value, list) and not self._strict:
                yield from value
            else:
                yield value

    # Conditions: True, False, or None for unknown

    def _holds(self, node: Node, current: Value) -> bool | None:
        match node:
            case Connection(sign, left, right):
                return self._connected(sign, left, right, current)
            case Not(condition):
                inner = self._holds(condition, current)
                return None if inner is None else not inner
            case IsUnknown(condition):
                return self._holds(condition, current) is None
            case Exists(path):
                return self._exists(path, current)
            case Comparison(sign, left, right):
                return self._any_pair(sign, left, right, current)
            case LikeRegex():
                return self._matches(node, current)
            case _:
                raise AssertionError(node)

    def _connected(self, sign: str, left: Node, right: Node, current: Value) -> bool | None:
        first = self._holds(left, current)
        decided = sign == "||"
        if first is decided:
            return decided
        second = self._holds(right, current)
        if second is decided:
            return decided
        return None if None in (first, second) else not decided

    def _exists(self, path: Node, current: Value) -> bool | None:
        try:
            found = self.items(path, current)
            return bool(list(found)) if self._strict else next(found, _NOTHING) is not _NOTHING
        except SqlError as error:
            _raise_unless_of_values(error)
            return None

    def _any_pair(self, sign: str, left: Node, right: Node, current: Value) -> bool | None:
        try:
            ones, others = list(self._unwrapped(left, current)), list(self._unwrapped(right, current))
        except SqlError as error:
            _raise_unless_of_values(error)
            return None
        return self._found(
            _prefix(one, other) if sign == "starts with" else _compared(sign, one, other)
            for one in ones
            for other in others
        )

    def _matches(self, node: LikeRegex, current: Value) -> bool | None:
        try:
            values = list(self._unwrapped(node.operand, current))
        except SqlError as error:
            _raise_unless_of_values(error)
            return None
        pattern = compiled(node.pattern, regex_flags(node.flags))
        return self._found(pattern.search(value) is not None if isinstance(value, str) else None for value in values)

    def _found(self, results: Iterator[bool | None]) -> bool | None:
        found = unknown = False
        for result in results:
            if result is None:
                if self._strict:
                    return None
                unknown = True
            elif result:
                if not self._strict:
                    return True
                found = True
        return True if found else None if unknown else False


_NOTHING = object()


def _raise_unless_of_values(error: SqlError) -> None:
    """Take an error inside a condition for unknown; what is wrong with the statement itself goes on."""
    if isinstance(error, UndefinedObject | FeatureNotSupported):
        raise error


def _below(value: Value, first: int | None, last: int | None, depth: int = 0) -> Iterator[Value]:
    is_leaf = not (isinstance(value, dict | list) and value)
    if first is None:
        if is_leaf or (last is not None and depth == last):
            yield value
    elif depth >= first and (last is None or depth <= last):
        yield value
    if is_leaf or (last is not None and depth >= last and first is not None):
        return
    keys = sorted(value, key=lambda key: (len(key.encode()), key.encode())) if isinstance(value, dict) else ()
    for inner in [value[key] for key in keys] if isinstance(value, dict) else value:  # type: ignore[attr-defined]  # a list
        yield from _below(inner, first, last, depth + 1)


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "boolean"
    names: dict[type, str] = {dict: "object", list: "array", str: "string", type(None): "null"}
    return names.get(type(value), "number")


def _read(text: str) -> Number:
    return Decimal(text) if "." in text else int(text)


def _double(value: Value) -> Value:
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError as error:
            raise NonNumericJsonItem(
                "string argument of jsonpath item method .double() is not a valid representation of "
                "a double precision number"
            ) from error
        if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
            raise NonNumericJsonItem("NaN or Infinity is not allowed for jsonpath item method .double()")
        return _read(format(Decimal(repr(number)), "f").removesuffix(".0"))
    if not _is_number(value):
        raise NonNumericJsonItem("jsonpath item method .double() can only be applied to a string or numeric value")
    return value


def _rounded(name: str, value: Value) -> Value:
    if not _is_number(value):
        raise NonNumericJsonItem(f"jsonpath item method .{name}() can only be applied to a numeric value")
    return _read(apply(name, str(value)))


def _prefix(one: Value, other: Value) -> bool | None:
    return one.startswith(other) if isinstance(one, str) and isinstance(other, str) else None


def _compared(sign: str, one: Value, other: Value) -> bool | None:
    if _kind(one) != _kind(other):
        return sign == "!=" if one is None or other is None else None
    if isinstance(one, dict | list):
        return None
    if one is None:
        return sign in ("==", "<=", ">=")
    holds: dict[str, bool] = {
        "==": one == other,
        "!=": one != other,
        "<": one < other,  # type: ignore[operator]  # both are strings, numbers or truth values
        "<=": one <= other,  # type: ignore[operator]  # as above
        ">": one > other,  # type: ignore[operator]  # as above
        ">=": one >= other,  # type: ignore[operator]  # as above
    }
    return holds[sign]
