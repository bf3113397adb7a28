"""Find tables by name in an immutable map, the way PostgreSQL users expect and DynamoDB's names allow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from pgddb.access.system_relation import SystemRelation
from pgddb.access.table import TableSchema
from pgddb.access.view import View
from pgddb.catalog.relations.definitions import system_function, system_relation
from pgddb.errors import AmbiguousRelation

TableName = tuple[str, str]
"""Schema and table, exact case."""

NO_VIEWS: Mapping[TableName, View] = MappingProxyType({})
NO_TABLES: Mapping[TableName, TableSchema | None] = MappingProxyType({})


def folded_matches(name: str, candidates: Iterable[str], *, quoted: bool) -> list[str]:
    """Give the names that a written name can mean: itself if quoted, else all that equal it but for case.

    >>> folded_matches("Reviews", ["reviews", "REVIEWS", "review"], quoted=False)
    ['REVIEWS', 'reviews']
    """
    if quoted:
        return [candidate for candidate in candidates if candidate == name]
    wanted = name.lower()
    return sorted(candidate for candidate in candidates if candidate.lower() == wanted)


@dataclass(frozen=True, slots=True)
class CatalogSnapshot:
    """All tables that are known at one moment; a changed catalog is another snapshot with a higher version.

    Attributes:
        tables: a table that exists but was not described yet has no schema: it counts for ambiguity.
        search_path: schemas in which a name without a schema is looked for, in order.
        views: views by name; no table has the name of one.
        defined: tables that DDL made: an unquoted name means that of its own case before any other.
    """

    version: int = 0
    tables: Mapping[TableName, TableSchema | None] = field(default_factory=lambda: NO_TABLES)
    search_path: tuple[str, ...] = ("public",)
    views: Mapping[TableName, View] = field(default_factory=lambda: NO_VIEWS)
    defined: frozenset[TableName] = frozenset()
    _by_folded_name: Mapping[TableName, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found: dict[TableName, tuple[str, ...]] = {}
        for schema, name in sorted({*self.tables, *self.views}):
            key = (schema, name.lower())
            found[key] = (*found.get(key, ()), name)
        object.__setattr__(self, "_by_folded_name", found)

    def table(self, schema: str | None, name: str, quoted: bool) -> TableSchema | None:  # noqa: FBT001 - contract
        """Find a table; a quoted name is exact, an unquoted one matches the one table that equals it but for case.

        Raises:
            AmbiguousRelation: several tables answer to the unquoted name.
        """
        place = self._place(schema, name, quoted=quoted)
        return None if place is None else self.tables.get(place)

    def view(self, schema: str | None, name: str, quoted: bool) -> View | None:  # noqa: FBT001 - contract
        """Find a view, as `table` finds a table.

        Raises:
            AmbiguousRelation: several relations answer to the unquoted name.
        """
        place = self._place(schema, name, quoted=quoted)
        return None if place is None else self.views.get(place)

    def _place(self, schema: str | None, name: str, *, quoted: bool) -> TableName | None:
        for place in (schema,) if schema is not None else self.search_path:
            exact = self._exact_name(place, name, quoted=quoted)
            if exact is not None:
                return place, exact
        return None

    def _exact_name(self, schema: str, name: str, *, quoted: bool) -> str | None:
        if quoted:
            return name if (schema, name) in self.tables or (schema, name) in self.views else None
        folded = (schema, name.lower())
        if folded in self.defined or folded in self.views:
            return name.lower()
        matches = self._by_folded_name.get((schema, name.lower()), ())
        if len(matches) > 1:
            named = " and ".join(f'"{match}"' for match in matches)
            raise AmbiguousRelation(
                f'table reference "{name}" is ambiguous',
                detail=f"It could refer to {named}.",
                hint="Write the name in double quotes, in its exact case.",
            )
        return matches[0] if matches else None

    def system_relation(self, schema: str | None, name: str) -> SystemRelation | None:
        """Find a relation of pg_catalog or information_schema; without a schema the first comes before all others."""
        if schema is not None:
            return system_relation(schema, name)
        found = system_relation("pg_catalog", name)
        return (
            found
            if found or "information_schema" not in self.search_path
            else system_relation("information_schema", name)
        )

    def system_function(self, name: str) -> SystemRelation | None:
        """Find a function of pg_catalog that gives rows, by its name without parentheses."""
        return system_function(name)

    def searching(self, search_path: tuple[str, ...]) -> CatalogSnapshot:
        """Give the same tables as a session with another search path sees them."""
        return self if search_path == self.search_path else replace(self, search_path=search_path)

    def with_definitions(
        self, version: int, tables: Mapping[TableName, TableSchema | None], views: Mapping[TableName, View]
    ) -> CatalogSnapshot:
        """Give the catalog with the tables and views of DDL before those that were found, under another version."""
        merged = {**{place: table for place, table in self.tables.items() if place not in views}, **tables}
        return replace(self, version=version, tables=MappingProxyType(merged), views=views, defined=frozenset(tables))

    def with_tables(self, tables: Mapping[TableName, TableSchema | None]) -> CatalogSnapshot:
        """Give the next version, with these tables and no others."""
        return replace(self, version=self.version + 1, tables=MappingProxyType(dict(tables)))
