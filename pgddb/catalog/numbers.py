"""Choose how a number attribute travels, from the numbers that were seen."""

from __future__ import annotations

from msgspec import Struct

from pgddb.access.table import Carrier

DECIMAL_DIGITS = 38
"""Digits of the widest DECIMAL of the engine; DynamoDB's numbers have as many, but over 250 places."""

CARRIED_SCALE = 18
"""Digits after the point that a number of any size keeps in expressions, unless more were seen."""
MAX_CARRIED_SCALE = 28
BIGINT_DIGITS = 19
MAX_BIGINT = 2**63 - 1
MIN_BIGINT = -(2**63)


class NumberRange(Struct, frozen=True):
    """Bounds of the numbers of one attribute: digits before and after the point, and whether all are bigints."""

    whole_digits: int = 0
    scale: int = 0
    bigint: bool = True

    def including(self, text: str) -> NumberRange:
        """Give the range that holds this number too, as it is written: the engine reads plain digits only."""
        whole, point, fraction = text.removeprefix("-").partition(".")
        if not (whole + fraction).isdecimal() or not whole or bool(point) is not bool(fraction):
            return ANY_NUMBER
        bigint = not fraction and len(whole) <= BIGINT_DIGITS and MIN_BIGINT <= int(text) <= MAX_BIGINT
        return NumberRange(
            max(self.whole_digits, len(whole)), max(self.scale, len(fraction)), bigint=self.bigint and bigint
        )

    def carrier(self) -> tuple[Carrier, str, int | None]:
        """Choose the narrowest carrier, its PostgreSQL type and its scale; of DIGITS that in expressions."""
        if self.bigint:
            return Carrier.INTEGER, "bigint", None
        if self.whole_digits + self.scale <= DECIMAL_DIGITS:
            return Carrier.DECIMAL, "numeric", self.scale
        return Carrier.DIGITS, "numeric", min(self.scale, MAX_CARRIED_SCALE) if self.scale > CARRIED_SCALE else None

    @classmethod
    def of_carrier(cls, carrier: Carrier, scale: int | None) -> NumberRange:
        """Give the range that a column was made for.

        A DECIMAL that does not fit goes straight to digits: its own numbers may fill it, and one more step would
        cost one more read of the table.
        """
        if carrier is Carrier.INTEGER:
            return INTEGERS
        if carrier is Carrier.DECIMAL:
            return cls(DECIMAL_DIGITS - (scale or 0), scale or 0, bigint=False)
        return cls(DECIMAL_DIGITS + 1, scale or 0, bigint=False)


NO_NUMBER = NumberRange()
INTEGERS = NumberRange(BIGINT_DIGITS, 0, bigint=True)
ANY_NUMBER = NumberRange(DECIMAL_DIGITS + 1, 0, bigint=False)
