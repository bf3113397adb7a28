"""Random tables, items and predicates for the law of pushdown: as mean as DynamoDB's data can be."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Constant,
    IsNull,
    Negation,
    OneOf,
    Predicate,
    SeenAs,
    StartsWith,
)
from pgddb.access.table import (
    AttributeType,
    Carrier,
    Column,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)
from tests.fakes.dynamodb_model import Item, Typed

S, N, B = AttributeType.S, AttributeType.N, AttributeType.B


def _keys(*names: tuple[str, AttributeType], sort: tuple[tuple[str, AttributeType], ...] = ()) -> KeySchema:
    return KeySchema(
        tuple(KeyAttribute(*name) for name in names),
        tuple(KeyAttribute(*name) for name in sort),
    )


INDEXES = (
    Index("by_state", IndexKind.GLOBAL, _keys(("state", S), sort=(("rank", N),)), IndexProjection.ALL, item_count=20),
    Index(
        "by_rank",
        IndexKind.GLOBAL,
        _keys(("rank", N)),
        IndexProjection.INCLUDE,
        frozenset({"amount"}),
        item_count=10,
        size_bytes=2_000,
    ),
    Index("by_blob", IndexKind.GLOBAL, _keys(("blob", B)), IndexProjection.KEYS_ONLY, item_count=5, size_bytes=400),
    Index(
        "by_many",
        IndexKind.GLOBAL,
        _keys(("state", S), ("rank", N), sort=(("pk", S), ("blob", B))),
        IndexProjection.ALL,
    ),
    Index("by_note", IndexKind.LOCAL, _keys(("pk", S), sort=(("note", S),)), IndexProjection.KEYS_ONLY),
)
TABLE = TableSchema(
    "public",
    "things",
    "Things",
    Source(),
    _keys(("pk", S), sort=(("sk", N),)),
    (
        Column("pk", ("pk",), Carrier.TEXT, "text"),
        Column("sk", ("sk",), Carrier.DECIMAL, "numeric", scale=2),
        Column("state", ("state",), Carrier.TEXT, "text"),
        Column("rank", ("rank",), Carrier.INTEGER, "bigint"),
        Column("blob", ("blob",), Carrier.BINARY, "bytea"),
        Column("note", ("note",), Carrier.TEXT, "text"),
        Column("amount", ("amount",), Carrier.INTEGER, "bigint"),
        Column("price", ("price",), Carrier.DIGITS, "numeric"),
        Column("ratio", ("ratio",), Carrier.DIGITS, "double precision", declared=True),
        Column("name", ("name",), Carrier.TEXT, "text"),
        Column("mixed", ("mixed",), Carrier.SCALAR_TEXT, "text"),
        Column("flag", ("flag",), Carrier.BOOLEAN, "boolean"),
        Column("bytes", ("bytes",), Carrier.BINARY, "bytea"),
        Column("box", ("box",), Carrier.JSON, "jsonb"),
        Column("day", ("day",), Carrier.TEXT, "date", declared=True),
        Column("document", (), Carrier.DOCUMENT, "jsonb"),
    ),
    INDEXES,
    item_count=40,
    size_bytes=20_000,
)

TEXTS = ("a", "b", "a1", "a1x", "aé", "\U0001d4b3", "", "5", "05", "true", "QUJD", "zz", "[1]", "{}", "A")
NUMBERS = ("0", "1", "-1", "5", "5.5", "2", "100", "99999999999999999999999999999999999999", "1E-130", "9.9E+125")
BLOBS = (b"a", b"ab", b"\xff", b"ABC", b"")

FEW_KEYS: dict[str, tuple[Any, ...]] = {
    "pk": ("a", "b", "a1"),
    "sk": (Decimal(0), Decimal(1), Decimal(5), Decimal("5.5")),
    "state": ("a", "a1", "aé"),
    "rank": (Decimal(0), Decimal(1)),
    "blob": (b"a", b"ab"),
    "note": ("a", "a1", "b"),
}
"""Values that keys mostly have and are mostly asked for, so that reads by key find something."""


class _Draw:
    """Draws items from a seed: many times faster than drawing each value by hypothesis, and as repeatable."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def items(self) -> list[Item]:
        drawn = [self._item() for _ in range(self._random.randrange(14))]
        return list({(item["pk"]["S"], Decimal(item["sk"]["N"])): item for item in drawn}.values())

    def _item(self) -> Item:
        item: Item = {"pk": {"S": self._of(FEW_KEYS["pk"])}, "sk": self._key("N", FEW_KEYS["sk"], NUMBERS)}
        keys = {
            "state": self._key("S", FEW_KEYS["state"], TEXTS),
            "rank": self._key("N", FEW_KEYS["rank"], NUMBERS),
            "blob": self._key("B", FEW_KEYS["blob"], BLOBS),
            "note": self._key("S", FEW_KEYS["note"], TEXTS),
        }
        free = {
            "amount": self._mostly("N"),
            "price": self._mostly("N"),
            "ratio": self._mostly("N"),
            "name": self._mostly("S"),
            "mixed": self._value(),
            "flag": self._mostly("BOOL"),
            "bytes": self._mostly("B"),
            "box": self._value(),
            "day": {"S": self._of(("2024-01-01", "2024-12-31"))},
            "extra": self._value(),
        }
        item |= {name: value for name, value in keys.items() if self._random.random() < 0.8}
        item |= {name: value for name, value in free.items() if self._random.random() < 0.7}
        return item

    def _of(self, choices: Sequence[Any]) -> Any:
        return self._random.choice(choices)

    def _key(self, kind: str, few: Sequence[Any], many: Sequence[Any]) -> Typed:
        """Draw a key attribute: never empty, and mostly one that is asked for."""
        content = self._of(few) if self._random.random() < 0.8 else self._of([one for one in many if one])
        return {kind: str(content) if kind == "N" else content}

    def _mostly(self, kind: str) -> Typed:
        return self._scalar(kind) if self._random.random() < 0.7 else self._value()

    def _scalar(self, kind: str) -> Typed:
        contents: Sequence[Any] = {"S": TEXTS, "N": NUMBERS, "B": BLOBS, "BOOL": (False, True), "NULL": (True,)}[kind]
        return {kind: self._of(contents)}

    def _value(self, depth: int = 0) -> Typed:
        kind = self._of(("S", "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M")[: 11 if depth < 2 else 9])
        if kind == "L":
            return {"L": [self._value(depth + 1) for _ in range(self._random.randrange(3))]}
        if kind == "M":
            return {"M": {name: self._value(depth + 1) for name in ("a", "b") if self._random.random() < 0.6}}
        if kind in ("SS", "NS", "BS"):
            return {kind: [self._scalar(kind[0])[kind[0]]]}
        return self._scalar(kind)


