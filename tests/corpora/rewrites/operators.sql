SELECT 7 / 2, 7.0 / 2, 7 / 2.0::float8, 7 % 3
--> SELECT 7 / 2, pgddb_numeric_divide(CAST(CAST(7.0 AS DECIMAL(38, 1)) AS TEXT), CAST(2 AS TEXT)), 7 / CAST(2.0 AS DOUBLE), 7 % 3
SELECT interval '1 hour' / 2, 2 * interval '1 day', 1.5 * interval '1 day'
--> SELECT pg_interval_parts(pg_interval_divide(CAST('0 months 0 days 3600000000 microseconds' AS INTERVAL), 2)), pg_interval_parts(CAST('0 months 1 days 0 microseconds' AS INTERVAL) * 2), pg_interval_parts(pg_interval_scale(CAST('0 months 1 days 0 microseconds' AS INTERVAL), CAST(1.5 AS DOUBLE)))
SELECT '{"a":1}'::jsonb || '{"b":2}', '[1]'::jsonb - 0, '{"a":1}'::jsonb - 'a', '{"a":1}'::jsonb #- '{a}'
--> SELECT pg_jsonb_concatenate(CAST('{"a": 1}' AS JSON), CAST('{"b": 2}' AS JSON)), pg_jsonb_delete_index(CAST('[1]' AS JSON), 0), pg_jsonb_delete_key(CAST('{"a": 1}' AS JSON), 'a'), pg_jsonb_delete_path(CAST('{"a": 1}' AS JSON), CAST(['a'] AS TEXT[]))
SELECT ARRAY[1] || ARRAY[2], ARRAY[1] || NULL, 'x' || 1, 1.50 || 'x'
--> SELECT array_cat([1], [2]), array_cat([1], NULL), 'x' || CAST(1 AS TEXT), CAST(1.50 AS TEXT) || 'x'
SELECT a LIKE 'x\%', a LIKE b, a LIKE 'x%', a NOT LIKE b, a LIKE 'x!%' ESCAPE '!'
--> SELECT "a" LIKE 'x\%' ESCAPE '\', "a" LIKE "b" ESCAPE '\', "a" LIKE 'x%', "a" NOT LIKE "b" ESCAPE '\', "a" LIKE 'x!%' ESCAPE '!'
SELECT a LIKE ANY (ARRAY['x%']), a SIMILAR TO '(a|b)%', a ~ '^x', a !~* 'y'
--> SELECT pg_any_like("a", ['x%']), pgddb_similar("a", '(a|b)%', '\'), pgddb_regexp_like("a", '^x', ''), NOT pgddb_regexp_like("a", 'y', 'i')
SELECT 1 = ANY ('{1,2}'), 'a' <> ALL ('{a,b}'), a = ANY (ARRAY['x'])
--> SELECT 1 = ANY(CAST(['1', '2'] AS INT[])), 'a' <> ALL (CAST(['a', 'b'] AS TEXT[])), "a" = ANY(['x'])
SELECT (1, 2) < (3, 4), (1, NULL) = (1, 2), ROW(1, NULL) IS NULL
--> SELECT (1 < 3 OR (1 = 3 AND (2 < 4))), (1 = 1 AND NULL = 2), (1 IS NULL AND NULL IS NULL)
SELECT '{1,2}'::int[] @> '{1}', ARRAY['a'] && '{b}', '{"a":1}'::jsonb @> '{"a":1}'
--> SELECT pg_array_contains(CAST(['1', '2'] AS INT[]), CAST(['1'] AS INT[])), list_has_any(['a'], CAST(['b'] AS TEXT[])), pg_jsonb_contains(CAST('{"a": 1}' AS JSON), CAST('{"a": 1}' AS JSON))
SELECT a BETWEEN SYMMETRIC 2 AND 1, 2 ^ 3, |/ 4, @ -1
--> SELECT (("a" BETWEEN 2 AND 1) OR ("a" BETWEEN 1 AND 2)), power(CAST(2 AS DOUBLE), CAST(3 AS DOUBLE)), sqrt(CAST(4 AS DOUBLE)), abs(-1)
SELECT a OPERATOR(pg_catalog.~) '^(x)$' COLLATE pg_catalog.default
--> SELECT pgddb_regexp_like("a", '^(x)$', '')
SELECT a COLLATE "en_US"
--> 0A000: collation "en_US" is not supported
SELECT x -> 'a' -> 0 -> -1 ->> 'b', x #>> '{a,0}'
--> SELECT json_extract_string(json_extract(json_extract(json_extract("x", '$."a"'), '$[0]'), '$[#-1]'), '$."b"'), pg_json_extract_path_text("x", ['a', '0'])
SELECT '{"a":1}'::json = '{}'::json
--> 42883: operator does not exist: json = json
SELECT '{"a":{}}'::jsonb ->> 'a', '[{}]'::jsonb ->> -1
--> SELECT pg_jsonb_member_text(CAST('{"a": {}}' AS JSON), '$."a"'), pg_jsonb_member_text(CAST('[{}]' AS JSON), '$[#-1]')
