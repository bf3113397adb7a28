"""Read and write names of objects as PostgreSQL does.

Source: quote_identifier in src/backend/utils/adt/ruleutils.c, SplitIdentifierString in varlena.c of PostgreSQL 15.
"""

from __future__ import annotations

import re
from functools import cache

from pgddb.catalog.builtin import builtin_rows
from pgddb.errors import InvalidName

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^\s".]+))\s*')


@cache
def _reserved() -> frozenset[str]:
    return frozenset(row["word"] for row in builtin_rows("keywords") if row["catcode"] != "U")


def quoted(name: str) -> str:
    """Write an identifier, in quotes where it needs them.

    >>> quoted("reviews"), quoted("User"), quoted("user")
    ('reviews', '"User"', '"user"')
    """
    if _PLAIN.fullmatch(name) and name not in _reserved():
        return name
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """Write a name with its schema."""
    return f"{quoted(schema)}.{quoted(name)}"


def name_parts(text: str) -> tuple[tuple[str, bool], ...]:
    """Cut a qualified name at its dots; each part with whether it was quoted. Others are folded.

    >>> name_parts('public."My Table"')
    (('public', False), ('My Table', True))

    Raises:
        InvalidName: the text is no name.
    """
    parts: list[tuple[str, bool]] = []
    at = 0
    while True:
        found = _PART.match(text, at)
        if found is None:
            raise InvalidName("invalid name syntax")
        is_quoted = found[1] is not None
        parts.append((found[1].replace('""', '"'), True) if is_quoted else (found[2].lower(), False))
        at = found.end()
        if at == len(text):
            return tuple(parts)
        if text[at] != ".":
            raise InvalidName("invalid name syntax")
        at += 1
