"""A worker in a process of its own, to be measured and killed: ``python -m bot.bench.lesson_worker``.

Its first line of input says what it works on; it works until its input ends, at the latest with who started it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from bot.bench.fake_limits import SPACING, FakeChannel, session
from bot.jobs import Limits, Rate
from bot.log import configure
from bot.wiring.measuring import sending

READY: Final = "ready"
"""What it says once it works."""

SURFACE: Final = "slack"
"""The surface that it works on."""

_LAST_SENDS: Final = 10  # seconds


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker works on: a database, a platform and how many messages a second that takes.

    ``behind`` is by how many seconds its clock is slow, so that what was planned for a day is sent on that day.
    """

    database: str
    platform: str
    rate: int
    behind: float

    def as_line(self) -> str:
        """As a line of input: a password in it is nothing for the list of processes."""
        return json.dumps(asdict(self)) + "\n"


async def main() -> None:
    """Work until the input ends."""
    configure("json", "error")
    task = Task(**json.loads(sys.stdin.readline()))
    limits = Limits(rates={SURFACE: Rate(messages=task.rate, spacing=SPACING)})
    async with session() as calls:
        channels = {SURFACE: FakeChannel(calls, task.platform)}
        with sending(task.database, channels, limits, timedelta(seconds=task.behind)) as worker:
            await worker.start()
            sys.stdout.write(f"{READY}\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.read)
            await worker.stop(_LAST_SENDS)


if __name__ == "__main__":
    asyncio.run(main())
