"""Say which name was perhaps meant, by PostgreSQL's measure of how near two names are.

Source: updateFuzzyAttrMatchState and errorMissingColumn in src/backend/parser/parse_relation.c of PostgreSQL
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

MAX_DISTANCE = 3


def distance(one: str, other: str) -> int:
    """Count the characters to insert, delete or replace that make one text of the other.

    >>> distance("amont", "amount"), distance("paid", "id"), distance("", "abc")
    (1, 2, 3)
    """
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, start=1):
        left, row[0] = row[0], count
        for place, against in enumerate(other, start=1):
            changed = left + (letter != against)
            left = row[place]
            row[place] = min(changed, row[place] + 1, row[place - 1] + 1)
    return row[-1]


@dataclass(slots=True)
class _Nearest:
    """The one or two nearest columns so far; none where more than two are equally near."""

    distance: int = MAX_DISTANCE + 1
    found: list[tuple[str, str]] = field(default_factory=list)

    def take(self, column: tuple[str, str], far: int, name: str) -> None:
        """Take a column into account that is so far away."""
        if far > self.distance or far > MAX_DISTANCE or far > len(name) // 2:
            return
        if far < self.distance:
            self.distance, self.found = far, [column]
        elif len(self.found) < 2:
            self.found.append(column)
        else:
            self.distance, self.found = far - 1, []


def nearest_columns(name: str, columns: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give the one or two (relation, column) that a name was perhaps meant to be.

    >>> nearest_columns("amont", [("orders", "amount"), ("orders", "id")])
    [('orders', 'amount')]
    >>> nearest_columns("xyz", [("orders", "amount"), ("orders", "id")])
    []
    """
    nearest = _Nearest()
    for relation, column in columns:
        nearest.take((relation, column), distance(name, column), name)
    return nearest.found


def column_hint(columns: Iterable[tuple[str, str]]) -> str | None:
    """Write the hint, None if there is no such column."""
    labels = [
        f'the column "{relation}.{column}"' if relation else f'the column "{column}"' for relation, column in columns
    ]
    return f"Perhaps you meant to reference {' or '.join(labels)}." if labels else None
