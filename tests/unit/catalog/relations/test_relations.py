"""The rows of system relations, and the functions that answer from the same facts."""

from __future__ import annotations

from typing import Any

import pytest

from pgddb.catalog.comments import column_comment, table_comment
from pgddb.catalog.facts import CatalogFacts
from pgddb.catalog.functions import CATALOG_FUNCTIONS
from pgddb.catalog.oids import END_OID, FIRST_OID, Oids
from pgddb.catalog.relations import is_constant, relation_oids, relation_rows, system_relation, view_text
from pgddb.errors import InvalidParameterValue, SqlError, UndefinedTable


def rows(name: str, facts: CatalogFacts, schema: str = "pg_catalog") -> list[dict[str, Any]]:
    relation = system_relation(schema, name)
    assert relation is not None
    found: list[dict[str, Any]] = relation_rows(relation, facts).to_pylist()
    return found


def asked(name: str, facts: CatalogFacts, *arguments: object) -> object:
    (function,) = (one for one in CATALOG_FUNCTIONS if one.name == name)
    return function.compute(facts, *arguments)


def test_an_oid_is_the_same_wherever_it_is_asked_for() -> None:
    assert Oids("relation").of("public", "Orders") == Oids("relation").of("public", "Orders")
    assert FIRST_OID <= Oids("relation").of("public", "Orders") < END_OID


def test_names_that_differ_in_case_have_different_oids() -> None:
    oids = Oids("relation")
    assert oids.of("public", "orders") != oids.of("public", "Orders")


def test_every_relation_of_postgresql_15_is_there() -> None:
    assert len(relation_oids()) == 208


def test_every_row_has_all_columns_and_the_hidden_ones(facts: CatalogFacts) -> None:
    for schema, name in relation_oids():
        relation = system_relation(schema, name)
        assert relation is not None
        if view_text(relation) is None:
            table = relation_rows(relation, facts)
            assert table.column_names == [column.name for column in (*relation.columns, *relation.hidden)]


def test_built_in_types_keep_their_oids(facts: CatalogFacts) -> None:
    names = {row["typname"]: row["oid"] for row in rows("pg_type", facts)}
    assert (names["text"], names["_text"], names["jsonb"]) == (25, 1009, 3802)
    assert {"Orders", "_Orders"} <= names.keys()


def test_a_table_stands_in_pg_class_with_its_indexes(facts: CatalogFacts) -> None:
    found = {row["relname"]: row for row in rows("pg_class", facts) if row["oid"] >= FIRST_OID}
    assert {"Orders", "Orders_pkey", "events", "events_pkey"} <= found.keys()
    assert found["Orders"]["reltuples"] == 1000.0
    assert found["Orders"]["relkind"] == "r"
    assert found["Orders"]["tableoid"] == 1259


def test_an_index_name_that_two_tables_use_has_the_table_before_it(facts: CatalogFacts) -> None:
    names = {row["relname"] for row in rows("pg_class", facts) if row["relkind"] == "i" and row["oid"] >= FIRST_OID}
    assert names == {"Orders_pkey", "events_pkey", "Orders_by_customer", "events_by_customer"}


def test_key_columns_are_not_null_and_other_columns_are(facts: CatalogFacts) -> None:
    orders = facts.objects[0]
    found = [row for row in rows("pg_attribute", facts) if row["attrelid"] == orders.oid and row["attnum"] > 0]
    assert [(row["attname"], row["atttypid"], row["attnotnull"]) for row in found] == [
        ("Id", 25, True),
        ("Customer", 25, False),
        ("Placed", 20, False),
        ("Tags", 1009, False),
        ("document", 3802, False),
    ]


def test_an_index_says_its_columns_and_operator_classes(facts: CatalogFacts) -> None:
    index = facts.objects[0].indexes[1]
    (found,) = (row for row in rows("pg_index", facts) if row["indexrelid"] == index.oid)
    assert (found["indkey"], found["indclass"], found["indisunique"]) == ([2, 3], [3126, 3124], False)


def test_the_primary_key_is_a_constraint(facts: CatalogFacts) -> None:
    found = {row["conname"]: row for row in rows("pg_constraint", facts) if row["oid"] >= FIRST_OID}
    assert found["Orders_pkey"]["contype"] == "p"
    assert found["Orders_pkey"]["conkey"] == [1]


def test_roles_and_databases_are_those_that_were_seen(facts: CatalogFacts) -> None:
    assert {"postgres", "alice", "pg_read_all_data"} <= {row["rolname"] for row in rows("pg_authid", facts)}
    assert {"postgres", "appdb", "template1"} <= {row["datname"] for row in rows("pg_database", facts)}


