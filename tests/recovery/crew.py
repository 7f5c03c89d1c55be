"""Workers in processes of their own, to be killed as ``kill -9`` does."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

READY: Final = "ready"
"""What a worker says once it works, before its executor's name."""

_ROOT: Final = Path(__file__).parents[2]
_LOOK: Final = 0.02  # seconds between two looks at what came of the work


class RecoveryError(Exception):
    """The run did not come to its end."""


@dataclass(frozen=True, slots=True)
class Victim:
    """A worker in a process of its own; ``name`` is its executor's."""

    process: subprocess.Popen[str]
    name: str

    def hold(self) -> None:
        """Let it do nothing until it is let go or killed."""
        self.process.send_signal(signal.SIGSTOP)

    def let_go(self) -> None:
        """Let it work on."""
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill it, as ``kill -9`` does."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


class Crew:
    """Starts workers, ``module`` with ``arguments``, that write their log into ``folder``; ``limit`` is in seconds."""

    def __init__(self, module: str, arguments: Sequence[str], folder: Path, limit: float) -> None:
        self._command = (sys.executable, "-m", module, *arguments)
        self._log = folder / "workers.log"
        self._deadline = time.monotonic() + limit

    @contextmanager
    def together(self, number: int) -> Iterator[list[Victim]]:
        """The workers that live; at the end they are asked to stop, and killed where an error ended the run."""
        workers: list[Victim] = []
        begun = [self._spawn() for _ in range(number)]
        try:
            workers += [self._ready(each) for each in begun]
            yield workers
            for each in workers:
                each.process.communicate(timeout=30)
        finally:
            for process in (*begun, *(each.process for each in workers)):
                Victim(process, "").kill()

    def start(self) -> Victim:
        """One more worker, once it works."""
        return self._ready(self._spawn())

    def _spawn(self) -> subprocess.Popen[str]:
        with self._log.open("a", encoding="utf-8") as log:
            return subprocess.Popen(
                self._command,
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def _ready(self, started: subprocess.Popen[str]) -> Victim:
        assert started.stdout is not None
        said, _, name = started.stdout.readline().strip().partition(" ")
        victim = Victim(started, name)
        if said != READY:
            victim.kill()
            raise RecoveryError(f"a worker did not start: {self.told()}")
        return victim

    def until(self, done: Callable[[], object]) -> None:
        """Wait until something is so; ``RecoveryError`` where that takes longer than the limit of the run."""
        while not done():
            if time.monotonic() > self._deadline:
                raise RecoveryError(f"not done in time; {self.told()}")
            time.sleep(_LOOK)

    def told(self) -> str:
        """The end of their log."""
        return self._log.read_text("utf-8")[-2000:]


__all__ = ["READY", "Crew", "RecoveryError", "Victim"]
