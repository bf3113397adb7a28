"""Statements are told apart, with everything they say."""

from __future__ import annotations

import re

import pytest

from pgddb.errors import FeatureNotSupported, SqlError, SqlSyntaxError
from pgddb.sql.classify import classify, parse_one, parse_statements
from pgddb.sql.options import CopyOptions, ExplainOptions
from pgddb.sql.statements import (
    BeginTransaction,
    CloseCursor,
    CommitTransaction,
    CopyFrom,
    CopyTo,
    DeallocateStatement,
    DeclareCursor,
    DefinitionStatement,
    DeleteStatement,
    Discard,
    EmptyQuery,
    ExecuteStatement,
    ExplainStatement,
    FetchCursor,
    FetchDirection,
    InsertStatement,
    Listen,
    LockTable,
    MoveCursor,
    Notify,
    OtherStatement,
    PrepareStatement,
    ReleaseSavepoint,
    ResetSetting,
    RollbackToSavepoint,
    RollbackTransaction,
    Savepoint,
    SelectStatement,
    SetSetting,
    SetTransaction,
    ShowSetting,
    Statement,
    Unlisten,
    UpdateStatement,
)


def test_a_text_is_cut_at_its_semicolons() -> None:
    assert [part.text for part in parse_statements("select ';' ; ; select 2 -- x ;\n;")] == ["select ';'", "select 2"]


@pytest.mark.parametrize("text", ["", ";", " -- ping", "/* a */;;"])
def test_a_text_without_a_statement_is_empty(text: str) -> None:
    assert parse_statements(text) == ()
    assert parse_one(text) == EmptyQuery(text)


def test_two_statements_are_no_prepared_statement() -> None:
    with pytest.raises(SqlSyntaxError, match="cannot insert multiple commands into a prepared statement"):
        parse_one("select 1; select 2")


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("SET search_path TO a, \"B\", 'c'", "search_path", ("a", "B", "c")),
        ("set extra_float_digits = -3", "extra_float_digits", ("-3",)),
        ("SET jit TO off", "jit", ("off",)),
        ("SET pgddb.allow_scan = on", "pgddb.allow_scan", ("on",)),
        ("SET TIME ZONE 'Europe/Paris'", "timezone", ("Europe/Paris",)),
        ('SET TIME ZONE "Etc/UTC"', "timezone", ("Etc/UTC",)),
        ("SET TIME ZONE LOCAL", "timezone", None),
        ("SET TIME ZONE -7", "timezone", ("-7",)),
        ("SET TIME ZONE INTERVAL '+02:00' HOUR TO MINUTE", "timezone", ("<+02:00>-02:00",)),
        ("SET NAMES 'utf8'", "client_encoding", ("utf8",)),
        ("SET ROLE none", "role", ("none",)),
        ("SET SESSION AUTHORIZATION DEFAULT", "session_authorization", None),
        ("SET statement_timeout TO DEFAULT", "statement_timeout", None),
        ("SET local = 1", "local", ("1",)),
    ],
)
def test_set_gives_a_name_and_values(text: str, name: str, values: tuple[str, ...] | None) -> None:
    statement = parse_one(text)
    assert isinstance(statement, SetSetting)
    assert (statement.name, statement.values, statement.local, statement.session) == (name, values, False, False)


def test_set_says_where_it_holds() -> None:
    local, session = parse_one("SET LOCAL a = 1"), parse_one("SET SESSION a = 1")
    assert isinstance(local, SetSetting)
    assert isinstance(session, SetSetting)
    assert (local.local, session.session) == (True, True)


