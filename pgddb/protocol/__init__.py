"""Bytes to messages to a legal conversation, with no socket and no clock."""

from pgddb.protocol.connection import OutOfTurn, ServerConnection
from pgddb.protocol.framing import starts_tls
from pgddb.protocol.messages.registry import BackendMessage, FrontendMessage
from pgddb.protocol.transitions import Phase

__all__ = ["BackendMessage", "FrontendMessage", "OutOfTurn", "Phase", "ServerConnection", "starts_tls"]
