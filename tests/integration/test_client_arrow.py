"""Fetch the demo's tables as Arrow and data frames: ADBC, polars, connectorx and pandas."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.demo_server import ServerProcess

pytestmark = pytest.mark.integration

VALUES = """SELECT 1::int2 AS small, 2::int4 AS middle, 3::int8 AS large, 1.5::float8 AS double, true AS truth,
    'x'::text AS text, '2024-01-02 03:04:05.5'::timestamp AS moment, '2024-01-02'::date AS day,
    '03:04:05'::time AS clock, '\\x0102'::bytea AS bytes, NULL::text AS nothing"""
EXPECTED: dict[str, object] = {
    "small": 1,
    "middle": 2,
    "large": 3,
    "double": 1.5,
    "truth": True,
    "text": "x",
    "moment": datetime.datetime(2024, 1, 2, 3, 4, 5, 500000),
    "day": datetime.date(2024, 1, 2),
    "clock": datetime.time(3, 4, 5),
    "bytes": b"\x01\x02",
    "nothing": None,
}


@pytest.fixture
def adbc(demo_server: ServerProcess) -> Iterator[Any]:
    driver = pytest.importorskip("adbc_driver_postgresql.dbapi")
    with driver.connect(demo_server.dsn()) as connection:
        yield connection


def test_adbc_gives_arrow_values(adbc: Any) -> None:
    more = """, 12.50::numeric AS exact, '{"a": [1]}'::jsonb AS json, ARRAY['a', NULL] AS texts"""
    with adbc.cursor() as cursor:
        cursor.execute(VALUES + more)
        (row,) = cursor.fetch_arrow_table().to_pylist()
    assert {name: row[name] for name in EXPECTED} == EXPECTED
    assert (row["exact"], row["json"], row["texts"]) == ("12.50", '{"a": [1]}', ["a", None])


def test_adbc_fetches_whole_tables_and_takes_parameters(adbc: Any) -> None:
    with adbc.cursor() as cursor:
        cursor.execute("SELECT * FROM reviews")
        assert cursor.fetch_arrow_table().num_rows > 1000
        cursor.execute('SELECT "Book" FROM reviews WHERE "User" = $1 AND "Rating" >= $2 ORDER BY 1', ("Tristan", 5))
        assert cursor.fetchall() == [("Harry Potter and the Philosopher's Stone",)]


def test_adbc_knows_the_catalog(adbc: Any) -> None:
    info = adbc.adbc_get_info()
    assert info["vendor_name"] == "PostgreSQL"
    assert info["vendor_version"].startswith("15")
    assert adbc.adbc_get_table_schema("Reviews").names[:2] == ["User", "Book"]
    catalogs = adbc.adbc_get_objects(depth="tables", db_schema_filter="public").read_all().to_pylist()
    catalog = next(one for one in catalogs if one["catalog_name"] == "postgres")
    tables = catalog["catalog_db_schemas"][0]["db_schema_tables"]
    assert {"Customers", "Events", "Orders", "Reviews"} <= {table["table_name"] for table in tables}


def test_adbc_ingests_arrow(adbc: Any) -> None:
    arrow = pytest.importorskip("pyarrow")
    rows = {"User": ["ADBC", "ADBC"], "Book": ["1", "2"], "Rating": arrow.array([1, 2], arrow.int64())}
    with adbc.cursor() as cursor:
        assert cursor.adbc_ingest("Reviews", arrow.table(rows), mode="append") == 2
        adbc.commit()
        cursor.execute('DELETE FROM reviews WHERE "User" = \'ADBC\' RETURNING "Rating"')
        assert sorted(cursor.fetchall()) == [(1,), (2,)]
        adbc.commit()


@pytest.mark.parametrize("protocol", ["binary", "csv", "cursor"])
def test_connectorx_reads_by_each_of_its_protocols(demo_server: ServerProcess, protocol: str) -> None:
    connectorx = pytest.importorskip("connectorx")
    table = connectorx.read_sql(demo_server.dsn(), VALUES, return_type="arrow", protocol=protocol)
    assert table.to_pylist() == [EXPECTED]
    parts = {"partition_on": "Total", "partition_num": 2, "partition_range": (0, 100)}
    split = 'SELECT "OrderId", round("Total")::int8 AS "Total" FROM orders WHERE "Total" <= 100'
    assert connectorx.read_sql(demo_server.dsn(), split, return_type="arrow", protocol=protocol, **parts).num_rows > 10


@pytest.mark.parametrize("engine", ["connectorx", "adbc"])
def test_polars_reads_by_a_uri(demo_server: ServerProcess, engine: Any) -> None:
    polars = pytest.importorskip("polars")
    pytest.importorskip("connectorx" if engine == "connectorx" else "adbc_driver_postgresql")
    frame = polars.read_database_uri(
        'SELECT "User", "Book", "Helpful", document FROM reviews', demo_server.dsn(), engine=engine
    )
    assert frame.height > 1000
    assert frame.columns == ["User", "Book", "Helpful", "document"]
    assert frame.filter(polars.col("User") == "Tristan").height == 6


def test_pandas_reads_and_names_types(demo_server: ServerProcess) -> None:
    pandas = pytest.importorskip("pandas")
    sqlalchemy = pytest.importorskip("sqlalchemy")
    engine = sqlalchemy.create_engine(demo_server.dsn().replace("postgresql", "postgresql+psycopg"))
    frame = pandas.read_sql("SELECT count(*) AS n, avg(1.5)::float8 AS mean FROM reviews", engine)
    assert (str(frame.n.dtype), str(frame["mean"].dtype)) == ("int64", "float64")
    events = pandas.read_sql_table("Events", engine, index_col="DeviceId", columns=["Kind", "Ok"])
    assert len(events) == 600
    assert sum(len(chunk) for chunk in pandas.read_sql("SELECT * FROM orders", engine, chunksize=100)) == 900
    engine.dispose()
