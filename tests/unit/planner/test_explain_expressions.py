"""The engine's expressions are shown in PostgreSQL's words, or not at all."""

from __future__ import annotations

import pytest

from pgddb.planner.explain_expressions import (
    ExpressionTexts,
    ShownColumn,
    called_functions,
    outline_column,
    outline_relation,
    shown_column,
    written_names,
)
from pgddb.sql import parse_one
from pgddb.sql.statements import SelectStatement

USER, RATING = outline_column("feed_1", 0), outline_column("feed_1", 1)
TEXTS = ExpressionTexts(
    {
        USER: ShownColumn("User"),
        RATING: ShownColumn("rating"),
        outline_column("feed_1", 2): ShownColumn("my tags"),
    },
    frozenset({"lower", "my_function"}),
    frozenset({"spent"}),
)


@pytest.mark.parametrize(
    ("engine", "shown"),
    [
        (f"({RATING} > 5)", "(rating > 5)"),
        (f"(({USER} = 'it''s') AND ({RATING} IS NOT NULL))", "((\"User\" = 'it''s') AND (rating IS NOT NULL))"),
        (f"({USER} ~~ 'a%b')", "(\"User\" LIKE 'a%b')"),
        (f"({RATING} BETWEEN 3 AND 5)", "(rating BETWEEN 3 AND 5)"),
        (f"(lower({USER}) = 'x')", "(lower(\"User\") = 'x')"),
        ("(my tags = 'x')", "(\"my tags\" = 'x')"),
        ("(User = 'x')", "(\"User\" = 'x')"),
        ("(spent > 3)", "(spent > 3)"),
        ("count_star()", "count(*)"),
        (f"prefix({USER}, 'a')", "\"User\" LIKE 'a%'"),
    ],
)
def test_a_condition_is_said_with_the_users_names(engine: str, shown: str) -> None:
    assert TEXTS.condition(engine) == shown


@pytest.mark.parametrize(
    "engine",
    [
        "#3 = 1",
        "SUBQUERY",
        "(NOT SUBQUERY)",
        f"regexp_full_match({USER}, 'a')",
        f"prefix({USER}, 'a_b')",
        f"json_extract_string({USER}, '/a')",
        f"__internal_compress_string_utinyint({USER})",
        "error('pgddb.misfit|x')",
        f"(pgddb_value_text({USER}) = 'x')",
        "(unknown_name = 1)",
        "not ( an expression",
        f"create_sort_key({RATING}, 'ASC NULLS LAST')",
    ],
)
def test_what_is_the_engines_own_is_not_shown(engine: str) -> None:
    assert TEXTS.condition(engine) is None


def test_keys_are_shown_all_or_not_at_all() -> None:
    assert TEXTS.keys([f"{USER} ASC", f"{RATING} DESC"]) == ('"User"', "rating DESC")
    assert TEXTS.keys([f"{USER} ASC", "#1 ASC"]) is None
    assert TEXTS.keys(["#1"], ["x", RATING]) == ("rating",)


def test_columns_of_one_name_in_two_tables_stay_without_a_table() -> None:
    texts = ExpressionTexts(
        {"a": ShownColumn("id", "x"), "b": ShownColumn("id", "y"), "c": ShownColumn("n", "x")}, frozenset()
    )
    assert texts.condition("id = id") == "id = id"
    assert texts.condition("a = b") == "x.id = y.id"
    assert texts.condition("n = 1") == "x.n = 1"


def test_attributes_of_documents_and_columns_in_two_forms_have_their_users_names() -> None:
    texts = ExpressionTexts(
        {
            "a": shown_column("->'Address'->>'City'", {"->'Address'->>'City'"}, ""),
            "b": shown_column("Total_2", {"Total"}, "o"),
            "c": shown_column("line_2", {"line", "line_2"}, ""),
        },
        frozenset(),
    )
    assert texts.condition("a = 'x'") == "document->'Address'->>'City' = 'x'"
    assert texts.condition("b = 1") == 'o."Total" = 1'
    assert texts.condition("Total_2 = 1") == 'o."Total" = 1'
    assert texts.condition("c = 1") == "line_2 = 1"


def test_a_join_condition_names_the_tables_of_its_sides() -> None:
    texts = ExpressionTexts({"a": ShownColumn("id", "x"), "b": ShownColumn("id", "y")}, frozenset())
    assert texts.join_condition("id = id", frozenset({"x"}), frozenset({"y"})) == "x.id = y.id"
    assert texts.join_condition("id = id", frozenset({"x"}), frozenset()) == "x.id = id"
    assert texts.join_condition("#0 = id", frozenset({"x"}), frozenset({"y"})) is None


def test_the_parts_of_a_condition_come_one_by_one() -> None:
    texts = ExpressionTexts({"a": ShownColumn("id", "x"), "b": ShownColumn("n", "x")}, frozenset())
    assert texts.parts("((a = 'k') AND (b > 1) AND ((b < 9) OR (a IS NULL)))") == [
        ("x.id = 'k'", "id = 'k'"),
        ("x.n > 1", "n > 1"),
        ("(x.n < 9) OR (x.id IS NULL)", "(n < 9) OR (id IS NULL)"),
    ]
    assert texts.parts("regexp_full_match(a, 'x')") is None


def test_an_outline_gives_columns_the_names_of_the_statement() -> None:
    assert outline_relation("feed_1", ["User", 'a"b']) == (
        '(SELECT "pgddb_outline_feed_1_0" AS "User", "pgddb_outline_feed_1_1" AS "a""b" FROM "pgddb_outline_feed_1")'
    )


def test_the_users_own_words_are_known() -> None:
    statement = parse_one('SELECT lower(x), f(A, "B") AS c FROM t')
    assert isinstance(statement, SelectStatement)
    assert {"lower", "f"} <= called_functions(statement.tree)
    assert {"x", "a", "B", "c", "t"} <= written_names(statement.tree)
