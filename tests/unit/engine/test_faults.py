"""The engine's errors come out as PostgreSQL's, in PostgreSQL's words."""

from __future__ import annotations

import re

import duckdb
import pytest

from pgddb.engine import BatchStream, EngineSession
from pgddb.engine.faults import CLASS_BY_SQLSTATE, ColumnMisfit, coded_text, translate
from pgddb.errors import InternalError, QueryCanceled, SqlError, UniqueViolation

T = "(VALUES (1, 'x', DATE '2024-01-01'), (2, 'y', NULL)) t(a, b, d)"

KNOWN = (
    ("SELECT 1 // 0", "22012", "division by zero"),
    ("SELECT 1 % 0", "22012", "division by zero"),
    ("SELECT 'abc'::INTEGER", "22P02", 'invalid input syntax for type integer: "abc"'),
    ("SELECT ''::BIGINT", "22P02", 'invalid input syntax for type bigint: ""'),
    ("SELECT '3000000000'::INTEGER", "22003", 'value "3000000000" is out of range for type integer'),
    ("SELECT 'it''s'::INTEGER", "22P02", 'invalid input syntax for type integer: "it\'s"'),
    ("SELECT 3000000000::INTEGER", "22003", "integer out of range"),
    ("SELECT 70000::SMALLINT", "22003", "smallint out of range"),
    ("SELECT 1e300::FLOAT", "22003", "real out of range"),
    ("SELECT 'x'::DOUBLE", "22P02", 'invalid input syntax for type double precision: "x"'),
    ("SELECT '12x'::DECIMAL(10,2)", "22P02", 'invalid input syntax for type numeric: "12x"'),
    ("SELECT 12345678901::DECIMAL(5,2)", "22003", "numeric field overflow"),
    ("SELECT 'x'::BOOLEAN", "22P02", 'invalid input syntax for type boolean: "x"'),
    ("SELECT 'x'::UUID", "22P02", 'invalid input syntax for type uuid: "x"'),
    ("SELECT 'x'::DATE", "22007", 'invalid input syntax for type date: "x"'),
    ("SELECT '2024-13-45'::DATE", "22008", 'date/time field value out of range: "2024-13-45"'),
    ("SELECT 'x'::TIMESTAMP", "22007", 'invalid input syntax for type timestamp: "x"'),
    ("SELECT '2024-01-01 25:00:00'::TIMESTAMP", "22008", 'date/time field value out of range: "2024-01-01 25:00:00"'),
    ("SELECT 'x'::TIME", "22007", 'invalid input syntax for type time: "x"'),
    ("SELECT '25:00:00'::TIME", "22008", 'date/time field value out of range: "25:00:00"'),
    ("SELECT 'x'::INTERVAL", "22007", 'invalid input syntax for type interval: "x"'),
    ("SELECT '\\xzz'::BLOB", "22P02", "invalid input syntax for type bytea"),
    ("SELECT 'a' LIKE 'b' ESCAPE 'cd'", "22025", "invalid escape string"),
    ("SELECT 'a'::BIT", "22P02", '"a" is not a valid binary digit'),
    ("SELECT '\u00e9'::BIT", "22P02", "invalid input syntax for type bit"),
    ("SELECT ('x').y", "42809", "column notation applied to a type that is not a composite type"),
    ("SELECT GROUPING(1)", "42803", "arguments to GROUPING must be grouping expressions of the associated query level"),
    ("SELECT nullif('x', (1, 'y'))", "22P02", "a value is not valid input for its type"),
    ("SELECT 2147483647::INTEGER + 1::INTEGER", "22003", "integer out of range"),
    ("SELECT 9223372036854775807 * 2", "22003", "bigint out of range"),
    ("SELECT abs(-9223372036854775808::BIGINT)", "22003", "bigint out of range"),
    ("SELECT sqrt(-1)", "2201F", "cannot take square root of a negative number"),
    ("SELECT ln(0)", "2201E", "cannot take logarithm of zero"),
    ("SELECT ln(-1)", "2201E", "cannot take logarithm of a negative number"),
    ("SELECT DATE '2024-01-01' + INTERVAL '300000 years'", "22008", "timestamp out of range"),
    ("SELECT nosuch(1)", "42883", "function nosuch does not exist"),
    ("SELECT * FROM nosuch(1)", "42883", "function nosuch does not exist"),
    ("SELECT lower([1])", "42883", "function lower(integer[]) does not exist"),
    ("SELECT sum('a'::VARCHAR)", "42883", "function sum(text) does not exist"),
    ("SELECT 'a' + 1::INTEGER", "42883", "operator does not exist: unknown + integer"),
    ("SELECT [1] + 1", "42883", "operator does not exist: integer[] + integer"),
    ("SELECT 1 IN (SELECT 'a'::VARCHAR)", "42883", "operator does not exist: integer = text"),
    ("SELECT d = 1 FROM " + T, "42846", "cannot cast type integer to date"),
    ("SELECT nosuch FROM " + T, "42703", 'column "nosuch" does not exist'),
    ("SELECT t.nosuch FROM " + T, "42703", "column t.nosuch does not exist"),
    ("SELECT x.a FROM " + T, "42P01", 'missing FROM-clause entry for table "x"'),
    ("SELECT * FROM nosuch", "42P01", 'relation "nosuch" does not exist'),
    ("SELECT * FROM s.nosuch", "42P01", 'relation "s.nosuch" does not exist'),
    (f"SELECT a FROM {T}, (SELECT 1 AS a) u", "42702", 'column reference "a" is ambiguous'),
    (
        f"SELECT a, count(*) FROM {T}",
        "42803",
        'column "a" must appear in the GROUP BY clause or be used in an aggregate function',
    ),
    (f"SELECT sum(count(*)) FROM {T}", "42803", "aggregate function calls cannot be nested"),
    (f"SELECT a FROM {T} WHERE count(*) > 1", "42803", "aggregate functions are not allowed in WHERE"),
    (f"SELECT a FROM {T} WHERE rank() OVER () > 1", "42P20", "window functions are not allowed in WHERE"),
    (f"SELECT a FROM {T} LIMIT -1", "2201W", "LIMIT must not be negative"),
    ("SELECT 1::nosuch", "42704", 'type "nosuch" does not exist'),
    (f"SELECT (SELECT a FROM {T})", "21000", "more than one row returned by a subquery used as an expression"),
    ("SELECT 1 UNION SELECT 1, 2", "42601", "each UNION query must have the same number of columns"),
    (f"SELECT a FROM {T} ORDER BY 7", "42P10", "ORDER BY position is not in select list"),
    (f"SELECT (SELECT a, b FROM {T})", "42601", "subquery must return only one column"),
    ("SELECT regexp_matches('a', '(')", "2201B", "invalid regular expression"),
    ("SELECT '{\"a\":'::JSON", "22P02", "invalid input syntax for type json"),
    ("SELECT '[1,2'::INTEGER[]", "22P02", 'malformed array literal: "[1,2"'),
    ("SELECT ntile(0) OVER ()", "22014", "argument of ntile must be greater than zero"),
    ("SELECT '1'::DECIMAL(50,2)", "0A000", "numeric with more than 38 digits of precision is not supported"),
    ("SELECT 1 FROM (SELECT 1) t WHERE", "42601", 'syntax error at or near "WHERE"'),
    ("SELECT b || FROM (SELECT 'x' AS b) t", "42601", 'syntax error at or near "FROM"'),
    ("SELECT chr(-1)", "54000", "requested character not valid for encoding"),
    ("SELECT error('pgddb.error|22023|a | b')", "22023", "a | b"),
    ("SELECT error('pgddb.error|99XYZ|odd')", "99XYZ", "odd"),
    ("SELECT always_fails('x')", "22P02", "invalid thing: | pipes\nand a second line"),
)


