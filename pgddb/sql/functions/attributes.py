"""Define the functions of DynamoDB's attributes over raw items, for paths that are known only row by row.

A path goes by DynamoDB's typed JSON: below the first step stands a map (M) or a list (L). Paths that the statement
spells out need none of this, they are columns of the decode subquery.
"""

from __future__ import annotations

from pgddb.sql.functions.macros import macros

MACROS = macros(r"""
    pg_pointer_step(k) AS system.main.replace(system.main.replace(k, '~', '~0'), '/', '~1');
    pg_item_attribute(v, k) AS json_extract_string(v, '/' || pg_pointer_step(k));
    pg_map_attribute(v, k) AS json_extract_string(v, '/M/' || pg_pointer_step(k));
    pg_list_attribute(v, k) AS CASE WHEN regexp_full_match(k, '[0-9]{1,9}')
        THEN json_extract_string(v, '/L/' || TRY_CAST(TRY_CAST(k AS INTEGER) AS VARCHAR)) END;
    pg_inner_attribute(v, k) AS coalesce(pg_map_attribute(v, k), pg_list_attribute(v, k));
    pg_attribute_type(a) AS system.main.split_part(a, '"', 2);
    pg_attribute_exists(v, k, a) AS CASE WHEN v IS NOT NULL AND k IS NOT NULL THEN a IS NOT NULL END;
    pg_item_attribute_size(v, k) AS pgddb_value_size(pg_item_attribute(v, k)) + strlen(k);
    pg_inner_attribute_size(v, k) AS coalesce(pgddb_value_size(pg_map_attribute(v, k)) + strlen(k) + 1,
        pgddb_value_size(pg_list_attribute(v, k)) + 1)
""")
