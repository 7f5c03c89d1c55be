"""What the suites of durable work share: people to write to, deliveries, a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, select

from bot.jobs import Ledger, Limits, Pace, Rate
from bot.jobs.ledger import Queued
from bot.ports import Delivery, Profile
from bot.state import State, reading
from bot.state.tables import attempts, deliveries
from tests.contract.stores import NOW

W: Final = "slack:T1"
U: Final = "U1"
ONE: Final = Delivery("onboarding:U1:1", W, U, "lesson", '{"kind":"answer"}', NOW)
REMINDER: Final = replace(ONE, id="reminder:U1:1", kind="reminder", resend=True)
CARD: Final = Delivery("case:1:card", W, "", "case", '{"kind":"case"}', NOW, place="C1")
EDIT: Final = replace(CARD, id="case:1:card:2", edits=CARD.id, resend=True)

FAST: Final = Pace(sweep=0.05, poll=0.05, watch=0.1, check=0.5)
FREE: Final = Limits(rates={"slack": Rate(messages=10_000), "teams": Rate(messages=10_000)}, first_wait=0.1)


@dataclass(slots=True)
class Clock:
    """Time that passes when a test says so."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def pass_(self, **parts: float) -> None:
        """Let so many ``days``, ``hours``, ``minutes`` or ``seconds`` pass."""
        self.now += timedelta(**parts)


def meet(engine: Engine, *names: str, workspace: str = W) -> None:
    """Install the app in a workspace and meet people there, ``U1`` where nobody is named."""
    state = State(engine)
    state.workspaces.add(workspace, workspace.partition(":")[0], "Example", NOW)
    for account in names or (U,):
        state.people.meet(workspace, account, Profile(), NOW)


class Belt:
    """Takes what is enqueued, as the carrier does."""

    def __init__(self) -> None:
        self.queued: list[Queued] = []

    def __call__(self, _connection: Connection, queued: Sequence[Queued]) -> None:
        """Enqueue."""
        self.queued += queued


def queue(ledger: Ledger, most: int = 100) -> list[Queued]:
    """Sweep once."""
    belt = Belt()
    assert ledger.queue_due(["slack"], most, belt) == len(belt.queued)
    return belt.queued


def row(engine: Engine, delivery: str = ONE.id) -> Any:
    """What the ledger says of a delivery."""
    with reading(engine) as connection:
        return connection.execute(select(deliveries).where(deliveries.c.id == delivery)).one()


def tries(engine: Engine, delivery: str = ONE.id) -> list[str]:
    """The states of a delivery's attempts, oldest first."""
    asked = select(attempts.c.state).where(attempts.c.delivery == delivery).order_by(attempts.c.number)
    with reading(engine) as connection:
        return list(connection.execute(asked).scalars())


async def until(done: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something is so; fail where it takes too long."""
    async with asyncio.timeout(seconds):
        while not done():  # noqa: ASYNC110 - what is waited for happens in threads, in the database
            await asyncio.sleep(0.02)


__all__ = [
    "CARD",
    "EDIT",
    "FAST",
    "FREE",
    "ONE",
    "REMINDER",
    "Belt",
    "Clock",
    "U",
    "W",
    "meet",
    "queue",
    "row",
    "tries",
    "until",
]
