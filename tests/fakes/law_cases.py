"""Random tables, items and predicates for the law of pushdown: as mean as DynamoDB's data can be."""

from __future__ import annotations

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
from tests.fakes.dynamodb_model import Item

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

_texts = st.sampled_from(TEXTS).map(lambda text: {"S": text})
_numbers = st.sampled_from(NUMBERS).map(lambda digits: {"N": digits})
_blobs = st.sampled_from(BLOBS).map(lambda content: {"B": content})
_scalars: st.SearchStrategy[Any] = (
    _texts | _numbers | _blobs | st.booleans().map(lambda truth: {"BOOL": truth}) | st.just({"NULL": True})
)
_sets = (
    st.sampled_from(TEXTS).map(lambda text: {"SS": [text]})
    | st.sampled_from(NUMBERS).map(lambda digits: {"NS": [digits]})
    | st.sampled_from(BLOBS).map(lambda content: {"BS": [content]})
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    _scalars | _sets,
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda parts: {"L": parts})
        | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2).map(lambda parts: {"M": parts})
    ),
    max_leaves=3,
)

_filled_texts = st.sampled_from([text for text in TEXTS if text]).map(lambda text: {"S": text})
_filled_blobs = st.sampled_from([content for content in BLOBS if content]).map(lambda content: {"B": content})
_FREE = ("amount", "price", "ratio", "name", "mixed", "flag", "bytes", "box", "day", "extra")


def _usually(fitting: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return fitting | fitting | VALUES


ITEM: st.SearchStrategy[Item] = st.fixed_dictionaries(
    {"pk": st.sampled_from(["a", "b", "a1", "5"]).map(lambda text: {"S": text}), "sk": _numbers},
    optional={
        "state": _filled_texts,
        "rank": _numbers,
        "blob": _filled_blobs,
        "note": _filled_texts,
        "amount": _usually(_numbers),
        "price": _usually(_numbers),
        "ratio": _usually(_numbers),
        "name": _usually(_texts),
        "mixed": VALUES,
        "flag": _usually(st.booleans().map(lambda truth: {"BOOL": truth})),
        "bytes": _usually(_blobs),
        "box": VALUES,
        "day": _usually(st.sampled_from(["2024-01-01", "2024-12-31"]).map(lambda text: {"S": text})),
        "extra": VALUES,
    },
)
ITEMS = st.lists(ITEM, max_size=12, unique_by=lambda item: (item["pk"]["S"], item["sk"]["N"]))

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
        view = seen = draw(st.sampled_from([SeenAs.ANY_TEXT, SeenAs.ANY_TEXT, SeenAs.NUMBER, SeenAs.ANY_JSON]))
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


def key_leaves(names: tuple[str, ...]) -> st.SearchStrategy[Predicate]:
    """Conditions on key attributes, mostly equalities, so that keyed reads are planned often."""

    @st.composite
    def one(draw: st.DrawFn) -> Predicate:
        name = draw(st.sampled_from(names))
        constants = _CONSTANTS[_COLUMN_VIEWS[name]]
        comparison = draw(st.sampled_from([Comparison.EQUAL, Comparison.EQUAL, Comparison.EQUAL, *Comparison]))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            values = draw(st.lists(constants, min_size=1, max_size=4))
            return OneOf((name,), tuple(Constant(value) for value in values))
        if kind == 1 and _COLUMN_VIEWS[name] is SeenAs.TEXT:
            return StartsWith((name,), Constant(draw(constants)), only=draw(st.booleans()))
        return Compare((name,), comparison, Constant(draw(constants)))

    return one()
