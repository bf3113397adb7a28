"""Who waits for whom: the selective side goes first, nobody waits for itself, and nobody waits in vain."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from pgddb.access.path import BatchGet, ItemGet, NoRead, PartitionQuery, SegmentScan
from pgddb.access.table import AttributeType, Carrier, Column, KeyAttribute, KeySchema, Source, TableSchema
from pgddb.planner import (
    KeySchedule,
    ReadSettings,
    SelectPlan,
    choose_access_path,
    expected_paths,
    plan_select,
    read_by_keys,
    schedule_keys,
)
from pgddb.sql import parse_one
from pgddb.sql.statements import SelectStatement

S, N = AttributeType.S, AttributeType.N


def table(name: str, item_count: int) -> TableSchema:
    keys = KeySchema((KeyAttribute("pk", S),), (KeyAttribute("sk", N),))
    columns = (
        Column("pk", ("pk",), Carrier.TEXT, "text"),
        Column("sk", ("sk",), Carrier.INTEGER, "bigint"),
        Column("other", ("other",), Carrier.TEXT, "text"),
        Column("document", (), Carrier.DOCUMENT, "jsonb"),
    )
    return TableSchema("public", name, name, Source(), keys, columns, (), item_count, item_count * 400)


class Tables:
    """Three tables of different size."""

    version = 1
    tables: ClassVar = {
        "small": table("small", 200),
        "large": table("large", 200_000),
        "huge": table("huge", 50_000_000),
    }

    def table(self, schema: str | None, name: str, quoted: bool) -> TableSchema | None:
        return self.tables.get(name)

    def view(self, schema: str | None, name: str, quoted: bool) -> None:
        return None

    def system_relation(self, schema: str | None, name: str) -> None:
        return None

    def system_function(self, name: str) -> None:
        return None


def planned(sql: str) -> SelectPlan:
    statement = parse_one(sql)
    assert isinstance(statement, SelectStatement)
    return plan_select(statement, Tables())


def schedule(sql: str, settings: ReadSettings | None = None) -> KeySchedule | None:
    plan, chosen = planned(sql), settings or ReadSettings()
    paths = {read.feed: choose_access_path(read, (), chosen).path for read in plan.reads}
    return schedule_keys(plan.reads, paths, (), chosen)


def waits(sql: str) -> dict[str, str]:
    """Give (waiting alias: aliases that it waits for)."""
    found = schedule(sql)
    if found is None:
        return {}
    return {keyed.read.alias: " ".join(driver.source for driver in keyed.drivers) for keyed in found.waiting.values()}


def test_the_larger_table_waits_for_the_smaller() -> None:
    assert waits("SELECT 1 FROM huge h JOIN small s ON h.pk = s.pk") == {"h": "s"}
    assert waits("SELECT 1 FROM small s JOIN huge h ON h.pk = s.pk") == {"h": "s"}


def test_a_chain_goes_from_the_selective_end() -> None:
    sql = (
        "SELECT 1 FROM large a JOIN large b ON b.pk = a.other JOIN huge c ON c.pk = b.other "
        "WHERE a.pk = 'x' AND a.sk = 1"
    )
    assert waits(sql) == {"b": "a", "c": "b"}


def test_a_cycle_is_broken_at_the_cheapest_read() -> None:
    sql = (
        "SELECT 1 FROM large a, large b, huge c "
        "WHERE a.pk = b.other AND b.pk = c.other AND c.pk = a.other AND b.pk = 'x' AND b.sk = 1"
    )
    assert waits(sql) == {"a": "b", "c": "a"}


def test_small_tables_are_read_at_once() -> None:
    assert waits("SELECT 1 FROM small a JOIN small b ON a.pk = b.pk") == {}


def test_a_huge_source_without_conditions_is_not_waited_for() -> None:
    assert waits("SELECT 1 FROM large a JOIN huge b ON a.pk = b.other") == {}


def test_attributes_of_one_key_may_come_from_two_relations() -> None:
    sql = "SELECT 1 FROM (VALUES ('a')) v(k), (VALUES (1)) w(n), large l WHERE l.pk = v.k AND l.sk = w.n"
    assert waits(sql) == {"l": "v w"}


def test_it_can_be_switched_off() -> None:
    assert schedule("SELECT 1 FROM huge h JOIN small s ON h.pk = s.pk", ReadSettings(key_driven=False)) is None


def test_a_hint_to_scan_is_kept() -> None:
    plan = planned("SELECT 1 FROM huge h JOIN small s ON h.pk = s.pk")
    reads = tuple(
        replace(read, hints=replace(read.hints, scan=True)) if read.alias == "h" else read for read in plan.reads
    )
    paths = {read.feed: choose_access_path(read, (), ReadSettings()).path for read in reads}
    assert schedule_keys(reads, paths, (), ReadSettings()) is None


def test_what_is_expected_counts_the_keys() -> None:
    plan = planned("SELECT 1 FROM (VALUES ('a'), ('b')) v(k) JOIN huge h ON h.pk = v.k AND h.sk = 1")
    paths = {read.feed: choose_access_path(read, (), ReadSettings()).path for read in plan.reads}
    found = schedule_keys(plan.reads, paths, (), ReadSettings())
    assert paths["feed_1"].estimate.read_units > 1_000_000
    assert expected_paths(paths, found)["feed_1"].estimate.read_units == 1.0


def test_the_real_number_of_keys_decides() -> None:
    read = planned("SELECT 1 FROM (VALUES ('a', 1)) v(k, n) JOIN large l ON l.pk = v.k AND l.sk = v.n").reads[0]
    (driver,) = read.drivers
    chosen = [
        read_by_keys(read, [(driver, [(f"k{n}", n) for n in range(count)])], (), ReadSettings()).read
        for count in (0, 1, 50)
    ]
    assert [type(one) for one in chosen] == [NoRead, ItemGet, BatchGet]
    small = replace(read, table=Tables.tables["small"])
    many = [(driver, [(f"k{n}", n) for n in range(190)])]
    assert isinstance(read_by_keys(small, many, (), ReadSettings()).read, SegmentScan)


def test_partition_keys_alone_are_queried() -> None:
    read = planned("SELECT 1 FROM (VALUES ('a')) v(k) JOIN large l ON l.pk = v.k").reads[0]
    found = read_by_keys(read, [(read.drivers[0], [("a",), ("b",)])], (), ReadSettings()).read
    assert isinstance(found, PartitionQuery)
    assert len(found.conditions) == 2
