"""The engine's type names become PostgreSQL's."""

from __future__ import annotations

import pytest

from pgddb.engine.type_names import argument_list, postgres_name


@pytest.mark.parametrize(
    ("engine_name", "name"),
    [
        ("INTEGER", "integer"),
        ("DECIMAL(38,2)", "numeric"),
        ("DECIMAL(38,2)[]", "numeric[]"),
        ("VARCHAR[][]", "text[]"),
        ("INTEGER[3]", "integer[]"),
        ("TIMESTAMP WITH TIME ZONE", "timestamp with time zone"),
        ("STRUCT(a INTEGER)", "record"),
        ("HUGEINT", "numeric"),
        ("SOMETHING ELSE", "text"),
    ],
)
def test_a_type_has_the_name_that_format_type_prints(engine_name: str, name: str) -> None:
    assert postgres_name(engine_name) == name


def test_arguments_are_cut_at_outer_commas() -> None:
    assert argument_list("INTEGER, DECIMAL(10,2), VARCHAR[]") == ["integer", "numeric", "text[]"]
    assert argument_list("") == []
