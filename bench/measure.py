"""Take turns, take medians, and say what came out against what was asked for."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.servers import cpu_seconds


@dataclass(frozen=True, slots=True)
class Sample:
    """CPU and wall seconds of one run, and what it came to where that can be compared."""

    cpu: float
    wall: float
    answer: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure, its unit, and the bound it must keep: ("<=", 0.5) or None."""

    name: str
    value: float
    unit: str
    bound: tuple[str, float] | None = None

    @property
    def holds(self) -> bool | None:
        if self.bound is None:
            return None
        return self.value <= self.bound[1] if self.bound[0] == "<=" else self.value >= self.bound[1]

    def line(self) -> str:
        verdict = {None: "", True: "ok", False: "MISSED"}[self.holds]
        bound = f"{self.bound[0]} {self.bound[1]:g}" if self.bound else ""
        return f"{self.name:<68} {self.value:>12.3f} {self.unit:<10} {bound:>9} {verdict}"


def of_process(process_id: int, work: Callable[[], object], clock: Callable[[int], float] = cpu_seconds) -> Sample:
    """Run once and charge the CPU of another process; an answer is kept."""
    cpu, wall = clock(process_id), time.perf_counter()
    answer = work()
    return Sample(clock(process_id) - cpu, time.perf_counter() - wall, answer if isinstance(answer, int) else None)


def of_this_process(work: Callable[[], object]) -> Sample:
    """Run once here with the garbage collector off, which is kind to what makes many objects."""
    gc.collect()
    gc.disable()
    try:
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        return Sample(time.process_time() - cpu, time.perf_counter() - wall)
    finally:
        gc.enable()


def interleaved(rounds: int, cases: Mapping[str, Callable[[], Sample]]) -> dict[str, Sample]:
    """Run all cases in turn, `rounds` times after one round that does not count; return the medians."""
    taken: dict[str, list[Sample]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, run in cases.items():
            sample = run()
            if number:
                taken[name].append(sample)
    return {
        name: Sample(
            statistics.median(sample.cpu for sample in samples), statistics.median(sample.wall for sample in samples)
        )
        for name, samples in taken.items()
    }


def milliseconds(count: int, work: Callable[[], object]) -> list[float]:
    """Run `count` times and return how long each run took."""
    times = []
    for _ in range(count):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return times


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def asked_for_quick() -> bool:
    return "--quick" in sys.argv


def show(findings: list[Finding]) -> None:
    for finding in findings:
        print(finding.line(), flush=True)
