"""What Grafana and Metabase ask: their queries about the catalog, and the panels of the dashboard in deploy/."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from tests.fakes.demo_server import ServerProcess

pytestmark = pytest.mark.integration

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana/dashboards/demo.json").read_text())
PANELS = {panel["title"]: panel["targets"][0]["rawSql"] for panel in DASHBOARD["panels"]}
SECONDS = {"10m": 600, "1d": 86400}
FROM, TO = "2024-01-01T00:00:00Z", "2024-12-31T00:00:00Z"


@pytest.fixture
def cursor(demo_server: ServerProcess) -> Iterator[psycopg.ClientCursor[Any]]:
    """A cursor that sends simple queries, as Grafana's drivers do."""
    with (
        psycopg.connect(demo_server.dsn(), autocommit=True, options="-c client_min_messages=warning") as connection,
        psycopg.ClientCursor(connection) as opened,
    ):
        yield opened


def expanded(sql: str) -> str:
    """Put in place of Grafana's macros what its PostgreSQL data source puts there."""
    group = r"\$__timeGroupAlias\((.+), '(\w+)'\)"
    sql = re.sub(
        group,
        lambda found: f'floor(extract(epoch from {found[1]})/{SECONDS[found[2]]})*{SECONDS[found[2]]} AS "time"',
        sql,
    )
    sql = re.sub(r"\$__timeFilter\(([^()]+)\)", rf"\1 BETWEEN '{FROM}' AND '{TO}'", sql)
    return sql.replace("$__unixEpochFrom()", "1704067200").replace("$__unixEpochTo()", "1735603200")


@pytest.mark.parametrize("title", PANELS)
def test_every_panel_of_the_dashboard_shows_rows(cursor: psycopg.ClientCursor[Any], title: str) -> None:
    sql = expanded(PANELS[title])
    assert "$__" not in sql
    cursor.execute(sql.encode())
    assert cursor.statusmessage is not None
    assert cursor.statusmessage.startswith("SELECT ")
    rows = cursor.fetchall()
    assert rows
    assert cursor.description is not None
    if cursor.description[0].name == "time":
        assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_the_provisioning_agrees_with_compose() -> None:
    (source,) = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/pgddb.yaml").read_text())["datasources"]
    services = yaml.safe_load((DEPLOY.parent / "docker-compose.yml").read_text())["services"]
    assert source["url"].split(":")[0] in services
    assert {target["datasource"]["uid"] for panel in DASHBOARD["panels"] for target in panel["targets"]} == {
        source["uid"]
    }
    (provider,) = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/pgddb.yaml").read_text())["providers"]
    mounted = dict(volume.split(":")[:2] for volume in services["grafana"]["volumes"])
    assert provider["options"]["path"] in mounted.values()
    assert all((DEPLOY.parent / source_folder).is_dir() for source_folder in mounted)


def test_the_loader_fills_dynamodb_local_once(dynamodb_local_endpoint: str) -> None:
    spec = importlib.util.spec_from_file_location("load_demo_tables", DEPLOY / "load_demo_tables.py")
    assert spec is not None
    assert spec.loader is not None
    loader = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loader)
    assert loader.load(dynamodb_local_endpoint) > 3000
    assert loader.load(dynamodb_local_endpoint) == 0


def test_grafana_finds_version_tables_and_columns(cursor: psycopg.ClientCursor[Any]) -> None:
    cursor.execute("")  # its ping
    cursor.execute("SELECT current_setting('server_version_num')::int/100 as version")
    assert cursor.fetchone() == (1500,)
    cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'")
    assert cursor.fetchall() == []
    cursor.execute("""select
        CASE WHEN
            quote_ident(table_schema) IN (
              SELECT
              CASE WHEN trim(s[i]) = '"$user"' THEN user ELSE trim(s[i]) END
              FROM
                generate_series(
                  array_lower(string_to_array(current_setting('search_path'),','),1),
                  array_upper(string_to_array(current_setting('search_path'),','),1)
                ) as i,
                string_to_array(current_setting('search_path'),',') s
            )
        THEN quote_ident(table_name)
        ELSE quote_ident(table_schema) || '.' || quote_ident(table_name)
        END AS "table"
      from information_schema.tables
      where quote_ident(table_schema) NOT IN ('information_schema', 'pg_catalog', '_timescaledb_cache')
      ORDER BY 1""")
    assert {'"Orders"', '"Reviews"'} <= {row[0] for row in cursor.fetchall()}
    cursor.execute("""select quote_ident(column_name) as "column", data_type as "type"
      from information_schema.columns
      where CASE WHEN array_length(parse_ident('"Orders"'),1) = 2
          THEN quote_ident(table_schema) = (parse_ident('"Orders"'))[1]
            AND quote_ident(table_name) = (parse_ident('"Orders"'))[2]
          ELSE quote_ident(table_name) = '"Orders"'
          END""")
    columns = dict(cursor.fetchall())
    assert columns['"TenantId"'] == "text"
    assert columns["document"] == "jsonb"


