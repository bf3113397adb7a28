## settings that change output, in this order
SET DateStyle='German'
SELECT date '2024-01-02', timestamp '2024-01-02 03:04:05.5', timestamptz '2024-01-02 03:04:05+00', date '2024-01-02'::text, timestamptz '2024-07-02 03:04:05+00'::text, 'a'||date '2024-03-04'
SHOW DateStyle
SET DateStyle='SQL'
SHOW DateStyle
SET DateStyle='Postgres, DMY'
SHOW DateStyle
SELECT date '2024-01-02', timestamp '2024-01-02 03:04:05.5', timestamptz '2024-01-02 03:04:05+00', date '2024-01-02'::text, timestamptz '2024-07-02 03:04:05+00'::text, concat(date '2024-03-04', '|', timestamp '0044-03-15 BC'), date '0044-03-15 BC'::text, to_json(date '2024-01-02')
SELECT ARRAY[date '2024-01-02'], ARRAY[date '2024-01-02']::text, ROW(date '2024-01-02'), '02/03/2024'::date
SET IntervalStyle='iso_8601'
SELECT interval '1 day 2 hours', interval '1 day 2 hours'::text, ARRAY[interval '1 mon']::text, created_at, created_at::text FROM customers ORDER BY id LIMIT 2
SET IntervalStyle='sql_standard'
SELECT interval '1 day 2 hours', interval '-1 day -2 hours'::text, '-1-2 +3 -4:05:06'::interval
SET extra_float_digits=-3
SELECT 1.123456789012345678::float8, (1.123456789012345678::float8)::text, 0.1::float4::text, score::text FROM customers ORDER BY id limit 1
SET extra_float_digits=1
SET bytea_output='escape'
SELECT '\x00ff41'::bytea, '\x00ff41'::bytea::text
SET bytea_output='hex'
SET TimeZone='America/New_York'
SELECT timestamptz '2024-07-02 03:04:05+00'::text, timestamptz '2024-01-02 03:04:05+00', timestamp '2024-07-02 03:04:05'::timestamptz, '2024-07-02 03:04:05 EST'::timestamptz, extract(timezone from timestamptz '2024-07-02 03:04:05+00'), date_trunc('day', timestamptz '2024-07-02 03:04:05+00'), timestamptz '2024-03-10 12:00+00' + interval '1 day'
SET TimeZone='EST5EDT'
SELECT timestamptz '2024-07-02 03:04:05+00', timestamptz '2024-07-02 03:04:05+00'::text
SET TimeZone='FOO'
SET TimeZone='<-03:30>+03:30'
SELECT timestamptz '2024-07-02 03:04:05+00', timestamptz '2024-07-02 03:04:05+00'::text
SET TimeZone='PST8PDT'
SET DateStyle='ISO, YMD'
SELECT '99-01-08'::date
RESET ALL
