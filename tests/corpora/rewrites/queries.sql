-- nulls sort as PostgreSQL's, identifiers are folded and quoted
SELECT Id, "Id" FROM t ORDER BY id DESC, a NULLS FIRST, b DESC NULLS LAST
--> SELECT "id", "Id" FROM "t" ORDER BY "id" DESC, "a" NULLS FIRST, "b" DESC NULLS LAST
SELECT avg(1), sum(2), count(*) FILTER (WHERE a), array_agg(DISTINCT a), json_agg(a ORDER BY b)
--> SELECT pgddb_numeric_divide(CAST(CAST(SUM(1) AS DECIMAL(38, 0)) AS TEXT), pg_trim_numeric(NULLIF(COUNT(1), 0))) AS "avg", CAST(SUM(2) AS BIGINT) AS "sum", COUNT(*) FILTER(WHERE "a") AS "count", list(DISTINCT "a" ORDER BY "a") AS "array_agg", pg_json_agg(list(pg_json_text("a") ORDER BY "b")) AS "json_agg"
SELECT min('x'::uuid)
--> 42883: function min(uuid) does not exist
SELECT avg(1) FILTER (WHERE a) OVER (PARTITION BY b)
--> SELECT pgddb_numeric_divide(CAST(CAST(SUM(1) FILTER(WHERE "a") OVER (PARTITION BY "b") AS DECIMAL(38, 0)) AS TEXT), pg_trim_numeric(NULLIF(COUNT(1) FILTER(WHERE "a") OVER (PARTITION BY "b"), 0))) AS "avg"
SELECT mode() WITHIN GROUP (ORDER BY a), percentile_disc(0.5) WITHIN GROUP (ORDER BY a)
--> SELECT pg_mode(histogram("a")) AS "mode", quantile_disc("a", 0.5) AS "percentile_disc"
SELECT rank(1) WITHIN GROUP (ORDER BY a)
--> SELECT (COUNT(*) FILTER(WHERE (coalesce("a" < 1, FALSE) OR (1 IS NULL AND NOT "a" IS NULL))) + 1) AS "rank"
SELECT generate_series(1, 3), unnest(ARRAY[1])
--> SELECT unnest(generate_series(1, 3)) AS "generate_series", unnest([1]) AS "unnest"
SELECT * FROM generate_series(1, 3) WITH ORDINALITY AS g(a, b)
--> SELECT * FROM LATERAL (SELECT "a", row_number() OVER () AS "b" FROM (SELECT CAST("n" AS INT) AS "a" FROM generate_series(1, 3) AS "series"("n")) AS "rows") AS "g"
SELECT * FROM unnest(ARRAY[1], ARRAY['a']) AS u(x, y)
--> SELECT * FROM LATERAL (SELECT unnest([1]) AS "x", unnest(['a']) AS "y") AS "u"
SELECT * FROM jsonb_each('{"a":1}'), jsonb_array_elements_text('[1]') e
--> SELECT * FROM LATERAL (SELECT "name" AS "key", pg_json_extract_path("document", ["name"]) AS "value" FROM (SELECT CAST('{"a": 1}' AS JSON) AS "document", unnest(pg_json_object_keys(CAST('{"a": 1}' AS JSON))) AS "name") AS "pairs") AS "jsonb_each", LATERAL (SELECT unnest(pg_json_array_elements_text(CAST('[1]' AS JSON))) AS "value") AS "e"
SELECT * FROM jsonb_to_record('{"a":1}') AS t(a int, b text)
--> SELECT * FROM LATERAL (SELECT CAST(pgddb_integer(pg_json_extract_path_text("document", ['a']), 'integer') AS INT) AS "a", (pg_json_extract_path_text("document", ['b'])) AS "b" FROM (SELECT CAST('{"a": 1}' AS JSON) AS "document") AS "records") AS "t"
SELECT * FROM ROWS FROM (generate_series(1, 2), unnest(ARRAY[1])) AS r(a, b)
--> SELECT * FROM LATERAL (SELECT unnest(CAST(generate_series(1, 2) AS INT[])) AS "a", unnest([1]) AS "b") AS "r"
SELECT * FROM (VALUES (1, 'a')) v
--> SELECT * FROM (VALUES (1, 'a')) AS "v"("column1", "column2")
SELECT 1 UNION SELECT '2'
--> SELECT 1 UNION SELECT CAST('2' AS INT)
SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b FOR UPDATE
--> SELECT DISTINCT ON ("a") "a", "b" FROM "t" ORDER BY "a", "b"
SELECT a, b FROM t ORDER BY c FETCH FIRST 2 ROWS WITH TIES
--> SELECT "a", "b" FROM "t" QUALIFY rank() OVER (ORDER BY "c") <= 2 ORDER BY "c"
SELECT a AS x, b AS x FROM t ORDER BY x
--> 42702: ORDER BY "x" is ambiguous
SELECT upper FROM (SELECT upper(a), b::text FROM t) s
--> SELECT "upper" FROM (SELECT upper("a") AS "upper", CAST("b" AS TEXT) AS "b" FROM "t") AS "s"
SELECT FROM t
--> 0A000: a SELECT without outputs is not supported
SELECT xmlagg(x) FROM t
--> 0A000: function xmlagg is not supported
SELECT * FROM t TABLESAMPLE BERNOULLI (10) REPEATABLE (1)
--> 0A000: TABLESAMPLE REPEATABLE is not supported
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n / 2.0 FROM r
--> WITH RECURSIVE "r"("n") AS (SELECT 1 UNION ALL SELECT "n" + 1 FROM "r") SELECT pgddb_numeric_divide(CAST("n" AS TEXT), CAST(CAST(2.0 AS DECIMAL(38, 1)) AS TEXT)) FROM "r"
