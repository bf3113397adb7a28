"""Read and write memory by address, in functions that numba compiles; nothing here checks bounds.

Who uses these keeps every address inside a buffer that is padded where eight bytes are read or written at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

Address = int
"""Of a byte: what `pa.Buffer.address` and `ndarray.ctypes.data` give."""


def drop_stale(functions: Iterable[Any], modules: Iterable[ModuleType]) -> None:
    """Drop from numba's cache functions that are older than modules they use; numba looks at their own files only."""
    changed = max(Path(str(module.__file__)).stat().st_mtime for module in modules)
    for function in functions:
        written = function.py_func
        name = f"{written.__module__.rpartition('.')[2]}.{written.__qualname__}-*.nbi"
        for index in Path(function.stats.cache_path).glob(name):
            if index.stat().st_mtime < changed:
                index.unlink(missing_ok=True)


def _pointer(builder: Any, address: Any, bits: int) -> Any:
    return builder.inttoptr(address, ir.IntType(bits).as_pointer())


def _reader(result: Any, bits: int) -> Any:
    def typed(_context: Any, address: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.load(_pointer(builder, arguments[0], bits), align=1)

        return result(address), generate

    return typed


def _writer(value_type: Any, bits: int) -> Any:
    def typed(_context: Any, address: Any, _value: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            builder.store(arguments[1], _pointer(builder, arguments[0], bits), align=1)
            return _context.get_dummy_value()

        return types.void(address, value_type), generate

    return typed


@intrinsic
def byte_at(typing: Any, address: Any) -> Any:
    """Read a byte."""
    return _reader(types.uint8, 8)(typing, address)


@intrinsic
def int_at(typing: Any, address: Any) -> Any:
    """Read an int32."""
    return _reader(types.int32, 32)(typing, address)


@intrinsic
def word_at(typing: Any, address: Any) -> Any:
    """Read eight bytes, the first of them lowest."""
    return _reader(types.uint64, 64)(typing, address)


@intrinsic
def put_byte(typing: Any, address: Any, value: Any) -> Any:
    """Write a byte."""
    return _writer(types.uint8, 8)(typing, address, value)


@intrinsic
def put_short(typing: Any, address: Any, value: Any) -> Any:
    """Write two bytes, the lower first."""
    return _writer(types.uint16, 16)(typing, address, value)


@intrinsic
def put_int(typing: Any, address: Any, value: Any) -> Any:
    """Write four bytes, the lowest first."""
    return _writer(types.uint32, 32)(typing, address, value)


@intrinsic
def put_word(typing: Any, address: Any, value: Any) -> Any:
    """Write eight bytes, the lowest first."""
    return _writer(types.uint64, 64)(typing, address, value)


@intrinsic
def put_swapped_int(_typing: Any, address: Any, _value: Any) -> Any:
    """Write an int32 as networks do: the highest byte first."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        builder.store(builder.bswap(arguments[1]), _pointer(builder, arguments[0], 32), align=1)
        return context.get_dummy_value()

    return types.void(address, types.int32), generate


@intrinsic
def swapped(_typing: Any, _word: Any) -> Any:
    """Turn the bytes of a word around."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bswap(arguments[0])

    return types.uint64(types.uint64), generate


@intrinsic
def zeros_below(_typing: Any, _word: Any) -> Any:
    """Count the zero bits below the lowest bit that is set."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


@intrinsic
def _copy_large(_typing: Any, target: Any, source: Any, _size: Any) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        pointer, size = ir.IntType(8).as_pointer(), ir.IntType(64)
        kind = ir.FunctionType(ir.VoidType(), [pointer, pointer, size, ir.IntType(1)])
        copy = builder.module.globals.get("llvm.memcpy.p0i8.p0i8.i64") or ir.Function(
            builder.module, kind, "llvm.memcpy.p0i8.p0i8.i64"
        )
        into, out_of = (_pointer(builder, address, 8) for address in arguments[:2])
        builder.call(copy, [into, out_of, arguments[2], ir.Constant(ir.IntType(1), 0)])
        return context.get_dummy_value()

    return types.void(target, source, types.int64), generate


@njit(inline="never")
def _copy_many(target: Address, source: Address, size: int) -> None:
    _copy_large(target, source, size)


@njit
def copy(target: Address, source: Address, size: int) -> None:
    """Copy bytes, none beside them; most values are short, for which a call takes longer than the copying."""
    if size > 32:
        _copy_many(target, source, size)
    elif size >= 8:
        last = size - 8
        put_word(target, word_at(source))
        if size > 16:
            put_word(target + 8, word_at(source + 8))
            if size > 24:
                put_word(target + 16, word_at(source + 16))
        put_word(target + last, word_at(source + last))
    else:
        for place in range(size):
            put_byte(target + place, byte_at(source + place))
