"""The scanner gives back what was quoted, and broken text ends in a syntax error, never otherwise."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.errors import SqlError, SqlSyntaxError
from pgddb.sql.classify import classify, parse_statements
from pgddb.sql.functions.casts import array_elements
from pgddb.sql.functions.intervals import interval_text, parse_interval
from pgddb.sql.functions.jsonb import canonical, read_json
from pgddb.sql.lexer import Kind, scan

plain_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
pieces = st.sampled_from(
    [
        "select",
        " ",
        "a",
        "'",
        '"',
        "$$",
        "$1",
        "(",
        ")",
        ",",
        ";",
        "--",
        "/*",
        "*/",
        "\n",
        "from",
        "t",
        "1",
        "+",
        "::",
        "int",
    ]
)


@given(plain_text)
@settings(max_examples=60)
def test_a_quoted_text_comes_back(value: str) -> None:
    quoted = "'" + value.replace("'", "''") + "'"
    (lexeme,) = scan(quoted)
    assert (lexeme.kind, lexeme.value) == (Kind.STRING, value)


@given(plain_text.filter(bool))
@settings(max_examples=60)
def test_a_quoted_name_comes_back(value: str) -> None:
    (lexeme,) = scan('"' + value.replace('"', '""') + '"')
    assert (lexeme.kind, lexeme.value) == (Kind.QUOTED, value)


@given(st.lists(pieces, max_size=14).map("".join))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        for part in parse_statements(text):
            classify(part)
    except SqlError as error:
        if isinstance(error, SqlSyntaxError) and error.position is not None:
            assert 1 <= error.position <= len(text) + 1


@given(st.integers(-(10**5), 10**5), st.integers(-(10**5), 10**5), st.integers(-(10**15), 10**15))
@settings(max_examples=80)
def test_an_interval_is_read_as_it_was_written(months: int, days: int, microseconds: int) -> None:
    read = parse_interval(interval_text(months, days, microseconds))
    assert (read.months, read.days, read.microseconds) == (months, days, microseconds)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | plain_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain_text, inner, max_size=3),
    max_leaves=6,
)


@given(json_values)
@settings(max_examples=60, deadline=None)
def test_canonical_json_means_the_same_and_stays(value: object) -> None:
    once = canonical(json.dumps(value))
    assert read_json(once) == value
    assert canonical(once) == once


@given(st.lists(st.none() | plain_text, max_size=4))
@settings(max_examples=80)
def test_an_array_text_gives_its_elements(values: list[str | None]) -> None:
    quoted = ["NULL" if v is None else '"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values]
    assert array_elements("{" + ",".join(quoted) + "}") == values
