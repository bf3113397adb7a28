"""Do PostgreSQL's functions of regular expressions.

The match that begins first is taken, and of those that begin there the longest, or the
shortest where the pattern prefers it; Python's re takes the one that its order of
trying finds first. So a pattern in which that may differ is tried end by end.

Source: https://www.postgresql.org/docs/15/functions-matching.html#POSIX-MATCHING-RULES
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from pgddb.errors import InvalidEscapeSequence, InvalidParameterValue
from pgddb.sql.functions.are_syntax import fault, spell
from pgddb.sql.functions.scalar import ScalarFunction, by_value

_FLAGS: dict[str, Callable[[re.RegexFlag], re.RegexFlag]] = {
    "i": lambda options: options | re.IGNORECASE,
    "c": lambda options: options & ~re.IGNORECASE,
    "n": lambda options: (options | re.MULTILINE) & ~re.DOTALL,
    "m": lambda options: (options | re.MULTILINE) & ~re.DOTALL,
    "p": lambda options: options & ~re.DOTALL,
    "w": lambda options: options | re.MULTILINE,
    "s": lambda options: (options & ~re.MULTILINE) | re.DOTALL,
    **dict.fromkeys("begqtx", lambda options: options),
}


class Expression:
    """A compiled pattern; `finditer` and `search` are as of re.Pattern, with PostgreSQL's choice of matches."""

    def __init__(self, pattern: str, flags: str) -> None:
        spelled = spell(pattern, flags)
        options = re.DOTALL
        for flag in spelled.flags:
            options = _FLAGS[flag](options)
        end = "$" if options & re.MULTILINE else r"\Z"
        try:
            self._whole = re.compile(_with_end(spelled.pattern, end), options)
            self._inner = re.compile(_with_end(spelled.inner, end), options) if not spelled.is_plain else self._whole
        except (re.error, OverflowError) as error:
            raise fault(str(error)) from error
        self._is_plain = spelled.is_plain
        self._shortest = spelled.shortest
        self.groups = self._whole.groups

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Find the first match."""
        found = self._whole.search(text, start)
        if found is None or self._is_plain:
            return found
        return self._preferred(text, found)

    def _preferred(self, text: str, found: re.Match[str]) -> re.Match[str]:
        """Find the longest or shortest match that begins where this one does."""
        start = found.start()
        ends = range(start, found.end()) if self._shortest else range(len(text), found.end(), -1)
        for end in ends:
            expression = self._whole if end == len(text) else self._inner
            other = expression.fullmatch(text, start, end)
            if other is not None:
                return other
        return found

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """Find all matches, none overlapping another."""
        if self._is_plain:
            yield from self._whole.finditer(text, start)
            return
        while start <= len(text) and (found := self.search(text, start)) is not None:
            yield found
            start = found.end() + (found.end() == found.start())


def _with_end(pattern: str, end: str) -> str:
    return pattern if end == "$" else _DOLLAR.sub(lambda found: found[0] if found[0] != "$" else end, pattern)


_DOLLAR = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", re.DOTALL)


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> Expression:
    """Compile a pattern with PostgreSQL's flags.

    Raises:
        InvalidRegularExpression: the pattern is none.
        InvalidParameterValue: a flag does not exist.
    """
    for flag in flags:
        if flag not in _FLAGS:
            raise InvalidParameterValue(f'invalid regular expression option: "{flag}"')
    return Expression(pattern, flags)


def like(text: str, pattern: str, flags: str) -> bool:
    """Do the operator ~."""
    _refuse_global(flags, "regexp_like()")
    return compiled(pattern, flags).search(text) is not None


def _refuse_global(flags: str, name: str) -> None:
    if "g" in flags:
        hint = "Use the regexp_matches function instead." if name == "regexp_match()" else None
        raise InvalidParameterValue(f'{name} does not support the "global" option', hint=hint)


def first_match(text: str, pattern: str, flags: str) -> list[str | None] | None:
    """Do regexp_match."""
    _refuse_global(flags, "regexp_match()")
    found = compiled(pattern, flags).search(text)
    return None if found is None else _groups(found)


def _groups(found: re.Match[str]) -> list[str | None]:
    return list(found.groups()) if found.re.groups else [found[0]]


def all_matches(text: str, pattern: str, flags: str) -> list[list[str | None]]:
    """Do regexp_matches: one list for each row."""
    expression = compiled(pattern, flags)
    if "g" in flags:
        return [_groups(match) for match in expression.finditer(text)]
    found = expression.search(text)
    return [] if found is None else [_groups(found)]


def replace(text: str, pattern: str, replacement: str, flags: str) -> str:
    """Do regexp_replace."""
    return replace_at(text, pattern, replacement, 1, 0 if "g" in flags else 1, flags)


def replace_at(text: str, pattern: str, replacement: str, start: int, number: int, flags: str) -> str:
    """Do regexp_replace from a place on: the n-th match, or all for 0."""
    _check_place("start", start)
    if number < 0:
        raise InvalidParameterValue(f'invalid value for parameter "n": {number}')
    out: list[str] = []
    last = 0
    for count, found in enumerate(compiled(pattern, flags).finditer(text, start - 1), 1):
        if number in (0, count):
            out += (text[last : found.start()], _filled(replacement, found))
            last = found.end()
        if number == count:
            break
    return "".join(out) + text[last:]


def _filled(replacement: str, found: re.Match[str]) -> str:
    def part(mark: re.Match[str]) -> str:
        sign = mark[1]
        if sign.isdigit() and sign != "0":
            return (found[int(sign)] or "") if int(sign) <= found.re.groups else ""
        return found[0] if sign == "&" else "\\" if sign == "\\" else mark[0]

    return re.sub(r"\\(.)", part, replacement)


def _check_place(name: str, value: int) -> None:
    if value <= 0:
        raise InvalidParameterValue(f'invalid value for parameter "{name}": {value}')


def split(text: str, pattern: str, flags: str) -> list[str]:
    """Do regexp_split_to_array: an empty match at the ends does not split."""
    _refuse_global(flags, "regexp_split_to_array()")
    parts: list[str] = []
    start = 0
    for found in compiled(pattern, flags).finditer(text):
        if found.end() == 0 or found.start() >= len(text) or (found.start() == found.end() == start):
            continue
        parts.append(text[start : found.start()])
        start = found.end()
    return [*parts, text[start:]]


def substring(text: str, pattern: str) -> str | None:
    """Give the first match of a pattern, or of its first group, as substring does."""
    found = compiled(pattern, "").search(text)
    if found is None:
        return None
    return found[1] if found.re.groups else found[0]


def count(text: str, pattern: str, start: int, flags: str) -> int:
    """Do regexp_count."""
    _check_place("start", start)
    _refuse_global(flags, "regexp_count()")
    return sum(1 for _ in compiled(pattern, flags).finditer(text, start - 1))


def _numbered(text: str, pattern: str, start: int, number: int, flags: str) -> re.Match[str] | None:
    _check_place("start", start)
    _check_place("n", number)
    matches = compiled(pattern, flags).finditer(text, start - 1)
    return next((found for at, found in enumerate(matches, 1) if at == number), None)


def _check_parts(name: str, flags: str, group: int) -> None:
    if group < 0:
        raise InvalidParameterValue(f'invalid value for parameter "subexpr": {group}')
    if "g" in flags:
        raise InvalidParameterValue(f'{name}() does not support the "global" option')


def nth_substring(text: str, pattern: str, start: int, number: int, flags: str, group: int) -> str | None:
    """Do regexp_substr."""
    _check_parts("regexp_substr", flags, group)
    found = _numbered(text, pattern, start, number, flags)
    if found is None or group > found.re.groups:
        return None
    return found[group]


def position(text: str, pattern: str, start: int, number: int, end: int, flags: str, group: int) -> int:  # noqa: PLR0917, PLR0913 - as SQL has them
    """Do regexp_instr."""
    if end not in (0, 1):
        raise InvalidParameterValue(f'invalid value for parameter "endoption": {end}')
    _check_parts("regexp_instr", flags, group)
    found = _numbered(text, pattern, start, number, flags)
    if found is None or group > found.re.groups or found.start(group) < 0:
        return 0
    return (found.end(group) if end else found.start(group)) + 1


# SIMILAR TO


def similar_pattern(pattern: str, escape: str) -> str:
    """Spell a SIMILAR TO pattern as a regular expression for the whole text; escaped quotes mark a part as a group.

    >>> similar_pattern("(A|b)%_x.", chr(92))
    '^(?:(?:A|b).*.x[.])$'
    >>> similar_pattern('a#"b#"c', "#")
    '^(?:(?:a){1,1}?(b){1,1}(?:c))$'
    """
    if len(escape) > 1:
        raise InvalidEscapeSequence("invalid escape string", hint="Escape string must be empty or one character.")
    out: list[str] = []
    at, in_class, marks = 0, False, 0
    while at < len(pattern):
        sign = pattern[at]
        if escape and sign == escape and at + 1 < len(pattern):
            at += 1
            if pattern[at] == '"':
                out.append(("){1,1}?(", "){1,1}(?:")[min(marks, 1)])
                marks += 1
            else:
                out.append(re.escape(pattern[at]))
        elif in_class:
            out.append("\\\\" if sign == "\\" else sign)
            in_class = sign != "]"
        else:
            out.append(_SIMILAR.get(sign, sign))
            in_class = sign == "["
        at += 1
    body = "".join(out)
    return f"^(?:(?:{body}))$" if marks else f"^(?:{body})$"


_SIMILAR = {"%": ".*", "_": ".", "(": "(?:", ".": "[.]", "^": r"\^", "$": "[$]", "\\": "\\\\"}


def similar(text: str, pattern: str, escape: str) -> bool:
    """Do SIMILAR TO."""
    return compiled(similar_pattern(pattern, escape), "").search(text) is not None


def similar_substring(text: str, pattern: str, escape: str) -> str | None:
    """Do substring(text SIMILAR pattern ESCAPE escape)."""
    found = compiled(similar_pattern(pattern, escape), "").search(text)
    if found is None:
        return None
    return found[1] if found.re.groups else found[0]


_TEXT, _INT = "VARCHAR", "INTEGER"
FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_regexp_like", (_TEXT, _TEXT, _TEXT), "BOOLEAN", like),
    by_value("pgddb_regexp_match", (_TEXT, _TEXT, _TEXT), "VARCHAR[]", first_match),
    by_value("pgddb_regexp_matches", (_TEXT, _TEXT, _TEXT), "VARCHAR[][]", all_matches),
    by_value("pgddb_regexp_replace", (_TEXT, _TEXT, _TEXT, _TEXT), _TEXT, replace),
    by_value("pgddb_regexp_replace_at", (_TEXT, _TEXT, _TEXT, _INT, _INT, _TEXT), _TEXT, replace_at),
    by_value("pgddb_regexp_split", (_TEXT, _TEXT, _TEXT), "VARCHAR[]", split),
    by_value("pgddb_regexp_substring", (_TEXT, _TEXT), _TEXT, substring),
    by_value("pgddb_regexp_count", (_TEXT, _TEXT, _INT, _TEXT), "INTEGER", count),
    by_value("pgddb_regexp_substr", (_TEXT, _TEXT, _INT, _INT, _TEXT, _INT), _TEXT, nth_substring),
    by_value("pgddb_regexp_instr", (_TEXT, _TEXT, _INT, _INT, _INT, _TEXT, _INT), "INTEGER", position),
    by_value("pgddb_similar", (_TEXT, _TEXT, _TEXT), "BOOLEAN", similar),
    by_value("pgddb_similar_substring", (_TEXT, _TEXT, _TEXT), _TEXT, similar_substring),
)
