"""Know the units of extract, date_part and date_trunc: their spellings, and which type has which.

Source: deltatktbl and datetktbl in src/backend/utils/adt/datetime.c of PostgreSQL, and the functions that use them
"""

from __future__ import annotations

from pgddb.errors import FeatureNotSupported, InvalidParameterValue
from pgddb.sql.types.families import TIME, TIMESTAMP, TIMESTAMPTZ, TIMETZ
from pgddb.sql.words import words

_SPELLINGS = {
    spelling: unit
    for unit, spellings in (
        ("microseconds", "us usec usecs usecond useconds microsecon"),
        ("milliseconds", "ms msec msecs msecond mseconds millisecon"),
        ("second", "s sec secs second seconds"),
        ("minute", "m min mins minute minutes"),
        ("hour", "h hr hrs hour hours"),
        ("day", "d day days"),
        ("week", "w week weeks"),
        ("month", "mon mons month months"),
        ("quarter", "qtr quarter"),
        ("year", "y yr yrs year years"),
        ("decade", "dec decs decade decades"),
        ("century", "c cent century centuries"),
        ("millennium", "mil mils millennium millennia"),
        ("dow", "dow"),
        ("isodow", "isodow"),
        ("doy", "doy"),
        ("isoyear", "isoyear"),
        ("julian", "j jd julian"),
        ("epoch", "epoch"),
        ("timezone", "timezone"),
        ("timezone_hour", "timezone_h"),
        ("timezone_minute", "timezone_m"),
    )
    for spelling in spellings.split()
}
_LONGEST = 10
"""TOKMAXLEN: longer words are cut."""
_CLOCK = words("microseconds milliseconds second minute hour")
_ZONE = words("timezone timezone_hour timezone_minute")
_MONTHS = words("day month quarter year decade century millennium epoch")
_CALENDAR = _MONTHS | words("week dow isodow doy isoyear julian")
_PARTS = {
    "date": _CALENDAR,
    TIMESTAMP: _CALENDAR | _CLOCK,
    TIMESTAMPTZ: _CALENDAR | _CLOCK | _ZONE,
    TIME: _CLOCK | {"epoch"},
    TIMETZ: _CLOCK | _ZONE | {"epoch"},
    "interval": _MONTHS | _CLOCK,
}
_NO_CUTS = words("dow isodow doy isoyear julian epoch")
"""Units to which PostgreSQL cuts nothing, and does not say that it knows them."""
GROWING = words("year decade century millennium isoyear julian epoch")
"""Units that are infinite where the moment is; the others are NULL then."""


def known_unit(text: str, kind: str) -> str:
    """Give the unit that a spelling means.

    >>> known_unit("mins", "interval"), known_unit("Milliseconds", "date")
    ('minute', 'milliseconds')

    Raises:
        InvalidParameterValue: there is no such unit.
    """
    unit = _SPELLINGS.get(text.lower()[:_LONGEST])
    if unit is None:
        raise InvalidParameterValue(f'unit "{text.lower()}" not recognized for type {kind}')
    return unit


def require_part(text: str, kind: str) -> str:
    """Give the unit that a spelling means, which values of the type have.

    Raises:
        InvalidParameterValue: there is no such unit.
        FeatureNotSupported: values of the type have no such part.
    """
    unit = known_unit(text, kind)
    if kind in _PARTS and unit not in _PARTS[kind]:
        raise FeatureNotSupported(f'unit "{text.lower()}" not supported for type {kind}')
    return unit


def require_cut(text: str, kind: str) -> str:
    """Give the unit that a spelling means, to which values of the type can be cut.

    Raises:
        InvalidParameterValue: nothing can be cut to it.
        FeatureNotSupported: values of the type cannot.
    """
    unit = known_unit(text, kind)
    if unit in _NO_CUTS:
        raise InvalidParameterValue(f'unit "{text.lower()}" not recognized for type {kind}')
    if unit in _ZONE or (kind == "interval" and unit == "week"):
        detail = "Months usually have fractional weeks." if unit == "week" else None
        raise FeatureNotSupported(f'unit "{text.lower()}" not supported for type {kind}', detail=detail)
    return unit
