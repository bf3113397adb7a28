"""Zones are found as PostgreSQL finds them, and their offsets for one instant and for many agree."""

from __future__ import annotations

import numpy as np
import pytest

from pgddb.errors import InvalidParameterValue
from pgddb.pgtypes.zone_offsets import offsets_at
from pgddb.pgtypes.zones import find_zone, offset_of_local, offset_seconds

JULY_2024 = 1_720_000_000


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("UTC", 0), ("utc", 0), ("Etc/UTC", 0), ("europe/berlin", 7200), ("Asia/Kolkata", 19800), ("<+03>-03", 10800),
        ("<-03:30>+03:30", -12600), ("UTC+3", -10800), ("+2", 7200), ("-5", -18000), ("5.5", 19800),
    ],
)  # fmt: skip
def test_a_zone_is_found_by_every_spelling(name: str, offset: int) -> None:
    assert offset_seconds(find_zone(name), JULY_2024) == offset


@pytest.mark.parametrize("name", ["Nowhere/City", "", "UTC+25", "../etc/passwd"])
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(InvalidParameterValue, match='invalid value for parameter "TimeZone"'):
        find_zone(name)


def test_a_skipped_hour_takes_the_offset_before_it() -> None:
    assert offset_of_local(find_zone("Europe/Berlin"), 1_711_852_200) == 3600  # 2024-03-31 02:30


def test_a_repeated_hour_takes_the_offset_after_it() -> None:
    assert offset_of_local(find_zone("Europe/Berlin"), 1_729_996_200) == 3600  # 2024-10-27 02:30


def test_years_outside_pythons_have_offsets_too() -> None:
    berlin = find_zone("Europe/Berlin")
    assert offset_seconds(berlin, JULY_2024 + 400 * 146097 * 86400) == 7200
    assert offset_seconds(berlin, -(10**11)) == 3208  # local mean time


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Sao_Paulo", "Africa/Casablanca", "<+05:30>-05:30"])
def test_many_instants_have_the_offsets_of_each(name: str) -> None:
    zone = find_zone(name)
    change = 1_711_846_800  # 2024-03-31 01:00 UTC
    instants = np.array([change - 1, change, change + 1, -(2 * 10**9), 0, 10**9, 4 * 10**9], np.int64)
    assert offsets_at(zone, instants).tolist() == [offset_seconds(zone, int(instant)) for instant in instants]
