"""Turn lexemes into the tokens that sqlglot's parser reads.

sqlglot's own tokenizer is not exact (`$$a$b$$`, nested quotes, operators), so
only its parser is used. A token's `col` is the index of its lexeme, by which an
error of the parser finds its place in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sqlglot.dialects.postgres import Postgres
from sqlglot.tokenizer_core import Token, TokenType

from pgddb.errors import FeatureNotSupported, UndefinedFunction, WrongObjectType
from pgddb.sql.lexer import Kind, Lexeme, syntax_error_near
from pgddb.sql.typed_literals import bracket_typed_literals
from pgddb.sql.types import builtins
from pgddb.sql.words import words

_FOREIGN_WORDS = words(
    """
    CACHE DESCRIBE KILL PRAGMA SUMMARIZE UNCACHE USE LOAD DIV XOR QUALIFY TOP GLOB RLIKE IRLIKE MINUS ASOF
    STRAIGHT_JOIN PIVOT UNPIVOT PREWHERE SEMI ANTI APPLY FINAL HINT PARAMETER FORMAT SETTINGS MATCH_CONDITION
    SAMPLE SOUNDS ENUM ENUM8 ENUM16 STRING BINARY VARBINARY BLOB CLOB LONGBLOB LONGTEXT MEDIUMTEXT MEDIUMBLOB
    TINYTEXT TINYBLOB TINYINT MEDIUMINT UINT INT1 INT16 INT128 INT256 UHUGEINT UINT128 HUGEINT BYTEINT NUMBER
    DATETIME TIMESTAMPLTZ TIMESTAMPNTZ TIMESTAMP_LTZ TIMESTAMP_NTZ TIMESTAMP_TZ SMALLDATETIME DATETIMEOFFSET
    LIST MAP STRUCT OBJECT VARIANT SUPER NESTED GEOMETRY GEOGRAPHY HLLSKETCH HSTORE IMAGE MONEY SMALLMONEY
    ROWVERSION UNIQUEIDENTIFIER NULLABLE FIXED DECIMAL32 DECIMAL64 DECIMAL128 DECIMAL256 DECFLOAT INT64 INT32
    DOUBLES FILE_FORMAT COPY COMMENT CLUSTER_BY LONG YEAR NCHAR NVARCHAR VARCHAR2 NVARCHAR2 TEXT2 ROW_FORMAT
    ILIKE_ANY DATETIME2 SIGNED UNSIGNED STAGE SERDE_PROPERTIES FUNCTION PROCEDURE INDEX TABLE_SAMPLE VIEW SCHEMA
    DATABASE CATALOG WAREHOUSE STREAMLIT BPCHAR DATERANGE INT4RANGE INT8RANGE NUMRANGE TSRANGE TSTZRANGE
    INT4MULTIRANGE INT8MULTIRANGE NUMMULTIRANGE TSMULTIRANGE TSTZMULTIRANGE DATEMULTIRANGE XML INET IPADDRESS
    IPPREFIX BIGSERIAL SERIAL SMALLSERIAL OID REGCLASS REGTYPE REGPROC REGPROCEDURE REGOPER REGOPERATOR
    REGCONFIG REGDICTIONARY REGNAMESPACE REGROLE REGCOLLATION CONSTRAINT_ DISTRIBUTE SORT
    """
)
"""Keywords of other dialects, and type names of ours that are better read as plain names."""

FOREIGN_TYPES = words(
    """
    BIGDECIMAL BIGNUM BIGNUMERIC BIGSERIAL BINARY BLOB BYTE CLOB DATETIME DECFLOAT DECIMAL128 DECIMAL256 DECIMAL32
    DECIMAL64 DOUBLE ENUM FIXED GEOGRAPHY GEOMETRY HSTORE HUGEINT INT1 INT128 INT16 INT256 INT32 INT64 LIST LONG
    LONGBLOB LONGTEXT LONGVARCHAR MAP MEDIUMBLOB MEDIUMINT MEDIUMTEXT NULLABLE NUMBER NVARCHAR NVARCHAR2 OBJECT
    REF SERIAL SHORT SMALLSERIAL STR STRING STRUCT TIMESTAMPLTZ TIMESTAMPNTZ TIMESTAMP_LTZ TIMESTAMP_NTZ TIME_NS
    TINYBLOB TINYINT TINYTEXT UHUGEINT UINT UINT128 UINT256 VARBINARY VARCHAR2 VARIANT VECTOR
    """
)
"""Names that the parser takes for types and PostgreSQL does not; DOUBLE is one with PRECISION behind it only."""

_PAIRS: dict[str, dict[str, TokenType]] = {
    "GROUP": {"BY": TokenType.GROUP_BY},
    "ORDER": {"BY": TokenType.ORDER_BY},
    "PARTITION": {"BY": TokenType.PARTITION_BY},
    "GROUPING": {"SETS": TokenType.GROUPING_SETS},
    "SIMILAR": {"TO": TokenType.SIMILAR_TO},
    "DOUBLE": {"PRECISION": TokenType.DOUBLE},
    "CHARACTER": {"VARYING": TokenType.VARCHAR},
    "CHAR": {"VARYING": TokenType.VARCHAR},
    "BIT": {"VARYING": TokenType.VAR},
}

_KEYWORDS: dict[str, TokenType] = {
    word: token
    for word, token in Postgres.Tokenizer.KEYWORDS.items()
    if " " not in word and word[0].isalpha() and word not in _FOREIGN_WORDS | FOREIGN_TYPES
}
INSIDE, AROUND = TokenType.COLON_GT, TokenType.NCOLON_GT
"""Stand for <<= and >>=; the token types are of another dialect."""
_OPERATORS: dict[str, tuple[tuple[TokenType, str], ...]] = {
    **{sign: ((token, sign),) for sign, token in Postgres.Tokenizer.KEYWORDS.items() if not sign[0].isalnum()},
    **{sign: ((token, sign),) for sign, token in Postgres.Tokenizer.SINGLE_TOKENS.items() if sign in "&^-=><%|+/*#"},
    "~": ((TokenType.RLIKE, "~"),),
    "~~": ((TokenType.LIKE, "~~"),),
    "!~": ((TokenType.NOT, "!"), (TokenType.RLIKE, "~")),
    "!~*": ((TokenType.NOT, "!"), (TokenType.IRLIKE, "~*")),
    "!~~": ((TokenType.NOT, "!"), (TokenType.LIKE, "~~")),
    "!~~*": ((TokenType.NOT, "!"), (TokenType.ILIKE, "~~*")),
    "<<": ((TokenType.LT, "<"), (TokenType.LT, "<")),
    ">>": ((TokenType.GT, ">"), (TokenType.GT, ">")),
    "<<=": ((INSIDE, "<<="),),
    ">>=": ((AROUND, ">>="),),
    "?": ((TokenType.PLACEHOLDER, "?"),),
    "@": ((TokenType.QDCOLON, "@"),),
}
_OF_NO_TYPE = frozenset(["!!"])
"""Operators whose only operands are of types that are not here: tsquery."""
_SYNTAX_SIGNS = frozenset(["=>", "!="])
"""Signs that are no operators of pg_operator: they name an argument, and spell <>."""
_PUNCTUATION: dict[str, TokenType] = {
    "(": TokenType.L_PAREN,
    ")": TokenType.R_PAREN,
    "[": TokenType.L_BRACKET,
    "]": TokenType.R_BRACKET,
    ",": TokenType.COMMA,
    ".": TokenType.DOT,
    ";": TokenType.SEMICOLON,
    ":": TokenType.COLON,
    "::": TokenType.DCOLON,
    ":=": TokenType.FARROW,
}
PREFIX_VARIADIC = TokenType.DCOLONDOLLAR
"""Stands before an argument that VARIADIC marks; the token type is of another dialect."""
_PLAIN = {Kind.QUOTED: TokenType.IDENTIFIER, Kind.STRING: TokenType.STRING, Kind.NUMBER: TokenType.NUMBER}
_STRINGS = {"b": TokenType.BIT_STRING, "x": TokenType.HEX_STRING}


def tokenize(lexemes: Sequence[Lexeme]) -> list[Token]:
    """Turn lexemes into tokens, one or two for each."""
    tokens: list[Token] = []
    _refuse_adjacent_strings(lexemes)
    lexemes = _without_sort_operators(_without_operator_syntax(lexemes))
    indexed = bracket_typed_literals(_without_normal_forms(_without_similar_syntax(lexemes)))
    at = 0
    while at < len(indexed):
        lexeme, index = indexed[at]
        pair = _PAIRS.get(lexeme.word)
        if pair is not None and at + 1 < len(indexed) and indexed[at + 1][0].word in pair:
            following = indexed[at + 1][0]
            text = "varbit" if lexeme.word == "BIT" else f"{lexeme.value} {following.value}"
            tokens.append(_token(pair[following.word], text, lexeme, index))
            at += 2
            continue
        tokens.extend(_tokens(lexeme, index))
        at += 1
    return tokens


def _refuse_adjacent_strings(lexemes: Sequence[Lexeme]) -> None:
    """Refuse 'a' 'b' on one line: only strings on different lines make one, which the scanner does."""
    for before, lexeme in pairwise(lexemes):
        if before.kind is Kind.STRING and lexeme.kind is Kind.STRING:
            raise syntax_error_near("'" + lexeme.value.replace("'", "''") + "'", lexeme.start)


_LABELS = words(
    """
    AND AS BETWEEN BY CASE CROSS EXCEPT FROM FULL GROUP HAVING ILIKE IN INNER INTERSECT INTO IS JOIN LEFT LIKE LIMIT
    NATURAL NOT OFFSET ON OR ORDER OVER PARTITION RIGHT SELECT SET SIMILAR TABLE THEN UNION USING VALUES WHEN WHERE WITH
    """
)
"""Keywords that the parser takes for no name, where PostgreSQL takes any word: behind AS and behind a point."""


def with_quoted_labels(lexemes: Sequence[Lexeme]) -> Sequence[Lexeme]:
    """Quote the keyword in `... AS select, ...` and in `t.select`."""
    if not any(lexeme.word in _LABELS for lexeme in lexemes):
        return lexemes
    out = list(lexemes)
    for at, lexeme in enumerate(lexemes):
        if lexeme.word not in _LABELS or not at:
            continue
        before, after = lexemes[at - 1], lexemes[at + 1] if at + 1 < len(lexemes) else None
        ends = after is None or after.word == "FROM" or (after.kind is Kind.PUNCTUATION and after.value in ",;)")
        if (before.word == "AS" and ends) or (before.kind is Kind.PUNCTUATION and before.value == "."):
            out[at] = Lexeme(Kind.QUOTED, lexeme.value.lower(), lexeme.start, lexeme.end)
    return out


def _without_operator_syntax(lexemes: Sequence[Lexeme]) -> Sequence[Lexeme]:
    """Put the sign itself in the place of OPERATOR(pg_catalog.sign)."""
    if not any(lexeme.word == "OPERATOR" for lexeme in lexemes):
        return lexemes
    out: list[Lexeme] = []
    at = 0
    while at < len(lexemes):
        length = _operator_syntax_length(lexemes, at)
        out.append(lexemes[at + length - 2] if length else lexemes[at])
        at += length or 1
    return out


_SORT_OPERATORS = {"<": "ASC", ">": "DESC"}


def _without_sort_operators(lexemes: Sequence[Lexeme]) -> Sequence[Lexeme]:
    """Write ORDER BY a USING > as ORDER BY a DESC."""
    out: list[Lexeme] = []
    for lexeme in lexemes:
        if out and out[-1].word == "USING" and lexeme.kind is Kind.OPERATOR:
            direction = _SORT_OPERATORS.get(lexeme.value)
            if direction is None:
                raise WrongObjectType(
                    f"operator {lexeme.value} is not a valid ordering operator",
                    hint='Ordering operators must be "<" or ">" members of btree operator families.',
                    position=lexeme.start + 1,
                )
            out[-1] = Lexeme(Kind.WORD, direction, out[-1].start, lexeme.end)
        else:
            out.append(lexeme)
    return out


_FORMS = frozenset(["NFC", "NFD", "NFKC", "NFKD"])


def _without_normal_forms(lexemes: Sequence[Lexeme]) -> Sequence[Lexeme]:
    """Write the form in normalize(a, NFC) as a text."""
    if not any(lexeme.word in _FORMS for lexeme in lexemes):
        return lexemes
    return [
        Lexeme(Kind.STRING, lexeme.value, lexeme.start, lexeme.end)
        if lexeme.word in _FORMS
        and at
        and lexemes[at - 1].value == ","
        and lexemes[at + 1 : at + 2]
        and lexemes[at + 1].value == ")"
        else lexeme
        for at, lexeme in enumerate(lexemes)
    ]


def _without_similar_syntax(lexemes: Sequence[Lexeme]) -> Sequence[Lexeme]:
    """Spell substring(a SIMILAR b ESCAPE c) as substring(a FROM b FOR c), which means the same."""
    if not any(lexeme.word == "SIMILAR" for lexeme in lexemes):
        return lexemes
    out = list(lexemes)
    for at, lexeme in enumerate(out[:-1]):
        if lexeme.word != "SIMILAR" or out[at + 1].word == "TO":
            continue
        out[at] = Lexeme(Kind.WORD, "FROM", lexeme.start, lexeme.end)
        escape = next((later for later in range(at, len(out)) if out[later].word == "ESCAPE"), None)
        if escape is not None:
            out[escape] = Lexeme(Kind.WORD, "FOR", out[escape].start, out[escape].end)
    return out


def _operator_syntax_length(lexemes: Sequence[Lexeme], at: int) -> int:
    values = [lexeme.value.lower() for lexeme in lexemes[at : at + 6]]
    if values[:2] != ["operator", "("]:
        return 0
    if values[2:4] == ["pg_catalog", "."] and values[5:6] == [")"]:
        return 6
    return 4 if values[3:4] == [")"] else 0


def _token(kind: TokenType, text: str, lexeme: Lexeme, index: int) -> Token:
    return Token(kind, text, 1, index, lexeme.start, lexeme.end - 1)


def _tokens(lexeme: Lexeme, index: int) -> list[Token]:  # noqa: PLR0911 - one for each kind
    value = lexeme.value
    plain = _PLAIN.get(lexeme.kind)
    if plain is not None:
        return [_token(plain, value, lexeme, index)]
    if lexeme.word == "VARIADIC":
        return [_token(PREFIX_VARIADIC, value, lexeme, index)]
    if lexeme.kind is Kind.WORD:
        return [_token(_KEYWORDS.get(lexeme.word, TokenType.VAR), value, lexeme, index)]
    if lexeme.kind is Kind.PUNCTUATION:
        return [_token(_PUNCTUATION[value], value, lexeme, index)]
    if lexeme.kind is Kind.BITS:
        return [_token(_STRINGS[value[0]], value[1:], lexeme, index)]
    if lexeme.kind is Kind.OPERATOR:
        return [_token(kind, text, lexeme, index) for kind, text in _operator(lexeme)]
    number = _token(TokenType.NUMBER, value, lexeme, index)
    return [_token(TokenType.PARAMETER, "$", lexeme, index), number]


def _operator(lexeme: Lexeme) -> tuple[tuple[TokenType, str], ...]:
    known = _OPERATORS.get(lexeme.value)
    if lexeme.value in _OF_NO_TYPE or (lexeme.value not in _SYNTAX_SIGNS and lexeme.value not in builtins.operators()):
        raise UndefinedFunction(
            f"operator does not exist: {lexeme.value}",
            hint="No operator matches the given name and argument type. You might need to add an explicit type cast.",
            position=lexeme.start + 1,
        )
    if known is None:
        raise FeatureNotSupported(f"operator {lexeme.value} is not supported", position=lexeme.start + 1)
    return known
