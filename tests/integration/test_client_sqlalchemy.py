"""Reflect, query and change the demo's tables through SQLAlchemy, by three drivers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.demo_server import ServerProcess

sqlalchemy = pytest.importorskip("sqlalchemy")
asyncio_engine = pytest.importorskip("sqlalchemy.ext.asyncio")
automap = pytest.importorskip("sqlalchemy.ext.automap")
orm = pytest.importorskip("sqlalchemy.orm")
pytestmark = pytest.mark.integration

DRIVERS = ["psycopg", "psycopg2", "asyncpg"]
Run = Callable[[Callable[[Any], Any]], Any]


@pytest_asyncio.fixture(params=DRIVERS)
async def run(demo_server: ServerProcess, request: pytest.FixtureRequest) -> AsyncIterator[Run]:
    """Run a plain function with a connection, whatever the driver."""
    url = demo_server.dsn().replace("postgresql", f"postgresql+{request.param}")
    if request.param == "asyncpg":
        async_engine = asyncio_engine.create_async_engine(url)

        async def run_async(work: Callable[[Any], Any]) -> Any:
            async with async_engine.connect() as connection:
                return await connection.run_sync(work)

        yield run_async
        await async_engine.dispose()
        return
    engine = sqlalchemy.create_engine(url)

    async def run_plain(work: Callable[[Any], Any]) -> Any:
        with engine.connect() as connection:
            return work(connection)

    yield run_plain
    engine.dispose()


async def test_the_inspector_finds_tables_keys_indexes_and_comments(run: Run) -> None:
    def look(connection: Any) -> None:
        inspector = sqlalchemy.inspect(connection)
        assert inspector.get_schema_names() == ["information_schema", "public"]
        assert {"Customers", "Events", "Orders", "Reviews"} <= set(inspector.get_table_names())
        assert inspector.get_pk_constraint("Reviews")["constrained_columns"] == ["User", "Book"]
        assert inspector.get_foreign_keys("Orders") == []
        assert inspector.get_unique_constraints("Orders") == []
        assert inspector.get_check_constraints("Orders") == []
        indexes = {index["name"]: index for index in inspector.get_indexes("Orders")}
        assert indexes["by_customer"]["column_names"] == ["Customer", "Placed"]
        assert not indexes["by_customer"]["unique"]
        assert "DynamoDB table in us-east-1" in inspector.get_table_comment("Orders")["text"]
        assert "pg_tables" in inspector.get_view_names("pg_catalog")
        assert "pg_class" in inspector.get_view_definition("pg_tables", "pg_catalog")
        assert inspector.get_sequence_names() == inspector.get_enums() == []

    await run(look)


async def test_columns_have_types_nullability_and_comments(run: Run) -> None:
    columns = await run(lambda connection: sqlalchemy.inspect(connection).get_columns("Events"))
    by_name = {column["name"]: column for column in columns}
    assert isinstance(by_name["DeviceId"]["type"], sqlalchemy.BIGINT)
    assert not by_name["DeviceId"]["nullable"]
    assert by_name["DeviceId"]["comment"] == "partition key"
    assert by_name["Ok"]["nullable"]
    assert isinstance(by_name["Ok"]["type"], sqlalchemy.BOOLEAN)
    assert repr(by_name["document"]["type"]).startswith("JSONB")
    assert list(by_name)[:2] == ["DeviceId", "At"]
    assert list(by_name)[-1] == "document"


async def test_reflected_tables_answer_core_statements(run: Run) -> None:
    def ask(connection: Any) -> None:
        tables = sqlalchemy.MetaData()
        tables.reflect(connection, only=["Orders", "Reviews"])
        reviews, orders = tables.tables["Reviews"], tables.tables["Orders"]
        of_one = sqlalchemy.select(reviews.c.Book).where(reviews.c.User.in_(["Tristan"])).order_by(reviews.c.Book)
        books = connection.execute(of_one).scalars().all()
        assert len(books) == 6
        assert connection.execute(of_one.limit(2).offset(1)).scalars().all() == books[1:3]
        joined = sqlalchemy.select(orders.c.OrderId).join(reviews, reviews.c.User == orders.c.Customer).limit(4)
        assert len(connection.execute(joined).all()) == 4
        authors = sqlalchemy.select(reviews.c.Author, sqlalchemy.func.count().label("n")).group_by(reviews.c.Author)
        counts = connection.execute(authors.order_by(sqlalchemy.desc("n")).limit(3)).all()
        assert counts[0].n >= counts[1].n >= counts[2].n > 0
        path = sqlalchemy.select(reviews.c.document["Author"].astext).where(reviews.c.User == "Tristan").distinct()
        assert "J.K. Rowling" in connection.execute(path).scalars().all()

    await run(ask)


async def test_rows_are_inserted_updated_and_deleted(run: Run) -> None:
    def change(connection: Any) -> None:
        reviews = sqlalchemy.Table("Reviews", sqlalchemy.MetaData(), autoload_with=connection)
        mine = reviews.c.User == "SQLAlchemy"
        connection.execute(sqlalchemy.delete(reviews).where(mine))
        connection.execute(sqlalchemy.insert(reviews).values(User="SQLAlchemy", Book="1", Rating=4))
        more = [{"User": "SQLAlchemy", "Book": str(book), "Rating": book} for book in (2, 3)]
        connection.execute(sqlalchemy.insert(reviews), more)
        connection.commit()
        updated = sqlalchemy.update(reviews).where(mine, reviews.c.Book == "1").values(Rating=5)
        assert connection.execute(updated).rowcount == 1
        rows = connection.execute(sqlalchemy.select(reviews.c.Rating).where(mine).order_by(reviews.c.Book))
        assert rows.scalars().all() == [5, 2, 3]
        with connection.begin_nested() as savepoint:
            connection.execute(sqlalchemy.delete(reviews).where(mine))
            savepoint.rollback()
        assert connection.execute(sqlalchemy.delete(reviews).where(mine)).rowcount == 3
        connection.commit()

    await run(change)


async def test_the_orm_maps_tables_by_their_keys(run: Run) -> None:
    def use(connection: Any) -> None:
        tables = sqlalchemy.MetaData()
        tables.reflect(connection, only=["Reviews"])
        mapped = automap.automap_base(metadata=tables)
        mapped.prepare()
        review = mapped.classes.Reviews
        with orm.Session(connection) as session:
            one = session.get(review, ("Tristan", "Middlemarch"))
            assert one.Rating == 4
            found = session.scalars(sqlalchemy.select(review).where(review.User == "Tristan")).all()
            assert one in found
            session.add(review(User="ORM", Book="new", Rating=1))
            session.flush()
            count = sqlalchemy.select(sqlalchemy.func.count()).select_from(review).where(review.User == "ORM")
            assert session.scalar(count) == 1
            session.rollback()
            assert session.scalar(count) == 0

    await run(use)


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_a_pool_pings_and_a_result_streams(demo_server: ServerProcess, driver: str) -> None:
    url = demo_server.dsn().replace("postgresql", f"postgresql+{driver}")
    engine = sqlalchemy.create_engine(url, pool_pre_ping=True, isolation_level="AUTOCOMMIT")
    for _ in range(3):
        with engine.connect() as connection:
            assert connection.execute(sqlalchemy.text("SELECT 1")).scalar() == 1
    with engine.connect().execution_options(isolation_level="READ COMMITTED", stream_results=True) as connection:
        rows = connection.execute(sqlalchemy.text('SELECT "User" FROM reviews')).yield_per(200)
        assert sum(len(part) for part in rows.partitions()) > 1000
        assert connection.get_isolation_level() == "READ COMMITTED"
    engine.dispose()
