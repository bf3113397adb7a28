## numbers
SELECT 1.50, 1.50+1, 2.00*2.5, -1.50, 7.0 % 2, 1.5e3, 1e-5, 12345678901234567890123456789012345678901234567890.5
SELECT sqrt(2::numeric), sqrt(16.0), sqrt(0.0001), sqrt(12345678.9), sqrt(1e10::numeric)
SELECT ln(2.0), ln(100::numeric), ln(0.95), ln(1.0001), exp(1.0), exp(10.5), exp(-3.2), log(2.0,64.0), log(100.0), log(0.5)
SELECT 1.0/3*3, (1/3.0)+1, 10.0/4, 1e20/3, 123456789012345678901234567890/7.0
SELECT sum(x), avg(x), min(x), max(x), stddev(x), variance(x) FROM (VALUES (1.5),(2.25),(3)) v(x)
SELECT round(1.005,2), round(2.5), round(-2.5), trunc(1.99), trunc(-1.999,2), ceil(1.1), floor(-1.1), round(123.456,-1), abs(-1.50), sign(-2.50), mod(7.5,2)
SELECT 'NaN'::numeric, 'Infinity'::numeric, '-inf'::numeric, 'NaN'::numeric + 1
SELECT 1.5::numeric(10,4), '1e5'::numeric, '1.50'::numeric, 3::numeric, 1.5::int, 2.5::int, -2.5::int, 0.5::int
SELECT CASE WHEN true THEN 1.50 ELSE 2.25 END, coalesce(NULL, 1.50), greatest(1.5, 2.50), nullif(1.50, 2)
SELECT avg(a), sum(a), avg(a::numeric) FROM generate_series(1,10) a
SELECT stddev_pop(a), var_samp(a), var_pop(a), stddev_samp(a) FROM generate_series(1,10) a
SELECT 1.5::float8::numeric, 0.1::float8::numeric, 1e15::float8::numeric, 123456.789::real::numeric
SELECT div(7.5,2), gcd(12,18), lcm(4,6), factorial(20), factorial(30), width_bucket(5.35,0.024,10.06,5)
SELECT scale(1.230), trim_scale(1.230), min_scale(1.230), trim_scale(8.4100), min_scale(8.4100)
SELECT sum(amount), sum(amount)/count(*), avg(amount) FROM orders
SELECT amount/3, amount*2, amount*1.1 FROM orders WHERE qty>0 ORDER BY id LIMIT 3
SELECT x, y FROM (SELECT 1.50 AS x, 2.00 AS y) s
SELECT 5.0 / 2 AS q ORDER BY q
SELECT DISTINCT 1.50
SELECT 1.50 UNION ALL SELECT 2.5
SELECT amount FROM orders GROUP BY amount ORDER BY amount
SELECT sum(amount) OVER (ORDER BY id) FROM orders ORDER BY id LIMIT 3
SELECT 4.4 / 2.2, 100::numeric / 3, 0.000001/3, 99999999999999999999.0/0.0000001
SELECT 1.5 / 0
SELECT round(avg(qty),2), avg(qty)::numeric(10,2), avg(qty)::int, avg(qty) > 3 FROM orders
SELECT 170141183460469231731687303715884105728::numeric, 10::numeric ^ 40
VALUES (1.50), (2)
SELECT 9223372036854775807 + 1.0, 9223372036854775808
SELECT to_char(1234.5,'9999.99'), 1.10 || 'x', 1.10::text
## rows
SELECT ROW(1,'a b',NULL,true,1.50,'x"y',''), (1,2), ROW(), ROW(NULL)
SELECT o FROM (SELECT 1 AS a, 'x' AS b) o
SELECT (o).a, (o).* FROM (SELECT 1 AS a, 'x' AS b) o
SELECT ROW(1,2)::text, (ROW(1,'x,y'))::text, ROW(ARRAY[1,2],'2024-01-01'::date)
SELECT ROW(1,2) = ROW(1,2), ROW(1,2) < ROW(1,3), ROW(1,NULL) = ROW(1,NULL), ROW(1,2) IS NOT NULL, (1,NULL) IS NOT NULL
SELECT count(o) FROM (SELECT 1 AS a) o
SELECT e FROM emp e ORDER BY id LIMIT 2
SELECT row_to_json(ROW(1,'a')), to_json(o), row_to_json(o) FROM (SELECT 1 AS a, 'x' AS b) o
SELECT array_agg(o) FROM (SELECT 1 AS a, 'x' AS b) o
SELECT (1,2) IN ((1,2),(3,4)), ROW(1,2) IN (SELECT 1,2), (1,2) = ANY (SELECT 1,2)
SELECT max(e) FROM emp e
SELECT ROW(1,ROW(2,3)), ROW(ROW(1))
## jsonpath
SELECT jsonb '{"a": 12}' @? '$', jsonb '{"a": 12}' @? '$.b', jsonb '{"a": {"a": 12}}' @? '$.a.a', jsonb '[1,2,3]' @@ '$[*] > 2'
SELECT jsonb_path_query('{"a":[1,2,{"b":3}]}', '$.a[*]'), jsonb_path_query_array('[1,2,3]', '$[*] ? (@ > $x)', '{"x":1}')
SELECT jsonb_path_query('[1]', 'strict $[1]')
SELECT jsonb_path_query('[1]', 'strict $[1]', silent => true)
SELECT jsonb_path_query('[1,2,3]','$[last]'), jsonb_path_query('[1,2,3]','$[0 to 1]'), jsonb_path_query_first('[]','$[*]')
SELECT jsonb_path_query('{"a":{"b":[1,{"c":2}]}}', '$.**'), jsonb_path_query('{"a":{"b":1}}', '$.**{1}')
SELECT jsonb_path_match('{"a":[1,2]}', 'exists($.a[*] ? (@ >= 1))'), jsonb_path_exists('{"a":1}', '$.a ? (@ == 1)')
SELECT jsonb_path_query('{"a":1,"b":"x"}', '$.keyvalue()'), jsonb_path_query('[1,"a",null,true,{},[]]','$[*].type()')
SELECT jsonb_path_query('[-1.5,2.4]','$[*].abs()'), jsonb_path_query('"1.5"','$.double()'), jsonb_path_query('2','$ + 3 * 2'), jsonb_path_query('[2]','-$'), jsonb_path_query('1','$ / 3')
SELECT jsonb_path_query('["abc","xbc"]','$[*] ? (@ starts with "a")'), jsonb_path_query('["abc","ABC"]','$[*] ? (@ like_regex "^a" flag "i")')
SELECT jsonb_path_query('{"a":1}','strict $.b')
SELECT jsonb_path_query('1','$ / 0')
SELECT '$'::jsonpath, '$.a.b[*] ? (@.x > 1 && @.y == "z")'::jsonpath, 'lax $.a'::jsonpath, 'strict $.*'::jsonpath, '$.a[1,2 to last]'::jsonpath, '$.**{2 to 5}.a'::jsonpath, '!($.a == 1)'::jsonpath, '$.a + 1 * 2'::jsonpath, '($.a + 1) * 2'::jsonpath, '-$.a'::jsonpath, '$.a.type()'::jsonpath
SELECT '$ ? (@.a == 1 || @.b > 2 && !(@.c < 3))'::jsonpath, '$ ? (exists(@.a))'::jsonpath, '$ ? ((@ > 1) is unknown)'::jsonpath, '$.a ? (@ like_regex "x" flag "is")'::jsonpath, '$a.b'::jsonpath, '$"a b"'::jsonpath, '1 + 2'::jsonpath, '"x"'::jsonpath
SELECT ''::jsonpath
SELECT '$.a['::jsonpath
SELECT '@ + 1'::jsonpath
SELECT 'last'::jsonpath
SELECT * FROM jsonb_path_query('[1,2]','$[*]') AS q WHERE q > '1'
SELECT jsonb_path_query('[null,1]', '$[*] ? (@ == null)'), jsonb_path_query('[1,"1"]','$[*] == 1')
SELECT id, jsonb_path_query(attrs,'$.flags[*]') FROM customers ORDER BY id
## dates and times
SELECT interval '1 year 2 months 3 days 04:05:06.789', interval '1-2', interval '1 2:03', interval 'P1Y2M3DT4H5M6S', interval '-1 day +2:00', interval '2' year, interval '1 12:00' day to minute
SELECT to_char(interval '15h 2m 12s', 'HH24:MI:SS'), to_char(interval '3 days 4 hours', 'DD "days" HH24'), to_char(-interval '1 day 2:03', 'DD HH24:MI')
SELECT to_char(timestamp '2024-02-09 13:04:05.678', 'Day, DD Month YYYY HH12:MI:SS AM TZ Q WW IW IYYY J D ID DDD CC'), to_char(date '2024-02-09','FMDay FMMonth DDth')
SELECT to_char(timestamptz '2024-02-09 13:04:05+00', 'TZ OF TZH:TZM'), to_char(now(), 'YYYY') = extract(year from now())::text
SELECT extract(epoch from timestamp '2024-01-01'), extract(second from timestamp '2024-01-01 00:00:05.5'), extract(microseconds from time '01:02:03.5'), extract(century from date '2001-01-01'), extract(millennium from date '2001-01-01'), extract(decade from date '2009-01-01'), extract(isoyear from date '2005-01-01'), extract(julian from date '2024-01-01')
SELECT extract(epoch from interval '1 day 2 hours'), extract(year from interval '14 months'), extract(month from interval '14 months'), extract(day from interval '14 months 3 days')
SELECT date_part('epoch', timestamp '2024-01-01'), date_part('week', date '2024-01-01'), date_part('timezone', timestamptz '2024-01-01')
SELECT date_trunc('decade', timestamp '2024-05-05'), date_trunc('century', timestamp '2024-05-05'), date_trunc('quarter', date '2024-05-05'), date_trunc('day', interval '3 days 4 hours'), date_trunc('millennium', timestamp '1999-01-01')
SELECT age(timestamp '2001-04-10', timestamp '1957-06-13'), age(timestamp '2024-01-01', timestamp '2024-03-15 12:00'), age(date '2024-02-29', date '2023-02-28')
SELECT timestamp '2024-01-31' + interval '1 month', date '2024-01-31' + 1, date '2024-03-01' - interval '1 day', time '10:00' + interval '25 hours', date '2024-01-01' + time '10:00', timestamp '2024-01-01' - timestamp '2023-12-25 01:00'
SELECT interval '1 day' * 1.5, interval '1 month' / 2, interval '1 hour' * 2.5, 3.5 * interval '1 day', interval '10 days' / 3
SELECT interval '1 day' = interval '24 hours', interval '30 days' = interval '1 month', interval '1 day' < interval '25 hours'
SELECT justify_hours(interval '27 hours'), justify_days(interval '35 days'), justify_interval(interval '1 mon -1 hour')
SELECT make_date(2024,2,29), make_time(8,15,23.5), make_timestamp(2024,1,2,3,4,5.6), make_interval(1,2,3,4,5,6,7.5), make_timestamptz(2024,7,15,8,15,23.5)
SELECT timestamptz '2024-07-01 12:00+00' AT TIME ZONE 'America/New_York', timestamp '2024-07-01 12:00' AT TIME ZONE 'UTC', timestamptz '2024-07-01 12:00+00' AT TIME ZONE interval '-3 hours', time '10:00' AT TIME ZONE 'UTC' IS NOT NULL
SELECT '2024-01-01 10:00 PST'::timestamptz, '2024-01-01 10:00 America/New_York'::timestamptz, '2024-01-01T10:00:00Z'::timestamptz, 'Mon Jan 05 10:00:00 2024'::timestamp, '1/2/2024'::date, 'January 8, 1999'::date, '08-Jan-1999'::date, '99-01-08'::date, 'J2451187'::date
SELECT 'infinity'::date, '-infinity'::timestamp, 'epoch'::timestamptz, '0044-03-15 BC'::date, '10000-01-01'::date
SELECT '04:05:06.789'::time, '04:05 PM'::time, '040506'::time, '04:05:06-08:00'::timetz, '24:00'::time
SELECT '2024-13-01'::date
SELECT '25:00'::time
SELECT 'garbage'::timestamp
SELECT '2024-02-30'::date
SELECT 'abc'::interval
SELECT to_timestamp('2024-02-09 13:04:05.25','YYYY-MM-DD HH24:MI:SS.MS'), to_date('9 Feb 2024','DD Mon YYYY'), to_timestamp('20240209','YYYYMMDD'), to_date('2024-060','YYYY-DDD'), to_timestamp(0), to_timestamp(1.5)
SELECT date_bin('5 min', timestamp '2020-02-11 15:44:17', timestamp '2001-01-01'), date_bin('1 day', timestamptz '2020-02-11 15:44:17+00', timestamptz '2001-01-01+00')
SELECT (date '2024-01-01', interval '10 days') OVERLAPS (date '2024-01-05', date '2024-01-06'), (time '10:00', time '11:00') OVERLAPS (time '11:00', time '12:00')
SELECT now()::date = current_date, current_time(0) IS NOT NULL, localtime(2) IS NOT NULL, current_timestamp(3) IS NOT NULL
SELECT timestamp(0) '2024-01-01 10:00:00.6', '2024-01-01 10:00:00.567'::timestamp(1), '10:00:00.567'::time(2), interval(0) '1.6 seconds'
SELECT date '2024-01-01' = timestamp '2024-01-01', date '2024-01-01' < timestamptz '2024-01-02', timestamp '2024-01-01' IN ('2024-01-01', '2024-01-02')
SELECT x::text, x::date, x::time FROM (VALUES (timestamp '2024-01-01 10:00:00.5')) v(x)
SELECT extract(dow from date '2024-03-03'), extract(timezone_hour from timestamptz '2024-01-01 00:00+00'), extract(milliseconds from time '00:00:01.5')
SELECT '1 day'::interval::text, interval '90 minutes'::text, (interval '1.5 days')::text, interval '-1 mon 2 days'::text, interval '0'::text
SELECT timestamp '2024-01-01 10:00' - date '2024-01-01', date '2024-01-05' - 3, 7 + date '2024-01-01', timestamptz '2024-01-01' + '1 day'
SELECT date '2024-01-01' BETWEEN '2023-12-31' AND '2024-01-02', greatest(date '2024-01-01', '2024-02-01')
SELECT generate_series(date '2024-01-01', date '2024-01-03', '1 day'), generate_series(timestamp '2024-01-01', '2024-01-02', '12 hours')
## strings
SELECT 'abc' LIKE 'a%', 'abc' LIKE 'A%', 'a_c' LIKE 'a\_c', 'abc' LIKE 'a#_c' ESCAPE '#', 'abc' NOT LIKE '%z', 'abc' ILIKE 'AB_', NULL LIKE 'a'
SELECT 'abc' SIMILAR TO 'abc', 'abc' SIMILAR TO '%(b|d)%', 'abc' SIMILAR TO '_b_', 'abc' NOT SIMILAR TO 'a', 'xabcx' SIMILAR TO '%#"abc#"%' ESCAPE '#'
SELECT 'abc' ~ 'a.c', 'abc' ~* 'A.C', 'abc' !~ 'x', 'abc' !~* 'A', 'foobar' ~ '^foo(bar)?$', 'a1' ~ '\d', 'ab' ~ '[[:alpha:]]+'
SELECT regexp_replace('abcabc', '(b)(c)', '\2\1', 'g'), regexp_replace('Hello', '[aeiou]', '*', 'gi'), regexp_replace('abc','','x'), regexp_replace('abc','b*','x','g')
SELECT regexp_matches('foobarbequebazilbarfbonk', '(b[^b]+)(b[^b]+)', 'g'), regexp_split_to_array('hello world', '\s+'), regexp_split_to_array('hello','\s*')
SELECT regexp_count('ABCABCAXYaxy', 'A.', 1, 'c'), regexp_instr('number of your street, town zip, FR', '[^,]+', 1, 2), regexp_substr('number of your street, town zip, FR', '[^,]+', 1, 2), regexp_like('Steven', '^Ste(v|ph)en$'), regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 1, 0, 'i')
SELECT substring('foobar' from 'o(.)b'), substring('abcdefg' similar 'a#"(b_d)#"%' escape '#'), substring('Thomas' from '...$'), substring('string' for 3), substring('abc' from 2)
SELECT 'aaa' ~ 'a{2}', 'ab' ~ '(?i)AB', 'foo' ~ 'o+?', 'abab' ~ '(ab)\1', 'xay' ~ 'x(?=a)', 'xby' ~ 'x(?!a)', 'a\nb' ~ 'a.b', E'a\nb' ~ 'a$'
SELECT regexp_match('xyz', '(?:a|xy|xyz)'), regexp_match('abcd', 'a|ab|abc'), substring('foobarbaz' from '(foo|foobar)'), regexp_match('XY1234Z', 'Y*([0-9]{1,3})'), regexp_match('XY1234Z', 'Y*?([0-9]{1,3})')
SELECT 'x' ~ '['
SELECT format('%s|%10s|%-10s|%I|%L|%%', 'a', 'b', 'c', 'Tab', 'it''s'), format('%2$s %1$s', 'a', 'b'), format('%s', NULL), format('%L', NULL), format('%*s', 5, 'x'), format('%-*s|', 5, 'x')
SELECT lpad('hi',5,'xy'), rpad('hi',5,'xy'), lpad('hello',2), ltrim('xxhixx','x'), rtrim('xxhixx','x'), trim(both 'x' from 'xxhixx'), trim('  a '), trim(leading from ' a')
SELECT split_part('a,b,c',',',2), split_part('a,b,c',',',-1), split_part('a,b',',',5), string_to_array('a,b,,c',','), string_to_array('a,b,,c',',',''), string_to_array('abc',NULL), array_to_string(ARRAY[1,NULL,3],',','*')
SELECT translate('12345','143','ax'), reverse('abc'), repeat('ab',3), initcap('hello wORLD-foo'), ascii('x'), chr(65), to_hex(255), to_hex(-1), md5('abc'), left('abc',-1), right('abc',-1)
SELECT overlay('abcdef' placing '45' from 3), overlay('abcdef' placing '45' from 3 for 0), position('c' in 'abc'), strpos('high','ig'), char_length('jösé'), octet_length('jösé'), bit_length('a')
SELECT concat('a',1,NULL,true,1.50,'x'), concat_ws(',','a',NULL,'b',2), 'a' || 1 || NULL, 'a' || 1.5, 'x' || ARRAY['a'], ARRAY['a'] || 'b'::text
SELECT quote_ident('foo'), quote_ident('Foo bar'), quote_literal(E'a\\b'), quote_literal(42.5), quote_nullable(NULL), quote_nullable(42.5)
SELECT encode('abc'::bytea,'hex'), encode('abc','base64'), decode('616263','hex'), encode(E'\\000a\\001'::bytea,'escape'), '\x0a1b'::bytea, 'a\\b'::bytea, length('\x1234'::bytea), substring('\x123456'::bytea from 2), get_byte('\x1234'::bytea,1), '\x12'::bytea || '\x34', sha224('abc'), set_byte('\x1234'::bytea,0,5)
SELECT unistr('d\0061t\+000061'), normalize('é', NFD) = 'é', 'é' IS NORMALIZED, parse_ident('"SomeSchema".someTable'), U&'d\0061ta', E'\u0041\x42\103', 'a' 'b'
SELECT 'a'::char(3) || 'b', 'abc'::varchar(2), 'abc'::char(2), length('a  '::char(5)), 'a '::char(3) = 'a', 'x'::name, 'abc'::"char"
SELECT string_agg(x, ',' ORDER BY x DESC), string_agg(DISTINCT x, '-' ORDER BY x) FROM (VALUES ('b'),('a'),('b')) v(x)
SELECT $$it's$$, $tag$a $$ b$tag$, 'a''b', E'tab\tnl', B'101', X'1F', 'abc'::text
SELECT substr('abcdef',-1,3), substring('abc',2,-1)
SELECT btrim('xyxtrimyyx','xyz'), string_to_table('xx~^~yy~^~zz','~^~','yy'), starts_with('a',''), chr(8364), casefold('A')
SELECT bit_length('jose'), cast(12 as text), 5::text || 'a', true::text, 1.10::text, '{1,2}'::int[]::text, now()::text = now()::text, 12345678.9::float8::text, 1e20::float8::text, 1e-7::float8::text, '1e400'::float8
SELECT 1::float4, 1.1::float4, 3.4e38::float4, 0.1::float8 + 0.2, 1e15::float8, 1e16::float8, 123456789012345678::float8, 'NaN'::float8, '-0'::float8, 1.0::float8, 100000::float4, 1e6::float4
## arrays
SELECT ARRAY[1,2,3], ARRAY['a',NULL,'b c'], ARRAY[[1,2],[3,4]], '{{1,2},{3,4}}'::int[], ARRAY[1.5,2], ARRAY[true,false], ARRAY[]::int[], '{}'::text[], '{a,"b,c","d\"e",NULL,"NULL"}'::text[]
SELECT (ARRAY[[1,2],[3,4]])[1][2], (ARRAY[[1,2],[3,4]])[2:2], (ARRAY[[1,2],[3,4]])[1:2][1:1], (ARRAY[1,2,3])[2:], (ARRAY[1,2,3])[-1], (ARRAY[[1,2],[3,4]])[1]
SELECT array_length(ARRAY[[1,2],[3,4]],2), array_ndims(ARRAY[[1,2]]), array_dims(ARRAY[[1,2],[3,4]]), cardinality(ARRAY[[1,2],[3,4]]), array_upper(ARRAY[1,2],1), array_lower(ARRAY[1,2],1), array_length('{}'::int[],1), cardinality('{}'::int[])
SELECT ARRAY[1,2] || ARRAY[3], 1 || ARRAY[2], ARRAY[1] || 2, ARRAY[[1,2]] || ARRAY[3,4], ARRAY[1] || NULL, ARRAY['a'] || 'b', '{1}'::int[] || '{2}'
SELECT ARRAY[1,2] @> ARRAY[1], ARRAY[1] <@ ARRAY[1,2], ARRAY[1,2] && ARRAY[2,3], ARRAY[1,2] = ARRAY[1,2], ARRAY[1,2] < ARRAY[1,3], ARRAY[1] <> ARRAY[2], ARRAY[1,NULL] @> ARRAY[NULL]::int[]
SELECT array_append(ARRAY[1],2), array_prepend(0,ARRAY[1]), array_cat(ARRAY[1],ARRAY[2]), array_remove(ARRAY[1,2,NULL],NULL), array_replace(ARRAY[1,NULL],NULL,5), array_fill(7,ARRAY[3]), array_fill(0,ARRAY[2,2]), trim_array(ARRAY[1,2,3],1)
SELECT array_position(ARRAY['a','b','a'],'a'), array_position(ARRAY['a','b','a'],'a',2), array_positions(ARRAY['a','b','a'],'a'), array_to_string(ARRAY[1,2,NULL],','), array_to_string(ARRAY[[1,2],[3,4]],','), string_to_array('1,2',',')::int[]
SELECT array_agg(x ORDER BY x), array_agg(DISTINCT x), array_agg(x) FILTER (WHERE x > 1) FROM (VALUES (2),(1),(2)) v(x)
SELECT array_agg(ARRAY[x,x]) FROM (VALUES (1),(2)) v(x)
SELECT unnest(ARRAY[[1,2],[3,4]]), unnest(ARRAY['a','b'])
SELECT * FROM unnest(ARRAY[1,2], ARRAY['a']) WITH ORDINALITY AS t(a,b,n)
SELECT generate_subscripts(ARRAY[4,5],1), generate_subscripts(ARRAY[[1,2,3]],2)
SELECT 1 = ANY(ARRAY[1,2]), 1 = ALL(ARRAY[1,1]), 3 > ANY('{1,5}'), NULL = ANY(ARRAY[1]), 1 = ANY(NULL::int[]), 'a' LIKE ANY(ARRAY['a%','b%']), 5 <> ALL(ARRAY[1,2]), 1 = ANY('{}')
SELECT ARRAY(SELECT x FROM generate_series(1,3) x ORDER BY x DESC), ARRAY(SELECT 1 WHERE false)
SELECT '{1,2'::int[]
SELECT '{1,x}'::int[]
SELECT ARRAY[1,'x']
SELECT ARRAY[1,2]::text[], ARRAY['1','2']::int[], ARRAY[1,2]::float8[], ARRAY[1.5]::int[], ARRAY['2024-01-01']::date[], '{2024-01-01}'::date[], '{t,f}'::bool[]
SELECT x[1], x[2:3] FROM (VALUES (ARRAY[1,2,3]),(ARRAY[4])) v(x)
SELECT array_agg(x) IS NULL, array_agg(x) FROM (SELECT 1 WHERE false) v(x)
SELECT width_bucket(5, ARRAY[1,3,4]), array_to_json(ARRAY[[1,2],[3,4]]), to_json(ARRAY['a',NULL]), array_to_json(ARRAY[1,2],true)
SELECT ARRAY[1,2,3] IS NOT NULL, max(x), min(x) FROM (VALUES (ARRAY[1,2]),(ARRAY[1,3])) v(x)
## json
SELECT '{"a":1}'::json->'a', '{"a":"x"}'::json->>'a', '[1,2]'::json->1, '[1,2]'::json->-1, '{"a":{"b":[1,{"c":2}]}}'::json#>'{a,b,1,c}', '{"a":{"b":1}}'::json#>>'{a,b}', '{"a":null}'::json->>'a', '{"a":1}'::json->'b'
SELECT '{"a":1,"b":2}'::jsonb - 'a', '["a","b"]'::jsonb - 0, '["a","b"]'::jsonb - 'a', '{"a":1,"b":2}'::jsonb - ARRAY['a','b'], '{"a":{"b":1}}'::jsonb #- '{a,b}', '[1,2,3]'::jsonb - -1
SELECT '{"a":1}'::jsonb || '{"b":2}', '[1]'::jsonb || '[2]', '[1]'::jsonb || '2', '1'::jsonb || '2', '{"a":1}'::jsonb || '[1]'
SELECT '{"a":1,"b":2}'::jsonb @> '{"a":1}', '[1,2]'::jsonb <@ '[1,2,3]', '{"a":1}'::jsonb ? 'a', '{"a":1}'::jsonb ?| ARRAY['x','a'], '{"a":1}'::jsonb ?& ARRAY['x','a'], '["a"]'::jsonb ? 'a', '"a"'::jsonb ? 'a', '[1,[2]]'::jsonb @> '[[2]]'
SELECT '{"b":1,"a":2}'::jsonb = '{"a":2,"b":1}', '1'::jsonb < '2', '"a"'::jsonb > '1', '[]'::jsonb < '{}', '1.0'::jsonb = '1', 'null'::jsonb < '1'
SELECT to_json('a"b'::text), to_json(1.50), to_json(true), to_json(NULL::int), to_json(date '2024-01-01'), to_json(timestamp '2024-01-01 10:00'), to_json(timestamptz '2024-01-01 10:00+00'), to_jsonb(ARRAY[1,2]), to_jsonb('x'::text), to_json(interval '1 day'), to_json('{"a": 1}'::json)
SELECT json_build_object('a',1,'b','x','c',NULL,'d',ARRAY[1,2],'e',json_build_array(1,'y',true)), jsonb_build_object('k',date '2024-01-01'), json_build_array(), json_build_object()
SELECT json_object('{a,1,b,2}'), json_object(ARRAY['a','b'],ARRAY['1','2']), jsonb_object('{{a,1},{b,2}}')
SELECT row_to_json(t), row_to_json(t,true) FROM (SELECT 1 AS a, 'x' AS b) t
SELECT json_agg(t), jsonb_agg(t.a), json_agg(t.b ORDER BY t.a DESC), json_object_agg(t.b,t.a), jsonb_object_agg(t.b,t.a) FROM (VALUES (1,'x'),(2,'y')) t(a,b)
SELECT json_agg(x) FROM (SELECT 1 WHERE false) v(x)
SELECT jsonb_set('{"a":[1,2]}','{a,0}','9'), jsonb_set('{"a":1}','{b}','2',false), jsonb_set_lax('{"a":1}','{a}',NULL), jsonb_insert('{"a":[1,2]}','{a,1}','"x"'), jsonb_insert('{"a":[1,2]}','{a,1}','"x"',true), jsonb_pretty('{"a":[1,{"b":2}]}')
SELECT jsonb_typeof('1'), json_typeof('"x"'), jsonb_typeof('[]'), jsonb_typeof('{}'), jsonb_typeof('null'), jsonb_typeof('true'), json_array_length('[1,2]'), jsonb_array_length('[]'), json_strip_nulls('{"a":null,"b":[null,{"c":null}]}')
SELECT * FROM json_each('{"a":1,"b":"x"}')
SELECT * FROM jsonb_each_text('{"a":1,"b":null,"c":"x"}')
SELECT * FROM json_array_elements('[1,"a",{"b":2}]'), json_object_keys('{"x":1,"y":2}')
SELECT jsonb_array_elements_text('["a",null,1]'), json_object_keys('{"a":1}')
SELECT * FROM json_to_record('{"a":1,"b":"x","c":[1,2],"d":{"e":1}}') AS t(a int, b text, c int[], d json)
SELECT * FROM jsonb_to_recordset('[{"a":1,"b":"x"},{"a":2}]') AS t(a int, b text)
SELECT * FROM jsonb_populate_record(NULL::emp, '{"id":1,"name":"x"}')
SELECT id, name FROM json_populate_recordset(NULL::emp, '[{"id":1,"name":"a"},{"id":2}]')
SELECT jsonb_populate_record(NULL::emp, '{"id":1}')
SELECT '{"a":1'::json
SELECT 'nope'::jsonb
SELECT '{"a":1}'::jsonb->'a'->'b', ('{"a":5}'::jsonb->'a')::int, ('{"a":"5"}'::jsonb->>'a')::int + 1, ('true'::jsonb)::bool, ('1.5'::jsonb)::numeric
SELECT ('"x"'::jsonb)::int
SELECT '{"a":[1,2,3]}'::jsonb['a'][1], '[1,2]'::jsonb[0], '{"a":1}'::jsonb['a']::int
SELECT json '{"a": 1, "a": 2}', jsonb '{"a": 1, "a": 2}', json '  [1 , 2 ] ', jsonb '1e2', jsonb '"\u00e9"', jsonb '"\n"', json '"\u0041"'->>0
SELECT jsonb_each('{"a":1}'), json_each_text('{"a":1}')
SELECT attrs->'addr'->>'city' AS city, count(*) FROM customers GROUP BY 1 ORDER BY 1
SELECT id FROM customers WHERE attrs->'seats' > '4' ORDER BY id
SELECT jsonb_object_agg(id, attrs->'plan') FROM customers WHERE id < 3
SELECT DISTINCT jsonb_typeof(attrs->'seats') FROM customers ORDER BY 1
SELECT jsonb_build_object(VARIADIC ARRAY['a','1']), json_build_array(VARIADIC ARRAY[1,2])
SELECT json_extract_path('{"a":{"b":1}}','a','b'), jsonb_extract_path_text('{"a":["x"]}','a','0')
SELECT jsonb_array_elements('{"a":1}')
SELECT jsonb_object_keys('[1]')
SELECT jsonb_array_length('{}')
## queries and errors
SELECT dept, count(*), sum(sal), rank() OVER (ORDER BY sum(sal) DESC) FROM emp GROUP BY dept ORDER BY dept
SELECT id, sal, lag(sal) OVER w, lead(sal,2,0) OVER w, first_value(id) OVER w, ntile(3) OVER w, cume_dist() OVER w, percent_rank() OVER w FROM emp WINDOW w AS (ORDER BY id) ORDER BY id
SELECT id, sum(sal) OVER (PARTITION BY dept ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), avg(sal) OVER (PARTITION BY dept) FROM emp ORDER BY id
SELECT id, sum(sal) OVER (ORDER BY sal RANGE BETWEEN 10 PRECEDING AND 10 FOLLOWING), count(*) OVER (ORDER BY sal RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) FROM emp ORDER BY id
SELECT dept, GROUPING(dept), count(*) FROM emp GROUP BY CUBE(dept) ORDER BY 1,2
SELECT bool_and(sal>10), bool_or(sal>90), every(sal>0), bit_and(sal), bit_or(sal), bit_xor(id) FROM emp
SELECT corr(id,sal), covar_pop(id,sal), covar_samp(id,sal), regr_slope(id,sal), regr_intercept(id,sal), regr_r2(id,sal), regr_count(id,sal), regr_avgx(id,sal), regr_avgy(id,sal), regr_sxx(id,sal), regr_syy(id,sal), regr_sxy(id,sal) FROM emp
SELECT percentile_cont(ARRAY[0.25,0.5]) WITHIN GROUP (ORDER BY sal), percentile_disc(0.5) WITHIN GROUP (ORDER BY sal DESC), mode() WITHIN GROUP (ORDER BY dept) FROM emp
SELECT rank(50) WITHIN GROUP (ORDER BY sal), dense_rank(50) WITHIN GROUP (ORDER BY sal DESC), percent_rank(50) WITHIN GROUP (ORDER BY sal), cume_dist(50) WITHIN GROUP (ORDER BY sal) FROM emp
SELECT e.name, b.name FROM emp e LEFT JOIN emp b ON e.boss = b.id AND b.sal > 60 ORDER BY e.id
SELECT name FROM emp WHERE sal > (SELECT avg(sal) FROM emp) ORDER BY name
SELECT name FROM emp e WHERE EXISTS (SELECT FROM emp x WHERE x.boss = e.id) ORDER BY 1
SELECT name FROM emp WHERE id IN (SELECT boss FROM emp) ORDER BY 1
SELECT name FROM emp WHERE (dept, sal) IN (('x',50),('y',60)) ORDER BY 1
SELECT dept FROM emp UNION SELECT status FROM orders ORDER BY 1
SELECT id FROM emp INTERSECT SELECT id FROM orders ORDER BY 1
SELECT id FROM emp EXCEPT ALL SELECT boss FROM emp ORDER BY 1
WITH a AS (SELECT id FROM emp), b AS (SELECT id FROM a WHERE id > 3) SELECT * FROM b ORDER BY 1
WITH RECURSIVE t(n, path) AS (SELECT 1, ARRAY[1] UNION ALL SELECT n+1, path || (n+1) FROM t WHERE n < 4) SELECT n, path FROM t ORDER BY n
WITH RECURSIVE t AS (SELECT id, boss FROM emp WHERE boss IS NULL UNION ALL SELECT e.id, e.boss FROM emp e JOIN t ON e.boss = t.id) SEARCH DEPTH FIRST BY id SET o SELECT * FROM t ORDER BY o
WITH t AS MATERIALIZED (SELECT 1 AS x) SELECT x FROM t
SELECT DISTINCT ON (dept) dept, name FROM emp ORDER BY dept, sal DESC
SELECT * FROM emp ORDER BY dept NULLS FIRST, sal DESC NULLS LAST, id LIMIT 3 OFFSET 1
SELECT id FROM emp ORDER BY id OFFSET 2 ROWS FETCH NEXT 2 ROWS ONLY
SELECT CASE dept WHEN 'x' THEN 1 WHEN 'y' THEN 2 ELSE 0 END, CASE WHEN sal > 50 THEN 'hi' END FROM emp ORDER BY id
SELECT coalesce(dept,'none'), nullif(sal,50), greatest(sal,55), least(sal,55) FROM emp ORDER BY id
SELECT id FROM emp WHERE sal BETWEEN 20 AND 60 AND dept IS NOT NULL ORDER BY 1
SELECT id FROM emp WHERE sal BETWEEN SYMMETRIC 60 AND 20 ORDER BY 1
SELECT count(*), count(dept), count(DISTINCT dept) FROM emp
SELECT sal IS DISTINCT FROM 50, dept IS NOT DISTINCT FROM NULL, (sal > 50) IS TRUE, (sal > 50) IS UNKNOWN FROM emp ORDER BY id
SELECT * FROM (VALUES (1,'a'),(2,NULL)) t(a,b) JOIN LATERAL (SELECT t.a*2 AS c) x ON true
SELECT * FROM emp CROSS JOIN (VALUES (1),(2)) v(x) ORDER BY id, x LIMIT 3
SELECT * FROM (SELECT id FROM emp) a FULL JOIN (SELECT id FROM orders WHERE id > 4) b USING (id) ORDER BY 1
SELECT a.id FROM emp a NATURAL JOIN emp b ORDER BY 1
SELECT id FROM emp TABLESAMPLE SYSTEM (100) ORDER BY id
SELECT count(*) FROM emp TABLESAMPLE BERNOULLI (0)
SELECT generate_series(1,3), generate_series(1,2)
SELECT 1 AS a, 2 AS "B", 3 "c d", count(*) FILTER (WHERE true) FROM emp
SELECT 'a'::text = 'a', 'x' || 1, -2 ^ 2, 2 + 3 * 4, 7 % 3, - 5, 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 3, 16 >> 2, 10 / 3, 10.0 / 3, @ -3, !!true IS NULL
SELECT not true or true, true and not false, null and false, null or true, 1 < 2 = true
SELECT 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 3, 16 >> 2, |/ 25.0, ||/ 27.0, -7 / 2, -7 % 3, 7 % -3, abs(-7), sign(-3), 2^3^2
SELECT 32767::int2 + 1::int2
SELECT 2147483647 + 1
SELECT 9223372036854775807 * 2
SELECT 100000::int2
SELECT 1e308::float8 * 10
SELECT nosuch FROM emp
SELECT emp.nosuch FROM emp
SELECT x.id FROM emp
SELECT nme FROM emp
SELECT * FROM nosuchtable
SELECT * FROM emp e JOIN emp f ON id = 1
SELECT nosuchfunc(1)
SELECT upper(1, 2)
SELECT upper(1)
SELECT id, count(*) FROM emp
SELECT dept, sal FROM emp GROUP BY dept
SELECT count(*) FROM emp WHERE count(*) > 1
SELECT sum(count(*)) FROM emp
SELECT id FROM emp WHERE rank() OVER () = 1
SELECT id FROM emp HAVING true
SELECT 1 WHERE 1
SELECT 1 WHERE 'x'
SELECT NOT 1
SELECT true AND 1
SELECT CASE WHEN 1 THEN 2 END
SELECT CASE WHEN true THEN 1 ELSE 'x' END
SELECT CASE WHEN true THEN 1 ELSE true END
SELECT coalesce(1, 'x')
SELECT coalesce(1, true)
SELECT 1 UNION SELECT 'x'
SELECT 1 UNION SELECT true
SELECT 1, 2 UNION SELECT 1
SELECT * FROM (VALUES (1,2),(3)) v
SELECT 1 + true
SELECT 'a' + 'b'
SELECT 1 = 'x'
SELECT date '2024-01-01' + date '2024-01-01'
SELECT -'x'
SELECT 1 IN ('a')
SELECT id = 'x' FROM emp
SELECT 'x'::int
SELECT 1::date
SELECT true::numeric
SELECT 'x'::nosuchtype
SELECT (SELECT id FROM emp)
SELECT (SELECT 1, 2)
SELECT * FROM emp WHERE id IN (SELECT 1, 2)
SELECT FROM WHERE
SELECT 1 +
SELECT * FROM emp WHERE
SELECT (1
SELECT 'abc
SELECT 1 1
SELECT 1 FROM emp ORDER BY nosuch
SELECT id FROM emp ORDER BY 2
SELECT id FROM emp GROUP BY 2
SELECT DISTINCT id FROM emp ORDER BY sal
SELECT id FROM emp LIMIT -1
SELECT id FROM emp LIMIT 'x'
SELECT 1/0
SELECT 1.0/0
SELECT 1 % 0
SELECT ln(0)
SELECT sqrt(-1)
SELECT power(-1, 0.5)
SELECT repeat('x', -1), left('abc', NULL), substr('abc', 0)
SELECT substring('abc' from 1 for -1)
SELECT chr(0)
SELECT to_char(now(), NULL), lpad(NULL, 3), NULL::int + 1
SELECT id, name FROM emp e(x) ORDER BY x
SELECT ntile(0) OVER () FROM emp
SELECT nth_value(id, 0) OVER () FROM emp
SELECT lag(id, -1) OVER (ORDER BY id) FROM emp ORDER BY id
SELECT id AS x FROM emp WHERE x = 1
SELECT max(id) AS m FROM emp GROUP BY m
SELECT * FROM emp, emp
SELECT e FROM emp AS e, orders AS e
SELECT id FROM emp e, orders o
SELECT string_agg(name) FROM emp
SELECT string_agg(sal, ',') FROM emp
SELECT count(DISTINCT *) FROM emp
SELECT avg(name) FROM emp
SELECT max(true)
SELECT * FROM generate_series(1)
SELECT generate_series('a', 'b')
SELECT jsonb '{"a":1}' -> 1.5
SELECT array_length(1, 1)
SELECT unnest(1)
SELECT date_trunc('nosuch', now())
SELECT extract(nosuch FROM now())
SELECT now() AT TIME ZONE 'Nowhere/Land'
SELECT interval '1 foo'
SELECT to_date('2024-13-01','YYYY-MM-DD')
SELECT to_timestamp('abc','YYYY')
SELECT to_number('abc','999')
SELECT regexp_match('a', '(')
SELECT 'a' ~ 'a{2,1}'
SELECT encode('a', 'nosuch')
SELECT '\xzz'::bytea
SELECT 'abc'::uuid
SELECT '1.2.3'::numeric
SELECT ''::int
SELECT 'maybe'::bool
SELECT cast('x' as int), 1
SELECT 99999999999999999999::int
SELECT 1.5::int2, 1e10::int
