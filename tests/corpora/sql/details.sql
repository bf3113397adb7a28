## rows
SELECT id, row_number() OVER (PARTITION BY dept ORDER BY sal DESC NULLS LAST, id), rank() OVER (ORDER BY sal DESC NULLS LAST), dense_rank() OVER (ORDER BY sal) FROM emp ORDER BY id
SELECT id, sum(sal) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW), avg(sal) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM emp ORDER BY id
SELECT id, last_value(name) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), nth_value(name, 2) OVER (ORDER BY id), lag(name, 1, 'none') OVER (ORDER BY id) FROM emp ORDER BY id
SELECT id, count(*) FILTER (WHERE sal > 40) OVER (PARTITION BY dept) FROM emp ORDER BY id
SELECT kind, count(*), min(val), max(val), round(avg(val)::numeric, 3), sum(n) FROM events GROUP BY kind ORDER BY kind
SELECT date_trunc('hour', at) AS h, count(*) FROM events GROUP BY 1 ORDER BY 1 LIMIT 4
SELECT kind, string_agg(id::text, ',' ORDER BY id DESC) FROM events WHERE id < 12 GROUP BY kind ORDER BY 1
SELECT user_id, kind, count(*), grouping(user_id, kind) FROM events WHERE user_id < 3 GROUP BY CUBE (user_id, kind) ORDER BY 1, 2
SELECT c.name, o.total FROM customers c LEFT JOIN LATERAL (SELECT sum(amount) AS total FROM orders o WHERE o.customer_id = c.id) o ON true ORDER BY c.id
SELECT country, count(*) FROM customers GROUP BY country HAVING count(*) > 1 ORDER BY 1
SELECT name, CASE WHEN vip THEN 'v' WHEN vip IS NULL THEN '?' ELSE '-' END FROM customers ORDER BY id
SELECT name FROM customers WHERE email ILIKE '%@EXAMPLE.com' ORDER BY 1
SELECT name, tags, tags[1], array_length(tags, 1), cardinality(tags), 'beta' = ANY(tags) FROM customers ORDER BY id
SELECT unnest(tags) AS tag, count(*) FROM customers GROUP BY 1 ORDER BY 2 DESC, 1
SELECT attrs->>'plan' AS plan, count(*) FROM customers GROUP BY 1 ORDER BY 1 NULLS FIRST
SELECT id, attrs->'addr'->>'city', attrs #>> '{flags,0}', attrs ? 'seats', attrs @> '{"plan":"pro"}' FROM customers ORDER BY id
SELECT key, count(*) FROM customers, jsonb_each(attrs) GROUP BY key ORDER BY 1
SELECT id, jsonb_array_length(payload -> 'x') FROM events WHERE id < 3 ORDER BY id
SELECT sum((payload->>'i')::int), bool_and((payload->>'even')::boolean) FROM events
SELECT to_char(placed, 'YYYY-MM') AS m, sum(amount) FROM orders GROUP BY 1 ORDER BY 1
SELECT id, due - placed::date AS days, placed + interval '1 day', age(due, placed::date) FROM orders WHERE due IS NOT NULL ORDER BY id LIMIT 4
SELECT id, amount, round(amount, 1), trunc(amount, 1), ceil(amount), floor(amount), amount::int, -amount, abs(amount) FROM orders ORDER BY id
SELECT min(amount), max(amount), sum(amount), avg(amount), count(amount), stddev(amount) FROM orders
SELECT id, amount * qty AS total, amount / NULLIF(qty, 0), qty % 3, qty::float8 / 4 FROM orders ORDER BY id
SELECT status, amount FROM orders WHERE (status, qty) = ('paid', 2) OR amount BETWEEN 5 AND 40 ORDER BY id
SELECT o.id, c.name FROM orders o FULL JOIN customers c ON o.customer_id = c.id ORDER BY o.id NULLS LAST, c.id
SELECT id FROM orders o WHERE amount > ALL (SELECT amount FROM orders x WHERE x.customer_id = o.customer_id AND x.id <> o.id AND amount IS NOT NULL) ORDER BY 1
SELECT id FROM orders WHERE note SIMILAR TO '%(order|x)%' OR note ~ '^\d+' ORDER BY id
SELECT upper(name), lower(name), length(name), reverse(name), left(name, 2), position('o' in name) FROM customers ORDER BY id
SELECT regexp_replace(email, '(.*)@(.*)', '\2 at \1'), split_part(email, '@', 2), md5(email) FROM customers ORDER BY id
WITH RECURSIVE chain AS (SELECT id, boss, name, 0 AS depth FROM emp WHERE boss IS NULL UNION ALL SELECT e.id, e.boss, e.name, depth + 1 FROM emp e JOIN chain c ON e.boss = c.id) SELECT repeat('-', depth) || name, depth FROM chain ORDER BY id
WITH RECURSIVE f(a, b) AS (VALUES (0, 1) UNION ALL SELECT b, a + b FROM f WHERE b < 50) SELECT array_agg(a) FROM f
SELECT * FROM ROWS FROM (generate_series(1, 2), unnest(ARRAY['a','b','c'])) WITH ORDINALITY AS t(x, y, n)
SELECT id, g FROM emp, generate_series(1, id) g WHERE id < 4 ORDER BY 1, 2
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount), percentile_disc(0.25) WITHIN GROUP (ORDER BY qty) FROM orders
SELECT mode() WITHIN GROUP (ORDER BY status) FROM orders
SELECT id FROM orders ORDER BY qty DESC NULLS LAST FETCH FIRST 3 ROWS WITH TIES
SELECT DISTINCT ON (customer_id) customer_id, id, amount FROM orders WHERE customer_id IS NOT NULL ORDER BY customer_id, placed DESC
SELECT id FROM emp EXCEPT SELECT boss FROM emp ORDER BY 1
(SELECT id FROM emp ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM emp ORDER BY id DESC LIMIT 2)
SELECT "Id", "User Name", "select" FROM "MixedCase" ORDER BY "Id"
SELECT Id FROM "MixedCase"
SELECT e.nme FROM emp e
SELECT * FROM ordres
SELECT lowr('a')
SELECT name || 1 || true || NULL::text, 'a' || 'b' FROM emp WHERE id = 1
SELECT nullif(dept, 'x'), coalesce(dept, '-'), dept IS NULL FROM emp ORDER BY id
SELECT id::text, id::numeric, id::float8, id::bool FROM emp WHERE id < 3 ORDER BY id
SELECT at AT TIME ZONE 'Asia/Tokyo', extract(hour from at AT TIME ZONE 'America/New_York') FROM events WHERE id < 3 ORDER BY id
SELECT uid, uid::text, uid = '00000000-0000-0000-0000-000000000002' FROM events WHERE id < 4 ORDER BY id
SELECT n, n / 7, n * 1.5, n::int FROM events WHERE id < 3 ORDER BY id
SELECT n * 10000000000 FROM events WHERE id = 60
SELECT val, val::numeric, round(val), val::int, -val, sqrt(val), power(val, 2) FROM events WHERE id < 5 ORDER BY id
SELECT json_agg(e ORDER BY id) FROM (SELECT id, name FROM emp WHERE id < 3) e
SELECT jsonb_object_agg(name, sal ORDER BY id), json_build_object('n', count(*), 's', sum(sal)) FROM emp
SELECT row_to_json(o) FROM (SELECT id, amount, placed, due FROM orders WHERE id < 3) o
SELECT array_agg(DISTINCT status ORDER BY status), array_agg(qty ORDER BY qty DESC NULLS LAST) FROM orders
SELECT corr(qty, amount) IS NOT NULL, regr_count(qty, amount), var_pop(qty), bit_or(qty), bool_or(qty > 5) FROM orders
SELECT count(*), count(DISTINCT (status, qty)) FROM orders
SELECT width_bucket(amount, 0, 1000, 4) AS b, count(*) FROM orders WHERE amount IS NOT NULL GROUP BY 1 ORDER BY 1
SELECT format('%s has %s', name, sal) FROM emp ORDER BY id
SELECT overlay(name placing 'XX' from 1 for 1), substring(name from '^.'), trim(both 'A' from name) FROM customers ORDER BY id
SELECT make_date(2024, id, 1), to_char(make_date(2024, id, 1), 'FMMonth'), date_part('doy', make_date(2024, id, 1)) FROM emp ORDER BY id
SELECT generate_series(min(due), max(due), '1 month')::date FROM orders
SELECT id FROM events TABLESAMPLE BERNOULLI (100) WHERE id < 4 ORDER BY id
SELECT exists(SELECT 1 FROM emp WHERE sal > 90), (SELECT max(sal) FROM emp), ARRAY(SELECT id FROM emp ORDER BY id)
SELECT id, sal FROM emp WHERE sal = (SELECT sal FROM emp)
SELECT sal / (sal - 50) FROM emp WHERE id = 2
SELECT dept, sal FROM emp GROUP BY dept
SELECT name::int FROM emp
SELECT sum(name) FROM emp
SELECT id FROM emp WHERE dept = 5
SELECT id FROM emp LIMIT -1
## functions of aggregates
SELECT length(max(name)), octet_length(max(name)), bit_length(min(name)), length(string_agg(name, ',')) FROM emp
SELECT to_hex(max(id)), to_hex(sum(id)), encode(max(name)::bytea, 'hex'), isfinite(max(due)) FROM emp, orders
SELECT max(placed)::timestamp(0), max(placed) AT TIME ZONE interval '2 hours', avg(score)::numeric, avg(score)::numeric(10,2), round(avg(score)) FROM orders, customers
SELECT to_char(max(placed), 'YYYY'), to_char(sum(amount), '9999.99'), substring(max(note) from 2), max(note) LIKE 'x%', left(max(note), 2), round(avg(amount), 2), date_trunc('month', max(placed)), extract(year from max(placed)), age(max(due), min(due)), lpad(max(id)::text, 5, '0') FROM orders
SELECT round(sum(amount)), trunc(avg(amount), 1), ceil(avg(qty)), power(max(qty), 2), sqrt(max(qty)), mod(max(qty), 3), coalesce(max(note), 'x'), json_build_object('m', max(qty)), array_length(array_agg(id), 1), split_part(max(note), ' ', 1), regexp_replace(max(note), 'x', 'y') FROM orders
## dates, calls and joins
SELECT timestamptz '20011227 040506+08', timestamptz '20011227T040506-08', time '040506.789+08', time 'T040506.789-08', timestamptz 'Wed Jul 11 10:51:14 GMT-4 2001', timestamptz '20500710 173201 Europe/Helsinki', date 'Jul-05-2001', date '05-Jul-2001', timestamp 'Jul 5 2001 10:00'
SELECT '2011-03-27 00:00:00'::timestamp AT TIME ZONE 'MSK', timestamptz '2024-01-01 00:00+00' AT TIME ZONE 'EDT', timestamp '2024-01-01' AT TIME ZONE 'UTC+3', make_timestamptz(2008, 12, 10, 10, 10, 10, '+2'), date_trunc('day', timestamptz '2001-02-16 20:38:40+00', 'Australia/Sydney'), timestamptz '2024-01-01 00:00+00' AT TIME ZONE 'est5edt'
SELECT now() AT TIME ZONE 'Nowhere'
SELECT timestamptz '2024-01-01 00:00+00' AT TIME ZONE z FROM (VALUES ('Europe/Paris'),('PST')) v(z)
SELECT extract(year from date '0002-12-31 BC'), extract(decade from date '0012-12-31 BC'), extract(century from date '0012-12-31 BC'), extract(millennium from date '0012-12-31 BC'), extract(decade from timestamp '2024-01-01'), extract(isoyear from date '0002-12-31 BC'), extract(year from interval '-14 months')
SELECT date_part('millisecond', time '13:30:25.575401'), date_part('sec', time '13:30:25.575401')
SELECT interval '4 millenniums 5 centuries 4 decades 1 year 4 months 4 days 17 minutes 31 seconds', interval '1 2' day to hour, interval '1 month - 1 second', interval '2 days - 12:34:56', interval '1 2:03' day to minute
SELECT make_interval(years := 2), make_interval(years => 1, months => 6), make_interval(days := 3, secs := 1.5), make_interval(1,2)
SELECT concat(true, 1), format('%s', false), concat_ws('-', true, NULL), 'x' || true, array_to_string(ARRAY[true,false], ',')
SELECT 'a'::char(3), 'abc'::char(2), 'a'::char(3) || 'b', 'x'::bpchar, length('a  '::char(5)), to_json('a'::char(3)), ROW('a'::char(3)), ARRAY['a'::char(3)]
SELECT btrim('\x001122'::bytea, '\x00'::bytea), to_timestamp('Infinity'::float8)
SELECT name FROM emp e WHERE EXISTS (SELECT FROM emp x WHERE x.boss = e.id) ORDER BY 1
SELECT id FROM emp ORDER BY sal USING >, id USING <
SELECT * FROM (emp e JOIN orders o ON e.id = o.id) j WHERE amount > 10 ORDER BY 1
SELECT x, pg_typeof(x) FROM (SELECT 'foo' AS x) q
WITH RECURSIVE t(n) AS (SELECT 'foo' UNION ALL SELECT n || ' bar' FROM t WHERE length(n) < 20) SELECT n, pg_typeof(n) FROM t
SELECT * FROM (SELECT id FROM emp) a, LATERAL (VALUES (a.id, 'x')) v(p, q) ORDER BY 1
SELECT * FROM (VALUES (1)) x(lb), LATERAL (VALUES (lb)) y(lbcopy)
## json and arrays
SELECT jsonb_contains('{"a":1}', '{"a":1}'), jsonb_exists('{"a":1}','a'), jsonb_exists_any('{"a":1}', ARRAY['a']), jsonb_delete('{"a":1,"b":2}'::jsonb, 'a'), jsonb_delete('[1,2]'::jsonb, 0), json_object('{a,1,b,2}'), json_object(ARRAY['a','b'],ARRAY['1',NULL]), jsonb_object('{{a,1},{b,2}}')
SELECT jsonb_set_lax('{"a":1,"b":2}','{b}',NULL), jsonb_set_lax('{"a":1,"b":2}','{b}',NULL,true,'delete_key'), jsonb_set_lax('{"a":1,"b":2}','{b}','5')
SELECT row_to_json(row(1,'foo')), row_to_json(t), row_to_json(t,true), to_jsonb(t), json_agg(t) FROM (SELECT 1 AS a, '{"b": [1,2]}'::json AS j, timestamp '2024-01-01' AS ts, 1.50 AS n) t GROUP BY t.a, t.ts, t.n, t.j::text, t
SELECT row_to_json(e) FROM emp e ORDER BY id LIMIT 2
SELECT array_to_json(ARRAY[1.50,2]), to_json(ARRAY[timestamp '2024-01-01 10:00']), array_to_json(ARRAY[1,2],true), array_to_json(ARRAY[[1,2],[3,4]],true), to_json(ARRAY['{"a": 1}'::json]), to_json(NULL::int[])
SELECT '{"a":1}'::json->'', '{"":1}'::jsonb->>'', jsonb '{"a":1}' ?| '{}'::text[]
SELECT * FROM json_to_record('{"ia": [1, "2", null, 4], "t":"x"}') AS x(ia _int4, t text)
SELECT json_build_array(VARIADIC ARRAY['a','b']), concat(VARIADIC ARRAY[1,2,3]), format('%s-%s', VARIADIC ARRAY['a','b']), jsonb_build_object(VARIADIC '{a,1}'::text[])
SELECT '{{1,2,3},{4,5,6}}'::int[], ARRAY[[1,2],[3,4]]::text[], (ARRAY[[1,2],[3,4]])::text, array_length(ARRAY[[1,2,3],[4,5,6]],2), array_ndims(ARRAY[[1,2]]), cardinality(ARRAY[[1,2],[3,4]]), array_dims(ARRAY[[1,2,3],[4,5,6]]), array_upper('{{1,2},{3,4}}'::int[],2), array_length(ARRAY[1],2)
SELECT ARRAY[[1,2],[3,4]] || ARRAY[5,6], array_cat(ARRAY[1,2], ARRAY[[3,4]]), ARRAY[1,2] || 3, unnest('{{1,2},{3,4}}'::int[])
SELECT array_fill(7, ARRAY[3]), array_fill(NULL::int, ARRAY[2]), array_fill('x'::text, ARRAY[2,2]), width_bucket(5, ARRAY[1,3,4,10]), array_to_string(ARRAY[true,false], ','), array_to_string(ARRAY[[1,2],[3,4]], ','), array_to_string(ARRAY[1.50,2], '|'), array_to_string(ARRAY[date '2024-01-02'], '|')
SELECT sind(30), cosd(60), tand(45), asind(0.5), atan2d(1,1), float4send(1.5::float4), float8send(1.5)
SELECT generate_series(0.1, 4.0, 1.3), generate_series(1.0, 3.0)
SELECT * FROM generate_series(0.0::numeric, 4.0::numeric)
SELECT (ARRAY[[1,2],[3,4]])[2][1], (ARRAY[[1,2],[3,4]])[2], ('{{1,2},{3,4}}'::int[])[1][2], (ARRAY[1,2,3])[2:3], (ARRAY[[1,2],[3,4]])[1:1]
## grouping, distinct, unions
SELECT status, extract(month from placed) AS mon, count(*) FROM orders GROUP BY GROUPING SETS ((status),(2),()) ORDER BY 1,2
SELECT * FROM emp NATURAL JOIN (SELECT id, amount FROM orders) o ORDER BY id
SELECT * FROM json_populate_record(NULL::emp, '{"id":9,"name":"n","sal":5}')
SELECT dept, name, count(*) FROM emp GROUP BY ROLLUP (1, 2) ORDER BY 1, 2
SELECT * FROM json_each('{"b": 1, "a":  [1, 2]}'), json_each_text('{"z":null,"y":"t"}')
SELECT id, a.id = b.id FROM emp a JOIN orders b USING (id) WHERE id > 2 ORDER BY id
SELECT DISTINCT dept, lower(dept) FROM emp ORDER BY lower(dept)
SELECT DISTINCT dept AS d FROM emp ORDER BY d
SELECT DISTINCT e.dept FROM emp e ORDER BY dept
SELECT DISTINCT dept FROM emp ORDER BY 1
SELECT score * 2, score * 1.5, id * score FROM customers ORDER BY id
SELECT 1 = ANY(tags::text[]::int[]) FROM customers WHERE false
SELECT id, 'vip' = ANY(tags), 'x' <> ALL(tags) FROM customers ORDER BY id
SELECT nth_value(id, 2) OVER (ORDER BY id) FROM emp
SELECT id FROM customers WHERE attrs->'seats' > '4' ORDER BY id
SELECT 1 UNION SELECT 2.5 ORDER BY 1
SELECT '1' UNION SELECT 2
SELECT NULL UNION SELECT 1
SELECT date '2024-01-01' UNION SELECT now()::timestamp WHERE false
