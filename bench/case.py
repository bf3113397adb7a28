"""One shape for all comparisons: a case has sides that take turns, a unit, and the bounds that it must keep."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.measure import Sample

SUBJECT = "pgddb"
"""The side that all others are compared with; each case has it."""

PEERS = (
    "orjson", "simdjson", "boto3", "awswrangler", "aiobotocore", "PostgreSQL", "DuckDB",
)  # fmt: skip
"""The sides that have a column of their own in the table, in its order."""

Run = Callable[[], Sample]


@dataclass(frozen=True, slots=True)
class Side:
    """One way of doing the work: `amount` is how many units a run does, so that slow sides may do less."""

    run: Run
    amount: float


@dataclass(frozen=True, slots=True)
class Bound:
    """What must hold: a quantity of the subject, by the same of `against` where that is a side's name.

    Quantities: "CPU" and "wall" are time by time (less is better), "rate" and "speed" the same upside down, and
    "amount" is units for each CPU second, times `scale`. `of` names the side that the bound is for.
    """

    quantity: str
    sign: str
    limit: float
    against: str = ""
    scale: float = 1.0
    unit: str = ""
    of: str = SUBJECT

    def value(self, samples: Mapping[str, Sample]) -> float | None:
        """Give the quantity, or None where the side it needs was not measured."""
        subject = samples[self.of]
        if self.quantity == "amount":
            return self.scale / subject.cpu
        if self.against not in samples:
            return None
        peer = samples[self.against]
        match self.quantity:
            case "CPU":
                return subject.cpu / peer.cpu
            case "wall":
                return subject.wall / peer.wall
            case "rate":
                return peer.cpu / subject.cpu
            case "speed":
                return peer.wall / subject.wall
            case other:
                raise ValueError(other)

    def holds(self, value: float) -> bool:
        return value <= self.limit if self.sign == "<=" else value >= self.limit

    @property
    def words(self) -> str:
        """Say the bound.

        >>> Bound("CPU", "<=", 0.35, "orjson").words, Bound("amount", ">=", 100, unit="MB/CPU s").words
        ('CPU / orjson <= 0.35', 'MB/CPU s >= 100')
        """
        name = self.unit if self.quantity == "amount" else f"{self.quantity} / {self.against}"
        return f"{'' if self.of == SUBJECT else f'{self.of}: '}{name} {self.sign} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Case:
    """What is compared; the CPU of the side named `net_of` is taken off the subject's."""

    name: str
    unit: str
    sides: Mapping[str, Side]
    bounds: tuple[Bound, ...] = ()
    net_of: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one case may take: turns go on until the time is up, between `least` and `most` of them."""

    seconds: float
    least: int
    most: int


FULL, QUICK = Pace(5.0, 2, 15), Pace(1.0, 1, 7)


@dataclass(frozen=True, slots=True)
class Result:
    """The medians of a case, in seconds for each unit, and how many turns they are of."""

    case: str
    unit: str
    turns: int
    samples: Mapping[str, Sample]
    bounds: tuple[Bound, ...]

    def ratio(self, side: str) -> tuple[float, float] | None:
        """Give the subject's CPU and wall time by another side's."""
        if side not in self.samples:
            return None
        subject, peer = self.samples[SUBJECT], self.samples[side]
        return subject.cpu / peer.cpu, subject.wall / peer.wall

    def verdicts(self) -> list[tuple[str, float, bool]]:
        """Say each bound that could be judged, what was measured, and whether it holds."""
        found = []
        for bound in self.bounds:
            value = bound.value(self.samples)
            if value is not None:
                found.append((bound.words, value, bound.holds(value)))
        return found

    def record(self) -> dict[str, Any]:
        """Return what is kept as JSON."""
        return {
            "case": self.case,
            "unit": self.unit,
            "turns": self.turns,
            "sides": {name: {"cpu": sample.cpu, "wall": sample.wall} for name, sample in self.samples.items()},
            "bounds": [{"bound": words, "value": value, "holds": holds} for words, value, holds in self.verdicts()],
        }


SLOW_SECONDS = 0.4
"""CPU of a run from which on a side is slow."""


class DifferentAnswers(Exception):
    """Sides that did the same work came to different ends."""


def measured(case: Case, pace: Pace) -> Result:
    """Let the sides take turns after one that does not count, but for slow sides, which need no warming up.

    Slow sides leave off after the least number of turns: what is quick needs the more of them.
    """
    warm = {name: side.run() for name, side in case.sides.items()}
    see_same_answers(case, warm)
    slow = {name for name, sample in warm.items() if name != SUBJECT and sample.cpu >= SLOW_SECONDS}
    taken: dict[str, list[Sample]] = {name: [warm[name]] if name in slow else [] for name in case.sides}
    end = time.perf_counter() + pace.seconds
    turns = 0
    while turns < pace.least or (turns < pace.most and time.perf_counter() < end):
        for name, side in case.sides.items():
            if name not in slow or len(taken[name]) < pace.least:
                taken[name].append(side.run())
        turns += 1
    medians = {name: median(samples, case.sides[name].amount) for name, samples in taken.items()}
    if case.net_of:
        medians[SUBJECT] = less(medians[SUBJECT], medians[case.net_of])
    return Result(case.name, case.unit, turns, medians, case.bounds)


def less(sample: Sample, other: Sample) -> Sample:
    """Take one CPU time off another; a hundredth stays at least, so that noise gives no rate without end.

    Wall time stays whole: two things that overlap cannot be told apart by it.
    """
    return Sample(max(sample.cpu - other.cpu, sample.cpu / 100), sample.wall, sample.answer)


def see_same_answers(case: Case, samples: Mapping[str, Sample]) -> None:
    """Compare the answers of the sides that did equally much."""
    expected: dict[float, tuple[str, int]] = {}
    for name, sample in samples.items():
        if sample.answer is None:
            continue
        other, answer = expected.setdefault(case.sides[name].amount, (name, sample.answer))
        if answer != sample.answer:
            raise DifferentAnswers(f"{case.name}: {other} says {answer}, {name} says {sample.answer}")


def median(samples: list[Sample], amount: float) -> Sample:
    """Return the medians for each unit; a clock that did not move counts as a nanosecond."""
    return Sample(
        max(statistics.median(sample.cpu for sample in samples), 1e-9) / amount,
        max(statistics.median(sample.wall for sample in samples), 1e-9) / amount,
    )
