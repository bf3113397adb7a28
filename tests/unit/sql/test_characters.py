"""The classes of characters that are named by what they are not are those of PostgreSQL's scanner."""

from __future__ import annotations

import re
import sys

import pytest

from pgddb.sql.characters import IDENTIFIER_PART, IDENTIFIER_START, TAG_PART

ALL = "".join(map(chr, range(sys.maxunicode + 1)))


@pytest.mark.parametrize(
    ("negated", "named"),
    [
        (IDENTIFIER_START, r"[A-Za-z_\u0080-\U0010ffff]"),
        (IDENTIFIER_PART, r"[A-Za-z0-9_$\u0080-\U0010ffff]"),
        (TAG_PART, r"[A-Za-z0-9_\u0080-\U0010ffff]"),
    ],
)
def test_a_class_holds_what_it_says(negated: str, named: str) -> None:
    assert re.findall(f"{negated}+", ALL) == re.findall(f"{named}+", ALL)
    assert re.findall(f"(?x){negated}+", ALL) == re.findall(f"{named}+", ALL)
