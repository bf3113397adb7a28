"""Describe functions that the engine registers in DuckDB, and lift plain ones to whole columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import pyarrow as pa
from msgspec import Struct


class ScalarFunction(Struct, frozen=True):
    """A function over columns: DuckDB's names of its parameter and return types, and what computes it.

    `function` takes and gives Arrow arrays and sees NULLs itself (null_handling="special").
    """

    name: str
    parameters: tuple[str, ...]
    returns: str
    function: Callable[..., pa.Array]
    volatile: bool = False


_ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "VARCHAR[]": pa.list_(pa.string()),
    "VARCHAR[][]": pa.list_(pa.list_(pa.string())),
    "BLOB": pa.binary(),
}


def by_value(name: str, parameters: tuple[str, ...], returns: str, function: Callable[..., object]) -> ScalarFunction:
    """Make a function of columns from one of values; a NULL argument gives NULL.

    Results are remembered, as columns repeat their values and most arguments are constants.
    """
    remembered = lru_cache(maxsize=4096)(function) if not any("[]" in kind for kind in parameters) else function
    arrow_type = _ARROW_TYPES[returns]

    def columns(*arrays: pa.Array) -> pa.Array:
        rows = zip(*(array.to_pylist() for array in arrays), strict=True)
        return pa.array([None if None in row else remembered(*row) for row in rows], type=arrow_type)

    return ScalarFunction(name, parameters, returns, _WITH_ARITY[len(parameters)](columns))


_Columns = Callable[..., pa.Array]


def _of_one(function: _Columns) -> _Columns:
    def columns(a: pa.Array) -> pa.Array:
        return function(a)

    return columns


def _of_two(function: _Columns) -> _Columns:
    def columns(a: pa.Array, b: pa.Array) -> pa.Array:
        return function(a, b)

    return columns


def _of_three(function: _Columns) -> _Columns:
    def columns(a: pa.Array, b: pa.Array, c: pa.Array) -> pa.Array:
        return function(a, b, c)

    return columns


def _of_four(function: _Columns) -> _Columns:
    def columns(a: pa.Array, b: pa.Array, c: pa.Array, d: pa.Array) -> pa.Array:
        return function(a, b, c, d)

    return columns


def _of_five(function: _Columns) -> _Columns:
    def columns(a: pa.Array, b: pa.Array, c: pa.Array, d: pa.Array, e: pa.Array) -> pa.Array:
        return function(a, b, c, d, e)

    return columns


def _of_six(function: _Columns) -> _Columns:
    def columns(a: pa.Array, b: pa.Array, c: pa.Array, d: pa.Array, e: pa.Array, f: pa.Array) -> pa.Array:
        return function(a, b, c, d, e, f)

    return columns


def _of_seven(function: _Columns) -> _Columns:
    def columns(  # noqa: PLR0917, PLR0913
        a: pa.Array, b: pa.Array, c: pa.Array, d: pa.Array, e: pa.Array, f: pa.Array, g: pa.Array
    ) -> pa.Array:
        return function(a, b, c, d, e, f, g)

    return columns


_WITH_ARITY: dict[int, Callable[[_Columns], _Columns]] = {
    1: _of_one,
    2: _of_two,
    3: _of_three,
    4: _of_four,
    5: _of_five,
    6: _of_six,
    7: _of_seven,
}
"""DuckDB counts a function's parameters by its signature, so each number of them needs its own."""
