"""Tests of bench/case.py: turns, units, answers and bounds."""

from __future__ import annotations

import pytest

from bench.case import Bound, Case, DifferentAnswers, Pace, Result, Run, Side, measured
from bench.measure import Sample

THREE_TURNS = Pace(0, 3, 3)


def scripted(*cpu: float, answer: int | None = None) -> Run:
    """Give samples one after the other, the first of which is the warm-up."""
    samples = iter([Sample(seconds, 2 * seconds, answer) for seconds in cpu])
    return lambda: next(samples)


def result(case: Case) -> Result:
    return measured(case, THREE_TURNS)


def test_sides_take_turns_and_the_first_turn_does_not_count() -> None:
    order: list[str] = []

    def noting(name: str) -> Run:
        def run() -> Sample:
            order.append(name)
            return Sample(0.1, 0.1)

        return run

    result(Case("c", "item", {"pgddb": Side(noting("pgddb"), 1), "orjson": Side(noting("orjson"), 1)}))
    assert order == ["pgddb", "orjson"] * 4


def test_medians_are_for_each_unit_of_what_a_side_did() -> None:
    sides = {"pgddb": Side(scripted(99, 4, 8, 6), 3), "boto3": Side(scripted(0.3, 10, 10, 10), 1)}
    found = result(Case("c", "item", sides))
    assert found.samples == {"pgddb": Sample(2, 4), "boto3": Sample(10, 20)}
    assert found.ratio("boto3") == (0.2, 0.2)
    assert found.ratio("awswrangler") is None


def test_slow_sides_count_from_the_first_turn_and_leave_off() -> None:
    sides = {
        "pgddb": Side(scripted(99, 4, 8, 6), 1),
        "boto3": Side(scripted(2, 4), 1),
        "orjson": Side(scripted(0.2, 0.1, 0.3, 0.2), 1),
    }
    found = measured(Case("c", "item", sides), Pace(60, 2, 3))
    assert {name: sample.cpu for name, sample in found.samples.items()} == {"pgddb": 6, "boto3": 3, "orjson": 0.2}


def test_turns_go_on_until_the_time_is_up() -> None:
    calls = []

    def run() -> Sample:
        calls.append(1)
        return Sample(1, 1)

    assert measured(Case("c", "item", {"pgddb": Side(run, 1)}), Pace(60, 1, 5)).turns == 5
    assert measured(Case("c", "item", {"pgddb": Side(run, 1)}), Pace(0, 2, 5)).turns == 2
    assert len(calls) == 1 + 5 + 1 + 2


def test_what_making_costs_is_taken_off() -> None:
    sides = {"pgddb": Side(scripted(*[5.0] * 4), 1), "making": Side(scripted(*[2.0] * 4), 1)}
    assert result(Case("c", "row", sides, net_of="making")).samples["pgddb"] == Sample(3, 10)


def test_noise_does_not_make_a_rate_without_end() -> None:
    sides = {"pgddb": Side(scripted(*[2.0] * 4), 1), "making": Side(scripted(*[5.0] * 4), 1)}
    assert result(Case("c", "row", sides, net_of="making")).samples["pgddb"] == Sample(0.02, 4)


def test_different_answers_are_no_comparison() -> None:
    sides = {"pgddb": Side(scripted(1, answer=7), 1), "boto3": Side(scripted(1, answer=8), 1)}
    with pytest.raises(DifferentAnswers, match="pgddb says 7, boto3 says 8"):
        result(Case("c", "item", sides))


def test_sides_that_did_less_may_answer_otherwise() -> None:
    sides = {"pgddb": Side(scripted(1, 1, 1, 1, answer=70), 10), "boto3": Side(scripted(1, 1, 1, 1, answer=7), 1)}
    assert result(Case("c", "item", sides)).turns == 3


@pytest.mark.parametrize(
    ("bound", "value", "holds"),
    [
        (Bound("CPU", "<=", 0.35, "peer"), 0.5, False),
        (Bound("wall", "<=", 0.35, "peer"), 0.25, True),
        (Bound("rate", ">=", 0.9, "peer"), 2.0, True),
        (Bound("speed", ">=", 5, "peer"), 4.0, False),
        (Bound("amount", ">=", 100, scale=406e-6, unit="MB/CPU s"), 203, True),
    ],
)
def test_a_bound_judges_one_quantity(bound: Bound, value: float, holds: bool) -> None:
    found = Result("c", "item", 3, {"pgddb": Sample(2e-6, 5e-6), "peer": Sample(4e-6, 20e-6)}, (bound,))
    ((words, measured_value, verdict),) = found.verdicts()
    assert measured_value == pytest.approx(value)
    assert verdict is holds
    assert words.endswith(f"{bound.limit:g}")


def test_a_bound_by_a_side_that_is_not_installed_is_not_judged() -> None:
    assert Result("c", "row", 3, {"pgddb": Sample(1, 1)}, (Bound("rate", ">=", 1, "PostgreSQL"),)).verdicts() == []
