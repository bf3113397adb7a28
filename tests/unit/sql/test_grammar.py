"""What PostgreSQL's grammar refuses is refused at the same place, in the same words."""

from __future__ import annotations

import pytest

from pgddb.errors import FeatureNotSupported, SqlError, SqlSyntaxError, StatementTooComplex, WindowingError
from pgddb.sql import parse_statements


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("SELECT * EXCLUDE (a) FROM t", "EXCLUDE"),
        ("SELECT * EXCEPT (a) FROM t", "a"),
        ("SELECT * REPLACE (1 AS a) FROM t", "REPLACE"),
        ("SELECT * RENAME (a AS b) FROM t", "RENAME"),
        ("SELECT a FROM t LEFT SEMI JOIN u ON true", "SEMI"),
        ("SELECT a FROM t LEFT ANTI JOIN u ON true", "ANTI"),
        ("SELECT a FROM t x POSITIONAL JOIN u", "POSITIONAL"),
        ("SELECT a FROM t GROUP BY ALL", ""),
        ("SELECT a FROM t ORDER BY ALL", "ALL"),
        ("SELECT 1 UNION BY NAME SELECT 2", "BY"),
        ("SELECT a FROM t USING SAMPLE 10", "USING"),
        ("SELECT 'abc'[1]", "["),
        ("FROM t", "FROM"),
        ("FROM t SELECT a", "FROM"),
        ("PIVOT t ON a USING sum(b)", "PIVOT"),
        ("SELECT * FROM t PIVOT (sum(a) FOR b IN (1))", "("),
        ("SELECT * FROM t UNPIVOT (a FOR b IN (c))", "FOR"),
        ("SELECT a FROM t u QUALIFY row_number() OVER () = 1", "QUALIFY"),
        ("SELECT [x + 1 FOR x IN a] FROM t", "["),
        ("SELECT [1, 2]", "["),
        ("SELECT {'a': 1}", "{"),
        ("SELECT MAP {'a': 1}", "{"),
        ("SELECT f(a, lambda x: x)", "x"),
        ("SELECT a IS NOT DISTINCT TO b FROM t", "TO"),
        ("SELECT a IS DISTINCT b FROM t", "b"),
        ("SELECT TOP 5 a FROM t", "5"),
        ("SELECT a FROM t LIMIT 10 PERCENT", "PERCENT"),
        ("SELECT a FROM t LIMIT 10%", ""),
        ("SELECT TRY_CAST(a AS int) FROM t", "AS"),
        ("SELECT SAFE_CAST(a AS int) FROM t", "AS"),
        ("SELECT CAST(a, int) FROM t", ","),
        ("SELECT a:b FROM t", ":"),
        ("SELECT `a` FROM t", "FROM"),
        ("SELECT a FROM t WHERE a RLIKE 'x'", "RLIKE"),
        ("SELECT a FROM t WHERE a GLOB 'x'", "GLOB"),
        ("SELECT a FROM t WHERE a REGEXP 'x'", "REGEXP"),
        ("SELECT a DIV b FROM t", "b"),
        ("SELECT a XOR b FROM t", "b"),
        ("SELECT a FROM t, u LATERAL VIEW explode(a) x AS y", "LATERAL"),
        ("SELECT a FROM t CONNECT BY a = b", "BY"),
        ("SELECT a FROM t START WITH a = 1", "WITH"),
        ("SELECT a FROM t x MATCH_RECOGNIZE (PATTERN (a))", "MATCH_RECOGNIZE"),
        ("SELECT a FROM t FOR SYSTEM_TIME AS OF '2024-01-01'", "SYSTEM_TIME"),
        ("SELECT a FROM t AT (TIMESTAMP => '2024-01-01')", "=>"),
        ("SELECT a FROM t CROSS APPLY f(a)", "APPLY"),
        ("SELECT a FROM t u, v STRAIGHT_JOIN w", "w"),
        ("SELECT a FROM t WINDOW w", ""),
        ("SELECT a FROM t CLUSTER BY a", "BY"),
        ("SELECT a FROM t x PREWHERE a = 1", "PREWHERE"),
        ("SELECT a FROM t SETTINGS x = 1", "x"),
        ("SELECT a FROM t ORDER BY a NULLS", "NULLS"),
        ("SELECT count(* EXCLUDE a) FROM t", "EXCLUDE"),
        ("SELECT COLUMNS('a.*') FROM t, ", ""),
        ("SELECT a, FROM t", "FROM"),
        ("SELECT sum(a) WITHIN GROUP (ORDER BY b) IGNORE NULLS FROM t", "NULLS"),
        ("SELECT first_value(a) IGNORE NULLS OVER () FROM t", "NULLS"),
        ("SELECT CASE a WHEN 1 THEN 2", ""),
        ("SELECT IF(a, 1) THEN 2", "2"),
        ("SELECT a FROM t WHERE a IN ()", ")"),
        ("SELECT a FROM t WHERE a NOT 1", "NOT"),
        ("SELECT a AS 'b' FROM t", "'b'"),
        ("INSERT OVERWRITE t SELECT 1", "OVERWRITE"),
        ("INSERT OR REPLACE INTO t VALUES (1)", "OR"),
        ("INSERT IGNORE INTO t VALUES (1)", "IGNORE"),
        ("INSERT INTO t BY NAME SELECT 1", "BY"),
        ("INSERT INTO t SET a = 1", "SET"),
        ("REPLACE INTO t VALUES (1)", "REPLACE"),
        ("UPDATE t SET a = 1 LIMIT 1", "LIMIT"),
        ("UPDATE t SET a = 1 ORDER BY a", "ORDER"),
        ("DELETE t WHERE a = 1", "t"),
        ("DELETE FROM t LIMIT 1", "LIMIT"),
        ("DELETE FROM t WHERE a = 1 ORDER BY a", "ORDER"),
        ("SELECT 1; SELECT 1 1", "1"),
    ],
)
def test_syntax_of_other_dialects_is_refused_at_its_token(text: str, near: str) -> None:
    with pytest.raises(SqlSyntaxError) as refused:
        parse_statements(text)
    expected = f'syntax error at or near "{near}"' if near else "syntax error at end of input"
    assert refused.value.message == expected
    assert refused.value.position is not None
    assert text[refused.value.position - 1 :].startswith(near)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a FROM t asof JOIN u ON t.a >= u.a",
        "SELECT a FROM t semi JOIN u ON true",
        "SELECT 7 // 2",
        "SELECT #1 FROM t",
        "SELECT a @? b FROM t",
        "SELECT a FROM ONLY t",
        "SELECT\t'a'\n'b' /* of /* two */ parts */\n'c'",
    ],
)
def test_what_the_grammar_takes_is_left_to_the_rest(text: str) -> None:
    assert len(parse_statements(text)) == 1