def test_metabase_syncs_tables_fields_and_keys(cursor: psycopg.ClientCursor[Any]) -> None:
    cursor.execute("""SELECT "n"."nspname" AS "schema", "c"."relname" AS "name",
          CASE "c"."relkind" WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'PARTITIONED TABLE' WHEN 'v' THEN 'VIEW'
            WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE NULL END AS "type",
          "d"."description" AS "description",
          NULLIF("stat"."n_live_tup", 0) AS "estimated_row_count"
        FROM "pg_catalog"."pg_class" AS "c"
          INNER JOIN "pg_catalog"."pg_namespace" AS "n" ON "c"."relnamespace" = "n"."oid"
          LEFT JOIN "pg_catalog"."pg_description" AS "d" ON ("c"."oid" = "d"."objoid")
            AND ("d"."objsubid" = 0) AND ("d"."classoid" = 'pg_class'::regclass)
          LEFT JOIN "pg_stat_user_tables" AS "stat" ON ("n"."nspname" = "stat"."schemaname")
            AND ("c"."relname" = "stat"."relname")
        WHERE ("c"."relnamespace" = "n"."oid") AND ("n"."nspname" !~ '^pg_')
          AND ("n"."nspname" <> 'information_schema') AND c.relkind in ('r', 'p', 'v', 'f', 'm')
        ORDER BY "type" ASC, "schema" ASC, "name" ASC""")
    tables = {row[1]: row for row in cursor.fetchall()}
    assert tables["Orders"][2] == "TABLE"
    assert "DynamoDB table" in tables["Orders"][3]
    assert tables["Orders"][4] == 900
    cursor.execute("""SELECT "c"."column_name" AS "name",
          CASE WHEN "c"."udt_schema" IN ('public', 'pg_catalog') THEN FORMAT('%s', "c"."udt_name")
            ELSE FORMAT('"%s"."%s"', "c"."udt_schema", "c"."udt_name") END AS "database-type",
          "c"."ordinal_position" - 1 AS "database-position", "c"."table_schema" AS "table-schema",
          "c"."table_name" AS "table-name", "pk"."column_name" IS NOT NULL AS "pk?",
          COL_DESCRIPTION(CAST(CAST(FORMAT('%I.%I', CAST("c"."table_schema" AS TEXT), CAST("c"."table_name" AS TEXT))
            AS REGCLASS) AS OID), "c"."ordinal_position") AS "field-comment"
        FROM "information_schema"."columns" AS "c"
          LEFT JOIN (SELECT "tc"."table_schema", "tc"."table_name", "kc"."column_name"
              FROM "information_schema"."table_constraints" AS "tc"
              INNER JOIN "information_schema"."key_column_usage" AS "kc"
                ON ("tc"."constraint_name" = "kc"."constraint_name")
                AND ("tc"."table_schema" = "kc"."table_schema") AND ("tc"."table_name" = "kc"."table_name")
              WHERE "tc"."constraint_type" = 'PRIMARY KEY') AS "pk"
            ON ("c"."table_schema" = "pk"."table_schema") AND ("c"."table_name" = "pk"."table_name")
            AND ("c"."column_name" = "pk"."column_name")
        WHERE c.table_schema !~ '^information_schema|catalog_history|pg_' AND ("c"."table_schema" IN ('public'))
          AND ("c"."table_name" = 'Reviews')
        ORDER BY "table-schema", "table-name", "database-position" ASC""")
    fields = {row[0]: row for row in cursor.fetchall()}
    assert fields["User"][1:3] == ("text", 0)
    assert [name for name, row in fields.items() if row[5]] == ["User", "Book"]
    assert fields["User"][6] == "partition key"
    assert fields["Tags"][1] == "_text"


def test_metabase_asks_for_privileges_and_indexes(cursor: psycopg.ClientCursor[Any]) -> None:
    cursor.execute("""with table_privileges as (
         select NULL as role, t.schemaname as schema, t.objectname as table,
           pg_catalog.has_any_column_privilege(current_user,
             '"' || t.schemaname || '"' || '.' || '"' || t.objectname || '"', 'update') as update,
           pg_catalog.has_any_column_privilege(current_user,
             '"' || t.schemaname || '"' || '.' || '"' || t.objectname || '"', 'select') as select,
           pg_catalog.has_table_privilege(current_user,
             '"' || t.schemaname || '"' || '.' || '"' || t.objectname || '"', 'delete') as delete
         from (
           select schemaname, tablename as objectname from pg_catalog.pg_tables
           union select schemaname, viewname as objectname from pg_catalog.pg_views
           union select schemaname, matviewname as objectname from pg_catalog.pg_matviews
         ) t
         where t.schemaname !~ '^pg_' and t.schemaname <> 'information_schema'
           and pg_catalog.has_schema_privilege(current_user, t.schemaname, 'usage')
        )
        select t.* from table_privileges t where t.select or t.update or t.delete order by 3""")
    assert ("public", "Orders", True, True, True) in [row[1:] for row in cursor.fetchall()]
    cursor.execute("""SELECT tmp.table_name as "table-name", tmp.column_name as "field-name" FROM (
          SELECT tbl.relname AS table_name, a.attname AS column_name,
            (information_schema._pg_expandarray(i.indkey)).n AS n
          FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class tbl ON tbl.oid = i.indrelid
            JOIN pg_catalog.pg_attribute a ON a.attrelid = tbl.oid AND a.attnum = i.indkey[0]
          WHERE i.indpred IS NULL AND tbl.relname = 'Orders') tmp WHERE tmp.n = 1 ORDER BY 1, 2""")
    assert ("Orders", "Customer") in cursor.fetchall()


@pytest.mark.parametrize("word", ["select", "and", "set", "where", "table", "left", "order", "similar"])
def test_a_keyword_is_a_name_behind_as_and_behind_a_point(cursor: psycopg.ClientCursor[Any], word: str) -> None:
    cursor.execute(f"SELECT x.{word}, 2 FROM (SELECT 1 AS {word} FROM pg_am LIMIT 1) x".encode())
    assert cursor.fetchall() == [(1, 2)]
    assert cursor.description is not None
    assert cursor.description[0].name == word
