"""Put sessions behind sockets: listen, carry bytes, cancel, stop."""

from pgddb.server.listener import ListenRefused, Server, ServerSettings

__all__ = ["ListenRefused", "Server", "ServerSettings"]
