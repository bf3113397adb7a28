"""Make the items of the demo table Reviews: who read which book and what they thought of it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from pgddb.demo.attribute_value import Item, Plain, typed_item
from pgddb.demo.books import BOOKS, PHILOSOPHERS_STONE, SORCERERS_STONE
from pgddb.demo.readers import READERS
from pgddb.demo.table_definition import TableDefinition

REVIEWS_PER_READER = 5
SEED = 7

VERDICTS: dict[int, tuple[str, ...]] = {
    1: ("I gave up after fifty pages", "Not for me at all", "Everybody loves it; I cannot see why"),
    2: ("A good idea, lost in its own length", "The ending came out of nowhere", "Dry, and proud of it"),
    3: ("Some chapters shine, some drag", "Worth reading once", "Fine for a long train ride"),
    4: ("Beautiful, if a little slow to start", "I stayed up far too late", "The minor characters are the best ones"),
    5: ("I want to forget it and read it again", "Perfect from the first line", "The book I give to everybody"),
}
TAGS = ("fantasy", "classic", "science fiction", "reread", "book club", "gift", "audiobook", "translated", "school")


def review_items() -> Iterator[Item]:
    """Yield the two reviews that everybody knows, then five for each reader."""
    random = Random(SEED)  # noqa: S311 - the same demo every time, no secret
    yield from _first_reviews()
    for reader in READERS:
        others = [book for book in BOOKS if book[0] not in (PHILOSOPHERS_STONE, SORCERERS_STONE)]
        for title, author in random.sample(others, REVIEWS_PER_READER):
            yield typed_item(**_review(random, reader, title, author))


def _first_reviews() -> tuple[Item, Item]:
    return (
        typed_item(
            User="Tristan",
            Book=PHILOSOPHERS_STONE,
            Rating=5,
            Review="A thrilling journey through the world of Hogwarts",
            Author="J.K. Rowling",
        ),
        typed_item(
            User="Adeline",
            Book=SORCERERS_STONE,
            Rating=4,
            Review="Harry is pretty brave, but Hermione is the clear hero",
            Author="J.K. Rowling",
        ),
    )


def _review(random: Random, reader: str, title: str, author: str) -> dict[str, Plain]:
    rating = random.choices((1, 2, 3, 4, 5), weights=(4, 8, 20, 38, 30))[0]
    review: dict[str, Plain] = {
        "User": reader,
        "Book": title,
        "Rating": rating,
        "Review": random.choice(VERDICTS[rating]),
        "Author": author,
    }
    review.update(_rare_attributes(random))
    return _made_irregular(random, review, rating)


def _rare_attributes(random: Random) -> dict[str, Plain]:
    """Attributes that most items do not have, so that a sample may miss them."""
    rare: dict[str, Plain] = {}
    if random.random() < 0.06:
        rare["Spoiler"] = random.random() < 0.7
    if random.random() < 0.08:
        rare["Tags"] = frozenset(random.sample(TAGS, random.randint(1, 3)))
    if random.random() < 0.05:
        rare["EditedAt"] = (
            f"2024-{random.randint(1, 12):02}-{random.randint(1, 28):02}T{random.randint(6, 23):02}:15:00Z"
        )
    if random.random() < 0.1:
        rare["Helpful"] = random.randint(0, 250)
    return rare


def _made_irregular(random: Random, review: dict[str, Plain], rating: int) -> dict[str, Plain]:
    """Bend a few items the way that real tables are bent: missing, differently spelled, NULL, of another type."""
    chance = random.random()
    if chance < 0.01:
        del review["Author"]
    elif chance < 0.02:
        review["Writer"] = review.pop("Author")
    elif chance < 0.03:
        review["Review"] = None
    elif chance < 0.04:
        review["Stars"] = f"{rating} stars"
    elif chance < 0.06:
        review["Stars"] = rating
    return review


REVIEWS = TableDefinition(name="Reviews", partition_key=("User", "S"), sort_key=("Book", "S"), items=review_items)
