"""Short blocking calls of the ports, made from the event loop."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

_Found = TypeVar("_Found")
_Taken = ParamSpec("_Taken")

_THREADS: Final = 4


class Lookups:
    """Threads for looking things up in the state: in the common ones a look-up would wait behind the questions."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="slack-state")

    async def __call__(self, call: Callable[_Taken, _Found], *arguments: _Taken.args, **named: _Taken.kwargs) -> _Found:
        """What a blocking call returns, or raises."""
        context = contextvars.copy_context()  # so that a log line from there has its request id, too
        work = partial(context.run, call, *arguments, **named)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Take no more calls."""
        self._threads.shutdown(wait=False)


__all__ = ["Lookups"]
