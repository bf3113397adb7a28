"""Hold a transaction to what it may keep in memory until it commits, and to what its writes may cost."""

from __future__ import annotations

from pgddb.access.prices import PriceTable
from pgddb.access.write_cost import MAX_TRANSACTION_ITEMS, WriteEstimate
from pgddb.errors import ConfigurationLimitExceeded, ProgramLimitExceeded
from pgddb.execution.notices import dollars_text
from pgddb.execution.write_settings import WriteSettings

COST_SETTING = "pgddb.max_write_cost"
MEMORY_SETTING = "pgddb.max_transaction_mb"
MEGABYTE = 1024 * 1024

ITEM_BYTES = 1000
"""What a buffered item takes besides its texts: its key, and its places in the buffer."""


class WriteLimits:
    """What a session's settings allow one transaction."""

    def __init__(self, settings: WriteSettings, prices: PriceTable, region: str | None) -> None:
        self._settings = settings
        self._prices = prices
        self._region = region

    @property
    def has_cost(self) -> bool:
        return self._settings.max_dollars is not None

    def check_memory(self, held_bytes: int) -> None:
        """Refuse to keep more.

        Raises:
            ConfigurationLimitExceeded: it is more than the settings allow.
        """
        most = self._settings.max_megabytes
        if held_bytes > most * MEGABYTE:
            raise ConfigurationLimitExceeded(
                f"the transaction would keep more than {most:,} MB of writes in memory until it commits",
                hint=f"Write less in one statement and COMMIT more often, SET {MEMORY_SETTING} higher, "
                "or COPY outside a transaction block, which keeps its rows in a file.",
            )

    def check_cost(self, estimate: WriteEstimate) -> None:
        """Refuse to write for more.

        Raises:
            ConfigurationLimitExceeded: it costs more than the settings allow.
        """
        most = self._settings.max_dollars
        if most is None:
            return
        dollars = self._prices.write_dollars(estimate.write_units, self._region)
        if dollars > most:
            raise ConfigurationLimitExceeded(
                f"the transaction would write about {estimate.write_units:,.0f} write units "
                f"({dollars_text(dollars)}), more than {COST_SETTING} allows ({dollars_text(most)})",
                hint=f"Write less, or raise the limit: SET {COST_SETTING}.",
            )


def check_atomic_count(count: int) -> None:
    """Refuse more items than one transaction of DynamoDB takes.

    Raises:
        ProgramLimitExceeded: there are more.
    """
    if count > MAX_TRANSACTION_ITEMS:
        raise ProgramLimitExceeded(
            f"the transaction cannot be atomic: it writes {count} items or more, "
            f"and DynamoDB's limit is {MAX_TRANSACTION_ITEMS}",
            hint="Write less in one transaction, or SET pgddb.write_mode = 'batch'.",
        )
