"""The settings of a session that decide how values look as text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutputStyle:
    """Settings that the text form of values depends on; spelled as SHOW prints them.

    Attributes:
        time_zone: the session's TimeZone: an IANA name, "UTC", or a fixed POSIX one such as "<+03>-03".
        date_style: "ISO, MDY" and the like; the order also decides how parameters are read.
        interval_style: postgres, postgres_verbose, sql_standard or iso_8601.
        extra_float_digits: 1 and more: shortest text that reads back to the same float.
        bytea_output: hex or escape.
        encoding: of all text, in binary too; one of `encodings.CODECS`.
    """

    time_zone: str = "UTC"
    date_style: str = "ISO, MDY"
    interval_style: str = "postgres"
    extra_float_digits: int = 1
    bytea_output: str = "hex"
    encoding: str = "UTF8"


DEFAULT_STYLE = OutputStyle()
