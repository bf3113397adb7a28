"""A SELECT asks only which values there are where equal rows change nothing."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT DISTINCT userid FROM users",
        "SELECT DISTINCT lower(userid) FROM users WHERE userid > 'b' ORDER BY 1",
        "SELECT userid FROM users GROUP BY userid",
        "SELECT userid, min(userid) FROM users GROUP BY userid HAVING max(userid) > 'a' ORDER BY 1 LIMIT 1",
        "SELECT count(DISTINCT userid) FROM users",
        "SELECT count(DISTINCT userid) FILTER (WHERE userid > 'b') FROM users",
        "SELECT max(userid) FROM users",
    ],
)
def test_equal_rows_do_not_matter(plan: Any, statement: str) -> None:
    limited = "LIMIT" in statement
    (read,) = plan(statement).reads
    assert read.partition_ends == (None if limited else ())


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT userid FROM users",
        "SELECT DISTINCT ON (userid) userid, name FROM users ORDER BY userid, n",
        "SELECT userid, count(*) FROM users GROUP BY userid",
        "SELECT userid FROM users GROUP BY userid HAVING count(*) > 1",
        "SELECT userid FROM users GROUP BY userid ORDER BY count(userid)",
        "SELECT DISTINCT userid, row_number() OVER (ORDER BY userid) FROM users",
        "SELECT DISTINCT userid, random() FROM users",
        "SELECT sum(DISTINCT n), sum(n) FROM users",
        "SELECT string_agg(userid, ',') FROM users",
        "SELECT count(DISTINCT userid), count(*) FROM users",
        "SELECT DISTINCT u.userid FROM users u JOIN users v ON v.userid = u.userid",
        "SELECT DISTINCT userid, (SELECT count(*) FROM (VALUES (1)) v) FROM users",
        "SELECT DISTINCT userid FROM users TABLESAMPLE BERNOULLI (50)",
    ],
)
def test_equal_rows_matter(plan: Any, statement: str) -> None:
    try:
        reads = plan(statement).reads
    except Exception as error:  # noqa: BLE001 - what is not planned at all is not planned wrongly
        assert "0A000" in str(getattr(error, "sqlstate", ""))
        return
    assert not any(read.partition_ends is not None for read in reads)


@pytest.mark.parametrize(
    ("statement", "ends"),
    [
        ("SELECT userid, max(n) FROM users GROUP BY userid", (True,)),
        ("SELECT userid, min(n), max(n) FROM users GROUP BY 1 HAVING max(n) > 5", (False, True)),
        ("SELECT count(DISTINCT userid), min(n) FROM users", (False,)),
        ("SELECT userid, max(n) FROM users WHERE userid > 'b' GROUP BY userid", (True,)),
        ("SELECT userid, max(n) FROM users WHERE n > 5 GROUP BY userid", None),
        ("SELECT userid, max(n + 1) FROM users GROUP BY userid", None),
        ("SELECT userid, n, max(n) FROM users GROUP BY userid, n", None),
        ("SELECT userid, count(DISTINCT n) FROM users GROUP BY userid", None),
        ("SELECT userid, max(n) FILTER (WHERE n > 5) FROM users GROUP BY userid", None),
        ("SELECT userid, max(n), max(name) FROM users GROUP BY userid", None),
    ],
)
def test_the_ends_of_partitions_are_enough_for_min_and_max(
    plan: Any, statement: str, ends: tuple[bool, ...] | None
) -> None:
    (read,) = plan(statement).reads
    assert read.partition_ends == ends
