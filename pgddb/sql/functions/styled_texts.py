"""Write values inside a statement in the styles that the session asks for: DateStyle, IntervalStyle and their like.

Source: https://www.postgresql.org/docs/15/runtime-config-client.html#RUNTIME-CONFIG-CLIENT-FORMAT
"""

from __future__ import annotations

from functools import lru_cache

from pgddb.pgtypes import OutputStyle, type_by_name
from pgddb.pgtypes.parsing import TextParser, text_parser
from pgddb.pgtypes.text import TextWriter, text_writer
from pgddb.sql.functions.scalar import ScalarFunction, by_value


@lru_cache(maxsize=64)
def _conversion(
    kind: str, dates: str, intervals: str, digits: int, binary: str, zone: str
) -> tuple[TextParser, TextWriter]:
    plain = OutputStyle(time_zone=zone)
    style = OutputStyle(zone, dates, intervals, digits, binary)
    of_type = type_by_name(kind)
    return text_parser(of_type, plain), text_writer(of_type, style)


def styled_text(  # noqa: PLR0917, PLR0913 - the settings
    text: str, kind: str, dates: str, intervals: str, digits: int, binary: str, zone: str
) -> str:
    """Write a value anew that came as its text in the default styles.

    >>> styled_text("2024-01-02", "date", "SQL, DMY", "postgres", 1, "hex", "UTC")
    '02/01/2024'
    """
    parse, write = _conversion(kind, dates, intervals, digits, binary, zone)
    return write(parse(text))


_TEXT = "VARCHAR"
FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_styled_text", (_TEXT, _TEXT, _TEXT, _TEXT, "INTEGER", _TEXT, _TEXT), _TEXT, styled_text),
)
