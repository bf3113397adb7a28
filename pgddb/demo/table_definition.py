"""Say what a demo table looks like, in the words of CreateTable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pgddb.demo.attribute_value import Item

Key = tuple[str, str]
"""Name and type (S, N or B) of a key attribute."""


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """A secondary index; `included` is None for ALL, else the attributes of an INCLUDE projection."""

    name: str
    partition_key: Key
    sort_key: Key | None = None
    included: tuple[str, ...] | None = None

    def parameters(self) -> dict[str, object]:
        projection: dict[str, object] = {"ProjectionType": "ALL"}
        if self.included is not None:
            projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(self.included)}
        return {
            "IndexName": self.name,
            "KeySchema": key_schema(self.partition_key, self.sort_key),
            "Projection": projection,
        }


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """A table, its secondary indexes and the items that it starts with."""

    name: str
    partition_key: Key
    sort_key: Key | None
    items: Callable[[], Iterator[Item]]
    local_indexes: tuple[IndexDefinition, ...] = ()
    global_indexes: tuple[IndexDefinition, ...] = ()

    def attribute_definitions(self) -> list[dict[str, str]]:
        """Every key attribute of the table and of its indexes, once."""
        keys: dict[str, str] = {}
        holders: tuple[TableDefinition | IndexDefinition, ...] = (self, *self.local_indexes, *self.global_indexes)
        for holder in holders:
            for key in (holder.partition_key, holder.sort_key):
                if key is not None:
                    keys[key[0]] = key[1]
        return [{"AttributeName": name, "AttributeType": kind} for name, kind in keys.items()]

    def key_schema(self) -> list[dict[str, str]]:
        return key_schema(self.partition_key, self.sort_key)


def key_schema(partition_key: Key, sort_key: Key | None) -> list[dict[str, str]]:
    """Spell a key schema as CreateTable wants it."""
    keys = [{"AttributeName": partition_key[0], "KeyType": "HASH"}]
    if sort_key is not None:
        keys.append({"AttributeName": sort_key[0], "KeyType": "RANGE"})
    return keys
