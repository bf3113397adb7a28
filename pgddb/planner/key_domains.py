"""Hold the values that a key attribute may have: disjoint intervals in DynamoDB's order, met and joined exactly.

A place between values is a cut: just before a value or just after it. An interval lies between two cuts, so open and
closed ends need no rules of their own. Texts are ordered by code point, which is the order of their UTF-8 bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

KeyContent = str | Decimal | bytes
"""The value of a key attribute, in DynamoDB's order: S as str, N as Decimal, B as bytes."""

Cut = tuple[Any, ...]
"""(0,) before everything, (1, value, 0) just before a value, (1, value, 1) just after it, (2,) after everything."""

Interval = tuple[Cut, Cut]
Domain = tuple[Interval, ...]
"""Intervals in order that do not touch."""

FIRST: Cut = (0,)
LAST: Cut = (2,)
ALL: Domain = ((FIRST, LAST),)
NONE: Domain = ()

_LAST_CHARACTER = "\U0010ffff"


def before(value: KeyContent) -> Cut:
    return (1, value, 0)


def after(value: KeyContent) -> Cut:
    return (1, value, 1)


def points(values: Sequence[KeyContent]) -> Domain:
    """Give the domain of some values."""
    if len(values) == 1:
        return ((before(values[0]), after(values[0])),)
    return tuple((before(value), after(value)) for value in sorted(set(values)))


def between(low: Cut, high: Cut) -> Domain:
    return ((low, high),) if low < high else NONE


def prefixed(prefix: str) -> Domain:
    """Give the texts that begin with a prefix."""
    return ((before(prefix), prefix_end(prefix)),)


def prefix_end(prefix: str) -> Cut:
    """Give the cut after all texts that begin with a prefix.

    >>> prefix_end("a1")
    (1, 'a2', 0)
    """
    rest = prefix.rstrip(_LAST_CHARACTER)
    if not rest:
        return LAST
    following = ord(rest[-1]) + 1
    return before(rest[:-1] + chr(0xE000 if 0xD800 <= following <= 0xDFFF else following))


def meet(first: Domain, second: Domain) -> Domain:
    """Give the values that are in both."""
    if first is ALL or first == ALL:
        return second
    if second is ALL or second == ALL:
        return first
    found: list[Interval] = []
    left, right = 0, 0
    while left < len(first) and right < len(second):
        low = max(first[left][0], second[right][0])
        high = min(first[left][1], second[right][1])
        if low < high:
            found.append((low, high))
        if first[left][1] < second[right][1]:
            left += 1
        else:
            right += 1
    return tuple(found)


def join(domains: Sequence[Domain]) -> Domain:
    """Give the values that are in any."""
    found: list[Interval] = []
    for low, high in sorted(interval for domain in domains for interval in domain):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def point_of(interval: Interval) -> KeyContent | None:
    """Give the one value of an interval, or None where there may be more."""
    low, high = interval
    if len(low) == 3 and len(high) == 3 and low[1] == high[1]:
        value: KeyContent = low[1]
        return value
    return None


def values_of(domain: Domain) -> list[KeyContent] | None:
    """Give the values of a domain if they are finitely many."""
    found: list[KeyContent] = []
    for interval in domain:
        value = point_of(interval)
        if value is None:
            return None
        found.append(value)
    return found
