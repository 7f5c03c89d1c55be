"""The process that is killed: ``python -m tests.recovery.victim DATABASE PROVIDER SURFACE`` runs a worker until its
standard input ends, which it does at the latest with the process that started it.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.jobs import Limits, Pace, Rate, Worker
from bot.log import configure
from bot.state import open_engine
from tests.recovery.crew import READY
from tests.recovery.provider import Provider, ProviderChannel

_FAST = Pace(sweep=0.2, poll=0.05, watch=0.5, check=3.0)


async def main(database: str, provider: str, surface: str) -> None:
    """Work until the standard input ends."""
    configure("json", "warning")
    channel = ProviderChannel(Provider(Path(provider)), can_find=surface == "slack")
    # slow enough to be caught in the middle, and little enough in hand that two workers share the work
    limits = Limits(rates={surface: Rate(messages=100)}, at_once=4, at_once_here=4)
    engine = open_engine(database)
    worker = Worker(engine, {surface: channel}, lambda: datetime.now(UTC), limits, _FAST)
    await worker.start()
    sys.stdout.write(f"{READY} {worker.executor}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await worker.stop(10)
    engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
