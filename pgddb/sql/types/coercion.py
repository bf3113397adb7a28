"""Say which type goes to which other by itself, and in which type several of them meet.

Source: https://www.postgresql.org/docs/15/typeconv-union-case.html, and src/backend/parser/parse_coerce.c
"""

from __future__ import annotations

from collections.abc import Sequence

from pgddb.errors import DatatypeMismatch
from pgddb.sql.types import builtins

UNKNOWN = "unknown"
_POLYMORPHIC = frozenset(
    """
    anyelement anyarray anynonarray anyenum anyrange anymultirange anycompatible anycompatiblearray
    anycompatiblenonarray anycompatiblerange anycompatiblemultirange
    """.split()  # noqa: SIM905
)
ANY = '"any"'


def is_known(name: str) -> bool:
    """Say whether a type is one of PostgreSQL's own, or an array of one."""
    return name.removesuffix("[]") in builtins.types()


def category(name: str) -> str:
    """Give the letter of the type's category, as pg_type.typcategory."""
    if name.endswith("[]"):
        return "A"
    return builtins.types().get(name, ("U", False))[0]


def is_preferred(name: str) -> bool:
    """Say whether a type is the one that its category prefers."""
    return not name.endswith("[]") and builtins.types().get(name, ("U", False))[1]


def is_polymorphic(name: str) -> bool:
    """Say whether a declared type stands for any of several."""
    return name in _POLYMORPHIC


def coerces(source: str, target: str, *, context: str = "i") -> bool:  # noqa: PLR0911 - one for each rule, in order
    """Say whether a value of a type may stand where another is wanted; `context` is i, a or e as in pg_cast."""
    if source in (target, UNKNOWN) or target == ANY:
        return True
    if target in _POLYMORPHIC:
        return fits_polymorphic(source, target)
    allowed = {"i": "i", "a": "ia", "e": "iae"}[context]
    if source.endswith("[]") and target.endswith("[]"):
        return coerces(source[:-2], target[:-2], context=context)
    if builtins.casts().get((source, target), "-") in allowed:
        return True
    if source == "record" or target == "record":
        return False
    if context != "i" and category(target) == "S":
        return True
    return context == "e" and category(source) == "S"


def fits_polymorphic(source: str, declared: str) -> bool:
    """Say whether a type can stand for a polymorphic one."""
    if "nonarray" in declared:
        return not source.endswith("[]")
    if declared.endswith("array"):
        return source.endswith("[]") or source in ("int2vector", "oidvector")
    if declared.endswith("multirange"):
        return source.endswith("multirange")
    if declared.endswith("range"):
        return source.endswith("range")
    return declared != "anyenum"


def common_type(types: Sequence[str], context: str | None = None) -> str | None:  # noqa: C901 - the steps of the documented algorithm
    """Give the type in which several expressions meet; None if there is none and `context` does not name the clause.

    >>> common_type(["integer", "numeric"]), common_type(["unknown", "date"]), common_type(["unknown"])
    ('numeric', 'date', 'text')

    Raises:
        DatatypeMismatch: there is none, and `context` names the clause that asks.
    """
    chosen = types[0]
    for name in types[1:]:
        if name in (UNKNOWN, chosen):
            continue
        if chosen == UNKNOWN:
            chosen = name
        elif category(name) != category(chosen) or (
            category(name) == "A" and not (coerces(name, chosen) or coerces(chosen, name))
        ):
            if context is None:
                return None
            raise DatatypeMismatch(f"{context} types {chosen} and {name} cannot be matched")
        elif not is_preferred(chosen) and coerces(chosen, name) and not coerces(name, chosen):
            chosen = name
    if chosen == UNKNOWN:
        return "text"
    for name in types:
        if not coerces(name, chosen):
            if context is None:
                return None
            raise DatatypeMismatch(f"{context} could not convert type {name} to {chosen}")
    return chosen
