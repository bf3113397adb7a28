"""Name the people of the demo: they review books, place orders and are customers."""

from __future__ import annotations

FIRST_NAMES = (
    "Tristan", "Adeline", "Noah", "Maya", "Oscar", "Leila", "Hugo", "Ingrid", "Mateo", "Priya",
    "Jonas", "Amara", "Felix", "Yuki", "Samuel", "Zoe", "Ravi", "Clara", "Emil", "Fatima",
    "Lucas", "Nadia", "Theo", "Greta", "Omar", "Bianca", "Kofi", "Astrid", "Diego", "Mei",
    "Anton", "Salma", "Victor", "Elif", "Rowan", "Chiara", "Marek", "Thandi", "Julian", "Sofia",
    "Arjun", "Heidi", "Pablo", "Noor", "Simon", "Aiko", "Bruno", "Esther", "Callum", "Dalia",
    "Erik", "Farah", "Gabriel", "Hana", "Ivan", "Jasmin", "Kenji", "Lotte", "Miguel", "Olivia",
)  # fmt: skip
SURNAME_INITIALS = ("", " B.", " K.", " M.", " S.")

READERS: tuple[str, ...] = tuple(first + initial for initial in SURNAME_INITIALS for first in FIRST_NAMES)
"""300 names; Tristan and Adeline come first."""


def email(name: str) -> str:
    """Give a reader an address.

    >>> email("Noah B.")
    'noah.b@example.com'
    """
    return name.lower().rstrip(".").replace(" ", ".") + "@example.com"
