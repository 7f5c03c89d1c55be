"""Work that is done again and again in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from bot.errors import BotError


class Ticker:
    """Calls ``work`` every so many seconds, at once the first time and when it is woken, until it is stopped.

    ``problem`` is what was wrong the last time, empty where all was well. An error ends one call, never the ticker.
    """

    def __init__(self, name: str, seconds: float, work: Callable[[], object]) -> None:
        self.problem = ""
        self._name = name
        self._seconds = seconds
        self._work = work
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"clearpost-{name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Make the next call now, or right after the one that is being made; from any thread."""
        self._wake.set()

    def stop(self, seconds: float) -> None:
        """End, after the call that is being made; wait for that at most so long."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            self._wake.clear()  # before the look at ``_stop``: who stops sets that one first
            if self._stop.is_set():
                return
            problem = self._once()
            if problem and problem != self.problem:
                structlog.get_logger(__name__).error("job_failed", job=self._name, problem=problem)
            self.problem = problem
            self._wake.wait(self._seconds)

    def _once(self) -> str:
        try:
            self._work()
        except BotError as error:
            return f"{self._name}: {error}"
        except Exception as error:  # noqa: BLE001 - the ticker must outlive whatever one call raises
            return f"{self._name}: {type(error).__name__}"
        return ""


__all__ = ["Ticker"]
