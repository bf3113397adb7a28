"""Parse the text of a JSON path.

Source: src/backend/utils/adt/jsonpath_scan.l and jsonpath_gram.y of PostgreSQL 15
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from pgddb.errors import InvalidTextRepresentation, SqlSyntaxError
from pgddb.sql.characters import TAG_PART
from pgddb.sql.functions.jsonpath.nodes import (
    CONDITIONS,
    Binary,
    Comparison,
    Connection,
    Current,
    Descent,
    Elements,
    Exists,
    Filter,
    IsUnknown,
    JsonPath,
    Last,
    LikeRegex,
    Literal,
    Member,
    Method,
    Node,
    Not,
    Path,
    Root,
    Step,
    Unary,
    Variable,
)
from pgddb.sql.functions.regular_expressions import compiled

_TOKEN = re.compile(
    r"""\s*(?:/\*.*?\*/\s*)*(?:
        (?P<string>"(?:[^"\\]|\\.)*")
      | \$(?P<quoted_variable>"(?:[^"\\]|\\.)*")
      | (?P<variable>\$"""
    + TAG_PART
    + r"""+)
      | (?P<number>(?:(?:0|[1-9]\d*)(?:\.\d+|\.(?![\w*."]))?|\.\d+)(?:[eE][+-]?\d+)?(?P<junk>[A-Za-z_]\w*)?)
      | (?P<sign>\*\*|&&|\|\||==|<>|!=|<=|>=|[$@.*\[\](){}?,:!<>+\-/%])
      | (?P<word>(?:[^\s?%$.\[\]{}()|&!=<>@\#,*:\-+/\\"]|\\.)+)
      | (?P<end>$))""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_NAMED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_COMPARED = {"==": "==", "<>": "!=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_METHODS = frozenset(["type", "size", "double", "ceiling", "floor", "abs", "keyvalue", "datetime"])
_FLAGS = frozenset("ismxq")

Token = tuple[str, str]
"""Kind (string, variable, number, sign, word, end) and decoded value."""


@lru_cache(maxsize=1024)
def parse_path(text: str) -> JsonPath:
    """Parse a path.

    >>> parse_path("strict $.a[0]").strict
    True

    Raises:
        SqlSyntaxError, InvalidTextRepresentation: it is none.
    """
    if not text.strip():
        raise InvalidTextRepresentation(f'invalid input syntax for type jsonpath: "{text}"')
    return _Parser(text).path()


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        return chr(int(code, 16)) if code else _NAMED.get(match[4], match[4])

    plain = _ESCAPE.sub(character, text)
    return (
        plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if "\ud800" <= max(plain, default="") <= "\udfff"
        else plain
    )


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while True:
        match = _TOKEN.match(text, at)
        if match is None:
            if text[at:].lstrip().startswith('"'):
                raise SqlSyntaxError("unexpected end of quoted string at end of jsonpath input")
            raise SqlSyntaxError(f'syntax error at or near "{text[at:].lstrip()[:1]}" of jsonpath input')
        at = match.end()
        kind = match.lastgroup or "end"
        if match["junk"]:
            raise SqlSyntaxError(
                f'trailing junk after numeric literal at or near "{match["number"]}" of jsonpath input'
            )
        if match["number"]:
            kind = "number"
        if kind == "end":
            return [*found, ("end", "")]
        found.append(_token(kind, match[kind]))


def _token(kind: str, text: str) -> Token:
    if kind == "string":
        return kind, _unescaped(text[1:-1])
    if kind == "quoted_variable":
        return "variable", _unescaped(text[1:-1])
    if kind == "variable":
        return kind, text[1:]
    return kind, _unescaped(text) if kind == "word" else text


class _Parser:
    """Recursive descent; `_at` is the next token."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._filters = 0
        self._subscripts = 0

    def path(self) -> JsonPath:
        strict = self._word("strict")
        if not strict:
            self._word("lax")
        expression = self._either()
        if self._kind != "end":
            raise self._error()
        return JsonPath(strict, expression)

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def _value(self) -> str:
        return self._tokens[self._at][1]

    def _error(self) -> SqlSyntaxError:
        if self._kind == "end":
            return SqlSyntaxError("syntax error at end of jsonpath input")
        return SqlSyntaxError(f'syntax error at or near "{self._value}" of jsonpath input')

    def _take(self) -> str:
        value = self._value
        self._at += 1
        return value

    def _sign(self, *signs: str) -> str | None:
        return self._take() if self._kind == "sign" and self._value in signs else None

    def _word(self, word: str) -> bool:
        if self._kind == "word" and self._value.lower() == word:
            self._at += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if self._sign(sign) is None:
            raise self._error()

    # Conditions

    def _either(self) -> Node:
        left = self._both()
        while self._sign("||"):
            left = Connection("||", self._condition(left), self._condition(self._both()))
        return left

    def _both(self) -> Node:
        left = self._compared()
        while self._sign("&&"):
            left = Connection("&&", self._condition(left), self._condition(self._compared()))
        return left

    def _condition(self, node: Node) -> Node:
        if not isinstance(node, CONDITIONS):
            raise self._error()
        return node

    def _compared(self) -> Node:
        if self._sign("!"):
            return Not(self._negated())
        if self._word("exists"):
            self._expect("(")
            inner = self._sum()
            self._expect(")")
            return Exists(inner)
        left = self._sum()
        if isinstance(left, CONDITIONS):
            return left
        sign = self._sign(*_COMPARED)
        if sign is not None:
            return Comparison(_COMPARED[sign], left, self._operand())
        if self._word("starts"):
            if not self._word("with"):
                raise self._error()
            return Comparison("starts with", left, self._prefix())
        return self._like(left) if self._word("like_regex") else left

    def _operand(self) -> Node:
        operand = self._sum()
        if isinstance(operand, CONDITIONS):
            raise self._error()
        return operand

    def _negated(self) -> Node:
        if self._word("exists"):
            self._at -= 1
            return self._compared()
        self._expect("(")
        inner = self._condition(self._either())
        self._expect(")")
        return inner

    def _prefix(self) -> Node:
        if self._kind == "string":
            return Literal(self._take())
        if self._kind == "variable":
            return Variable(self._take())
        raise self._error()

    def _like(self, operand: Node) -> Node:
        if self._kind != "string":
            raise self._error()
        pattern, flags = self._take(), ""
        if self._word("flag"):
            flags = self._take() if self._kind == "string" else ""
        for flag in flags:
            if flag not in _FLAGS:
                raise SqlSyntaxError(
                    "invalid input syntax for type jsonpath",
                    detail=f'Unrecognized flag character "{flag}" in LIKE_REGEX predicate.',
                )
        if "x" in flags and "q" not in flags:
            raise SqlSyntaxError('XQuery "x" flag (expanded regular expressions) is not implemented')
        compiled(pattern, regex_flags(flags))
        return LikeRegex(operand, pattern, flags)

    # Values

    def _sum(self) -> Node:
        left = self._product()
        while not isinstance(left, CONDITIONS) and (sign := self._sign("+", "-")):
            left = Binary(sign, left, self._product())
        return left

    def _product(self) -> Node:
        left = self._signed()
        while not isinstance(left, CONDITIONS) and (sign := self._sign("*", "/", "%")):
            left = Binary(sign, left, self._signed())
        return left

    def _signed(self) -> Node:
        sign = self._sign("+", "-")
        if sign is None:
            return self._stepped()
        operand = self._signed()
        if isinstance(operand, Literal) and isinstance(operand.value, int | Decimal) and operand.value is not True:
            return Literal(-operand.value if sign == "-" else operand.value)
        return Unary(sign, operand)

    def _stepped(self) -> Node:
        start = self._primary()
        steps: list[Step] = []
        while (step := self._step()) is not None:
            steps.append(step)
        return Path(start, tuple(steps)) if steps else start

    def _primary(self) -> Node:
        match self._kind:
            case "string":
                return Literal(self._take())
            case "number":
                return Literal(_number(self._take()))
            case "variable":
                return Variable(self._take())
            case "word":
                return self._named()
            case _:
                return self._bracketed()

    def _named(self) -> Node:
        word = self._value
        constants = {"true": True, "false": False, "null": None}
        if word in constants:
            self._at += 1
            return Literal(constants[word])
        if word.lower() == "last":
            if not self._subscripts:
                raise SqlSyntaxError("LAST is allowed only in array subscripts")
            self._at += 1
            return Last()
        raise self._error()

    def _bracketed(self) -> Node:
        if self._sign("$"):
            return Root()
        if self._sign("@"):
            if not self._filters:
                raise SqlSyntaxError("@ is not allowed in root expressions")
            return Current()
        self._expect("(")
        inner = self._either()
        self._expect(")")
        if isinstance(inner, CONDITIONS) and self._word("is"):
            if not self._word("unknown"):
                raise self._error()
            return IsUnknown(inner)
        return inner

    def _step(self) -> Step | None:
        if self._sign("."):
            return self._member()
        if self._sign("["):
            return self._elements()
        if self._sign("?"):
            self._expect("(")
            self._filters += 1
            condition = self._condition(self._either())
            self._filters -= 1
            self._expect(")")
            return Filter(condition)
        return None

    def _member(self) -> Step:
        if self._sign("**"):
            return self._descent()
        if self._sign("*"):
            return Member(None)
        if self._kind == "string":
            return Member(self._take())
        if self._kind not in ("word", "variable"):
            raise self._error()
        name = self._take() if self._kind == "word" else "$" + self._take()
        if self._kind == "sign" and self._value == "(" and name in _METHODS:
            self._at += 1
            argument = self._take() if name == "datetime" and self._kind == "string" else None
            self._expect(")")
            return Method(name, argument)
        return Member(name)

    def _descent(self) -> Step:
        if not self._sign("{"):
            return Descent(0, None)
        first = self._level()
        last = self._level() if self._word("to") else first
        self._expect("}")
        return Descent(first, last)

    def _level(self) -> int | None:
        if self._word("last"):
            return None
        if self._kind != "number":
            raise self._error()
        return int(self._take())

    def _elements(self) -> Step:
        if self._sign("*"):
            self._expect("]")
            return Elements(())
        self._subscripts += 1
        ranges = [self._range()]
        while self._sign(","):
            ranges.append(self._range())
        self._subscripts -= 1
        self._expect("]")
        return Elements(tuple(ranges))

    def _range(self) -> tuple[Node, Node | None]:
        first = self._sum()
        return first, self._sum() if self._word("to") else None


def _number(text: str) -> int | Decimal:
    return int(text) if text.isdigit() else Decimal(text if not text.endswith(".") else text + "0")


def regex_flags(flags: str) -> str:
    """Give PostgreSQL's flags for those of XQuery."""
    return "".join({"i": "i", "s": "", "m": "w", "q": "q", "x": ""}[flag] for flag in flags) + (
        "" if "s" in flags or "m" in flags or "q" in flags else "p"
    )
