"""Text is cut as PostgreSQL's scanner cuts it."""

from __future__ import annotations

import pytest

from pgddb.errors import SqlSyntaxError
from pgddb.sql.lexer import Kind, scan


def values(text: str) -> list[str]:
    return [lexeme.value for lexeme in scan(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'it''s'", "it's"),
        ("$$a$b$$", "a$b"),
        ("$x$ $$ $x$", " $$ "),
        (r"E'a\n\x41\u00e9\'\101'", "a\nAé'A"),
        (r"U&'d\0061t\+000061'", "data"),
        ("U&'d!0061' UESCAPE '!'", "da"),
        (r"E'\ud83d\ude00'", "😀"),
        ("'a'  \n 'b'", "ab"),
        (r"'a\b'", r"a\b"),
    ],
)
def test_a_string_is_decoded(text: str, value: str) -> None:
    (lexeme,) = scan(text)
    assert (lexeme.kind, lexeme.value) == (Kind.STRING, value)


def test_comments_nest_and_end_nowhere_else() -> None:
    assert values("a /* x /* ; */ ' */ b -- c ' \n d") == ["a", "b", "d"]


def test_an_operator_is_as_long_as_it_can_be() -> None:
    assert values("a->>'b'!~*c<=-1 @-2 a=-1 a*/**/b") == [
        *["a", "->>", "b", "!~*", "c", "<=", "-", "1", "@-", "2", "a", "=", "-", "1", "a", "*", "b"]
    ]


def test_numbers_take_exponents_and_points() -> None:
    assert values("1 1.5 .5 1. 1e-3 1..2") == ["1", "1.5", ".5", "1.", "1e-3", "1", "..", "2"]


def test_a_parameter_is_its_number() -> None:
    (lexeme,) = scan("$12")
    assert (lexeme.kind, lexeme.value) == (Kind.PARAMETER, "12")


def test_offsets_point_into_the_text() -> None:
    text = "select 'a''b', \"C\""
    assert [text[lexeme.start : lexeme.end] for lexeme in scan(text)] == ["select", "'a''b'", ",", '"C"']


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("select 'abc", 'unterminated quoted string at or near "\'abc"', 8),
        ('select "abc', 'unterminated quoted identifier at or near ""abc"', 8),
        ("select /* a", 'unterminated /* comment at or near "/* a"', 8),
        ("select $$a", 'unterminated dollar-quoted string at or near "$$a"', 8),
        ('select ""', 'zero-length delimited identifier at or near """"', 8),
        ("select 1a", 'trailing junk after numeric literal at or near "1a"', 8),
        ("select b'01", 'unterminated bit string literal at or near "b\'01"', 8),
        ("select \\ 1", 'syntax error at or near "\\"', 8),
    ],
)
def test_a_broken_text_is_refused_at_its_place(text: str, message: str, position: int) -> None:
    with pytest.raises(SqlSyntaxError) as caught:
        scan(text)
    assert (caught.value.message, caught.value.position) == (message, position)