TAGGED: list[tuple[str, Statement, str]] = [
    ("SHOW ALL", ShowSetting("SHOW ALL", "all"), "SHOW"),
    ("SHOW TIME ZONE", ShowSetting("SHOW TIME ZONE", "timezone"), "SHOW"),
    (
        "SHOW TRANSACTION ISOLATION LEVEL",
        ShowSetting("SHOW TRANSACTION ISOLATION LEVEL", "transaction_isolation"),
        "SHOW",
    ),
    ("RESET ALL", ResetSetting("RESET ALL", None), "RESET"),
    ("BEGIN", BeginTransaction("BEGIN"), "BEGIN"),
    (
        "START TRANSACTION READ ONLY, ISOLATION LEVEL REPEATABLE READ, NOT DEFERRABLE",
        BeginTransaction(
            "START TRANSACTION READ ONLY, ISOLATION LEVEL REPEATABLE READ, NOT DEFERRABLE",
            "repeatable read",
            True,
            False,
            "START TRANSACTION",
        ),
        "START TRANSACTION",
    ),
    (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        SetTransaction("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE", read_only=False, session=True),
        "SET",
    ),
    (
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        SetTransaction("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "serializable"),
        "SET",
    ),
    ("END WORK AND CHAIN", CommitTransaction("END WORK AND CHAIN", True), "COMMIT"),
    ("ABORT AND NO CHAIN", RollbackTransaction("ABORT AND NO CHAIN"), "ROLLBACK"),
    ("SAVEPOINT a", Savepoint("SAVEPOINT a", "a"), "SAVEPOINT"),
    ("RELEASE SAVEPOINT a", ReleaseSavepoint("RELEASE SAVEPOINT a", "a"), "RELEASE"),
    ("RELEASE a", ReleaseSavepoint("RELEASE a", "a"), "RELEASE"),
    ("ROLLBACK TO a", RollbackToSavepoint("ROLLBACK TO a", "a"), "ROLLBACK"),
    ("DEALLOCATE PREPARE ALL", DeallocateStatement("DEALLOCATE PREPARE ALL", None), "DEALLOCATE ALL"),
    ('DEALLOCATE "A"', DeallocateStatement('DEALLOCATE "A"', "A"), "DEALLOCATE"),
    ("FETCH c", FetchCursor("FETCH c", "c"), "FETCH"),
    ("FETCH ALL IN c", FetchCursor("FETCH ALL IN c", "c", FetchDirection.FORWARD, None), "FETCH"),
    ("FETCH FORWARD 5 FROM c", FetchCursor("FETCH FORWARD 5 FROM c", "c", FetchDirection.FORWARD, 5), "FETCH"),
    ("FETCH -2 FROM c", FetchCursor("FETCH -2 FROM c", "c", FetchDirection.BACKWARD, 2), "FETCH"),
    ("FETCH LAST c", FetchCursor("FETCH LAST c", "c", FetchDirection.ABSOLUTE, -1), "FETCH"),
    ("FETCH RELATIVE 0 c", FetchCursor("FETCH RELATIVE 0 c", "c", FetchDirection.RELATIVE, 0), "FETCH"),
    (
        "MOVE BACKWARD ALL FROM c",
        MoveCursor("MOVE BACKWARD ALL FROM c", "c", FetchDirection.BACKWARD, None),
        "MOVE",
    ),
    ("CLOSE ALL", CloseCursor("CLOSE ALL", None), "CLOSE CURSOR ALL"),
    ("CLOSE c", CloseCursor("CLOSE c", "c"), "CLOSE CURSOR"),
    ("DISCARD TEMPORARY", Discard("DISCARD TEMPORARY", "temp"), "DISCARD TEMP"),
    ("LISTEN x", Listen("LISTEN x", "x"), "LISTEN"),
    ("UNLISTEN *", Unlisten("UNLISTEN *", None), "UNLISTEN"),
    ("NOTIFY x, 'y'", Notify("NOTIFY x, 'y'", "x", "y"), "NOTIFY"),
    ("VACUUM t", OtherStatement("VACUUM t", "VACUUM"), "VACUUM"),
    ("DO $$ x $$", OtherStatement("DO $$ x $$", "DO"), "DO"),
]


@pytest.mark.parametrize(("text", "statement", "tag"), TAGGED, ids=[text for text, *_rest in TAGGED])
def test_a_statement_is_read_and_has_its_tag(text: str, statement: Statement, tag: str) -> None:
    assert parse_one(text) == statement
    assert statement.command_tag == tag


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT 1", SelectStatement),
        ("(SELECT 1) UNION (SELECT 2)", SelectStatement),
        ("VALUES (1), (2)", SelectStatement),
        ("TABLE t", SelectStatement),
        ("WITH a AS (SELECT 1) SELECT * FROM a", SelectStatement),
        ("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", InsertStatement),
        ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING RETURNING a", InsertStatement),
        ("UPDATE t SET a = 1 WHERE b = 2", UpdateStatement),
        ("DELETE FROM t WHERE a = 1", DeleteStatement),
    ],
)
def test_statements_over_rows_carry_their_tree(text: str, kind: type[Statement]) -> None:
    assert isinstance(parse_one(text), kind)


def test_prepare_keeps_types_and_statement() -> None:
    statement = parse_one("PREPARE p (int, numeric(10,2)) AS SELECT $1")
    assert isinstance(statement, PrepareStatement)
    assert (statement.name, statement.parameter_types) == ("p", ("int", "numeric(10,2)"))
    assert isinstance(statement.statement, SelectStatement)


def test_execute_keeps_its_arguments() -> None:
    statement = parse_one("EXECUTE p (1, 'a' || 'b')")
    assert isinstance(statement, ExecuteStatement)
    assert [argument.sql() for argument in statement.arguments] == ["1", "'a' || 'b'"]


def test_declare_keeps_its_options() -> None:
    statement = parse_one("DECLARE c BINARY INSENSITIVE NO SCROLL CURSOR WITH HOLD FOR SELECT 1")
    assert isinstance(statement, DeclareCursor)
    assert (statement.binary, statement.insensitive, statement.scroll, statement.hold) == (True, True, False, True)


