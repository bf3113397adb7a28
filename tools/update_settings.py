"""Write pgddb/session/settings/postgres.tsv from the pg_settings of a running PostgreSQL 15.

Usage: psql -XqAt -f <(python tools/update_settings.py --query) | python tools/update_settings.py
"""

from __future__ import annotations

import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "pgddb" / "session" / "settings" / "postgres.tsv"
HEADER = "name vartype context unit min_val max_val enumvals default category description"

SERVER_SIDE = """
authentication_timeout autovacuum block_size cluster_name data_checksums data_directory_mode debug_assertions
default_table_access_method full_page_writes fsync hot_standby in_hot_standby integer_datetimes lc_collate lc_ctype
lc_messages listen_addresses log_connections log_disconnections log_duration log_error_verbosity
log_min_duration_statement log_min_error_statement log_min_messages log_statement log_timezone max_connections
max_function_args max_identifier_length max_index_keys max_locks_per_transaction max_prepared_transactions
max_replication_slots max_stack_depth max_wal_senders max_worker_processes port segment_size server_encoding
server_version server_version_num session_replication_role shared_buffers ssl superuser_reserved_connections
temp_file_limit track_activities track_activity_query_size track_counts track_functions track_io_timing
unix_socket_directories wal_block_size wal_level wal_segment_size deadlock_timeout
"""
"""Settings beyond those of context `user` that clients read."""

QUERY = """
SELECT concat_ws(E'\\t', name, vartype, context, coalesce(unit, ''), coalesce(min_val, ''), coalesce(max_val, ''),
  coalesce(array_to_string(enumvals, '|'), ''), coalesce(boot_val, ''), category,
  short_desc)
FROM pg_settings
WHERE (context = 'user' OR name IN ({names})) AND name NOT IN ('restrict_nonsystem_relation_kind')
ORDER BY lower(name)
""".format(names=", ".join(f"'{name}'" for name in SERVER_SIDE.split()))


def main() -> None:
    if "--query" in sys.argv:
        print(QUERY)
        return
    rows = [line for line in sys.stdin.read().splitlines() if line]
    TARGET.write_text("\n".join([HEADER.replace(" ", "\t"), *rows]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
