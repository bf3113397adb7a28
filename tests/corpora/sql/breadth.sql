# WITH RECURSIVE: what a query may say about itself
WITH RECURSIVE up(n) AS (SELECT n FROM up UNION ALL SELECT 1) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT n FROM up) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 INTERSECT SELECT n + 1 FROM up) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 EXCEPT ALL SELECT n + 1 FROM up) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT a.n + 1 FROM up a, up b WHERE a.n < 3) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL (SELECT n + 1 FROM up WHERE n < 3 UNION ALL SELECT n + 2 FROM up WHERE n < 3)) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL (SELECT n + 1 FROM up WHERE n < 3 EXCEPT SELECT 2 FROM up)) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL (SELECT 2 EXCEPT SELECT n FROM up)) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT e.id FROM emp e LEFT JOIN up ON e.boss = up.n) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT e.id FROM up RIGHT JOIN emp e ON e.boss = up.n) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT e.id FROM up LEFT JOIN emp e ON e.boss = up.n AND up.n < 3 WHERE e.id IS NOT NULL) SELECT n FROM up ORDER BY n
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n IN (SELECT n FROM up)) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT (SELECT max(id) FROM emp WHERE id < (SELECT n FROM up)) FROM emp) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT count(*)::int FROM up) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT sum(n)::int FROM up HAVING sum(n) < 3) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 3 ORDER BY 1) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up LIMIT 3 OFFSET 1) SELECT n FROM up
WITH RECURSIVE up(n) AS (WITH inner_query AS (SELECT n FROM up) SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 3) SELECT n FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL (WITH next AS (SELECT n + 1 AS n FROM up) SELECT n FROM next WHERE n < 4)) SELECT n FROM up
WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM b WHERE n < 3), b(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a WHERE n < 3) SELECT n FROM a
WITH RECURSIVE a(n) AS (SELECT n FROM b UNION ALL SELECT n + 1 FROM a WHERE n < 3), b(n) AS (VALUES (1)) SELECT n FROM a
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1.5 FROM up WHERE n < 3) SELECT n FROM up
WITH RECURSIVE up(n, t) AS (SELECT 1, 'x' UNION ALL SELECT n + 1, t || 'y' FROM up WHERE n < 3) SELECT n, t FROM up
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM (SELECT n FROM up WHERE n < 3) s) SELECT n FROM up
# zones by abbreviation
SELECT timestamptz '2011-03-27 01:59:59 MSK', timestamptz '2011-03-27 02:00:00 MSK', timestamptz '2014-10-26 00:59:59 MSK', timestamptz '2014-10-26 01:00:00 MSK'
SELECT timestamp '2012-01-01 00:00' AT TIME ZONE 'MSK', timestamp '2016-01-01 00:00' AT TIME ZONE 'msk', timestamptz '2014-10-25 21:59:59+00' AT TIME ZONE 'MSK', timestamptz '2014-10-25 22:00:00+00' AT TIME ZONE 'MSK'
SELECT timestamptz '2007-12-09 07:30:00 VET', timestamptz '2016-06-01 12:00 VET', timestamptz '2020-06-01 12:00+00' AT TIME ZONE 'VET', date_trunc('day', timestamptz '2001-02-16 20:38:40+00', 'VET')
SELECT timestamptz '2024-01-05 10:00 NPT', timestamptz '2024-01-05 10:00 NDT', timestamp '2024-01-05 10:00' AT TIME ZONE 'IST', timetz '10:00 NZDT', time '10:00 MSK', timetz '10:00 CADT'
# sequences and views that do not exist
SELECT nextval('no_such_sequence')
SELECT setval('no_such_sequence', 3, false)
SELECT currval('emp')
SELECT lastval()
SELECT pg_get_viewdef('no_such_view')
SELECT pg_get_viewdef('no_such_view', true), pg_get_viewdef(1)
# intervals to their bounds, in every form, and cut to fields
SELECT interval '9223372036854775807 microseconds', interval '-2562047788:00:54.775807', interval '2147483647 days', make_interval(secs => 7e12), sum(v) FROM (VALUES (interval '2000000 h'), (interval '2000000 h')) t(v)
SELECT interval 'P0002-10-15T10:30:20', interval 'P00021015T103020', interval 'P0002T1S', interval 'PT10:30', interval 'P1.5W', interval 'P-1Y2M3DT-4.5S', interval 'P1e2D'
SELECT v::interval day to minute, v::interval month, v::interval year, v::interval hour, v::interval(2), cast(v AS interval day) FROM (VALUES (interval '14 mon -3 days -4:05:06.789'), ('1 year 4:05:06.755'), ('1 day')) t(v)
SELECT interval '1 2' day to hour, interval '12:30' hour to minute, interval '5:06.7' minute to second, interval '1-2', interval '-1 +2:03', interval '3.5 weeks', interval '@ 1d2h', interval '1y2m ago'
SELECT interval '5.5 seconds 3 milliseconds'
SELECT interval '1:20:05 5 microseconds'
SELECT interval '1 2' day to minute
SELECT interval '123 11' day
SELECT interval '1day2h'
SELECT interval '-.75 day'
SELECT interval 'P2147483648'
SELECT interval 'PT2562047788.1:00:54.775807'
SELECT interval '9223372036854775808 microseconds'
SELECT interval '0:60'
SELECT interval '2147483647 months 1 month'
# parts of dates and times: spellings, which type has which, before Christ, infinity
SELECT extract(mins FROM time '10:20'), extract(sec FROM time '1:2:3.5'), extract(yrs FROM date '2020-01-01'), extract(qtr FROM date '2020-04-01'), extract(us FROM time '1:2:3.5'), extract(jd FROM date '2020-01-01'), extract(w FROM timestamp '2020-03-01 10:05'), extract(decs FROM date '2020-01-01')
SELECT extract(hour FROM date '2020-08-11')
SELECT extract(timezone FROM timestamp '2020-08-11 10:00')
SELECT extract(day FROM time '13:30:25')
SELECT extract(fortnight FROM time '13:30:25')
SELECT extract(week FROM interval '14 mon')
SELECT date_part('fortnight', timestamp '2020-01-01')
SELECT date_part('timezone', timestamp '2020-01-01')
SELECT date_trunc('fortnight', timestamp '2020-01-01')
SELECT date_trunc('week', interval '1 year')
SELECT date_part('hour', date '2020-08-11'), date_part('epoch', date '2020-08-11'), date_part('year', date '0044-03-15 BC'), date_part('isoyear', timestamp '2020-08-11 BC'), extract(isoyear FROM date '2020-08-11 BC'), date_part('julian', timestamp '2020-01-01 12:00'), extract(julian FROM timestamp '2020-01-01 12:00') = 2458850.5
SELECT date_part('century', timestamp 'infinity'), date_part('day', timestamp 'infinity'), date_part('epoch', timestamptz '-infinity'), date_part('year', date '-infinity'), extract(dow FROM timestamp 'infinity')
SELECT date_trunc('century', date '0055-08-10 BC'), date_trunc('decade', date '0002-12-31 BC'), date_trunc('millennium', timestamp '0055-08-10 BC'), date_trunc('decade', timestamptz '1993-12-25 10:00'), date_trunc('mons', timestamp '2020-03-05'), date_trunc('qtr', timestamp '2020-03-05 10:00')
SELECT extract(epoch FROM timetz '13:30:25.575401-04'), date_part('epoch', timetz '13:30:25.575401-04'), extract(timezone_minute FROM timetz '13:30:25-04:30')
SELECT make_date(-44, 3, 15), make_timestamp(-44, 3, 15, 12, 30, 15), timestamptz(date '1994-01-01', time '11:00'), timestamptz(date '1994-01-01', timetz '11:00-5')
SELECT make_date(0, 7, 15)
SELECT make_timestamp(0, 7, 15, 12, 30, 15)
SELECT make_timestamptz(2014, 12, 10, 10, 10, 10, '+16')
SELECT make_timestamptz(1973, 07, 15, 08, 15, 55.33, '2')
SELECT make_timestamptz(2014, 12, 10, 0, 0, 0, '+1:'), make_timestamptz(2014, 12, 10, 0, 0, 0, '-0330')
SELECT date_bin('5 months', timestamp '2020-02-01 01:01:01', timestamp '2001-01-01')
SELECT * FROM generate_series(timestamp '2020-01-01 00:00', timestamp '2020-01-02 03:00', interval '0 hour')
SELECT to_timestamp('NaN'::float8)
SELECT to_char(timestamptz '2024-07-01 12:00+00', 'TZ tz OF TZH'), to_char(timestamptz '2024-07-01 12:00+00' AT TIME ZONE 'UTC', 'YYYY TZ')
# where sets may stand
SELECT id, CASE WHEN id > 2 THEN generate_series(1, 3) ELSE 0 END FROM emp
SELECT coalesce(generate_series(1, 3), 0)
SELECT * FROM generate_series(1, generate_series(1, 3))
SELECT 1 LIMIT generate_series(1, 3)
SELECT id FROM emp WHERE generate_series(1, id) > 2
SELECT sum(generate_series(1, 3))
SELECT string_agg(jsonb_object_keys('{"a": 1}'), ',')
SELECT max(generate_series(1, 3)) OVER ()
SELECT lag(generate_series(1, 3)) OVER ()
SELECT count(*) FROM emp HAVING generate_series(1, 3) > 1
SELECT 1 FROM emp a JOIN emp b ON generate_series(1, 2) = 1
VALUES (1, generate_series(1, 2))
SELECT generate_series(1, 3) AS g, count(*) FROM emp GROUP BY g ORDER BY 1
SELECT nullif(generate_series(1, 2), 1), greatest(generate_series(1, 2), 1), generate_series(1, 2) IN (1, 5)
# several arrays of one unnest
SELECT * FROM unnest(ARRAY[10, 20], ARRAY['foo', 'bar', 'baz'])
SELECT * FROM unnest(ARRAY[10, 20], ARRAY['foo', 'bar']) WITH ORDINALITY
SELECT * FROM ROWS FROM (generate_series(1, 2), generate_series(4, 6)) WITH ORDINALITY
# LIKE with every and some element, three-valued
SELECT 'foo' NOT LIKE ALL (ARRAY['%a', '%o']), 'foo' NOT LIKE ANY (ARRAY['%a', '%o']), 'foo' LIKE ALL (ARRAY['f%', '%o']), 'foo' LIKE ANY (ARRAY['%a', '%o']), 'foo' NOT ILIKE ALL (ARRAY['F%', '%O'])
SELECT 'foo' LIKE ANY (ARRAY['%a', NULL]), 'foo' LIKE ALL (ARRAY['%a', NULL]), 'foo' LIKE ALL (ARRAY['%o', NULL]), 'foo' LIKE ANY ('{}'::text[]), 'foo' LIKE ALL ('{}'::text[])
SELECT array_to_string(ARRAY[1, 2, NULL], NULL), array_to_string(ARRAY[1, NULL, 6], ',', NULL), array_to_string(ARRAY[1, NULL, 6], ',', '*'), array_to_string('{}'::int[], ','), array_to_string(NULL::int[], ',')
# frames that reach beyond the last integer
SELECT x, last_value(x) OVER (ORDER BY x RANGE BETWEEN CURRENT ROW AND 4 FOLLOWING) FROM generate_series(2147483644, 2147483646) x ORDER BY x
SELECT x, first_value(x) OVER (ORDER BY x::smallint DESC RANGE BETWEEN 2147450884 PRECEDING AND CURRENT ROW) FROM generate_series(32764, 32766) x ORDER BY x
SELECT x, last_value(x) OVER (ORDER BY x DESC RANGE BETWEEN CURRENT ROW AND 5 FOLLOWING) FROM generate_series(-9223372036854775806, -9223372036854775804) x ORDER BY x
SELECT id, lag(sal, 1, 0.5) OVER (ORDER BY id) + 0.25, lead(id * 2, 1, -1.5) OVER (ORDER BY id) + 0.25 FROM emp ORDER BY id
SELECT div(12345678901234567890, 123), div(12345678901234567890, 123) * 123 + 12345678901234567890 % 123, div(-9999999999999999999999::numeric, 1000000000000000000000), div(7.5, 2), div(-7.5, 2), div(7, 0.3)
# dates and times in PostgreSQL's spellings
SELECT timestamp 'today 10:30' = current_date + interval '10:30', timestamp '10:30 today' = current_date + interval '10:30', timestamptz 'yesterday 12:34:56' = current_date + interval '-11:25:04', timestamptz 'tomorrow EST' = (current_date + 1)::timestamp AT TIME ZONE 'EST', date 'tomorrow' - current_date, 'today'::timestamptz = current_date, time 'now' = localtime
SELECT timestamptz 'Y2001M12D27H04M05S06.789+08', timestamptz 'Y2001M12D27H04MM05S06.789-08', timestamptz 'J2452271+08', timestamptz 'J2452271.5-08', timestamptz 'J2452271T040506+08', timestamptz '20011227 040506+08', timestamptz '20011227T040506.789-08'
SELECT timestamptz '2001-01-01+11', timestamptz '2001-01-01 -03', date '1999.008', timestamp '1999.008 10:00', date '990108', date 'January 8, 99 BC', date '8-Jan-1999', date '1999-Jan-08', timestamp '1999-01-08 04:05 AM', timestamp 'Mon Jan 5 10:30:15.5 1999'
SELECT timetz '10:30 PST', time '040506', time '04:05 PM', timetz '2001-07-01 10:30 Europe/Paris', time 'H04M05S06.7', timetz 'allballs', timestamptz 'epoch', date '-infinity', timetz '04:05:06.789-08:30'
SELECT time '10:30 Europe/Paris'
SELECT time 'today 10:30'
SELECT date '99 Jan 08'
SELECT date 'Jan 99 08'
SELECT date '1/32/1999'
SELECT date '1999-02-29'
SELECT timestamp '1999-01-08 25:00'
SELECT timestamp '1999-01-08 10:60'
SELECT timestamptz '1999-01-08 10:00+16'
SELECT timestamptz '1999-01-08 10:00 Nowhere/Town'
SELECT timestamp '1999-01-08 10:00 foo'
SELECT date '1999-01-08 1999-01-09'
SELECT timestamp 'T10:30'
# refusals of functions, with their SQLSTATEs
SELECT max(sal) FILTER (WHERE sum(sal) > 0) FROM emp
SELECT rank() OVER (ORDER BY rank() OVER (ORDER BY id)) FROM emp
SELECT count(*) OVER w FROM emp WINDOW w AS (ORDER BY id), w AS (ORDER BY sal)
SELECT 1 FROM emp a, LATERAL (SELECT max(a.sal) FROM emp b) s
SELECT 33 * ANY ('{1,2,3}')
SELECT atanh(float8 'infinity')
SELECT acosh(float8 '0.5')
SELECT unistr('wrong: \db99\0061')
SELECT unistr('wrong: \+2FFFFF')
SELECT unistr('wrong: \xyz')
SELECT 'abcdefg' SIMILAR TO '_bcd#%' ESCAPE '##'
SELECT regexp_instr('abcabcabc', 'a.c', 1, 1, 0, 'g')
SELECT regexp_substr('abcabcabc', 'a.c', 1, 1, '', -1)
SELECT width_bucket(0.0::float8, 'Infinity'::float8, 5, 10)
SELECT width_bucket(0::float8, 'NaN', 4.0::float8, 888)
SELECT width_bucket(5, ARRAY[3, 4, NULL])
SELECT width_bucket('inf'::float8, 1, 10, 10), width_bucket('-inf'::float8, 1, 10, 10), width_bucket(5.3, 0.024, 10.06, 5), width_bucket(10.0, 10, 1, 4), scale(NULL::numeric)
SELECT json_build_object('{a,b,c}'::text[], '{d,e,f}'::text[])
SELECT jsonb_build_object('{"a":1,"b":2}'::json, 3)
SELECT json_build_object(r, 2) FROM (SELECT 1 AS a, 2 AS b) r
SELECT json_object('{{a},{b}}')
SELECT json_object('{{{a,b},{c,d}},{{b,c},{d,e}}}')
SELECT json_object('{{a,b},{c,d}}'), json_object('{a,b,c,d}')
SELECT array_position(ARRAY[[1, 2], [3, 4]], 3)
SELECT array_remove('{{1,2,2},{1,4,3}}'::int[], 2)
SELECT '{{},{}}'::text[]
SELECT '{{1,2},{2}}'::int[]
SELECT '[1:2]={3,4}'::int[], '[1:2][1:1]={{3},{4}}'::int[]
SELECT '[1:3]={3,4}'::int[]
SELECT (-2147483648)::int4 / (-1)::int4
SELECT abs('-9223372036854775808'::int8)
SELECT string_agg(DISTINCT id::text, ',' ORDER BY id) FROM emp
SELECT DISTINCT ON (a) a, b, generate_series(1, 3) AS g FROM (VALUES (3, 2), (3, 1), (1, 4)) AS t(a, b) ORDER BY a, b DESC, g DESC
# templates for years before Christ and after 9999
SELECT to_char(t, 'Y,YYY YYYY YYY YY Y CC Q MM WW DDD DD D J BC'), to_char(t, 'FMY,YYY FMYYYY FMYYY FMYY FMCC FMJ'), to_char(t, 'IYYY IYY IY I IW IDDD ID Day Mon RM a.d. HH12') FROM (VALUES (timestamp '0097-02-16 17:32:01 BC'), ('0001-12-31 BC'), ('0001-01-01'), ('12345-06-07 01:02:03'), ('4713-01-01 BC'), ('0101-01-01 BC'), ('0100-01-01 BC'), ('9999-12-31')) v(t)
# intervals beyond their bounds
SELECT justify_hours(interval '2147483647 days 24 hrs')
SELECT justify_days(interval '2147483647 months 30 days')
SELECT justify_interval(interval '2147483647 months 30 days')
SELECT make_interval(secs => 'NaN')
SELECT make_interval(secs => 1.5), make_interval(1, 2, 3, 4, 5, 6, 7.8), justify_days(interval '65 days'), justify_hours(interval '50 h'), justify_interval(interval '1 mon -1 hour')
