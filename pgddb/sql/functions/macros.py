"""Cut a block of SQL into macro statements."""

from __future__ import annotations


def macros(block: str) -> tuple[str, ...]:
    """Give a CREATE statement for each paragraph `name(parameters) AS body` of the block.

    >>> macros("one() AS 1; two(x) AS x + 1")
    ('CREATE OR REPLACE MACRO pgcat.one() AS 1', 'CREATE OR REPLACE MACRO pgcat.two(x) AS x + 1')
    """
    parts = (" ".join(part.split()) for part in block.split(";"))
    return tuple(f"CREATE OR REPLACE MACRO pgcat.{part}" for part in parts if part)
