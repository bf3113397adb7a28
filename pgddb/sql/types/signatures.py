"""List what PostgreSQL's functions return.

A rule is a type's name, or one of: "=0" (the type of the first argument), "=1",
"=common" (of all arguments), "=element" (of the first argument's array), "=array"
(an array of the first argument), "=number" (numeric for integers and numeric,
double precision for floats), "=json" (as the name says: json or jsonb).
"""

from __future__ import annotations

from pgddb.sql.types.catalog_signatures import CATALOG_RETURNS
from pgddb.sql.types.families import DOUBLE, TIME, TIMESTAMP, TIMESTAMPTZ

_BY_RULE: dict[str, str] = {
    "text": """
        upper lower initcap substring substr left right lpad rpad ltrim rtrim btrim replace translate repeat reverse
        concat concat_ws format md5 to_hex chr split_part regexp_replace regexp_substr overlay quote_ident quote_literal
        quote_nullable string_agg to_char encode convert_from normalize unistr array_to_string array_dims jsonb_typeof
        json_typeof jsonb_extract_path_text json_extract_path_text jsonb_pretty version pg_size_pretty format_type
        obj_description col_description pg_get_expr pg_get_constraintdef pg_get_indexdef pg_get_viewdef current_setting
        set_config string_to_table regexp_split_to_table jsonb_object_keys json_object_keys jsonb_array_elements_text
        json_array_elements_text pg_get_userbyid shobj_description attribute_type pg_get_keywords lower_inc
    """,
    "integer": """
        length char_length character_length octet_length bit_length strpos position ascii array_length array_lower
        array_upper array_ndims cardinality array_position json_array_length jsonb_array_length ntile num_nulls
        num_nonnulls width_bucket scale min_scale pg_backend_pid inet_server_port inet_client_port regexp_count
        regexp_instr generate_subscripts grouping sign_int pg_encoding_to_char_int
    """,
    "bigint": """
        count row_number rank dense_rank bit_count txid_current pg_relation_size pg_total_relation_size nextval currval
        lastval pg_database_size pg_table_size pg_indexes_size regr_count item_size attribute_size hashtextextended
    """,
    "boolean": """
        starts_with bool_and bool_or every isfinite isnan isempty jsonb_path_exists jsonb_path_match regexp_like
        has_table_privilege has_schema_privilege has_database_privilege has_column_privilege has_any_column_privilege
        has_function_privilege has_sequence_privilege pg_is_in_recovery pg_table_is_visible pg_type_is_visible
        pg_function_is_visible attribute_exists pg_has_role pg_is_other_temp_schema row_security_active
    """,
    DOUBLE: """
        pi random sin cos tan cot asin acos atan atan2 sinh cosh tanh asinh acosh atanh degrees radians cbrt
        date_part percent_rank cume_dist corr covar_pop covar_samp regr_slope regr_intercept regr_r2 regr_avgx
        regr_avgy regr_sxx regr_sxy regr_syy setseed
    """,
    "numeric": "extract factorial to_number trim_scale div_numeric",
    "date": "current_date make_date to_date",
    TIMESTAMP: "make_timestamp localtimestamp",
    TIMESTAMPTZ: """
        now current_timestamp clock_timestamp statement_timestamp transaction_timestamp make_timestamptz to_timestamp
        pg_postmaster_start_time pg_conf_load_time
    """,
    TIME: "make_time localtime",
    "interval": "age make_interval justify_days justify_hours justify_interval",
    "name": """
        current_user session_user current_role user current_database current_catalog current_schema getdatabaseid
        pg_encoding_to_char
    """,
    "name[]": "current_schemas",
    "text[]": "string_to_array regexp_match regexp_matches regexp_split_to_array parse_ident",
    "integer[]": "array_positions",
    "json": "json_build_object json_build_array json_agg json_object_agg to_json row_to_json array_to_json json_object",
    "jsonb": """
        jsonb_build_object jsonb_build_array jsonb_agg jsonb_object_agg to_jsonb jsonb_object jsonb_set jsonb_insert
        jsonb_set_lax jsonb_strip_nulls jsonb_path_query jsonb_path_query_array jsonb_path_query_first
        jsonb_extract_path jsonb_array_elements
    """,
    "=json": "json_strip_nulls json_extract_path json_array_elements",
    "uuid": "gen_random_uuid uuid_generate_v4",
    "bytea": "decode convert_to sha224 sha256 sha384 sha512 digest",
    "regclass": "to_regclass",
    "regtype": "pg_typeof to_regtype",
    "oid": "pg_my_temp_schema",
    "record": "row",
    "void": "pg_sleep pg_advisory_lock pg_advisory_unlock_all",
    "=0": """
        abs min max any_value lag lead first_value last_value nth_value mode mod array_append array_remove array_replace
        array_cat trim_array bit_and bit_or bit_xor generate_series percentile_disc nullif date_bin lower_bound
    """,
    "=1": "array_prepend date_trunc",
    "=common": "coalesce greatest least gcd lcm",
    "=element": "unnest",
    "=array": "array_agg array_fill",
    "=number": """
        ceil ceiling floor trunc round sqrt exp ln log log10 power pow sign div avg stddev stddev_pop stddev_samp
        variance var_pop var_samp
    """,
}

RETURN_RULES: dict[str, str] = {
    name: rule for rule, names in _BY_RULE.items() for name in names.split()
} | CATALOG_RETURNS

TABLE_COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "jsonb_each": (("key", "text"), ("value", "jsonb")),
    "json_each": (("key", "text"), ("value", "json")),
    "jsonb_each_text": (("key", "text"), ("value", "text")),
    "json_each_text": (("key", "text"), ("value", "text")),
    "jsonb_array_elements": (("value", "jsonb"),),
    "json_array_elements": (("value", "json"),),
    "jsonb_array_elements_text": (("value", "text"),),
    "json_array_elements_text": (("value", "text"),),
    "item_attributes": (("name", "text"), ("type", "text"), ("size", "bigint")),
    "pg_options_to_table": (("option_name", "text"), ("option_value", "text")),
    "aclexplode": (("grantor", "oid"), ("grantee", "oid"), ("privilege_type", "text"), ("is_grantable", "boolean")),
}
"""Functions in FROM whose columns have names of their own."""

HYPOTHETICAL = frozenset(["rank", "dense_rank", "percent_rank", "cume_dist"])
"""Aggregates WITHIN GROUP that tell the place of a row that might be there."""
PAIR_FUNCTIONS = frozenset(["json_each", "jsonb_each", "json_each_text", "jsonb_each_text"])
SET_RETURNING = frozenset(
    [
        "generate_series",
        "generate_subscripts",
        "unnest",
        "regexp_matches",
        "regexp_split_to_table",
        "string_to_table",
        "json_object_keys",
        "jsonb_object_keys",
        "jsonb_path_query",
        "pg_partition_ancestors",
        "_pg_expandarray",
        *TABLE_COLUMNS,
    ]
)
