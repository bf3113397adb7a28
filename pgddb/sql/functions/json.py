"""Define PostgreSQL's functions of json and jsonb.

Source: https://www.postgresql.org/docs/15/functions-json.html
"""

from __future__ import annotations

from pgddb.sql.functions.macros import macros

MACROS = macros(r"""
    pg_jsonb_key(x) AS pgddb_jsonb_key(x::VARCHAR);
    pg_jsonb(x) AS pgddb_jsonb(x::VARCHAR)::JSON;
    pg_to_json(x) AS CASE WHEN x IS NULL THEN NULL ELSE system.main.to_json(x) END;
    jsonb_typeof(j) AS pgddb_jsonb_typeof(j::VARCHAR);
    json_typeof(j) AS pgddb_jsonb_typeof(j::VARCHAR);
    jsonb_array_length(j) AS pgddb_jsonb_array_length(j::VARCHAR);
    json_array_length(j) AS pgddb_jsonb_array_length(j::VARCHAR);
    jsonb_pretty(j) AS pgddb_jsonb_pretty(j::VARCHAR);
    jsonb_strip_nulls(j) AS pgddb_jsonb_strip_nulls(j::VARCHAR)::JSON;
    json_strip_nulls(j) AS pgddb_json_strip_nulls(j::VARCHAR)::JSON;
    pg_json_raw_elements(j) AS pgddb_json_raw_elements(j::VARCHAR)::JSON[];
    pg_json_raw_keys(j) AS pgddb_json_raw_keys(j::VARCHAR);
    jsonb_set(j, p, v) AS pgddb_jsonb_set(j::VARCHAR, p, v::VARCHAR, true)::JSON,
        (j, p, v, c) AS pgddb_jsonb_set(j::VARCHAR, p, v::VARCHAR, c)::JSON;
    jsonb_insert(j, p, v) AS pgddb_jsonb_insert(j::VARCHAR, p, v::VARCHAR, false)::JSON,
        (j, p, v, c) AS pgddb_jsonb_insert(j::VARCHAR, p, v::VARCHAR, c)::JSON;
    pg_jsonb_contains(a, b) AS pgddb_jsonb_contains(a::VARCHAR, b::VARCHAR);
    pg_jsonb_has_key(a, k) AS pgddb_jsonb_has_key(a::VARCHAR, k);
    pg_jsonb_has_any(a, l) AS CASE WHEN a IS NOT NULL AND l IS NOT NULL THEN coalesce(
        list_bool_or(list_transform(l, lambda k: pgddb_jsonb_has_key(a::VARCHAR, k))), false) END;
    pg_jsonb_has_all(a, l) AS CASE WHEN a IS NOT NULL AND l IS NOT NULL THEN coalesce(
        list_bool_and(list_transform(l, lambda k: pgddb_jsonb_has_key(a::VARCHAR, k))), true) END;
    pg_json_array_text(j) AS pgddb_json_array_text(j::VARCHAR);
    pg_json_object_of(l) AS pgddb_json_object_of(l)::JSON;
    pg_json_object_of_two(k, v) AS pgddb_json_object_of_two(k, v)::JSON;
    jsonb_set_lax(j, p, v, c := true, t := 'use_json_null') AS CASE WHEN v IS NOT NULL THEN jsonb_set(j, p, v, c)
        WHEN t = 'use_json_null' THEN jsonb_set(j, p, 'null'::JSON, c)
        WHEN t = 'delete_key' THEN pgddb_jsonb_delete_path(j::VARCHAR, p)::JSON
        WHEN t = 'return_target' THEN j
        WHEN t = 'raise_exception' THEN error('pgddb.error|22004|JSON value must not be null')
        ELSE error('pgddb.error|22023|null_value_treatment must be "delete_key", "return_target", "use_json_null", or'
            || ' "raise_exception"') END;
    pg_json_row(x) AS '{' || system.main.array_to_string(x, ',') || '}';
    pg_json_row_pretty(x) AS '{' || system.main.array_to_string(x, e',\n ') || '}';
    pg_json_list(x) AS coalesce('[' || system.main.array_to_string(x, ',') || ']', 'null');
    pg_json_list_pretty(x) AS '[' || system.main.array_to_string(x, e',\n ') || ']';
    pg_jsonb_delete_key(a, k) AS pgddb_jsonb_delete_key(a::VARCHAR, k)::JSON;
    pg_jsonb_delete_keys(a, l) AS pgddb_jsonb_delete_keys(a::VARCHAR, l)::JSON;
    pg_jsonb_delete_index(a, i) AS pgddb_jsonb_delete_index(a::VARCHAR, i::BIGINT)::JSON;
    pg_jsonb_delete_path(a, p) AS pgddb_jsonb_delete_path(a::VARCHAR, p)::JSON;
    pg_jsonb_concatenate(a, b) AS pgddb_jsonb_concatenate(a::VARCHAR, b::VARCHAR)::JSON;
    pg_json_extract_path(j, p) AS pgddb_jsonb_extract_path(j::VARCHAR, p)::JSON;
    pg_json_extract_path_text(j, p) AS pgddb_jsonb_extract_path_text(j::VARCHAR, p);
    pg_jsonb_member_text(j, p) AS CASE WHEN system.main.json_type(j, p) IN ('OBJECT', 'ARRAY')
        THEN pgddb_jsonb(json_extract_string(j, p)) ELSE json_extract_string(j, p) END;
    pg_json_array_elements(j) AS pgddb_jsonb_elements(j::VARCHAR)::JSON[];
    pg_json_array_elements_text(j) AS pgddb_jsonb_elements_text(j::VARCHAR);
    pg_json_object_keys(j) AS pgddb_jsonb_keys(j::VARCHAR);
    pg_json_text(x) AS coalesce(system.main.to_json(x)::VARCHAR, 'null');
    pg_json_number(x) AS coalesce(x::VARCHAR, 'null');
    pg_json_numeric(x) AS CASE WHEN x IN ('NaN', 'Infinity', '-Infinity') THEN '"' || x || '"'
        ELSE coalesce(x, 'null') END;
    pg_json_moment(x) AS coalesce('"' || system.main.replace(pgcat.pg_timestamp_text(x), ' ', 'T') || '"', 'null');
    pg_json_moment_zone(x) AS coalesce('"' || system.main.regexp_replace(
        system.main.replace(pgcat.pg_timestamp_text(x), ' ', 'T'), '([+-]\d\d)$', '\1:00') || '"', 'null');
    pg_json_pair(k, v) AS CASE WHEN k IS NULL THEN error('pgddb.error|22023|field name must not be null')
        ELSE system.main.to_json(k::VARCHAR)::VARCHAR || ' : ' || v END;
    pg_json_object(x) AS ('{' || coalesce(system.main.array_to_string(x, ', '), '') || '}')::JSON;
    pg_json_array(x) AS ('[' || coalesce(system.main.array_to_string(x, ', '), '') || ']')::JSON;
    pg_json_agg(x) AS ('[' || system.main.array_to_string(x, ', ') || ']')::JSON;
    pg_json_agg_rows(x) AS ('[' || system.main.array_to_string(x, e', \n ') || ']')::JSON;
    pg_json_object_agg(x) AS ('{ ' || system.main.array_to_string(x, ', ') || ' }')::JSON;
    pg_jsonb_agg(x) AS pgcat.pg_jsonb(pgcat.pg_json_agg(x));
    pg_jsonb_object_agg(x) AS pgcat.pg_jsonb(pgcat.pg_json_object_agg(x));
    pg_record_field(x) AS CASE WHEN x IS NULL THEN '' WHEN x = '' OR system.main.regexp_matches(x, '[(),"\\\s]')
        THEN '"' || system.main.replace(system.main.replace(x, '\', '\\'), '"', '""') || '"' ELSE x END;
    pg_record_text(x) AS '(' || system.main.array_to_string(x, ',') || ')'
""")
