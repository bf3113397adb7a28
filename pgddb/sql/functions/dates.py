"""Define PostgreSQL's date and time functions.

Source: https://www.postgresql.org/docs/15/functions-datetime.html
"""

from __future__ import annotations

from pgddb.sql.functions.macros import macros

MACROS = macros(r"""
    pg_round_time(x, u) AS TIME '00:00' + to_microseconds(
        ((date_diff('microsecond', TIME '00:00', x) + u // 2) // u) * u);
    pg_round_timestamp(x, u) AS system.main.make_timestamp(((epoch_us(x) + u // 2) // u) * u);
    pg_round_timestamptz(x, u) AS system.main.make_timestamptz(((epoch_us(x) + u // 2) // u) * u);
    pg_date_trunc_years(f, x, n) AS CASE WHEN system.main.date_part('year', x) > 0
        THEN system.main.date_trunc('year', x)
            - to_years(((system.main.date_part('year', x) - 1) % n)::INTEGER)
        ELSE system.main.date_trunc('year', x) - to_years((n - 1 - abs(system.main.date_part('year', x)) % n)::INTEGER)
        END;
    pg_date_trunc_decade(x) AS system.main.date_trunc('year', x)
        - to_years((((system.main.date_part('year', x) % 10) + 10) % 10)::INTEGER);
    pg_interval_int(x) AS CASE WHEN x IS NULL OR x BETWEEN -2147483648 AND 2147483647 THEN x::INTEGER
        ELSE error('pgddb.error|22008|interval out of range')::INTEGER END;
    pg_interval_long(x) AS CASE WHEN x IS NULL
            OR (x BETWEEN -9.2233720368e18 AND 9.2233720368e18 AND NOT isnan(x::DOUBLE))
        THEN x::BIGINT ELSE error('pgddb.error|22008|interval out of range')::BIGINT END;
    justify_interval(i) AS pgddb_justify_interval(pgcat.pg_interval_text(i))::INTERVAL;
    isfinite(x INTERVAL) AS x IS NOT NULL, (x DATE) AS system.main.isfinite(x),
        (x TIMESTAMP) AS system.main.isfinite(x), (x TIMESTAMPTZ) AS system.main.isfinite(x);
    timeofday() AS strftime(now(), '%a %b %d %H:%M:%S.%f %Y UTC');
    pg_moment_in_interval_zone(z, x) AS timezone('UTC', x) + z;
    pg_moment_of_interval_zone(z, x) AS timezone('UTC', x - z);
    pg_extract(f, x) AS CASE
        WHEN f IN ('second', 'seconds') THEN (system.main.date_part('microseconds', x) / 1000000.0)::DECIMAL(38, 6)
        WHEN f IN ('millisecond', 'milliseconds', 'msec', 'msecs', 'ms')
            THEN (system.main.date_part('microseconds', x) / 1000.0)::DECIMAL(38, 3)
        WHEN f = 'epoch' THEN system.main.date_part('epoch', x)::DECIMAL(38, 6)
        ELSE system.main.date_part(f, x) END;
    pg_extract_whole(f, x) AS system.main.date_part(f, x)::DECIMAL(38, 0);
    pg_extract_year(x) AS (CASE WHEN system.main.date_part('year', x) > 0 THEN system.main.date_part('year', x)
        ELSE system.main.date_part('year', x) - 1 END)::DECIMAL(38, 0);
    pg_finite(x) AS CASE WHEN system.main.isfinite(x) THEN x WHEN x IS NOT NULL
        THEN error('pgddb.error|0A000|a numeric infinity inside an expression is not supported') END;
    pg_extract_isoyear(x) AS (CASE WHEN system.main.date_part('isoyear', x) > 0 THEN system.main.date_part('isoyear', x)
        ELSE system.main.date_part('isoyear', x) - 1 END)::DECIMAL(38, 0);
    pg_extract_julian(x) AS (system.main.date_part('julian', x::DATE)::DECIMAL(18, 0)
        + ((((epoch_us(x::TIMESTAMP) - epoch_us(x::DATE::TIMESTAMP))::HUGEINT * 100000000000000000000 + 43200000000)
            // 86400000000)::DECIMAL(38, 0) * '0.00000000000000000001'::DECIMAL(20, 20))::DECIMAL(38, 20))
        ::DECIMAL(38, 20);
    pg_extract_zoned_epoch(x) AS (system.main.date_part('epoch', x)::DECIMAL(38, 6)
        - system.main.date_part('timezone', x)::DECIMAL(38, 6));
    pg_extract_decade(x) AS floor(system.main.date_part('year', x) / 10.0::DOUBLE)::DECIMAL(38, 0);
    pg_extract_seconds(x) AS (system.main.date_part('microseconds', x)::DECIMAL(38, 6) * 0.000001)::DECIMAL(38, 6);
    pg_extract_milliseconds(x) AS (system.main.date_part('microseconds', x)::DECIMAL(38, 3) * 0.001)::DECIMAL(38, 3);
    pg_extract_epoch(x) AS system.main.date_part('epoch', x)::DECIMAL(38, 6);
    date_part(f, x) AS CASE lower(f) WHEN 'epoch' THEN system.main.date_part('epoch', x)::DOUBLE
        WHEN 'second' THEN system.main.date_part('microseconds', x)::DOUBLE / 1000000
        WHEN 'seconds' THEN system.main.date_part('microseconds', x)::DOUBLE / 1000000
        WHEN 'sec' THEN system.main.date_part('microseconds', x)::DOUBLE / 1000000
        WHEN 'millisecond' THEN system.main.date_part('microseconds', x)::DOUBLE / 1000
        WHEN 'milliseconds' THEN system.main.date_part('microseconds', x)::DOUBLE / 1000
        WHEN 'msec' THEN system.main.date_part('microseconds', x)::DOUBLE / 1000
        WHEN 'ms' THEN system.main.date_part('microseconds', x)::DOUBLE / 1000
        ELSE system.main.date_part(lower(f), x)::DOUBLE END;
    pg_date_trunc_zone(f, x, z) AS timezone(pgddb_sane_zone(z),
        system.main.date_trunc(f, timezone(pgddb_sane_zone(z), x)));
    to_timestamp(x) AS CASE WHEN isinf(x)
        THEN CASE WHEN x > 0 THEN TIMESTAMPTZ 'infinity'
            ELSE TIMESTAMPTZ '-infinity' END WHEN isnan(x) THEN error('pgddb.error|22008|timestamp cannot be NaN')
        ELSE system.main.to_timestamp(x) END,
        (s, f) AS pgddb_parse_moment(s, f)::TIMESTAMPTZ;
    to_date(s, f) AS pgddb_parse_day(s, f)::DATE;
    pg_moment_text(x, f) AS pgddb_moment_text(x::VARCHAR, f);
    pg_zoned_moment_text(x, f) AS pgddb_moment_text(x::VARCHAR || '|' || strftime(x, '%Z'), f);
    clock_timestamp() AS system.main.now();
    statement_timestamp() AS system.main.now();
    transaction_timestamp() AS system.main.now();
    make_interval(years := 0, months := 0, weeks := 0, days := 0, hours := 0, mins := 0, secs := 0) AS
        to_years(years) + to_months(months) + to_weeks(weeks) + to_days(days) + to_hours(hours) + to_minutes(mins)
        + to_microseconds(pgcat.pg_interval_long(secs * 1000000));
    pg_civil_year(y, mo, d) AS CASE WHEN y = 0 THEN error('pgddb.error|22008|date field value out of range: 0-'
        || printf('%02d-%02d', mo, d)) WHEN y < 0 THEN y + 1 ELSE y END;
    make_date(y, mo, d) AS system.main.make_date(pgcat.pg_civil_year(y, mo, d), mo, d);
    make_timestamp(y, mo, d, h, mi, s) AS system.main.make_timestamp(pgcat.pg_civil_year(y, mo, d), mo, d, h, mi, s);
    make_timestamptz(y, mo, d, h, mi, s) AS make_timestamp(y, mo, d, h, mi, s)::TIMESTAMPTZ,
        (y, mo, d, h, mi, s, z) AS timezone(pgddb_sane_zone(z), make_timestamp(y, mo, d, h, mi, s));
    pg_moment_series(a, b, i) AS CASE WHEN i = INTERVAL '0 days'
        THEN error('pgddb.error|22023|step size cannot equal zero') ELSE generate_series(a, b, i) END;
    pg_overlaps(a, b, c, d) AS (least(a, b) < greatest(c, d) AND least(c, d) < greatest(a, b))
        OR least(a, b) = least(c, d);
    pg_months(i) AS system.main.date_part('year', i) * 12 + system.main.date_part('month', i);
    pg_microseconds(i) AS system.main.date_part('hour', i) * 3600000000 + system.main.date_part('minute', i) * 60000000
        + system.main.date_part('microseconds', i);
    pg_moment_add(x, i) AS x + to_months(pgcat.pg_months(i)::INTEGER)
        + to_days(system.main.date_part('day', i)::INTEGER) + to_microseconds(pgcat.pg_microseconds(i)::BIGINT);
    pg_days(i) AS system.main.date_part('day', i);
    pg_interval_of(m, d, u) AS to_months(m::INTEGER) + to_days(d::INTEGER) + to_microseconds(u::BIGINT);
    pg_rounded_microseconds(x) AS system.main.round_even(x * 1000000, 0) / 1000000;
    pg_days_of_months(m) AS pgcat.pg_rounded_microseconds((m - trunc(m)) * 30);
    pg_seconds_of_days(d, e) AS pgcat.pg_rounded_microseconds((d - trunc(d) + e - trunc(e)) * 86400);
    pg_interval_carried(m, d, e, s, u) AS pgcat.pg_interval_of(
        trunc(m), trunc(d) + trunc(e) + trunc(s / 86400),
        system.main.round_even(u + (s - trunc(s / 86400) * 86400) * 1000000, 0));
    pg_interval_parted(m, d, e, u) AS list_transform([pgcat.pg_seconds_of_days(d, e)],
        lambda s: pgcat.pg_interval_carried(m, d, e, s, u))[1];
    pg_interval_shared(m, d, u) AS list_transform(
        [struct_pack(m := m, d := d, e := pgcat.pg_days_of_months(m), u := u)],
        lambda p: pgcat.pg_interval_parted(p.m, p.d, p.e, p.u))[1];
    pg_interval_scale(i, f) AS
        pgcat.pg_interval_shared(pgcat.pg_months(i) * f, pgcat.pg_days(i) * f, pgcat.pg_microseconds(i) * f);
    pg_interval_divide(i, n) AS CASE WHEN n = 0 THEN error('pgddb.error|22012|division by zero')
        ELSE pgcat.pg_interval_shared(pgcat.pg_months(i) / n::DOUBLE, pgcat.pg_days(i) / n::DOUBLE,
                                      pgcat.pg_microseconds(i) / n::DOUBLE) END;
    pg_clock(i) AS i - to_months(pgcat.pg_months(i)::INTEGER) - to_days(system.main.date_part('day', i)::INTEGER);
    pg_interval_cut(i, last, places) AS CASE WHEN last = 'year' THEN to_years(trunc(pgcat.pg_months(i) / 12)::INTEGER)
        WHEN last = 'month' THEN to_months(pgcat.pg_months(i)::INTEGER)
        ELSE i - to_microseconds(pgcat.pg_microseconds(i)::BIGINT) + to_microseconds(CASE last WHEN 'day' THEN 0
            WHEN 'hour' THEN pgcat.pg_microseconds(i)::BIGINT // 3600000000 * 3600000000
            WHEN 'minute' THEN pgcat.pg_microseconds(i)::BIGINT // 60000000 * 60000000
            ELSE round(pgcat.pg_microseconds(i)::DECIMAL(38, 0), places - 6)::BIGINT END) END;
    justify_days(i) AS to_months(pgcat.pg_interval_int(pgcat.pg_months(i) + system.main.date_part('day', i) // 30))
        + to_days((system.main.date_part('day', i) % 30)::INTEGER) + pgcat.pg_clock(i);
    justify_hours(i) AS to_months(pgcat.pg_months(i)::INTEGER)
        + to_days(pgcat.pg_interval_int(system.main.date_part('day', i) + system.main.date_part('hour', i) // 24))
        + pgcat.pg_clock(i) - to_hours((24 * (system.main.date_part('hour', i) // 24))::INTEGER);
    date_bin(i, t, o) AS CASE WHEN pgcat.pg_months(i) <> 0 THEN error('pgddb.error|0A000|timestamps cannot be binned '
            || 'into intervals containing months or years')
        WHEN i <= INTERVAL '0 days'
        THEN error('pgddb.error|22008|stride must be greater than zero') ELSE time_bucket(i, t, o) END;
    pg_growing_part(f, x) AS CASE WHEN system.main.isfinite(x) THEN CASE f WHEN 'year' THEN pgcat.pg_extract_year(x)
            WHEN 'isoyear' THEN pgcat.pg_extract_isoyear(x) WHEN 'decade' THEN pgcat.pg_extract_decade(x)
            ELSE system.main.date_part(f, x) END::DOUBLE
        WHEN x > DATE '2000-01-01' THEN 'infinity'::DOUBLE WHEN x IS NOT NULL THEN '-infinity'::DOUBLE END
""")
