"""Random joins over three small tables: as mean as FROM clauses can be, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from pgddb.access.table import (
    AttributeType,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)
from tests.fakes.dynamodb_model import Item

Chosen = TypeVar("Chosen")

S, N = AttributeType.S, AttributeType.N
TEXTS = ("a", "b", "c", "d", "e")
NUMBERS = ("0", "1", "2", "3")
TEXT_COLUMNS, NUMBER_COLUMNS = ("pk", "fk", "name"), ("sk", "num")


def _index(name: str, partition: tuple[str, AttributeType], projection: IndexProjection) -> Index:
    return Index(name, IndexKind.GLOBAL, KeySchema((KeyAttribute(*partition),)), projection)


def table(name: str, *, item_count: int | None) -> TableSchema:
    """A table of key (pk, sk) with an index on fk and one on num, and the size that DynamoDB reports of it."""
    size = None if item_count is None else item_count * 400
    indexes = (
        _index("by_fk", ("fk", S), IndexProjection.ALL),
        _index("by_num", ("num", N), IndexProjection.KEYS_ONLY),
    )
    keys = KeySchema((KeyAttribute("pk", S),), (KeyAttribute("sk", N),))
    return TableSchema("public", name, name, Source(), keys, (), indexes, item_count, size)


class JoinDraw:
    """Draws items and statements."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._aliases = 0
        self._queries: list[str] = []

    def tables(self) -> dict[str, tuple[TableSchema, list[Item]]]:
        sizes = (None, 20, 200_000, 200_000)
        return {name: (table(name, item_count=self._of(sizes)), self._items()) for name in ("a", "b", "c")}

    def _items(self) -> list[Item]:
        whole: Item = {"pk": {"S": "z"}, "sk": {"N": "9"}, "fk": {"S": "z"}, "num": {"N": "9"}, "name": {"S": "z"}}
        items = {("z", "9"): whole}
        for _ in range(self._random.randrange(12)):
            item: Item = {"pk": {"S": self._of(TEXTS)}, "sk": {"N": self._of(NUMBERS)}}
            for attribute, value in (
                ("fk", {"S": self._of(TEXTS)}),
                ("num", {"N": self._of(NUMBERS)}),
                ("name", {"S": self._of(TEXTS)} if self._random.random() < 0.8 else {"NULL": True}),
            ):
                if self._random.random() < 0.75:
                    item[attribute] = value
            items[item["pk"]["S"], item["sk"]["N"]] = item
        return list(items.values())

    def _of(self, choices: Sequence[Chosen]) -> Chosen:
        return self._random.choice(choices)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    # Statements -------------------------------------------------------------------------------------------

    def statement(self) -> str:
        """Draw a SELECT over one to four relations that gives their keys, NULLs included."""
        self._aliases = 0
        self._queries = []
        if self._chance(0.3):
            self._queries.append(f"w AS ({self._derived_query()})")
        text, relations = self._from(self._of((1, 2, 2, 2, 3, 3, 4)))
        if self._chance(0.2):
            relation = self._of(relations)
            alias = self._alias()
            inner = f"SELECT s.* FROM {self._of('abc')} s WHERE {self._of(('s.pk', 's.fk'))} = {relation}.pk"
            text += self._of(
                (f" LEFT JOIN LATERAL ({inner}) AS {alias} ON true", f" CROSS JOIN LATERAL ({inner}) AS {alias}")
            )
            relations = [*relations, alias]
        outputs = [f"{alias}.{column}" for alias in relations for column in ("pk", "num")]
        if self._chance(0.2):
            outputs.append(f"(SELECT count(*) FROM {self._of('abc')} s WHERE s.pk = {self._of(relations)}.pk)")
        conditions = [self._condition(relations) for _ in range(self._of((0, 0, 1, 1, 2)))]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        queries = f"WITH {', '.join(self._queries)} " if self._queries else ""
        return f"{queries}SELECT {', '.join(outputs)} FROM {text}{where}"

    def _alias(self) -> str:
        self._aliases += 1
        return f"r{self._aliases}"

    def _from(self, count: int) -> tuple[str, list[str]]:
        if count == 1:
            return self._relation()
        left_count = self._of(range(1, count))
        left, left_relations = self._from(count - left_count)
        right, right_relations = self._from(left_count)
        right = f"({right})" if len(right_relations) > 1 else right
        both = [*left_relations, *right_relations]
        if self._chance(0.1):
            return f"{left} CROSS JOIN {right}", both
        kind = self._of(("", "", "", "LEFT ", "LEFT ", "RIGHT ", "FULL "))
        parts = [self._equality(self._of(left_relations), self._of(right_relations))]
        if kind != "FULL ":
            parts += [self._plain(self._of(both)) for _ in range(self._of((0, 0, 1)))]
            parts += [self._equality(self._of(both), self._of(both)) for _ in range(self._of((0, 0, 1)))]
        return f"{left} {kind}JOIN {right} ON {' AND '.join(parts)}", both

    def _relation(self) -> tuple[str, list[str]]:
        """Draw a relation with columns pk, fk, name, sk and num."""
        alias = self._alias()
        kind = self._of(("table", "table", "table", "table", "values", "derived", "with"))
        if kind == "values":
            rows = ", ".join(self._row() for _ in range(self._of((1, 2, 3))))
            return f"(VALUES {rows}) AS {alias}(pk, fk, name, sk, num)", [alias]
        if kind == "derived":
            return f"({self._derived_query()}) AS {alias}", [alias]
        if kind == "with" and self._queries:
            return f"w AS {alias}", [alias]
        return f"{self._of('abc')} AS {alias}", [alias]

    def _row(self) -> str:
        texts = [self._of((*(f"'{text}'" for text in TEXTS), "NULL::text")) for _ in range(3)]
        numbers = [self._of((*NUMBERS, "NULL::int")) for _ in range(2)]
        return f"({', '.join((*texts, *numbers))})"

    def _derived_query(self) -> str:
        tail = self._of(("", "", f" WHERE {self._plain('s')}", " ORDER BY pk, sk LIMIT 2", " ORDER BY pk, sk OFFSET 1"))
        if self._chance(0.2):
            grouped = "SELECT pk, max(fk) AS fk, min(name) AS name, max(sk) AS sk, min(num) AS num"
            return f"{grouped} FROM {self._of('abc')} AS s GROUP BY pk"
        if self._chance(0.3):
            return self._made_query()
        return f"SELECT pk, fk, name, sk, num FROM {self._of('abc')} AS s{tail}"

    def _made_query(self) -> str:
        """Draw a query whose rows are made of those of tables in another way than one by one."""
        columns, one, other = "pk, fk, name, sk, num", self._of("abc"), self._of("abc")
        kind = self._of(("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"))
        return str(
            self._of(
                (
                    f"SELECT DISTINCT {columns} FROM {one}",
                    f"SELECT {columns} FROM {one} UNION ALL SELECT fk, pk, name, num, sk FROM {other}",
                    f"SELECT {columns} FROM {one} UNION SELECT {columns} FROM {other} LIMIT 3",
                    f"SELECT {columns} FROM {one} EXCEPT SELECT {columns} FROM {other}",
                    f"SELECT DISTINCT ON (pk) {columns} FROM {one} ORDER BY pk, sk",
                    f"SELECT pk, fk, name, sk, rank() OVER (PARTITION BY pk ORDER BY sk) AS num FROM {one}",
                    f"SELECT pk, fk, name, sk, rank() OVER (ORDER BY pk, sk) AS num FROM {one}",
                    f"SELECT s.pk, t.fk, t.name, s.sk, t.num FROM {one} s {kind} {other} t ON s.fk = t.pk",
                    f"SELECT t.pk, s.fk, t.name, s.sk, t.num FROM {one} s {kind} {other} t ON s.fk = t.pk",
                    f"SELECT {columns} FROM (SELECT {columns} FROM {one} WHERE num IS NOT NULL) AS d",
                    f"SELECT {columns} FROM {one} s WHERE NOT EXISTS (SELECT 1 FROM {other} t WHERE t.pk = s.fk)",
                )
            )
        )

    def _equality(self, one: str, other: str) -> str:
        if self._chance(0.1):
            return f"{one}.pk = coalesce({other}.{self._of(TEXT_COLUMNS)}, 'a')"
        if self._chance(0.7):
            return f"{one}.{self._of(TEXT_COLUMNS)} = {other}.{self._of(TEXT_COLUMNS)}"
        return f"{one}.{self._of(NUMBER_COLUMNS)} = {other}.{self._of(NUMBER_COLUMNS)}"

    def _plain(self, alias: str) -> str:
        """Draw a condition on one relation; some are true for NULL."""
        return str(
            self._of(
                (
                    f"{alias}.name = '{self._of(TEXTS)}'",
                    f"{alias}.pk IN ('a', '{self._of(TEXTS)}')",
                    f"{alias}.num > {self._of(NUMBERS)}",
                    f"{alias}.fk IS NULL",
                    f"{alias}.pk IS NOT NULL",
                    f"coalesce({alias}.name, 'a') = 'a'",
                    f"{alias}.fk <> 'b'",
                )
            )
        )

    def _condition(self, relations: Sequence[str]) -> str:
        one, other = self._of(relations), self._of(relations)
        if self._chance(0.35):
            return self._plain(one)
        if self._chance(0.35):
            return self._of((self._equality(one, other), f"({self._equality(one, other)} OR {self._plain(one)})"))
        name = self._of("abc")
        inside = self._of(("", f" WHERE {self._plain('s')}", f" WHERE s.fk = {other}.pk"))
        key, pair = self._of(("pk", "fk", "name")), f"({one}.pk, {one}.sk)"
        partner = self._of((f"s.pk = {one}.fk", f"s.fk = {one}.pk", f"s.pk = {one}.pk AND s.sk = {one}.num"))
        return str(
            self._of(
                (
                    f"{one}.{key} IN (SELECT s.fk FROM {name} s{inside})",
                    f"{one}.{key} IN (SELECT s.pk FROM {name} s{inside})",
                    f"{one}.{key} NOT IN (SELECT s.pk FROM {name} s{inside})",
                    f"{one}.{key} = ANY (SELECT s.fk FROM {name} s{inside})",
                    f"{one}.{key} = (SELECT max(s.fk) FROM {name} s{inside})",
                    f"{pair} IN (SELECT s.fk, s.num FROM {name} s{inside})",
                    f"EXISTS (SELECT 1 FROM {name} s WHERE {partner} AND {self._plain('s')})",
                    f"NOT EXISTS (SELECT 1 FROM {name} s WHERE {partner} AND {self._plain('s')})",
                    f"EXISTS (SELECT count(*) FROM {name} s WHERE {partner})",
                    f"EXISTS (SELECT 1 FROM {name} s LEFT JOIN b t ON t.pk = {one}.fk AND t.sk = s.num)",
                )
            )
        )
