"""Give the function that reads the text form of a type into the values that pgddb.pgtypes.conversion describes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pgddb.pgtypes.array_text import parse_array
from pgddb.pgtypes.datetime_input import parse_date, parse_time, parse_timestamp, parse_timestamptz, parse_timetz
from pgddb.pgtypes.datetime_text import date_style_parts
from pgddb.pgtypes.interval_input import parse_interval
from pgddb.pgtypes.network import mac_text, network_text, read_network
from pgddb.pgtypes.registry import PgType, element_of
from pgddb.pgtypes.style import OutputStyle
from pgddb.pgtypes.text_input import (
    INTEGER_RANGES,
    invalid_syntax,
    parse_bool,
    parse_bytea,
    parse_float,
    parse_integer,
    parse_numeric,
    parse_uuid,
)
from pgddb.pgtypes.zones import find_zone

TextParser = Callable[[str], Any]
"""Gives the kind of value that conversion describes for the type."""


def text_parser(pg_type: PgType, style: OutputStyle) -> TextParser:
    """Give the function that reads text as this type; the session's TimeZone and DateStyle decide what is left open."""
    if pg_type.name in INTEGER_RANGES:
        return lambda text: parse_integer(text, pg_type.name)
    if pg_type.name in {"int2vector", "oidvector"}:
        element = element_of(pg_type).name
        return lambda text: [parse_integer(part, element) for part in text.split()]
    if pg_type.is_array:
        element_type = element_of(pg_type)
        parse_element = text_parser(element_type, style)
        return lambda text: parse_array(text, parse_element, element_type.delimiter)
    if pg_type.name in {"float4", "float8"}:
        return lambda text: parse_float(text, pg_type.name)
    dated = _DATED.get(pg_type.name)
    if dated is not None:
        _, order = date_style_parts(style.date_style)
        return dated(order, style)
    return _PLAIN.get(pg_type.name, str)


def parse_char(text: str) -> str:
    """Read a "char": the first byte, where the text is longer."""
    if text and ord(text[0]) > 127:
        raise invalid_syntax('"char"', text)
    return text[:1]


_PLAIN: dict[str, TextParser] = {
    "bool": parse_bool,
    "numeric": parse_numeric,
    "bytea": parse_bytea,
    "uuid": parse_uuid,
    "inet": lambda text: network_text(read_network(text)),
    "cidr": lambda text: network_text(read_network(text, "cidr"), "cidr"),
    "macaddr": mac_text,
    "macaddr8": lambda text: mac_text(text, "macaddr8"),
    "char": parse_char,
    "void": lambda _: "",
}

_DATED: dict[str, Callable[[str, OutputStyle], TextParser]] = {
    "date": lambda order, _: lambda text: parse_date(text, order),
    "time": lambda order, _: lambda text: parse_time(text, order),
    "timestamp": lambda order, _: lambda text: parse_timestamp(text, order),
    "timetz": lambda order, style: _zoned(parse_timetz, order, style),
    "interval": lambda _, style: _interval_parser(style),
    "timestamptz": lambda order, style: _zoned(parse_timestamptz, order, style),
}


def _zoned(parse: Callable[..., Any], order: str, style: OutputStyle) -> TextParser:
    zone = find_zone(style.time_zone)
    return lambda text: parse(text, order, zone)


def _interval_parser(style: OutputStyle) -> TextParser:
    if style.interval_style == "sql_standard":
        return lambda text: parse_interval(text, sign_counts_for_all=True)
    return parse_interval