def test_constant_relations_need_no_facts() -> None:
    relation = system_relation("pg_catalog", "pg_proc")
    assert relation is not None
    assert is_constant(relation)


def test_a_table_comment_tells_place_amount_and_billing(facts: CatalogFacts) -> None:
    assert table_comment(facts.objects[0].table) == (
        "DynamoDB table in eu-west-1, about 1,000 items, 977 kB, on demand, "
        "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders"
    )


def test_a_column_comment_tells_role_and_share(facts: CatalogFacts) -> None:
    table = facts.objects[0].table
    assert [column_comment(table, column) for column in table.columns] == [
        "partition key",
        "partition key of by_customer",
        "sort key of by_customer",
        "in 50% of the sampled items",
        "the whole item",
    ]


@pytest.mark.parametrize(
    ("oid", "modifier", "name"),
    [
        (23, None, "integer"),
        (1043, 14, "character varying(10)"),
        (1700, 655366, "numeric(10,2)"),
        (1184, 3, "timestamp(3) with time zone"),
        (1009, -1, "text[]"),
        (22, None, "int2vector"),
        (0, None, "-"),
        (99999, None, "???"),
    ],
)
def test_types_are_named_as_postgresql_names_them(
    facts: CatalogFacts, oid: int, modifier: int | None, name: str
) -> None:
    assert asked("pgddb_format_type", facts, oid, modifier) == name


@pytest.mark.parametrize(
    ("text", "oid"), [("int4", 23), ("integer", 23), ("pg_catalog.text", 25), ("text[]", 1009), ("varchar(3)", 1043)]
)
def test_types_are_found_by_any_spelling(facts: CatalogFacts, text: str, oid: int) -> None:
    assert asked("pgddb_find_type", facts, text) == oid


@pytest.mark.parametrize("text", ['"Orders"', 'public."Orders"', "orders", "public.ORDERS"])
def test_a_relation_is_found_as_in_from(facts: CatalogFacts, text: str) -> None:
    assert asked("pgddb_relation_named", facts, text) == facts.objects[0].oid


def test_a_relation_is_shown_in_quotes_where_it_needs_them(facts: CatalogFacts) -> None:
    assert asked("pgddb_relation_shown", facts, facts.objects[0].oid) == '"Orders"'
    assert asked("pgddb_relation_shown", facts, 1259) == "pg_class"
    assert asked("pgddb_relation_shown", facts, 4711) == "4711"


def test_an_unknown_relation_is_an_error(facts: CatalogFacts) -> None:
    with pytest.raises(UndefinedTable, match='relation "nothing" does not exist'):
        asked("pgddb_relation_named", facts, "nothing")


def test_definitions_read_like_sql(facts: CatalogFacts) -> None:
    one = facts.objects[0]
    assert asked("pgddb_index_definition", facts, one.indexes[1].oid, False) == (
        'CREATE INDEX "Orders_by_customer" ON public."Orders" USING btree ("Customer", "Placed")'
    )
    assert asked("pgddb_constraint_definition", facts, one.constraint_oid) == 'PRIMARY KEY ("Id")'
    assert asked("pgddb_index_column", facts, one.indexes[1].oid, 2) == '"Placed"'


def test_sizes_are_those_that_dynamodb_reports(facts: CatalogFacts) -> None:
    oid = str(facts.objects[0].oid)
    assert asked("pgddb_relation_size", facts, oid) == 1_000_000
    assert asked("pgddb_total_size", facts, oid) == 1_020_480


def test_a_relation_is_visible_on_the_search_path_only(facts: CatalogFacts) -> None:
    oid = facts.objects[0].oid
    assert asked("pgddb_relation_is_visible", facts, oid, "public") is True
    assert asked("pgddb_relation_is_visible", facts, oid, "other") is False
    assert asked("pgddb_relation_is_visible", facts, 4711, "public") is None


def test_privileges_are_checked_by_name(facts: CatalogFacts) -> None:
    assert asked("pgddb_may_use_relation", facts, "postgres", "orders", "table", "SELECT, insert") is True
    with pytest.raises(InvalidParameterValue, match='unrecognized privilege type: "FLY"'):
        asked("pgddb_may_use_relation", facts, "postgres", "orders", "table", "FLY")
    with pytest.raises(SqlError, match='role "bob" does not exist'):
        asked("pgddb_role_exists", facts, "bob")
