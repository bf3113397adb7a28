"""Set the log up: one line for each event, readable on a terminal, JSON elsewhere."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import msgspec
import structlog

from pgddb.config import LogSettings


def configure_logs(settings: LogSettings) -> None:
    """Send every log line, of libraries too, to standard error."""
    as_console = settings.format == "console" or (settings.format == "auto" and sys.stderr.isatty())
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = [
        structlog.processors.ExceptionRenderer(_places),
        structlog.dev.ConsoleRenderer() if as_console else structlog.processors.JSONRenderer(serializer=_to_json),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last], foreign_pre_chain=steps
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(getattr(logging, settings.level.upper()), logging.INFO))
    logging.getLogger("pgddb").setLevel(settings.level.upper())
    for library in ("botocore", "aiobotocore", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)  # below that they log requests with their values
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *steps,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _to_json(event: object, **_: object) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()


def _places(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """Write a traceback without the texts of the exceptions: values of users' tables stand in them."""
    parts: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or error.__context__
    return "\ncaused by:\n".join(parts)
