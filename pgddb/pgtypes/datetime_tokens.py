"""Cut the text of a date or time into fields, and know the words of dates.

Source: ParseDateTime and datetktbl in src/backend/utils/adt/datetime.c of PostgreSQL
"""

from __future__ import annotations

import re
from enum import Enum, auto


class Kind(Enum):
    """What a field looks like."""

    NUMBER = auto()
    WORD = auto()
    SIGNED_WORD = auto()
    DATE = auto()
    TIME = auto()
    OFFSET = auto()


_MONTHS = (
    "jan january",
    "feb february",
    "mar march",
    "apr april",
    "may",
    "jun june",
    "jul july",
    "aug august",
    "sep sept september",
    "oct october",
    "nov november",
    "dec december",
)
MONTHS = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
WEEKDAYS = frozenset(
    """
    sun sunday mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday
    """.split()  # noqa: SIM905
)
LABELS = {
    "y": "year",
    "m": "month",
    "d": "day",
    "h": "hour",
    "mm": "minute",
    "s": "second",
    "j": "julian",
    "jd": "julian",
    "julian": "julian",
    "t": "time",
    "dow": "dow",
    "doy": "doy",
    "isodow": "isodow",
    "isoyear": "isoyear",
}
"""Words that say what the next field is."""
CLOCK_WORDS = frozenset(["now", "today", "tomorrow", "yesterday"])
WORDS = frozenset(
    ["ad", "bc", "am", "pm", "at", "on", "dst", "epoch", "infinity", "allballs", *CLOCK_WORDS, *WEEKDAYS]
) | {*MONTHS, *LABELS}
_DIGITS = re.compile(r"\d+")
_REST_OF_TIME = re.compile(r"[\d:.]*")
_NUMBERS = {sign: re.compile(rf"\d+(?:{re.escape(sign)}[\d{re.escape(sign)}]*)?") for sign in "-/."}
_NAMES = {sign: re.compile(rf"[A-Za-z0-9{re.escape(sign)}]*") for sign in "-/."}
_LETTERS = re.compile(r"[A-Za-z]+")
_ZONE_NAME = re.compile(r"[-+/_.:A-Za-z0-9]+")
_REST_OF_OFFSET = re.compile(r"[\d:.-]*")


def tokens(text: str) -> list[tuple[Kind, str]] | None:
    """Cut a text into fields in lower case, None if it has a sign that no date has.

    >>> [(kind.name, field) for kind, field in tokens("Jan 5, 2024 10:30 -08")]
    [('WORD', 'jan'), ('NUMBER', '5'), ('NUMBER', '2024'), ('TIME', '10:30'), ('OFFSET', '-08')]
    """
    found: list[tuple[Kind, str]] = []
    at = 0
    while at < len(text):
        sign = text[at]
        if not sign.isascii():
            return None
        if not (sign.isalnum() or sign in "+-."):
            if not (sign.isspace() or sign.isprintable()):
                return None
            at += 1  # other punctuation parts fields
            continue
        token = _token(text, at)
        if token is None:
            return None
        kind, field, at = token
        found.append((kind, field.lower()))
    return found


def _token(text: str, at: int) -> tuple[Kind, str, int] | None:
    sign = text[at]
    if sign in "+-":
        return _signed(text, at)
    if sign == ".":
        kind, end = Kind.NUMBER, _end(_DIGITS, text, at + 1)
    else:
        kind, end = _number(text, at) if sign.isdigit() else _word(text, at)
    return kind, text[at:end], end


def _number(text: str, at: int) -> tuple[Kind, int]:
    end = _end(_DIGITS, text, at)
    sign = text[end : end + 1]
    if sign == ":":
        return Kind.TIME, _end(_REST_OF_TIME, text, end + 1)
    if sign not in ("-", "/", "."):
        return Kind.NUMBER, end
    if not text[end + 1 : end + 2].isdigit():
        return Kind.DATE, _end(_NAMES[sign], text, end + 1)
    whole = _end(_NUMBERS[sign], text, end + 1)
    is_number = sign == "." and "." not in text[end + 1 : whole]
    return (Kind.NUMBER if is_number else Kind.DATE), whole


def _word(text: str, at: int) -> tuple[Kind, int]:
    end = _end(_LETTERS, text, at)
    sign = text[end : end + 1]
    is_date = sign in ("-", "/", ".")
    if sign == "+" or (sign.isascii() and sign.isdigit()):
        is_date = text[at:end].lower()[:10] not in WORDS
    return (Kind.DATE, _end(_ZONE_NAME, text, at)) if is_date else (Kind.WORD, end)


def _signed(text: str, at: int) -> tuple[Kind, str, int] | None:
    start = at + 1
    while text[start : start + 1].isspace():
        start += 1
    sign = text[start : start + 1]
    if sign.isascii() and sign.isdigit():
        end = _end(_REST_OF_OFFSET, text, start)
        return Kind.OFFSET, text[at] + text[start:end], end
    if sign.isascii() and sign.isalpha():
        end = _end(_LETTERS, text, start)
        return Kind.SIGNED_WORD, text[at] + text[start:end], end
    return None


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return at if match is None else match.end()
