"""Say what a statement asks for."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, SqlSyntaxError
from pgddb.sql import copy_statements, cursor_statements, definition_statements, session_statements
from pgddb.sql.grammar import check_grammar
from pgddb.sql.lexer import Kind, Lexeme, scan
from pgddb.sql.parse import parse_tree
from pgddb.sql.reader import Reader
from pgddb.sql.statements import (
    DeallocateStatement,
    DeclareCursor,
    DeleteStatement,
    EmptyQuery,
    ExecuteStatement,
    ExplainStatement,
    InsertStatement,
    LockTable,
    MergeStatement,
    ParsedStatement,
    PrepareStatement,
    SelectStatement,
    Statement,
    UpdateStatement,
)

RowStatement = SelectStatement | InsertStatement | UpdateStatement | DeleteStatement | MergeStatement


def parse_statements(text: str) -> tuple[ParsedStatement, ...]:
    """Cut a query text at its semicolons; empty parts are left out.

    PostgreSQL reads the whole text before it runs the first statement, so a caller
    classifies all of them first.

    Raises:
        SqlSyntaxError: PostgreSQL would not parse it.
    """
    statements: list[ParsedStatement] = []
    part: list[Lexeme] = []
    lexemes = scan(text)
    check_grammar(text, lexemes)
    for lexeme in (*lexemes, None):
        if lexeme is not None and not (lexeme.kind is Kind.PUNCTUATION and lexeme.value == ";"):
            part.append(lexeme)
            continue
        if part:
            statements.append(ParsedStatement(text, text[part[0].start : part[-1].end], tuple(part)))
        part = []
    return tuple(statements)


def parse_one(text: str) -> Statement:
    """Classify a text that may hold one statement at most, as Parse of the extended protocol asks.

    Raises:
        SqlSyntaxError: there are several.
    """
    statements = parse_statements(text)
    if not statements:
        return EmptyQuery(text)
    if len(statements) > 1:
        raise SqlSyntaxError("cannot insert multiple commands into a prepared statement")
    return classify(statements[0])


def classify(parsed: ParsedStatement) -> Statement:
    """Say what one statement asks for, parsing it.

    Raises:
        SqlSyntaxError: it is no statement of PostgreSQL.
        FeatureNotSupported: it is one that cannot be represented here.
    """
    if not parsed.lexemes:
        return EmptyQuery(parsed.text)
    reader = Reader(parsed)
    first = reader.word()
    if first in _ROW_STATEMENTS or reader.is_sign("("):  # a bracket may open a query
        return row_statement(parsed)
    read = _READERS.get(first)
    if read is not None:
        reader.take()
        statement = read(reader)
        reader.end()
        return statement
    return definition_statements.read(parsed)


_ROW_STATEMENTS = frozenset(["SELECT", "VALUES", "TABLE", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE"])


def row_statement(parsed: ParsedStatement) -> RowStatement:
    """Parse a statement that reads or writes rows."""
    try:
        tree = parse_tree(parsed.source, parsed.lexemes)
    except (SqlSyntaxError, FeatureNotSupported):
        _refuse_by_name(parsed)
        raise
    if isinstance(tree, exp.Insert):
        return InsertStatement(parsed.text, tree)
    if isinstance(tree, exp.Update):
        return UpdateStatement(parsed.text, tree)
    if isinstance(tree, exp.Delete):
        return DeleteStatement(parsed.text, tree)
    if isinstance(tree, exp.Merge):
        return MergeStatement(parsed.text, tree)
    if isinstance(tree, (exp.Query, exp.Values, exp.Table)):
        return SelectStatement(parsed.text, tree)
    raise FeatureNotSupported(f"{parsed.lexemes[0].value.upper()} is not supported")


_UNSUPPORTED = {
    ("DEFAULT", "VALUES"): "INSERT ... DEFAULT VALUES",
    ("OVERRIDING", "USER"): "INSERT ... OVERRIDING USER VALUE",
    ("OVERRIDING", "SYSTEM"): "INSERT ... OVERRIDING SYSTEM VALUE",
    ("CURRENT", "OF"): "WHERE CURRENT OF",
}


def _refuse_by_name(parsed: ParsedStatement) -> None:
    """Name what PostgreSQL has and the parser does not know."""
    for one, other in pairwise(parsed.lexemes):
        feature = _UNSUPPORTED.get((one.word, other.word))
        if feature is not None:
            raise FeatureNotSupported(f"{feature} is not supported", position=one.start + 1)


def _explain(reader: Reader) -> ExplainStatement:
    options = session_statements.explain_options(reader)
    if reader.word() in ("DECLARE", "EXECUTE") or reader.word() in _ROW_STATEMENTS or reader.is_sign("("):
        return ExplainStatement(reader.text, options, classify(reader.part(reader.take_all())))
    if reader.word() == "CREATE":
        raise FeatureNotSupported("EXPLAIN of CREATE TABLE AS is not supported")
    raise reader.error()


def _prepare(reader: Reader) -> Statement:
    if reader.word() == "TRANSACTION":
        raise FeatureNotSupported("PREPARE TRANSACTION is not supported")
    name = reader.name()
    types: tuple[str, ...] = ()
    if reader.is_sign("("):
        types = session_statements.type_names(reader, reader.in_parentheses())
    reader.expect("AS")
    if reader.word() not in _ROW_STATEMENTS and not reader.is_sign("("):
        raise reader.error()
    return PrepareStatement(reader.text, name, types, row_statement(reader.part(reader.take_all())))


def _execute(reader: Reader) -> ExecuteStatement:
    name = reader.name()
    arguments: tuple[exp.Expr, ...] = ()
    if reader.is_sign("("):
        inside = reader.in_parentheses()
        if not inside:
            raise reader.error()
        arguments = session_statements.expressions(reader, inside)
    return ExecuteStatement(reader.text, name, arguments)


def _deallocate(reader: Reader) -> DeallocateStatement:
    reader.accept("PREPARE")
    if reader.accept("ALL"):
        return DeallocateStatement(reader.text, None)
    return DeallocateStatement(reader.text, reader.name())


def _declare(reader: Reader) -> DeclareCursor:
    head = cursor_statements.declare_head(reader)
    query = row_statement(reader.part(reader.take_all()))
    if not isinstance(query, SelectStatement):
        raise SqlSyntaxError("DECLARE CURSOR must not contain data-modifying statements in WITH")
    return DeclareCursor(
        reader.text,
        head.name,
        query,
        binary=head.binary,
        insensitive=head.insensitive,
        scroll=head.scroll,
        hold=head.hold,
    )


def _lock(reader: Reader) -> LockTable:
    return session_statements.lock_table(reader)


def _copy(reader: Reader) -> Statement:
    return copy_statements.copy(reader, row_statement)


_READERS: dict[str, Callable[[Reader], Statement]] = {
    **session_statements.READERS,
    **cursor_statements.READERS,
    "EXPLAIN": _explain,
    "PREPARE": _prepare,
    "EXECUTE": _execute,
    "DEALLOCATE": _deallocate,
    "DECLARE": _declare,
    "LOCK": _lock,
    "COPY": _copy,
}
