"""Let a string of bytes make every choice: one draw for a whole case, and still a case that hypothesis can shrink."""

from __future__ import annotations

import random

from typing_extensions import override


class ByteChance(random.Random):
    r"""A Random that takes its choices from bytes; after their end each is the first one.

    >>> ByteChance(b"").choice("abc"), ByteChance(b"\x80").choice("abc")
    ('a', 'c')
    """

    def __new__(cls, content: bytes) -> ByteChance:
        return super().__new__(cls)

    def __init__(self, content: bytes) -> None:
        super().__init__(0)
        self._content = content
        self._at = 0

    @override
    def getrandbits(self, k: int, /) -> int:
        size = (k + 7) // 8
        taken = self._content[self._at : self._at + size].ljust(size, b"\0")
        self._at += size
        return int.from_bytes(taken, "big") >> (8 * size - k)

    @override
    def random(self) -> float:
        return self.getrandbits(8) / 256
