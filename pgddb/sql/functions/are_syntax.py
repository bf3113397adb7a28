"""Spell PostgreSQL's advanced regular expressions as Python's re does, and know which match they prefer.

Source: https://www.postgresql.org/docs/15/functions-matching.html#POSIX-SYNTAX-DETAILS
"""

from __future__ import annotations

import re

from msgspec import Struct

from pgddb.errors import InvalidRegularExpression

_CLASSES = {
    "alpha": "a-zA-Z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u03ff\u0400-\u052f",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u03ff\u0400-\u052f",
    "upper": "A-Z\u00c0-\u00d6\u00d8-\u00de",
    "lower": "a-z\u00df-\u00f6\u00f8-\u00ff",
    "space": r" \t\n\r\f\v",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": "0-9A-Fa-f",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "print": r"\x20-\x7e\u00a0-\U0010ffff",
    "graph": r"\x21-\x7e\u00a1-\U0010ffff",
    "word": r"\w",
}
_ESCAPES = {
    "m": r"\b(?=\w)",
    "M": r"\b(?<=\w)",
    "y": r"\b",
    "Y": r"\B",
    "A": r"\A",
    "Z": r"\Z",
    "a": r"\x07",
    "e": r"\x1b",
    "B": r"\\",
    "b": r"\x08",
}
_KEPT_ESCAPES = frozenset("dDsSwWfnrtvx")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})(\??)")
_OPTIONS = re.compile(r"\(\?([bceimnpqstwx]+)\)")
_DIRECTOR = "***"


class Spelled(Struct, frozen=True):
    """A pattern for Python.

    Attributes:
        inner: the same for a match that must not end where the text ends: `$` matches nothing there.
        flags: with those that the pattern itself asks for.
        shortest: the shortest of the matches that begin first is wanted, not the longest.
        is_plain: Python's own choice of a match is PostgreSQL's.
    """

    pattern: str
    inner: str
    flags: str
    shortest: bool
    is_plain: bool


def spell(pattern: str, flags: str) -> Spelled:
    r"""Translate a pattern.

    >>> spell(r"[[:digit:]]+\y", "").pattern
    '[0-9]+\\b'

    Raises:
        InvalidRegularExpression: it is none.
    """
    if pattern.startswith(_DIRECTOR):
        director, pattern = pattern[:4], pattern[4:]
        flags += "q" if director.endswith("=") else ""
    options = _OPTIONS.match(pattern) if "q" not in flags else None
    if options is not None:
        flags, pattern = flags + options[1], pattern[options.end() :]
    if "q" in flags:
        return Spelled(re.escape(pattern), re.escape(pattern), flags, shortest=False, is_plain=True)
    scanner = _Scanner(pattern, expanded="x" in flags)
    out, inner = scanner.run()
    return Spelled(out, inner, flags.replace("x", ""), scanner.shortest is True, not scanner.is_ambiguous)


def fault(message: str) -> InvalidRegularExpression:
    """Say in PostgreSQL's words what Python found wrong."""
    for python, words in _FAULTS:
        if python in message:
            return InvalidRegularExpression(f"invalid regular expression: {words}")
    return InvalidRegularExpression(f"invalid regular expression: {message}")


_FAULTS = (
    ("unterminated character set", "brackets [] not balanced"),
    ("unterminated subpattern", "parentheses () not balanced"),
    ("unbalanced parenthesis", "parentheses () not balanced"),
    ("nothing to repeat", "quantifier operand invalid"),
    ("multiple repeat", "quantifier operand invalid"),
    ("min repeat greater", "invalid repetition count(s)"),
    ("repetition number is too large", "invalid repetition count(s)"),
    ("invalid group reference", "invalid backreference number"),
    ("bad character range", "invalid character range"),
    ("bad escape", r"invalid escape \ sequence"),
)