def test_explain_reads_both_spellings_of_options() -> None:
    old, new = parse_one("EXPLAIN ANALYZE VERBOSE SELECT 1"), parse_one("EXPLAIN (costs off, format json) SELECT 1")
    assert isinstance(old, ExplainStatement)
    assert isinstance(new, ExplainStatement)
    assert old.options == ExplainOptions(analyze=True, verbose=True)
    assert new.options == ExplainOptions(costs=False, format="json")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("COPY t TO STDOUT", CopyOptions()),
        ("COPY (SELECT 1) TO STDOUT WITH BINARY", CopyOptions(format="binary")),
        ("COPY t TO STDOUT (FORMAT csv, HEADER, NULL 'x')", CopyOptions(format="csv", header="true", null="x")),
        (
            "COPY t (a, b) TO STDOUT WITH CSV HEADER QUOTE AS '\"' FORCE QUOTE a",
            CopyOptions(format="csv", header="true", quote='"', force_quote=("a",)),
        ),
        ("COPY t TO STDOUT WITH DELIMITER ','", CopyOptions(delimiter=",")),
    ],
)
def test_copy_to_reads_both_spellings_of_options(text: str, options: CopyOptions) -> None:
    statement = parse_one(text)
    assert isinstance(statement, CopyTo)
    assert (statement.target, statement.options) == ("stdout", options)


def test_copy_from_names_table_and_columns() -> None:
    statement = parse_one('COPY public.t (A, "B") FROM STDIN')
    assert isinstance(statement, CopyFrom)
    assert (statement.table.sql(), statement.columns, statement.source) == ("public.t", ("a", "B"), "stdin")


def test_lock_names_its_tables() -> None:
    statement = parse_one("LOCK TABLE a, ONLY b IN SHARE ROW EXCLUSIVE MODE NOWAIT")
    assert isinstance(statement, LockTable)
    assert ([table.sql() for table in statement.tables], statement.mode, statement.nowait) == (
        ["a", "b"],
        "SHARE ROW EXCLUSIVE",
        True,
    )


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("CREATE FOREIGN TABLE t (a int) SERVER s", "CREATE FOREIGN TABLE"),
        ("CREATE OR REPLACE TEMP VIEW v AS SELECT 1", "CREATE VIEW"),
        ("CREATE TABLE t AS SELECT 1", "CREATE TABLE AS"),
        ("CREATE TABLE t (a int)", "CREATE TABLE"),
        ("CREATE UNIQUE INDEX i ON t (a)", "CREATE INDEX"),
        ("DROP USER x", "DROP ROLE"),
        ("IMPORT FOREIGN SCHEMA a FROM SERVER b INTO c", "IMPORT FOREIGN SCHEMA"),
        ("TRUNCATE t", "TRUNCATE TABLE"),
        ("GRANT SELECT ON t TO x", "GRANT"),
    ],
)
def test_definitions_are_recognised_by_tag(text: str, tag: str) -> None:
    statement = parse_one(text)
    assert isinstance(statement, DefinitionStatement)
    assert statement.command_tag == tag


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("selec 1", 'syntax error at or near "selec"', 1),
        ("select 1; foo", 'syntax error at or near "foo"', 11),
        ("select 1 +", "syntax error at end of input", 11),
        ("select 1, ; select 2", 'syntax error at or near ";"', 11),
        ("select a b c", 'syntax error at or near "c"', 12),
        ("select (1", "syntax error at end of input", 10),
        ("select a, from t", 'syntax error at or near "from"', 11),
        ("select * from t where order by 1", 'syntax error at or near "order"', 23),
        ("select * from t join u", "syntax error at end of input", 23),
        ("select 'a' 'b'", "syntax error at or near \"'b'\"", 12),
        ("delete t", 'syntax error at or near "t"', 8),
        ("commit and", "syntax error at end of input", 11),
        ("show", "syntax error at end of input", 5),
        ("create foo", 'syntax error at or near "foo"', 8),
        ("values ()", 'syntax error at or near ")"', 9),
    ],
)
def test_nonsense_is_refused_where_postgresql_refuses_it(text: str, message: str, position: int) -> None:
    with pytest.raises(SqlSyntaxError) as caught:
        [classify(part) for part in parse_statements(text)]
    assert (caught.value.message, caught.value.position) == (message, position)


@pytest.mark.parametrize("text", ["PREPARE TRANSACTION 'x'", "SET CONSTRAINTS ALL DEFERRED", "COMMIT PREPARED 'x'"])
def test_what_is_not_carried_out_is_refused_by_name(text: str) -> None:
    with pytest.raises(FeatureNotSupported):
        parse_one(text)


@pytest.mark.parametrize(
    "text",
    ["COPY t TO STDOUT (FORMAT xml)", "COPY t TO STDOUT (QUOTE 'x')", "EXPLAIN (foo) SELECT 1", "LOCK t IN X MODE"],
)
def test_wrong_options_are_refused(text: str) -> None:
    with pytest.raises(SqlError):
        parse_one(text)


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("INSERT INTO t DEFAULT VALUES", "INSERT ... DEFAULT VALUES"),
        ("INSERT INTO t (a) OVERRIDING USER VALUE VALUES (1)", "INSERT ... OVERRIDING USER VALUE"),
        ("DELETE FROM t WHERE CURRENT OF c", "WHERE CURRENT OF"),
    ],
)
def test_what_the_parser_does_not_know_is_refused_by_name(text: str, feature: str) -> None:
    with pytest.raises(FeatureNotSupported, match=f"^{re.escape(feature)} is not supported$"):
        parse_one(text)