def test_a_place_is_counted_in_characters_with_comments_and_all() -> None:
    text = "SELECT 'é€😀' /* é /* x */ */ FROM t u v"
    with pytest.raises(SqlSyntaxError) as refused:
        parse_statements(text)
    assert refused.value.position == text.index("v") + 1


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("SELECT " + "(" * 20_000 + "1" + ")" * 20_000, StatementTooComplex, "stack depth limit exceeded"),
        ("SELECT " + "NOT " * 20_000 + "true", StatementTooComplex, "stack depth limit exceeded"),
        ("SELECT " + "+" * 50_000 + "1", StatementTooComplex, "stack depth limit exceeded"),
        ("SELECT " + "+" * 20 + "-" * 5000, SqlSyntaxError, "syntax error at end of input"),
        (
            "SELECT sum(a) OVER (ROWS UNBOUNDED FOLLOWING)",
            WindowingError,
            "frame start cannot be UNBOUNDED FOLLOWING",
        ),
        ("CREATE ASSERTION a CHECK (true)", FeatureNotSupported, "CREATE ASSERTION is not yet implemented"),
        ("SELECT 1 LIMIT 1, 2", SqlSyntaxError, "LIMIT #,# syntax is not supported"),
    ],
)
def test_other_errors_of_the_grammar_keep_their_class(text: str, kind: type[SqlError], message: str) -> None:
    with pytest.raises(kind) as refused:
        parse_statements(text)
    assert refused.value.message == message


@pytest.mark.timeout(20)
def test_deep_comments_and_long_chains_are_read_at_once() -> None:
    parse_statements("SELECT " + "/*" * 20_000 + "*/" * 20_000 + "1")
    parse_statements("SELECT " + "1 + " * 50_000 + "1")