class _Scanner:
    """Walks a pattern; `shortest` is decided by the first quantifier or alternation."""

    def __init__(self, pattern: str, *, expanded: bool) -> None:
        self._pattern = pattern
        self._expanded = expanded
        self._at = 0
        self._out: list[str] = []
        self._inner: list[str] = []
        self._fresh = True
        self._depth = 0
        self.shortest: bool | None = None
        self.is_ambiguous = False

    def run(self) -> tuple[str, str]:
        """Give the two spellings."""
        while self._at < len(self._pattern):
            self._take()
        return "".join(self._out), "".join(self._inner)

    def _put(self, text: str, inner: str | None = None) -> None:
        self._out.append(text)
        self._inner.append(text if inner is None else inner)

    def _take(self) -> None:
        sign = self._pattern[self._at]
        if sign == "\\":
            self._escape()
        elif sign == "[":
            self._bracket()
        elif sign == "$":
            self._put("$", "(?!)")
            self._at += 1
            self._fresh = True
        elif (quantifier := _QUANTIFIER.match(self._pattern, self._at)) is not None:
            self._quantify(quantifier)
        elif self._expanded and (sign.isspace() or sign == "#"):
            self._skip_comment(sign)
        else:
            self._plain(sign)

    def _skip_comment(self, sign: str) -> None:
        end = self._pattern.find("\n", self._at) if sign == "#" else self._at
        self._at = len(self._pattern) if end < 0 else end + 1

    def _plain(self, sign: str) -> None:
        if sign == "|":
            self.is_ambiguous = True
            if self._depth == 0 or self.shortest is None:
                self.shortest = False
            self._fresh = True
        elif sign == "(":
            return self._open()
        elif sign == ")":
            self._depth -= 1
            self._fresh = False
        else:
            self._fresh = sign == "^"
        self._put("\\{" if sign == "{" else sign)
        self._at += 1
        return None

    def _open(self) -> None:
        special = re.compile(r"\(\?(?::|=|!|<=|<!|#[^)]*\))?").match(self._pattern, self._at)
        text = special[0] if special else "("
        if text == "(?":
            raise InvalidRegularExpression("invalid regular expression: quantifier operand invalid")
        if "#" not in text:
            self._put(text)
            self._depth += 1
        self._at += len(text)
        self._fresh = True

    def _quantify(self, found: re.Match[str]) -> None:
        if self._fresh:
            raise InvalidRegularExpression("invalid regular expression: quantifier operand invalid")
        following = self._pattern[found.end() : found.end() + 1]
        if following in ("*", "+", "?"):
            raise InvalidRegularExpression("invalid regular expression: quantifier operand invalid")
        exact = re.fullmatch(r"\{(\d+)\}\??", found[0])
        if exact is None:
            if self.shortest is None:
                self.shortest = bool(found[1])
            if found[1] or self._out[-1:] == [")"]:
                self.is_ambiguous = True
        if any(int(number) > 255 for number in re.findall(r"\d+", found[0])):
            raise InvalidRegularExpression("invalid regular expression: invalid repetition count(s)")
        self._put(found[0])
        self._at = found.end()

    def _escape(self) -> None:
        sign = self._pattern[self._at + 1 : self._at + 2]
        if not sign:
            raise InvalidRegularExpression("invalid regular expression: invalid escape \\ sequence")
        self._fresh = sign in "mMyYAZ"
        code = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]+)|c(.))").match(
            self._pattern, self._at
        )
        if code is not None:
            number = ord(code[4]) & 31 if code[4] else int(code[1] or code[2] or code[3], 16)
            self._put(re.escape(chr(number)))
            self._at = code.end()
            return
        if sign.isalnum() and not sign.isdigit() and sign not in _KEPT_ESCAPES and sign not in _ESCAPES:
            raise InvalidRegularExpression("invalid regular expression: invalid escape \\ sequence")
        text = _ESCAPES.get(sign) or ("\\0" if sign == "0" else f"\\{sign}")
        self._put(text, "(?!)" if sign == "Z" else None)
        self._at += 2

    def _bracket(self) -> None:
        pattern, at = self._pattern, self._at + 1
        edge = {"[[:<:]]": r"\b(?=\w)", "[[:>:]]": r"\b(?<=\w)"}.get(pattern[self._at : self._at + 7])
        if edge is not None:
            self._put(edge)
            self._at += 7
            self._fresh = True
            return
        out = ["["]
        if pattern[at : at + 1] == "^":
            out.append("^")
            at += 1
        first = True
        while first or pattern[at : at + 1] != "]":
            if at >= len(pattern):
                raise InvalidRegularExpression("invalid regular expression: brackets [] not balanced")
            part, at = _bracket_part(pattern, at)
            out.append(part)
            first = False
        self._put("".join(out) + "]")
        self._at = at + 1
        self._fresh = False


def _bracket_part(pattern: str, at: int) -> tuple[str, int]:
    """Give one member of a bracket expression, and the place behind it."""
    named = re.compile(r"\[:(\w+):\]|\[\.(.)\.\]|\[=(.)=\]").match(pattern, at)
    if named is not None:
        if named[1] is None:
            return re.escape(named[2] or named[3]), named.end()
        inside = _CLASSES.get(named[1])
        if inside is None:
            raise InvalidRegularExpression("invalid regular expression: invalid character class")
        return inside, named.end()
    sign = pattern[at]
    if sign == "\\":
        escaped = pattern[at + 1 : at + 2]
        if escaped in ("y", "Y", "m", "M", "A", "Z", ""):
            raise InvalidRegularExpression("invalid regular expression: invalid escape \\ sequence")
        return {"B": r"\\", "e": r"\x1b", "a": r"\x07"}.get(escaped, f"\\{escaped}"), at + 2
    return (f"\\{sign}" if sign in "[]&~|^" else sign), at + 1
