r"""Convert items of a shape seen often with one regular expression, twice as fast as walking them.

A shape is the attribute names, in the order they arrive, with their types. Its pattern captures the text of every
scalar, and its template prints the captures in jsonb's key order. What the pattern does not match (another shape, a
space, a backslash, an odd number) is walked, so a pattern can make an answer fast, never different:

- strings are matched by `"[^"\\]*"`, so a match can only end a string where JSON ends it;
- a list or set is captured up to the first place where the next attribute could start, and walking the capture
  proves that it is one whole JSON value; if it is not, the item is walked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import msgspec

from pgddb.dynamo.document_walk import NUMBER, item_json, key_rank, quoted, value_json

LEARN_AFTER = 500
"""Items of one shape that are walked before its pattern is made: compiling costs about what walking 500 items does."""

PATTERNS_PER_HEAD = 4
HEADS = 256
REST_AFTER_TOO_MANY = 50_000
"""Items that are only walked once a head has had more shapes than patterns: trying in vain costs more than it saves."""

MAX_ATTRIBUTES = 120
NESTING = 3

_STRING = r'("[^"\\]*")'


@dataclass(slots=True)
class _Pattern:
    """The compiled shape: `positions` are its groups in output order, `walked` the outputs that need a walk."""

    pattern: re.Pattern[bytes]
    positions: tuple[int, ...]
    walked: tuple[int, ...]
    template: bytes


@dataclass(slots=True)
class _Head:
    """What is known of the items whose first and last attributes have the same names."""

    learn_after: int
    patterns: list[_Pattern] = field(default_factory=list)
    misses: int = 0


_heads: dict[tuple[bytes, bytes], _Head] = {}


_recent: list[_Pattern] = []
"""The pattern that matched last, at most one: tried first, it saves a third for items of one shape."""


def convert_item(item: bytes) -> bytes:
    """Convert a whole item into canonical jsonb text."""
    for pattern in _recent:
        text = _by_pattern(item, pattern)
        if text is not None:
            return text
    last = item.rfind(b',"') + 2
    key = (item[: item.find(b'"', 2)], item[last : item.find(b'"', last)])
    head = _heads.get(key)
    if head is None:
        head = _new_head(key)
    for pattern in head.patterns:
        text = _by_pattern(item, pattern)
        if text is not None:
            _recent[:] = [pattern]
            return text
    text = item_json(item)
    head.misses += 1
    if head.misses >= head.learn_after:
        _learn(head, item)
    return text


def _by_pattern(item: bytes, pattern: _Pattern) -> bytes | None:
    match = pattern.pattern.fullmatch(item)
    if match is None:
        return None
    if pattern.walked:
        return _with_walked(match, pattern)
    return pattern.template % match.group(*pattern.positions)


def _with_walked(match: re.Match[bytes], pattern: _Pattern) -> bytes | None:
    # One more position (the first again), so that group() always gives a tuple.
    captures = list(match.group(*pattern.positions, pattern.positions[0])[:-1])
    try:
        for position in pattern.walked:
            captures[position] = value_json(captures[position])
    except (msgspec.DecodeError, ValueError, LookupError):
        return None  # the capture ended inside the value: the walk of the whole item decides
    return pattern.template % tuple(captures)


def _new_head(key: tuple[bytes, bytes]) -> _Head:
    if len(_heads) >= HEADS:
        _heads.clear()
    head = _heads[key] = _Head(LEARN_AFTER)
    return head


def _learn(head: _Head, item: bytes) -> None:
    """Make the pattern of this item; the item is one of the many that missed, so likely of a frequent shape."""
    head.misses = 0
    if len(head.patterns) >= PATTERNS_PER_HEAD:
        head.patterns.clear()
        _recent.clear()
        head.learn_after = REST_AFTER_TOO_MANY
        return
    pattern = _pattern_of(item)
    if pattern is None or any(known.pattern.pattern == pattern.pattern.pattern for known in head.patterns):
        head.learn_after *= 2
        return
    head.patterns.insert(0, pattern)


def _pattern_of(item: bytes) -> _Pattern | None:
    attributes: dict[str, dict[str, Any]] = msgspec.json.decode(item)
    writer = _PatternWriter()
    source = writer.object_pattern(attributes, nesting=0)
    if not writer.groups or writer.attributes > MAX_ATTRIBUTES:
        return None
    template, positions = writer.object_template(attributes, nesting=0)
    walked = tuple(i for i, group in enumerate(positions) if writer.groups[group - 1] == "walk")
    return _Pattern(re.compile(source.encode(), re.DOTALL), tuple(positions), walked, template)


def _name_pattern(name: str) -> str:
    return re.escape(msgspec.json.encode(name).decode()) + ":"


class _PatternWriter:
    """Write the pattern of one item, then its template; owns the numbering of the groups."""

    def __init__(self) -> None:
        self.groups: list[str] = []
        self.attributes = 0
        self._group_of: dict[int, int] = {}

    def object_pattern(self, attributes: dict[str, dict[str, Any]], *, nesting: int) -> str:
        parts = []
        self.attributes += len(attributes)
        members = list(attributes.items())
        for (_, value), (follower, _) in pairwise(members):
            parts.append(self._value_pattern(value, nesting=nesting, end="," + _name_pattern(follower)))
        if members:
            parts.append(self._value_pattern(members[-1][1], nesting=nesting, end=""))
        first = _name_pattern(members[0][0]) if members else ""
        return r"\{" + first + "".join(parts) + r"\}"

    def _value_pattern(self, value: dict[str, Any], *, nesting: int, end: str) -> str:
        ((tag, content),) = value.items()
        if tag == "M" and nesting < NESTING:
            return r"\{" + '"M":' + self.object_pattern(content, nesting=nesting + 1) + r"\}" + end
        if tag in ("S", "B"):
            return rf'\{{"{tag}":{self._group(value, "text", _STRING)}\}}{end}'
        if tag == "N":
            return rf'\{{"N":"{self._group(value, "text", f"({NUMBER})")}"\}}{end}'
        if tag == "BOOL":
            return rf'\{{"BOOL":{self._group(value, "text", "(true|false)")}\}}{end}'
        if tag == "NULL":
            return r'\{"NULL":true\}' + end
        # Atomic: the first possible end decides, so matching stays linear; a wrong end is found by the walk.
        last = r"(?=\}\Z)" if nesting == 0 else r"(?=\})"
        brackets = (r"\{", r"\}") if tag == "M" else (r"\[", r"\]")
        capture = rf'(\{{"{tag}":{brackets[0]}.*?{brackets[1]}\}})'
        return rf"(?>{self._group(value, 'walk', capture)}{end or last})"

    def _group(self, value: dict[str, Any], kind: str, source: str) -> str:
        self.groups.append(kind)
        self._group_of[id(value)] = len(self.groups)
        return source

    def object_template(self, attributes: dict[str, dict[str, Any]], *, nesting: int) -> tuple[bytes, list[int]]:
        """Print the object in key order; the second result is the group of each %s."""
        parts: list[bytes] = []
        positions: list[int] = []
        for name in sorted(attributes, key=key_rank):
            ((tag, content),) = attributes[name].items()
            text = b"%s"
            inner: list[int] = []
            if tag == "M" and nesting < NESTING:
                text, inner = self.object_template(content, nesting=nesting + 1)
            elif tag == "NULL":
                text = b"null"
            else:
                inner = [self._group_of[id(attributes[name])]]
            parts.append(quoted(name).replace(b"%", b"%%") + b": " + text)
            positions += inner
        return b"{" + b", ".join(parts) + b"}", positions
