"""A decoded column is exact, NULL for absence, or a misfit with the value; literals come back as they went."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from pgddb.access.table import AttributeType, Carrier, Column, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.planner import literal, read_misfit
from pgddb.planner.decoded import Decoded, Form
from pgddb.planner.read_sql import decode_subquery
from pgddb.planner.template import SqlTemplate

NAMES = st.sampled_from(["a", "A", "a/b", "a~b", 'q"uote', "it's", "sp ace", "ünï", "%|", "S", "0"])
NUMBERS = st.one_of(
    st.integers(-(2**66), 2**66).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda number: f"{number:f}"),
)
TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20)
VALUES = st.one_of(
    st.none(),
    TEXTS.map(lambda text: {"S": text}),
    NUMBERS.map(lambda number: {"N": number}),
    st.booleans().map(lambda truth: {"BOOL": truth}),
    st.just({"NULL": True}),
    TEXTS.map(lambda text: {"L": [{"S": text}]}),
)
CONNECTION = duckdb.connect()


def decoded(column: Column, item: dict[str, Any]) -> Any:
    """Give the value of a column, or the misfit's value."""
    key = KeySchema((KeyAttribute("key", AttributeType.S),))
    table = TableSchema("s|%", "t", "t", Source(), key, (column,))
    template = SqlTemplate(("SELECT * FROM ", *decode_subquery(table, "f", [Decoded(column, Form.OUTPUT, "c")])))
    CONNECTION.register("f", pa.table({"item": [json.dumps(item, separators=(",", ":"))]}))
    try:
        return CONNECTION.execute(template.render()).fetchall()[0][0]
    except duckdb.Error as error:
        found = read_misfit(str(error))
        assert found is not None
        assert (found.schema, found.table, found.column) == ("s|%", "t", column.name)
        return json.loads(found.value)


def expected(carrier: Carrier, value: dict[str, Any] | None) -> Any:  # noqa: PLR0911 - one for each carrier
    """Say what must come out."""
    if value is None or "NULL" in value:
        return None
    match carrier, value:
        case Carrier.TEXT, {"S": text}:
            return text
        case Carrier.BOOLEAN, {"BOOL": truth}:
            return truth
        case Carrier.DIGITS, {"N": digits}:
            return digits
        case Carrier.INTEGER, {"N": digits} if "." not in digits and -(2**63) <= int(digits) < 2**63:
            return int(digits)
        case Carrier.DECIMAL, {"N": digits} if len(digits.partition(".")[0].lstrip("-")) <= 35:
            return Decimal(digits)
    return value


@settings(max_examples=60, deadline=None)
@given(
    name=NAMES,
    value=VALUES,
    carrier=st.sampled_from([Carrier.TEXT, Carrier.BOOLEAN, Carrier.DIGITS, Carrier.INTEGER, Carrier.DECIMAL]),
    dense=st.booleans(),
)
def test_a_decoded_value_is_exact_or_a_misfit(
    name: str, value: dict[str, Any] | None, carrier: Carrier, dense: bool
) -> None:
    column = Column(name, (name,), carrier, "numeric" if carrier is Carrier.DIGITS else "text", scale=3)
    if carrier in (Carrier.INTEGER, Carrier.DECIMAL, Carrier.BOOLEAN):
        names = {Carrier.INTEGER: "bigint", Carrier.DECIMAL: "numeric", Carrier.BOOLEAN: "boolean"}
        column = Column(name, (name,), carrier, names[carrier], scale=3, share=1.0 if dense else 0.5)
    item = {"key": {"S": "k"}, **({} if value is None else {name: value})}
    assert decoded(column, item) == expected(carrier, value)


@settings(max_examples=50, deadline=None)
@given(
    texts=st.lists(st.one_of(st.none(), TEXTS), max_size=3), number=st.decimals(allow_nan=False, allow_infinity=False)
)
def test_literals_come_back(texts: list[str | None], number: Decimal) -> None:
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    shown = literal(texts, "text[]")
    assert CONNECTION.execute(f"SELECT {shown}").fetchall() == [(texts,)]
    if max(len(digits) + max(0, exponent), -exponent) <= 38:
        assert CONNECTION.execute(f"SELECT {literal(number, 'numeric')}").fetchall()[0][0] == number
