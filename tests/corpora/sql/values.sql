# The order and equality of jsonb
SELECT x FROM (VALUES ('1.0'::jsonb),('1'),('10'),('2'),(NULL)) v(x) ORDER BY 1 DESC NULLS LAST
SELECT x AS y FROM (VALUES ('1.0'::jsonb),('5'),('10'),('2'),(NULL)) v(x) ORDER BY y
SELECT count(*) FROM (SELECT DISTINCT x FROM (VALUES ('1.0'::jsonb),('1'),('10'),('{"a":1.0}'),('{"a":1}')) v(x)) z
SELECT DISTINCT x FROM (VALUES ('1'::jsonb),('1'),('10'),('2')) v(x) ORDER BY x
SELECT x, count(*) FROM (VALUES ('1'::jsonb),('1'),('10'),('"a"')) v(x) GROUP BY x ORDER BY x
SELECT count(*) FROM (VALUES ('1'::jsonb),('1.0'),('10'),('"a"')) v(x) GROUP BY x ORDER BY 1
SELECT count(*) FROM (SELECT '1.0'::jsonb UNION SELECT '1'::jsonb UNION SELECT '2') u
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
# Numerics of several scales, quotients, NaN and infinities
VALUES (1.50), (2)
SELECT x FROM (VALUES (1.50),(2),(NULL)) v(x) ORDER BY x
SELECT sum(x), avg(x), min(x), max(x), count(x) FROM (VALUES (1.50),(2),(3.125)) v(x)
SELECT x + 1, x * 2, x / 3, -x, x - 0.1, x % 2 FROM (VALUES (1.50),(2)) v(x) ORDER BY x
SELECT x, count(*) FROM (VALUES (1.50),(1.5),(2)) v(x) GROUP BY x ORDER BY x
SELECT DISTINCT x FROM (VALUES (2.50),(2.5),(2)) v(x) ORDER BY x
SELECT 1.50 UNION ALL SELECT 2.5
SELECT count(*) FROM (SELECT 1.50 UNION SELECT 1.5 UNION SELECT 2) u
SELECT CASE WHEN true THEN 1.50 ELSE 2.25 END, coalesce(NULL, 1.50), greatest(1.5, 2.50), nullif(1.50, 2)
SELECT CASE WHEN x > 1 THEN 1.50 ELSE 2 END FROM (VALUES (1),(2)) v(x) ORDER BY x
SELECT sum(CASE WHEN x > 1 THEN 1.50 ELSE 2 END) FROM (VALUES (1),(2)) v(x)
SELECT ARRAY[1.50, 2], array_agg(x) FROM (VALUES (1.50),(2)) v(x)
SELECT y FROM (SELECT 1/3.0 AS y) s
SELECT y * 3, y + 1 FROM (SELECT 1/3.0 AS y) s
SELECT round(x / 3, 2), round(x), trunc(x, 1), ceil(x), floor(x), abs(-x), sign(x) FROM (VALUES (1.50),(2)) v(x) ORDER BY x
SELECT 'NaN'::numeric, 'NaN'::numeric + 1, 'Infinity'::numeric * -1, 'NaN'::numeric = 'NaN', 'Infinity'::numeric > 1e100
SELECT sum(x) FROM (VALUES ('NaN'::numeric), (1.5)) v(x)
SELECT x FROM (VALUES ('NaN'::numeric), (1.5), ('Infinity'), ('-Infinity')) v(x) ORDER BY x DESC
SELECT max(x), min(x) FROM (VALUES ('NaN'::numeric), (1.5), ('-Infinity')) v(x)
SELECT avg(x), stddev(x), var_pop(x) FROM (VALUES (1.5), (2), (4.25)) v(x)
SELECT to_char(x, '9.99'), x::int, x::float8, x::text, x::numeric(10,3) FROM (VALUES (1.50),(2)) v(x) ORDER BY x
SELECT x > 1.7, x = 1.5, x BETWEEN 1 AND 1.6, x IN (1.5, 3), x <> 2 FROM (VALUES (1.50),(2)) v(x) ORDER BY x
SELECT sum(x) OVER (ORDER BY x), lag(x) OVER (ORDER BY x), first_value(x) OVER (ORDER BY x) FROM (VALUES (1.50),(2),(0.1)) v(x) ORDER BY x
SELECT json_agg(x ORDER BY x), jsonb_agg(x ORDER BY x), to_json(x) FROM (VALUES (1.50),(2)) v(x) GROUP BY x ORDER BY x
SELECT row_to_json(v), v FROM (VALUES (1.50, 'a'),(2, 'b')) v(x, y) ORDER BY x
WITH RECURSIVE t(n) AS (SELECT 1.0 UNION ALL SELECT n * 1.5 FROM t WHERE n < 5) SELECT n FROM t
WITH t AS (SELECT x / 7 AS y FROM (VALUES (1),(2.5)) v(x)) SELECT sum(y), max(y) FROM t
SELECT a.x, b.x FROM (VALUES (1.50),(2)) a(x) JOIN (VALUES (1.5),(2.00)) b(x) ON a.x = b.x ORDER BY 1
SELECT a.x FROM (VALUES (1.50),(2)) a(x) JOIN (VALUES (1.5),(2.000)) b(x) USING (x) ORDER BY 1
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x), percentile_disc(0.5) WITHIN GROUP (ORDER BY x) FROM (VALUES (1.50),(2)) v(x)
SELECT coalesce(amount, 0), coalesce(amount, 0.000) FROM orders ORDER BY id LIMIT 3
SELECT sum(coalesce(amount, 0)) FROM orders
SELECT amount / 3 FROM orders WHERE amount / 3 > 20 ORDER BY amount / 3 DESC, id LIMIT 3
SELECT status, avg(amount) FROM orders GROUP BY status HAVING avg(amount) > 10 ORDER BY avg(amount) DESC
SELECT status, round(avg(amount), 2) AS a FROM orders GROUP BY status ORDER BY a DESC, status
SELECT avg(a) FROM (SELECT avg(amount) AS a FROM orders GROUP BY status) s
SELECT sum(amount) / count(*) * 100, 100.0 * sum(qty) / nullif(sum(amount), 0) FROM orders
SELECT 12345678901234567890123456789012345678901234567890 + 1, 1e40::numeric - 1
SELECT x::text || 'a', concat(x, 'b'), format('%s', x) FROM (VALUES (1.50),(2)) v(x) ORDER BY x
SELECT 2 ^ 0.5::numeric * 2, sqrt(2.0) + 1, exp(1.0) * 2
SELECT width_bucket(x, 0, 10, 5), mod(x, 2), power(x, 2), ln(x), log(x), div(x, 2), scale(x), trim_scale(x), min_scale(x) FROM (VALUES (1.50),(2)) v(x) ORDER BY x
SELECT generate_series(1.0, x, 0.5) FROM (VALUES (2.25)) v(x)
SELECT x FROM (VALUES (1.50),(2)) v(x) EXCEPT SELECT 2.0
SELECT count(DISTINCT x) FROM (VALUES (1.50),(1.5),(2)) v(x)
SELECT x FROM unnest(ARRAY[1.50, 2, 3.125]) x ORDER BY x DESC
SELECT (ARRAY[1.50, 2])[1], (ARRAY[1.50, 2])[2]
SELECT sum(DISTINCT x), sum(x) FILTER (WHERE x > 1.6) FROM (VALUES (1.50),(1.5),(2)) v(x)
SELECT least(1.5, 2.50, 1.500), greatest(1, 1.0)
SELECT x IS NULL, x IS DISTINCT FROM 2.0, nullif(x, 2.0) FROM (VALUES (1.50),(2)) v(x) ORDER BY x
SELECT random() < 2, extract(epoch FROM timestamp '2024-01-01') / 3, round(extract(epoch FROM interval '1.5 s') / 7, 4)
SELECT CASE 2 WHEN x THEN 'two' ELSE 'other' END FROM (VALUES (1.50),(2)) v(x) ORDER BY x
SELECT (x, 1) < (2, 0), ROW(x, 1) FROM (VALUES (1.50),(2)) v(x) ORDER BY x
SELECT x / 2 AS h, count(*) FROM (VALUES (1.50),(1.5)) v(x) GROUP BY x / 2
SELECT x / 2 AS h, count(*) FROM (VALUES (1.50),(1.5)) v(x) GROUP BY h ORDER BY h
SELECT sum(x / 2) / sum(x) FROM (VALUES (1.50),(2)) v(x)
SELECT 1 FROM (VALUES (1.50),(2)) v(x) LIMIT 1.6
SELECT x FROM (VALUES (1.50),(2)) v(x) WHERE x = (SELECT max(y) FROM (VALUES (1),(2.0)) w(y))
SELECT x FROM (VALUES (1.50),(2)) v(x) WHERE x IN (SELECT y FROM (VALUES (1),(2.0)) w(y))
SELECT x FROM (VALUES (1.50),(2)) v(x) WHERE x = ANY (ARRAY[2.00, 3])
SELECT string_agg(x::text, ',' ORDER BY x) FROM (VALUES (1.50),(2)) v(x)
SELECT interval '1 day' * x, x * interval '1 hour' FROM (VALUES (1.50),(2)) v(x) ORDER BY x
SELECT x * 2.5::float8, x > 1.7::float8 FROM (VALUES (1.50),(2)) v(x) ORDER BY x
SELECT to_jsonb('NaN'::numeric), to_json('Infinity'::numeric), 'NaN'::numeric::float8, '-Infinity'::numeric::text
SELECT 'NaN'::numeric::int
SELECT coalesce(NULL, 'NaN'::numeric, 1), CASE WHEN true THEN 'NaN'::numeric ELSE 1.5 END
SELECT status, sum(CASE WHEN qty > 1 THEN amount ELSE 0 END), sum(coalesce(amount, 0)), sum(amount) FILTER (WHERE qty > 1) FROM orders GROUP BY status ORDER BY 1
SELECT sum(CASE WHEN qty > 1 THEN amount ELSE 0 END) OVER (ORDER BY id) FROM orders ORDER BY id LIMIT 4
SELECT rank(1.6) WITHIN GROUP (ORDER BY x), dense_rank(1.6) WITHIN GROUP (ORDER BY x) FROM (VALUES (1.50),(2)) v(x)
SELECT amount * 1.1, amount / 2 + 1, (amount * qty)::int, round(amount / (qty + 1), 1) FROM orders ORDER BY id LIMIT 3
SELECT date_trunc('month', placed), avg(amount) / nullif(count(*), 0) AS r FROM orders GROUP BY 1 ORDER BY r DESC NULLS LAST, 1
SELECT id, amount, amount - avg(amount) OVER () AS d, amount / sum(amount) OVER () * 100 AS pct FROM orders ORDER BY pct DESC NULLS LAST, id LIMIT 5
SELECT id, rank() OVER (ORDER BY amount / qty DESC) FROM orders WHERE qty > 0 ORDER BY 2, 1
WITH a AS (SELECT status, avg(amount) AS m FROM orders GROUP BY status) SELECT o.id, o.amount > a.m FROM orders o JOIN a USING (status) ORDER BY 1 LIMIT 5
SELECT CASE WHEN avg(amount) > 50 THEN 'high' ELSE 'low' END FROM orders
SELECT width_bucket(amount / 2, 0, 100, 5), count(*) FROM orders GROUP BY 1 ORDER BY 1
SELECT generate_series(1, 3) / 2.0
SELECT x, x / 3.0 FROM generate_series(1, 3) x ORDER BY x / 3.0 DESC
SELECT max(amount / 3), min(amount / 3), count(DISTINCT amount / 3) FROM orders
SELECT to_char(avg(amount), 'FM999.00'), avg(amount)::numeric(10,2), avg(amount)::text, avg(amount)::float8 FROM orders
SELECT jsonb_build_object('a', avg(amount), 'b', 1/3.0), json_build_array(1.50, 2) FROM orders
SELECT count(*) FILTER (WHERE amount / qty > 10.5) FROM orders
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount / 3) FROM orders
SELECT make_interval(secs => avg(amount)::float8), interval '1 second' * avg(qty) FROM orders
SELECT EXISTS (SELECT 1/3.0), (SELECT 1/3.0) + 1, ARRAY(SELECT 1/3.0 UNION ALL SELECT 2)
SELECT string_agg((x / 3)::text, ',' ORDER BY x / 3) FROM (VALUES (1.0), (2)) v(x)
SELECT 1.0 / 3 BETWEEN 0.3 AND 0.4, 1.0 / 3 IN (0.5, 0.25), 1.0 / 4 = 0.25, 1.0 / 4 = ANY (ARRAY[0.25])
SELECT greatest(avg(amount), 10), least(sum(amount), 10.5), coalesce(avg(amount), 0) FROM orders
SELECT avg(amount) * 2 - 1, -avg(amount), abs(avg(amount) - 100), round(avg(amount)), floor(avg(amount)), mod(avg(amount), 7) FROM orders
SELECT stddev(amount), variance(amount), stddev(amount) / avg(amount) FROM orders
SELECT ntile(2) OVER (ORDER BY amount / 7), id FROM orders ORDER BY id LIMIT 3
SELECT sum(x) OVER (ORDER BY x RANGE BETWEEN 0.5 PRECEDING AND CURRENT ROW) FROM (VALUES (1.50),(2),(3)) v(x) ORDER BY 1
# Network addresses
SELECT '10.1.2.3'::inet, '10.1.2.3/8'::inet, '10.0.0.0/8'::cidr, '::1'::inet, '2001:db8::/32'::cidr, '08:00:2b:01:02:03'::macaddr, '08002b:0102030405'::macaddr8
SELECT inet '192.168.1.5' << inet '192.168.1/24', inet '192.168.1/24' <<= inet '192.168.1/24', inet '192.168.1/24' >> inet '192.168.1.5', inet '192.168.1/24' >>= '192.168.1/24', inet '192.168.1/24' && inet '192.168.1.80/28'
SELECT host(inet '192.168.1.5/24'), text(inet '192.168.1.5'), abbrev(inet '10.1.0.0/32'), abbrev(cidr '10.1.0.0/16'), broadcast(inet '192.168.1.5/24'), family(inet '::1'), hostmask(inet '192.168.23.20/30'), masklen(inet '192.168.1.5/24'), netmask(inet '192.168.1.5/24'), network(inet '192.168.1.5/24')
SELECT set_masklen(inet '192.168.1.5/24', 16), set_masklen(cidr '192.168.1.0/24', 16), inet_merge(inet '192.168.1.5/24', inet '192.168.2.5/24'), inet_same_family(inet '192.168.1.5/24', inet '::1')
SELECT ~ inet '192.168.1.6', inet '192.168.1.6' & inet '0.0.0.255', inet '192.168.1.6' | inet '0.0.0.255', inet '192.168.1.6' + 25, 25 + inet '192.168.1.6', inet '192.168.1.43' - 36, inet '192.168.1.43' - inet '192.168.1.19'
SELECT x FROM (VALUES ('10.0.0.2'::inet), ('10.0.0.0/8'), ('9.1.1.1'), ('::1'), ('10.0.0.2/8'), ('10.0.0.10'), ('192.168.0.1'), (NULL)) v(x) ORDER BY x
SELECT x FROM (VALUES ('10.0.0.2'::inet), ('9.1.1.1'), ('10.0.0.10')) v(x) WHERE x > '10.0.0.1' ORDER BY x DESC
SELECT x, count(*) FROM (VALUES ('10.0.0.2'::inet), ('9.1.1.1'), ('10.0.0.2')) v(x) GROUP BY x ORDER BY 2 DESC, 1
SELECT min(x), max(x), count(DISTINCT x), array_agg(x ORDER BY x) FROM (VALUES ('10.0.0.2'::inet), ('9.1.1.1'), ('10.0.0.10')) v(x)
SELECT '10.1.2.3'::inet::text, '10.1.2.3'::inet || '', to_json('10.1.2.3'::inet), concat('10.1.2.3'::inet, '!'), ROW('10.1.2.3'::inet), format('%s', '10.1.2.3'::inet)
SELECT '10.1.2.3'::inet = '10.1.2.3/32', '10.1.2.3'::inet = '10.1.2.3/24', '10.0.0.0/8'::cidr = '10.0.0.0/8'::inet, '10.1.2.3'::inet IN ('10.1.2.3', '10.1.2.4'), '10.1.2.3'::inet BETWEEN '10.0.0.0' AND '10.2.0.0'
SELECT cidr '192.168', cidr '10', cidr '128.1', cidr '192.168.100.128/25', cidr '10.1.2.3/32', cidr '::ffff:1.2.3.0/120'
SELECT inet '10.1.2.3/16'::cidr, cidr '10.0.0.0/32'::inet, network('10.1.2.3/20')
SELECT 'abc'::inet
SELECT '10.1.2.3/8'::cidr
SELECT '10.1.2.3/33'::inet
SELECT '1.2.3'::inet
SELECT '08:00'::macaddr
SELECT macaddr '0800.2b01.0203', macaddr '08002b-010203' < macaddr '08:00:2b:01:02:04', trunc(macaddr '12:34:56:78:90:ab'), ~ macaddr '12:34:56:78:90:ab', macaddr '12:34:56:78:90:ab' & 'ff:00:ff:00:ff:00', macaddr8_set7bit('00:34:56:ab:cd:ef')
SELECT macaddr '12:34:56:78:90:ab'::macaddr8, macaddr8 '12:34:56:ff:fe:ab:cd:ef'::macaddr
SELECT host(x::inet) FROM (VALUES ('10.0.0.1'), ('10.0.0.2/24')) v(x) ORDER BY x::inet
SELECT family(x) FROM unnest(ARRAY['10.0.0.1', '::1']::inet[]) x ORDER BY x
SELECT '{10.0.0.1,NULL,::1/64}'::inet[], ARRAY['10.0.0.1'::inet, '10.0.0.2'], '10.0.0.1'::inet = ANY ('{10.0.0.1,10.0.0.2}'::inet[])
SELECT pg_typeof('10.0.0.1'::inet), pg_typeof(network('10.0.0.1'::inet)), pg_typeof('10.0.0.1'::inet - '10.0.0.0'::inet)
SELECT coalesce(NULL, '10.0.0.1'::inet), greatest('10.0.0.9'::inet, '10.0.0.10'), CASE WHEN true THEN '10.0.0.1'::inet END
SELECT '10.0.0.1'::inet UNION SELECT '10.0.0.1/32'::inet UNION SELECT '10.0.0.0/24'
SELECT * FROM (VALUES ('10.0.0.1'::inet, 1)) a(ip, n) JOIN (VALUES ('10.0.0.0/24'::cidr, 'lan')) b(net, name) ON a.ip << b.net
SELECT inet '255.255.255.255' + 1
SELECT inet '1.2.3.4' & inet '::1'
SELECT set_masklen(inet '1.2.3.4', 33)
SELECT inet '1.2.3.4' + 1.5
SELECT max(host(x)) FROM (VALUES ('10.0.0.2'::inet)) v(x)
SELECT '::ffff:1.2.3.4'::inet, '::1.2.3.4'::inet, '1:0:0:2::3'::inet, '::'::inet, '2001:0db8:0:0:1:0:0:1'::inet
SELECT abbrev(inet '10.1.2.3/24'), abbrev(cidr '10.0.0.0/8'), abbrev(cidr '0.0.0.0/0')
SELECT rank() OVER (ORDER BY x), x FROM (VALUES ('10.0.0.2'::inet), ('9.1.1.1'), ('10.0.0.10')) v(x) ORDER BY 1
SELECT 1 << 2, 8 >> 1, 5 & 3, 5 | 3, ~5
# Bit strings, char(n), dimensions, NULL elements
SELECT bit_count(B'1011'), 5::bit(4), B'1010' & B'0110', B'1010' | B'0110', B'1010' # B'0110', ~B'1010', B'1010' << 1, B'1010' >> 1
SELECT position(B'010' in B'000101'), substring(B'110010' from 2 for 3), substring(B'110010' from 3), get_bit(B'1101', 2), set_bit(B'1101', 2, 1), overlay(B'1100' placing B'11' from 3), length(B'1010'), octet_length(B'101010101'), bit_length(B'101')
SELECT 5::bit(8), (-1)::bit(4), 255::bit(4), B'1010'::int, B'11111111'::bigint, B'1010'::bit(6), B'101010'::bit(3), '101'::bit(3), '101'::varbit, B'101'::varbit(2), '10'::bit varying, X'1F'
SELECT B'101' || B'11', B'101' < B'11', B'101' = B'101', B'101'::text, '1'::bit
SELECT bit_and(x), bit_or(x), bit_xor(x) FROM (VALUES (B'1010'), (B'0110')) v(x)
SELECT '102'::bit(3)
SELECT '101'::bit(4)
SELECT B'101' & B'1'
SELECT get_bit(B'101', 5)
SELECT extract(isoyear from date '0002-12-31 BC'), extract(isoyear from date '2024-12-30'), extract(isoyear from date '0001-01-01 BC'), extract(isoyear from timestamp '2021-01-03')
SELECT generate_subscripts(ARRAY[4,5],1), generate_subscripts(ARRAY[[1,2,3]],2)
SELECT generate_subscripts(ARRAY[[1,2],[3,4]], 1), generate_subscripts(ARRAY[1,2,3], 1, true)
SELECT * FROM generate_subscripts(ARRAY[[1,2,3]], 2) s
SELECT ARRAY[1,NULL] @> ARRAY[NULL]::int[], ARRAY[1,2] @> ARRAY[1], ARRAY[NULL]::int[] <@ ARRAY[NULL,1], ARRAY[1,NULL] && ARRAY[NULL]::int[], ARRAY[1,2,3] @> ARRAY[]::int[]
SELECT dense_rank(50) WITHIN GROUP (ORDER BY sal DESC), rank(50) WITHIN GROUP (ORDER BY sal DESC) FROM emp
SELECT 'a'::char(3) = 'a', 'a'::char(3)::text || '|', concat('a'::char(3), '|'), octet_length('a'::char(3)), 'ab'::char(4) LIKE 'ab%', upper('a'::char(3)) || '|', 'a'::char(3)::varchar || '|'
SELECT generate_subscripts(ARRAY[4,5,6], 1), generate_subscripts(tags, 1) FROM customers ORDER BY id, 1 LIMIT 3
SELECT json_agg('a'::char(3)), row_to_json(ROW('a'::char(3))), format('%s|', 'a'::char(3)), 'a'::char(3) || 'b', 'a'::char(5)::char(3)
SELECT bit_and(x), bit_or(x) FROM (VALUES (B'1010'), (B'0110')) v(x)
SELECT x FROM (VALUES (B'1010'), (B'0110'), (B'1')) v(x) ORDER BY x
SELECT b'101'::varbit(5), bit varying '101', '10'::bit varying(1), X'ff'::int, B''::bit varying, substring(B'101' from 5), 1::bit, 6::bit
# Pairs in the SELECT list, VARIADIC
SELECT jsonb_each('{"a":1}'), json_each_text('{"a":1}')
SELECT jsonb_each('{"a":1,"b":[2]}')
SELECT (jsonb_each('{"a":1,"b":[2]}')).*
SELECT (jsonb_each('{"a":1,"b":[2]}')).key, (jsonb_each('{"a":1,"b":[2]}')).value
SELECT (jsonb_each('{"a":1}')).nothing
SELECT (json_each_text('{"b": 1.0, "a": [1,  2], "c": null}')).*, generate_series(1, 2)
SELECT key, count(*) FROM (SELECT (jsonb_each_text(attrs)).* FROM customers) s GROUP BY key ORDER BY key
SELECT DISTINCT (jsonb_each(attrs)).key FROM customers ORDER BY 1
SELECT id, k.key FROM customers, LATERAL (SELECT (jsonb_each(attrs)).*) k ORDER BY 1, 2 LIMIT 3
SELECT jsonb_each('[1]')
SELECT (jsonb_each_text('{"a": null}')).value IS NULL
SELECT id, (jsonb_each(attrs)).value FROM customers ORDER BY id, 2 LIMIT 5
SELECT * FROM jsonb_each('{"a":1,"b":[2]}') e ORDER BY e.key
SELECT * FROM json_each('{"b": 1.0}')
SELECT concat(VARIADIC ARRAY['a', 'b']), concat(VARIADIC tags) FROM customers WHERE tags IS NOT NULL ORDER BY id LIMIT 2
SELECT concat_ws(',', VARIADIC tags) FROM customers ORDER BY id
SELECT jsonb_build_array(VARIADIC tags) FROM customers WHERE tags IS NOT NULL ORDER BY id LIMIT 2
SELECT upper(concat(VARIADIC tags)) FROM customers ORDER BY id
SELECT jsonb_extract_path_text(attrs, VARIADIC string_to_array('addr,city', ',')) FROM customers ORDER BY id
SELECT concat_ws('-', VARIADIC a) FROM (VALUES (ARRAY[1, NULL, 3]), (NULL)) v(a)
SELECT concat(VARIADIC NULL::text[]) IS NULL
SELECT json_each('{"b": 1.0, "a": [1,  2], "b": null}'), 1
# Numerics where DECIMALs of several scales meet
SELECT 1.25::numeric IN (SELECT sum(n) FROM (VALUES (1::bigint)) v(n)), (SELECT sum(n) FROM (VALUES (1::bigint)) v(n)) = 1.25
SELECT @ (amount / -3), jsonb_build_object('z', CASE WHEN qty > 1 THEN 1.5 ELSE 2 END), to_jsonb(coalesce(amount, 0)) FROM orders ORDER BY id LIMIT 2
SELECT ARRAY[1.50, 2] = ARRAY[1.5, 2.0], ARRAY[1.50, 2] < ARRAY[1.6], 1.5 = ANY(ARRAY[1.50, 2])
SELECT ARRAY[1.50, 2] @> ARRAY[2.0], ARRAY[1.50, 2] && ARRAY[1.5]
SELECT ARRAY[1.50, 2] || 3.125, 1.5 || ARRAY[2.25, 3]
SELECT ARRAY[x::numeric, sum(n) OVER ()] FROM (VALUES ('1.25', 2::bigint), ('2.5', 1)) v(x, n) ORDER BY 1
SELECT CASE WHEN x = '1.25' THEN x::numeric ELSE 3::numeric END FROM (VALUES ('1.25'), ('2.5')) v(x) ORDER BY 1
SELECT CASE WHEN x = '1.25' THEN x::numeric ELSE n END FROM (VALUES ('1.25', 2::bigint), ('2.5', 1)) v(x, n) ORDER BY 1
SELECT amount + sum(id) OVER () FROM orders ORDER BY id LIMIT 2
SELECT array_append(ARRAY[1.50, 2], 3)
SELECT array_cat(ARRAY[1.5], ARRAY[2.25])
SELECT array_position(ARRAY[1.50, 2], 2.0), array_remove(ARRAY[1.50, 2], 1.5), array_length(ARRAY[1.50, 2], 1)
SELECT coalesce(amount, sum(id) OVER ()) FROM orders ORDER BY id LIMIT 3
SELECT coalesce(sum(x::numeric), sum(n)) FROM (VALUES ('1.25', 2::bigint), ('2.5', 1)) v(x, n)
SELECT coalesce(x::numeric, 0::numeric), greatest(x::numeric, 1::numeric), nullif(x::numeric, 7::bigint::numeric) FROM (VALUES ('1.25'), ('2.5')) v(x) ORDER BY 1
SELECT coalesce(x::numeric, sum(n) OVER ()) FROM (VALUES ('1.25', 2::bigint), ('2.5', 1)) v(x, n) ORDER BY 1
SELECT min(x), max(x) FILTER (WHERE x < 2), max(x) OVER () FROM (VALUES (1.50), (2)) v(x) GROUP BY x ORDER BY 1
SELECT sum(CASE WHEN x <> '' THEN x::numeric ELSE sum_of END) FROM (VALUES ('1.25', 2::bigint::numeric), ('2.5', 1)) v(x, sum_of)
SELECT x::numeric + sum(n) OVER (), x::numeric - sum(n) OVER (), x::numeric * sum(n) OVER () FROM (VALUES ('1.25', 2::bigint), ('2.5', 1)) v(x, n) ORDER BY 1
SELECT x::numeric > sum(n) OVER (), x::numeric = 1.25 FROM (VALUES ('1.25', 1::bigint), ('1.5', 0)) v(x, n) ORDER BY 1
SELECT x::numeric FROM (VALUES ('1.25'), ('2.5')) v(x) UNION ALL SELECT 3::bigint::numeric ORDER BY 1
SELECT id FROM orders WHERE amount IN (SELECT sum(amount) FROM orders GROUP BY id) ORDER BY id LIMIT 3
SELECT id FROM orders WHERE amount IN (SELECT max(amount) FROM orders) ORDER BY id
SELECT id FROM orders WHERE amount NOT IN (SELECT 20.0) ORDER BY id LIMIT 2
SELECT sum(amount) FROM orders UNION ALL SELECT sum(id) FROM orders ORDER BY 1
SELECT 'a' AS k, sum(amount) AS v FROM orders UNION ALL SELECT 'b', sum(id) FROM orders UNION ALL SELECT 'c', count(*) FROM orders ORDER BY k
SELECT array_append(ARRAY[1.50, 2], 3), array_cat(ARRAY[1.5], ARRAY[2.25]), ARRAY[1.50, 2] || 3.125, array_position(ARRAY[1.50, 2], 2.0), array_remove(ARRAY[1.50, 2], 1.5), array_length(ARRAY[1.50, 2], 1)
SELECT ARRAY[1.50, 2] = ARRAY[1.5, 2.0], ARRAY[1.50, 2] @> ARRAY[2.0], ARRAY[1.50, 2] && ARRAY[1.5], ARRAY[1.50, 2] < ARRAY[1.6], 1.5 = ANY(ARRAY[1.50, 2])
SELECT array_agg(x ORDER BY x DESC), array_agg(DISTINCT y), string_agg(x::text, ',' ORDER BY x) FROM (VALUES (1.50, 1), (2, 2), (0.125, 2)) v(x, y)
SELECT (array_agg(x ORDER BY x))[1], cardinality(array_agg(x)) FROM (VALUES (1.50), (2)) v(x)
SELECT unnest(array_agg(x ORDER BY x)) FROM (VALUES (1.50), (2)) v(x)
SELECT x, l.y FROM (VALUES (1.50), (2)) v(x), LATERAL (SELECT x * 2 AS y) l ORDER BY x
SELECT x, (SELECT max(y) FROM (VALUES (1.5), (3)) w(y) WHERE y <= x + 1) FROM (VALUES (1.50), (2)) v(x) ORDER BY x
SELECT x FROM (VALUES (1.50), (2)) v(x) WHERE EXISTS (SELECT 1 FROM (VALUES (2.0)) w(y) WHERE y = x)
SELECT x FROM (VALUES (1.50), (2)) v(x) WHERE x NOT IN (SELECT y FROM (VALUES (2.0), (3)) w(y))
SELECT x FROM (VALUES (1.50), (2), (NULL)) v(x) WHERE x > ALL (SELECT y FROM (VALUES (1), (1.6)) w(y))
SELECT sum(x) OVER (PARTITION BY x > 1.6 ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), avg(x) OVER (), row_number() OVER (ORDER BY x DESC), ntile(2) OVER (ORDER BY x) FROM (VALUES (1.50), (2), (1.7)) v(x) ORDER BY x
SELECT lead(x, 1, 0) OVER (ORDER BY x), nth_value(x, 2) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM (VALUES (1.50), (2)) v(x) ORDER BY x
SELECT x, count(*) FROM (VALUES (1.50), (1.5), (2)) v(x) GROUP BY GROUPING SETS ((x), ()) ORDER BY x NULLS LAST
SELECT x + 1 AS y, count(*) FROM (VALUES (1.50), (1.5), (2)) v(x) GROUP BY x + 1 HAVING x + 1 > 2 ORDER BY y
SELECT x + 1 AS y, sum(x) FROM (VALUES (1.50), (1.5), (2)) v(x) GROUP BY 1 ORDER BY 2 DESC
SELECT DISTINCT x, y FROM (VALUES (1.50, 'a'), (1.5, 'a'), (2, 'b')) v(x, y) ORDER BY y, x
SELECT DISTINCT ON (x) x, y FROM (VALUES (1.50, 2), (1.5, 1), (2, 3)) v(x, y) ORDER BY x, y
SELECT amount / 3 AS a FROM orders UNION SELECT 1 ORDER BY a LIMIT 3
SELECT amount FROM orders UNION ALL SELECT 0.5 ORDER BY 1 LIMIT 3
SELECT amount, qty FROM orders WHERE amount / nullif(qty, 0) BETWEEN 1 AND 20 ORDER BY amount / nullif(qty, 0), id
SELECT CASE WHEN amount / 2 > 50 THEN 'big' WHEN amount / 2 > 10 THEN 'mid' ELSE 'small' END AS size, count(*) FROM orders GROUP BY 1 ORDER BY 2 DESC, 1
SELECT width_bucket(amount, 0, 500, 5) AS b, round(avg(amount), 2), min(amount / 2) FROM orders GROUP BY b ORDER BY b NULLS LAST
SELECT round(100.0 * count(*) FILTER (WHERE status = 'paid') / count(*), 1) FROM orders
SELECT status, round(100.0 * count(*) / sum(count(*)) OVER (), 2) AS pct FROM orders GROUP BY status ORDER BY pct DESC, status
SELECT date_trunc('month', placed)::date AS m, sum(amount), lag(sum(amount)) OVER (ORDER BY date_trunc('month', placed)::date), sum(amount) / nullif(lag(sum(amount)) OVER (ORDER BY date_trunc('month', placed)::date), 0) - 1 AS growth FROM orders GROUP BY 1 ORDER BY 1
SELECT coalesce(sum(amount) / nullif(count(*), 0), 0) FROM orders WHERE false
SELECT to_char(amount / 3, 'FM990.00'), (amount / 3)::int, (amount / 3)::numeric(8,3), cast(amount / 3 AS text), trunc(amount / 3), round(amount / 3, -1) FROM orders ORDER BY id LIMIT 3
SELECT abs(amount / -3), sign(amount / -3), ceil(amount / 3), -(amount / 3), +(amount / 3), @ (amount / -3) FROM orders ORDER BY id LIMIT 2
SELECT greatest(amount / 3, qty), least(amount / 3, 10.5, NULL), nullif(amount / 4, 5.0) FROM orders ORDER BY id LIMIT 3
SELECT amount / 3 IS NOT NULL, amount / 3 IS DISTINCT FROM 33.5, (amount / 3) = 33.5::float8 FROM orders ORDER BY id LIMIT 3
SELECT jsonb_build_object('x', amount / 3, 'y', ARRAY[1.50, 2], 'z', CASE WHEN qty > 1 THEN 1.5 ELSE 2 END) FROM orders ORDER BY id LIMIT 2
SELECT row_to_json(t) FROM (SELECT id, amount / 3 AS third, coalesce(amount, 0) AS a FROM orders ORDER BY id LIMIT 2) t
SELECT json_agg(t) FROM (SELECT id, amount / 4 AS q FROM orders ORDER BY id LIMIT 2) t
SELECT (x / 3)::jsonb, to_jsonb(x / 3), to_json(x) FROM (VALUES (1.50), (2)) v(x) ORDER BY x
SELECT x::real, x::smallint, x::bigint, x::varchar(3), x::char(4) FROM (VALUES (1.50), (2)) v(x) ORDER BY x
SELECT bool_and(x > 1), every(x < 3), count(*) FILTER (WHERE x = 1.5) FROM (VALUES (1.50), (2)) v(x)
SELECT percentile_cont(ARRAY[0.25, 0.5]) WITHIN GROUP (ORDER BY x), percentile_disc(0.9) WITHIN GROUP (ORDER BY x DESC) FROM (VALUES (1.50), (2), (3)) v(x)
SELECT generate_series(1.0, 2, 0.5) AS s, 1 / 3.0
SELECT s / 2 FROM generate_series(1.0, 2, 0.25) s ORDER BY s
SELECT power(x, 2), sqrt(x), x ^ 2, cbrt(x), degrees(x), pi() * x FROM (VALUES (1.50), (2)) v(x) ORDER BY x
SELECT x % 1, mod(x, 0.7), div(x, 0.7), gcd(4, 6), x * -1, x - x FROM (VALUES (1.50), (2)) v(x) ORDER BY x
SELECT extract(epoch FROM placed) / 60, extract(hour FROM placed) + 0.5 FROM orders ORDER BY id LIMIT 2
SELECT 10 / 4, 10 / 4.0, 10.0 / 4, 1e3 / 7, 0.1 + 0.2, 1.10 * 2.20, 5 % 3.5, 2.5::numeric / 0.3
SELECT 1.0 / 0
SELECT x / 0 FROM (VALUES (1.50), (2)) v(x)
SELECT sum(x / y) FROM (VALUES (1.50, 3), (2, 7)) v(x, y)
SELECT avg(DISTINCT x), stddev_samp(x), variance(x), sum(DISTINCT x) FROM (VALUES (1.50), (1.5), (2)) v(x)
SELECT min(x), max(x) FILTER (WHERE x < 2), max(x) OVER () FROM (VALUES (1.50), (2)) v(x) GROUP BY x ORDER BY 1
SELECT a.x FROM (VALUES (1.50), (2)) a(x) FULL JOIN (VALUES (1.5), (3)) b(x) ON a.x = b.x ORDER BY 1 NULLS FIRST
SELECT * FROM (VALUES (1.50), (2)) a(x) NATURAL JOIN (VALUES (1.5), (3)) b(x)
SELECT x AS "X y" FROM (VALUES (1.50), (2)) a(x) ORDER BY "X y" DESC
SELECT x FROM (SELECT 1.50 AS x UNION ALL SELECT 2 EXCEPT SELECT 2.00) s
(SELECT 1.50 AS x UNION SELECT 2) INTERSECT (SELECT 1.5 UNION SELECT 3) ORDER BY x
SELECT x FROM (VALUES (1.50), (2)) v(x) ORDER BY x * -1 LIMIT 1 OFFSET 1
SELECT x FROM (VALUES (1.50), (2)) v(x) ORDER BY CASE WHEN x > 1.7 THEN 0 ELSE 1 END, x
SELECT x::text LIKE '1%', x || '', 'v' || x, concat_ws('-', x, x) FROM (VALUES (1.50), (2)) v(x) ORDER BY x
WITH RECURSIVE f(n, v) AS (SELECT 1, 1.0 UNION ALL SELECT n + 1, v / 2 FROM f WHERE n < 4) SELECT n, v, sum(v) OVER (ORDER BY n) FROM f
WITH x AS (SELECT id, amount / 3 AS a FROM orders), y AS (SELECT avg(a) AS m FROM x) SELECT x.id, x.a - y.m AS d FROM x, y ORDER BY abs(x.a - y.m), 1 LIMIT 3
