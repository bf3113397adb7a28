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
    assert read.distinct is not limited


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
    assert not any(read.distinct for read in reads)
