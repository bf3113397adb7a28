SELECT current_database() AS table_catalog, nr.nspname AS table_schema, r.relname AS table_name,
       a.attname AS column_name, current_database() AS constraint_catalog, nc.nspname AS constraint_schema,
       c.conname AS constraint_name
  FROM (SELECT oid, conname, connamespace, CASE contype WHEN 'f' THEN confrelid ELSE conrelid END AS relation,
               unnest(CASE contype WHEN 'f' THEN confkey ELSE conkey END) AS number
          FROM pg_catalog.pg_constraint WHERE contype IN ('p', 'u', 'f', 'c')) c
  JOIN pg_catalog.pg_class r ON r.oid = c.relation AND r.relkind IN ('r', 'p')
  JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.number AND NOT a.attisdropped
  JOIN pg_catalog.pg_namespace nr ON nr.oid = r.relnamespace
  JOIN pg_catalog.pg_namespace nc ON nc.oid = c.connamespace
 WHERE pg_has_role(r.relowner, 'USAGE')
