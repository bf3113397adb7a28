"""Write options as the catalogs keep them."""

from __future__ import annotations

from collections.abc import Iterable


def option_texts(options: Iterable[tuple[str, str]]) -> list[str] | None:
    """Write options as an array of name=value, NULL where there is none.

    >>> option_texts([("region", "us-west-2")]), option_texts([])
    (['region=us-west-2'], None)
    """
    return [f"{name}={value}" for name, value in options] or None
