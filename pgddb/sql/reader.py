"""Read a statement's lexemes one by one, with PostgreSQL's errors when they do not fit."""

from __future__ import annotations

from collections.abc import Sequence

from pgddb.errors import SqlSyntaxError
from pgddb.sql.lexer import Kind, Lexeme, syntax_error_near
from pgddb.sql.source import ParsedStatement


class Reader:
    """A place in the lexemes of one statement."""

    def __init__(self, parsed: ParsedStatement) -> None:
        self.source = parsed.source
        self.text = parsed.text
        self._lexemes = parsed.lexemes
        self._at = 0

    @property
    def current(self) -> Lexeme | None:
        """Give the lexeme at this place, None at the end."""
        return self._lexemes[self._at] if self._at < len(self._lexemes) else None

    @property
    def rest(self) -> tuple[Lexeme, ...]:
        """Give all lexemes from this place on."""
        return self._lexemes[self._at :]

    def word(self, ahead: int = 0) -> str:
        """Give the unquoted word at this place in upper case, else the empty string."""
        at = self._at + ahead
        return self._lexemes[at].word if at < len(self._lexemes) else ""

    def is_sign(self, sign: str, ahead: int = 0) -> bool:
        """Say whether this punctuation or operator stands here."""
        at = self._at + ahead
        if at >= len(self._lexemes):
            return False
        lexeme = self._lexemes[at]
        return lexeme.value == sign and lexeme.kind in (Kind.PUNCTUATION, Kind.OPERATOR)

    def accept(self, *words: str) -> bool:
        """Pass these words if all of them stand here."""
        if all(self.word(ahead) == word for ahead, word in enumerate(words)):
            self._at += len(words)
            return True
        return False

    def accept_any(self, *words: str) -> str:
        """Pass one of these words and give it, else the empty string."""
        word = self.word()
        if word and word in words:
            self._at += 1
            return word
        return ""

    def accept_sign(self, sign: str) -> bool:
        """Pass this punctuation or operator if it stands here."""
        if self.is_sign(sign):
            self._at += 1
            return True
        return False

    def expect(self, *words: str) -> None:
        """Pass these words.

        Raises:
            SqlSyntaxError: something else stands here.
        """
        for word in words:
            if not self.accept(word):
                raise self.error()

    def expect_sign(self, sign: str) -> None:
        """Pass this punctuation or operator, or raise as `expect`."""
        if not self.accept_sign(sign):
            raise self.error()

    def take(self) -> Lexeme:
        """Pass one lexeme of any kind."""
        lexeme = self.current
        if lexeme is None:
            raise self.error()
        self._at += 1
        return lexeme

    def take_all(self) -> tuple[Lexeme, ...]:
        """Pass everything that is left."""
        rest = self.rest
        self._at = len(self._lexemes)
        return rest

    def name(self) -> str:
        """Pass an identifier and give it folded."""
        lexeme = self.current
        if lexeme is None or lexeme.kind not in (Kind.WORD, Kind.QUOTED):
            raise self.error()
        self._at += 1
        return fold(lexeme)

    def string(self) -> str:
        """Pass a string constant and give its value."""
        lexeme = self.current
        if lexeme is None or lexeme.kind is not Kind.STRING:
            raise self.error()
        self._at += 1
        return lexeme.value

    def is_kind(self, kind: Kind) -> bool:
        """Say whether a lexeme of this kind stands here."""
        lexeme = self.current
        return lexeme is not None and lexeme.kind is kind

    def integer(self) -> int | None:
        """Pass an integer with an optional sign and give it, or None if none stands here."""
        start = self._at
        sign = -1 if self.accept_sign("-") else 1
        if sign == 1:
            self.accept_sign("+")
        lexeme = self.current
        if lexeme is None or lexeme.kind is not Kind.NUMBER or not lexeme.value.isdigit():
            self._at = start
            return None
        self._at += 1
        return sign * int(lexeme.value)

    def in_parentheses(self) -> tuple[Lexeme, ...]:
        """Pass a bracketed group and give what is inside; the opening bracket stands here."""
        self.expect_sign("(")
        start, depth = self._at, 1
        while depth:
            lexeme = self.take()
            if lexeme.kind is Kind.PUNCTUATION:
                depth += {"(": 1, ")": -1}.get(lexeme.value, 0)
        return self._lexemes[start : self._at - 1]

    def end(self) -> None:
        """Make sure that nothing is left."""
        if self.current is not None:
            raise self.error()

    def error(self) -> SqlSyntaxError:
        """Make the syntax error for this place."""
        lexeme = self.current
        if lexeme is None:
            end = self._lexemes[-1].end if self._lexemes else len(self.source)
            return SqlSyntaxError("syntax error at end of input", position=end + 1)
        return syntax_error_near(self.source[lexeme.start : lexeme.end], lexeme.start)

    def part(self, lexemes: Sequence[Lexeme]) -> ParsedStatement:
        """Make a statement of its own from some of the lexemes."""
        text = self.source[lexemes[0].start : lexemes[-1].end] if lexemes else ""
        return ParsedStatement(self.source, text, tuple(lexemes))


def fold(lexeme: Lexeme) -> str:
    """Give an identifier as PostgreSQL stores it, cut to 63 bytes."""
    name = lexeme.value if lexeme.kind is Kind.QUOTED else lexeme.value.lower()
    raw = name.encode()
    return name if len(raw) <= MAX_IDENTIFIER_BYTES else raw[:MAX_IDENTIFIER_BYTES].decode(errors="ignore")


MAX_IDENTIFIER_BYTES = 63
"""NAMEDATALEN - 1 of a PostgreSQL built with its defaults."""
