"""Names mean what PostgreSQL says they mean."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.errors import (
    AmbiguousColumn,
    DuplicateAlias,
    FeatureNotSupported,
    InvalidColumnReference,
    SqlSyntaxError,
    UndefinedColumn,
    UndefinedTable,
)


def test_an_unquoted_name_matches_in_any_case_and_names_the_output_in_lower_case(run: Any) -> None:
    answer = run("SELECT USERID, Name FROM Users WHERE userId = 'a'")
    assert (answer.names, answer.rows) == (["userid", "name"], [("a", "Ann")])


def test_a_quoted_name_is_exact(plan: Any) -> None:
    with pytest.raises(UndefinedColumn, match='column "name" does not exist') as caught:
        plan('SELECT "name" FROM users')
    assert (caught.value.hint or "").startswith('Perhaps you meant to reference the column "Users.Name".')
    assert caught.value.position == 8


def test_an_attribute_that_was_not_sampled_is_an_error_that_points_at_the_document(plan: Any) -> None:
    with pytest.raises(UndefinedColumn) as caught:
        plan("SELECT u.nickname FROM users u")
    assert "document->>'nickname'" in (caught.value.hint or "")


def test_two_columns_that_differ_in_case_only_need_quotes(plan: Any) -> None:
    with pytest.raises(AmbiguousColumn) as caught:
        plan("SELECT a FROM cases")
    assert caught.value.detail == 'It could be "cases.a" or "cases.A".'


def test_columns_that_differ_in_case_only_are_told_apart(run: Any) -> None:
    items = [{"id": {"S": "1"}, "a": {"S": "small"}, "A": {"S": "great"}}]
    sql = 'SELECT s."A", s."a" FROM (SELECT "a", "A" FROM cases) s'
    assert run(sql, items=items).rows == [("great", "small")]


def test_a_star_gives_the_columns_in_order_with_their_exact_names(run: Any) -> None:
    answer = run("SELECT * FROM users")
    assert answer.names == [
        "UserId",
        "n",
        "Name",
        "price",
        "big",
        "ratio",
        "ok",
        "bin",
        "tags",
        "nums",
        "addr",
        "mixed",
        "document",
    ]


def test_a_merged_column_of_using_stands_once_and_first(run: Any) -> None:
    answer = run(
        "SELECT * FROM (SELECT name, n FROM users) a FULL JOIN (SELECT n, ok FROM users) b USING (n) ORDER BY n"
    )
    assert (answer.names, answer.rows) == (["n", "name", "ok"], [(1, "Ann", True), (2, "Bob", None)])


def test_natural_join_does_not_compare_whole_items(plan: Any) -> None:
    with pytest.raises(FeatureNotSupported, match="NATURAL JOIN would compare the whole items"):
        plan("SELECT 1 FROM users a NATURAL JOIN users b")


def test_order_by_prefers_the_output_name_to_the_input_column(run: Any) -> None:
    assert run("SELECT -n AS name FROM users ORDER BY name").rows == [(-2,), (-1,)]


def test_group_by_prefers_the_input_column_to_the_output_name(run: Any) -> None:
    assert run("SELECT count(*) AS name FROM users GROUP BY name").rows == [(1,), (1,)]


def test_two_outputs_of_one_name_cannot_be_ordered_by(plan: Any) -> None:
    with pytest.raises(AmbiguousColumn, match='ORDER BY "name" is ambiguous'):
        plan("SELECT name, n AS name FROM users ORDER BY name")


def test_where_does_not_see_output_names(plan: Any) -> None:
    with pytest.raises(UndefinedColumn):
        plan("SELECT n AS x FROM users WHERE x = 1")


def test_a_common_table_expression_hides_the_table_of_its_name(run: Any) -> None:
    answer = run("WITH users AS (SELECT 1 AS a) SELECT * FROM users")
    assert (answer.plan.reads, answer.rows) == ((), [(1,)])


def test_a_common_table_expression_is_not_visible_inside_itself(run: Any) -> None:
    answer = run("WITH users AS (SELECT n FROM users) SELECT sum(n) FROM users")
    assert (len(answer.plan.reads), answer.rows) == (1, [("3",)])


def test_names_of_feeds_cannot_be_taken(run: Any) -> None:
    answer = run("WITH feed_1 AS (SELECT n FROM users) SELECT * FROM feed_1 ORDER BY n")
    assert answer.rows == [(1,), (2,)]


def test_a_correlated_subquery_sees_the_outer_row(run: Any) -> None:
    sql = "SELECT name FROM users u WHERE EXISTS (SELECT 1 FROM users v WHERE v.n = u.n AND v.userid = 'a')"
    assert run(sql).rows == [("Ann",)]


def test_a_lateral_subquery_sees_what_stands_to_its_left(run: Any) -> None:
    assert run("SELECT m FROM users, LATERAL (SELECT n + 1 AS m) l ORDER BY m").rows == [(2,), (3,)]


def test_a_subquery_does_not_see_what_stands_beside_it(plan: Any) -> None:
    with pytest.raises(UndefinedTable, match='missing FROM-clause entry for table "u"'):
        plan("SELECT 1 FROM users u, (SELECT u.n) s")


def test_a_counted_row_is_null_where_an_outer_join_found_none(run: Any) -> None:
    sql = "SELECT count(b.*), count(b) FROM users a LEFT JOIN users b ON a.n = b.n AND b.name = 'Ann'"
    assert run(sql).rows == [(1, 1)]


@pytest.mark.parametrize(
    ("sql", "error", "message"),
    [
        ("SELECT 1 FROM nothere", UndefinedTable, 'relation "nothere" does not exist'),
        ("SELECT 1 FROM other.users", UndefinedTable, 'relation "other.users" does not exist'),
        ('SELECT 1 FROM "users"', UndefinedTable, 'relation "users" does not exist'),
        ("SELECT x.n FROM users", UndefinedTable, 'missing FROM-clause entry for table "x"'),
        ("SELECT 1 FROM users, users", DuplicateAlias, 'table name "Users" specified more than once'),
        ("SELECT n FROM users a, users b", AmbiguousColumn, 'column reference "n" is ambiguous'),
        ("SELECT 1 FROM (SELECT 1)", SqlSyntaxError, "subquery in FROM must have an alias"),
        ("SELECT *", SqlSyntaxError, "SELECT \\* with no tables specified is not valid"),
        ("SELECT 1 UNION SELECT 1, 2", SqlSyntaxError, "each UNION query must have the same number of columns"),
        ("SELECT 1 FROM db.public.users", FeatureNotSupported, "cross-database references are not implemented"),
    ],
)
def test_names_that_mean_nothing_are_errors(plan: Any, sql: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        plan(sql)


def test_system_relations_need_no_read(plan: Any) -> None:
    made = plan("SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_class d USING (oid)")
    assert (made.reads, [column.name for column in made.columns]) == ((), ["relname"])


def test_columns_of_tables_beside_a_function_are_still_found(run: Any) -> None:
    sql = "SELECT name, g FROM users, generate_series(1, 2) AS g WHERE n = g ORDER BY name"
    assert run(sql).rows == [("Ann", 1), ("Bob", 2)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM (SELECT 1) AS t(a, b)",
        "SELECT * FROM unnest(ARRAY[1]) AS t(a, b)",
        "WITH t(a, b) AS (SELECT 1) SELECT * FROM t",
    ],
)
def test_more_names_than_columns_are_refused(plan: Any, sql: str) -> None:
    with pytest.raises(InvalidColumnReference, match='"t" has 1 columns available but 2 columns specified'):
        plan(sql)
