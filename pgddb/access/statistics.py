"""Count what a statement asked of DynamoDB: requests, pages, items, read units."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class ReadStatistics:
    """Totals of one statement; `units_by_resource` is keyed by table, or table/index for an index."""

    requests: int = 0
    retries: int = 0
    throttles: int = 0
    pages: int = 0
    items_scanned: int = 0
    items_returned: int = 0
    response_bytes: int = 0
    read_units: float = 0.0
    units_by_resource: dict[str, float] = field(default_factory=dict)

    def add_units(self, resource: str, units: float) -> None:
        self.read_units += units
        self.units_by_resource[resource] = self.units_by_resource.get(resource, 0.0) + units


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """What pages read so far show of an attribute: estimates, which change a choice and never an answer.

    Attributes:
        distinct: how many different values it has, or None while unknown.
    """

    distinct: float | None = None
