"""Log lines: structlog to standard error, for people or as JSON. Never a question's text above debug level."""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog


def configure(form: Literal["console", "json"], level: str) -> None:
    """Set the form and the least serious level of every line that this process logs."""
    least = logging.getLevelNamesMapping()[level.upper()]
    renderer = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(
        level=max(least, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )


__all__ = ["configure"]
