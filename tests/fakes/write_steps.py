"""Draw what stands between the statements of a test of writes: steps of a transaction, and questions with answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.fakes.write_model import PREDICATES, Predicate, State


@dataclass(frozen=True)
class Step:
    """BEGIN, COMMIT, ROLLBACK, or a savepoint."""

    text: str


STEPS: st.SearchStrategy[Step] = st.sampled_from(
    [Step(text) for text in ("BEGIN", "BEGIN", "COMMIT", "COMMIT", "ROLLBACK", "SAVEPOINT p", "SAVEPOINT q")]
    + [Step(text) for text in ("ROLLBACK TO p", "ROLLBACK TO q", "RELEASE p")]
)
"""A sequence is grammatical or not: what makes no sense outside a block must be refused."""


@dataclass(frozen=True)
class Question:
    """A SELECT and its answer by the model, as a sorted list of rows."""

    text: str
    answer: Callable[[State], list[tuple[Any, ...]]] = field(repr=False)


def _where(predicate: Predicate) -> Question:
    text, holds = predicate
    return Question(
        f"SELECT id, n FROM stock WHERE {text}",
        lambda state: [(key, row.get("n")) for key, row in state.stock.items() if holds(key, row)],
    )


def _sum(state: State) -> list[tuple[Any, ...]]:
    numbers = [row["n"] for row in state.stock.values() if "n" in row]
    return [(len(state.stock), sum(numbers) if numbers else None)]


def _join(state: State) -> list[tuple[Any, ...]]:
    return [
        (key, row.get("n"), other["v"])
        for key, row in state.stock.items()
        for (pk, _), other in state.parts.items()
        if pk == key
    ]


QUESTIONS: st.SearchStrategy[Question] = st.one_of(
    PREDICATES.map(_where),
    st.just(Question("SELECT count(*) FROM stock", lambda state: [(len(state.stock),)])),
    st.just(
        Question(
            "SELECT count(*) FROM parts WHERE pk = 'a'", lambda state: [(sum(pk == "a" for pk, _ in state.parts),)]
        )
    ),
    st.just(Question("SELECT count(*), sum(n) FROM stock", _sum)),
    st.just(Question("SELECT stock.id, stock.n, parts.v FROM stock JOIN parts ON parts.pk = stock.id", _join)),
    st.just(Question("SELECT max(id) FROM stock", lambda state: [(max(state.stock, default=None),)])),
    st.just(
        Question("SELECT id FROM stock ORDER BY id LIMIT 2", lambda state: [(key,) for key in sorted(state.stock)[:2]]),
    ),
)
