"""Say what a new user can do with the running demo."""

from __future__ import annotations

QUESTIONS: tuple[tuple[str, str], ...] = (
    (
        "What do readers think of J.K. Rowling?",
        """SELECT book, count(*) AS reviews, round(avg(rating), 2) AS stars
  FROM reviews WHERE author = 'J.K. Rowling' GROUP BY book ORDER BY stars DESC;""",
    ),
    (
        "Which reviewers spend most on books?",
        """SELECT o.customer, o.spent, count(*) AS reviews
  FROM (SELECT customer, sum(total) AS spent FROM orders GROUP BY customer) o JOIN reviews r ON r."User" = o.customer
 GROUP BY o.customer, o.spent ORDER BY o.spent DESC LIMIT 5;""",
    ),
    (
        "Which devices run hot, from inside nested maps?",
        """SELECT deviceid, max((document->'Reading'->>'celsius')::numeric) AS hottest
  FROM events GROUP BY deviceid ORDER BY hottest DESC, deviceid LIMIT 5;""",
    ),
)


def banner(port: int, *, host: str = "127.0.0.1", tables: str = "Reviews, Orders, Customers and Events") -> str:
    """Return the psql line to paste and three questions to try."""
    questions = "\n\n".join(f"-- {question}\n{sql}" for question, sql in QUESTIONS)
    return f"""\
pgddb demo: {tables} of an embedded DynamoDB, as PostgreSQL tables.

Paste this into another terminal:

    psql -h {host} -p {port} -U postgres postgres

and ask:

{questions}

Ctrl-C ends the demo.
"""
