"""Remember what query texts mean, so that one sent again is not parsed again."""

from __future__ import annotations

from functools import lru_cache

from pgddb.sql import classify, parse_one, parse_statements
from pgddb.sql.statements import Statement

MAX_REMEMBERED_LENGTH = 16_384
"""Longer texts are seldom sent twice, and their trees are large."""

REMEMBERED_TEXTS = 1000


def read_query(text: str) -> tuple[Statement, ...]:
    """Read all statements of a Query.

    Raises:
        SqlError: one of them is no SQL; then none may run.
    """
    return _read_query(text) if len(text) > MAX_REMEMBERED_LENGTH else _remembered_query(text)


def read_one(text: str) -> Statement:
    """Read the one statement of a Parse."""
    return parse_one(text) if len(text) > MAX_REMEMBERED_LENGTH else _remembered_one(text)


def _read_query(text: str) -> tuple[Statement, ...]:
    return tuple(classify(parsed) for parsed in parse_statements(text))


_remembered_query = lru_cache(maxsize=REMEMBERED_TEXTS)(_read_query)
_remembered_one = lru_cache(maxsize=REMEMBERED_TEXTS)(parse_one)
