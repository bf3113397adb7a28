"""Run statements that write: find their rows, make the items that shall be, and buffer them for COMMIT."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import Struct

from pgddb.access.attribute_values import Item, decode_item, encode_typed
from pgddb.access.item_checks import check_item, check_key
from pgddb.access.mutation import KeyIdentity, TypedJson, key_identity, key_text
from pgddb.access.path import ItemKey
from pgddb.access.statistics import ReadStatistics
from pgddb.access.table import AttributePath, TableSchema
from pgddb.engine.faults import ColumnMisfit
from pgddb.errors import CardinalityViolation, FeatureNotSupported, InternalError, UniqueViolation
from pgddb.execution.dml_prepare import paths_of_target
from pgddb.execution.dml_results import Affected, WrittenRows
from pgddb.execution.dml_values import RAW_ITEM, ItemWriter, Written
from pgddb.execution.explain import Run
from pgddb.execution.key_lookup import StoredItems
from pgddb.execution.queries import Queries
from pgddb.execution.row_texts import column_texts
from pgddb.execution.transaction_store import GivenItems
from pgddb.execution.write_buffer import PendingItem, WriteBuffer
from pgddb.execution.write_limits import ITEM_BYTES, WriteLimits
from pgddb.execution.write_settings import InsertMode
from pgddb.pgtypes import OutputStyle, ResultField
from pgddb.planner.dml_nodes import CONFLICTING, EXCLUDED, RowsQuery, Verb, WritePlan
from pgddb.planner.dml_values import check_width

MAX_RESTARTS = 20
"""Times that a statement reads its rows again because a column had to be widened."""

Row = Sequence["str | None"]


@dataclass(slots=True)
class FoundRows:
    """The rows of a query: raw items where it has them, and the texts of the values with what they are."""

    items: list[TypedJson | None]
    rows: list[Row]
    written: list[Written]
    read_paths: tuple[AttributePath, ...]


class StatementValues(Struct, frozen=True):
    """The values of $1, $2 ..., their types, the rows that earlier parts of the statement give, and its limits."""

    parameters: tuple[Any, ...]
    oids: tuple[int, ...]
    given: GivenItems
    limits: WriteLimits


class WriteRun:
    """One run of one statement: `affected` says what it writes; nothing is buffered here.

    Attributes:
        ran: what finding the rows has taken.
    """

    def __init__(
        self,
        queries: Queries,
        buffer: WriteBuffer,
        stored: StoredItems,
        plan: WritePlan,
        values: StatementValues,
    ) -> None:
        self._queries = queries
        self._buffer = buffer
        self._stored = stored
        self._plan = plan
        self._table: TableSchema = plan.table
        self._values = values
        self.ran: Run | None = None

    async def affected(self) -> Affected:
        """Find what the statement writes; what can be known to be wrong before COMMIT is an error now."""
        match self._plan.verb:
            case Verb.INSERT:
                return await self._insert()
            case Verb.UPDATE:
                return await self.changes(await self._read(self._plan.rows))
            case Verb.DELETE:
                return self.deletions(await self._read(self._plan.rows))
            case Verb.MERGE:
                return await self._merge(await self._read(self._plan.rows))
            case _:
                raise InternalError(f"{self._plan.verb} writes nothing")

    async def returned(self, affected: Affected, *, fields_fixed: bool) -> WrittenRows:
        """Run RETURNING over the items that were written or deleted."""
        plan = self._plan
        if plan.returning is None:
            return WrittenRows(plan.verb, affected.count, statistics=self._read_statistics)
        query = await self._queries.prepare(plan.returning, self._values.oids)
        stream = await self._queries.start(
            query,
            self._values.parameters,
            fields_fixed=fields_fixed,
            given={**self._values.given, plan.written: affected.returned},
        )
        batches = []
        try:
            while (batch := await stream.next_batch()) is not None:
                batches.append(batch)
        finally:
            await stream.close()
        return WrittenRows(
            plan.verb, affected.count, fields=stream.fields, batches=batches, statistics=self._read_statistics
        )

    @property
    def _read_statistics(self) -> ReadStatistics | None:
        return None if self.ran is None else self.ran.bill.statistics

    # reading

    async def _read(self, query: RowsQuery, given: Mapping[str, list[TypedJson]] | None = None) -> FoundRows:
        """Read all rows of a query; where a column had to be widened in the middle, from the beginning."""
        for _ in range(MAX_RESTARTS):
            try:
                return await self._read_once(query, {**self._values.given, **(given or {})})
            except FeatureNotSupported as error:
                if not isinstance(error.__cause__, ColumnMisfit):
                    raise
        raise FeatureNotSupported("cached plan must not change result type")

    async def _read_once(self, query: RowsQuery, given: Mapping[str, list[TypedJson]]) -> FoundRows:
        prepared = await self._queries.prepare(query.statement, self._values.oids)
        raw = {*prepared.planned.items, *([0] if query.has_item else ())}
        started = time.perf_counter()
        stream = await self._queries.start(
            prepared,
            self._values.parameters,
            fields_fixed=False,
            given=given,
            raw_items=True,
            target=self._table if query.has_item else None,
        )
        read_paths = paths_of_target(self._table, prepared, query)
        found = FoundRows([], [], self._written(query, stream.fields, raw), read_paths)
        style = OutputStyle(time_zone=self._queries.settings.time_zone)
        held = self._buffer.held_bytes
        try:
            while (batch := await stream.next_batch()) is not None:
                held += batch.nbytes + batch.num_rows * ITEM_BYTES
                self._values.limits.check_memory(held)
                columns = column_texts(batch, stream.fields, style, raw=raw)
                if query.has_item:
                    found.items += [None if text is None else text.encode() for text in columns[0]]
                found.rows += zip(*columns, strict=True)
        finally:
            await stream.close()
        if query is self._plan.rows:
            self.ran = Run(len(found.rows), (time.perf_counter() - started) * 1000, stream.bill)
        return found

    def _written(self, query: RowsQuery, fields: Sequence[ResultField], raw: Iterable[int]) -> list[Written]:
        """Say what each output is written as."""
        first = query.first_value
        fields = fields[:-1] if query.has_guide else fields
        if self._plan.verb is Verb.INSERT and not query.has_item:
            columns = [assignment.column for assignment in query.assignments]
            check_width(len(fields), columns, listed=len(fields) < len(columns) and self._lists_columns(query))
        written = []
        for place, assignment in enumerate(query.assignments[: len(fields) - first], first):
            source = assignment.source or fields[place].type.type_name
            if place in raw:
                source = RAW_ITEM
            written.append(Written(place, assignment.column, source, assignment.guided))
        return written

    def _lists_columns(self, query: RowsQuery) -> bool:
        return query.assignments != () and tuple(one.column for one in query.assignments) != self._table.columns

    def _identity(self, key: ItemKey) -> KeyIdentity:
        return key_identity(self._table, key)

    # INSERT

    async def insert_new(self, items: Sequence[Item]) -> Affected:
        """Insert items whose keys must be free."""
        keys = [check_item(self._table, item)[0] for item in items]
        await self._stored.look_up(keys, whole=False)
        return self.insert_all(keys, items)

    async def _insert(self) -> Affected:
        """Make the items, see which of their keys are taken, and do about those what the statement says."""
        found = await self._read(self._plan.rows)
        writer = ItemWriter(self._table, found.written)
        items = [writer.new_item(row, self._guide_in(row)) for row in found.rows]
        keys = [check_item(self._table, item)[0] for item in items]
        mode = self._queries.settings.writes.insert_mode
        if self._plan.conflict is None and mode is InsertMode.OVERWRITE:
            return self._overwrite(keys, items)
        await self._stored.look_up(keys, whole=self._plan.conflict is not None)
        if self._plan.conflict is None:
            return self.insert_all(keys, items)
        if self._plan.conflict.update is None:
            return self._insert_new(keys, items)
        return await self._insert_or_update(keys, items, self._plan.conflict.update)

    def _guide_in(self, row: Row) -> Item | None:
        text = row[-1] if self._plan.rows.has_guide else None
        return None if text is None else decode_item(text)

    def _overwrite(self, keys: Sequence[ItemKey], items: Sequence[Item]) -> Affected:
        raw = [encode_typed(item) for item in items]
        pending = [PendingItem(self._table, key, None, item, looked=False) for key, item in zip(keys, raw, strict=True)]
        return Affected(len(items), pending, raw)

    def insert_all(self, keys: Sequence[ItemKey], items: Sequence[Item]) -> Affected:
        new: dict[KeyIdentity, TypedJson] = {}
        pending = []
        for key, item in zip(keys, items, strict=True):
            identity = self._identity(key)
            if identity in new or self._stored.has(identity):
                raise self._taken(key)
            new[identity] = encode_typed(item)
            pending.append(self._new(key, new[identity]))
        return Affected(len(items), pending, list(new.values()))

    def _insert_new(self, keys: Sequence[ItemKey], items: Sequence[Item]) -> Affected:
        new: dict[KeyIdentity, TypedJson] = {}
        pending = []
        for key, item in zip(keys, items, strict=True):
            identity = self._identity(key)
            if identity not in new and not self._stored.has(identity):
                new[identity] = encode_typed(item)
                pending.append(self._new(key, new[identity]))
        return Affected(len(new), pending, list(new.values()))

    async def _insert_or_update(self, keys: Sequence[ItemKey], items: Sequence[Item], update: RowsQuery) -> Affected:
        seen: set[KeyIdentity] = set()
        pending: list[PendingItem] = []
        conflicting: list[TypedJson] = []
        excluded: list[TypedJson] = []
        for key, item in zip(keys, items, strict=True):
            identity = self._identity(key)
            if identity in seen:
                raise CardinalityViolation(
                    "ON CONFLICT DO UPDATE command cannot affect row a second time",
                    detail=f"The key is {key_text(key)}.",
                    hint="Ensure that no rows proposed for insertion within the same command have duplicate keys.",
                )
            seen.add(identity)
            old = self._stored.item(identity)
            if old is None:
                pending.append(self._new(key, encode_typed(item)))
            else:
                conflicting.append(old)
                excluded.append(encode_typed(item))
        inserted = [one.after for one in pending if one.after is not None]
        if not conflicting:
            return Affected(len(pending), pending, inserted)
        found = await self._read(update, {CONFLICTING: conflicting, EXCLUDED: excluded})
        updated = await self.changes(found)
        return Affected(len(pending) + updated.count, [*pending, *updated.pending], [*inserted, *updated.returned])

    def _new(self, key: ItemKey, item: TypedJson) -> PendingItem:
        strict = self._queries.settings.writes.insert_mode is InsertMode.STRICT
        checked = self._plan.conflict is not None and self._queries.settings.writes.optimistic
        return PendingItem(self._table, key, None, item, strict=strict, after_conflict=checked)

    def _taken(self, key: ItemKey) -> UniqueViolation:
        return UniqueViolation(
            f'duplicate key value violates unique constraint "{self._table.name}_pkey"',
            detail=f"Key {key_text(key)} already exists.",
        )

    # UPDATE

    async def changes(self, found: FoundRows) -> Affected:
        writer = ItemWriter(self._table, found.written)
        seen: set[KeyIdentity] = set()
        pending: list[PendingItem] = []
        moved: list[PendingItem] = []
        returned = []
        for raw, row in zip(found.items, found.rows, strict=True):
            assert raw is not None
            old = decode_item(raw)
            old_key = check_key(self._table, old)
            identity = self._identity(old_key)
            if identity in seen:
                continue  # several rows of FROM match: PostgreSQL takes one of them
            seen.add(identity)
            new = writer.changed_item(old, row)
            key, _ = check_item(self._table, new)
            after = encode_typed(new)
            returned.append(after)
            if self._identity(key) == identity:
                pending.append(PendingItem(self._table, old_key, raw, after, read_paths=found.read_paths))
            else:
                move = self._move_of(identity)
                pending.append(PendingItem(self._table, old_key, raw, None, read_paths=found.read_paths, move=move))
                moved.append(PendingItem(self._table, key, None, after, strict=True, move=move))
        if moved:
            await self._check_moved(moved, gone={one.identity for one in pending if one.after is None})
        return Affected(len(returned), _linked(pending, moved) if moved else pending, returned)

    def _move_of(self, identity: KeyIdentity) -> int:
        known = self._buffer.get(identity)
        return known.move if known is not None and known.move is not None else self._buffer.next_move()

    async def _check_moved(self, moved: Sequence[PendingItem], *, gone: set[KeyIdentity]) -> None:
        """Refuse new keys that are taken, unless their items move away in the same statement."""
        await self._stored.look_up([one.key for one in moved], whole=False)
        targets: set[KeyIdentity] = set()
        for one in moved:
            taken = self._stored.has(one.identity) and one.identity not in gone
            if taken or one.identity in targets:
                raise self._taken(one.key)
            targets.add(one.identity)

    # MERGE

    async def _merge(self, found: FoundRows) -> Affected:
        """Do for each row what its WHEN says; no item may be changed twice."""
        self._check_merged_once(found)
        parts: list[Affected] = []
        for number, action in enumerate(self._plan.actions, 1):
            chosen = [place for place, row in enumerate(found.rows) if row[1] == str(number)]
            written = found.written[action.first : action.end]
            rows = FoundRows(
                [found.items[place] for place in chosen],
                [found.rows[place] for place in chosen],
                written,
                found.read_paths,
            )
            if action.verb is Verb.UPDATE:
                parts.append(await self.changes(rows))
            elif action.verb is Verb.DELETE:
                parts.append(self.deletions(rows))
            elif action.verb is Verb.INSERT:
                writer = ItemWriter(self._table, written)
                parts.append(await self.insert_new([writer.new_item(row) for row in rows.rows]))
        return Affected(sum(part.count for part in parts), [one for part in parts for one in part.pending], [])

    def _check_merged_once(self, found: FoundRows) -> None:
        changing = {
            str(number)
            for number, action in enumerate(self._plan.actions, 1)
            if action.verb in (Verb.UPDATE, Verb.DELETE)
        }
        seen: set[KeyIdentity] = set()
        for raw, row in zip(found.items, found.rows, strict=True):
            if raw is None or row[1] not in changing:
                continue
            key = check_key(self._table, decode_item(raw))
            if self._identity(key) in seen:
                raise CardinalityViolation(
                    "MERGE command cannot affect row a second time",
                    detail=f"The key is {key_text(key)}.",
                    hint="Ensure that not more than one source row matches any one target row.",
                )
            seen.add(self._identity(key))

    # DELETE

    def deletions(self, found: FoundRows) -> Affected:
        """Let items go."""
        gone: dict[KeyIdentity, PendingItem] = {}
        for raw in found.items:
            assert raw is not None
            key = check_key(self._table, decode_item(raw))
            identity = self._identity(key)
            if identity not in gone:
                gone[identity] = PendingItem(self._table, key, raw, None, read_paths=found.read_paths)
        pending = list(gone.values())
        return Affected(len(pending), pending, [one.before for one in pending if one.before is not None])


def _linked(pending: list[PendingItem], moved: list[PendingItem]) -> list[PendingItem]:
    """Give one number to changes of keys of which one takes the other's place: they are written together."""
    number_of = {one.identity: one.move for one in pending if one.after is None}
    same_as: dict[int | None, int | None] = {}

    def settled(move: int | None) -> int | None:
        while move in same_as:
            move = same_as[move]
        return move

    for one in moved:
        taken, own = settled(number_of.get(one.identity)), settled(one.move)
        if taken is not None and taken != own:
            same_as[own] = taken
    return [replace(one, move=settled(one.move)) for one in (*pending, *moved)]
