"""Say what SQL statements do to two small tables, in plain Python, and draw sequences of such statements.

`stock` has the key id and the attributes n, s and m; `parts` has the key (pk, sk) and the attribute v. An attribute
that is not there is not in the dict. A statement is its text and the change that it makes to a copy of the state, or a
refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

IDS = ("a", "b", "c", "d", "e")
Row = dict[str, Any]
Rows = dict[Any, Row]


@dataclass(slots=True)
class State:
    """The two tables, by key."""

    stock: Rows = field(default_factory=dict)
    parts: Rows = field(default_factory=dict)

    def copy(self) -> State:
        return deepcopy(self)


class Refused(Exception):
    """The statement must fail with one of these SQLSTATEs and change nothing."""

    def __init__(self, *sqlstates: str) -> None:
        super().__init__(*sqlstates)
        self.sqlstates = sqlstates


Change = Callable[[State, str], int]
"""Changes the state under an insert mode and gives the number of rows of the command tag."""


@dataclass(frozen=True)
class Statement:
    """One statement that writes."""

    text: str
    change: Change = field(repr=False)
    copied: str | None = None
    """What the client sends after COPY ... FROM STDIN."""


def _number(value: int | None) -> str:
    return "NULL" if value is None else str(value)


def _without_nulls(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _insert(state: State, mode: str, rows: list[tuple[str, int | None]]) -> int:
    taken = set() if mode == "overwrite" else set(state.stock)
    for key, _ in rows:
        if key in taken:
            raise Refused("23505")
        if mode != "overwrite":
            taken.add(key)
    for key, n in rows:
        state.stock[key] = _without_nulls({"n": n, "s": "new"})
    return len(rows)


def _values(rows: list[tuple[str, int | None]]) -> str:
    return ", ".join(f"('{key}', {_number(n)}::bigint, 'new')" for key, n in rows)


def insert(rows: list[tuple[str, int | None]]) -> Statement:
    return Statement(
        f"INSERT INTO stock (id, n, s) VALUES {_values(rows)}", lambda state, mode: _insert(state, mode, rows)
    )


def insert_nothing(rows: list[tuple[str, int | None]]) -> Statement:
    def change(state: State, _mode: str) -> int:
        count = 0
        for key, n in rows:
            if key not in state.stock:
                state.stock[key] = _without_nulls({"n": n, "s": "new"})
                count += 1
        return count

    return Statement(f"INSERT INTO stock (id, n, s) VALUES {_values(rows)} ON CONFLICT DO NOTHING", change)


def insert_or_add(rows: list[tuple[str, int | None]]) -> Statement:
    def change(state: State, _mode: str) -> int:
        if len({key for key, _ in rows}) < len(rows):
            raise Refused("21000")
        for key, n in rows:
            if key in state.stock:
                state.stock[key] = _without_nulls({**state.stock[key], "n": _plus(state.stock[key].get("n"), n)})
            else:
                state.stock[key] = _without_nulls({"n": n, "s": "new"})
        return len(rows)

    return Statement(
        f"INSERT INTO stock (id, n, s) VALUES {_values(rows)} ON CONFLICT (id) DO UPDATE SET n = stock.n + EXCLUDED.n",
        change,
    )


def insert_selected(_: object) -> Statement:
    def change(state: State, _mode: str) -> int:
        new = {pk: row for (pk, sk), row in state.parts.items() if sk == 1 and pk not in state.stock}
        state.stock |= {pk: {"n": row["v"]} for pk, row in new.items()}
        return len(new)

    return Statement("INSERT INTO stock (id, n) SELECT pk, v FROM parts WHERE sk = 1 ON CONFLICT DO NOTHING", change)


def _plus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


Predicate = tuple[str, Callable[[str, Row], bool]]


def _by_id(key: str) -> Predicate:
    return f"id = '{key}'", lambda found, _: found == key


def _by_ids(keys: list[str]) -> Predicate:
    return f"id IN ({', '.join(map(repr, keys))})", lambda found, _: found in keys


def _above(n: int) -> Predicate:
    return f"n > {n}", lambda _, row: "n" in row and row["n"] > n


def _with_s(s: str) -> Predicate:
    return f"s = '{s}'", lambda _, row: row.get("s") == s


PREDICATES: st.SearchStrategy[Predicate] = st.one_of(
    st.sampled_from(IDS).map(_by_id),
    st.lists(st.sampled_from(IDS), min_size=1, max_size=3).map(_by_ids),
    st.integers(-2, 9).map(_above),
    st.sampled_from(("new", "x")).map(_with_s),
    st.just(("true", lambda _key, _row: True)),
    st.just(("s IS NULL", lambda _key, row: "s" not in row)),
)


def _updated(state: State, holds: Callable[[str, Row], bool], change: Callable[[str, Row], Row]) -> int:
    matched = [key for key, row in state.stock.items() if holds(key, row)]
    for key in matched:
        state.stock[key] = _without_nulls(change(key, state.stock[key]))
    return len(matched)


def update_number(predicate: Predicate, by: int) -> Statement:
    text, holds = predicate
    return Statement(
        f"UPDATE stock SET n = n + {by} WHERE {text}",
        lambda state, _: _updated(state, holds, lambda _, row: {**row, "n": _plus(row.get("n"), by)}),
    )


def update_text(predicate: Predicate, s: str | None) -> Statement:
    text, holds = predicate
    value = "NULL" if s is None else f"'{s}'"
    return Statement(
        f"UPDATE stock SET s = {value} WHERE {text}",
        lambda state, _: _updated(state, holds, lambda _, row: {**row, "s": s}),
    )


def update_document(predicate: Predicate, x: int) -> Statement:
    text, holds = predicate
    return Statement(
        f"UPDATE stock SET document = jsonb_set(document, '{{m}}', '{{\"x\": {x}}}') WHERE {text}",
        lambda state, _: _updated(state, holds, lambda _, row: {**row, "m": x}),
    )


def update_from(_: object) -> Statement:
    def change(state: State, _mode: str) -> int:
        values = {pk: row["v"] for (pk, sk), row in state.parts.items() if sk == 1}
        return _updated(state, lambda key, _: key in values, lambda key, row: {**row, "n": values[key]})

    return Statement("UPDATE stock SET n = parts.v FROM parts WHERE parts.pk = stock.id AND parts.sk = 1", change)


def move(old: str, new: str) -> Statement:
    def change(state: State, _mode: str) -> int:
        if old not in state.stock:
            return 0
        if new != old and new in state.stock:
            raise Refused("23505")
        state.stock[new] = {**state.stock.pop(old), "s": "moved"}
        return 1

    return Statement(f"UPDATE stock SET id = '{new}', s = 'moved' WHERE id = '{old}'", change)


def swap(one: str, other: str) -> Statement:
    def change(state: State, _mode: str) -> int:
        found = {key: state.stock.pop(key) for key in {one, other} if key in state.stock}
        state.stock |= {(other if key == one else one): row for key, row in found.items()}
        return len(found)

    return Statement(
        f"UPDATE stock SET id = CASE id WHEN '{one}' THEN '{other}' ELSE '{one}' END WHERE id IN ('{one}', '{other}')",
        change,
    )


def delete(predicate: Predicate) -> Statement:
    text, holds = predicate

    def change(state: State, _mode: str) -> int:
        gone = [key for key, row in state.stock.items() if holds(key, row)]
        for key in gone:
            del state.stock[key]
        return len(gone)

    return Statement(f"DELETE FROM stock WHERE {text}", change)


def delete_using(_: object) -> Statement:
    def change(state: State, _mode: str) -> int:
        gone = [key for key in state.stock if any(pk == key for pk, _ in state.parts)]
        for key in gone:
            del state.stock[key]
        return len(gone)

    return Statement("DELETE FROM stock USING parts WHERE parts.pk = stock.id", change)


def merge(rows: list[tuple[str, int | None]]) -> Statement:
    def change(state: State, _mode: str) -> int:
        keys = [key for key, _ in rows]
        if len(set(keys)) < len(keys):
            raise Refused("21000", "23505")
        for key, n in rows:
            if key not in state.stock:
                state.stock[key] = _without_nulls({"n": n})
            elif n is not None and n < 0:
                del state.stock[key]
            else:
                state.stock[key] = _without_nulls({**state.stock[key], "n": n})
        return len(rows)

    values = ", ".join(f"('{key}', {_number(n)}::bigint)" for key, n in rows)
    return Statement(
        f"MERGE INTO stock USING (VALUES {values}) s(id, n) ON stock.id = s.id WHEN MATCHED AND s.n < 0 THEN DELETE"
        " WHEN MATCHED THEN UPDATE SET n = s.n WHEN NOT MATCHED THEN INSERT (id, n) VALUES (s.id, s.n)",
        change,
    )


def copy_rows(rows: list[tuple[str, int | None]]) -> Statement:
    null = "\\N"
    lines = "".join(f"{key}\t{null if n is None else n}\tnew\n" for key, n in rows)
    return Statement("COPY stock (id, n, s) FROM STDIN", lambda state, mode: _insert(state, mode, rows), lines)


def hand_over(predicate: Predicate) -> Statement:
    """Move rows of one table to the other in one statement."""
    text, holds = predicate

    def change(state: State, _mode: str) -> int:
        gone = {key: row for key, row in state.stock.items() if holds(key, row)}
        for key in gone:
            del state.stock[key]
        new = {(key, 1): {"v": row["n"]} for key, row in gone.items() if "n" in row and (key, 1) not in state.parts}
        state.parts |= new
        return len(new)

    return Statement(
        f"WITH gone AS (DELETE FROM stock WHERE {text} RETURNING id, n) INSERT INTO parts (pk, sk, v)"
        " SELECT id, 1, n FROM gone WHERE n IS NOT NULL ON CONFLICT DO NOTHING",
        change,
    )


def insert_many(count: int) -> Statement:
    """Write more than one batch takes, and with 130 more than one transaction."""

    def change(state: State, _mode: str) -> int:
        new = {("z", sk): {"v": sk} for sk in range(count) if ("z", sk) not in state.parts}
        state.parts |= new
        return len(new)

    return Statement(
        f"INSERT INTO parts (pk, sk, v) SELECT 'z', g, g FROM generate_series(0, {count - 1}) g ON CONFLICT DO NOTHING",
        change,
    )


def update_many(_: object) -> Statement:
    def change(state: State, _mode: str) -> int:
        state.parts = {key: {"v": row["v"] + 1} for key, row in state.parts.items()}
        return len(state.parts)

    return Statement("UPDATE parts SET v = v + 1", change)


def clear_other(_: object) -> Statement:
    def change(state: State, _mode: str) -> int:
        count = len(state.parts)
        state.parts.clear()
        return count

    return Statement("DELETE FROM parts", change)


ROWS = st.lists(st.tuples(st.sampled_from(IDS), st.none() | st.integers(-2, 9)), min_size=1, max_size=4)
DISTINCT_ROWS = st.lists(
    st.tuples(st.sampled_from(IDS), st.none() | st.integers(-2, 9)),
    min_size=1,
    max_size=4,
    unique_by=lambda row: row[0],
)
_NOTHING = st.none()

STATEMENTS: st.SearchStrategy[Statement] = st.one_of(
    DISTINCT_ROWS.map(insert),
    ROWS.map(insert),
    ROWS.map(insert_nothing),
    DISTINCT_ROWS.map(insert_or_add),
    ROWS.map(insert_or_add),
    _NOTHING.map(insert_selected),
    st.builds(update_number, PREDICATES, st.integers(1, 5)),
    st.builds(update_text, PREDICATES, st.sampled_from(("x", "y", None))),
    st.builds(update_document, PREDICATES, st.integers(0, 2)),
    _NOTHING.map(update_from),
    st.builds(move, st.sampled_from(IDS), st.sampled_from(IDS)),
    st.lists(st.sampled_from(IDS), min_size=2, max_size=2, unique=True).map(lambda pair: swap(*pair)),
    PREDICATES.map(delete),
    _NOTHING.map(delete_using),
    DISTINCT_ROWS.map(merge),
    ROWS.map(merge),
    DISTINCT_ROWS.map(copy_rows),
    ROWS.map(copy_rows),
    PREDICATES.map(hand_over),
    _NOTHING.map(clear_other),
    _NOTHING.map(update_many),
    st.sampled_from((30, 130)).map(insert_many),
)
