-- literals are read when the statement is
SELECT '12'::int8, ' 7 '::int, 'yes'::bool, '{1,2}'::int[]
--> SELECT CAST('12' AS BIGINT) AS "int8", CAST('7' AS INT) AS "int4", TRUE AS "bool", CAST(['1', '2'] AS INT[])
SELECT 'abc'::int
--> 22P02: invalid input syntax for type integer: "abc"
SELECT '99999999999'::int
--> 22003: value "99999999999" is out of range for type integer
SELECT '1e400'::text::float8
--> 22003: "1e400" is out of range for type double precision
SELECT '12.50'::numeric, '1.5'::numeric(10,2), '1.5'::float8
--> SELECT CAST(CAST('12.50' AS DECIMAL(38, 2)) AS TEXT) AS "numeric", CAST(CAST('1.5' AS DECIMAL(10, 2)) AS TEXT), CAST('1.5' AS DOUBLE) AS "float8"
SELECT '{"b":1,"a":[1, 2]}'::jsonb, '{ "a":1}'::json
--> SELECT CAST('{"a": [1, 2], "b": 1}' AS JSON) AS "jsonb", CAST('{ "a":1}' AS JSON) AS "json"
SELECT '{bad'::json
--> 22P02: invalid input syntax for type json
SELECT '\xdead'::bytea
--> SELECT unhex('dead') AS "bytea"
SELECT timestamp '2024-01-01 10:00'::date, date 'Jan 5, 2024', '20240105'::date
--> SELECT CAST(CAST('2024-01-01 10:00:00' AS TIMESTAMP) AS DATE) AS "date", CAST('2024-01-05' AS DATE), CAST('2024-01-05' AS DATE)
SELECT '2024-13-01'::date
--> 22008: date/time field value out of range: "2024-13-01"
SELECT interval '1 year 2 mons -3 days', interval '2' hour
--> SELECT pg_interval_parts(CAST('14 months -3 days 0 microseconds' AS INTERVAL)) AS "interval", pg_interval_parts(CAST('0 months 0 days 7200000000 microseconds' AS INTERVAL))
SELECT '1 fortnight'::interval
--> 22007: invalid input syntax for type interval: "1 fortnight"
SELECT 'infinity'::timestamp, 'epoch'::timestamptz
--> SELECT CAST('infinity' AS TIMESTAMP) AS "timestamp", CAST('1970-01-01 00:00:00+00' AS TIMESTAMPTZ) AS "timestamptz"
-- values go by their type
SELECT x::text::bool, x::text::int, x::text::numeric, x::text::date
--> SELECT pgddb_boolean(CAST("x" AS TEXT)) AS "x", CAST(pgddb_integer(CAST("x" AS TEXT), 'integer') AS INT), pg_trim_numeric(pg_text_numeric(CAST("x" AS TEXT))), CAST(pgddb_iso_moment(CAST("x" AS TEXT), 'date') AS DATE)
SELECT 1.5::float8::text, true::text, now()::text, ARRAY[1]::text
--> SELECT pg_float_text(CAST(1.5 AS DOUBLE)) AS "text", CAST(TRUE AS TEXT), pg_timestamptz_text(now()) AS "now", pg_array_text(CAST([1] AS TEXT[])) AS "array"
SELECT 'abcdef'::varchar(3), 'ab'::char(1), 'x'::"char"
--> SELECT left('abcdef', 3) AS "varchar", rpad(rtrim(left('ab', 1)), 1) AS "bpchar", left('x', 1) AS "char"
SELECT 1::numeric, 1.5::numeric, 1.5::float8::numeric
--> SELECT CAST(CAST(1 AS DECIMAL(38, 0)) AS TEXT) AS "numeric", CAST(CAST(1.5 AS DECIMAL(38, 1)) AS TEXT), pg_trim_numeric(pg_float_numeric(CAST(1.5 AS DOUBLE)))
SELECT 'x'::tsvector
--> 0A000: type tsvector is not supported
