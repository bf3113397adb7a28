"""Give the settings that a new PostgreSQL has, where a session does not know better."""

from __future__ import annotations

from functools import cache

from pgddb.catalog.builtin import builtin_rows
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.functions.function import CatalogFunction
from pgddb.errors import UndefinedObject


@cache
def _settings() -> dict[str, str]:
    return {row["name"].lower(): row["setting"] for row in builtin_rows("settings")}


def default_setting(facts: CatalogFacts, name: str) -> str:  # noqa: ARG001 - one shape for all functions
    """Do current_setting for what no session can change.

    Raises:
        UndefinedObject: there is no such setting.
    """
    found = _settings().get(name.lower())
    if found is None:
        raise UndefinedObject(f'unrecognized configuration parameter "{name}"')
    return found


FUNCTIONS = (CatalogFunction("pgddb_default_setting", ("VARCHAR",), "VARCHAR", default_setting),)
