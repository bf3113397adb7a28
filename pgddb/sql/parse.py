"""Parse lexemes into a tree, once, keeping PostgreSQL's names."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import ErrorLevel, ParseError
from sqlglot.parsers.postgres import PostgresParser
from sqlglot.tokens import TokenType

from pgddb.errors import SqlSyntaxError
from pgddb.sql.lexer import Lexeme, syntax_error_near
from pgddb.sql.tokens import tokenize

_KEPT_FUNCTIONS = frozenset(["COUNT", "SUM", "AVG", "MIN", "MAX", "COALESCE", "GREATEST", "LEAST", "NULLIF", "ARRAY"])
_KEPT_SYNTAX = frozenset(["CAST", "EXTRACT", "POSITION", "SUBSTRING", "TRIM", "OVERLAY"])


class _NamesKept(PostgresParser):
    """sqlglot's PostgreSQL parser, told by its tables to leave function calls as they are.

    The parser is compiled where sqlglotc is installed, and a compiled class makes no
    instance of a subclass. So an instance of the base is given this class: tables are
    looked up here, methods are those of the base. No method may be overridden.
    """

    __slots__ = ()

    FUNCTIONS = {name: build for name, build in PostgresParser.FUNCTIONS.items() if name in _KEPT_FUNCTIONS}
    FUNCTION_PARSERS = {name: read for name, read in PostgresParser.FUNCTION_PARSERS.items() if name in _KEPT_SYNTAX}
    LAMBDAS = {token: read for token, read in PostgresParser.LAMBDAS.items() if token is not TokenType.ARROW}
    NO_PAREN_FUNCTION_PARSERS = {
        name: read
        for name, read in PostgresParser.NO_PAREN_FUNCTION_PARSERS.items()
        if name not in {"IF", "CONNECT_BY_ROOT"}
    }
    NO_PAREN_FUNCTIONS = {
        token: build
        for token, build in PostgresParser.NO_PAREN_FUNCTIONS.items()
        if token is not TokenType.CURRENT_DATETIME
    }


_DIALECT = Postgres()


def _parser() -> PostgresParser:
    parser = PostgresParser(error_level=ErrorLevel.IMMEDIATE, dialect=_DIALECT)
    parser.__class__ = _NamesKept
    return parser


def parse_tree(source: str, lexemes: Sequence[Lexeme]) -> exp.Expr:
    """Parse the lexemes of one statement.

    Raises:
        SqlSyntaxError: with the position of the token that cannot stand there.
    """
    if not lexemes:
        raise SqlSyntaxError("syntax error at end of input", position=len(source) + 1)
    try:
        trees = _parser().parse(tokenize(lexemes), source)
    except ParseError as error:
        raise _syntax_error(error, source, lexemes) from error
    if len(trees) != 1 or trees[0] is None:
        raise syntax_error_near(lexemes[0].value, lexemes[0].start)
    return trees[0]


def _syntax_error(error: ParseError, source: str, lexemes: Sequence[Lexeme]) -> SqlSyntaxError:
    index = error.errors[0].get("col") if error.errors else None
    if index is None or not 0 <= index < len(lexemes):
        return SqlSyntaxError("syntax error at end of input", position=len(source) + 1)
    lexeme = lexemes[index]
    return syntax_error_near(source[lexeme.start : lexeme.end], lexeme.start)
