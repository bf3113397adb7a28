"""Random SELECTs of every shape that matters to pushdown, readable and shrinkable: drawn from a `random.Random`.

The Random of hypothesis shrinks each choice towards the first and each chance towards "no".
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tests.fakes.drawn_query import LEAVES, LITERALS, TYPE_NAMES, Argument, Query

Chosen = TypeVar("Chosen")


@dataclass
class Relation:
    """Something in FROM: its alias and its columns with their families; `keys` order its rows totally."""

    alias: str
    columns: Mapping[str, str]
    keys: tuple[str, ...] = ()

    def of(self, family: str) -> list[str]:
        return [name for name, one in self.columns.items() if one == family]


@dataclass
class QueryWriter:
    """Writes SELECTs over tables.

    Attributes:
        tables: by the text that names a table or an index in SQL, its columns and their families.
        keys: by the same text, the columns that say which row it is.
        indexes: names of indexes for hints.
    """

    chance: random.Random
    tables: Mapping[str, Mapping[str, str]]
    keys: Mapping[str, tuple[str, ...]]
    indexes: Sequence[str] = ("by_x",)
    arguments: list[Argument] = field(default_factory=list)
    queries: dict[str, Mapping[str, str]] = field(default_factory=dict)
    aliases: int = 0
    odd: bool = False

    # Choices ----------------------------------------------------------------------------------------------

    def _of(self, choices: Sequence[Chosen]) -> Chosen:
        return self.chance.choice(choices)

    def _chance(self, share: float) -> bool:
        """Draw a yes; a shrunk example has none."""
        return self.chance.random() > 1 - share

    def _alias(self) -> str:
        self.aliases += 1
        return f"r{self.aliases}"

    # Statements -------------------------------------------------------------------------------------------

    def query(self, *, odd: bool = False) -> Query:
        """Write a whole statement; `odd` allows numbers of many digits."""
        self.odd = odd
        self.arguments, self.queries, self.aliases = [], {}, 0
        named = ""
        if self._chance(0.2):
            text, columns = self._derived()
            self.queries["w"] = columns
            named = f"WITH w AS {self._of(('', '', 'MATERIALIZED '))}({text}) "
        shape: Callable[[], Query] = self._of((self._rows, self._rows, self._rows, self._grouped, self._united))
        query = shape()
        query.text = named + query.text
        query.arguments = tuple(self.arguments)
        return query

    def _rows(self) -> Query:
        text, relations = self._from(self._of((1, 1, 1, 2, 2, 3)))
        columns = [f"{one.alias}.{name}" for one in relations for name in one.columns]
        shown = [column for column in columns if not self._chance(0.4)] or columns[:1]
        distinct = "DISTINCT " if self._chance(0.1) else ""
        hint = self._hint(relations) if self._chance(0.15) else ""
        statement = f"SELECT {hint}{distinct}{', '.join(shown)} FROM {text}{self._where(relations)}"
        order: list[tuple[str, int, bool, bool | None]] = []
        if self._chance(0.5):
            first = relations[0]
            wanted = [f"{first.alias}.{name}" for name in self._of((first.keys[1:], first.keys, ())) if first.keys]
            wanted = wanted or self.chance.sample(shown, min(len(shown), 2))
            families = {f"{one.alias}.{name}": family for one in relations for name, family in one.columns.items()}
            order = [
                (column, shown.index(column), self._chance(0.4), self._of((None, None, True, False)))
                for column in wanted
                if column in shown and families[column] != "other"
            ]
        limit = self._of((1, 2, 5, 0)) if self._chance(0.4) else None
        return Query(statement, (), tuple(order), limit, self._of((0, 0, 1, 3)))

    def _hint(self, relations: Sequence[Relation]) -> str:
        words = ("index({} {})", "no_index({} {})", "no_index({})", "scan({})")
        return f"/*+ {self._of(words).format(self._of(relations).alias, self._of(self.indexes))} */ "

    def _grouped(self) -> Query:
        text, relations = self._from(self._of((1, 1, 1, 2)))
        one = self._of(relations)
        column = f"{one.alias}.{self._of(list(one.columns))}"
        rest = text + self._where(relations)
        plain = [name for name, family in one.columns.items() if family in ("text", "number")]
        extreme = f"{self._of(('min', 'max'))}({one.alias}.{self._of(plain)})" if plain else "count(*)"
        match self.chance.randint(0, 5):
            case 0:
                return Query(f"SELECT count(*) FROM {rest}")
            case 1:
                return Query(f"SELECT {extreme} FROM {rest}")
            case 2:
                return Query(f"SELECT DISTINCT {column} FROM {rest}")
            case 3:
                return Query(f"SELECT count({column}), count(DISTINCT {column}), {extreme} FROM {rest}")
            case 4:
                having = self._of(("", " HAVING count(*) > 1", f" HAVING {column} IS NOT NULL"))
                return Query(f"SELECT {column}, count(*), {extreme} FROM {rest} GROUP BY {column}{having}")
            case _:
                return Query(f"SELECT EXISTS (SELECT 1 FROM {rest})")

    def _united(self) -> Query:
        word = self._of(("UNION ALL", "UNION", "EXCEPT", "INTERSECT"))
        parts = []
        for _ in range(2):
            text, relations = self._from(1)
            one = relations[0]
            names = list(one.columns)
            shown = f"{one.alias}.{self._of(names)}::text AS p, {one.alias}.{self._of(names)}::text AS q"
            parts.append(f"SELECT {shown} FROM {text}{self._where(relations)}")
        return Query(f" {word} ".join(parts))

    # FROM -------------------------------------------------------------------------------------------------

    def _from(self, count: int) -> tuple[str, list[Relation]]:
        text, relation = self._relation()
        relations = [relation]
        for _ in range(count - 1):
            if self._chance(0.1):
                right, other = self._lateral(relations)
                word = self._of((" LEFT JOIN", " CROSS JOIN", ","))
                text += f"{word} {right}{' ON true' if word == ' LEFT JOIN' else ''}"
                relations.append(other)
                continue
            right, other = self._relation()
            kind = self._of(("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN"))
            if kind == "CROSS JOIN":
                text += f" CROSS JOIN {right}"
            else:
                on = [self._equality(self._of(relations), other)]
                more = kind != "FULL JOIN" and self._chance(0.5)
                on += [self._condition([*relations, other], 2)] if more else []
                text += f" {kind} {right} ON {' AND '.join(on)}"
            relations.append(other)
        return text, relations

    def _relation(self) -> tuple[str, Relation]:
        alias = self._alias()
        if self._chance(0.12):
            text, columns = self._derived()
            return f"({text}) AS {alias}", Relation(alias, columns)
        if self.queries and self._chance(0.5):
            return f"w AS {alias}", Relation(alias, self.queries["w"])
        if self._chance(0.08):
            numbers = ("1", "2", "NULL::numeric")
            rows = (f"({self._literal('text')}, {self._of(numbers)})" for _ in range(self._of((1, 2, 3))))
            return f"(VALUES {', '.join(rows)}) AS {alias}(x, m)", Relation(alias, {"x": "text", "m": "number"})
        name = self._of(list(self.tables))
        return f"{name} AS {alias}", Relation(alias, self.tables[name], self.keys[name])

    def _table(self) -> tuple[str, Relation]:
        alias, name = self._alias(), self._of(list(self.tables))
        return f"{name} AS {alias}", Relation(alias, self.tables[name], self.keys[name])

    def _derived(self) -> tuple[str, Mapping[str, str]]:
        text, one = self._table()
        kind = self.chance.randint(0, 5)
        if kind == 4:
            name = self._of([name for name, family in one.columns.items() if family in LITERALS])
            shown = f"{one.alias}.{name}"
            grouped = f"SELECT {shown}, count(*) AS c FROM {text}{self._where([one])} GROUP BY {shown}"
            return grouped, {name: one.columns[name], "c": "number"}
        if kind == 5:
            other, two = self._table()
            names = [name for name, family in one.columns.items() if two.columns.get(name) == family]
            if names:
                parts = (
                    f"SELECT {', '.join(f'{each.alias}.{name}' for name in names)} FROM {source}{self._where([each])}"
                    for source, each in ((text, one), (other, two))
                )
                return f" {self._of(('UNION ALL', 'UNION'))} ".join(parts), {name: one.columns[name] for name in names}
        plain = f"SELECT {', '.join(f'{one.alias}.{name}' for name in one.columns)} FROM {text}{self._where([one])}"
        keys = ", ".join(f"{one.alias}.{name}" for name in one.keys)
        match kind:
            case 1:
                return f"{plain} ORDER BY {keys} LIMIT {self._of((1, 2))}", one.columns
            case 2:
                return f"{plain} ORDER BY {keys} OFFSET 1", one.columns
            case 3:
                distinct = f"SELECT DISTINCT ON ({one.alias}.{one.keys[0]})"
                return f"{plain.replace('SELECT', distinct, 1)} ORDER BY {keys}", one.columns
            case _:
                return plain, one.columns

    def _lateral(self, outer: Sequence[Relation]) -> tuple[str, Relation]:
        text, inner = self._table()
        alias = self._alias()
        where = self._equality(self._of(outer), inner)
        keys = ", ".join(f"{inner.alias}.{name}" for name in inner.keys)
        tail = f" ORDER BY {keys} LIMIT 1" if self._chance(0.3) else ""
        shown = ", ".join(f"{inner.alias}.{name}" for name in inner.columns)
        return f"LATERAL (SELECT {shown} FROM {text} WHERE {where}{tail}) AS {alias}", Relation(alias, inner.columns)

    # Conditions -------------------------------------------------------------------------------------------

    def _where(self, relations: Sequence[Relation]) -> str:
        parts = [self._condition(relations) for _ in range(self._of((1, 0, 1, 2, 3)))]
        return f" WHERE {' AND '.join(parts)}" if parts else ""

    def _condition(self, relations: Sequence[Relation], depth: int = 0) -> str:
        kind = self.chance.randint(0, 15 if depth < 2 else 9)
        one = self._of(relations)
        match kind:
            case 10:
                return f"NOT ({self._condition(relations, depth + 1)})"
            case 11 | 12:
                word = " OR " if kind == 11 else " AND "
                return f"({self._condition(relations, depth + 1)}{word}{self._condition(relations, depth + 1)})"
            case 13:
                return self._equality(one, self._of(relations))
            case 14 | 15:
                return self._subquery(one)
            case 9:
                return self._in_document(one)
            case _:
                return self._leaf(one)

    def _equality(self, one: Relation, other: Relation) -> str:
        pairs = [(a, b) for a in one.columns for b in other.columns if one.columns[a] == other.columns[b]]
        pairs = [(a, b) for a, b in pairs if one.columns[a] in LITERALS]
        if not pairs:
            return "true"
        a, b = self._of(pairs)
        return f"{one.alias}.{a} = {other.alias}.{b}"

    def _subquery(self, one: Relation) -> str:
        text, inner = self._table()
        if self._chance(0.4):
            conditions = f"{self._equality(one, inner)} AND {self._leaf(inner)}"
            return f"{self._of(('', 'NOT '))}EXISTS (SELECT 1 FROM {text} WHERE {conditions})"
        pairs = [(a, b) for a in one.columns for b in inner.columns if one.columns[a] == inner.columns[b]]
        pairs = [(a, b) for a, b in pairs if one.columns[a] in LITERALS]
        if not pairs:
            return "true"
        a, b = self._of(pairs)
        where = f" WHERE {self._leaf(inner)}"
        where += f" AND {self._equality(one, inner)}" if self._chance(0.3) else ""
        word = self._of(("IN", "= ANY", "NOT IN"))
        return f"{one.alias}.{a} {word} (SELECT {inner.alias}.{b} FROM {text}{where})"

    def _in_document(self, one: Relation) -> str:
        if "document" not in one.columns:
            return self._leaf(one)
        column = f"{one.alias}.document"
        if self._chance(0.4):
            return self._of_attribute(column)
        place = self._of(("->>'x'", "->>'k'", "->'d'->>'a'", " #>> '{d,a}'", ""))
        if place:
            return f"{column}{place} = {self._literal('text')}"
        return self._of(
            (
                f"{column}->>'m' = '1'",
                f"{column}->>'d' IS NULL",
                f"({column}->>'n')::numeric = 1",
                f"{column} ? 'x'",
                f"{column}->'d' = '\"a\"'",
                f"{column}->>'x' LIKE 'a%'",
            )
        )

    def _of_attribute(self, column: str) -> str:
        """Ask for the type or the size of an attribute."""
        steps = self._of(("'x'", "'k'", "'m'", "'d'", "'n'", "'none'", "'d', 'a'", "'d', '0'"))
        name = f"'{self._of(('S', 'N', 'M', 'SS', 'BOOL', 'NULL', 'B', 'L'))}'"
        number = self._of((2, 3, 4, 5, 7, 10, 0))
        sign = self._of(("=", ">", ">=", "<", "<=", "<>"))
        return self._of(
            (
                f"attribute_type({column}, {steps}) {sign} {name}",
                f"attribute_type({column}, {steps}) IN ('S', {name})",
                f"attribute_type({column}, {steps}) IS {self._of(('', 'NOT '))}NULL",
                f"attribute_exists({column}, {steps})",
                f"attribute_size({column}, {steps}) {sign} {number}",
                f"item_size({column}) {sign} {number * 4}",
            )
        )

    def _leaf(self, one: Relation) -> str:
        names = [name for name, family in one.columns.items() if family in LITERALS]
        names = [*(name for name in one.keys if name in names), *names]
        if not names:
            return f"{one.alias}.{self._of(list(one.columns))} IS NOT NULL"
        if len(one.keys) == 2 and self._chance(0.08):
            return self._pairs(one)
        name = self._of(names)
        family, column = one.columns[name], f"{one.alias}.{name}"
        if family == "text" and self._chance(0.25):
            return self._prefix(column)
        template = self._of(LEAVES[:-1] if family == "boolean" else LEAVES)
        if "{a}" in template:
            return f"{column} = ANY ({self._array(family)})"
        text = template.replace("{c}", column)
        while "{v}" in text:
            text = text.replace("{v}", self._literal(family), 1)
        return text

    def _pairs(self, one: Relation) -> str:
        families = [one.columns[name] for name in one.keys]
        rows = (f"({', '.join(self._literal(family) for family in families)})" for _ in range(self._of((1, 2, 3))))
        return f"({', '.join(f'{one.alias}.{name}' for name in one.keys)}) IN ({', '.join(rows)})"

    def _prefix(self, column: str) -> str:
        if self._chance(0.5):
            literal = self._literal("text")
            return self._of((f"starts_with({column}, {literal})", f"{column} ^@ {literal}"))
        pattern = self._of(("a%", "a_", "%", "a1", "é%", "a\\_%", "%a"))
        return self._of(
            (
                f"{column} LIKE '{pattern}'",
                f"{column} NOT LIKE '{pattern}'",
                f"{column} >= 'a' AND {column} < 'b' AND {column} LIKE 'a1%'",
            )
        )

    # Values -----------------------------------------------------------------------------------------------

    def _literal(self, family: str) -> str:
        """Write a value, or a parameter that has it."""
        text = self._of(self._values(family))
        if self._chance(0.25):
            return self._parameter(None if self._chance(0.05) else text, TYPE_NAMES[family])
        if self._chance(0.02):
            return f"NULL::{TYPE_NAMES[family]}"
        if family in ("number", "boolean"):
            return text
        quoted = "'" + text.replace("'", "''") + "'"
        return f"{quoted}::{TYPE_NAMES[family]}" if family == "bytea" or self._chance(0.1) else quoted

    def _values(self, family: str) -> Sequence[str]:
        return LITERALS[family][:5] if family == "number" and not self.odd else LITERALS[family]

    def _parameter(self, text: str | None, type_name: str) -> str:
        self.arguments.append(Argument(text, type_name, declared=self._chance(0.5)))
        cast = f"::{type_name}" if self._chance(0.3) else ""
        return f"${len(self.arguments)}{cast}"

    def _array(self, family: str) -> str:
        if self._chance(0.4):
            texts = [self._of(self._values(family)) for _ in range(self._of((1, 2, 3, 0)))]
            quoted = ('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts)
            return self._parameter("{" + ",".join(quoted) + "}", f"{TYPE_NAMES[family]}[]")
        return f"ARRAY[{self._literal(family)}, {self._literal(family)}]"
