"""Parse lexemes into a tree, once, keeping PostgreSQL's names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import ErrorLevel, ParseError
from sqlglot.parsers.postgres import PostgresParser
from sqlglot.tokenizer_core import TokenType

from pgddb.errors import FeatureNotSupported, SqlError, SqlSyntaxError, StatementTooComplex
from pgddb.sql.array_subqueries import compare_with_rows
from pgddb.sql.conditions import balance_conditions
from pgddb.sql.lexer import Kind, Lexeme, scan, syntax_error_near
from pgddb.sql.tokens import AROUND, FOREIGN_TYPES, INSIDE, PREFIX_VARIADIC, tokenize, with_quoted_labels
from pgddb.sql.types.places import SOURCE
from pgddb.sql.unsupported_clauses import refuse_unsupported_clauses
from pgddb.sql.variadic import VARIADIC, spread_arrays

MAX_DEPTH = 1000
"""Brackets inside one another; the parser's stack ends somewhere above 5,000."""
_BRACKETS = {"(": 1, "[": 1, ")": -1, "]": -1}


def operator(sign: str, *operands: exp.Expr) -> exp.Anonymous:
    """Make the node of an operator that SQL's core does not have; its sign stands for a function's name."""
    return exp.Anonymous(this=sign, expressions=list(operands))


def _infix(sign: str) -> Callable[[PostgresParser, exp.Expr], exp.Expr]:
    def read(parser: PostgresParser, left: exp.Expr) -> exp.Expr:
        right = parser._parse_bitwise()  # noqa: SLF001 - a table of the parser calls its own methods
        if right is None:
            parser.raise_error("operand expected")
            raise AssertionError
        return operator(sign, left, right)

    return read


def _json(sign: str) -> Callable[[PostgresParser, exp.Expr, exp.Expr], exp.Expr]:
    return lambda _parser, left, right: operator(sign, left, right)


def _absolute(parser: PostgresParser) -> exp.Expr:
    inner = parser._parse_unary()  # noqa: SLF001
    if inner is None:
        parser.raise_error("operand expected")
        raise AssertionError
    return operator("@", inner)


_RANGE_SIGNS = {
    TokenType.AT_GT: "@>",
    TokenType.LT_AT: "<@",
    TokenType.QMARK_AMP: "?&",
    TokenType.QMARK_PIPE: "?|",
    TokenType.HASH_DASH: "#-",
    TokenType.AT_QMARK: "@?",
    TokenType.DAT: "@@",
    TokenType.DAMP: "&&",
    TokenType.CARET_AT: "^@",
    TokenType.ADJACENT: "-|-",
    TokenType.AMP_LT: "&<",
    TokenType.AMP_GT: "&>",
    INSIDE: "<<=",
    AROUND: ">>=",
}
_JSON_SIGNS = {
    TokenType.ARROW: "->",
    TokenType.DARROW: "->>",
    TokenType.HASH_ARROW: "#>",
    TokenType.DHASH_ARROW: "#>>",
    TokenType.PLACEHOLDER: "?",
}


def _variadic(parser: PostgresParser) -> exp.Expr:
    inner = parser._parse_assignment()  # noqa: SLF001
    if inner is None:
        parser.raise_error("operand expected")
        raise AssertionError
    return operator(VARIADIC, inner)


def _of_one(build: Callable[..., exp.Expr], name: str) -> Callable[..., exp.Expr]:
    """Read a call as its own node only with the one argument that PostgreSQL's function takes."""

    def read(arguments: list[exp.Expr]) -> exp.Expr:
        if len(arguments) == 1:
            return build(arguments)
        return exp.Anonymous(this=name.lower(), expressions=arguments)

    return read


_OF_ONE = frozenset(["SUM", "AVG", "MIN", "MAX"])

PREFIX_AT = TokenType.QDCOLON
"""Stands for the prefix operator @, whose own token type belongs to $n."""

_KEPT_FUNCTIONS = frozenset(["COUNT", "SUM", "AVG", "MIN", "MAX", "COALESCE", "GREATEST", "LEAST", "NULLIF", "ARRAY"])
_KEPT_SYNTAX = frozenset(["CAST", "EXTRACT", "POSITION", "SUBSTRING", "TRIM", "OVERLAY"])


_QUANTIFIERS = frozenset(["ANY", "ALL", "SOME"])
_NOT_POSTGRES = frozenset([TokenType.GLOB, TokenType.FOR, TokenType.OPERATOR])


