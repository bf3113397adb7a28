"""Give meaning to one client's conversation."""

from pgddb.session.contract import BackendKey, ClientLink, SessionHost, SessionSettings, StatementExecutor
from pgddb.session.session import Session

__all__ = ["BackendKey", "ClientLink", "Session", "SessionHost", "SessionSettings", "StatementExecutor"]
