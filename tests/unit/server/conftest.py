"""Give the tests a server with a fake engine behind it."""

from tests.fakes.sessions import client, server, start_server

__all__ = ["client", "server", "start_server"]
