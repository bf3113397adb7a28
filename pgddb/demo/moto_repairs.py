"""Mend what moto gets wrong: it checks a condition and writes in two steps, and cannot scan segments of binary keys."""

from __future__ import annotations

import functools
import hashlib
import threading
from collections.abc import Callable
from typing import Any

from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.responses import DynamoHandler

WRITES = ("batch_write_item", "delete_item", "put_item", "transact_write_items", "update_item")

_ONE_AT_A_TIME = threading.RLock()


def install() -> None:
    """Change moto in this process."""
    for name in WRITES:
        setattr(DynamoHandler, name, _alone(getattr(DynamoHandler, name)))
    Item.is_within_segment = _is_within_segment  # type: ignore[assignment]


def _alone(carry_out: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(carry_out)
    def alone(*arguments: Any, **options: Any) -> Any:
        with _ONE_AT_A_TIME:
            return carry_out(*arguments, **options)

    return alone


def _is_within_segment(item: Any, segments: tuple[int | None, int | None]) -> bool:
    """Say whether an item is of a segment; moto's own takes every key for a text."""
    segment, total = segments
    if total is None:
        return True
    key = item.hash_key.value
    digest = hashlib.md5(key if isinstance(key, bytes) else str(key).encode(), usedforsecurity=False).digest()
    return digest[0] % total == segment
