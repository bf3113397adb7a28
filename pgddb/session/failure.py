"""Turn whatever goes wrong into an error for the client: the one broad except of pgddb."""

from __future__ import annotations

from collections.abc import Awaitable

import structlog

from pgddb.errors import InternalError, SqlError, StatementTooComplex
from pgddb.protocol.connection import OutOfTurn

log = structlog.stdlib.get_logger("pgddb.session")


async def attempt(step: Awaitable[None]) -> SqlError | None:
    """Await a step and give its error as the client shall see it, or None.

    Cancellation passes. A bug is logged with its traceback and becomes "internal error".
    """
    try:
        await step
    except SqlError as error:
        return error
    except RecursionError:
        return StatementTooComplex("stack depth limit exceeded", hint="Nest the statement less deeply.")
    except Exception as error:  # noqa: BLE001 - the one broad except: a bug must end a statement, not the server
        return _known_part(error) or _internal(error)
    return None


def _known_part(error: Exception) -> SqlError | None:
    """Find the first SqlError in a group of errors."""
    if not isinstance(error, ExceptionGroup):
        return None
    parts = (part if isinstance(part, SqlError) else _known_part(part) for part in error.exceptions)
    return next((part for part in parts if part is not None), None)


def _internal(error: Exception) -> SqlError:
    log.error("internal error", exc_info=error)
    failure = InternalError("internal error", hint="The server's log has the details.")
    if isinstance(error, OutOfTurn):
        failure.severity = "FATAL"
    return failure
