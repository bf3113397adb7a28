"""Cut SQL text into lexemes as PostgreSQL's scanner does.

Source: https://www.postgresql.org/docs/15/sql-syntax-lexical.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from pgddb.errors import SqlSyntaxError, StatementTooComplex
from pgddb.sql.characters import IDENTIFIER_PART, IDENTIFIER_START, TAG_PART


class Kind(Enum):
    """What a lexeme is."""

    WORD = auto()
    QUOTED = auto()
    STRING = auto()
    BITS = auto()
    NUMBER = auto()
    PARAMETER = auto()
    OPERATOR = auto()
    PUNCTUATION = auto()


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One lexeme; `value` is decoded (escapes undone), `start` and `end` are 0-based offsets into the text.

    Attributes:
        word: an unquoted word in upper case, else the empty string. It is asked for some ten times.
    """

    kind: Kind
    value: str
    start: int
    end: int
    word: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "word", self.value.upper() if self.kind is Kind.WORD else "")


_IDENTIFIER = f"{IDENTIFIER_START}{IDENTIFIER_PART}*"
_START = re.compile(
    r"""(?P<space>[ \t\n\r\f]+|--[^\n\r]*)
      |(?P<comment>/\*)
      |(?P<prefixed>(?:[eEbBxXnN]|[uU]&)')
      |(?P<unicode>[uU]&")
      |(?P<word>"""
    + _IDENTIFIER
    + r""")
      |(?P<string>')
      |(?P<quoted>")
      |(?P<number>(?:\d+\.\d+|\d+\.(?!\.)|\.\d+|\d+)(?:[eE][+-]?\d+)?)
      |(?P<parameter>\$\d+)
      |(?P<dollar>\$(?:"""
    + f"{IDENTIFIER_START}{TAG_PART}*"
    + r""")?\$)
      |(?P<punctuation>::|:=|\.\.|[,()\[\].;:])
      |(?P<operator>[~!@\#^&|`?+\-*/%<>=]+)""",
    re.VERBOSE,
)
_QUOTED_PART = re.compile(r"[^']*(?:''[^']*)*")
_ESCAPED_PART = re.compile(r"(?:[^'\\]|''|\\.)*", re.DOTALL)
_CONTINUATION = re.compile(r"(?:[ \t\f]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f]|--[^\n\r]*(?=[\n\r]))*'")
_IDENTIFIER_PART = re.compile(r'[^"]*(?:""[^"]*)*')
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_WORD_AFTER_NUMBER = re.compile(_IDENTIFIER)
_UESCAPE = re.compile(r"\s*UESCAPE\s*'(.)'", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_NAMED_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_SPECIAL_OPERATOR_CHARACTERS = frozenset("~!@#^&|`?%")
_MAX_OPERATOR_RUN = 1000
"""A run of n signs is cut in the square of n steps; a stack of 1000 frames holds no 1000 signs before an operand."""


def scan(text: str) -> tuple[Lexeme, ...]:
    """Cut `text` into lexemes, leaving out white space and comments.

    Raises:
        SqlSyntaxError: a string, identifier or comment does not end, or a character belongs to nothing.
    """
    lexemes: list[Lexeme] = []
    at = 0
    while at < len(text):
        match = _START.match(text, at)
        if match is None:
            raise syntax_error_near(text[at], at)
        at = _take(text, match, lexemes)
    return tuple(lexemes)


def syntax_error_near(near: str, offset: int) -> SqlSyntaxError:
    """Make the error PostgreSQL gives for a lexeme that cannot stand there; `offset` is 0-based."""
    return SqlSyntaxError(f'syntax error at or near "{near}"', position=offset + 1)


def _take(text: str, match: re.Match[str], lexemes: list[Lexeme]) -> int:
    """Add what starts at `match` and give the offset behind it."""
    start, end = match.span()
    match match.lastgroup:
        case "space":
            return end
        case "comment":
            return _comment_end(text, start)
        case "word":
            lexemes.append(Lexeme(Kind.WORD, match[0], start, end))
        case "punctuation":
            lexemes.append(Lexeme(Kind.PUNCTUATION, match[0], start, end))
        case "operator":
            end = start + _operator_length(match[0])
            lexemes.append(Lexeme(Kind.OPERATOR, text[start:end], start, end))
        case "number" | "parameter" as kind:
            lexemes.append(_number(text, start, end, parameter=kind == "parameter"))
        case _:
            lexeme = _quoted(text, match)
            lexemes.append(lexeme)
            return lexeme.end
    return end


def _number(text: str, start: int, end: int, *, parameter: bool) -> Lexeme:
    junk = _WORD_AFTER_NUMBER.match(text, end)
    if junk is not None:
        kind = "parameter" if parameter else "numeric literal"
        raise SqlSyntaxError(f'trailing junk after {kind} at or near "{text[start : junk.end()]}"', position=start + 1)
    if parameter:
        return Lexeme(Kind.PARAMETER, text[start + 1 : end], start, end)
    return Lexeme(Kind.NUMBER, text[start:end], start, end)


def _quoted(text: str, match: re.Match[str]) -> Lexeme:
    start, end = match.span()
    match match.lastgroup:
        case "string":
            return _plain_string(text, start, end)
        case "quoted":
            return _identifier(text, start, end)
        case "unicode":
            return _unicode_identifier(text, start, end)
        case "dollar":
            return _dollar_string(text, start, match[0])
        case _:
            return _prefixed_string(text, start, end)


def _operator_length(run: str) -> int:
    """Say how much of a run of operator characters is one operator.

    Raises:
        StatementTooComplex: the run is so long that its signs would nest too deeply.
    """
    cut = min((at for at in (run.find("/*"), run.find("--")) if at >= 0), default=len(run))
    run = run[:cut]
    if len(run) > _MAX_OPERATOR_RUN:
        raise StatementTooComplex("stack depth limit exceeded", hint="Nest the statement less deeply.")
    while len(run) > 1 and run[-1] in "+-" and not _SPECIAL_OPERATOR_CHARACTERS & set(run[:-1]):
        run = run[:-1]
    return len(run)


def _comment_end(text: str, start: int) -> int:
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    raise SqlSyntaxError(f'unterminated /* comment at or near "{text[start:]}"', position=start + 1)


def _string_body(text: str, start: int, at: int, part: re.Pattern[str], name: str) -> tuple[str, int]:
    """Read the inside of a string from `at`, with its continuations on later lines."""
    body = ""
    while True:
        piece = part.match(text, at)
        assert piece is not None, "the pattern matches the empty text"
        body += piece[0]
        at = piece.end()
        if at >= len(text) or text[at] != "'":
            raise SqlSyntaxError(f'unterminated {name} at or near "{text[start:]}"', position=start + 1)
        more = _CONTINUATION.match(text, at + 1)
        if more is None:
            return body, at + 1
        at = more.end()


def _plain_string(text: str, start: int, at: int) -> Lexeme:
    body, end = _string_body(text, start, at, _QUOTED_PART, "quoted string")
    return Lexeme(Kind.STRING, body.replace("''", "'"), start, end)


def _prefixed_string(text: str, start: int, at: int) -> Lexeme:
    prefix = text[start].lower()
    if prefix == "e":
        body, end = _string_body(text, start, at, _ESCAPED_PART, "quoted string")
        return Lexeme(Kind.STRING, _unescape(body, start), start, end)
    if prefix == "n":
        return _plain_string(text, start, at)
    if prefix == "u":
        body, end = _string_body(text, start, at, _QUOTED_PART, "quoted string")
        value, end = _unicode_value(text, body.replace("''", "'"), start, end)
        return Lexeme(Kind.STRING, value, start, end)
    name = "bit string literal" if prefix == "b" else "hexadecimal string literal"
    body, end = _string_body(text, start, at, _QUOTED_PART, name)
    return Lexeme(Kind.BITS, prefix + body, start, end)


def _unescape(body: str, start: int) -> str:
    """Undo the backslashes of an E'' string."""

    def replace(escape: re.Match[str]) -> str:
        octal, hexadecimal, short, long, other = escape.groups()
        if octal:
            return chr(int(octal, 8) & 0xFF)
        if hexadecimal:
            return chr(int(hexadecimal, 16))
        if short or long:
            return _code_point(short or long, start)
        if other in "uU":
            raise SqlSyntaxError("invalid Unicode escape", position=start + 1, hint=_UNICODE_HINT)
        return _NAMED_ESCAPES.get(other, other)

    return _join_surrogates(_ESCAPE.sub(replace, body.replace("''", "'")), start)


_UNICODE_HINT = "Unicode escapes must be \\uXXXX or \\UXXXXXXXX."


def _code_point(digits: str, start: int) -> str:
    code = int(digits, 16)
    if code == 0 or code > 0x10FFFF:
        raise SqlSyntaxError("invalid Unicode escape value", position=start + 1)
    return chr(code)


def _join_surrogates(value: str, start: int) -> str:
    if not any("\ud800" <= character <= "\udfff" for character in value):
        return value
    try:
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise SqlSyntaxError("invalid Unicode surrogate pair", position=start + 1) from error


def _unicode_value(text: str, body: str, start: int, end: int) -> tuple[str, int]:
    """Undo the escapes of U&'' and U&"", with an optional UESCAPE behind."""
    escape = "\\"
    uescape = _UESCAPE.match(text, end)
    if uescape is not None:
        escape, end = uescape[1], uescape.end()
    mark = re.escape(escape)
    pattern = re.compile(f"{mark}(?:({mark})|([0-9A-Fa-f]{{4}})|\\+([0-9A-Fa-f]{{6}})|())")

    def replace(found: re.Match[str]) -> str:
        if found[1]:
            return escape
        if found[4] is not None:
            raise SqlSyntaxError("invalid Unicode escape", position=start + 1)
        return _code_point(found[2] or found[3], start)

    return _join_surrogates(pattern.sub(replace, body), start), end


def _identifier_body(text: str, start: int, at: int) -> tuple[str, int]:
    piece = _IDENTIFIER_PART.match(text, at)
    assert piece is not None, "the pattern matches the empty text"
    if piece.end() >= len(text):
        raise SqlSyntaxError(f'unterminated quoted identifier at or near "{text[start:]}"', position=start + 1)
    if not piece[0]:
        raise SqlSyntaxError(
            f'zero-length delimited identifier at or near "{text[start : at + 1]}"', position=start + 1
        )
    return piece[0].replace('""', '"'), piece.end() + 1


def _identifier(text: str, start: int, at: int) -> Lexeme:
    value, end = _identifier_body(text, start, at)
    return Lexeme(Kind.QUOTED, value, start, end)


def _unicode_identifier(text: str, start: int, at: int) -> Lexeme:
    body, end = _identifier_body(text, start, at)
    value, end = _unicode_value(text, body, start, end)
    return Lexeme(Kind.QUOTED, value, start, end)


def _dollar_string(text: str, start: int, tag: str) -> Lexeme:
    body_start = start + len(tag)
    close = text.find(tag, body_start)
    if close < 0:
        raise SqlSyntaxError(f'unterminated dollar-quoted string at or near "{text[start:]}"', position=start + 1)
    return Lexeme(Kind.STRING, text[body_start:close], start, close + len(tag))
