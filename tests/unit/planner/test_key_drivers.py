"""Which reads can take their keys from elsewhere in the statement, and which must not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pgddb.planner import SelectPlan

Plan = Callable[..., SelectPlan]


def drivers(plan: SelectPlan) -> list[tuple[str, str, tuple[object, ...]]]:
    """Give (driven, driving, attributes) of every driver."""
    return [
        (read.alias, driver.source, tuple(path[0] for path in driver.paths))
        for read in plan.reads
        for driver in read.drivers
    ]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1 FROM cases c JOIN users u ON u.\"UserId\" = c.\"a\"", [("u", "c", ("UserId",))]),
        ("SELECT 1 FROM cases c, users u WHERE u.\"UserId\" = c.\"a\"", [("u", "c", ("UserId",))]),
        ("SELECT 1 FROM cases c LEFT JOIN users u ON u.\"UserId\" = c.\"a\"", [("u", "c", ("UserId",))]),
        ("SELECT 1 FROM users u RIGHT JOIN cases c ON u.\"UserId\" = c.\"a\"", [("u", "c", ("UserId",))]),
        ("SELECT 1 FROM users u LEFT JOIN cases c ON u.\"UserId\" = c.\"a\"", []),
        ("SELECT 1 FROM users u FULL JOIN cases c ON u.\"UserId\" = c.\"a\"", []),
        (
            "SELECT 1 FROM users u FULL JOIN cases c ON u.n = 1 WHERE u.\"UserId\" = c.\"a\"",
            [("u", "c", ("UserId",))],
        ),
        ("SELECT 1 FROM cases c JOIN users u ON u.\"UserId\" = c.\"a\" OR u.n = 1", []),
        ("SELECT 1 FROM cases c JOIN users u ON u.\"UserId\" <> c.\"a\"", []),
        ("SELECT 1 FROM cases c JOIN users u ON u.\"Name\" = c.\"a\"", []),
        ("SELECT 1 FROM cases c JOIN users u ON u.\"UserId\" = lower(c.\"a\")", [("u", "c", ("UserId",))]),
        (
            "SELECT 1 FROM users x LEFT JOIN cases c ON x.\"Name\" = c.\"A\" "
            "JOIN users u ON u.\"UserId\" = coalesce(c.\"a\", 'q')",
            [],
        ),
        ("SELECT 1 FROM cases c JOIN users u ON u.\"UserId\" = c.\"a\" || u.\"Name\"", []),
        (
            "SELECT 1 FROM cases c JOIN users u ON u.\"UserId\" = c.\"a\" AND u.n = length(c.id)",
            [("u", "c", ("UserId", "n"))],
        ),
        ("SELECT 1 FROM users a JOIN users b ON a.\"UserId\" = b.\"UserId\"", [
            ("a", "b", ("UserId",)), ("b", "a", ("UserId",)),
        ]),
    ],
)  # fmt: skip
def test_joins(plan: Plan, sql: str, expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert sorted(drivers(plan(sql))) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1 FROM users WHERE \"UserId\" IN (SELECT \"a\" FROM cases)", [("Users", "subquery", ("UserId",))]),
        ("SELECT 1 FROM users WHERE \"UserId\" NOT IN (SELECT \"a\" FROM cases)", []),
        ("SELECT 1 FROM users WHERE \"UserId\" IN (SELECT \"a\" FROM cases) OR n = 1", []),
        ("SELECT 1 FROM users WHERE \"UserId\" = ANY (SELECT \"a\" FROM cases)", [("Users", "subquery", ("UserId",))]),
        ("SELECT 1 FROM users WHERE \"UserId\" = (SELECT max(\"a\") FROM cases)", [("Users", "subquery", ("UserId",))]),
        ("SELECT 1 FROM users WHERE (\"UserId\", n) IN (SELECT \"a\", 5 FROM cases)", [
            ("Users", "subquery", ("UserId", "n")),
        ]),
        ("SELECT 1 FROM users WHERE \"Name\" IN (SELECT id FROM cases)", [("cases", "Users", ("id",))]),
        ("SELECT 1 FROM users WHERE \"Name\" = (SELECT id FROM cases)", []),
        ("SELECT 1 FROM users WHERE \"Name\" NOT IN (SELECT id FROM cases)", []),
        ("SELECT 1 FROM users WHERE \"Name\" IN (SELECT id FROM cases LIMIT 1)", []),
        ("SELECT 1 FROM users u WHERE EXISTS (SELECT 1 FROM cases c WHERE c.\"a\" = u.\"UserId\")", [
            ("u", "c", ("UserId",)),
        ]),
        ("SELECT 1 FROM users u WHERE EXISTS (SELECT count(*) FROM cases c WHERE c.\"a\" = u.\"UserId\")", []),
        ("SELECT 1 FROM users u WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.\"a\" = u.\"UserId\")", []),
        ("SELECT 1 FROM users u WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = u.\"Name\")", [
            ("c", "u", ("id",)),
        ]),
        ("SELECT (SELECT count(*) FROM cases c WHERE c.id = u.\"Name\") FROM users u", [("c", "u", ("id",))]),
        ("SELECT 1 FROM users u, LATERAL (SELECT 1 FROM cases c WHERE c.id = u.\"Name\") l", [("c", "u", ("id",))]),
        ("SELECT 1 FROM users u LEFT JOIN LATERAL (SELECT 1 FROM cases c WHERE c.id = u.\"Name\") l ON true", [
            ("c", "u", ("id",)),
        ]),
    ],
)  # fmt: skip
def test_subqueries(plan: Plan, sql: str, expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert sorted(drivers(plan(sql))) == expected


@pytest.mark.parametrize(
    "derived",
    [
        "SELECT * FROM users",
        'SELECT "UserId", n FROM users WHERE n > 1',
        'SELECT DISTINCT "UserId" FROM users',
        'SELECT DISTINCT ON ("UserId") "UserId", n FROM users ORDER BY "UserId", n',
        'SELECT "UserId", count(*) FROM users GROUP BY "UserId" HAVING count(*) > 1',
        'SELECT "UserId", rank() OVER (PARTITION BY "UserId" ORDER BY n) FROM users',
        'SELECT "UserId" FROM (SELECT "UserId" FROM users WHERE n = 1) d',
        'SELECT u."UserId" FROM users u LEFT JOIN (VALUES (1)) w(n) ON w.n = u.n',
        'SELECT u."UserId" FROM (VALUES (1)) w(n) LEFT JOIN users u ON u.n > 0',
        "SELECT \"UserId\" FROM users UNION ALL SELECT 'x'",
        'SELECT \'x\' AS "UserId" UNION SELECT "UserId" FROM users',
    ],
)
def test_a_table_in_a_derived_table_is_driven(plan: Plan, derived: str) -> None:
    for statement in (
        f'SELECT r.* FROM cases c JOIN ({derived}) r ON r."UserId" = c."a"',
        f'SELECT r.* FROM cases c LEFT JOIN ({derived}) r ON r."UserId" = c."a"',
        f'WITH r AS ({derived}) SELECT r.* FROM cases c, r WHERE r."UserId" = c."a"',
        f'SELECT r.* FROM ({derived}) r WHERE "UserId" IN (SELECT "a" FROM cases)',
        f'SELECT r.* FROM ({derived}) r WHERE EXISTS (SELECT 1 FROM cases c WHERE c."a" = r."UserId")',
        f'SELECT r.* FROM cases c, LATERAL (SELECT * FROM ({derived}) s WHERE s."UserId" = c."a") r',
    ):
        ((_, driving, paths),) = drivers(plan(statement))
        assert (driving in ("c", "subquery"), paths) == (True, ("UserId",)), statement


@pytest.mark.parametrize(
    "statement",
    [
        'SELECT r.* FROM ({}) r LEFT JOIN cases c ON r."UserId" = c."a"',
        'SELECT r.* FROM ({}) r FULL JOIN cases c ON r."UserId" = c."a"',
        'WITH r AS ({}) SELECT r.* FROM cases c JOIN r ON r."UserId" = c."a" JOIN r AS q ON true',
        'SELECT r.* FROM cases c JOIN ({} ORDER BY n LIMIT 3) r ON r."UserId" = c."a"',
        'SELECT r.* FROM cases c JOIN ({} OFFSET 3) r ON r."UserId" = c."a"',
        'SELECT r.* FROM cases c JOIN (SELECT lower("UserId") AS k FROM users) r ON r.k = c."a"',
        'SELECT r.* FROM cases c JOIN (SELECT max("UserId") AS k FROM users) r ON r.k = c."a"',
        'SELECT r.* FROM cases c JOIN (SELECT "UserId" AS k, count(*) OVER () FROM users) r ON r.k = c."a"',
        'SELECT r.* FROM cases c JOIN (SELECT DISTINCT ON (n) "UserId" AS k FROM users ORDER BY n) r ON r.k = c."a"',
    ],
)
def test_a_table_is_not_driven_where_its_rows_count_beyond_the_keys(plan: Plan, statement: str) -> None:
    assert drivers(plan(statement.format('SELECT "UserId", n FROM users'))) == []


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("(VALUES ('a'), ('b')) v(k)", 2),
        ("unnest(ARRAY['a', 'b']) v(k)", None),
        ('(SELECT "a" AS k FROM cases) v', None),
        ('(SELECT "a" AS k FROM cases ORDER BY id LIMIT 3) v', None),
        ("(SELECT \"a\" AS k FROM cases UNION SELECT 'x') v", None),
        ('(SELECT "a" AS k FROM cases GROUP BY 1) v', None),
    ],
)
def test_sources_of_keys(plan: Plan, source: str, rows: int | None) -> None:
    (read,) = [one for one in plan(f'SELECT 1 FROM {source} JOIN users u ON u."UserId" = v.k').reads if one.drivers]
    assert [(driver.source, driver.rows) for driver in read.drivers] == [("v", rows)]


@pytest.mark.parametrize(
    "source",
    [
        '(SELECT "a" AS k FROM cases LIMIT 3) v',
        '(SELECT "a" AS k FROM cases WHERE random() < 0.5) v',
        '(SELECT DISTINCT ON (id) "a" AS k FROM cases ORDER BY id) v',
        '(SELECT (array_agg("a"))[1] AS k FROM cases) v',
        "(SELECT relname::text AS k FROM pg_class) v",
        '(SELECT "a" AS k, row_number() OVER (ORDER BY id) AS r FROM cases) v',
    ],
)
def test_a_source_that_may_give_other_rows_the_second_time_gives_no_keys(plan: Plan, source: str) -> None:
    assert drivers(plan(f'SELECT v.*, u.n FROM {source} JOIN users u ON u."UserId" = v.k')) == []


def test_a_common_table_expression_gives_keys_with_those_that_it_reads(plan: Plan) -> None:
    sql = (
        "WITH x AS (SELECT \"a\" AS k FROM cases WHERE id = 'q'), y AS (SELECT k FROM x) "
        'SELECT 1 FROM y JOIN users u ON u."UserId" = y.k'
    )
    (driver,) = plan(sql).reads[1].drivers
    assert driver.feeds == ("feed_1",)
    assert driver.keys.render().startswith('WITH "x" AS (')


def test_conditions_of_the_source_alone_narrow_the_keys(plan: Plan) -> None:
    sql = 'SELECT 1 FROM cases c JOIN users u ON u."UserId" = c."a" AND c.id > $1 WHERE c."A" = \'q\' AND u.n = 1'
    (driver,) = plan(sql).reads[1].drivers
    assert driver.filtered
    assert driver.keys.render(["'z'"]).endswith("""WHERE "c"."id" > 'z' AND "c"."A_2" = 'q'""")


def test_conditions_on_a_relation_that_may_come_out_as_nulls_do_not_narrow_the_keys(plan: Plan) -> None:
    sql = (
        'SELECT 1 FROM users x LEFT JOIN (cases c JOIN users u ON u."UserId" = c."a") ON x."Name" = c."A" '
        "WHERE c.id IS NULL"
    )
    (driver,) = [driver for driver in plan(sql).reads[2].drivers if driver.source == "c"]
    assert not driver.filtered


def test_a_read_never_waits_for_itself(plan: Plan) -> None:
    sql = 'WITH x AS (SELECT "UserId" AS k FROM users) SELECT 1 FROM x a JOIN x b ON a.k = b.k'
    assert drivers(plan(sql)) == []
