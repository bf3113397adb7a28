"""Say what read and write units cost: values only; `dynamo/prices.py` reads the dated file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

MILLION = 1_000_000


class UnitPrices(Struct, frozen=True):
    """Dollars for a million on-demand request units."""

    read: float
    write: float


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices by region; `date` says when they were true.

    Attributes:
        default: for a region that the file does not name; `known` tells the difference.
        override: the user's own prices, for every region.
    """

    date: str
    default: UnitPrices
    by_region: Mapping[str, UnitPrices] = field(default_factory=dict)
    override: UnitPrices | None = None

    def of(self, region: str | None) -> UnitPrices:
        if self.override is not None:
            return self.override
        return self.by_region.get(region or "", self.default)

    def known(self, region: str | None) -> bool:
        """Say whether the price is this region's own and not the default."""
        return self.override is not None or (region or "") in self.by_region

    def read_dollars(self, units: float, region: str | None) -> float:
        """Price read units as on-demand units; on a provisioned table they are paid already."""
        return units * self.of(region).read / MILLION

    def write_dollars(self, units: float, region: str | None) -> float:
        return units * self.of(region).write / MILLION
