"""Random statements, joins and derived tables among them, and random items for the laws of whole statements."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.fakes.dynamodb_model import Item


class Writer:
    """Writes random statements over tables of the columns k, n, x and m."""

    def __init__(self, seed: int, tables: Sequence[str] = ("t",)) -> None:
        self._random = random.Random(seed)
        self._tables = tables
        self._sources = list(tables)

    def statement(self) -> str:
        named = ""
        self._sources = list(self._tables)
        if self._chance(0.3):
            named = f"WITH w AS ({self._query()}) "
            self._sources.append("w")
        aliases, tables = self._from()
        shown = ", ".join(f"{alias}.{name} AS {alias}{name}" for alias in aliases for name in "knxm")
        if self._chance(0.15):
            shown = "count(*) AS c"
        tail = ""
        if len(aliases) == 1 and self._chance(0.2):
            shown = f"{self._pick(['min', 'max'])}(a.{self._pick('knxm')}) AS e"
        elif self._chance(0.2):
            every = [f"{alias}.{name}" for alias in aliases for name in "knxm"]
            shown, tail = (
                shown.replace("count(*) AS c", "a.k"),
                f" ORDER BY {', '.join(every)} LIMIT {self._pick([1, 2, 5])}",
            )
        return f"{named}SELECT {shown} FROM {tables}{self._where(aliases)}{tail}"

    def _pick(self, choices: Sequence[object]) -> object:
        return self._random.choice(choices)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _query(self) -> str:  # noqa: PLR0911 - one for each shape
        """Write a derived table with the columns k, n, x, m."""
        table = self._pick(self._tables)
        plain = f"SELECT i.k, i.n, i.x, i.m FROM {table} i{self._where(['i'])}"
        match self._random.randrange(8):
            case 0:
                return f"{plain} ORDER BY i.k, i.n LIMIT {self._pick([1, 2])}"
            case 1:
                return plain.replace("SELECT", "SELECT DISTINCT", 1)
            case 2:
                grouped = f"SELECT i.k, min(i.n) AS n, min(i.x) AS x, i.m FROM {table} i"
                return f"{grouped}{self._where(['i'])} GROUP BY i.k, i.m"
            case 3:
                rank = "row_number() OVER (PARTITION BY i.k ORDER BY i.n)"
                return f"SELECT i.k, {rank} AS n, i.x, i.m FROM {table} i{self._where(['i'])}"
            case 4:
                return f"{plain} UNION ALL SELECT j.k, j.m, j.x, j.n FROM {table} j{self._where(['j'])}"
            case 5:
                return (
                    f"SELECT DISTINCT ON (i.k) i.k, i.n, i.x, i.m FROM {table} i{self._where(['i'])} ORDER BY i.k, i.n"
                )
            case 6:
                joined = f"{table} i LEFT JOIN {table} j ON i.k = j.k AND i.n < j.n"
                return f"SELECT i.k, i.n, j.x, j.m FROM {joined}{self._where(['i', 'j'])}"
            case _:
                return plain

    def _from(self) -> tuple[list[str], str]:
        aliases = list("abc"[: self._random.randrange(1, 4)])
        text = self._source("a")
        for place, alias in enumerate(aliases[1:], 1):
            known = aliases[:place]
            kind = self._pick(["JOIN", "JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", ","])
            if kind == ",":
                text += f", {self._source(alias)}"
                aliases_on = None
            else:
                aliases_on = [*known[-1:], alias] if "," in text else [*known, alias]
                text += f" {kind} {self._source(alias)} ON {self._on(aliases_on, alias)}"
        return aliases, text

    def _source(self, alias: str) -> str:
        if self._chance(0.3):
            return f"({self._query()}) {alias}"
        return f"{self._pick(self._sources)} {alias}"

    def _on(self, aliases: Sequence[str], alias: str) -> str:
        other = aliases[0]
        parts = [self._pick([f"{other}.k = {alias}.k", f"{other}.n = {alias}.m", f"{alias}.x = {other}.x"])]
        parts += [self._condition(aliases) for _ in range(self._random.randrange(2))]
        return " AND ".join(map(str, parts))

    def _where(self, aliases: Sequence[str]) -> str:
        parts = [self._condition(aliases) for _ in range(self._random.randrange(4))]
        return f" WHERE {' AND '.join(parts)}" if parts else ""

    def _condition(self, aliases: Sequence[str], depth: int = 0) -> str:
        shape = self._random.randrange(12 if depth < 2 else 9)
        if shape == 9:
            return f"NOT ({self._condition(aliases, depth + 1)})"
        if shape >= 10:
            word = " OR " if shape == 10 else " AND "
            return f"({self._condition(aliases, depth + 1)}{word}{self._condition(aliases, depth + 1)})"
        alias = self._pick(aliases)
        name = str(self._pick(["k", "k", "n", "n", "x", "m"]))
        if shape == 0 and len(aliases) > 1:
            return f"{alias}.{name} = {self._pick(aliases)}.{name}"
        return self._leaf(f"{alias}.{name}", name, shape)

    def _leaf(self, column: str, name: str, shape: int) -> str:  # noqa: PLR0911 - likewise
        texts = name in "kx"
        values = [f"'{one}'" for one in ("a", "a1", "b", "")] if texts else ["0", "1", "2", "1.5"]
        value = self._pick(values)
        match shape:
            case 1:
                return f"{column} IS NULL"
            case 2:
                return f"{column} IS NOT NULL"
            case 3:
                return f"{column} {self._pick(['IN', 'NOT IN'])} ({value}, {self._pick(values)})"
            case 4 if texts:
                return f"{column} {self._pick(['LIKE', 'NOT LIKE'])} '{self._pick(['a%', 'a1', 'a_', '%'])}'"
            case 5:
                return f"{column} IS {self._pick(['', 'NOT '])}DISTINCT FROM {value}"
            case 6:
                return f"{column} BETWEEN {value} AND {self._pick(values)}"
            case _:
                return f"{column} {self._pick(['=', '=', '=', '<>', '<', '>='])} {value}"


def items_of(seed: int) -> list[Item]:
    chance = random.Random(seed)
    items: dict[tuple[str, int], Item] = {}
    for _ in range(chance.randrange(12)):
        k, n = chance.choice(["a", "a1", "b"]), chance.randrange(3)
        item: Item = {"k": {"S": k}, "n": {"N": str(n)}}
        if chance.random() < 0.7:
            item["x"] = {"S": chance.choice(["a", "a1", "b"])}
        if chance.random() < 0.7:
            item["m"] = {"N": str(chance.randrange(3))}
        items[k, n] = item
    return list(items.values())
