"""Measure the document converters in MB of DynamoDB JSON per CPU second, beside orjson.loads over the same bytes.

python bench/bench_document.py [items]
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import orjson
import pyarrow as pa

from pgddb.dynamo.document import items_to_json
from pgddb.dynamo.document_walk import item_json

REPEATS = 5


def flat_item(number: int) -> dict[str, Any]:
    """12 scalar attributes, about 400 bytes."""
    return {
        "customer_id": {"S": f"customer-{number % 977:08d}"},
        "order_id": {"S": f"order-{number:012d}"},
        "created_at": {"N": str(1_700_000_000 + number)},
        "status": {"S": random.choice(["NEW", "PAID", "SHIPPED"])},
        "total": {"N": f"{random.randrange(100_000) / 100}"},
        "currency": {"S": "EUR"},
        "items_count": {"N": str(random.randrange(9))},
        "note": {"S": "lorem ipsum " * random.randrange(8)},
        "paid": {"BOOL": random.random() < 0.5},
        "city": {"S": "Berlin"},
        "email": {"S": f"user{number}@example.com"},
        "referrer": {"S": "https://www.example.com/landing"},
    }


def nested_item(number: int) -> dict[str, Any]:
    """As flat, with a map and a list of maps in the place of two scalars."""
    return flat_item(number) | {
        "city": {"M": {"name": {"S": "Berlin"}, "zip": {"S": "10115"}}},
        "referrer": {"L": [{"M": {"sku": {"S": "a-1"}, "n": {"N": "2"}}} for _ in range(number % 4)]},
    }


def sparse_item(number: int) -> dict[str, Any]:
    """As flat, with each attribute after the keys there or not: 1,024 shapes."""
    return {name: value for name, value in flat_item(number).items() if name[0] == "c" or random.random() < 0.7}


def measure(name: str, convert: Callable[[Any], object], content: Any, size: int) -> None:
    convert(content)
    best = float("inf")
    for _ in range(REPEATS):
        gc.collect()
        start = time.process_time()
        convert(content)
        best = min(best, time.process_time() - start)
    print(f"{name:28s}{size / best / 1e6:8.1f} MB/s of CPU")


def loads(texts: list[bytes]) -> list[Any]:
    return [orjson.loads(text) for text in texts]


def walk(texts: list[bytes]) -> list[bytes]:
    return [item_json(text) for text in texts]


def main() -> None:
    random.seed(1)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    for make in (flat_item, nested_item, sparse_item):
        texts = [json.dumps(make(number), separators=(",", ":")).encode() for number in range(count)]
        size = sum(map(len, texts))
        print(f"{make.__name__}: {size / count:.0f} bytes an item")
        measure("  orjson.loads", loads, texts, size)
        measure("  item_json (walk)", walk, texts, size)
        measure("  items_to_json", items_to_json, pa.array(texts, pa.string()), size)


if __name__ == "__main__":
    main()
