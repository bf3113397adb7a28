"""The command line."""

from pgddb.cli.commands import main

__all__ = ["main"]
