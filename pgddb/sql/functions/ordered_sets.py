"""Define what ordered-set aggregates take of a sorted list, or of a histogram.

Source: src/backend/utils/adt/orderedsetaggs.c of PostgreSQL
"""

from __future__ import annotations

from pgddb.sql.functions.macros import macros

MACROS = macros(r"""
    pg_fraction(f) AS CASE WHEN f < 0 OR f > 1 OR isnan(f)
        THEN error('pgddb.error|22003|percentile value ' || printf('%g', f) || ' is not between 0 and 1') ELSE f END;
    pg_interval_between(a, b, f) AS a + list_transform([b - a], lambda i: pgcat.pg_interval_scale(i, f))[1];
    pg_place(l, f) AS pgcat.pg_fraction(f) * (len(l) - 1);
    pg_percentile_at(l, p) AS list_transform([p], lambda q: CASE WHEN floor(q) = q THEN l[q::BIGINT + 1]
        ELSE l[floor(q)::BIGINT + 1] + (q - floor(q)) * (l[ceil(q)::BIGINT + 1] - l[floor(q)::BIGINT + 1]) END)[1];
    pg_interval_percentile_at(l, p) AS list_transform([p], lambda q: CASE WHEN floor(q) = q THEN l[q::BIGINT + 1]
        ELSE pgcat.pg_interval_between(l[floor(q)::BIGINT + 1], l[ceil(q)::BIGINT + 1], q - floor(q)) END)[1];
    pg_percentile(l, f) AS pgcat.pg_percentile_at(l, pgcat.pg_place(l, f));
    pg_interval_percentile(l, f) AS pgcat.pg_interval_percentile_at(l, pgcat.pg_place(l, f));
    pg_percentile_disc(l, f) AS l[greatest(ceil(pgcat.pg_fraction(f) * len(l)), 1)::BIGINT];
    pg_percentiles(l, a) AS CASE WHEN l IS NOT NULL
        THEN list_transform(a, lambda f: pgcat.pg_percentile(l, f)) END;
    pg_interval_percentiles(l, a) AS CASE WHEN l IS NOT NULL
        THEN list_transform(a, lambda f: pgcat.pg_interval_percentile(l, f)) END;
    pg_percentiles_disc(l, a) AS CASE WHEN l IS NOT NULL
        THEN list_transform(a, lambda f: pgcat.pg_percentile_disc(l, f)) END;
    pg_mode(h) AS map_keys(h)[list_position(map_values(h), list_max(map_values(h)))];
    pg_last_mode(h) AS
        map_keys(h)[len(map_keys(h)) + 1 - list_position(list_reverse(map_values(h)), list_max(map_values(h)))]
""")
