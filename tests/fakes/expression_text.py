"""Read DynamoDB's conditions from their text and evaluate them, without a word of `pgddb`.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pgddb.access.predicate import Comparison
from tests.fakes.dynamodb_model import Item, Typed, _compares, at_path, comparable, has_size, type_of

_TOKEN = re.compile(r"\s*([#:]\w+|\w+|<>|<=|>=|[=<>(),.\[\]])")

Test = Callable[[Item], bool]


def paths_of(projection: str) -> list[list[str]]:
    """Give the steps of each path of a ProjectionExpression: aliases only."""
    return [path.strip().split(".") for path in projection.split(",") if path.strip()]


class Condition:
    """A key condition or filter of a request."""

    def __init__(self, text: str, request: Mapping[str, Any]) -> None:
        self._tokens = _TOKEN.findall(text)
        assert "".join(self._tokens) == re.sub(r"\s", "", text), text
        self._names: Mapping[str, str] = request.get("ExpressionAttributeNames", {})
        self._values: Mapping[str, Typed] = request.get("ExpressionAttributeValues", {})
        self._at = 0
        self.holds = self._or()
        assert self._at == len(self._tokens), text

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self, expected: str | None = None) -> str:
        token: str = self._tokens[self._at]
        assert expected in (None, token), (expected, token)
        self._at += 1
        return token

    def _or(self) -> Test:
        parts = [self._and()]
        while self._peek() == "OR":
            self._next()
            parts.append(self._and())
        return lambda item: any(part(item) for part in parts)

    def _and(self) -> Test:
        parts = [self._not()]
        while self._peek() == "AND":
            self._next()
            parts.append(self._not())
        return lambda item: all(part(item) for part in parts)

    def _not(self) -> Test:
        if self._peek() == "NOT":
            self._next()
            part = self._not()
            return lambda item: not part(item)
        if self._peek() == "(":
            self._next()
            inner = self._or()
            self._next(")")
            return inner
        return self._comparison() if self._peek().startswith("#") else self._function()

    def _path(self) -> tuple[str | int, ...]:
        steps: list[str | int] = [self._names[self._next()]]
        while self._peek() in (".", "["):
            if self._next() == ".":
                steps.append(self._names[self._next()])
            else:
                steps.append(int(self._next()))
                self._next("]")
        return tuple(steps)

    def _value(self) -> Typed:
        return self._values[self._next()]

    def _comparison(self) -> Test:
        path, operator = self._path(), self._next()
        if operator == "BETWEEN":
            low = self._value()
            self._next("AND")
            high = self._value()
            return lambda item: (
                _compares(at_path(item, path), Comparison.GREATER_EQUAL, low)
                and _compares(at_path(item, path), Comparison.LESS_EQUAL, high)
            )
        if operator == "IN":
            self._next("(")
            among = [comparable(self._value())]
            while self._next() == ",":
                among.append(comparable(self._value()))
            return lambda item: (value := at_path(item, path)) is not None and comparable(value) in among
        operand = self._value()
        return lambda item: _compares(at_path(item, path), Comparison(operator), operand)

    def _function(self) -> Test:
        name = self._next()
        self._next("(")
        path = self._path()
        operand: Typed = {}
        if self._peek() == ",":
            self._next()
            operand = self._value()
        self._next(")")
        if name == "size":
            comparison, size = Comparison(self._next()), int(self._value()["N"])
            return lambda item: has_size(at_path(item, path), comparison, size)
        match name:
            case "attribute_exists":
                return lambda item: at_path(item, path) is not None
            case "attribute_not_exists":
                return lambda item: at_path(item, path) is None
            case "attribute_type":
                return lambda item: (value := at_path(item, path)) is not None and type_of(value) == operand["S"]
            case "begins_with":
                return lambda item: _begins(at_path(item, path), operand)
            case _:
                raise AssertionError(name)


def _begins(value: Typed | None, prefix: Typed) -> bool:
    if value is None or type_of(value) != type_of(prefix):
        return False
    return bool(comparable(value)[1].startswith(comparable(prefix)[1]))
