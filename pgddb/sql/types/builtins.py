"""Hold the functions, operators, casts and types of PostgreSQL 15, as tools/dump_signatures.py wrote them down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from msgspec import Struct


class Signature(Struct, frozen=True):
    """One function or operator; `kind` is f, a (aggregate) or w (window), `variadic` the element type or ""."""

    name: str
    arguments: tuple[str, ...]
    result: str
    kind: str = "f"
    returns_set: bool = False
    defaults: int = 0
    variadic: str = ""


_OWN = (
    Signature("attribute_type", ("jsonb", "text[]"), "text", variadic="text"),
    Signature("attribute_exists", ("jsonb", "text[]"), "boolean", variadic="text"),
    Signature("attribute_size", ("jsonb", "text[]"), "bigint", variadic="text"),
    Signature("item_size", ("jsonb",), "bigint"),
    Signature("item_attributes", ("jsonb",), "record", returns_set=True),
)
"""What pgddb adds for the attributes of DynamoDB's items."""


def _rows(name: str) -> Iterator[list[str]]:
    text = files(__package__).joinpath("builtin", f"{name}.tsv").read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines())


@cache
def functions() -> Mapping[str, tuple[Signature, ...]]:
    """Give the functions by name."""
    found: dict[str, list[Signature]] = defaultdict(list)
    for name, kind, returns_set, defaults, variadic, result, arguments in _rows("functions"):
        types = tuple(arguments.split("|")) if arguments else ()
        found[name].append(Signature(name, types, result, kind, returns_set == "1", int(defaults), variadic))
    for own in _OWN:
        found[own.name].append(own)
    return {name: tuple(signatures) for name, signatures in found.items()}


def is_aggregate(name: str) -> bool:
    """Say whether a name is an aggregate's; it may be a function's too."""
    return any(one.kind == "a" for one in functions().get(name, ()))


@cache
def operators() -> Mapping[str, tuple[Signature, ...]]:
    """Give the operators by sign; a prefix operator has one argument."""
    found: dict[str, list[Signature]] = defaultdict(list)
    for sign, left, right, result in _rows("operators"):
        found[sign].append(Signature(sign, (left, right) if left else (right,), result))
    return {sign: tuple(signatures) for sign, signatures in found.items()}


@cache
def casts() -> Mapping[tuple[str, str], str]:
    """Give how a type goes to another: i (by itself), a (in assignments), e (only where it is written)."""
    return {(source, target): context for source, target, context, _method in _rows("casts")}


@cache
def types() -> Mapping[str, tuple[str, bool]]:
    """Give category and preference of the types that are no arrays."""
    return {name: (category, preferred == "1") for name, category, preferred in _rows("types")}
