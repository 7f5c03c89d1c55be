"""The process that is killed while clocks ring: ``python -m tests.recovery.watcher DATABASE PROVIDER BEGAN SPEED`` runs
a worker that watches cases, until its standard input ends.

Time is that of the run: it goes ``SPEED`` times as fast as the machine's since the moment ``BEGAN``, and then stops.
"""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.conversation.escalate.clocks import Times
from bot.conversation.escalate.office import Office
from bot.conversation.escalate.watch import watch
from bot.jobs import Limits, Pace, Rate, Watch, Worker
from bot.log import configure
from bot.ports import Jobs
from bot.state import State, open_engine
from knowledge.models import Priority
from tests.fakes.office import office as office_of
from tests.recovery.crew import READY
from tests.recovery.provider import Provider, ProviderChannel

START: Final = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
OPENING: Final = timedelta(minutes=6)
"""Within this time the cases are opened, one after the other."""

SPAN: Final = timedelta(minutes=15)
"""What a case is given; it rings half-way, at the end, and for the third time half as long after that."""

END: Final = START + OPENING + SPAN + timedelta(seconds=30)
"""When time stops: every clock has rung twice, and none is due for the third time."""

_PACE: Final = Pace(sweep=0.2, poll=0.05, watch=0.5, check=3.0)
_LOOK: Final = 0.1  # seconds between two looks at the clocks


def office(state: State, jobs: Jobs | None = None) -> Office:
    """An office over a state in which every priority has the same time."""
    times = dict.fromkeys(Priority, SPAN)
    return replace(office_of(state, jobs=jobs, new_id=lambda: uuid.uuid4().hex), times=Times(times, times))


def clock(began: float, speed: float) -> Callable[[], datetime]:
    """The time of a run that began at a moment of the machine's clock."""
    return lambda: min(END, START + timedelta(seconds=(time.time() - began) * speed))


async def main(database: str, provider: str, began: str, speed: str) -> None:
    """Work until the standard input ends."""
    configure("json", "warning")
    now = clock(float(began), float(speed))
    engine = open_engine(database)
    whole = office(State(engine))
    worker = Worker(
        engine,
        {"slack": ProviderChannel(Provider(Path(provider)), can_find=True)},
        now,
        Limits(rates={"slack": Rate(messages=10_000)}, at_once=16, at_once_here=16),
        _PACE,
        watches=(Watch("clocks", _LOOK, lambda: watch(whole, now())),),
    )
    await worker.start()
    sys.stdout.write(f"{READY} {worker.executor}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await worker.stop(10)
    engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
