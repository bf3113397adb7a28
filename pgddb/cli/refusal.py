"""End the program with one plain sentence and a hint instead of a traceback."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

EXIT_CANNOT_START = 1


def fail(message: str, hint: str | None = None) -> NoReturn:
    """Say in one sentence what is wrong and what to do, and end."""
    sentence = message[:1].upper() + message[1:]
    click.echo(f"pgddb: {sentence.rstrip('.')}.", err=True)
    if hint:
        click.echo(f"Hint: {hint}", err=True)
    sys.exit(EXIT_CANNOT_START)