ITEMS: st.SearchStrategy[list[Item]] = st.integers(0, 2**32).map(lambda seed: _Draw(seed).items())

_CONSTANTS: dict[SeenAs, st.SearchStrategy[Any]] = {
    SeenAs.TEXT: st.sampled_from(TEXTS),
    SeenAs.NUMBER: st.sampled_from(
        [*map(Decimal, NUMBERS), 0, 5, Decimal("5.50"), Decimal("NaN"), 10**39 + 1, 0.1, 5.0]
    ),
    SeenAs.FLOAT: st.sampled_from([0.0, 5.5, 1e30, Decimal("5.5"), 2, float("inf"), float("nan"), 1e-131]),
    SeenAs.BINARY: st.sampled_from(BLOBS),
    SeenAs.BOOLEAN: st.booleans(),
    SeenAs.SCALAR_TEXT: st.sampled_from(TEXTS),
    SeenAs.ANY_TEXT: st.sampled_from(TEXTS),
    SeenAs.ANY_JSON: st.sampled_from(TEXTS),
    SeenAs.TYPE: st.sampled_from([*(one.value for one in AttributeType), "SN", "", "n"]),
    SeenAs.SIZE: st.sampled_from([0, 1, 4, 5, 6, 7, 8, 9, 12, 14, 25, -3, 10**30, Decimal("6.5"), Decimal("NaN")]),
    SeenAs.OPAQUE: st.sampled_from(TEXTS),
}
_COLUMN_VIEWS = {
    "pk": SeenAs.TEXT,
    "sk": SeenAs.NUMBER,
    "state": SeenAs.TEXT,
    "rank": SeenAs.NUMBER,
    "blob": SeenAs.BINARY,
    "note": SeenAs.TEXT,
    "amount": SeenAs.NUMBER,
    "price": SeenAs.NUMBER,
    "ratio": SeenAs.FLOAT,
    "name": SeenAs.TEXT,
    "mixed": SeenAs.SCALAR_TEXT,
    "flag": SeenAs.BOOLEAN,
    "bytes": SeenAs.BINARY,
    "box": SeenAs.OPAQUE,
    "day": SeenAs.OPAQUE,
}


