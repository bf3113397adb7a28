"""Misfits travel through an error message and come back whole."""

from __future__ import annotations

import pytest

from pgddb.planner.misfits import MARK, Misfit, misfit_prefix, read_misfit


def test_names_with_bars_and_percents_come_back() -> None:
    text = misfit_prefix("s%|", "t", "a|b%7C") + '{"S":"x|y"}'
    assert read_misfit(f"Invalid Input Error: {text}") == Misfit("s%|", "t", "a|b%7C", '{"S":"x|y"}')


def test_the_mark_may_be_gone() -> None:
    assert read_misfit(misfit_prefix("s", "t", "c").removeprefix(MARK) + "v") == Misfit("s", "t", "c", "v")


@pytest.mark.parametrize("text", ["division by zero", f"{MARK}a|b"])
def test_other_errors_are_no_misfits(text: str) -> None:
    assert read_misfit(text) is None
