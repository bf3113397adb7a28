"""Read the dated price file that is part of the package, and the user's own prices over it."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

from pgddb.access.prices import PriceTable, UnitPrices


def load_prices(*, read: float | None = None, write: float | None = None) -> PriceTable:
    """Read the prices; `read` and `write` are dollars for a million units that replace them in every region."""
    content = tomllib.loads(resources.files("pgddb.dynamo").joinpath("prices.toml").read_text("utf-8"))
    default = _unit_prices(content["default"])
    override = None
    if read is not None or write is not None:
        override = UnitPrices(
            default.read if read is None else read,
            default.write if write is None else write,
        )
    return PriceTable(
        date=content["date"],
        default=default,
        by_region={name: _unit_prices(prices) for name, prices in content["region"].items()},
        override=override,
    )


def _unit_prices(prices: dict[str, Any]) -> UnitPrices:
    return UnitPrices(float(prices["read"]), float(prices["write"]))
