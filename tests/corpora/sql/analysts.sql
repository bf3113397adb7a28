# time buckets
SELECT date_trunc('hour', at) AS "time", count(*) AS value FROM events GROUP BY 1 ORDER BY 1
SELECT date_trunc('day', at AT TIME ZONE 'America/New_York') AS day, kind, count(*) FROM events GROUP BY 1, 2 ORDER BY 1, 2
SELECT date_trunc('day', at, 'Asia/Tokyo') AS day, sum(val), avg(val)::numeric(10,2) FROM events GROUP BY day ORDER BY day
SELECT floor(extract(epoch from at)/3600)*3600 AS time, kind AS metric, avg(val) AS value FROM events WHERE at BETWEEN '2024-05-01T00:00:00Z' AND '2024-05-02T00:00:00Z' GROUP BY 1, 2 ORDER BY 1, 2
SELECT to_timestamp(floor(extract(epoch from at)/21600)*21600) AS bucket, count(*) FROM events GROUP BY bucket ORDER BY bucket
SELECT date_bin('6 hours', at, '2024-05-01') AS b, count(*), min(at), max(at) FROM events GROUP BY b ORDER BY b
SELECT date_trunc('week', placed)::date AS week, sum(amount) AS revenue FROM orders GROUP BY week ORDER BY week
SELECT date_trunc('month', placed) AS month, sum(amount) AS revenue, sum(sum(amount)) OVER (ORDER BY date_trunc('month', placed)) AS running FROM orders GROUP BY 1 ORDER BY 1
SELECT date_trunc('quarter', placed)::date, count(DISTINCT customer_id) FROM orders GROUP BY 1 ORDER BY 1
SELECT extract(year from placed) AS y, extract(month from placed) AS m, count(*) FROM orders GROUP BY y, m ORDER BY y, m
SELECT to_char(placed, 'YYYY-MM') AS label, count(*) FROM orders GROUP BY label ORDER BY label
SELECT to_char(placed, 'Mon YYYY') AS label, sum(qty) FROM orders GROUP BY 1 ORDER BY min(placed)
SELECT to_char(placed, 'YYYY"Q"Q') AS q, round(avg(amount), 2) FROM orders GROUP BY 1 ORDER BY 1
SELECT to_char(placed, 'IYYY-"W"IW') AS wk, count(*) FROM orders GROUP BY 1 ORDER BY 1
SELECT trim(to_char(placed, 'Day')) AS dow, extract(isodow from placed)::int AS n, count(*) FROM orders GROUP BY 1, 2 ORDER BY 2
SELECT extract(hour from at) AS hour, count(*) FILTER (WHERE kind = 'buy') AS buys FROM events GROUP BY 1 ORDER BY 1
SELECT g.h, count(e.id) FROM generate_series('2024-05-01 00:00:00+00'::timestamptz, '2024-05-01 06:00:00+00', '1 hour') AS g(h) LEFT JOIN events e ON e.at >= g.h AND e.at < g.h + interval '1 hour' GROUP BY g.h ORDER BY g.h
WITH days AS (SELECT generate_series('2024-02-27'::date, '2024-03-02'::date, '1 day')::date AS day) SELECT day, (SELECT count(*) FROM orders o WHERE o.due = days.day) AS due FROM days ORDER BY day
WITH months AS (SELECT generate_series(date_trunc('month', min(placed)), date_trunc('month', max(placed)), '1 month') AS m FROM orders) SELECT to_char(m, 'YYYY-MM') AS month, coalesce(sum(amount), 0)::numeric(12,2) AS revenue FROM months LEFT JOIN orders ON date_trunc('month', placed) = m GROUP BY m ORDER BY m
SELECT generate_series(0, 23) AS hour EXCEPT SELECT extract(hour from at)::int FROM events ORDER BY 1
SELECT age(max(placed), min(placed)), max(placed) - min(placed), extract(day from max(placed) - min(placed)), extract(epoch from max(placed) - min(placed)) / 86400 AS days FROM orders
SELECT id, due - placed::date AS days, due - placed AS span, placed + interval '14 days' AS later, (placed + '1 month')::date AS month_later FROM orders ORDER BY id
SELECT id, placed::time, placed::date, extract(dow from placed), extract(doy from placed), extract(week from placed), date_part('hour', placed) FROM orders ORDER BY id
SELECT avg(due - placed::date) AS avg_days, avg(due - placed) AS avg_span, sum(placed - date '2024-01-01') FROM orders
SELECT kind, avg(lag) AS avg_gap FROM (SELECT kind, at - lag(at) OVER (PARTITION BY kind ORDER BY at) AS lag FROM events) t GROUP BY kind ORDER BY kind
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY due - placed) FROM orders
SELECT to_char(at, 'HH24:MI') AS t, at::time, at AT TIME ZONE 'Europe/Berlin' AS berlin, (at AT TIME ZONE 'Europe/Berlin')::date AS d FROM events ORDER BY id LIMIT 3
SELECT date_part('epoch', at)::bigint * 1000 AS ms, extract(epoch from at)::int FROM events ORDER BY id LIMIT 2
SELECT count(*) FROM orders WHERE placed >= date_trunc('month', timestamp '2024-03-15') AND placed < date_trunc('month', timestamp '2024-03-15') + interval '1 month'
SELECT count(*) FROM orders WHERE placed::date BETWEEN '2024-01-01' AND '2024-03-31'
SELECT count(*) FROM orders WHERE CAST(placed AS date) = DATE '2024-01-10'
SELECT CAST(date_trunc('month', "orders"."placed") AS date) AS "placed", SUM("orders"."amount") AS "sum" FROM "public"."orders" GROUP BY CAST(date_trunc('month', "orders"."placed") AS date) ORDER BY CAST(date_trunc('month', "orders"."placed") AS date) ASC
SELECT (date_trunc('week', (("public"."orders"."placed" + (INTERVAL '1 day')))) + (INTERVAL '-1 day')) AS "placed", count(*) AS "count" FROM "public"."orders" GROUP BY (date_trunc('week', (("public"."orders"."placed" + (INTERVAL '1 day')))) + (INTERVAL '-1 day')) ORDER BY 1 ASC
SELECT DATE_TRUNC('QUARTER', CAST("orders"."placed" AS TIMESTAMP WITHOUT TIME ZONE)) AS "tqr:placed:ok", SUM("orders"."qty") AS "sum:qty:ok" FROM "public"."orders" "orders" GROUP BY 1 ORDER BY 1
SELECT TO_CHAR(DATE_TRUNC('month', orders.placed), 'YYYY-MM') AS "orders.placed_month", COALESCE(SUM(orders.amount), 0) AS "orders.total", COUNT(DISTINCT orders.id) AS "orders.count" FROM public.orders AS orders GROUP BY (DATE_TRUNC('month', orders.placed)) ORDER BY 1 DESC FETCH NEXT 500 ROWS ONLY
SELECT DATE(placed) AS d, count(*) FROM orders GROUP BY DATE(placed) ORDER BY 1 LIMIT 3
SELECT EXTRACT(EPOCH FROM (max(at) - min(at))) / NULLIF(count(*) - 1, 0) AS avg_gap FROM events
SELECT make_date(extract(year from placed)::int, extract(month from placed)::int, 1) AS m, count(*) FROM orders GROUP BY m ORDER BY m
SELECT justify_interval(max(at) - min(at)), justify_hours(sum(interval '37 minutes')) FROM events
SELECT date_trunc('month', due) + interval '1 month - 1 day' AS eom, (date_trunc('month', due) + interval '1 month')::date - 1 AS eom_date FROM orders ORDER BY id LIMIT 3
SELECT placed AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Kolkata' FROM orders ORDER BY id LIMIT 2
SELECT timezone('America/Sao_Paulo', at), timezone('UTC', placed::timestamp) FROM events JOIN orders USING (id) ORDER BY id LIMIT 2
SELECT CASE WHEN extract(hour from at) < 6 THEN 'night' WHEN extract(hour from at) BETWEEN 6 AND 11 THEN 'morning' ELSE 'day' END AS part, count(*) FROM events GROUP BY part ORDER BY 2 DESC, 1
SELECT extract(century from due), extract(decade from due), extract(julian from due), isfinite(due) FROM orders WHERE due IS NOT NULL ORDER BY id LIMIT 1
SELECT interval '1 day' * qty AS i, qty * interval '1 hour' AS h, placed + qty * interval '1 day' AS p FROM orders ORDER BY id LIMIT 4
SELECT to_char(age(timestamp '2024-08-01', placed), 'YY "y" MM "m" DD "d"') FROM orders ORDER BY id LIMIT 3
SELECT to_char(interval '1 day 02:03:04', 'HH24:MI:SS'), to_char(max(at) - min(at), 'DD HH24:MI') FROM events
# running totals and windows
SELECT id, amount, sum(amount) OVER (ORDER BY placed ROWS UNBOUNDED PRECEDING) AS running FROM orders ORDER BY placed
SELECT id, amount, round(avg(amount) OVER (ORDER BY placed ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), 2) AS ma3 FROM orders ORDER BY placed
SELECT id, val, avg(val) OVER (ORDER BY at RANGE BETWEEN interval '2 hours' PRECEDING AND CURRENT ROW) AS ma FROM events ORDER BY id LIMIT 8
SELECT customer_id, id, row_number() OVER w AS n, rank() OVER w AS r, dense_rank() OVER w AS d FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY amount DESC NULLS LAST) ORDER BY customer_id, id
SELECT * FROM (SELECT o.*, row_number() OVER (PARTITION BY status ORDER BY amount DESC NULLS LAST) AS rn FROM orders o) t WHERE rn <= 2 ORDER BY status, rn
SELECT status, amount, amount / sum(amount) OVER () AS share, round(100.0 * amount / sum(amount) OVER (PARTITION BY status), 1) AS pct FROM orders WHERE amount > 0 ORDER BY id
SELECT id, amount, amount - lag(amount) OVER (ORDER BY id) AS delta, round((amount / NULLIF(lag(amount) OVER (ORDER BY id), 0) - 1) * 100, 1) AS growth FROM orders ORDER BY id
SELECT id, first_value(status) OVER w, last_value(status) OVER w, nth_value(status, 2) OVER w FROM orders WINDOW w AS (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) ORDER BY id
SELECT user_id, count(*) AS n, ntile(4) OVER (ORDER BY count(*) DESC, user_id) AS quartile FROM events GROUP BY user_id ORDER BY user_id
WITH g AS (SELECT user_id, at, CASE WHEN at - lag(at) OVER (PARTITION BY user_id ORDER BY at) < '5 hours' THEN 0 ELSE 1 END AS is_new FROM events), s AS (SELECT *, sum(is_new) OVER (PARTITION BY user_id ORDER BY at) AS session FROM g) SELECT user_id, session, min(at) AS start, max(at) - min(at) AS duration, count(*) FROM s GROUP BY user_id, session ORDER BY 1, 2
SELECT id, count(*) OVER () AS total, count(*) OVER (PARTITION BY dept) AS in_dept, cume_dist() OVER (ORDER BY sal), percent_rank() OVER (ORDER BY sal) FROM emp ORDER BY id
SELECT dept, name, sal, sal - avg(sal) OVER (PARTITION BY dept) AS diff, max(sal) OVER (PARTITION BY dept) = sal AS top FROM emp ORDER BY id
SELECT id, string_agg(name, ',') OVER (ORDER BY id) AS path, array_agg(name) OVER (PARTITION BY dept ORDER BY id) FROM emp ORDER BY id
SELECT id, sum(sal) FILTER (WHERE dept = 'x') OVER (ORDER BY id) FROM emp ORDER BY id
SELECT id, lag(name, 2, 'none') OVER (ORDER BY id), lead(sal) OVER (PARTITION BY dept ORDER BY id) FROM emp ORDER BY id
SELECT dept, array_agg(name ORDER BY sal DESC), string_agg(name || ':' || sal, '; ' ORDER BY sal) FROM emp GROUP BY dept ORDER BY dept NULLS LAST
SELECT id, val, val IS NULL AS missing, count(val) OVER (ORDER BY id) AS grp FROM events ORDER BY id LIMIT 13
SELECT id, grp, first_value(val) OVER (PARTITION BY grp ORDER BY id) AS filled FROM (SELECT id, val, count(val) OVER (ORDER BY id) AS grp FROM events) t ORDER BY id LIMIT 13
SELECT DISTINCT user_id, count(*) OVER (PARTITION BY user_id) FROM events ORDER BY 1
SELECT kind, val, rank() OVER (PARTITION BY kind ORDER BY val DESC NULLS LAST) FROM events WHERE val > 5 ORDER BY kind, val DESC, id
SELECT status, sum(sum(amount)) OVER (ORDER BY status), sum(amount) / sum(sum(amount)) OVER () FROM orders GROUP BY status ORDER BY status
SELECT id, stddev(val) OVER (ORDER BY id ROWS 3 PRECEDING), variance(n) OVER (ORDER BY id ROWS 2 PRECEDING) FROM events ORDER BY id LIMIT 5
# percentiles, histograms
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS p50, percentile_cont(0.95) WITHIN GROUP (ORDER BY amount) AS p95, percentile_disc(0.9) WITHIN GROUP (ORDER BY amount) AS d90 FROM orders
SELECT kind, percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY val) FROM events GROUP BY kind ORDER BY kind
SELECT kind, mode() WITHIN GROUP (ORDER BY user_id), percentile_disc(ARRAY[0.1,0.9]) WITHIN GROUP (ORDER BY n) FROM events GROUP BY kind ORDER BY kind
SELECT width_bucket(val, 0, 6, 6) AS bucket, count(*), min(val), max(val) FROM events GROUP BY bucket ORDER BY bucket
SELECT width_bucket(amount, 0, 1000, 4) AS b, count(*), sum(amount) FROM orders WHERE amount IS NOT NULL GROUP BY b ORDER BY b
SELECT width_bucket(amount, ARRAY[0, 10, 50, 100, 500]) AS b, count(*) FROM orders GROUP BY b ORDER BY b
SELECT width_bucket(amount, ARRAY[0, 10, 50, 100, 500]::numeric[]) AS b, count(*) FROM orders GROUP BY b ORDER BY b
SELECT floor(val / 2) * 2 AS bin, count(*) FROM events GROUP BY bin ORDER BY bin
SELECT trunc(amount, -2) AS bin, count(*) AS n, repeat('#', count(*)::int) AS bar FROM orders GROUP BY bin ORDER BY bin
SELECT (floor(amount / 100) * 100)::int || '-' || (floor(amount / 100) * 100 + 99)::int AS range, count(*) FROM orders WHERE amount IS NOT NULL GROUP BY floor(amount / 100) ORDER BY floor(amount / 100)
SELECT CASE WHEN amount < 10 THEN '0-10' WHEN amount < 100 THEN '10-100' WHEN amount >= 100 THEN '100+' ELSE 'n/a' END AS bucket, count(*), sum(amount) FROM orders GROUP BY 1 ORDER BY min(amount) NULLS LAST
SELECT min(amount), max(amount), sum(amount), avg(amount), count(amount), count(*) FROM orders GROUP BY status ORDER BY status
SELECT avg(qty), avg(qty)::float, avg(qty)::int, sum(qty) / count(*), sum(qty)::numeric / count(*), sum(qty) * 1.0 / count(*) FROM orders
SELECT approx FROM (SELECT round(log(amount)::numeric, 1) AS approx FROM orders WHERE amount > 0) t ORDER BY 1
SELECT exp(avg(ln(amount))) AS geomean FROM orders WHERE amount > 0
SELECT sqrt(sum(power(amount - m, 2)) / count(*)) FROM orders, (SELECT avg(amount) AS m FROM orders) a WHERE amount IS NOT NULL
SELECT user_id, max(val) - min(val) AS spread, round(avg(val)::numeric, 3), round(stddev_samp(val)::numeric, 4) FROM events GROUP BY user_id ORDER BY user_id
# pivots
SELECT user_id, count(*) FILTER (WHERE kind = 'click') AS clicks, count(*) FILTER (WHERE kind = 'view') AS views, count(*) FILTER (WHERE kind = 'buy') AS buys FROM events GROUP BY user_id ORDER BY user_id
SELECT status, sum(amount) FILTER (WHERE placed < '2024-03-01') AS q1, sum(amount) FILTER (WHERE placed >= '2024-03-01') AS rest, coalesce(sum(amount) FILTER (WHERE qty > 100), 0) AS big FROM orders GROUP BY status ORDER BY status
SELECT date_trunc('month', placed) AS m, sum(CASE WHEN status = 'paid' THEN amount ELSE 0 END) AS paid, sum(CASE WHEN status = 'open' THEN 1 END) AS open, count(CASE WHEN status = 'open' THEN 1 END) FROM orders GROUP BY m ORDER BY m
SELECT kind, jsonb_object_agg(user_id, n ORDER BY user_id) FROM (SELECT kind, user_id, count(*) AS n FROM events GROUP BY 1, 2) t GROUP BY kind ORDER BY kind
SELECT max(n) FILTER (WHERE kind = 'click') AS click, max(n) FILTER (WHERE kind = 'buy') AS buy FROM (SELECT kind, count(*) AS n FROM events GROUP BY kind) t
SELECT * FROM (SELECT kind, count(*) AS n FROM events GROUP BY kind) k CROSS JOIN LATERAL (VALUES ('n', k.n), ('twice', k.n * 2)) v(label, value) ORDER BY kind, label
SELECT round(100.0 * count(*) FILTER (WHERE status = 'paid') / count(*), 2) AS paid_pct, avg((status = 'paid')::int) AS share, avg(CASE WHEN status = 'paid' THEN 1.0 ELSE 0 END) FROM orders
# top n, distinct on, lateral
SELECT DISTINCT ON (customer_id) customer_id, id, placed, amount FROM orders ORDER BY customer_id, placed DESC
SELECT DISTINCT ON (kind) kind, at, val FROM events ORDER BY kind, val DESC NULLS LAST, at
SELECT c.name, o.id, o.amount FROM customers c CROSS JOIN LATERAL (SELECT id, amount FROM orders WHERE customer_id = c.id ORDER BY amount DESC NULLS LAST LIMIT 2) o ORDER BY c.id, o.amount DESC NULLS LAST
SELECT c.name, l.total, l.n FROM customers c LEFT JOIN LATERAL (SELECT sum(amount) AS total, count(*) AS n FROM orders o WHERE o.customer_id = c.id) l ON true ORDER BY c.id
SELECT c.name, last.placed FROM customers c LEFT JOIN LATERAL (SELECT placed FROM orders o WHERE o.customer_id = c.id ORDER BY placed DESC LIMIT 1) last ON true ORDER BY last.placed DESC NULLS LAST, c.id
SELECT c.country, count(DISTINCT c.id) AS customers, count(o.id) AS orders, coalesce(sum(o.amount), 0) AS revenue FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.country ORDER BY revenue DESC, country
SELECT c.name FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.status = 'paid') ORDER BY c.name
SELECT c.name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) ORDER BY c.name
SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)
SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL)
SELECT name FROM customers WHERE id = ANY (SELECT customer_id FROM orders WHERE amount > 50) ORDER BY id
SELECT id FROM orders WHERE amount > ALL (SELECT amount FROM orders WHERE status = 'open') ORDER BY id
SELECT id, (SELECT count(*) FROM orders p WHERE p.placed < o.placed) AS before, (SELECT max(amount) FROM orders p WHERE p.customer_id = o.customer_id) AS best FROM orders o ORDER BY id
SELECT o.id FROM orders o WHERE amount = (SELECT max(amount) FROM orders x WHERE x.status = o.status) ORDER BY 1
SELECT name, (SELECT string_agg(status, ',' ORDER BY id) FROM orders WHERE customer_id = c.id) FROM customers c ORDER BY id
SELECT name, ARRAY(SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.id) AS ids FROM customers c ORDER BY id
SELECT a.id, b.id FROM orders a JOIN orders b ON a.customer_id = b.customer_id AND a.id < b.id ORDER BY 1, 2
SELECT a.status, b.status, count(*) FROM orders a FULL JOIN orders b ON a.id = b.id + 5 GROUP BY 1, 2 ORDER BY 1, 2
# funnels and cohorts
WITH v AS (SELECT DISTINCT user_id FROM events WHERE kind = 'view'), b AS (SELECT DISTINCT user_id FROM events WHERE kind = 'buy') SELECT (SELECT count(*) FROM v) AS viewed, (SELECT count(*) FROM v JOIN b USING (user_id)) AS bought
SELECT count(DISTINCT user_id) FILTER (WHERE kind = 'view') AS s1, count(DISTINCT user_id) FILTER (WHERE kind = 'click') AS s2, round(count(DISTINCT user_id) FILTER (WHERE kind = 'buy')::numeric / count(DISTINCT user_id), 3) AS rate FROM events
WITH first AS (SELECT customer_id, min(placed) AS f FROM orders GROUP BY 1) SELECT to_char(f, 'YYYY-MM') AS cohort, (extract(year from age(placed, f)) * 12 + extract(month from age(placed, f)))::int AS month, count(DISTINCT o.customer_id) FROM orders o JOIN first USING (customer_id) GROUP BY 1, 2 ORDER BY 1, 2
WITH cohort AS (SELECT customer_id, date_trunc('month', min(placed))::date AS c FROM orders GROUP BY customer_id) SELECT c, count(*) AS size, array_agg(customer_id ORDER BY customer_id) FROM cohort GROUP BY c ORDER BY c
WITH steps AS (SELECT user_id, min(at) FILTER (WHERE kind='view') AS v, min(at) FILTER (WHERE kind='click') AS c, min(at) FILTER (WHERE kind='buy') AS b FROM events GROUP BY user_id) SELECT count(v), count(*) FILTER (WHERE c > v), count(*) FILTER (WHERE b > c AND c > v), avg(b - v) FILTER (WHERE b > v) FROM steps
SELECT user_id, array_agg(kind ORDER BY at) AS path, (array_agg(kind ORDER BY at))[1] AS first, (array_agg(kind ORDER BY at DESC))[1:2] FROM events WHERE id <= 14 GROUP BY user_id ORDER BY user_id
SELECT string_agg(kind, '>' ORDER BY at) AS path, count(*) FROM events WHERE id < 20 GROUP BY user_id ORDER BY 1, 2
# rollups
SELECT status, customer_id, sum(amount) FROM orders GROUP BY ROLLUP (status, customer_id) ORDER BY status NULLS LAST, customer_id NULLS LAST, 3
SELECT coalesce(status, 'TOTAL') AS status, count(*), sum(amount) FROM orders GROUP BY ROLLUP (status) ORDER BY grouping(status), status
SELECT CASE WHEN grouping(dept) = 1 THEN 'all' ELSE coalesce(dept, '?') END AS d, sum(sal) FROM emp GROUP BY CUBE (dept) ORDER BY grouping(dept), d
SELECT kind, user_id, count(*), grouping(kind, user_id) FROM events WHERE user_id < 3 GROUP BY GROUPING SETS ((kind, user_id), (kind), ()) ORDER BY 4, 1, 2
SELECT status, date_trunc('month', placed) AS m, count(*) FROM orders GROUP BY GROUPING SETS ((status), (date_trunc('month', placed)), ()) ORDER BY 1, 2, 3
SELECT dept, count(*) FROM emp GROUP BY dept HAVING count(*) > 1 AND max(sal) > 10 ORDER BY dept
# json
SELECT attrs->>'plan' AS plan, count(*), avg((attrs->>'seats')::int) FROM customers WHERE attrs ? 'seats' GROUP BY 1 ORDER BY 1
SELECT id, attrs->'addr'->>'city' AS city, attrs#>>'{addr,zip}' AS zip, attrs['addr']['city'] AS sub, attrs @> '{"plan":"pro"}' AS pro FROM customers ORDER BY id
SELECT id, f.value FROM customers, jsonb_array_elements_text(attrs->'flags') AS f(value) ORDER BY id, 2
SELECT id, f.value, f.ordinality FROM customers c CROSS JOIN LATERAL jsonb_array_elements_text(c.attrs->'flags') WITH ORDINALITY AS f ORDER BY id, f.ordinality
SELECT c.id, kv.key, kv.value FROM customers c, jsonb_each(c.attrs) kv ORDER BY 1, 2
SELECT key, count(*), array_agg(DISTINCT jsonb_typeof(value) ORDER BY jsonb_typeof(value)) FROM customers, jsonb_each(attrs) GROUP BY key ORDER BY key
SELECT jsonb_object_keys(attrs) AS k, count(*) FROM customers GROUP BY k ORDER BY k
SELECT id, jsonb_array_length(attrs->'flags'), jsonb_typeof(attrs->'addr'), attrs->'seats', (attrs->'seats')::text FROM customers ORDER BY id
SELECT coalesce(attrs->>'plan', 'none') AS plan, jsonb_agg(name ORDER BY name) FROM customers GROUP BY 1 ORDER BY 1
SELECT json_build_object('name', name, 'city', attrs#>>'{addr,city}', 'tags', tags) FROM customers ORDER BY id
SELECT jsonb_agg(jsonb_build_object('id', id, 'amount', amount) ORDER BY id) FROM orders WHERE customer_id = 1
SELECT json_agg(o) FROM (SELECT id, amount, placed FROM orders WHERE customer_id = 1 ORDER BY id) o
SELECT row_to_json(e) FROM emp e ORDER BY id LIMIT 2
SELECT to_jsonb(e) - 'sal' - 'boss' FROM emp e ORDER BY id LIMIT 2
SELECT name, jsonb_path_query_array(attrs, '$.flags[*]'), attrs @? '$.addr.zip', jsonb_path_exists(attrs, '$.seats ? (@ > 4)') FROM customers ORDER BY id
SELECT id, payload->'i', (payload->>'i')::int * 2, (payload->>'even')::boolean AS even, payload->>'nope' FROM events ORDER BY id LIMIT 3
SELECT (payload->>'even')::bool AS even, sum((payload->>'i')::int), count(*) FROM events GROUP BY 1 ORDER BY 1
SELECT count(*) FROM events WHERE payload @> '{"even": true}' AND (payload->'i')::int > 30
SELECT id FROM events WHERE (payload->>'i')::numeric BETWEEN 5 AND 7.5 ORDER BY id
SELECT jsonb_set(attrs, '{seats}', '99') FROM customers WHERE id < 3 ORDER BY id
SELECT attrs || jsonb_build_object('n', id) FROM customers ORDER BY id
SELECT x.* FROM customers c, jsonb_to_record(c.attrs) AS x(plan text, seats text, flags jsonb) ORDER BY c.id
# arrays and sets
SELECT id, tag FROM customers LEFT JOIN LATERAL unnest(tags) AS tag ON true ORDER BY id, tag
SELECT id, u.tag, u.n FROM customers, unnest(tags) WITH ORDINALITY AS u(tag, n) ORDER BY id, n
SELECT count(*) FROM customers WHERE tags && ARRAY['vip', 'x'] OR tags IS NULL
SELECT id, array_position(tags, 'beta'), array_remove(tags, 'beta'), tags || 'new' , array_append(tags, 'z'), array_cat(tags, ARRAY['q']) FROM customers ORDER BY id
SELECT array_agg(DISTINCT t ORDER BY t) FROM customers, unnest(tags) t
SELECT id FROM customers WHERE 'beta' = ANY(tags) AND NOT ('vip' = ANY(tags)) ORDER BY id
SELECT id, tags[1:1], tags[2:], array_upper(tags, 1), array_dims(tags), tags = ARRAY['beta'] FROM customers ORDER BY id
SELECT string_to_array(email, '@'), split_part(email, '@', 2) AS domain FROM customers ORDER BY id
SELECT word, count(*) FROM orders, regexp_split_to_table(note, '\s+') AS word GROUP BY word ORDER BY 2 DESC, 1
# strings
SELECT lower(split_part(email, '@', 2)) AS domain, count(*) FROM customers WHERE email LIKE '%@%' GROUP BY 1 ORDER BY 2 DESC, 1
SELECT regexp_replace(email, '^(.).*@', '\1***@') AS masked, substring(email from '@(.*)$') AS domain, substring(email, '^[^@]+'), (regexp_match(email, '@([a-z]+)\.'))[1] FROM customers ORDER BY id
SELECT translate(name, 'aeiou', '*'), replace(name, 'o', '0'), reverse(name), overlay(name placing 'XX' from 2 for 1), position('o' in name), strpos(name, 'b') FROM customers ORDER BY id
SELECT trim(both ' ' from email), btrim(email), ltrim(email, ' p'), concat_ws('/', name, NULL, country), format('%s <%s>', name, email), quote_literal(name), md5(name) FROM customers ORDER BY id
SELECT id, note ~* 'ORDER', note ~ '^\d', note LIKE '%\%%', note LIKE '%!_%' ESCAPE '!', note SIMILAR TO '%(order|check)%', note ILIKE 'J%' FROM orders ORDER BY id
SELECT id, regexp_count(note, '[aeiou]'), regexp_instr(note, 'o'), regexp_substr(note, '[a-z]+'), regexp_like(note, '^f') FROM orders ORDER BY id
SELECT regexp_matches(note, '(\w+)\s(\w+)') FROM orders ORDER BY id
SELECT id, (regexp_matches(note, '[a-z]', 'g'))[1] FROM orders WHERE id < 4 ORDER BY id
SELECT coalesce(nullif(trim(note), ''), '(none)') AS note, count(*) FROM orders GROUP BY 1 ORDER BY 1
SELECT status || ' (' || count(*) || ')' AS label FROM orders GROUP BY status ORDER BY count(*) DESC, status
SELECT upper(left(kind, 1)) || substring(kind from 2) AS k, chr(ascii(kind) + 1), to_hex(id), encode(kind::bytea, 'hex') FROM events ORDER BY id LIMIT 3
SELECT to_char(amount, 'FM999,990.00'), to_char(amount, 'L999G999D99'), to_char(qty, '000'), to_char(id, 'FM00'), to_char(amount * 100, '9.99EEEE') FROM orders ORDER BY id LIMIT 3
SELECT to_char(sum(amount), 'FM$999,999,990.00') AS total, to_char(avg(amount), '999D9'), to_char(0.256 * 100, '990D9%') FROM orders
SELECT string_agg(DISTINCT left(uid::text, 8), ','), count(DISTINCT uid), min(uid::text) FROM events
SELECT name COLLATE "C" FROM customers ORDER BY name COLLATE "C"
SELECT name FROM customers ORDER BY lower(name), id
SELECT starts_with(name, 'A'), name ^@ 'A', name BETWEEN 'A' AND 'D', name < 'b', name > 'Z' FROM customers ORDER BY id
# recursive
WITH RECURSIVE tree AS (SELECT id, name, boss, 1 AS depth, name::text AS path FROM emp WHERE boss IS NULL UNION ALL SELECT e.id, e.name, e.boss, t.depth + 1, t.path || '/' || e.name FROM emp e JOIN tree t ON e.boss = t.id) SELECT * FROM tree ORDER BY path
WITH RECURSIVE tree AS (SELECT id, ARRAY[id] AS path FROM emp WHERE boss IS NULL UNION ALL SELECT e.id, path || e.id FROM emp e JOIN tree t ON e.boss = t.id) SELECT id, path, array_length(path, 1), repeat('  ', cardinality(path) - 1) || id FROM tree ORDER BY path
WITH RECURSIVE sub AS (SELECT id, id AS root, sal FROM emp UNION ALL SELECT e.id, s.root, e.sal FROM emp e JOIN sub s ON e.boss = s.id) SELECT root, count(*), sum(sal) FROM sub GROUP BY root ORDER BY root
WITH RECURSIVE d(day) AS (VALUES (date '2024-01-30') UNION ALL SELECT (day + interval '1 day')::date FROM d WHERE day < '2024-02-02') SELECT day, extract(dow from day) IN (0, 6) AS weekend FROM d
WITH RECURSIVE fib(a, b) AS (SELECT 0::bigint, 1::bigint UNION ALL SELECT b, a + b FROM fib WHERE b < 100) SELECT a FROM fib
# set ops and misc
SELECT 'orders' AS t, count(*) FROM orders UNION ALL SELECT 'customers', count(*) FROM customers ORDER BY 1
SELECT status AS x, count(*) FROM orders GROUP BY status UNION SELECT kind, count(*) FROM events GROUP BY kind ORDER BY x
SELECT customer_id FROM orders INTERSECT SELECT id FROM customers WHERE vip ORDER BY 1
SELECT o.*, c.name FROM orders o LEFT JOIN customers c ON c.id = o.customer_id ORDER BY o.id LIMIT 3
SELECT c.*, o.id AS oid FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.amount > 200 ORDER BY 1
SELECT greatest(amount, 50), least(qty, 3), coalesce(amount, 0), nullif(status, 'paid'), amount IS NULL FROM orders ORDER BY id
SELECT id, bool_or(status = 'paid') OVER (PARTITION BY customer_id), every(amount > 1) OVER () FROM orders ORDER BY id
SELECT id % 2 = 0 AS even, bit_or(qty), bool_and(amount > 0), count(*) FROM orders GROUP BY 1 ORDER BY 1
SELECT vip, count(*), round(avg(score)::numeric, 2), avg(score) FROM customers GROUP BY vip ORDER BY vip NULLS FIRST
SELECT score, round(score), trunc(score), ceil(score), score::int, score::numeric, score / 3, round(score::numeric, 1), abs(score), sign(score) FROM customers ORDER BY id
SELECT amount, round(amount), round(amount, 1), trunc(amount), amount::int, amount * 1.2, amount / 7, amount % 7, -amount, amount::float8, amount::text FROM orders ORDER BY id
SELECT id / 3, id % 3, id / 3.0, id::numeric / 3, id::float / 3, qty / NULLIF(id - 1, 0), 100 * id / 7, round(id / 7.0, 2) FROM orders ORDER BY id LIMIT 4
# intervals, percentiles and modes
SELECT i / 3, i * 1.3, i / 7.5, -i / 2, i * -0.7 FROM (VALUES (interval '1 mon 3 days 04:05:06.789'), ('2 hours'), ('1 year 1 mon'), ('-5 days 3 hours')) v(i) ORDER BY i
SELECT sum(i), avg(i), min(i), max(i) FROM (VALUES (interval '1 day'), ('2 hours'), ('1 mon'), (NULL)) v(i)
SELECT customer_id, sum(due - placed) FILTER (WHERE status = 'paid'), avg(due - placed), max(due - placed) FROM orders GROUP BY 1 ORDER BY 1
SELECT id, sum(due - placed) OVER (ORDER BY id), avg(due - placed) OVER (PARTITION BY status) FROM orders ORDER BY id
SELECT mode() WITHIN GROUP (ORDER BY user_id), mode() WITHIN GROUP (ORDER BY kind DESC), mode() WITHIN GROUP (ORDER BY val), mode() WITHIN GROUP (ORDER BY val) FILTER (WHERE val > 3) FROM events
SELECT kind, percentile_disc(0.5) WITHIN GROUP (ORDER BY val), percentile_disc(0.9) WITHIN GROUP (ORDER BY val DESC), percentile_cont(0.9) WITHIN GROUP (ORDER BY val DESC), percentile_cont(0.25) WITHIN GROUP (ORDER BY n) FROM events GROUP BY kind ORDER BY kind
SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY amount), percentile_cont(0.95) WITHIN GROUP (ORDER BY amount) FILTER (WHERE status = 'paid'), percentile_disc(0.5) WITHIN GROUP (ORDER BY status) FROM orders
SELECT percentile_cont(ARRAY[0.1, 0.5]) WITHIN GROUP (ORDER BY placed - due), percentile_disc(ARRAY[0.1, 0.5]) WITHIN GROUP (ORDER BY placed) FROM orders
SELECT rank(50) WITHIN GROUP (ORDER BY sal) FILTER (WHERE dept = 'x') FROM emp
SELECT every(sal > 10) OVER (PARTITION BY dept), every(sal > 10) FILTER (WHERE id > 1) OVER () FROM emp ORDER BY id
SELECT at::time, at::time(0), at::timetz FROM events ORDER BY id LIMIT 1
SELECT interval '1 day 02:03'::time, interval '-1 hours'::time, time '10:00'::interval
# digits of numerics
SELECT (SELECT max(amount) FROM orders), (SELECT amount FROM orders WHERE id = 1), ARRAY[1.50, 2.25], (ARRAY[1.50, 2.25])[1]
SELECT o.id, (SELECT max(amount) FROM orders p WHERE p.customer_id = o.customer_id) FROM orders o ORDER BY id LIMIT 2
SELECT array_agg(amount ORDER BY id), array_agg(DISTINCT amount) FROM orders
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY amount), mode() WITHIN GROUP (ORDER BY amount) FROM orders
SELECT trunc(amount, -1), round(amount, -1), trunc(amount, 1) FROM orders ORDER BY id
SELECT '{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}'::uuid, 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid
# operators, texts and dates
SELECT a.attname, a.atttypid::regtype FROM pg_attribute a WHERE a.attrelid = 'public.emp'::regclass AND a.attnum > 0 ORDER BY a.attnum
SELECT e.name AS "Name", e.sal "Salary (€)", 1 AS "select" FROM emp e WHERE id = 1
SELECT "MixedCase".* FROM "MixedCase" ORDER BY 1
SELECT "Id", "User Name" AS user_name, lower FROM "MixedCase" WHERE "select" > 10
SELECT m."Id" FROM "MixedCase" m ORDER BY m."User Name" DESC
SELECT lower(lower) FROM "MixedCase" ORDER BY 1
SELECT U&"\0049d" FROM "MixedCase" ORDER BY 1
SELECT id FROM emp WHERE name = U&'\0061'
SELECT id FROM emp WHERE name = E'\x61' OR name = $$b$$ ORDER BY id
SELECT 0.1 + 0.2, 0.1::float8 + 0.2::float8, 1e3, 1.0 / 3, 2 ^ 10, 10 / 4, 10 % 4, -7 / 2, 5 / 2.0
SELECT round(2.5), round(3.5), round(-2.5), round(2.5::float8), round(1234.567, -2), round(1.005, 2), trunc(-1.7), ceil(-1.2)
SELECT 'a' || NULL, concat('a', NULL, 'b'), coalesce(NULL, 'x'), NULL || 'x' IS NULL
SELECT 'abc' < 'abd', 'a' < 'B', 'Z' < 'a', 'é' > 'z', '10' < '9', '' IS NULL, '' = ' '
SELECT 1 < 2 AND NOT 3 < 2 OR NULL, (NULL AND false) IS FALSE, NULL OR true
SELECT position('b' in 'abc'), substring('abcdef', 2, 3), substring('abcdef' from '..$'), left('abc', 2), right('abc', 2), lpad('7', 3, '0'), repeat('ab', 2)
SELECT regexp_replace('a1b22', '\d+', '#', 'g'), regexp_split_to_array('a, b,c', ',\s*'), regexp_match('k=v', '(\w)=(\w)'), 'x' ~* 'X'
SELECT string_to_array('a,b,,c', ','), array_to_string(ARRAY['a', NULL, 'c'], ',', '?'), split_part('a/b/c', '/', -1), string_to_array('a,b', NULL)
SELECT '2024-02-29'::date + interval '1 year', '2024-01-31'::date + interval '1 month', date '2024-03-31' - interval '1 month'
SELECT extract(isodow from date '2024-03-03'), to_char(date '2024-03-03', 'FMDay, DD FMMonth YYYY'), date_trunc('week', date '2024-03-03')
SELECT '1 day 2 hours'::interval, interval '90 min', interval '1.5 years', '2 weeks'::interval, '-3 days'::interval, interval '1 mon 3 days' * 2
SELECT '[1,2]'::jsonb || '3', '{"a":1}'::jsonb || '{"b":2}', '{"a":{"b":1}}'::jsonb #- '{a,b}', '{"a":1}'::jsonb - 'a'
SELECT jsonb_array_elements('[1, {"a": 2}]') ->> 'a'
SELECT x, count(*) FROM (SELECT unnest(ARRAY[1, 2, 2, 3]) AS x) t GROUP BY x HAVING count(*) > 1
SELECT row_number() OVER () AS n, * FROM (VALUES ('a'), ('b')) v(x)
SELECT array_agg(i) FROM generate_series(10, 1, -3) i
SELECT string_agg(to_char(i, 'FM00'), ':') FROM generate_series(8, 11) i
SELECT least(1, 2, NULL), greatest('a', 'b'), nullif(1, 1), num_nulls(1, NULL), num_nonnulls(1, NULL)
SELECT id FROM emp WHERE (dept, sal) = ('x', 50)
SELECT id FROM emp WHERE (dept, sal) IN (SELECT dept, max(sal) FROM emp GROUP BY dept) ORDER BY id
SELECT id FROM emp WHERE (sal, id) > (50, 2) ORDER BY sal, id
SELECT id FROM emp WHERE sal NOT IN (50, NULL)
SELECT id FROM emp WHERE sal = SOME (ARRAY[50, 60]) AND id <> ALL ('{1,2}') ORDER BY id
SELECT id FROM emp WHERE name LIKE ANY (ARRAY['r%', '%b%']) ORDER BY id
SELECT id FROM emp WHERE dept IS DISTINCT FROM 'x' ORDER BY id
SELECT id FROM emp ORDER BY CASE WHEN dept = 'y' THEN 0 ELSE 1 END, id DESC
SELECT name AS id FROM emp ORDER BY id LIMIT 3
SELECT upper(dept) AS dept, count(*) FROM emp GROUP BY dept ORDER BY 1
SELECT sal / 10 * 10 AS bucket, count(*) FROM emp GROUP BY bucket ORDER BY bucket
SELECT sum(sal) FROM emp WHERE false
SELECT dept, sum(sal) FROM emp WHERE false GROUP BY dept
SELECT count(*) FROM emp HAVING count(*) > 100
SELECT EXISTS (SELECT 1 FROM emp WHERE id = 1), NOT EXISTS (SELECT 1 FROM emp WHERE id = 99)
SELECT id IN (SELECT boss FROM emp) FROM emp ORDER BY id
SELECT ARRAY(SELECT id FROM emp ORDER BY id), (SELECT array_agg(id) FROM emp WHERE false)
SELECT name FROM emp ORDER BY sal DESC NULLS LAST FETCH FIRST 2 ROWS WITH TIES
SELECT NULL AS x UNION SELECT 1 ORDER BY x
SELECT '2024-01-01' AS d UNION ALL SELECT date '2024-02-01' ORDER BY 1
SELECT 1 AS a UNION ALL SELECT 2.5 ORDER BY a
SELECT encode(sha256('a'), 'hex'), md5('a'), encode('a', 'base64'), convert_from('\x61', 'UTF8'), length('é'), octet_length('é')
SELECT (date '2024-01-01', date '2024-02-01') OVERLAPS (date '2024-01-15', date '2024-03-01')
SELECT isfinite(timestamp 'infinity'), age(date '2024-03-01', date '2024-01-15'), justify_days(interval '40 days')
# subqueries as arguments
SELECT json_agg((SELECT count(*) FROM orders o WHERE o.customer_id = c.id) ORDER BY c.id) FROM customers c
SELECT sum((SELECT count(*) FROM orders o WHERE o.customer_id = c.id)) FROM customers c
SELECT avg((SELECT count(*) FROM orders o WHERE o.customer_id = c.id)) FROM customers c
SELECT max((SELECT max(amount) FROM orders o WHERE o.customer_id = c.id)) FROM customers c
SELECT array_agg((SELECT max(amount) FROM orders o WHERE o.customer_id = c.id) ORDER BY id) FROM customers c
SELECT c.id, coalesce((SELECT sum(amount) FROM orders o WHERE o.customer_id = c.id), 0) / 3 FROM customers c ORDER BY id
SELECT c.id, round((SELECT sum(amount) FROM orders o WHERE o.customer_id = c.id) / 3, 2) FROM customers c ORDER BY id
SELECT c.id, to_char((SELECT max(placed) FROM orders o WHERE o.customer_id = c.id), 'YYYY') FROM customers c ORDER BY id
SELECT c.id, (SELECT sum(qty) FROM orders o WHERE o.customer_id = c.id)::text || 'x' FROM customers c ORDER BY id
SELECT c.id, (SELECT sum(qty) FROM orders o WHERE o.customer_id = c.id)::numeric / 7 FROM customers c ORDER BY id
SELECT c.id, width_bucket((SELECT sum(qty) FROM orders o WHERE o.customer_id = c.id), 0, 10, 5) FROM customers c ORDER BY id
SELECT c.id, justify_hours((SELECT max(due - placed) FROM orders o WHERE o.customer_id = c.id)) FROM customers c ORDER BY id
SELECT c.id, extract(epoch from (SELECT max(due - placed) FROM orders o WHERE o.customer_id = c.id)) FROM customers c ORDER BY id
SELECT c.id, (SELECT jsonb_agg(o.id ORDER BY o.id) FROM orders o WHERE o.customer_id = c.id) -> 0 FROM customers c ORDER BY id
SELECT c.id, array_length(ARRAY(SELECT o.id FROM orders o WHERE o.customer_id = c.id), 1), array_to_string(ARRAY(SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY 1), ',') FROM customers c ORDER BY id
SELECT jsonb_object_agg(c.id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id)) FROM customers c
SELECT c.id, json_build_object('n', (SELECT count(*) FROM orders o WHERE o.customer_id = c.id), 'list', (SELECT json_agg(o) FROM (SELECT id, amount FROM orders WHERE customer_id = c.id ORDER BY id) o)) FROM customers c ORDER BY id
SELECT c.id, CASE WHEN (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) > 1 THEN 'many' ELSE 'few' END FROM customers c ORDER BY id
SELECT c.id FROM customers c WHERE (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) BETWEEN 1 AND 2 ORDER BY id
SELECT c.id FROM customers c WHERE (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) IN (1, 2) ORDER BY id
SELECT c.id FROM customers c ORDER BY (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) DESC, id
SELECT (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS n, count(*) FROM customers c GROUP BY 1 ORDER BY 1
SELECT greatest((SELECT max(qty) FROM orders), 3), least((SELECT max(amount) FROM orders), 3), date_trunc('month', (SELECT max(placed) FROM orders)), age((SELECT max(placed) FROM orders), (SELECT min(placed) FROM orders)), (SELECT max(placed) FROM orders) - interval '1 mon 1 day'
SELECT (SELECT max(placed) FROM orders) - (SELECT min(placed) FROM orders), (SELECT max(due) FROM orders) - 7, power((SELECT max(qty) FROM orders), 2), sqrt((SELECT max(amount) FROM orders)), (SELECT max(qty) FROM orders) % 4, trunc((SELECT max(amount) FROM orders), 1)
SELECT split_part((SELECT max(email) FROM customers), '@', 2), substring((SELECT max(email) FROM customers) from 1 for 2), lpad((SELECT max(name) FROM customers), 10, '*'), array_position((SELECT max(tags) FROM customers), 'vip'), (SELECT tags FROM customers WHERE id = 1)[1], (SELECT attrs FROM customers WHERE id = 1)->'addr'->>'city'
SELECT d FROM generate_series((SELECT min(due) FROM orders), (SELECT min(due) FROM orders) + 2, interval '1 day') d
SELECT date_bin('1 day', (SELECT max(placed) FROM orders), (SELECT min(placed) FROM orders))
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY (SELECT sum(amount) FROM orders o WHERE o.customer_id = c.id)), mode() WITHIN GROUP (ORDER BY (SELECT count(*) FROM orders o WHERE o.customer_id = c.id)) FROM customers c
SELECT stddev((SELECT sum(amount) FROM orders o WHERE o.customer_id = c.id)), string_agg((SELECT max(status) FROM orders o WHERE o.customer_id = c.id), ',' ORDER BY c.id), sum((SELECT max(due - placed) FROM orders o WHERE o.customer_id = c.id)) FROM customers c
SELECT 5 = ANY (ARRAY(SELECT qty FROM orders)), 3 <= ALL (SELECT qty FROM orders WHERE qty > 2), (SELECT array_agg(qty ORDER BY id) FROM orders) @> ARRAY[7]
SELECT to_hex((SELECT id FROM emp))
SELECT to_hex((SELECT id FROM emp WHERE false))
SELECT to_char((SELECT placed FROM orders), 'YYYY')
SELECT to_char((SELECT max(sal) FROM emp), to_char(max(id), '9') || '99') FROM emp
SELECT lpad((SELECT max(name) FROM emp), count(*)::int, 'x') FROM emp
SELECT dept, lpad((SELECT max(name) FROM emp), max(sal) / 10, dept) FROM emp GROUP BY dept ORDER BY dept
SELECT id, lpad((SELECT max(name) FROM emp), row_number() OVER (ORDER BY id)::int, 'y') FROM emp ORDER BY id
SELECT make_interval(days => (SELECT max(id) FROM emp))
SELECT * FROM generate_series(1, (SELECT count(*) FROM emp)::int) g ORDER BY g
SELECT unnest(string_to_array((SELECT string_agg(name, ',' ORDER BY id) FROM emp), ',')) AS x ORDER BY x
SELECT CASE WHEN to_hex((SELECT max(id) FROM emp)) = '6' THEN 'six' END, coalesce(to_hex((SELECT max(id) FROM emp)), 'x')
SELECT name FROM emp WHERE to_hex(id) = to_hex((SELECT max(id) FROM emp))
SELECT name FROM emp e WHERE lpad(name, 3, 'x') IN (SELECT lpad(name, 3, 'x') FROM emp f WHERE f.boss = e.id)
WITH t AS (SELECT avg(sal) AS a FROM emp) SELECT round((SELECT a FROM t), 2), to_char((SELECT a FROM t), '999.9'), (SELECT a FROM t) + 1
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < (SELECT length(max(name)) FROM emp)) SELECT * FROM t
SELECT nullif((SELECT count(*) FROM orders), 0), 10 / nullif((SELECT max(qty) FROM orders), 0)
SELECT CASE (SELECT max(status) FROM orders) WHEN 'paid' THEN 1 WHEN 'refunded' THEN 2 ELSE 3 END
SELECT c.id, CASE (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) WHEN 0 THEN 'none' WHEN 1 THEN 'one' ELSE 'many' END FROM customers c ORDER BY id
SELECT c.id, nullif((SELECT sum(qty) FROM orders o WHERE o.customer_id = c.id), 0) FROM customers c ORDER BY id
SELECT (SELECT max(qty) FROM orders) BETWEEN SYMMETRIC 20 AND 1, (SELECT max(amount) FROM orders) BETWEEN 1.5 AND 1000.5, (SELECT max(qty) FROM orders) NOT IN (1, 2), ((SELECT max(qty) FROM orders), 1) = (10, 1)
SELECT status, count(*), (SELECT max(sal) FROM emp) AS m FROM orders GROUP BY ROLLUP (status) ORDER BY 1 NULLS LAST
SELECT (SELECT avg(sal) FROM emp) AS a, id FROM emp ORDER BY a, id LIMIT 2
SELECT DISTINCT (SELECT avg(sal) FROM emp) AS a FROM emp
SELECT sum(amount) / nullif((SELECT sum(qty) FROM orders), 0) AS r FROM orders HAVING sum(amount) > (SELECT avg(amount) FROM orders)
SELECT id FROM orders WHERE amount > (SELECT avg(amount) FROM orders) + (SELECT stddev(amount) FROM orders) ORDER BY id
SELECT id, amount - (SELECT avg(amount) FROM orders) AS d, abs(amount - (SELECT avg(amount) FROM orders)) > 100 FROM orders ORDER BY abs(amount - (SELECT avg(amount) FROM orders)) DESC NULLS LAST, id LIMIT 3
SELECT u.x FROM (SELECT (SELECT max(name) FROM emp) AS x) u WHERE upper(u.x) || lower(u.x) LIKE '%' || u.x
SELECT coalesce((SELECT max(qty) FROM orders WHERE false), (SELECT min(qty) FROM orders), 0), (SELECT max(qty) FROM orders) IS NULL, (SELECT max(note) FROM orders) LIKE '%x%', (SELECT max(note) FROM orders) ~ 'x'
# more of what tools and analysts write
SELECT "source"."status" AS "status", SUM("source"."amount") AS "sum" FROM (SELECT "public"."orders"."id" AS "id", "public"."orders"."amount" AS "amount", "public"."orders"."status" AS "status", "Customers"."name" AS "Customers__name" FROM "public"."orders" LEFT JOIN "public"."customers" AS "Customers" ON "public"."orders"."customer_id" = "Customers"."id") AS "source" WHERE "source"."Customers__name" IS NOT NULL GROUP BY "source"."status" ORDER BY "source"."status" ASC LIMIT 1048575
SELECT FLOOR(("public"."orders"."amount" / 50.0)) * 50.0 AS "amount", count(*) AS "count" FROM "public"."orders" GROUP BY FLOOR(("public"."orders"."amount" / 50.0)) * 50.0 ORDER BY 1
SELECT COUNT(DISTINCT CASE WHEN ((orders.status) = 'paid') THEN orders.customer_id ELSE NULL END) AS "paid_customers", 1.0 * COUNT(CASE WHEN orders.status='paid' THEN 1 END) / NULLIF(COUNT(*),0) AS rate FROM orders
SELECT date_trunc('month', placed)::date AS month, status, count(*) AS n, sum(count(*)) OVER (PARTITION BY status ORDER BY date_trunc('month', placed)) AS cum FROM orders GROUP BY 1, 2 ORDER BY 2, 1
WITH daily AS (SELECT placed::date AS d, sum(amount) AS s FROM orders GROUP BY 1), cal AS (SELECT generate_series('2024-01-08'::date, '2024-01-20', '1 day')::date AS d) SELECT c.d, coalesce(s, 0) AS s, avg(coalesce(s, 0)) OVER (ORDER BY c.d ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)::numeric(12,2) AS ma7 FROM cal c LEFT JOIN daily USING (d) ORDER BY c.d
SELECT to_char(date_trunc('week', at), 'YYYY-MM-DD') || ' - ' || to_char(date_trunc('week', at) + interval '6 days', 'MM-DD') AS week, count(*) FROM events GROUP BY 1 ORDER BY 1
SELECT kind, count(*) AS n, count(val) AS measured, round(avg(val)::numeric, 2) AS mean, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY val)::numeric, 2) AS median, round(stddev(val)::numeric, 2) AS sd, min(val), max(val) FROM events GROUP BY kind ORDER BY n DESC, kind
SELECT user_id, kind, lead(kind) OVER (PARTITION BY user_id ORDER BY at) AS next, count(*) OVER (PARTITION BY user_id, kind) FROM events WHERE id < 12 ORDER BY user_id, at
WITH RECURSIVE months AS (SELECT date '2024-01-01' AS m UNION ALL SELECT (m + interval '1 month')::date FROM months WHERE m < '2024-07-01') SELECT m, count(o.id) FROM months LEFT JOIN orders o ON date_trunc('month', o.placed) = m GROUP BY m ORDER BY m
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a), c AS (SELECT * FROM a UNION ALL SELECT * FROM b) SELECT sum(x), array_agg(x ORDER BY x DESC) FROM c
SELECT c.name, o.n, o.total, e.clicks FROM customers c LEFT JOIN (SELECT customer_id, count(*) AS n, sum(amount) AS total FROM orders GROUP BY customer_id) o ON o.customer_id = c.id LEFT JOIN (SELECT user_id, count(*) FILTER (WHERE kind = 'click') AS clicks FROM events GROUP BY user_id) e ON e.user_id = c.id ORDER BY c.id
SELECT CASE WHEN total >= 500 THEN 'A' WHEN total >= 100 THEN 'B' ELSE 'C' END AS class, count(*), sum(total) FROM (SELECT customer_id, coalesce(sum(amount), 0) AS total FROM orders GROUP BY customer_id) t GROUP BY class ORDER BY class
SELECT status, string_agg(DISTINCT coalesce(note, '-'), '|' ORDER BY coalesce(note, '-')) FROM orders GROUP BY status ORDER BY status
SELECT status, jsonb_build_object('n', count(*), 'ids', jsonb_agg(id ORDER BY id), 'max', max(amount)) FROM orders GROUP BY status ORDER BY status
SELECT jsonb_pretty(jsonb_agg(to_jsonb(t) ORDER BY id)) FROM (SELECT id, name FROM emp WHERE id < 3) t
SELECT id, (attrs->>'seats')::int + 1 AS s, coalesce((attrs->>'seats')::numeric, 0) AS n FROM customers ORDER BY id
SELECT attrs->>'plan' AS plan, count(*) FILTER (WHERE vip) AS vips, bool_or(vip) AS any_vip, array_agg(id ORDER BY id) AS ids FROM customers GROUP BY 1 ORDER BY 1 NULLS FIRST
SELECT jsonb_typeof(value) AS t, count(*) FROM customers, jsonb_each(attrs) GROUP BY t ORDER BY t
SELECT e.id, e.payload['i'] AS i, e.payload['i']::int % 10 AS m FROM events e WHERE e.payload['even'] = 'true' ORDER BY id LIMIT 3
SELECT id, tags, array_length(tags, 1) IS NULL AS none, coalesce(array_length(tags, 1), 0) AS n, tags[array_upper(tags, 1)] AS last FROM customers ORDER BY id
SELECT tag, count(*), array_agg(id ORDER BY id) FROM customers CROSS JOIN unnest(tags) AS tag WHERE tag IS NOT NULL GROUP BY tag HAVING count(*) > 1 ORDER BY tag
SELECT id, ARRAY(SELECT DISTINCT t FROM unnest(tags || ARRAY['beta']) t WHERE t IS NOT NULL ORDER BY t) FROM customers ORDER BY id
SELECT regexp_replace(lower(name), '[^a-z]+', '-', 'g') AS slug, regexp_replace(name, '(.)(.*)', '\2\1') AS rot, translate(name, 'éë', 'ee') FROM customers ORDER BY id
SELECT substring(note from '\w+$'), substring(note, 1, 3), regexp_matches(coalesce(note, ''), '(o)', 'g') FROM orders WHERE note LIKE '%o%' ORDER BY id
SELECT format('%s has %s orders (%s)', c.name, count(o.id), to_char(coalesce(sum(o.amount), 0), 'FM999990.00')) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id, c.name ORDER BY c.id
SELECT to_char(placed, 'DD/MM/YYYY HH24:MI'), to_char(placed, 'FMMonth FMDD, YYYY'), to_char(placed, 'Dy DD Mon'), to_char(placed, 'HH12:MI AM'), to_char(placed, 'YYYYMMDD"T"HH24MISS'), to_char(placed, 'MS US'), to_char(placed, 'DDD WW Q') FROM orders ORDER BY id
SELECT id, CASE WHEN due < '2024-03-01' THEN 'early' WHEN due IS NULL THEN 'none' ELSE 'late' END, due BETWEEN '2024-01-01' AND '2024-02-29', due > placed, due - interval '1 week', age(due, placed::date) FROM orders ORDER BY id
SELECT generate_series(1, 3) AS n, 'x' AS c UNION ALL SELECT 9, 'y' ORDER BY n
SELECT x, y, x * y FROM generate_series(1, 3) x CROSS JOIN generate_series(1, 2) y ORDER BY x, y
SELECT v.lo, v.hi, count(o.id), coalesce(sum(o.amount), 0) FROM (VALUES (0, 10), (10, 100), (100, NULL)) v(lo, hi) LEFT JOIN orders o ON o.amount >= v.lo AND (o.amount < v.hi OR v.hi IS NULL) GROUP BY 1, 2 ORDER BY 1
SELECT DISTINCT status, count(*) OVER (PARTITION BY status), sum(amount) OVER (PARTITION BY status) FROM orders ORDER BY 1
SELECT a.name FROM emp a WHERE (SELECT count(*) FROM emp b WHERE b.dept = a.dept AND b.sal > a.sal) < 1 ORDER BY a.id
SELECT e.name, coalesce(b.name, '(top)') AS boss, coalesce(bb.name, '-') AS grand FROM emp e LEFT JOIN emp b ON b.id = e.boss LEFT JOIN emp bb ON bb.id = b.boss ORDER BY e.id
SELECT * FROM emp e JOIN LATERAL (SELECT count(*) AS subs FROM emp s WHERE s.boss = e.id) x ON x.subs > 0 ORDER BY e.id
SELECT sum(sal) FILTER (WHERE dept = 'x') - sum(sal) FILTER (WHERE dept = 'y') AS diff, max(sal) FILTER (WHERE dept = 'z') FROM emp
SELECT dept, name FROM emp WHERE dept = 'x' INTERSECT SELECT dept, name FROM emp WHERE sal > 20 EXCEPT SELECT 'x', 'root' ORDER BY name
SELECT nullif(dept, 'x'), coalesce(dept, 'n/a'), CASE dept WHEN 'x' THEN 1 WHEN 'y' THEN 2 END, dept IS NULL, dept = 'x', dept <> 'x', NOT dept = 'x' FROM emp ORDER BY id
SELECT id FROM emp WHERE dept IN ('x') IS NOT TRUE ORDER BY id
SELECT bool_and(sal > 10), bool_or(sal IS NULL), count(*) FILTER (WHERE sal > 50) > 0 FROM emp
SELECT sal / 7, sal / 7.0, sal % 7, sal * 1.0 / 7, (sal / 7.0)::int, round(sal / 7.0), sal::real / 7, power(sal, 2), sqrt(sal), sal ^ 0.5 FROM emp WHERE sal IS NOT NULL ORDER BY id
SELECT round(1234.5), round(1234.5678, 2), round(0.5), round(1.5), round(-0.5), round(0.5::float8), ceil(1.2), floor(-1.2), trunc(1.99, 1), abs(-3), sign(-2.5), greatest(1, 2.5), least('a', 'b')
SELECT sum(x::float8), avg(x::float8), sum(x::real) FROM (VALUES (0.1), (0.2), (0.3)) v(x)
SELECT uid, uid::text, left(uid::text, 8), uid = '00000000-0000-0000-0000-000000000001', uid > '00000000-0000-0000-0000-000000000001' FROM events ORDER BY uid LIMIT 2
SELECT date_trunc('day', created_at AT TIME ZONE 'Australia/Sydney') AS d, count(*) FROM customers GROUP BY 1 ORDER BY 1
SELECT count(*) FROM customers WHERE created_at::date = date '2024-02-29' OR created_at::date IN ('2024-01-05', '2023-12-31')
SELECT extract(quarter from d), extract(week from d), extract(isoyear from d), extract(doy from d), to_char(d, 'IYYY-IW'), date_trunc('quarter', d)::date FROM (VALUES (date '2024-12-30'), ('2023-01-01'), ('2024-02-29')) v(d)
SELECT id, row_number() OVER (ORDER BY amount DESC NULLS LAST, id), amount >= percentile FROM orders, (SELECT percentile_cont(0.8) WITHIN GROUP (ORDER BY amount) AS percentile FROM orders) p ORDER BY id
SELECT status, percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS med, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch from due - placed)) AS med_secs FROM orders GROUP BY status ORDER BY status
SELECT x.day, y.status, count(o.id) FROM (SELECT generate_series(date '2024-01-10', '2024-01-15', '5 days')::date AS day) x CROSS JOIN (SELECT DISTINCT status FROM orders) y LEFT JOIN orders o ON o.placed::date = x.day AND o.status = y.status GROUP BY 1, 2 ORDER BY 1, 2
SELECT status, customer_id, count(*) FROM orders GROUP BY GROUPING SETS ((status), (customer_id)) ORDER BY grouping(status), 1, 2
SELECT id, sum(qty) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), max(qty) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), count(*) OVER (ORDER BY placed RANGE BETWEEN interval '30 days' PRECEDING AND CURRENT ROW) FROM orders ORDER BY id
SELECT id, sum(amount) OVER (ORDER BY amount RANGE BETWEEN 10 PRECEDING AND 10 FOLLOWING) FROM orders WHERE amount IS NOT NULL ORDER BY id
SELECT id, sum(qty) OVER w1, avg(qty) OVER w2 FROM orders WINDOW w1 AS (PARTITION BY status), w2 AS (w1 ORDER BY id) ORDER BY id
SELECT min(id), max(id), count(*) FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS grp FROM orders WHERE status = 'paid') t GROUP BY grp ORDER BY 1
SELECT t.id, t.k, t.v FROM (SELECT id, unnest(ARRAY['qty','amount']) AS k, unnest(ARRAY[qty::numeric, amount]) AS v FROM orders) t WHERE v IS NOT NULL ORDER BY id, k LIMIT 6
SELECT o.id, kv.key FROM orders o, jsonb_each_text(to_jsonb(o)) kv WHERE kv.value IS NULL ORDER BY 1, 2
SELECT o.id AS "Order ID", o.amount AS "Amount ($)", o.status AS "select" FROM orders AS o ORDER BY "Order ID" DESC LIMIT 1
SELECT id FROM orders ORDER BY (status = 'open') DESC, amount DESC NULLS LAST, id LIMIT 4
SELECT id FROM orders ORDER BY array_position(ARRAY['open','paid'], status), id
SELECT status FROM orders GROUP BY status ORDER BY count(*) DESC, 1 LIMIT 1 OFFSET 1
SELECT DISTINCT ON (lower(status)) lower(status) AS s, id FROM orders ORDER BY lower(status), id DESC
SELECT DISTINCT ON (1) status, id FROM orders ORDER BY 1, 2
SELECT DISTINCT date_trunc('month', placed) AS m FROM orders ORDER BY m
SELECT count(DISTINCT (status, customer_id)), count(DISTINCT placed::date) FROM orders
SELECT to_json(t) FROM (SELECT id, amount, placed, due, note, status = 'paid' AS paid FROM orders ORDER BY id LIMIT 2) t
SELECT jsonb_agg(x) FROM (SELECT DISTINCT status AS x FROM orders ORDER BY 1) t
# mistakes
SELECT cutomer_id FROM orders
SELECT o.cutomer_id FROM orders o
SELECT orders.amont FROM orders
SELECT id FROM oders
SELECT id FROM pubic.orders
SELECT * FROM orders WHERE status = paid
SELECT "User name" FROM "MixedCase"
SELECT orders.id FROM orders o
SELECT id FROM orders, customers
SELECT * FROM orders WHERE id = '1x'
SELECT * FROM orders WHERE amount = true
SELECT * FROM orders WHERE placed > '2024-02-30'
SELECT * FROM orders WHERE placed > 20240101
SELECT * FROM orders WHERE qty LIKE '1%'
SELECT * FROM orders WHERE status IN (1, 2)
SELECT * FROM orders WHERE status NOT IN (1, 2)
SELECT * FROM orders WHERE id = ANY(5)
SELECT * FROM orders WHERE id IN (SELECT id, qty FROM orders)
SELECT * FROM orders WHERE id
SELECT * FROM orders WHERE sum(qty) > 3
SELECT *, row_number() OVER () AS rn FROM orders WHERE rn < 3
SELECT status, sum(amount) AS total FROM orders GROUP BY status HAVING total > 10
SELECT status, amount FROM orders GROUP BY status
SELECT max(sum(amount)) FROM orders GROUP BY status
SELECT sum(row_number() OVER ()) FROM orders
SELECT rank(id) OVER (ORDER BY id) FROM orders
SELECT sum(id) OVER w FROM orders
SELECT sum(id) OVER (ORDER BY id, qty RANGE 1 PRECEDING) FROM orders
SELECT sum(id) OVER (ROWS -1 PRECEDING) FROM orders
SELECT sum(status) FROM orders
SELECT sum() FROM orders
SELECT sum(qty, amount) FROM orders
SELECT percentile_cont(1.5) WITHIN GROUP (ORDER BY qty) FROM orders
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY qty) OVER () FROM orders
SELECT attrs->'seats' + 1 FROM customers
SELECT tags = 'beta' FROM customers
SELECT date_trunc('mnth', placed) FROM orders
SELECT extract(foo FROM placed) FROM orders
SELECT ifnull(amount, 0) FROM orders
SELECT datediff('day', placed, due) FROM orders
SELECT strftime(placed, '%Y') FROM orders
SELECT group_concat(status) FROM orders
SELECT [1, 2]
SELECT id FROM orders GROUP BY ALL
SELECT id FROM orders LIMIT 5, 10
SELECT id FROM orders WHERE status = 'paid AND id = 1
SELECT id,, qty FROM orders
SELECT id FORM orders
SELECT id FROM orders LIMIT id
SELECT id FROM orders ORDER BY 'id'
SELECT id FROM orders ORDER BY 0
SELECT id FROM orders ORDER BY 1.5
SELECT DISTINCT ON (status) id FROM orders ORDER BY id
SELECT id FROM orders UNION SELECT id FROM customers ORDER BY qty
SELECT id FROM orders UNION SELECT id FROM customers ORDER BY id + 1
SELECT CASE WHEN qty > 1 THEN status ELSE 0 END FROM orders
SELECT CASE status WHEN 1 THEN 2 END FROM orders
SELECT coalesce(qty, placed) FROM orders
SELECT nullif(status, 1) FROM orders
SELECT qty + status FROM orders
SELECT due + '1 day' FROM orders
SELECT qty / 0 FROM orders
SELECT 99999999999::int
SELECT qty::date FROM orders
SELECT uid = 'abc' FROM events
SELECT name::uuid FROM customers WHERE id = 2
SELECT cast(qty AS date) FROM orders
SELECT chr(-1)
SELECT trim(qty) FROM orders
SELECT timezone('x', at) FROM events
SELECT at AT TIME ZONE 5 FROM events
SELECT (1, 2) = (1, 2, 3)
SELECT (id, qty) IN ((1, 2, 3)) FROM orders
SELECT id FROM orders FOR UPDATE OF x
SELECT count(*) FROM orders FOR UPDATE
SELECT DISTINCT id FROM orders FOR SHARE
SELECT ARRAY[]
SELECT ARRAY[[1, 2], [3]]
SELECT (1, 2) OVERLAPS (3, 4)
SELECT to_jsonb('x')
SELECT array_length('{1,2}', 1)
