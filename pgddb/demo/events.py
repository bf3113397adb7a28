"""Make the items of the demo table Events: numeric keys and a value of every DynamoDB type."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from pgddb.demo.attribute_value import Item, Plain, typed_item
from pgddb.demo.table_definition import TableDefinition

DEVICE_COUNT = 20
EVENTS_PER_DEVICE = 30
SEED = 13

FIRST_EVENT_MILLISECONDS = 1_718_000_000_000
KINDS = ("reading", "reading", "reading", "alarm", "restart")
LABELS = ("indoor", "outdoor", "roof", "calibrated", "spare", "loaned")
NUMBER_DIGITS = 38
"""As many digits as a DynamoDB number can have."""


def event_items() -> Iterator[Item]:
    """Yield the events of each device in the order of their time."""
    random = Random(SEED)  # noqa: S311 - the same demo every time, no secret
    for device in range(1, DEVICE_COUNT + 1):
        at = FIRST_EVENT_MILLISECONDS + device * 977
        for _ in range(EVENTS_PER_DEVICE):
            at += random.randint(20_000, 900_000)
            yield typed_item(**_event(random, 1000 + device, at))


def _event(random: Random, device: int, at: int) -> dict[str, Plain]:
    return {
        "DeviceId": device,
        "At": at,
        "Kind": random.choice(KINDS),
        "Ok": random.random() < 0.93,
        "Reading": _reading(random),
        "Samples": [Decimal(random.randint(-4000, 9000)) / 100 for _ in range(random.randint(0, 5))],
        "Labels": frozenset(random.sample(LABELS, random.randint(1, 3))),
        "Channels": frozenset(random.sample(range(1, 17), random.randint(1, 4))),
        "Checksums": frozenset(random.randbytes(4) for _ in range(random.randint(1, 2))),
        "Payload": random.randbytes(random.randint(8, 24)),
        "Counter": int("".join(random.choices("123456789", k=NUMBER_DIGITS))),
        "Note": None if random.random() < 0.8 else "checked by hand",
    }


def _reading(random: Random) -> dict[str, Plain]:
    return {
        "celsius": Decimal(random.randint(-150, 420)) / 10,
        "battery": {"volts": Decimal(random.randint(300, 420)) / 100, "charging": random.random() < 0.1},
        "path": [{"hop": hop, "rssi": -random.randint(30, 95)} for hop in range(1, random.randint(2, 4))],
    }


EVENTS = TableDefinition(name="Events", partition_key=("DeviceId", "N"), sort_key=("At", "N"), items=event_items)
