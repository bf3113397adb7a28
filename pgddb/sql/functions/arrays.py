"""Define PostgreSQL's array functions.

Source: https://www.postgresql.org/docs/15/functions-array.html
"""

from __future__ import annotations

from pgddb.sql.functions.macros import macros

MACROS = macros(r"""
    pg_quote_element(e) AS CASE WHEN e IS NULL THEN 'NULL'
        WHEN e = '' OR system.main.upper(e) = 'NULL' OR system.main.regexp_matches(e, '[{}",\\\s]')
        THEN '"' || system.main.replace(system.main.replace(e, '\', '\\'), '"', '\"') || '"' ELSE e END;
    pg_array_text(x) AS CASE WHEN x IS NULL THEN NULL ELSE
        '{' || coalesce(system.main.array_to_string(
            system.main.list_transform(x, lambda e: pgcat.pg_quote_element(e)), ','), '') || '}' END;
    pg_array_rows(x) AS '{' || system.main.array_to_string(x, ',') || '}';
    pg_array_dimensions(x, n) AS CASE WHEN len(x) > 0 THEN n END;
    pg_array_fill(x, n) AS list_transform(range(n), lambda i: x);
    array_to_string(a, d) AS CASE WHEN a IS NOT NULL AND d IS NOT NULL THEN
        coalesce(system.main.array_to_string(
                     list_filter(list_transform(a, lambda e: e::VARCHAR), lambda e: e IS NOT NULL), d), '') END,
        (a, d, n) AS CASE WHEN a IS NOT NULL AND d IS NOT NULL THEN coalesce(system.main.array_to_string(
            list_filter(list_transform(a, lambda e: coalesce(e::VARCHAR, n)), lambda e: e IS NOT NULL), d), '') END;
    array_length(a, d) AS CASE WHEN d = 1 THEN nullif(len(a), 0)
        WHEN d > 1 THEN error('pgddb.error|0A000|array_length of a second dimension is not supported') END;
    array_upper(a, d) AS CASE WHEN d = 1 THEN nullif(len(a), 0)
        WHEN d > 1 THEN error('pgddb.error|0A000|array_upper of a second dimension is not supported') END;
    array_lower(a, d) AS CASE WHEN d = 1 AND len(a) > 0 THEN 1 END;
    cardinality(a) AS len(a);
    array_ndims(a) AS CASE WHEN len(a) > 0 THEN (len(regexp_extract(typeof(a), '(\[\])+$')) // 2) END;
    array_dims(a) AS CASE WHEN len(a) > 0 THEN '[1:' || len(a) || ']' END;
    array_append(a, e) AS list_append(coalesce(a, []), e);
    array_prepend(e, a) AS list_prepend(e, coalesce(a, []));
    array_cat(a, b) AS CASE WHEN a IS NULL THEN b WHEN b IS NULL THEN a ELSE list_concat(a, b) END;
    array_position(a, e) AS nullif(list_position(a, e), 0),
        (a, e, s) AS nullif(list_position(a[greatest(s, 1):], e), 0) + greatest(s, 1) - 1;
    array_positions(a, e) AS list_filter(range(1, len(a) + 1), lambda i: a[i] IS NOT DISTINCT FROM e);
    array_remove(a, e) AS list_filter(a, lambda x: x IS DISTINCT FROM e);
    array_replace(a, f, t) AS list_transform(a, lambda x: CASE WHEN x IS NOT DISTINCT FROM f THEN t ELSE x END);
    trim_array(a, n) AS CASE WHEN n < 0 OR n > len(a)
        THEN error('pgddb.error|2202E|number of elements to trim must be between 0 and ' || len(a))
        ELSE a[1:len(a) - n] END;
    pg_subscripts(n) AS coalesce(range(1, n + 1), []);
    pg_array_contains(a, b) AS CASE WHEN a IS NOT NULL AND len(list_filter(b, lambda e: e IS NULL)) > 0 THEN false
        ELSE list_has_all(a, b) END;
    pg_any_equal(a, l) AS list_contains(l, a);
    pg_some(l) AS CASE WHEN list_contains(l, true) THEN true
        WHEN len(list_filter(l, lambda x: x IS NULL)) = 0 THEN false END;
    pg_every(l) AS CASE WHEN list_contains(l, false) THEN false
        WHEN len(list_filter(l, lambda x: x IS NULL)) = 0 THEN true END;
    pg_any_like(s, l) AS pgcat.pg_some(list_transform(l, lambda p: s LIKE p ESCAPE '\'));
    pg_all_like(s, l) AS pgcat.pg_every(list_transform(l, lambda p: s LIKE p ESCAPE '\'));
    pg_any_ilike(s, l) AS pgcat.pg_some(list_transform(l, lambda p: s ILIKE p ESCAPE '\'));
    pg_all_ilike(s, l) AS pgcat.pg_every(list_transform(l, lambda p: s ILIKE p ESCAPE '\'));
    num_nulls(l) AS len(list_filter(l, lambda x: x IS NULL));
    num_nonnulls(l) AS len(list_filter(l, lambda x: x IS NOT NULL))
""")
