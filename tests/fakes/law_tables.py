"""Three tables whose keys and indexes are of every kind, and random items for them: sparse, mixed and odd."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.fakes.dynamodb_model import Item, Typed
from tests.fakes.read_rules import Description, keys_of

LARGE = "98765432109876543210987654321098765432"
TEXTS = ("a", "a1", "b", "é", "\U0001d4b3", "a'b", "A", "5", "")
NUMBERS = ("1", "0", "2", "1.5", "-1", LARGE, "1E-20")
BLOBS = (b"a", b"ab", b"\xff", b"a\x00", b"")
VALUES: Mapping[str, Sequence[Any]] = {"S": TEXTS, "N": NUMBERS, "B": BLOBS, "BOOL": (False, True), "NULL": (True,)}
ATTRIBUTES = {"x": "S", "m": "N", "b": "B", "l": "S", "f": "BOOL"}
"""The attributes that are mostly of one type; `d` is of any. Each but those of the first item may be missing."""


def _index(name: str, hashed: str, ranged: str = "", projection: str = "ALL", included: str = "") -> Description:
    keys = [{"AttributeName": one, "KeyType": "HASH"} for one in hashed]
    keys += [{"AttributeName": one, "KeyType": "RANGE"} for one in ranged]
    more = {"NonKeyAttributes": list(included)} if included else {}
    return {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": projection, **more}}


def _table(
    name: str, keys: str, types: Mapping[str, str], global_: Sequence[Description], local: Sequence[Description] = ()
) -> Description:
    kinds = ("HASH", "RANGE")
    indexes: dict[str, Any] = {"GlobalSecondaryIndexes": list(global_), "LocalSecondaryIndexes": list(local)}
    return {
        "TableName": name,
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "KeySchema": [{"AttributeName": one, "KeyType": kind} for one, kind in zip(keys, kinds, strict=False)],
        "AttributeDefinitions": [{"AttributeName": one, "AttributeType": kind} for one, kind in types.items()],
        **{kind: found for kind, found in indexes.items() if found},
    }


LEDGER = _table(
    "Ledger",
    "kn",
    {"k": "S", "n": "N", "x": "S", "m": "N", "b": "B", "l": "S"},
    (
        _index("by_x", "x", "m"),
        _index("by_m", "m", "", "KEYS_ONLY"),
        _index("by_b", "b", "", "INCLUDE", "x"),
        _index("by_many", "xm", "lb"),
    ),
    (_index("by_l", "k", "l", "KEYS_ONLY"), _index("by_j", "k", "m")),
)
BLOBS_TABLE = _table("blobs", "kn", {"k": "B", "n": "S", "x": "S"}, (_index("by_x", "x", "n"),))
DIGITS = _table(
    "digits", "k", {"k": "N", "b": "B", "m": "N"}, (_index("by_b", "b", "m", "KEYS_ONLY"), _index("by_m", "m", "k"))
)
LAW_TABLES = (LEDGER, BLOBS_TABLE, DIGITS)


@dataclass(frozen=True)
class ItemDraw:
    """Draws items; shrunk examples have the first of its choices. `odd` allows numbers of many digits."""

    chance: random.Random
    odd: bool = False

    def items(self, table: Description, most: int) -> list[Item]:
        """Draw up to `most` items of different keys; the first has every attribute, so that each is a column."""
        drawn = [self._item(table, whole=True)]
        drawn += [self._item(table, whole=False) for _ in range(self.chance.randint(0, most - 1))]
        return list({repr([item[name] for name in keys_of(table)]): item for item in drawn}.values())

    def key_value(self, kind: str) -> Typed:
        return {kind: self.chance.choice([one for one in self._values(kind) if one])}

    def _values(self, kind: str) -> Sequence[Any]:
        """Numbers of many digits only where odd ones are wanted: the engine refuses to calculate with some."""
        return VALUES[kind][:5] if kind == "N" and not self.odd else VALUES[kind]

    def _item(self, table: Description, *, whole: bool) -> Item:
        types = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
        item: Item = {}
        for name, kind in {"k": "S", "n": "N", **ATTRIBUTES, "d": ""}.items():
            if name in keys_of(table):
                item[name] = self.key_value(types[name])
            elif name in types:  # a key of an index, which must not be empty
                if whole or self.chance.random() < 0.8:
                    item[name] = self.key_value(types[name])
            elif whole or self.chance.random() < 0.7:
                item[name] = self._value(kind, whole=whole)
        return item

    def _value(self, kind: str, *, whole: bool) -> Typed:
        if not kind:
            return {"M": {"a": {"S": "a"}}} if whole else self._nested(0)
        if whole or self.chance.random() < 0.9:
            return {kind: self.chance.choice(self._values(kind))}
        return {"NULL": True} if self.chance.random() < 0.5 else self._nested(1)

    def _nested(self, depth: int) -> Typed:
        kind = self.chance.choice(("S", "N", "BOOL", "NULL", "B", "SS", "M", "L")[: 8 if depth < 2 else 5])
        match kind:
            case "M":
                return {"M": {name: self._nested(depth + 1) for name in self.chance.choice(("a", "ab", "b", ""))}}
            case "L":
                return {"L": [self._nested(depth + 1) for _ in range(self.chance.randint(0, 2))]}
            case "SS":
                return {"SS": [self.chance.choice(TEXTS[:4])]}
            case _:
                return {kind: self.chance.choice(self._values(kind))}
