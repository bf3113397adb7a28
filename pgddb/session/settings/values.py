"""Read and print the values of settings as PostgreSQL does, with their units.

Source: https://www.postgresql.org/docs/15/config-setting.html
"""

from __future__ import annotations

import math
import re
from typing import assert_never

from pgddb.errors import FeatureNotSupported, InvalidParameterValue
from pgddb.session.settings.definition import Setting, SettingType, SettingValue

_KILOBYTE = 1024
MEMORY_UNITS: dict[str, float] = {
    "B": 1,
    "kB": _KILOBYTE,
    "MB": _KILOBYTE**2,
    "GB": _KILOBYTE**3,
    "TB": _KILOBYTE**4,
}
"""Bytes in each unit that a memory setting accepts."""

TIME_UNITS: dict[str, float] = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
"""Milliseconds in each unit that a time setting accepts."""

_BASE_MEMORY: dict[str, float] = {**MEMORY_UNITS, "8kB": 8 * _KILOBYTE}
_MEMORY_HINT = 'Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".'
_TIME_HINT = 'Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".'
_MAX_INTEGER = 2**31 - 1
_NUMBER = re.compile(r"\s*([+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))\s*([A-Za-z]*)\s*\Z")
_SPELLINGS = {
    "true": "on",
    "yes": "on",
    "1": "on",
    "false": "off",
    "no": "off",
    "0": "off",
    "debug": "debug2",
}
"""Words that enum settings take beside those that they list, where they list what the word stands for."""

_TRUE_WORDS = ("true", "yes")
_FALSE_WORDS = ("false", "no")


def parse_value(setting: Setting, text: str, current: SettingValue = "") -> SettingValue:
    """Turn what the client wrote into a checked value; some values keep a part of the current one.

    Raises:
        InvalidParameterValue: the text is not a value of the setting.
        FeatureNotSupported: PostgreSQL knows the value, pgddb does not carry it out.
    """
    value = _parse_by_type(setting, text, current)
    if setting.only and value not in setting.only:
        raise FeatureNotSupported(
            f'setting "{setting.name}" to "{text}" is not supported',
            hint="Supported: " + ", ".join(f'"{show_value(setting, allowed)}"' for allowed in setting.only) + ".",
        )
    return value


def _parse_by_type(setting: Setting, text: str, current: SettingValue) -> SettingValue:
    match setting.type:
        case SettingType.BOOL:
            return _parse_bool(setting, text)
        case SettingType.INTEGER:
            return _parse_integer(setting, text)
        case SettingType.REAL:
            return _parse_real(setting, text)
        case SettingType.ENUM:
            return _parse_enum(setting, text)
        case SettingType.STRING:
            return setting.check(text, str(current)) if setting.check is not None else text
        case _:
            assert_never(setting.type)


def show_value(setting: Setting, value: SettingValue) -> str:
    """Print a value as SHOW does: in the largest unit that keeps it whole."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value
    if setting.unit is None or value <= 0:
        return _print_number(value)
    return _with_unit(value, setting.unit)


def plain_value(value: SettingValue) -> str:
    """Print a value as pg_settings does: in the setting's own unit."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else _print_number(value)


def reject(setting: Setting, text: str, hint: str | None = None) -> InvalidParameterValue:
    return InvalidParameterValue(f'invalid value for parameter "{setting.name}": "{text}"', hint=hint)


def _parse_bool(setting: Setting, text: str) -> bool:
    word = text.strip().lower()
    if word in {"on", "1"} or (word and any(known.startswith(word) for known in _TRUE_WORDS)):
        return True
    if word in {"off", "of", "0"} or (word and any(known.startswith(word) for known in _FALSE_WORDS)):
        return False
    raise InvalidParameterValue(f'parameter "{setting.name}" requires a Boolean value')


def _parse_integer(setting: Setting, text: str) -> int:
    number = _parse_number(setting, text)
    rounded = round(number) if math.isfinite(number) else _MAX_INTEGER + 1
    if abs(rounded) > _MAX_INTEGER + 1:
        raise reject(setting, text, "Value exceeds integer range.")
    _check_range(setting, rounded)
    return rounded


def _parse_real(setting: Setting, text: str) -> float:
    number = _parse_number(setting, text)
    _check_range(setting, number)
    return number


def _parse_number(setting: Setting, text: str) -> float:
    found = _NUMBER.match(text)
    if found is None:
        raise reject(setting, text)
    digits, unit = found.groups()
    number = _read_digits(digits)
    if not unit:
        return number
    if setting.unit is None:
        raise reject(setting, text)
    return number * _unit_factor(setting, text, unit)


def _read_digits(digits: str) -> float:
    bare = digits.lstrip("+-")
    sign = -1 if digits.startswith("-") else 1
    if bare[:2].lower() == "0x":
        return sign * int(bare, 16)
    if len(bare) > 1 and bare.startswith("0") and bare.isdigit() and not set(bare) & {"8", "9"}:
        return sign * int(bare, 8)  # as strtol with base 0
    return float(digits) if any(mark in bare for mark in ".eE") else int(digits)


def _unit_factor(setting: Setting, text: str, unit: str) -> float:
    assert setting.unit is not None
    if setting.unit in TIME_UNITS:
        if unit not in TIME_UNITS:
            raise reject(setting, text, _TIME_HINT)
        return TIME_UNITS[unit] / TIME_UNITS[setting.unit]
    if unit not in MEMORY_UNITS:
        raise reject(setting, text, _MEMORY_HINT)
    return MEMORY_UNITS[unit] / _BASE_MEMORY[setting.unit]


def _check_range(setting: Setting, number: float) -> None:
    low, high = setting.minimum, setting.maximum
    if math.isnan(number) or (low is not None and number < low) or (high is not None and number > high):
        unit = f" {setting.unit}" if setting.unit else ""
        raise InvalidParameterValue(
            f'{_print_number(number)}{unit} is outside the valid range for parameter "{setting.name}" '
            f"({_print_number(low)} .. {_print_number(high)})"
        )


def _parse_enum(setting: Setting, text: str) -> str:
    word = text.lower()
    for choice in setting.choices:
        if choice.lower() in {word, _SPELLINGS.get(word)}:
            return choice
    raise reject(setting, text, f"Available values: {', '.join(setting.choices)}.")


def _print_number(number: float | None) -> str:
    return "" if number is None else str(number).removesuffix(".0")


def _with_unit(value: float, unit: str) -> str:
    in_time = unit in TIME_UNITS
    table = TIME_UNITS if in_time else MEMORY_UNITS
    base = value * (TIME_UNITS[unit] if in_time else _BASE_MEMORY[unit])
    for name in reversed(table):
        quotient = base / table[name]
        if quotient >= 1 and math.isclose(quotient, round(quotient), rel_tol=1e-12):
            return f"{round(quotient)}{name}"
    return f"{_print_number(value)}{unit}"
