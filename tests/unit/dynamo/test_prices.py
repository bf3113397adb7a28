"""The price file and the user's own prices over it."""

from __future__ import annotations

import pytest

from pgddb.dynamo import load_prices


def test_a_gibibyte_read_eventually_costs_one_and_a_half_cents() -> None:
    assert load_prices().read_dollars(131_072, "us-east-1") == pytest.approx(0.0164, abs=0.0001)


def test_an_unknown_region_gets_the_default_and_says_so() -> None:
    prices = load_prices()
    assert prices.read_dollars(1_000_000, "xx-nowhere-1") == 0.125
    assert not prices.known("xx-nowhere-1")


def test_own_prices_replace_every_region() -> None:
    prices = load_prices(read=0.25)
    assert prices.read_dollars(1_000_000, "us-east-1") == 0.25
    assert prices.write_dollars(1_000_000, None) == 0.625
    assert prices.known("xx-nowhere-1")
