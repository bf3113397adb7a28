"""Check an item as DynamoDB will, so that a statement fails where it stands and not at COMMIT.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from pgddb.access.attribute_values import Item, TypedValue, elements_of, key_of, stored_digits
from pgddb.access.item_size import MAX_ITEM_BYTES, item_bytes, text_bytes, value_bytes
from pgddb.access.mutation import key_text
from pgddb.access.path import ItemKey
from pgddb.access.store_values import MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES
from pgddb.access.table import KeySchema, TableSchema
from pgddb.errors import (
    DataException,
    DatatypeMismatch,
    InvalidName,
    NotNullViolation,
    ProgramLimitExceeded,
    SqlError,
    ZeroLengthCharacterString,
)

MAX_LEVELS = 32
"""A scalar attribute stands on level 1, what stands in a list or map one level below it."""
_small_number = re.compile(r"-?[0-9]{1,19}(?:\.[0-9]{1,19})?").fullmatch
"""A number that DynamoDB can surely hold: most are, and this is five times as fast as counting its digits."""

MAX_NAME_BYTES, MAX_KEY_NAME_BYTES = 65535, 255


def check_item(table: TableSchema, item: Item) -> tuple[ItemKey, int]:
    """Give the item's key and its size in bytes.

    Raises:
        NotNullViolation: it lacks a key attribute.
        DatatypeMismatch: a key attribute of the table or of an index has another type than declared.
        ZeroLengthCharacterString: such an attribute is empty.
        ProgramLimitExceeded: it is larger than 400 KB, a key longer than 2048 or 1024 bytes, or nested too deeply.
        DataException: a set is empty or holds an element twice.
        NumericValueOutOfRange: DynamoDB cannot hold a number.
        InvalidName: an attribute has no name.
    """
    key = check_key(table, item)
    try:
        for index in table.indexes:
            _check_key_attributes(index.keys, item, f'index "{index.name}" of table "{table.name}"', required=False)
        for name, value in item.items():
            check_attribute(name, value)
        size = item_bytes(item)
        if size > MAX_ITEM_BYTES:
            raise ProgramLimitExceeded(
                f'an item of table "{table.name}" is {size} bytes large; DynamoDB holds {MAX_ITEM_BYTES}',
                hint=f'Its largest attribute is "{_largest(item)}".',
            )
    except SqlError as error:
        _add_detail(error, f"The key is {key_text(key)}.")
        raise
    return key, size


def check_key(table: TableSchema, item: Item) -> ItemKey:
    """Give the primary key of an item, or of the key attributes alone."""
    _check_key_attributes(table.keys, item, f'table "{table.name}"', required=True)
    return key_of(table.keys, item)


def check_attribute(name: str, value: TypedValue) -> None:
    """Check one attribute: names, sets, numbers, levels."""
    _check_name(name)
    try:
        _check_value(value, 1)
    except SqlError as error:
        if error.where is None:
            error.where = f"attribute {name}"
        raise


def _check_name(name: str) -> None:
    if not name:
        raise InvalidName("an attribute must have a name", detail="A name is empty; DynamoDB refuses that.")
    if text_bytes(name) > MAX_NAME_BYTES:
        raise ProgramLimitExceeded(f"the name of an attribute is longer than {MAX_NAME_BYTES} bytes")


def _check_value(value: TypedValue, level: int) -> None:
    if level > MAX_LEVELS:
        raise ProgramLimitExceeded(f"an attribute nests more than {MAX_LEVELS} levels deep")
    ((kind, content),) = value.items()
    match kind:
        case "N":
            _check_number(content)
        case "L":
            for element in content:
                _check_value(element, level + 1)
        case "M":
            for name, member in content.items():
                _check_name(name)
                _check_value(member, level + 1)
        case "SS" | "NS" | "BS":
            _check_set(value)
        case _:
            pass


def _check_number(digits: str) -> None:
    if not _small_number(digits):
        stored_digits(Decimal(digits))


def _check_set(value: TypedValue) -> None:
    ((kind, content),) = value.items()
    if not content:
        raise DataException("a set cannot be empty", hint="Remove the attribute instead, or write a list.")
    elements: Iterable[object] = map(Decimal, content) if kind == "NS" else content
    if len(set(elements)) < len(content):
        raise DataException("a set cannot hold an element twice")
    for element in elements_of(value):
        _check_value(element, 1)


def _check_key_attributes(keys: KeySchema, item: Item, owner: str, *, required: bool) -> None:
    partition = set(keys.partition)
    for attribute in keys.attributes:
        value = item.get(attribute.name)
        if value is None or (required and "NULL" in value):
            if required:
                raise NotNullViolation(
                    f'null value in column "{attribute.name}" of {owner} violates not-null constraint',
                    detail="It is part of the primary key.",
                )
            continue
        if attribute.type.value not in value:
            raise DatatypeMismatch(
                f'key attribute "{attribute.name}" of {owner} is of type {attribute.type.value},'
                f" but the value is of type {next(iter(value))}",
                hint="Cast the value, or leave the attribute out: an item without it is not in the index."
                if not required
                else "Cast the value.",
            )
        limit = MAX_PARTITION_KEY_BYTES if attribute in partition else MAX_SORT_KEY_BYTES
        _check_key_length(attribute.name, value_bytes(value), limit, owner)


def _check_key_length(name: str, length: int, limit: int, owner: str) -> None:
    if length == 0:
        raise ZeroLengthCharacterString(f'key attribute "{name}" of {owner} cannot be empty')
    if length > limit:
        raise ProgramLimitExceeded(f'key attribute "{name}" of {owner} is {length} bytes long; DynamoDB takes {limit}')


def _largest(item: Item) -> str:
    return max(item, key=lambda name: value_bytes(item[name]))


def _add_detail(error: SqlError, detail: str) -> None:
    error.detail = detail if error.detail is None else f"{error.detail} {detail}"
