"""Build the requests of writes as the bytes that are sent: items are typed JSON already, so nothing is decoded.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/ (BatchWriteItem, DeleteItem, PutItem,
TransactWriteItems, UpdateItem).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import msgspec

from pgddb.access.attribute_values import encode_typed, key_json, key_of
from pgddb.access.mutation import DeleteItem, KeyIdentity, Mutation, PutItem, UpdateItem, key_identity
from pgddb.access.path import ItemKey
from pgddb.access.table import TableSchema
from pgddb.dynamo.decode import ConsumedCapacity
from pgddb.dynamo.update import MutationWriter
from pgddb.errors import DataCorrupted, InternalError

_quote = msgspec.json.Encoder().encode
_CAPACITY = b'"ReturnConsumedCapacity":"INDEXES"'


def single_request(mutation: Mutation) -> tuple[str, bytes]:
    """Build PutItem, UpdateItem or DeleteItem; give the operation and the body."""
    operation, members = _members(mutation)
    return f"{operation}Item", b"{" + b",".join([*members, _CAPACITY]) + b"}"


def transaction_request(mutations: Sequence[Mutation], token: str) -> bytes:
    """Build TransactWriteItems; the token makes it the same transaction however often it is sent."""
    parts = []
    for mutation in mutations:
        operation, members = _members(mutation)
        parts.append(b'{"%s":{%s}}' % (operation.encode(), b",".join(members)))
    return b'{"TransactItems":[%s],"ClientRequestToken":%s,%s}' % (b",".join(parts), _quote(token), _CAPACITY)


def batch_part(mutation: Mutation) -> bytes:
    """Build the part of BatchWriteItem that puts or deletes one item."""
    match mutation:
        case PutItem(item=item, condition=None):
            return b'{"PutRequest":{"Item":%s}}' % item
        case DeleteItem(key=key, condition=None):
            return b'{"DeleteRequest":{"Key":%s}}' % key_bytes(key)
        case _:
            raise InternalError("BatchWriteItem takes puts and deletes without a condition")


def batch_write_request(table_name: str, parts: Sequence[bytes]) -> bytes:
    """Build BatchWriteItem for one table."""
    return b'{"RequestItems":{%s:[%s]},%s}' % (_quote(table_name), b",".join(parts), _CAPACITY)


def key_bytes(key: ItemKey) -> bytes:
    return encode_typed(key_json(key))


def _members(mutation: Mutation) -> tuple[str, list[bytes]]:
    """Give the operation's short name and the members of its object."""
    writer = MutationWriter()
    members = [b'"TableName":' + _quote(mutation.table.table_name)]
    match mutation:
        case PutItem(item=item):
            members.append(b'"Item":' + item)
        case UpdateItem(key=key) | DeleteItem(key=key):
            members.append(b'"Key":' + key_bytes(key))
        case _:
            assert_never(mutation)
    if isinstance(mutation, UpdateItem):
        members.append(b'"UpdateExpression":' + _quote(writer.update(mutation)))
        members.append(b'"ConditionExpression":' + _quote(writer.update_condition(mutation)))
    elif mutation.condition is not None:
        condition = writer.condition(mutation.condition, mutation.table.keys)
        members.append(b'"ConditionExpression":' + _quote(condition))
    return type(mutation).__name__.removesuffix("Item"), members + writer.members()


class _Put(msgspec.Struct):
    Item: dict[str, msgspec.Raw]


class _Delete(msgspec.Struct):
    Key: dict[str, msgspec.Raw]


class _Part(msgspec.Struct):
    PutRequest: _Put | None = None
    DeleteRequest: _Delete | None = None


class WriteAnswer(msgspec.Struct):
    """What an answer to any of the writes holds of interest: its bill, and what was left out of a batch."""

    ConsumedCapacity: list[ConsumedCapacity] = []
    UnprocessedItems: dict[str, list[_Part]] = {}


class _SingleAnswer(msgspec.Struct):
    ConsumedCapacity: ConsumedCapacity | None = None


_several = msgspec.json.Decoder(WriteAnswer).decode
_one = msgspec.json.Decoder(_SingleAnswer).decode


def decode_write(body: bytes, *, single: bool) -> WriteAnswer:
    """Decode the answer to a write.

    Raises:
        DataCorrupted: the body is not what DynamoDB sends, though its checksum is right.
    """
    try:
        if not single:
            return _several(body)
        capacity = _one(body).ConsumedCapacity
    except msgspec.DecodeError as error:
        message = "a response of DynamoDB is broken, though its checksum is right"
        raise DataCorrupted(message, detail=str(error)) from error
    return WriteAnswer(ConsumedCapacity=[] if capacity is None else [capacity])


def unprocessed_keys(answer: WriteAnswer, table: TableSchema) -> set[KeyIdentity]:
    """Give the keys that a batch left out."""
    return {_identity(part, table) for part in answer.UnprocessedItems.get(table.table_name, ())}


def _identity(part: _Part, table: TableSchema) -> KeyIdentity:
    if part.PutRequest is not None:
        attributes = part.PutRequest.Item
    elif part.DeleteRequest is not None:
        attributes = part.DeleteRequest.Key
    else:
        raise DataCorrupted("DynamoDB left out a write that is no put and no delete")
    try:
        key = {name: msgspec.json.decode(attributes[name], type=dict[str, str]) for name in table.keys.names}
    except (KeyError, msgspec.DecodeError) as error:
        raise DataCorrupted("DynamoDB left out a write without its key") from error
    return key_identity(table, key_of(table.keys, key))
