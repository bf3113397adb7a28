"""Views: planned as what they stand for, and dependent on what they read."""

from __future__ import annotations

import pytest

from tests.fakes.defined_server import (
    Account,
    Session,
    account,
    books,
    foreign_table,
    noted,
    port,
    rows,
    session,
    sqlstate_of,
)

pytestmark = pytest.mark.integration

__all__ = ["account", "books", "port", "session"]


async def test_a_view_is_planned_as_what_it_stands_for(session: Session, books: str) -> None:
    await session.execute(foreign_table(books))
    await session.execute("CREATE VIEW long AS SELECT id, heading AS title, pages FROM books WHERE pages > 300")
    await session.execute("CREATE VIEW titles (name, n) AS SELECT upper(title), count(*) FROM long GROUP BY 1")
    assert await rows(session, "SELECT * FROM titles") == [("EMMA", 1)]
    assert await rows(session, "SELECT l.title FROM long l JOIN books b USING (id) WHERE b.seen") == [("Emma",)]
    assert await rows(session, "SELECT long.pages FROM public.long WHERE id = %s", "b1") == [(474,)]
    plan = "\n".join(line for (line,) in await rows(session, "EXPLAIN SELECT title FROM long WHERE id = 'b1'"))
    assert "GetItem" in plan
    assert await sqlstate_of(session, "INSERT INTO long (id) VALUES ('x')") == "0A000"
    await session.execute("SET search_path = pg_catalog")
    assert await rows(session, "SELECT title FROM public.long") == [("Emma",)]


async def test_views_depend_on_what_they_read(session: Session, books: str) -> None:
    await session.execute(foreign_table(books))
    await session.execute("CREATE VIEW one AS SELECT id, pages FROM books")
    await session.execute("CREATE VIEW two AS SELECT id FROM one")
    for statement, sqlstate in (
        ("DROP FOREIGN TABLE books", "2BP01"),
        ("DROP VIEW one", "2BP01"),
        ("ALTER FOREIGN TABLE books DROP COLUMN pages", "2BP01"),
        ("ALTER FOREIGN TABLE books ALTER COLUMN pages TYPE bigint", "0A000"),
        ("CREATE OR REPLACE VIEW one AS SELECT id FROM two", "42P16"),
        ("CREATE OR REPLACE VIEW one AS SELECT id, 1 AS pages FROM two", "42P17"),
        ("CREATE OR REPLACE VIEW one AS SELECT id, pages AS leaves FROM books", "42P16"),
        ("CREATE VIEW one AS SELECT 1", "42P07"),
        ("CREATE VIEW three AS SELECT id, id FROM books", "42701"),
        ("CREATE VIEW three AS SELECT nothing FROM books", "42703"),
        ("CREATE VIEW three AS SELECT $1", "42P02"),
    ):
        assert await sqlstate_of(session, statement) == sqlstate, statement
    await session.execute("CREATE SCHEMA s")
    await session.execute("ALTER FOREIGN TABLE books RENAME TO library")
    await session.execute("ALTER FOREIGN TABLE library SET SCHEMA s")
    await session.execute("ALTER VIEW one RENAME TO first")
    assert sorted(await rows(session, "SELECT * FROM two")) == [("b1",), ("b2",)]
    assert await rows(session, "SELECT pg_get_viewdef('first'::regclass), pg_get_viewdef('two'::regclass)") == [
        (" SELECT id, pages FROM s.library AS books;", " SELECT id FROM public.first AS one;")
    ]
    await session.execute("ALTER VIEW first RENAME TO one")
    await session.execute("ALTER FOREIGN TABLE s.library SET SCHEMA public")
    await session.execute("ALTER FOREIGN TABLE library RENAME TO books")
    await session.execute("ALTER FOREIGN TABLE books DROP COLUMN price")
    await session.execute("CREATE OR REPLACE VIEW one AS SELECT id, pages, heading FROM books")
    assert await rows(session, "SELECT * FROM one WHERE id = 'b2'") == [("b2", 249, "Persuasion")]
    notes = noted(session)
    await session.execute("DROP VIEW one CASCADE")
    assert notes == ["drop cascades to view two"]


async def test_a_star_in_a_view_stays_what_it_was(session: Session, account: Account, books: str) -> None:
    await session.execute(f'CREATE VIEW every AS SELECT * FROM "{books}"')
    before = (await session.execute("SELECT * FROM every")).description or ()
    await session.execute(foreign_table(books, '"' + books + '"'))  # hides the table that was found
    assert await sqlstate_of(session, "SELECT * FROM every") == "42703"
    await session.execute(f'DROP FOREIGN TABLE "{books}" CASCADE')
    assert len(before) > 3
    assert await sqlstate_of(session, "SELECT * FROM every") == "42P01"
