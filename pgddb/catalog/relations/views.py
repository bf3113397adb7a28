"""Find the queries of the system views: PostgreSQL's own, or ours where its own asks for what is not here."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from pgddb.access.system_relation import SystemRelation
from pgddb.catalog.builtin import builtin_by_oid
from pgddb.sql.words import words

WITHOUT_QUERY = words(
    """
    pg_settings pg_stat_all_tables pg_backend_memory_contexts pg_config pg_cursors pg_file_settings
    pg_hba_file_rules pg_ident_file_mappings pg_locks pg_prepared_statements pg_prepared_xacts
    pg_publication_tables pg_replication_origin_status pg_replication_slots pg_sequences pg_shmem_allocations
    pg_stats pg_stats_ext pg_stats_ext_exprs pg_available_extension_versions pg_seclabels pg_policies
    pg_timezone_abbrevs pg_timezone_names
    pg_stat_activity pg_stat_all_indexes pg_stat_archiver pg_stat_bgwriter pg_stat_database
    pg_stat_database_conflicts pg_stat_gssapi pg_stat_progress_analyze pg_stat_progress_basebackup
    pg_stat_progress_cluster pg_stat_progress_copy pg_stat_progress_create_index pg_stat_progress_vacuum
    pg_stat_recovery_prefetch pg_stat_replication pg_stat_replication_slots pg_stat_slru pg_stat_ssl
    pg_stat_subscription pg_stat_subscription_stats pg_stat_user_functions pg_stat_wal pg_stat_wal_receiver
    pg_stat_xact_all_tables pg_stat_xact_user_functions pg_statio_all_indexes pg_statio_all_sequences
    pg_statio_all_tables
    """
)
"""Views of PostgreSQL over functions of its core: here they are tables, most of them empty."""


@cache
def view_text(relation: SystemRelation) -> str | None:
    """Give the query of a view in PostgreSQL's words, None for what is no view here."""
    if relation.name in WITHOUT_QUERY:
        return None
    own = files(__package__) / relation.schema / f"{relation.name}.sql"
    if own.is_file():
        return own.read_text()
    row = builtin_by_oid("view_definitions").get(relation.oid)
    return None if row is None else str(row["definition"]).rstrip().rstrip(";")
