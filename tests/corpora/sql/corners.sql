# numbers at the edges of their types
SELECT (-1::int2 << 15)::text, (-1 << 31)::text, (-1::int8 << 63)::text, -1 << 4, -8 >> 1, 3 << 33
SELECT (-32768)::int2 % (-1)::int2, (-2147483648) % -1, (-9223372036854775808) % -1, 7 % -2, x % y FROM (VALUES (7, -1), (5, 3)) v(x, y)
SELECT power('-1'::numeric, 'inf'), power('2'::numeric, 'inf'), power('inf'::numeric, '-2'), power('-inf'::numeric, '3'), power('-inf'::numeric, '4'), power('-2'::numeric, '-inf'), power('0.5'::numeric, 'inf')
SELECT log('inf'::numeric), log(2.0, 'inf'), log('inf'::numeric, 2.0), power('0'::numeric, '2')
SELECT log(1.234567e-89), 1.5e-50, 0.00000000000000000000000000000000000000001234
SELECT power('0'::numeric, '-inf')
SELECT 1::real / 3, 1.1::real + 1, 1.1::real * 2, 1.1::real - 1.1::float8, 1.1::real + 1.1::real
# texts
SELECT 'a'::char(3) = 'a  ', 'a  '::char(3) = 'a', 'a  ' = 'a'::char(3), 'b'::char(3) > 'a '
SELECT encode(('\x' || repeat('1234567890abcdef0001', 7))::bytea, 'base64'), encode(decode(repeat('ab', 57), 'hex'), 'base64')
SELECT decode('MTIz NDU2', 'base64'), encode('\x'::bytea, 'base64')
# months are added before days, days before hours
SELECT timestamptz '1999-12-01' + interval '1 month - 1 second', timestamptz '2024-03-31' - interval '1 month 1 day 1 hour', timestamptz '2024-03-31' - i FROM (VALUES (interval '1 mon 2 days 3 secs')) v(i)
# templates of dates
SELECT to_char(timestamp '2024-03-05 14:05:06', 'yyyy-mm-dd hh24:mi:ss'), to_char(timestamp '2024-03-05', 'Q CC J WW IW D ID iyyy RM rm y,yyy b.c. a.m.')
SELECT to_char(timestamp '2024-03-05 14:05:06.789', 'FMmonth ddth dY Dy dy DAY "year" yyyy\"x\y FXff3 of tzh TMmon')
SELECT to_char(interval '3 days 15:02:12', 'dd hh24:mi:ss')
SELECT to_timestamp('2020-01-02', 'yyyy-mm-dd'), to_timestamp('10:20', 'HH24:MI'), to_date('-44-02-01', 'YYYY-MM-DD')
SELECT to_timestamp('1,582nd VIII 21', 'Y,YYYth FMRM DD'), to_timestamp('1997 AD 11 16', 'YYYY BC MM DD'), to_timestamp('20000-1116', 'YYYY-MMDD')
SELECT to_timestamp('born in 1976, month May, day 16', '"born in" YYYY, "month" FMMonth, "day" DD')
SELECT to_timestamp('2011-12-18 11:38 -05:20', 'YYYY-MM-DD HH12:MI TZH:TZM'), to_timestamp('2011-12-18 11:38 PM', 'YYYY-MM-DD HH12:MI PM')
SELECT to_timestamp('2005527', 'IYYYIWID'), to_timestamp('2006367', 'IYYYIDDD'), to_timestamp('2005300', 'YYYYDDD'), to_timestamp('19971116', 'YYYYMMDD')
SELECT to_timestamp('97/2/16 8:14:30', 'FMYYYY/FMMM/FMDD FMHH:FMMI:FMSS'), to_timestamp('15 "marks" 98 54 45', 'HH24 "\"marks\"" YY MI SS')
SELECT to_timestamp('2015-02-11 86000', 'YYYY-MM-DD SSSSS'), to_timestamp('2018-11-02 12:34:56.025', 'YYYY-MM-DD HH24:MI:SS.MS'), to_timestamp('2018-11-02 12:34:56.12345', 'YYYY-MM-DD HH24:MI:SS.FF4')
SELECT to_date('1 4 1902', 'Q MM YYYY'), to_date('3 4 21 01', 'W MM CC YY'), to_date('2458872', 'J'), to_date('44-02-01 BC', 'YYYY-MM-DD BC'), to_date('44-03-15 BC', 'YY-MM-DD BC')
SELECT to_date('2011 x12 x18', 'YYYYxMMxDD')
SELECT to_timestamp('2000 + + JUN', 'YYYY/MON')
SELECT to_timestamp('2005527', 'YYYYIWID')
SELECT to_timestamp('19971', 'YYYYMMDD')
SELECT to_timestamp('19971)24', 'YYYYMMDD')
SELECT to_timestamp('Friday 1-January-1999', 'DY DD MON YYYY')
SELECT to_timestamp('2016-06-13 25:00:00', 'YYYY-MM-DD HH24:MI:SS')
SELECT to_timestamp('2016-02-30 15:50:55', 'YYYY-MM-DD HH24:MI:SS')
SELECT to_timestamp('10000000000', 'FMYYYY')
SELECT to_date('2016 16 11', 'YYYY YY DD')
SELECT to_timestamp('2016 5', 'YYYY TZ')
# aggregates
SELECT sum(1 / x) FILTER (WHERE x > 0), array_agg(10 / x) FILTER (WHERE x <> 0), count(x) FILTER (WHERE 1 / (x + 1) > 0) FROM (VALUES (1), (0)) v(x)
SELECT x, sum(1 / x) FILTER (WHERE x > 0) OVER (ORDER BY x DESC) FROM (VALUES (1), (0)) v(x) ORDER BY x
SELECT a.id, count(b.*), count(b) FROM (VALUES (1), (2), (3)) a(id) LEFT JOIN (VALUES (1), (2), (3)) b(id) ON a.id = b.id AND b.id > 2 GROUP BY a.id ORDER BY 1
SELECT c.id, count(o.*) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.qty > 2 GROUP BY c.id ORDER BY 1
# templates of numbers
SELECT to_char(100, 'f\"oo999'), to_char(100, 'f\\"oo999'), to_char(100, 'f"ool"999'), to_char(100, 'f\oo999')
SELECT to_char(485, 'RN'), to_char(485, 'FMRN'), to_char(1999, 'FMrn'), to_char(4000, 'RN'), to_char(0, 'RN'), to_char(3.6, 'FMRN')
SELECT to_char(12, '99V999'), to_char(12.4, '99V999'), to_char(12.45, '99V9'), to_char(-12.456, 'FM99V99')
SELECT to_char(12345.678, '9.999EEEE'), to_char(-0.00012, '9.99EEEE'), to_char(0, '9.9EEEE'), to_char(9.9999, '9.9EEEE'), to_char(1234, '9.99EEEE'), to_char(1.5e-5::float8, '9.99EEEE')
SELECT to_char(482, '999th'), to_char(-482, '999th'), to_char(111, 'FM999TH'), to_char(1, '9th'), to_char(22.5, '99.9th'), to_char(4567890123456789, 'FM9999999999999999THPR'), to_char(123, 'SG9999999999999999th'), to_char(1234567, '9G999,999')
# members of jsonb as text
SELECT '{"a":{"b":"cc","l":[1,2]}}'::jsonb ->> 'a', '[[1,2]]'::jsonb ->> 0, '{"a":"{x","n":null}'::jsonb ->> 'a', '{"n":null}'::jsonb ->> 'n', '{"a":{"b":{"d":1,"c":[2,3]}}}'::jsonb -> 'a' ->> 'b', to_jsonb(v) ->> 'r' FROM (SELECT ARRAY[1,2] AS r) v
# arrays of rows behind ANY and ALL
SELECT 1 = ANY(ARRAY(SELECT 1)), 1 = ALL(ARRAY(SELECT 1 UNION SELECT 2)), 2 > SOME(ARRAY(SELECT 1)), NULL = ANY(ARRAY(SELECT 1)), 1 <> ALL(ARRAY(SELECT 2 WHERE false)), 1 = ANY(ARRAY(SELECT NULL::int))
SELECT id, name FROM emp WHERE id = ANY(ARRAY(SELECT boss FROM emp WHERE boss IS NOT NULL)) ORDER BY id
SELECT id FROM emp WHERE dept = ANY(ARRAY(SELECT dept FROM emp ORDER BY sal DESC LIMIT 1)) ORDER BY id
SELECT 1 = ANY(ARRAY(SELECT 'a'::text))