@st.composite
def leaves(draw: st.DrawFn) -> Predicate:
    """A condition on a column, or on a path of the document seen as text, number or jsonb."""
    name = draw(st.sampled_from([*_COLUMN_VIEWS, "extra"]))
    path: tuple[str | int, ...] = (name,)
    view: SeenAs | None = None
    if name in _COLUMN_VIEWS and draw(st.integers(0, 3)):
        seen = _COLUMN_VIEWS[name]
    else:
        views = (SeenAs.ANY_TEXT, SeenAs.ANY_TEXT, SeenAs.NUMBER, SeenAs.ANY_JSON, SeenAs.TYPE, SeenAs.SIZE)
        view = seen = draw(st.sampled_from(views))
        path += draw(st.sampled_from([(), (), ("a",), (0,), ("a", 0)]))
    constants = _CONSTANTS[seen]
    if not draw(st.integers(0, 20)):
        constants = st.sampled_from([None, "a", 5, True, b"a"])
    match draw(st.integers(0, 5)):
        case 0:
            return IsNull(path, negated=draw(st.booleans()), seen_as=view)
        case 1:
            return OneOf(path, tuple(Constant(one) for one in draw(st.lists(constants, max_size=4))), seen_as=view)
        case 2 if seen in (SeenAs.TEXT, SeenAs.SCALAR_TEXT, SeenAs.ANY_TEXT):
            return StartsWith(path, Constant(draw(constants)), only=draw(st.booleans()), seen_as=view)
        case _:
            return Compare(path, draw(st.sampled_from(list(Comparison))), Constant(draw(constants)), seen_as=view)


PREDICATES: st.SearchStrategy[Predicate] = st.recursive(
    leaves(),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts)))
        | inner.map(Negation)
    ),
    max_leaves=4,
)


def key_conditions(names: tuple[str, ...]) -> st.SearchStrategy[list[Predicate]]:
    """Conditions on key attributes, mostly one equality for each, so that reads by key are planned often."""

    @st.composite
    def conditions(draw: st.DrawFn) -> list[Predicate]:
        found = [_key_condition(draw, name) for name in names]
        if not draw(st.integers(0, 3)):
            found.append(_key_condition(draw, draw(st.sampled_from(names))))
        return found if draw(st.integers(0, 3)) else found[:-1] or found

    return conditions()


def _key_condition(draw: st.DrawFn, name: str) -> Predicate:
    view = _COLUMN_VIEWS[name]
    few = st.sampled_from(FEW_KEYS[name])
    constants = few if draw(st.integers(0, 9)) else _CONSTANTS[view]
    match draw(st.integers(0, 6)):
        case 0:
            values = draw(st.lists(constants, min_size=1, max_size=4))
            return OneOf((name,), tuple(Constant(value) for value in values))
        case 1 if view is SeenAs.TEXT:
            return StartsWith((name,), Constant(draw(constants)), only=draw(st.booleans()))
        case 1 | 2:
            return Compare((name,), draw(st.sampled_from(list(Comparison))), Constant(draw(constants)))
        case _:
            return Compare((name,), Comparison.EQUAL, Constant(draw(constants)))
