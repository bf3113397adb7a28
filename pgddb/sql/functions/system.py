"""Define functions about the server that need no session.

Source: https://www.postgresql.org/docs/15/functions-info.html
"""

from __future__ import annotations

from pgddb.sql.functions.macros import macros

MACROS = macros(r"""
    pg_is_in_recovery() AS false;
    pg_sleep(x) AS CASE WHEN x > 0 THEN error('pgddb.error|0A000|pg_sleep is not supported') ELSE '' END;
    txid_current() AS system.main.txid_current();
    pg_column_size(x) AS error('pgddb.error|0A000|pg_column_size is not supported');
    pg_size_pretty(x) AS CASE
        WHEN abs(x) < 10240 THEN x || ' bytes'
        WHEN abs(x) < 20479 * 512 THEN (round(x / 1024.0))::BIGINT || ' kB'
        WHEN abs(x) < 20479 * 524288 THEN (round(x / 1048576.0))::BIGINT || ' MB'
        WHEN abs(x) < 20479 * 536870912 THEN (round(x / 1073741824.0))::BIGINT || ' GB'
        ELSE (round(x / 1099511627776.0))::BIGINT || ' TB' END
""")
