"""What the engine finds wrong late is told in PostgreSQL's words, with the place in the text."""

from __future__ import annotations

import pytest

from pgddb.errors import SqlError
from pgddb.session.error_places import pointing_at
from tests.fakes.asking import Asking, select
from tests.fakes.store import FakeTable

REVIEW = {"id": {"S": "a"}, "Author": {"S": "b"}, "Book": {"S": "c"}, "Rating": {"N": "5"}}
UNGROUPED = 'column "{}" must appear in the GROUP BY clause or be used in an aggregate function'


@pytest.mark.parametrize(
    ("text", "sqlstate", "message", "pointed"),
    [
        ('SELECT "Author", count(*) FROM reviews', "42803", UNGROUPED.format("reviews.Author"), '"Author"'),
        (
            'SELECT "Author", max("Book"), "Book" FROM reviews r GROUP BY "Author"',
            "42803",
            UNGROUPED.format("r.Book"),
            '"Book" FROM',
        ),
        ("SELECT r.book FROM reviews r GROUP BY author", "42803", UNGROUPED.format("r.Book"), "r.book"),
        ("SELECT author FROM reviews GROUP BY 5", "42P10", "GROUP BY position 5 is not in select list", None),
        ("SELECT author FROM reviews ORDER BY 5", "42P10", "ORDER BY position 5 is not in select list", None),
        (
            "SELECT count(*) FROM reviews WHERE sum(rating) > 1",
            "42803",
            "aggregate functions are not allowed in WHERE",
            "sum(",
        ),
        (
            "SELECT max(count(author)) FROM reviews",
            "42803",
            "aggregate function calls cannot be nested",
            "count(",
        ),
        (
            "SELECT count() FROM reviews",
            "42809",
            "count(*) must be used to call a parameterless aggregate function",
            None,
        ),
        ("SELECT generate_series(1, 3, 0)", "22023", "step size cannot equal zero", None),
        ("SELECT generate_series(1, 3, n) FROM (VALUES (0)) v(n)", "22023", "step size cannot equal zero", None),
        (
            "WITH a AS (SELECT 1), b AS (SELECT 1), A AS (SELECT 2) SELECT * FROM a",
            "42712",
            'WITH query name "a" specified more than once',
            "A AS",
        ),
        ("SELECT rank() FROM reviews", "42809", "window function rank requires an OVER clause", None),
        ("SELECT row_number() FROM reviews", "42809", "window function row_number requires an OVER clause", None),
        ("SELECT 1 FROM reviews OFFSET -1", "2201X", "OFFSET must not be negative", None),
        ("SELECT 1 FROM reviews LIMIT -1", "2201W", "LIMIT must not be negative", None),
        (
            "SELECT 1 FROM reviews WHERE author IN (SELECT author, book FROM reviews)",
            "42601",
            "subquery has too many columns",
            None,
        ),
    ],
)
async def test_a_late_error_names_its_place(
    asking: Asking, text: str, sqlstate: str, message: str, pointed: str | None
) -> None:
    asking.store.add(FakeTable("Reviews", [REVIEW]))
    with pytest.raises(SqlError) as caught, pointing_at(select(text).tree):
        await asking.ask(text)
    error = caught.value
    assert (error.sqlstate, error.message) == (sqlstate, message)
    if pointed is not None:
        assert error.position is not None
        assert text[error.position - 1 :].startswith(pointed)
