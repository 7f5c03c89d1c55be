"""The process that is killed while lessons are owed and sent.

``python -m tests.recovery.teacher DATABASE PROVIDER BEGAN`` runs a worker that teaches, until its standard input ends.

Time is that of the run: it goes ``SPEED`` times as fast as the machine's since the moment ``BEGAN``, and then stops.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Final

from bot.conversation.learn.school import School
from bot.conversation.learn.teach import teach
from bot.jobs import Limits, Pace, Rate, Watch, Worker
from bot.log import configure
from bot.state import State, open_engine
from lessons.schedule import Hours, Rules
from tests.fakes.office import office
from tests.fakes.school import school as school_of
from tests.recovery.crew import READY
from tests.recovery.provider import Provider, ProviderChannel

START: Final = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
SPEED: Final = 6000.0
"""A day takes 14 seconds: whoever is killed for long enough finds that it is too late for what was owed."""

END: Final = START + timedelta(days=20)
"""When time stops."""

_RULES: Final = Rules(
    Hours(clock_time(0), clock_time(23, 59), frozenset(range(7))), weekly_cap=7, patience=timedelta(hours=18)
)
_PACE: Final = Pace(sweep=0.2, poll=0.05, watch=0.5, check=3.0)
_LOOK: Final = 0.1  # seconds between two looks at who is due


def school(state: State) -> School:
    """A school over a state that teaches on every day, at any hour."""
    return replace(school_of(office(state), state.learners), rules=_RULES)


def clock(began: float) -> Callable[[], datetime]:
    """The time of a run that began at a moment of the machine's clock."""
    return lambda: min(END, START + timedelta(seconds=(time.time() - began) * SPEED))


async def main(database: str, provider: str, began: str) -> None:
    """Work until the standard input ends."""
    configure("json", "warning")
    now = clock(float(began))
    engine = open_engine(database)
    whole = school(State(engine))
    worker = Worker(
        engine,
        {"slack": ProviderChannel(Provider(Path(provider)), can_find=True)},
        now,
        Limits(rates={"slack": Rate(messages=200)}),
        _PACE,
        watches=(Watch("lessons", _LOOK, lambda: teach(whole, now())),),
    )
    await worker.start()
    sys.stdout.write(f"{READY} {worker.executor}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await worker.stop(10)
    engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