class _NamesKept(PostgresParser):
    """sqlglot's PostgreSQL parser, told by its tables to leave function calls as they are.

    The parser is compiled where sqlglotc is installed, and a compiled class makes no
    instance of a subclass. So an instance of the base is given this class: tables are
    looked up here, methods are those of the base. No method may be overridden.
    """

    __slots__ = ()

    FUNCTIONS: ClassVar[dict[str, Any]] = {
        **{name: build for name, build in PostgresParser.FUNCTIONS.items() if name in _KEPT_FUNCTIONS - _OF_ONE},
        **{name: _of_one(PostgresParser.FUNCTIONS[name], name) for name in _OF_ONE},
        "ALL": lambda arguments: exp.All(this=exp.Paren(this=arguments[0])),
        "SOME": lambda arguments: exp.Any(this=exp.Paren(this=arguments[0])),
    }
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
        name: read for name, read in PostgresParser.FUNCTION_PARSERS.items() if name in _KEPT_SYNTAX
    }
    LAMBDAS: ClassVar[dict[Any, Any]] = {
        token: read for token, read in PostgresParser.LAMBDAS.items() if token is not TokenType.ARROW
    }
    RANGE_PARSERS: ClassVar[dict[Any, Any]] = {
        **{token: read for token, read in PostgresParser.RANGE_PARSERS.items() if token not in _NOT_POSTGRES},
        **{token: _infix(sign) for token, sign in _RANGE_SIGNS.items()},
    }
    JSON_OPERATORS: ClassVar[dict[Any, Any]] = {token: _json(sign) for token, sign in _JSON_SIGNS.items()}
    UNARY_PARSERS: ClassVar[dict[Any, Any]] = {
        **PostgresParser.UNARY_PARSERS,
        PREFIX_AT: _absolute,
        PREFIX_VARIADIC: _variadic,
    }
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
        name: read
        for name, read in PostgresParser.NO_PAREN_FUNCTION_PARSERS.items()
        if name not in {"IF", "CONNECT_BY_ROOT"}
    }
    NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {
        token: build
        for token, build in PostgresParser.NO_PAREN_FUNCTIONS.items()
        if token is not TokenType.CURRENT_DATETIME
    }


class PostgresIndexes(Postgres):
    """PostgreSQL's dialect that leaves array subscripts as they were written."""

    INDEX_OFFSET = 0

    class Tokenizer(Postgres.Tokenizer):
        """Used by the parser for names of types only: oid and regclass are read as any name, so that oid[] works."""

        KEYWORDS: ClassVar[dict[str, Any]] = {
            word: token
            for word, token in Postgres.Tokenizer.KEYWORDS.items()
            if token not in (TokenType.OBJECT_IDENTIFIER, TokenType.PSEUDO_TYPE) and word not in FOREIGN_TYPES
        }


_DIALECT = PostgresIndexes()


def _parser() -> PostgresParser:
    parser = PostgresParser(error_level=ErrorLevel.IMMEDIATE, dialect=_DIALECT)
    parser.__class__ = _NamesKept
    return parser


def parse_tree(source: str, lexemes: Sequence[Lexeme]) -> exp.Expr:
    """Parse the lexemes of one statement.

    Raises:
        SqlSyntaxError: the text is empty, or of several statements.
        FeatureNotSupported: at the token from which PostgreSQL's grammar is wider than the parser.
        StatementTooComplex: brackets nest deeper than MAX_DEPTH.
    """
    if not lexemes:
        raise SqlSyntaxError("syntax error at end of input", position=len(source) + 1)
    lexemes = with_quoted_labels(lexemes)
    refuse_unsupported_clauses(lexemes)
    _refuse_deep_brackets(lexemes)
    try:
        trees = _parser().parse(tokenize(lexemes), source)
    except ParseError as error:
        raise _unread(error, source, lexemes) from error
    if len(trees) != 1 or trees[0] is None:
        raise syntax_error_near(lexemes[0].value, lexemes[0].start)
    if any(lexeme.word == "VARIADIC" for lexeme in lexemes):
        spread_arrays(trees[0])
    if any(lexeme.word in _QUANTIFIERS for lexeme in lexemes):
        compare_with_rows(trees[0])
    balance_conditions(trees[0])
    trees[0].meta[SOURCE] = source
    return trees[0]


def _refuse_deep_brackets(lexemes: Sequence[Lexeme]) -> None:
    """Refuse what would exhaust the stack of the compiled parser, and end the process."""
    depth = 0
    for lexeme in lexemes:
        if lexeme.kind is Kind.PUNCTUATION and lexeme.value in _BRACKETS:
            depth += _BRACKETS[lexeme.value]
            if depth > MAX_DEPTH:
                raise StatementTooComplex("stack depth limit exceeded", hint="Nest the statement less deeply.")


def parse_expression(text: str) -> exp.Expr:
    """Parse one expression that pgddb itself wrote."""
    tree = parse_tree(text, scan("SELECT " + text))
    return cast(exp.Expr, tree.expressions[0])


def _unread(error: ParseError, source: str, lexemes: Sequence[Lexeme]) -> SqlError:
    """Say where PostgreSQL's grammar goes on and the parser does not."""
    index = error.errors[0].get("col") if error.errors else None
    if index is None or not 0 <= index < len(lexemes):
        return FeatureNotSupported("the syntax at the end of the statement is not supported")
    lexeme = lexemes[index]
    near = source[lexeme.start : lexeme.end]
    return FeatureNotSupported(f'the syntax at or near "{near}" is not supported', position=lexeme.start + 1)
