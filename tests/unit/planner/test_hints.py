"""Hints are read from comments, and an index may be named as a relation."""

from __future__ import annotations

from pgddb.access.system_relation import SystemRelation
from pgddb.access.table import TableSchema
from pgddb.planner.hints import ReadHints, index_relation, read_hints, through_index
from pgddb.planner.index_relations import IndexRelations
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


class OneTable:
    """A catalog of the Orders table."""

    version = 1

    def table(self, schema: str | None, name: str, quoted: bool) -> TableSchema | None:
        return ORDERS if name == "Orders" else None

    def view(self, schema: str | None, name: str, quoted: bool) -> None:
        return None

    def system_relation(self, schema: str | None, name: str) -> SystemRelation | None:
        return None

    def system_function(self, name: str) -> SystemRelation | None:
        return None


def test_a_quoted_name_with_an_at_sign_is_an_index() -> None:
    catalog = IndexRelations(OneTable())
    assert catalog.table(None, "Orders", quoted=True) is ORDERS
    assert catalog.table(None, "Orders@by_status", quoted=True) == index_relation(ORDERS, "by_status")
    assert catalog.table(None, "Orders@none", quoted=True) is None
    assert catalog.table(None, "Orders@by_status", quoted=False) is None
