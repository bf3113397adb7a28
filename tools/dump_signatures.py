"""Write pgddb/sql/types/builtin/*.tsv: the functions, operators, casts and types that a new PostgreSQL 15 has.

Usage: python tools/dump_signatures.py "host=127.0.0.1 user=postgres"
"""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg

TARGET = Path(__file__).parent.parent / "pgddb" / "sql" / "types" / "builtin"
HIDDEN = "'internal', 'trigger', 'event_trigger', 'fdw_handler', 'index_am_handler', 'table_am_handler', 'tsm_handler'"
QUERIES = {
    "functions": f"""
        SELECT p.proname, p.prokind, p.proretset::int, p.pronargdefaults,
               CASE WHEN p.provariadic = 0 THEN '' ELSE format_type(p.provariadic, NULL) END,
               format_type(p.prorettype, NULL),
               array_to_string(ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) t), '|')
          FROM pg_proc p
         WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind IN ('f', 'a', 'w') AND p.oid < 16384
           AND format_type(p.prorettype, NULL) NOT IN ({HIDDEN})
           AND NOT EXISTS (SELECT FROM unnest(p.proargtypes) t WHERE format_type(t, NULL) IN ({HIDDEN}, 'cstring'))
         ORDER BY 1, 7""",
    "operators": """
        SELECT o.oprname, CASE WHEN o.oprleft = 0 THEN '' ELSE format_type(o.oprleft, NULL) END,
               format_type(o.oprright, NULL), format_type(o.oprresult, NULL)
          FROM pg_operator o WHERE o.oid < 16384 AND o.oprright <> 0 AND o.oprresult <> 0 ORDER BY 1, 2, 3""",
    "casts": """
        SELECT format_type(castsource, NULL), format_type(casttarget, NULL), castcontext, castmethod
          FROM pg_cast WHERE oid < 16384 AND castsource <> casttarget ORDER BY 1, 2""",
    "types": """
        SELECT format_type(oid, NULL), typcategory, typispreferred::int FROM pg_type
         WHERE oid < 16384 AND typtype IN ('b', 'p', 'r', 'm', 'd')
           AND NOT (typname ^@ '_' AND typelem <> 0) AND typnamespace = 'pg_catalog'::regnamespace
         ORDER BY 1""",
}


def dump(dsn: str) -> None:
    """Ask PostgreSQL and write one file for each query."""
    TARGET.mkdir(exist_ok=True)
    with psycopg.connect(dsn) as connection:
        for name, query in QUERIES.items():
            rows = connection.execute(query.encode()).fetchall()
            lines = ["\t".join(map(str, row)) for row in rows]
            (TARGET / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    dump(sys.argv[1])
