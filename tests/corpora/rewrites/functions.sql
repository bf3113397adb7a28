SELECT extract(epoch FROM x), extract(second FROM x), extract(dow FROM x)
--> SELECT CAST(CAST(pg_extract_epoch("x") AS DECIMAL(38, 6)) AS TEXT) AS "extract", CAST(CAST(pg_extract_seconds("x") AS DECIMAL(38, 6)) AS TEXT), CAST(CAST(pg_extract_whole('dow', "x") AS DECIMAL(38, 0)) AS TEXT)
SELECT extract(foo FROM x)
--> 22023: unit "foo" not recognized for type timestamp without time zone
SELECT extract(month FROM x), date_part('hour', x), date_trunc('day', date '2024-01-01')
--> SELECT CAST(CAST(pg_extract_whole('month', "x") AS DECIMAL(38, 0)) AS TEXT) AS "extract", date_part('hour', "x") AS "date_part", date_trunc('day', CAST(CAST('2024-01-01' AS DATE) AS TIMESTAMPTZ)) AS "date_trunc"
SELECT substring(a FROM 2 FOR 3), substring(a FROM 'o+'), overlay(a PLACING 'x' FROM 2), position('a' IN b), trim(a)
--> SELECT pg_substring("a", 2, 3) AS "substring", pgddb_regexp_substring("a", 'o+'), pg_overlay("a", 'x', 2, char_length('x')) AS "overlay", strpos("b", 'a') AS "position", btrim("a") AS "btrim"
SELECT round(2.5), round(2.5::float8), round(1.255, 2), round(x, 2), trunc(1.999, 2)
--> SELECT round(2.5) AS "round", pg_round_float(CAST(2.5 AS DOUBLE)), CAST(CAST(round(1.255, 2) AS DECIMAL(38, 2)) AS TEXT), round("x", 2), CAST(CAST((CAST(trunc((1.999) * 100) AS DECIMAL(30, 0)) * CAST('0.01' AS DECIMAL(18, 2))) AS DECIMAL(38, 2)) AS TEXT) AS "trunc"
SELECT to_char(now(), 'YYYY'), to_char(1.5, '9.9'), to_number('1,2', '9,9')
--> SELECT pg_moment_text(now(), 'YYYY') AS "to_char", pg_number_text(1.5, '9.9'), CAST(CAST(pgddb_parse_number('1,2', '9,9') AS DECIMAL(38, 0)) AS TEXT) AS "to_number"
SELECT concat('a', 1.5::float8, true), format('%s', 1)
--> SELECT concat('a', pg_float_text(CAST(1.5 AS DOUBLE)), left(CAST(TRUE AS TEXT), 1)) AS "concat", pgddb_format('%s', CAST([CAST(1 AS TEXT)] AS TEXT[])) AS "format"
SELECT concat()
--> 42883: function concat() does not exist
SELECT json_build_object('a', 1, 'b', now()), jsonb_build_array(1, NULL), to_jsonb('x'::text)
--> SELECT pg_json_object(CAST([pg_json_pair('a', pg_json_number(1)), pg_json_pair('b', pg_json_moment_zone(now()))] AS TEXT[])) AS "json_build_object", pg_jsonb(pg_json_array(CAST([pg_json_number(1), pg_json_text(NULL)] AS TEXT[]))) AS "jsonb_build_array", pg_jsonb(pg_to_json('x')) AS "to_jsonb"
SELECT current_user, session_user, user, current_database(), current_schema, version()
--> SELECT 'postgres' AS "current_user", 'postgres' AS "session_user", 'postgres', 'postgres' AS "current_database", 'public' AS "current_schema", 'PostgreSQL 15.0 (pgddb)' AS "version"
SELECT current_setting('nope')
--> 42704: unrecognized configuration parameter "nope"
SELECT current_setting('nope', true)
--> SELECT CAST(NULL AS TEXT) AS "current_setting"
SELECT pg_catalog.lower(a), pg_typeof(1.5)
--> SELECT lower("a") AS "lower", pg_regtype('numeric') AS "pg_typeof"
SELECT any_value(1)
--> 42883: function any_value(integer) does not exist
SELECT jsonb_path_query(x, '$.a')
--> SELECT unnest(pg_jsonb_path_query("x", '$.a')) AS "jsonb_path_query"
