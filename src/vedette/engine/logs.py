"""The log on standard error: an event name with fields, for people or as JSON."""

import logging
import sys
from typing import Literal, TextIO

import structlog

LogFormat = Literal["text", "json"]


def set_up_logs(log_format: LogFormat = "text", stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every log line to standard error: as JSON, or as text, coloured where somebody watches."""
    out = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_renderer(log_format, out),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )


def _renderer(log_format: LogFormat, out: TextIO) -> list[structlog.typing.Processor]:
    if log_format == "json":
        return [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
    return [structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=0, pad_level=False)]
