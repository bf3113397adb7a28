"""Write into a table as a test says, and look what is there: past the store that is tested."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from pgddb.access.attribute_values import decode_item, encode_typed
from pgddb.access.item_changes import update_of
from pgddb.access.item_checks import check_item
from pgddb.access.mutation import (
    CommitOutcome,
    DeleteItem,
    Fate,
    Mutation,
    MutationGroup,
    PutItem,
    Together,
    UpdateItem,
    WriteMode,
)
from pgddb.access.table import TableSchema
from pgddb.dynamo import Store
from pgddb.errors import SqlError


@dataclass(slots=True)
class Writing:
    """A table, what a test writes into it, and what became of it."""

    store: Store
    table: TableSchema
    seeding: Any
    outcome: CommitOutcome = field(default_factory=CommitOutcome)

    def put(self, number: int, condition: Any = None, **attributes: Any) -> PutItem:
        item = {"pk": {"S": "w"}, "sk": {"N": str(number)}, **attributes}
        key, size = check_item(self.table, item)
        return PutItem(self.table, key, encode_typed(item), size, condition)

    def puts(self, *numbers: int, condition: Any = None) -> list[PutItem]:
        return [self.put(number, condition) for number in numbers]

    def delete(self, number: int, condition: Any = None) -> DeleteItem:
        return DeleteItem(self.table, self.put(number).key, condition)

    def update(self, number: int, old: dict[str, Any], new: dict[str, Any]) -> UpdateItem:
        put = self.put(number)
        key = decode_item(put.item)
        update = update_of(self.table, put.key, key | old, key | new)
        assert update is not None
        return update

    async def write(
        self, *mutations: Mutation | Together, mode: WriteMode = WriteMode.BATCH, deadline: float | None = None
    ) -> CommitOutcome:
        self.outcome = CommitOutcome()
        await self.store.write(MutationGroup(mutations, mode), outcome=self.outcome, deadline=deadline)
        return self.outcome

    async def fails(
        self, kind: type[SqlError], *mutations: Mutation | Together, mode: WriteMode = WriteMode.BATCH, **more: Any
    ) -> SqlError:
        with pytest.raises(SqlError) as caught:
            await self.write(*mutations, mode=mode, **more)
        assert type(caught.value) is kind
        return caught.value

    def numbers(self, fate: Fate) -> set[int]:
        return {int(str(mutation.key[1][1].content)) for mutation in self.outcome.of(fate)}

    async def there(self) -> dict[int, dict[str, Any]]:
        answer = await self.seeding.query(
            TableName=self.table.table_name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "w"}},
            ConsistentRead=True,
        )
        return {
            int(item["sk"]["N"]): {name: value for name, value in item.items() if name not in ("pk", "sk")}
            for item in answer["Items"]
        }
