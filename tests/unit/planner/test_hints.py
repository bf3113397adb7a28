"""Hints are read from comments, and an index may be named as a relation."""

from __future__ import annotations

from pgddb.planner.hints import ReadHints, index_relation, read_hints, through_index
from tests.fakes.planner_tables import BY_STATUS, ORDERS


def test_hints_name_table_references() -> None:
    hints = read_hints('SELECT /*+ index(o by_day) no_index(u "By Name", x) scan(T) */ * FROM orders o')
    assert hints == {
        "o": ReadHints(indexes=frozenset({"by_day"})),
        "u": ReadHints(without=frozenset({"By Name", "x"})),
        "t": ReadHints(scan=True),
    }


def test_no_index_without_a_name_forbids_all() -> None:
    assert read_hints("/*+ no_index(o) */")["o"].without == {"*"}


def test_other_comments_and_other_words_are_no_hints() -> None:
    assert not read_hints("SELECT /* index(o x) */ 1")
    assert read_hints("SELECT /*+ parallel(o 4) */ 1") == {"o": ReadHints()}


def test_an_index_as_a_relation_has_the_columns_that_it_holds() -> None:
    relation = index_relation(ORDERS, "by_status")
    assert relation is not None
    assert relation.name == "orders@by_status"
    assert [column.name for column in relation.columns] == ["tenant", "order_id", "open_status", "document"]
    assert through_index(relation) is BY_STATUS
    assert through_index(ORDERS) is None
    assert index_relation(ORDERS, "none") is None
