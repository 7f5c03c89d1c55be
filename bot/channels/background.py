"""Work that goes on after an event was acknowledged, finished before the process ends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import structlog

from bot.channels.failure import log_unexpected

_LAST_WORDS: Final = 1.0  # seconds that cancelled work has to end


class Background:
    """Tasks that nobody waits for, until the end. One for the whole server, used within one event loop."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        """How many tasks are not done."""
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin some work. What goes wrong in it and was not handled there is logged, without its message."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def finish(self, seconds: float) -> None:
        """Wait until all work is done, for at most so long; what is left then is logged and cancelled."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        if self._tasks:
            structlog.get_logger(__name__).error("unfinished_at_stop", tasks=len(self._tasks))
            left = tuple(self._tasks)
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=_LAST_WORDS)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            log_unexpected("background_work_failed", error)


__all__ = ["Background"]
