"""Write update and condition expressions over typed JSON values: names aliased, values bound, limits kept.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pgddb.access.mutation import Condition, MustMatch, MustNotExist, TypedJson, UpdateItem, key_text
from pgddb.access.table import AttributePath, KeySchema
from pgddb.dynamo.expression import MAX_EXPRESSION_BYTES, MAX_OPERATORS, ExpressionWriter
from pgddb.errors import ProgramLimitExceeded

_quote = msgspec.json.Encoder().encode
_MAP = b'{"S":"M"}'


class MutationWriter:
    """Write the expressions of one mutation; owns their placeholders."""

    def __init__(self) -> None:
        self._writer = ExpressionWriter()
        self._aliases: dict[bytes, str] = {}
        self._operators = 0

    def update(self, mutation: UpdateItem) -> str:
        """Write `SET #n0.#n1 = :v0, #n2 = :v1 REMOVE #n3`."""
        clauses = []
        if mutation.assignments:
            parts = (f"{self._writer.path(path)} = {self._value(value)}" for path, value in mutation.assignments)
            clauses.append(f"SET {', '.join(parts)}")
        if mutation.removals:
            clauses.append(f"REMOVE {', '.join(map(self._writer.path, mutation.removals))}")
        return self._checked(" ".join(clauses), mutation)

    def update_condition(self, mutation: UpdateItem) -> str:
        """Write the condition of an update; the maps that it writes into must still be maps."""
        parts = self._parts(mutation.condition, mutation.table.keys)
        for parent in _parents(mutation):
            parts.append(f"attribute_type({self._writer.path(parent)}, {self._value(_MAP)})")
            self._operators += 2
        return self._joined(parts, mutation)

    def condition(self, condition: Condition, keys: KeySchema) -> str:
        """Write the condition of a put or a delete."""
        return self._joined(self._parts(condition, keys), None)

    def members(self) -> list[bytes]:
        """Give the JSON members that hold the names and values."""
        names = [b'"ExpressionAttributeNames":' + _quote(self._writer.names)] if self._writer.names else []
        if not self._aliases:
            return names
        values = b",".join(b'"%s":%s' % (alias.encode(), value) for value, alias in self._aliases.items())
        return [*names, b'"ExpressionAttributeValues":{' + values + b"}"]

    def _parts(self, condition: Condition, keys: KeySchema) -> list[str]:
        name = self._writer.name(keys.partition[0].name)
        self._operators += 2
        if isinstance(condition, MustNotExist):
            return [f"attribute_not_exists({name})"]
        parts = [f"attribute_exists({name})"]
        if isinstance(condition, MustMatch):
            parts += (self._matches(path, value) for path, value in condition.values)
        return parts

    def _matches(self, path: AttributePath, value: TypedJson | None) -> str:
        self._operators += 2
        written = self._writer.path(path)
        if value is None:
            return f"attribute_not_exists({written})"
        return f"{written} = {self._value(value)}"

    def _joined(self, parts: Iterable[str], mutation: UpdateItem | None) -> str:
        return self._checked(" AND ".join(parts), mutation)

    def _value(self, value: TypedJson) -> str:
        alias = self._aliases.get(value)
        if alias is None:
            alias = self._aliases[value] = f":v{len(self._aliases)}"
        return alias

    def _checked(self, expression: str, mutation: UpdateItem | None) -> str:
        if len(expression) > MAX_EXPRESSION_BYTES or self._operators > MAX_OPERATORS:
            which = "" if mutation is None else f" of the item {key_text(mutation.key)}"
            raise ProgramLimitExceeded(
                f"the change{which} touches more attributes than one request can name",
                hint="Change them in several statements, or SET pgddb.optimistic_check = off.",
            )
        return expression


def _parents(mutation: UpdateItem) -> list[AttributePath]:
    """Give each map that the update writes into, once."""
    paths = [path for path, _ in mutation.assignments] + list(mutation.removals)
    return list(dict.fromkeys(path[:-1] for path in paths if len(path) > 1))
