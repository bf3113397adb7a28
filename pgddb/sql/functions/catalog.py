"""Define functions about objects of the catalog over those that the catalog registers in the engine.

Source: https://www.postgresql.org/docs/15/functions-info.html
"""

from __future__ import annotations

import re

from pgddb.sql.functions.macros import macros

MACROS = macros(r"""
    format_type(o, m) AS pgddb_format_type(o::BIGINT, m::BIGINT);
    to_regtype(x) AS pgddb_find_type(x::VARCHAR);
    pg_regtype(x) AS pgddb_type_named(x::VARCHAR);
    pg_regtype_text(x) AS pgddb_type_shown(x::BIGINT);
    to_regclass(x) AS pgddb_find_relation(x::VARCHAR), (x, path) AS pgddb_find_relation_on(x::VARCHAR, path);
    pg_regclass(x) AS pgddb_relation_named(x::VARCHAR), (x, path) AS pgddb_relation_named_on(x::VARCHAR, path);
    pg_regclass_text(x) AS pgddb_relation_shown(x::BIGINT), (x, path) AS pgddb_relation_shown_on(x::BIGINT, path);
    to_regproc(x) AS pgddb_find_procedure(x::VARCHAR);
    pg_regproc(x) AS pgddb_procedure_named(x::VARCHAR);
    pg_regproc_text(x) AS pgddb_procedure_shown(x::BIGINT);
    pg_regprocedure(x) AS pgddb_signature_named(x::VARCHAR);
    pg_regprocedure_text(x) AS pgddb_signature_shown(x::BIGINT);
    to_regnamespace(x) AS pgddb_find_schema(x::VARCHAR);
    pg_regnamespace(x) AS pgddb_schema_named(x::VARCHAR);
    pg_regnamespace_text(x) AS pgddb_schema_shown(x::BIGINT);
    to_regrole(x) AS pgddb_find_role(x::VARCHAR);
    pg_regrole(x) AS pgddb_role_named(x::VARCHAR);
    pg_regrole_text(x) AS pgddb_role_shown(x::BIGINT);

    pg_get_userbyid(o) AS pgddb_user_by_id(o::BIGINT);
    pg_encoding_to_char(n) AS pgddb_encoding_name(n::BIGINT);
    pg_char_to_encoding(x) AS pgddb_encoding_number(x::VARCHAR)::INTEGER;
    getdatabaseencoding() AS 'UTF8';
    pg_client_encoding() AS 'UTF8';

    pg_table_is_visible(o) AS pgddb_relation_is_visible(o::BIGINT, 'public');
    pg_type_is_visible(o) AS pgddb_object_is_visible('type', o::BIGINT, 'public');
    pg_function_is_visible(o) AS pgddb_object_is_visible('function', o::BIGINT, 'public');
    pg_operator_is_visible(o) AS pgddb_object_is_visible('operator', o::BIGINT, 'public');
    pg_opclass_is_visible(o) AS pgddb_object_is_visible('opclass', o::BIGINT, 'public');
    pg_opfamily_is_visible(o) AS pgddb_object_is_visible('opfamily', o::BIGINT, 'public');
    pg_collation_is_visible(o) AS pgddb_object_is_visible('collation', o::BIGINT, 'public');
    pg_conversion_is_visible(o) AS pgddb_object_is_visible('conversion', o::BIGINT, 'public');
    pg_ts_config_is_visible(o) AS pgddb_object_is_visible('ts_config', o::BIGINT, 'public');
    pg_ts_dict_is_visible(o) AS pgddb_object_is_visible('ts_dict', o::BIGINT, 'public');
    pg_ts_parser_is_visible(o) AS pgddb_object_is_visible('ts_parser', o::BIGINT, 'public');
    pg_ts_template_is_visible(o) AS pgddb_object_is_visible('ts_template', o::BIGINT, 'public');
    pg_statistics_obj_is_visible(o) AS pgddb_object_is_visible('statistics_obj', o::BIGINT, 'public');

    pg_get_expr(x, r) AS x::VARCHAR, (x, r, p) AS x::VARCHAR;
    pg_get_indexdef(o) AS pgddb_index_definition(o::BIGINT, false), (o, n, p) AS CASE WHEN n = 0
        THEN pgddb_index_definition(o::BIGINT, p) ELSE pgddb_index_column(o::BIGINT, n::BIGINT) END;
    pg_get_constraintdef(o) AS pgddb_constraint_definition(o::BIGINT),
        (o, p) AS pgddb_constraint_definition(o::BIGINT);
    pg_get_viewdef(r) AS pgddb_view_definition(r::VARCHAR), (r, p) AS pgddb_view_definition(r::VARCHAR);
    pg_get_ruledef(o) AS NULL::VARCHAR, (o, p) AS NULL::VARCHAR;
    pg_get_triggerdef(o) AS NULL::VARCHAR, (o, p) AS NULL::VARCHAR;
    pg_get_partkeydef(o) AS NULL::VARCHAR;
    pg_get_partition_constraintdef(o) AS NULL::VARCHAR;
    pg_get_statisticsobjdef(o) AS NULL::VARCHAR;
    pg_get_statisticsobjdef_columns(o) AS NULL::VARCHAR;
    pg_get_serial_sequence(t, c) AS CASE WHEN pgddb_relation_named(t::VARCHAR) IS NOT NULL THEN NULL::VARCHAR END;
    pg_not_a_sequence(r) AS CASE WHEN r IS NOT NULL
        THEN error('pgddb.error|42809|"' || pgddb_relation_shown(r::BIGINT) || '" is not a sequence')::BIGINT END;
    nextval(r) AS pgcat.pg_not_a_sequence(r);
    currval(r) AS pgcat.pg_not_a_sequence(r);
    setval(r, n) AS pgcat.pg_not_a_sequence(r), (r, n, c) AS pgcat.pg_not_a_sequence(r);
    lastval() AS error('pgddb.error|55000|lastval is not yet defined in this session')::BIGINT;
    pg_get_function_arguments(o) AS pgddb_function_arguments(o::BIGINT);
    pg_get_function_result(o) AS pgddb_function_result(o::BIGINT);
    pg_get_function_identity_arguments(o) AS pgddb_function_identity(o::BIGINT);
    pg_get_functiondef(o) AS pgddb_function_definition(o::BIGINT);
    pg_get_function_sqlbody(o) AS NULL::VARCHAR;
    pg_get_function_arg_default(o, n) AS NULL::VARCHAR;

    obj_description(o) AS pgddb_object_comment(o::BIGINT, ''), (o, c) AS pgddb_object_comment(o::BIGINT, c::VARCHAR);
    col_description(o, n) AS pgddb_column_comment(o::BIGINT, n::BIGINT);
    shobj_description(o, c) AS pgddb_shared_comment(o::BIGINT, c::VARCHAR);

    pg_relation_size(r) AS pgddb_relation_size(r::VARCHAR),
        (r, fork) AS CASE WHEN fork = 'main' THEN pgddb_relation_size(r::VARCHAR) ELSE 0::BIGINT END;
    pg_table_size(r) AS pgddb_relation_size(r::VARCHAR);
    pg_indexes_size(r) AS pgddb_indexes_size(r::VARCHAR);
    pg_total_relation_size(r) AS pgddb_total_size(r::VARCHAR);
    pg_database_size(d) AS pgddb_database_size(d::VARCHAR);
    pg_tablespace_size(t) AS pgddb_database_size('postgres');
    pg_size_pretty(x) AS pgddb_size_shown(x::BIGINT);
    pg_tablespace_location(o) AS '';

    has_table_privilege(r, p) AS pgddb_may_use_relation('postgres', r::VARCHAR, 'table', p::VARCHAR),
        (u, r, p) AS pgddb_role_exists(u::VARCHAR)
            AND pgddb_may_use_relation(u::VARCHAR, r::VARCHAR, 'table', p::VARCHAR);
    has_any_column_privilege(r, p) AS pgddb_may_use_relation('postgres', r::VARCHAR, 'column', p::VARCHAR),
        (u, r, p) AS pgddb_role_exists(u::VARCHAR)
            AND pgddb_may_use_relation(u::VARCHAR, r::VARCHAR, 'column', p::VARCHAR);
    has_column_privilege(r, c, p) AS pgddb_may_use_relation('postgres', r::VARCHAR, 'column', p::VARCHAR),
        (u, r, c, p) AS pgddb_role_exists(u::VARCHAR)
            AND pgddb_may_use_relation(u::VARCHAR, r::VARCHAR, 'column', p::VARCHAR);
    has_sequence_privilege(r, p) AS pgddb_may_use_relation('postgres', r::VARCHAR, 'sequence', p::VARCHAR),
        (u, r, p) AS pgddb_role_exists(u::VARCHAR)
            AND pgddb_may_use_relation(u::VARCHAR, r::VARCHAR, 'sequence', p::VARCHAR);
    has_schema_privilege(s, p) AS pgddb_may_use_schema(s::VARCHAR, p::VARCHAR),
        (u, s, p) AS pgddb_role_exists(u::VARCHAR) AND pgddb_may_use_schema(s::VARCHAR, p::VARCHAR);
    has_database_privilege(d, p) AS pgddb_may_use_database(d::VARCHAR, p::VARCHAR),
        (u, d, p) AS pgddb_role_exists(u::VARCHAR) AND pgddb_may_use_database(d::VARCHAR, p::VARCHAR);
    has_function_privilege(f, p) AS pgddb_may_use_other('execute', p::VARCHAR),
        (u, f, p) AS pgddb_role_exists(u::VARCHAR) AND pgddb_may_use_other('execute', p::VARCHAR);
    has_type_privilege(t, p) AS pgddb_may_use_other('usage', p::VARCHAR),
        (u, t, p) AS pgddb_role_exists(u::VARCHAR) AND pgddb_may_use_other('usage', p::VARCHAR);
    has_language_privilege(l, p) AS pgddb_may_use_other('usage', p::VARCHAR),
        (u, l, p) AS pgddb_role_exists(u::VARCHAR) AND pgddb_may_use_other('usage', p::VARCHAR);
    has_server_privilege(s, p) AS pgddb_may_use_other('usage', p::VARCHAR),
        (u, s, p) AS pgddb_role_exists(u::VARCHAR) AND pgddb_may_use_other('usage', p::VARCHAR);
    has_foreign_data_wrapper_privilege(s, p) AS pgddb_may_use_other('usage', p::VARCHAR),
        (u, s, p) AS pgddb_role_exists(u::VARCHAR) AND pgddb_may_use_other('usage', p::VARCHAR);
    has_tablespace_privilege(s, p) AS pgddb_may_use_other('create', p::VARCHAR),
        (u, s, p) AS pgddb_role_exists(u::VARCHAR) AND pgddb_may_use_other('create', p::VARCHAR);
    pg_has_role(r, p) AS pgddb_is_member('postgres', r::VARCHAR, p::VARCHAR),
        (u, r, p) AS pgddb_role_exists(u::VARCHAR) AND pgddb_is_member(u::VARCHAR, r::VARCHAR, p::VARCHAR);

    pgddb_setting(n, names, texts) AS
        coalesce(list_extract(texts, list_position(names, system.main.lower(n))), pgddb_default_setting(n));
    pg_my_temp_schema() AS 0::UINTEGER;
    pg_is_other_temp_schema(o) AS CASE WHEN o IS NOT NULL THEN false END;
    pg_relation_is_publishable(r) AS CASE WHEN r IS NOT NULL THEN true END;
    pg_relation_is_updatable(r, b) AS CASE WHEN r IS NOT NULL THEN 0 END;
    pg_column_is_updatable(r, n, b) AS CASE WHEN r IS NOT NULL THEN false END;
    row_security_active(r) AS CASE WHEN r IS NOT NULL THEN false END;
    pg_stat_get_numscans(o) AS 0::BIGINT;
    pg_stat_get_live_tuples(o) AS 0::BIGINT;
    pg_partition_ancestors(r) AS []::UINTEGER[];
    pg_advisory_unlock_all() AS '';
    pg_blocking_pids(p) AS []::INTEGER[];
    pg_is_wal_replay_paused() AS false;
    acldefault(kind, owner) AS list_filter([
        CASE kind WHEN 'f' THEN '=X' WHEN 'T' THEN '=U' WHEN 'l' THEN '=U' WHEN 'd' THEN '=Tc' END || '/' ||
            pgddb_role_shown(owner::BIGINT),
        pgddb_role_shown(owner::BIGINT) || '=' || CASE kind WHEN 'r' THEN 'arwdDxt' WHEN 's' THEN 'rwU'
            WHEN 'd' THEN 'CTc' WHEN 'f' THEN 'X' WHEN 'l' THEN 'U' WHEN 'L' THEN 'rw' WHEN 'n' THEN 'UC'
            WHEN 't' THEN 'C' WHEN 'F' THEN 'U' WHEN 'S' THEN 'U' WHEN 'T' THEN 'U' WHEN 'p' THEN 'sA' END || '/' ||
            pgddb_role_shown(owner::BIGINT)], lambda item: item IS NOT NULL);
    aclexplode(a) AS flatten(list_transform(a, lambda item: list_transform(
        regexp_extract_all(regexp_extract(item, '=([a-zA-Z*]*)/[^=]*$', 1), '[a-zA-Z]\*?'),
        lambda letter: {
            'grantor': pgddb_role_named(regexp_extract(item, '/([^/]*)$', 1)),
            'grantee': CASE WHEN item[1] = '=' THEN 0::UINTEGER
                ELSE pgddb_role_named(regexp_extract(item, '^(.*)=[a-zA-Z*]*/[^=]*$', 1)) END,
            'privilege_type': ['INSERT', 'SELECT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'EXECUTE',
                'USAGE', 'CREATE', 'TEMPORARY', 'CONNECT', 'SET', 'ALTER SYSTEM'][
                strpos('arwdDxtXUCTcsA', letter[1])],
            'is_grantable': letter[2] = '*'})));
    _pg_expandarray(a) AS list_transform(range(1, len(a) + 1), lambda i: {'x': a[i], 'n': i::INTEGER});
    pg_options_to_table(o) AS list_transform(o, lambda x: {'option_name': x[:strpos(x, '=') - 1],
        'option_value': x[strpos(x, '=') + 1:]});
    _pg_truetypid(a, t) AS CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE a.atttypid END;
    _pg_truetypmod(a, t) AS CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END;
    _pg_char_max_length(t, m) AS CASE WHEN m = -1 THEN NULL WHEN t IN (1042, 1043) THEN m - 4
        WHEN t IN (1560, 1562) THEN m END;
    _pg_char_octet_length(t, m) AS CASE WHEN t IN (25, 1042, 1043)
        THEN CASE WHEN m = -1 THEN 1073741824 ELSE (m - 4) * 4 END END;
    _pg_numeric_precision(t, m) AS CASE t WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64
        WHEN 1700 THEN CASE WHEN m <> -1 THEN ((m - 4) >> 16) & 65535 END WHEN 700 THEN 24 WHEN 701 THEN 53 END;
    _pg_numeric_precision_radix(t, m) AS CASE WHEN t IN (20, 21, 23, 700, 701) THEN 2 WHEN t = 1700 THEN 10 END;
    _pg_numeric_scale(t, m) AS CASE WHEN t IN (20, 21, 23) THEN 0
        WHEN t = 1700 AND m <> -1 THEN (m - 4) & 65535 END;
    _pg_datetime_precision(t, m) AS CASE WHEN t = 1082 THEN 0
        WHEN t IN (1083, 1114, 1184, 1266) THEN CASE WHEN m < 0 THEN 6 ELSE m END
        WHEN t = 1186 THEN CASE WHEN m < 0 OR m & 65535 = 65535 THEN 6 ELSE m & 65535 END END;
    _pg_interval_type(t, m) AS NULL::VARCHAR;
    _pg_index_position(i, n) AS pgddb_index_position(i::BIGINT, n::BIGINT)::INTEGER;
    nameconcatoid(n, o) AS n || '_' || o::VARCHAR;
    pg_encoding_max_length(e) AS 4
""")

NAMES = frozenset(re.findall(r"MACRO pgcat\.(\w+)", "\n".join(MACROS)))
"""Functions whose answers come from the catalog, and change with it."""
