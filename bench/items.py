"""Make the items of the bench tables: wide ones of 12 attributes, sparse ones of 12 among 60, and narrow ones."""

from __future__ import annotations

from typing import Any

PARTITION_ITEMS = 10
"""Items that share a partition key."""

STATUSES = ("delivered", "shipped", "open", "failed", "cancelled", "returned", "paid")
CITIES = ("Lisbon", "Oslo", "Nairobi", "Kyoto", "Chicago", "Ghent", "Pune", "Leipzig", "Bristol", "Quito", "Hanoi")
WORDS = ("amber", "birch", "cobalt", "dune", "ember", "fjord", "grove", "harbour", "indigo", "juniper", "kelp", "lumen")

AttributeValue = dict[str, Any]
Item = dict[str, AttributeValue]


def key_of(position: int) -> Item:
    """Return the primary key of the item at a position.

    >>> key_of(42)
    {'pk': {'S': 'user-0000004'}, 'sk': {'N': '2'}}
    """
    return {"pk": {"S": f"user-{position // PARTITION_ITEMS:07}"}, "sk": {"N": str(position % PARTITION_ITEMS)}}


def position_of(key: Item) -> int:
    """Return the position of the item that has this primary key.

    >>> position_of(key_of(42))
    42
    """
    return int(key["pk"]["S"][5:]) * PARTITION_ITEMS + int(key["sk"]["N"])


def item_at(position: int) -> Item:
    """Make one item; the same position always gives the same item."""
    mixed = (position * 2_654_435_761) & 0xFFFFFFFF
    word = WORDS[mixed % 12]
    return {
        **key_of(position),
        "title": {"S": f"The {word} {WORDS[mixed // 12 % 12]} of {WORDS[mixed // 144 % 12]} {position}"},
        "status": {"S": STATUSES[mixed % 7]},
        "price": {"N": f"{mixed % 9000 + 100}.{mixed % 97 + 1:02}"},
        "quantity": {"N": str(mixed % 23 + 1)},
        "active": {"BOOL": mixed % 3 != 0},
        "created": {
            "S": f"2024-{mixed % 12 + 1:02}-{mixed % 28 + 1:02}T{mixed % 24:02}:{mixed % 60:02}:{mixed % 59:02}Z"
        },
        "customer": {"S": f"customer-{mixed % 50_000:05}"},
        "note": {"S": f"{word} notes, page {mixed % 400}" if mixed % 5 else 'said "yes" & signed'},
        "address": {"M": {"city": {"S": CITIES[mixed % 11]}, "zip": {"S": f"{mixed % 90_000 + 10_000}"}}},
        "tags": {"L": [{"S": word}, {"S": WORDS[mixed // 7 % 12]}, {"N": str(mixed % 100)}]},
    }


SPARSE_NAMES = tuple(f"a{number:02}" for number in range(60))


def sparse_item_at(position: int) -> Item:
    """Make an item that has every fifth of 60 attributes, beginning anywhere: half are texts, half numbers.

    >>> len(sparse_item_at(7)), len(sparse_item_at(8))
    (14, 14)
    """
    mixed = (position * 2_654_435_761) & 0xFFFFFFFF
    item = key_of(position)
    for number in range(mixed % 5, 60, 5):
        value = (mixed >> number % 16) % 100_000
        item[SPARSE_NAMES[number]] = {"N": str(value)} if number % 2 else {"S": f"value-{value:05}"}
    return item


def narrow_item_at(position: int) -> Item:
    """Make an item of a code that no other has and a small number.

    >>> narrow_item_at(12)
    {'pk': {'S': 'user-0000001'}, 'sk': {'N': '2'}, 'code': {'S': 'code-0000012'}, 'value': {'N': '12'}}
    """
    return {**key_of(position), "code": {"S": f"code-{position:07}"}, "value": {"N": str(position % 1000)}}


def item_size(item: Item) -> int:
    """Return the size that DynamoDB bills for.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: AttributeValue) -> int:
    """Return the billed size of one value."""
    match value:
        case {"S": str(text)}:
            return len(text.encode())
        case {"N": str(number)}:
            digits = number.lstrip("-").replace(".", "").strip("0")
            return (len(digits) + 1) // 2 + 1 + number.startswith("-")
        case {"M": dict(entries)}:
            return 3 + len(entries) + item_size(entries)
        case {"L": list(elements)}:
            return 3 + len(elements) + sum(value_size(element) for element in elements)
        case _:
            return 1


def projected(item: Item, paths: tuple[tuple[str, ...], ...]) -> Item:
    """Keep the document paths of a projection; a path may go into a map.

    >>> projected(item_at(0), (("sk",), ("address", "zip")))["address"]
    {'M': {'zip': {'S': '10000'}}}
    """
    kept: Item = {}
    for path in paths:
        source: Any = item
        target: Any = kept
        for step in path[:-1]:
            if step not in source or "M" not in source[step]:
                break
            source = source[step]["M"]
            target = target.setdefault(step, {"M": {}})["M"]
        else:
            if path[-1] in source:
                target[path[-1]] = source[path[-1]]
    return kept
