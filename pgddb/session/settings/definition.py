"""Say what a setting is: its name, type, limits and who may change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

SettingValue = bool | int | float | str
"""A checked value: bool, int and float in the base unit of their setting, str for text and enum."""


class SettingType(Enum):
    """The `vartype` of pg_settings."""

    BOOL = "bool"
    INTEGER = "integer"
    REAL = "real"
    STRING = "string"
    ENUM = "enum"


class SettingContext(Enum):
    """The `context` of pg_settings: when a setting can be changed."""

    INTERNAL = "internal"
    POSTMASTER = "postmaster"
    SIGHUP = "sighup"
    BACKEND = "backend"
    SUPERUSER_BACKEND = "superuser-backend"
    SUPERUSER = "superuser"
    USER = "user"


CheckValue = Callable[[str, str], str]
"""Turn the new text of a string setting, beside the value in force, into its stored form, or raise SqlError."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as pg_settings lists it.

    Attributes:
        unit: the unit in which integers and reals are kept: "ms", "s", "min", "B", "kB", "8kB", "MB" or None.
        reported: a change is told to the client by ParameterStatus.
        is_list: SET takes several values, joined with commas.
        quotes: the values of the list are identifiers, quoted where they must be.
        hidden: left out of SHOW ALL and pg_settings.
        only: the one value that pgddb carries out, where PostgreSQL knows more.
    """

    name: str
    type: SettingType
    default: SettingValue
    context: SettingContext = SettingContext.USER
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    category: str = "Customized Options"
    description: str = ""
    reported: bool = False
    is_list: bool = False
    quotes: bool = False
    hidden: bool = False
    only: tuple[SettingValue, ...] = ()
    check: CheckValue | None = None
