"""A JSON text whose escapes are no characters is refused as PostgreSQL refuses it for jsonb."""

from __future__ import annotations

import pytest

from pgddb.errors import InvalidTextRepresentation, SqlError
from pgddb.sql.functions.jsonb import read_json


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (r'"\ud800"', InvalidTextRepresentation),
        (r'{"a": ["\udc00"]}', InvalidTextRepresentation),
        (r'{"\uD83D": 1}', InvalidTextRepresentation),
    ],
)
def test_an_escape_of_no_character_is_refused(text: str, kind: type[SqlError]) -> None:
    with pytest.raises(kind):
        read_json(text)


def test_pairs_of_surrogates_and_escaped_backslashes_are_read() -> None:
    assert read_json(r'["\ud83d\ude00", "\\u0000", "\\ud800"]') == ["😀", r"\u0000", r"\ud800"]


def test_the_character_0_is_read_because_items_may_hold_it() -> None:
    assert read_json(r'["a", {"\u0000": 1}]') == ["a", {"\0": 1}]
