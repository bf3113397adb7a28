# The order and equality of jsonb
SELECT x FROM (VALUES ('1.0'::jsonb),('1'),('10'),('2'),(NULL)) v(x) ORDER BY 1 DESC NULLS LAST
SELECT x AS y FROM (VALUES ('1.0'::jsonb),('5'),('10'),('2'),(NULL)) v(x) ORDER BY y
SELECT count(*) FROM (SELECT DISTINCT x FROM (VALUES ('1.0'::jsonb),('1'),('10'),('{"a":1.0}'),('{"a":1}')) v(x)) z
SELECT DISTINCT x FROM (VALUES ('1'::jsonb),('1'),('10'),('2')) v(x) ORDER BY x
SELECT x, count(*) FROM (VALUES ('1'::jsonb),('1'),('10'),('"a"')) v(x) GROUP BY x ORDER BY x
SELECT count(*) FROM (VALUES ('1'::jsonb),('1.0'),('10'),('"a"')) v(x) GROUP BY x ORDER BY 1
SELECT '1.0'::jsonb UNION SELECT '1'::jsonb UNION SELECT '2'
SELECT count(DISTINCT x) FROM (VALUES ('1'::jsonb),('1.0'),('10'),('"a"')) v(x)
SELECT array_agg(x ORDER BY x) FROM (VALUES ('1'::jsonb),('"z"'),('10'),('[1]')) v(x)
SELECT jsonb_agg(x ORDER BY x DESC) FROM (VALUES ('1'::jsonb),('"z"'),('10'),('[1]')) v(x)
SELECT x, rank() OVER (ORDER BY x) FROM (VALUES ('1'::jsonb),('1.0'),('10'),('9')) v(x) ORDER BY 2, x::text
SELECT x, count(*) OVER (PARTITION BY x) FROM (VALUES ('1'::jsonb),('1.0'),('10'),('9')) v(x) ORDER BY 2, x::text
SELECT a.x, b.x FROM (VALUES ('1'::jsonb),('2')) a(x) JOIN (VALUES ('1.0'::jsonb),('2')) b(x) ON a.x = b.x ORDER BY 1
SELECT x FROM (VALUES ('1'::jsonb),('1.0'),('10')) v(x) WHERE x IN ('1', '10') ORDER BY x::text
SELECT x FROM (VALUES ('1'::jsonb),('1.0'),('10')) v(x) WHERE x = ANY (ARRAY['1', '10']::jsonb[]) ORDER BY x::text
SELECT x FROM (VALUES ('1'::jsonb),('1.0'),('10')) v(x) WHERE x BETWEEN '1' AND '5' ORDER BY x::text
SELECT '1'::jsonb = '1.0', '1'::jsonb <> '1.0', '{"a":1}'::jsonb = '{"a":1.0}', '1'::jsonb IS DISTINCT FROM '1.0', nullif('1'::jsonb, '1.0')
SELECT greatest('1'::jsonb, '10', '9'), least('1'::jsonb, '"a"', '9')
SELECT max(x) FROM (VALUES ('1'::jsonb)) v(x)
SELECT CASE '1'::jsonb WHEN '1.0' THEN 'same' ELSE 'other' END
SELECT x FROM (VALUES ('1.0'::jsonb),('2')) v(x) INTERSECT SELECT y FROM (VALUES ('1.0'::jsonb),('3')) w(y)
SELECT x FROM (VALUES ('1.0'::jsonb),('2')) v(x) EXCEPT SELECT y FROM (VALUES ('1'::jsonb),('3')) w(y)
SELECT DISTINCT ON (x) x, n FROM (VALUES ('1'::jsonb, 2),('1.0', 1),('10', 5)) v(x, n) ORDER BY x, n
SELECT x->'a' FROM (VALUES ('{"a":10}'::jsonb),('{"a":9}'),('{"a":"z"}')) v(x) ORDER BY x->'a'
SELECT x->'a', count(*) FROM (VALUES ('{"a":10}'::jsonb),('{"a":9}'),('{"a":10}')) v(x) GROUP BY x->'a' ORDER BY x->'a'
SELECT x->'a', count(*) FROM (VALUES ('{"a":10}'::jsonb),('{"a":9}'),('{"a":10}')) v(x) GROUP BY 1 ORDER BY 1
SELECT * FROM (VALUES ('1'::jsonb),('2')) a(x) JOIN (VALUES ('1.0'::jsonb),('2')) b(x) USING (x) ORDER BY x
SELECT (x, 1) = ('1.0'::jsonb, 1) FROM (VALUES ('1'::jsonb)) v(x)
SELECT '1'::jsonb IN (SELECT '1.0'::jsonb)
SELECT ARRAY['1'::jsonb] = ARRAY['1.0'::jsonb]
SELECT x FROM (VALUES ('"b"'::jsonb),('"a"'),('"é"'),('"\n"')) v(x) ORDER BY x
SELECT x FROM (VALUES ('{"a":1,"b":2}'::jsonb),('{"b":1}'),('{"a":2}'),('{"aa":0}'),('[1,2]'),('[3]'),('[[1]]')) v(x) ORDER BY x
SELECT x FROM (VALUES ('1'::json),('2')) v(x) ORDER BY x
SELECT DISTINCT x FROM (VALUES ('1'::json),('2')) v(x)
SELECT x FROM (VALUES ('1'::json),('2')) v(x) GROUP BY x
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY x) FROM (VALUES ('1'::jsonb),('10'),('9')) v(x)
SELECT first_value(x) OVER (ORDER BY x), last_value(x) OVER (ORDER BY x) FROM (VALUES ('1'::jsonb),('10'),('9')) v(x) ORDER BY x
SELECT 1 FROM (VALUES ('1'::jsonb),('1.0')) v(x) GROUP BY x HAVING x > '0'
SELECT x, n FROM (VALUES ('1'::jsonb, 1),('10', 2)) v(x, n) ORDER BY x DESC, n LIMIT 1
SELECT attrs, count(*) FROM customers GROUP BY attrs ORDER BY attrs
SELECT DISTINCT attrs FROM customers ORDER BY attrs DESC NULLS LAST
SELECT id, payload FROM events ORDER BY payload, id
SELECT id, payload FROM events ORDER BY 2 DESC NULLS LAST, 1
SELECT payload->'a', count(*) FROM events GROUP BY payload->'a' ORDER BY 1
SELECT payload FROM events UNION SELECT attrs FROM customers ORDER BY 1
SELECT payload FROM events WHERE payload IS NOT NULL INTERSECT SELECT payload FROM events ORDER BY 1
SELECT x, grouping(x), count(*) FROM (VALUES ('1'::jsonb),('1.0'),('10')) v(x) GROUP BY ROLLUP (x) ORDER BY 3, 2
SELECT jsonb_array_elements('[3, 20, 1]') ORDER BY 1
SELECT jsonb_array_elements('[3, 20, 1]') AS e ORDER BY e DESC
SELECT jsonb_agg(e ORDER BY e) FROM jsonb_array_elements('[3, 20, 1, "x", null]') e
SELECT e, count(*) FROM jsonb_array_elements('[3, 20, 3, "x", null]') e GROUP BY e HAVING count(*) > 1
SELECT c.id, (SELECT max(k) FROM jsonb_object_keys(c.attrs) k) FROM customers c ORDER BY c.attrs, c.id
SELECT * FROM (SELECT attrs AS a FROM customers ORDER BY a LIMIT 3) z
WITH t AS (SELECT DISTINCT attrs FROM customers) SELECT count(*) FROM t
SELECT count(*) FROM customers WHERE attrs = (SELECT attrs FROM customers ORDER BY id LIMIT 1)
SELECT id FROM customers WHERE attrs->'age' > '20' ORDER BY attrs->'age'
SELECT count(*) FROM customers a JOIN customers b ON a.attrs = b.attrs
SELECT string_agg(x::text, ',' ORDER BY x) FROM (VALUES ('10'::jsonb),('9')) v(x)
SELECT row_number() OVER (PARTITION BY attrs ORDER BY id), id FROM customers ORDER BY id
SELECT lag(x) OVER w, x FROM (VALUES ('10'::jsonb),('9')) v(x) WINDOW w AS (ORDER BY x) ORDER BY x
SELECT coalesce(x, '1') FROM (VALUES ('10'::jsonb),(NULL)) v(x) ORDER BY coalesce(x, '1')
SELECT x FROM (VALUES ('10'::jsonb),('9')) v(x) WHERE x NOT IN ('9.0') AND x <> '11'
SELECT x::text FROM (VALUES ('10'::jsonb),('9')) v(x) GROUP BY x ORDER BY x
SELECT jsonb_typeof(x), count(*) FROM (VALUES ('10'::jsonb),('9'),('"a"')) v(x) GROUP BY jsonb_typeof(x) ORDER BY 1
SELECT x FROM (VALUES ('10'::jsonb),('9'),('9.0')) v(x) ORDER BY x FETCH FIRST 1 ROW WITH TIES
SELECT a FROM (VALUES ('{"b":[1,{}]}'::jsonb),('{"b":[[]]}'),('{"b":"z"}')) v(a) ORDER BY a->'b'
SELECT x FROM (VALUES (ARRAY['1'::jsonb]),(ARRAY['10'::jsonb]),(ARRAY['9'::jsonb])) v(x) ORDER BY x
SELECT e, pg_typeof(e) FROM jsonb_array_elements('[1]') e
SELECT e, pg_typeof(e) FROM jsonb_array_elements('[1]') WITH ORDINALITY e
SELECT to_jsonb(k) FROM jsonb_object_keys('{"a":1}') k
SELECT to_jsonb(p) FROM jsonb_each('{"a":1}') p
SELECT x FROM (VALUES ('1'::jsonb),('"a"'),('null'),('[]'),('{}'),('[1]'),('{"a":1}'),('true'),('false'),('"b"'),('10'),('2'),(NULL)) v(x) ORDER BY x DESC
SELECT x FROM (VALUES ('-1.5'::jsonb),('-2'),('0'),('1e3'),('12345678901234567890'),('0.001'),('-0.001')) v(x) ORDER BY x
