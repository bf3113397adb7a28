"""The writes of a transaction: merged by key, undone to marks, seen by readers."""

from __future__ import annotations

from pgddb.access.attribute_values import encode_typed, key_of
from pgddb.access.mutation import DeleteItem, MustMatch, MustNotExist, PutItem, Together, UpdateItem, WriteMode
from pgddb.access.table import (
    AttributeType,
    Index,
    IndexKind,
    IndexProjection,
    KeyAttribute,
    KeySchema,
    Source,
    TableSchema,
)
from pgddb.execution.commit import estimate_of, mutation_group
from pgddb.execution.write_buffer import PendingItem, WriteBuffer, item_batch
from pgddb.execution.write_settings import WriteSettings

TABLE = TableSchema("public", "t", "t", Source(), KeySchema((KeyAttribute("id", AttributeType.N),)), ())


def raw(number: str, **attributes: str) -> bytes:
    return encode_typed({"id": {"N": number}, **{name: {"S": text} for name, text in attributes.items()}})


def pending(number: str, before: bytes | None, after: bytes | None, **more: object) -> PendingItem:
    key = key_of(TABLE.keys, {"id": {"N": number}})
    return PendingItem(TABLE, key, before, after, **more)  # type: ignore[arg-type]  # fields by name


def group(*items: PendingItem) -> tuple[object, ...]:
    buffer = WriteBuffer()
    for item in items:
        buffer.add([item])
    return mutation_group(buffer, WriteSettings(), mode=WriteMode.AUTO).mutations


def test_an_item_that_is_inserted_and_deleted_needs_no_write() -> None:
    assert group(pending("1", None, raw("1")), pending("1", raw("1"), None)) == ()


def test_keys_that_are_equal_numbers_are_one_item() -> None:
    (put,) = group(pending("1", None, raw("1", a="x")), pending("1.0", raw("1", a="x"), raw("1", a="y")))
    assert isinstance(put, PutItem)
    assert put.item == raw("1", a="y")


def test_two_updates_become_one_from_what_was_read() -> None:
    first = pending("1", raw("1", a="1", b="1"), raw("1", a="2", b="1"))
    (update,) = group(first, pending("1", raw("1", a="2", b="1"), raw("1", a="3", b="1")))
    assert isinstance(update, UpdateItem)
    assert update.assignments == ((("a",), b'{"S":"3"}'),)
    assert update.condition == MustMatch(((("a",), b'{"S":"1"}'),))


def test_an_item_that_is_deleted_and_inserted_is_written_whole() -> None:
    (put,) = group(pending("1", raw("1", a="1"), None), pending("1", None, raw("1", b="2")))
    assert isinstance(put, PutItem)
    assert (put.item, put.condition) == (raw("1", b="2"), None)


def test_a_strict_insert_is_conditional() -> None:
    (put,) = group(pending("1", None, raw("1"), strict=True))
    assert isinstance(put, PutItem)
    assert put.condition == MustNotExist()


def test_the_parts_of_a_changed_key_travel_together() -> None:
    (together,) = group(pending("1", raw("1", a="x"), None, move=1), pending("2", None, raw("2", a="x"), move=1))
    assert isinstance(together, Together)
    delete, put = together.mutations
    assert isinstance(delete, DeleteItem)
    assert delete.condition == MustMatch(((("a",), b'{"S":"x"}'),))
    assert isinstance(put, PutItem)


def test_marks_are_returned_to() -> None:
    buffer = WriteBuffer()
    buffer.add([pending("1", None, raw("1", a="1"))])
    mark = buffer.mark()
    buffer.add([pending("1", raw("1", a="1"), raw("1", a="2")), pending("2", raw("2"), None)])
    assert [one.after for one in buffer.since(mark)] == [raw("1", a="2"), None]
    buffer.undo_to(mark)
    assert [one.after for one in buffer] == [raw("1", a="1")]
    buffer.clear()
    assert len(buffer) == 0


def test_readers_see_written_items_in_the_place_of_stored_ones() -> None:
    buffer = WriteBuffer()
    assert buffer.overlay_of(TABLE) is None
    buffer.add([pending("1", raw("1"), raw("1", a="new")), pending("2", raw("2"), None)])
    overlay = buffer.overlay_of(TABLE)
    assert overlay is not None
    stored = item_batch([raw("1"), raw("2"), raw("3")])
    assert overlay.without_written(stored).column(0).to_pylist() == [raw("3").decode()]
    assert overlay.written().column(0).to_pylist() == [raw("1", a="new").decode()]


def test_costs_are_those_of_the_larger_item() -> None:
    estimate = estimate_of([pending("1", raw("1", a="x" * 3000), raw("1", a="y"))], transactional=False)
    assert estimate.write_units == 3


def test_an_index_as_a_relation_shows_the_written_items_that_it_will_hold() -> None:
    buffer = WriteBuffer()
    buffer.add(
        [
            pending("1", None, raw("1", state="new")),
            pending("2", None, raw("2")),
            pending("3", None, encode_typed({"id": {"N": "3"}, "state": {"N": "1"}})),
        ]
    )
    keys = KeySchema((KeyAttribute("state", AttributeType.S),), (KeyAttribute("id", AttributeType.N),))
    overlay = buffer.overlay_of(TABLE)
    assert overlay is not None
    held = overlay.written(Index("by_state", IndexKind.GLOBAL, keys, IndexProjection.ALL))
    assert held.column(0).to_pylist() == [raw("1", state="new").decode()]
    assert overlay.written().num_rows == 3
