"""Let the embedded DynamoDB carry out one write at a time: moto checks a condition and writes in two steps."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

from moto.dynamodb.responses import DynamoHandler

WRITES = ("batch_write_item", "delete_item", "put_item", "transact_write_items", "update_item")

_ONE_AT_A_TIME = threading.RLock()


def install() -> None:
    """Change moto's handlers in this process."""
    for name in WRITES:
        setattr(DynamoHandler, name, _alone(getattr(DynamoHandler, name)))


def _alone(carry_out: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(carry_out)
    def alone(*arguments: Any, **options: Any) -> Any:
        with _ONE_AT_A_TIME:
            return carry_out(*arguments, **options)

    return alone
