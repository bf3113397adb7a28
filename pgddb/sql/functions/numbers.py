"""Define PostgreSQL's mathematical functions.

Source: https://www.postgresql.org/docs/15/functions-math.html
"""

from __future__ import annotations

from pgddb.sql.functions.macros import macros

MACROS = macros(r"""
    pg_round_float(x) AS system.main.round_even(x, 0);
    pg_numeric(x) AS CASE WHEN x IN ('NaN', 'Infinity', '-Infinity')
        THEN error('pgddb.error|0A000|a numeric ' || x || ' inside an expression is not supported')
        ELSE x::DECIMAL(38, 16) END;
    pg_numeric_text(x) AS pgcat.pg_numeric(x);
    pg_numeric_divide(a, b) AS pgcat.pg_numeric(pgddb_numeric_divide(a::VARCHAR, b::VARCHAR));
    pg_numeric_binary(s, a, b) AS pgcat.pg_numeric(pgddb_numeric_binary(s, a::VARCHAR, b::VARCHAR));
    pg_numeric_function(f, a) AS pgcat.pg_numeric(pgddb_numeric_function(f, a::VARCHAR));
    pg_numeric_power(a, b) AS pgcat.pg_numeric(pgddb_numeric_power(a::VARCHAR, b::VARCHAR));
    pg_numeric_logarithm(a, b) AS pgcat.pg_numeric(pgddb_numeric_logarithm(a::VARCHAR, b::VARCHAR));
    pg_numeric_deviation(f, n, s, q) AS
        pgcat.pg_numeric(pgddb_numeric_deviation(f, n::VARCHAR, s::VARCHAR, q::VARCHAR));
    pg_trim_numeric(x) AS CASE WHEN contains(x::VARCHAR, '.')
        THEN system.main.rtrim(system.main.rtrim(x::VARCHAR, '0'), '.') ELSE x::VARCHAR END;
    div(a, b) AS CASE WHEN b = 0 THEN error('pgddb.error|22012|division by zero') ELSE trunc(a / b) END;
    mod(a, b) AS CASE WHEN b = 0 THEN error('pgddb.error|22012|division by zero') ELSE a % b END;
    ceiling(x) AS system.main.ceil(x);
    log10(x) AS system.main.log10(x);
    log(x) AS system.main.log10(x), (b, x) AS system.main.ln(x) / system.main.ln(b);
    power(a, b) AS CASE
        WHEN a = 0 AND b < 0
            THEN error('pgddb.error|2201F|zero raised to a negative power is undefined')
        WHEN a < 0 AND b <> trunc(b)
            THEN error('pgddb.error|2201F|a negative number raised to a non-integer power yields a complex result')
        ELSE system.main.pow(a, b) END;
    sqrt(x) AS CASE WHEN x < 0 THEN error('pgddb.error|2201F|cannot take square root of a negative number')
                    ELSE system.main.sqrt(x) END;
    ln(x) AS CASE WHEN x = 0 THEN error('pgddb.error|2201E|cannot take logarithm of zero')
                  WHEN x < 0 THEN error('pgddb.error|2201E|cannot take logarithm of a negative number')
                  ELSE system.main.ln(x) END;
    width_bucket(o, l, h, c) AS
        CASE WHEN c <= 0 THEN error('pgddb.error|2201G|count must be greater than zero')
             WHEN l = h THEN error('pgddb.error|2201G|lower bound cannot equal upper bound')
             WHEN l < h THEN CASE WHEN o < l THEN 0 WHEN o >= h THEN c + 1
                ELSE (floor((o - l)::DOUBLE / (h - l) * c) + 1)::INTEGER END
             ELSE CASE WHEN o > l THEN 0 WHEN o <= h THEN c + 1
                ELSE (floor((l - o)::DOUBLE / (l - h) * c) + 1)::INTEGER END END;
    scale(x) AS CASE WHEN contains(x::VARCHAR, '.') THEN system.main.length(split_part(x::VARCHAR, '.', 2)) ELSE 0 END;
    min_scale(x) AS system.main.length(system.main.rtrim(split_part(x::VARCHAR, '.', 2), '0'));
    trim_scale(x) AS pgcat.pg_trim_numeric(x)::DECIMAL(38, 18);
    pg_number_text(x, f) AS pgddb_number_text(x::VARCHAR, f);
    to_number(s, f) AS pgddb_parse_number(s, f)::DECIMAL(38, 10);
    setseed(x) AS system.main.setseed(x)
""")
