"""SQL's own evaluation of a predicate over a typed item: three-valued, and unsure where the engine would fail.

A leaf has a set of possible answers: {True}, {False}, {None}, or {True, False} for a misfit or a comparison that SQL
would not allow: such an item must reach the engine, which fails loudly.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pgddb.access.attribute_facts import seen_as
from pgddb.access.item_size import value_bytes
from pgddb.access.predicate import (
    AllOf,
    AnyOf,
    Compare,
    Constant,
    IsNull,
    Negation,
    OneOf,
    Parameter,
    ParameterElements,
    Predicate,
    SeenAs,
    StartsWith,
)
from pgddb.access.table import AttributePath, TableSchema
from tests.fakes.billing_store import on_the_wire
from tests.fakes.dynamodb_model import Item, Typed, at_path, ordered, type_of

Answers = frozenset[bool | None]
UNSURE: Answers = frozenset({True, False})
NULL: Answers = frozenset({None})
_MISFIT = object()


def answers(table: TableSchema, item: Item, predicate: Predicate, parameters: Sequence[Any] = ()) -> Answers:
    """Give the possible answers of a predicate."""
    match predicate:
        case AllOf(parts=parts):
            return _join([answers(table, item, part, parameters) for part in parts], absorbing=False)
        case AnyOf(parts=parts):
            return _join([answers(table, item, part, parameters) for part in parts], absorbing=True)
        case Negation(part=part):
            return frozenset(None if one is None else not one for one in answers(table, item, part, parameters))
        case _:
            return _leaf(table, item, predicate, parameters)


def may_keep(table: TableSchema, item: Item, predicates: Sequence[Predicate], parameters: Sequence[Any] = ()) -> bool:
    return True in answers(table, item, AllOf(tuple(predicates)), parameters)


def _join(parts: list[Answers], *, absorbing: bool) -> Answers:
    return frozenset(_kleene(combination, absorbing) for combination in itertools.product(*parts))


def _kleene(values: Sequence[bool | None], absorbing: bool) -> bool | None:
    if absorbing in values:
        return absorbing
    return None if None in values else not absorbing


def _leaf(table: TableSchema, item: Item, leaf: Any, parameters: Sequence[Any]) -> Answers:  # noqa: C901, PLR0911, PLR0912 - the whole meaning at one place
    view = leaf.seen_as or seen_as(table, leaf.path)
    if view in (SeenAs.TYPE, SeenAs.SIZE):
        value = _measure(at_path(item, leaf.path), leaf.path, view)
    else:
        value = sql_value(sql_at_path(item, leaf.path), view)
    if isinstance(leaf, IsNull):
        return frozenset({(value is None) is not leaf.negated})
    match leaf:
        case Compare(comparison=comparison, operand=operand):
            return _compare(value, comparison.value, _bound(operand, parameters), view)
        case OneOf(operands=ParameterElements(number=number)):
            array = parameters[number - 1]
            if array is None:
                return NULL
            return _join([_compare(value, "=", one, view) for one in array], absorbing=True)
        case OneOf(operands=operands):
            assert isinstance(operands, tuple)
            return _join([_compare(value, "=", _bound(one, parameters), view) for one in operands], absorbing=True)
        case StartsWith(prefix=prefix, only=only):
            wanted = _bound(prefix, parameters)
            if value is None or wanted is None:
                return NULL
            if not (isinstance(value, str) and isinstance(wanted, str)):
                return UNSURE
            if value.startswith(wanted):
                return frozenset({True}) if only else UNSURE
            return frozenset({False})
        case _:
            raise AssertionError(leaf)


def _measure(raw: Typed | None, path: AttributePath, view: SeenAs) -> Any:
    """Give the type or the bytes of an attribute; its name counts, and a byte in a map or list."""
    if raw is None:
        return None
    if view is SeenAs.TYPE:
        return type_of(raw)
    name = path[-1]
    beside = (len(name.encode()) if isinstance(name, str) else 0) + (len(path) > 1)
    return Decimal(value_bytes(on_the_wire({"a": raw})["a"]) + beside)


def _bound(operand: Any, parameters: Sequence[Any]) -> Any:
    if isinstance(operand, Parameter):
        return parameters[operand.number - 1]
    assert isinstance(operand, Constant)
    return operand.value


def _compare(value: Any, comparison: str, constant: Any, view: SeenAs) -> Answers:  # noqa: C901, PLR0911 - likewise
    if value is None or constant is None:
        return NULL
    if value is _MISFIT or view in (SeenAs.OPAQUE, SeenAs.ANY_JSON):
        return UNSURE
    if view is SeenAs.FLOAT or isinstance(constant, float):
        if isinstance(constant, (str, bytes, bool)) or isinstance(value, (str, bytes, bool)):
            return UNSURE
        return frozenset({ordered(float(value), comparison, float(constant))})
    if isinstance(value, str) and isinstance(constant, str):
        return frozenset({ordered(value.encode(), comparison, constant.encode())})
    if isinstance(value, bool) or isinstance(constant, bool):
        if not (isinstance(value, bool) and isinstance(constant, bool)):
            return UNSURE
        return frozenset({ordered(value, comparison, constant)})
    if isinstance(value, Decimal) and isinstance(constant, (int, Decimal)):
        if isinstance(constant, Decimal) and not constant.is_finite():
            return UNSURE
        return frozenset({ordered(value, comparison, constant)})
    if isinstance(value, bytes) and isinstance(constant, bytes):
        return frozenset({ordered(value, comparison, constant)})
    return UNSURE


def sql_at_path(item: Item, path: AttributePath) -> Typed | None:
    """Follow a path of jsonb: a list and a set have elements, a map has keys."""
    value: Typed | None = {"M": item}
    for step in path:
        if value is None:
            return None
        value = _element(value, step) if isinstance(step, int) else value.get("M", {}).get(step)
    return value


def _element(value: Typed, place: int) -> Typed | None:
    kind, content = next(iter(value.items()))
    if kind not in ("L", "SS", "NS", "BS") or place >= len(content):
        return None
    return content[place] if kind == "L" else {kind[0]: content[place]}


def sql_value(raw: Typed | None, view: SeenAs) -> Any:  # noqa: PLR0911 - one for each view
    """Give what SQL sees of an attribute: a Python value, None for NULL, or the mark of a misfit."""
    if raw is None:
        return None
    kind, content = next(iter(raw.items()))
    if view is SeenAs.ANY_JSON:
        return json_text(raw)
    if kind == "NULL":
        return None
    if view is SeenAs.OPAQUE:
        return json_text(raw)
    if view is SeenAs.ANY_TEXT:
        return _text(raw)
    if view is SeenAs.SCALAR_TEXT:
        return _text(raw) if kind in ("S", "N", "BOOL", "B") else _MISFIT
    wanted = {
        SeenAs.TEXT: "S",
        SeenAs.NUMBER: "N",
        SeenAs.FLOAT: "N",
        SeenAs.BINARY: "B",
        SeenAs.BOOLEAN: "BOOL",
    }[view]
    if kind != wanted:
        return _MISFIT
    return Decimal(content) if kind == "N" else content


def _text(raw: Typed) -> str:
    kind, content = next(iter(raw.items()))
    if kind in ("S", "N"):
        return str(content)
    if kind == "BOOL":
        return "true" if content else "false"
    if kind == "B":
        return base64.b64encode(content).decode()
    return json_text(raw)


def json_text(raw: Typed) -> str:
    return json.dumps(_plain(raw))


def _plain(raw: Typed) -> Any:
    kind, content = next(iter(raw.items()))
    if kind == "M":
        return {name: _plain(one) for name, one in content.items()}
    if kind == "L":
        return [_plain(one) for one in content]
    if kind == "NULL":
        return None
    if kind in ("SS", "NS", "BS"):
        return [_plain({kind[0]: one}) for one in content]
    return content if kind in ("BOOL", "S") else _text(raw)


__all__ = ["NULL", "UNSURE", "Answers", "answers", "may_keep", "sql_at_path", "sql_value", "type_of"]
