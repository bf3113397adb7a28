"""Write long sets of words as text."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Give the words of a text.

    >>> sorted(words("b a"))
    ['a', 'b']
    """
    return frozenset(text.split())
