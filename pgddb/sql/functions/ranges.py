"""Make ranges of integers, as the texts that PostgreSQL prints.

Source: https://www.postgresql.org/docs/15/rangetypes.html#RANGETYPES-DISCRETE
"""

from __future__ import annotations

from pgddb.sql.functions.macros import macros

MACROS = macros(r"""
    pgddb_range(a, b, f, most, kind) AS CASE
        WHEN f IS NULL THEN error('pgddb.error|22000|range constructor flags argument must not be null')
        WHEN f NOT IN ('[]', '[)', '(]', '()') THEN error('pgddb.error|42601|invalid range bound flags')
        WHEN a > b THEN
            error('pgddb.error|22000|range lower bound must be less than or equal to range upper bound')
        WHEN (f[1] = '(' AND a >= most) OR (f[2] = ']' AND b >= most) THEN
            error('pgddb.error|22003|' || kind || ' out of range')
        WHEN a + (f[1] = '(')::INTEGER >= b + (f[2] = ']')::INTEGER THEN 'empty'
        ELSE coalesce('[' || (a + (f[1] = '(')::INTEGER)::VARCHAR, '(') || ',' ||
            coalesce((b + (f[2] = ']')::INTEGER)::VARCHAR, '') || ')' END;
    int4range(a, b) AS pgddb_range(a::INTEGER::HUGEINT, b::INTEGER::HUGEINT, '[)', 2147483647, 'integer'),
        (a, b, f) AS pgddb_range(a::INTEGER::HUGEINT, b::INTEGER::HUGEINT, f, 2147483647, 'integer');
    int8range(a, b) AS pgddb_range(a::BIGINT::HUGEINT, b::BIGINT::HUGEINT, '[)', 9223372036854775807, 'bigint'),
        (a, b, f) AS pgddb_range(a::BIGINT::HUGEINT, b::BIGINT::HUGEINT, f, 9223372036854775807, 'bigint');
""")