async def failure(session: EngineSession, sql: str) -> SqlError:
    stream = await session.run(sql)
    with pytest.raises(SqlError) as caught:
        await read_all(stream)
    await stream.close()
    return caught.value


async def read_all(stream: BatchStream) -> None:
    while await stream.next_batch() is not None:
        pass


@pytest.mark.parametrize(("sql", "sqlstate", "message"), KNOWN)
async def test_a_known_error_has_postgresql_s_code_and_words(
    session: EngineSession, sql: str, sqlstate: str, message: str
) -> None:
    error = await failure(session, sql)
    assert (error.sqlstate, error.message) == (sqlstate, message)


ODD = (
    "SELECT has_a_bug('x')",
    "SELECT unnest(1)",
    "SELECT extract('foo' FROM DATE '2024-01-01')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "PRAGMA nothing",
    "SELECT (1, 2) = (1, 2, 3)",
    "SELECT CAST('x' AS ENUM('a'))",
    "SELECT list_zip()",
    "SET threads = 2",
    "SELECT count(DISTINCT *) FROM (SELECT 1)",
    "SELECT $1",
)


@pytest.mark.parametrize("sql", ODD)
async def test_no_message_names_the_parts_of_the_server(session: EngineSession, sql: str) -> None:
    error = await failure(session, sql)
    said = f"{error.message} {error.detail} {error.hint}"
    assert not re.search(r"duckdb|python|\budf\b|exception|pragma|LINE 1|Error:", said, re.IGNORECASE), said


async def test_a_misfit_keeps_what_the_decode_subquery_said(session: EngineSession) -> None:
    error = await failure(session, """SELECT error('pgddb.misfit|public|t|c|{"N":"1|2"}')""")
    assert isinstance(error, ColumnMisfit)
    assert (error.sqlstate, error.message) == ("0A000", "cached plan must not change result type")
    assert error.text == 'public|t|c|{"N":"1|2"}'


def test_a_function_over_a_window_goes_by_its_own_name() -> None:
    error = translate(duckdb.BinderException("Binder Error: pgddb_format is not an aggregate function"))
    assert error.sqlstate == "42809"
    assert error.message == "OVER specified, but format is not a window function nor an aggregate function"


def test_an_interrupt_is_a_cancelled_query() -> None:
    assert isinstance(translate(duckdb.InterruptException("INTERRUPT Error: Interrupted!")), QueryCanceled)


def test_what_the_engine_cannot_explain_is_our_bug() -> None:
    error = translate(duckdb.InternalException("INTERNAL Error: Attempted to access index 3"))
    assert isinstance(error, InternalError)


def test_an_error_of_a_function_survives_the_engine_s_text() -> None:
    text = f"Invalid Input Error: Python exception: ValueError: {coded_text(UniqueViolation('twice'))}"
    error = translate(duckdb.InvalidInputException(text))
    assert isinstance(error, UniqueViolation)
    assert error.message == "twice"


def test_every_sqlstate_has_one_class() -> None:
    assert CLASS_BY_SQLSTATE["22012"].__name__ == "DivisionByZero"
    assert CLASS_BY_SQLSTATE["XX000"] is InternalError
