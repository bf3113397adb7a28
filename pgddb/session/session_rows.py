"""Make the rows of the system relations that show sessions: settings, activity, cursors, prepared statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from pgddb.execution import SessionRow
from pgddb.session.activity import SessionActivity
from pgddb.session.settings.definition import Setting, SettingType
from pgddb.session.settings.values import plain_value
from pgddb.session.state import SessionState

_HIDDEN_QUERY = "<insufficient privilege>"
_OWNER_OID = 10


def session_rows(state: SessionState, name: str) -> Sequence[SessionRow]:
    """Give the rows of a relation as this session sees it."""
    return list(_ROWS[name](state))


def _settings(state: SessionState) -> Iterator[SessionRow]:
    for row in state.settings.rows():
        setting = row.setting
        is_number = setting.type in {SettingType.INTEGER, SettingType.REAL}
        yield {
            "name": setting.name,
            "setting": plain_value(row.value),
            "unit": setting.unit,
            "category": setting.category,
            "short_desc": setting.description,
            "extra_desc": None,
            "context": setting.context.value,
            "vartype": setting.type.value,
            "source": row.source,
            "min_val": _limit(setting.minimum) if is_number else None,
            "max_val": _limit(setting.maximum) if is_number else None,
            "enumvals": _choices(setting),
            "boot_val": plain_value(setting.default),
            "reset_val": plain_value(row.reset_value),
            "sourcefile": None,
            "sourceline": None,
            "pending_restart": False,
        }


def _limit(number: float | None) -> str | None:
    return None if number is None else plain_value(number)


def _choices(setting: Setting) -> list[str] | None:
    return list(setting.choices) if setting.type is SettingType.ENUM else None


def _activities(state: SessionState) -> Iterator[SessionRow]:
    for one in state.host.activities():
        shown = _may_see(state, one)
        active = one.state == "active"
        yield {
            "datid": None,
            "datname": one.database,
            "pid": one.process_id,
            "leader_pid": None,
            "usesysid": _OWNER_OID if one.user == "postgres" else None,
            "usename": one.user,
            "application_name": one.application_name,
            "client_addr": one.client[0] if one.client and shown else None,
            "client_hostname": None,
            "client_port": one.client[1] if one.client and shown else None,
            "backend_start": _time(one.backend_start if shown else None),
            "xact_start": _time(one.xact_start if shown else None),
            "query_start": _time(one.query_start if shown else None),
            "state_change": _time(one.state_change if shown else None),
            "wait_event_type": None if active or not shown else "Client",
            "wait_event": None if active or not shown else "ClientRead",
            "state": one.state if shown else None,
            "backend_xid": None,
            "backend_xmin": None,
            "query_id": None,
            "query": one.query if shown else _HIDDEN_QUERY,
            "backend_type": "client backend" if shown else None,
        }


def _costs(state: SessionState) -> Iterator[SessionRow]:
    for one in state.host.activities():
        if _may_see(state, one):
            yield {
                "pid": one.process_id,
                "usename": one.user,
                "state": one.state,
                "requests": one.requests,
                "pages": one.pages,
                "read_units": one.read_units,
            }


def _may_see(state: SessionState, one: SessionActivity) -> bool:
    """Say whether a session may look at another one: of its own user, or any if its user's rights have no limits."""
    return one.user == state.user or not state.role.is_restricted


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def _cursors(state: SessionState) -> Iterator[SessionRow]:
    for portal in state.portals:
        yield {
            "name": portal.name,
            "statement": portal.prepared.text,
            "is_holdable": portal.holds,
            "is_binary": portal.is_binary,
            "is_scrollable": portal.scrolls,
            "creation_time": portal.created.isoformat(),
        }


def _prepared_statements(state: SessionState) -> Iterator[SessionRow]:
    for prepared in state.statements:
        if not prepared.name:
            continue
        yield {
            "name": prepared.name,
            "statement": prepared.text,
            "prepare_time": prepared.created.isoformat(),
            "parameter_types": list(prepared.parameter_oids),
            "from_sql": prepared.from_sql,
            "generic_plans": 0,
            "custom_plans": prepared.executions,
        }


def _channels(state: SessionState) -> Iterator[SessionRow]:
    for channel in sorted(state.listening):
        yield {"pg_listening_channels": channel}


def _locks(state: SessionState) -> Iterable[SessionRow]:  # noqa: ARG001 - one shape for all relations
    return ()  # DynamoDB has no locks, and reads take none


_ROWS: dict[str, Callable[[SessionState], Iterable[SessionRow]]] = {
    "pg_settings": _settings,
    "pg_stat_activity": _activities,
    "pg_cursors": _cursors,
    "pg_prepared_statements": _prepared_statements,
    "pg_listening_channels()": _channels,
    "pg_locks": _locks,
    "pgddb.activity": _costs,
}
