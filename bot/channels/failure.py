"""One log line for what nobody expected."""

from __future__ import annotations

import traceback

import structlog


def log_unexpected(event: str, error: BaseException, **fields: str) -> None:
    """Log an error's type and the lines that it came through, without its message: that may hold a question's words."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    where = " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
    structlog.get_logger(__name__).error(event, error=type(error).__name__, where=where, **fields)


__all__ = ["log_unexpected"]
