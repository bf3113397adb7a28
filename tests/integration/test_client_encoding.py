"""Text goes over the wire in the encoding that the client asks for."""

from __future__ import annotations

import psycopg
import pytest

from tests.fakes.demo_server import ServerProcess

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def test_a_client_speaks_latin1(demo_server: ServerProcess) -> None:
    with psycopg.connect(demo_server.dsn(), client_encoding="latin1", autocommit=True) as connection:
        row = connection.execute(
            "SELECT 'caf\u00e9' AS \"\u00e9t\u00e9\", %s, length(%s)", ["na\u00efve", "\u00e9\u00e8"]
        )
        assert row.description is not None
        assert row.description[0].name == "\u00e9t\u00e9"
        assert row.fetchone() == ("caf\u00e9", "na\u00efve", 2)
        assert connection.execute("SELECT pg_client_encoding()", binary=True).fetchone() == ("LATIN1",)
        rows = connection.execute(
            "SELECT '\u00fc' || g, '{\"\u00fc\": 1}'::jsonb::text FROM generate_series(1, 60) g", binary=True
        )
        assert rows.fetchall()[-1] == ("\u00fc60", '{"\u00fc": 1}')
        with pytest.raises(psycopg.errors.UntranslatableCharacter, match="0xe2 0x82 0xac"):
            connection.execute("SELECT U&'\\20ac'")
        with pytest.raises(psycopg.errors.UndefinedTable, match="\u00e9"):
            connection.execute('SELECT * FROM "\u00e9"')
        with connection.cursor().copy("COPY (SELECT '\u00e9') TO STDOUT") as copy:
            assert b"".join(map(bytes, copy)) == b"\xe9\n"
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            connection.execute("SET client_encoding = 'SJIS'")
