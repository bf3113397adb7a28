"""Give the objects of DynamoDB oids that stay the same from one server to the next: hashes of their names."""

from __future__ import annotations

from hashlib import blake2b

FIRST_OID = 16384
"""As FirstNormalObjectId in the PostgreSQL source: built-in objects stand below."""

END_OID = 2**31
"""Some clients keep oids in a signed integer of 4 bytes."""


class Oids:
    """Oids of the objects of one kind (one system catalog), each name its own.

    Names that hash to the same oid are told apart by the order in which they ask: ask in the order of names.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._names: dict[int, tuple[str, ...]] = {}

    def of(self, *name: str) -> int:
        """Give the oid of an object, the same whenever it is asked for."""
        attempt = 0
        while True:
            oid = _hashed(self._kind, name, attempt)
            if self._names.setdefault(oid, name) == name:
                return oid
            attempt += 1


def _hashed(kind: str, name: tuple[str, ...], attempt: int) -> int:
    text = "\0".join((kind, *name, *([str(attempt)] if attempt else [])))
    number = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
    return FIRST_OID + number % (END_OID - FIRST_OID)
