"""Write one value as the text that PostgreSQL sends for its type.

The values are those of pgddb.pgtypes.conversion: numbers as PostgreSQL stores them, not Python's dates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pgddb.pgtypes.array_text import write_array
from pgddb.pgtypes.binary import NAME_SEPARATOR
from pgddb.pgtypes.datetime_text import date_writer, time_text, timestamp_writer, timestamptz_writer, timetz_text
from pgddb.pgtypes.float_text import float4_writer, float8_writer
from pgddb.pgtypes.interval_text import interval_writer
from pgddb.pgtypes.numeric_format import numeric_text
from pgddb.pgtypes.registry import PgType, element_of, find_type_by_oid
from pgddb.pgtypes.style import OutputStyle

TextWriter = Callable[[Any], str]
"""Takes a value of the kind that conversion gives for the type; which kind that is depends on the type."""


def text_writer(pg_type: PgType, style: OutputStyle) -> TextWriter:
    """Give the function that writes a value of this type as text.

    Raises:
        FeatureNotSupported: values of this type cannot leave the server.
    """
    if pg_type.name in {"int2vector", "oidvector"}:
        return _vector_text
    if pg_type.is_array:
        element = element_of(pg_type)
        write_element = text_writer(element, style)
        return lambda value: write_array(value, write_element, element.delimiter)
    styled = _STYLED.get(pg_type.name)
    if styled is not None:
        return styled(style)
    return _PLAIN.get(pg_type.name, str)


def _bool_text(value: bool) -> str:  # noqa: FBT001 # the value itself
    return "t" if value else "f"


def _vector_text(value: list[int | None]) -> str:
    return " ".join(map(str, value))


def _reg_text(value: int | str) -> str:
    if isinstance(value, str):
        return value.partition(NAME_SEPARATOR)[2] or value
    return str(value) if value else "-"


def _regtype_text(value: int | str) -> str:
    known = find_type_by_oid(value) if isinstance(value, int) else None
    return known.type_name if known is not None else _reg_text(value)


def _bytea_writer(style: OutputStyle) -> TextWriter:
    if style.bytea_output == "hex":
        return lambda value: "\\x" + value.hex()
    return lambda value: "".join(map(_ESCAPED.__getitem__, value))


_ESCAPED = tuple(
    "\\\\" if byte == 0x5C else chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}" for byte in range(256)
)

_STYLED: dict[str, Callable[[OutputStyle], TextWriter]] = {
    "float4": lambda style: float4_writer(style.extra_float_digits),
    "float8": lambda style: float8_writer(style.extra_float_digits),
    "bytea": _bytea_writer,
    "date": date_writer,
    "timestamp": timestamp_writer,
    "timestamptz": timestamptz_writer,
    "interval": lambda style: interval_writer(style.interval_style),
}

_REG_NAMES = ("regclass", "regproc", "regprocedure", "regoper", "regoperator", "regnamespace", "regrole", "regconfig",
              "regdictionary", "regcollation")  # fmt: skip

_PLAIN: dict[str, TextWriter] = {
    **dict.fromkeys(_REG_NAMES, _reg_text),
    "bool": _bool_text,
    "numeric": numeric_text,
    "time": time_text,
    "timetz": timetz_text,
    "regtype": _regtype_text,
}
