"""Put sessions behind sockets: listen, carry bytes, cancel, stop."""

from pgddb.server.listener import ListenRefused, Server, ServerSettings
from pgddb.server.tls import TlsContext, TlsFiles, TlsUnusable, open_context

__all__ = ["ListenRefused", "Server", "ServerSettings", "TlsContext", "TlsFiles", "TlsUnusable", "open_context"]
