"""One run: plan, work, kill, work on, count."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, func, select

from bot.jobs import Ledger
from bot.ports import Delivery
from bot.state import migrate, open_engine, reading
from bot.state.tables import accounts, attempts, deliveries, workspaces
from tests.recovery.crew import Crew, RecoveryError, Victim
from tests.recovery.provider import Provider

_PEOPLE: Final = 200
_ROUND_TRIP: Final = 0.1  # seconds by which a kill is put off at random, so that it hits any moment of a send


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run.

    ``lost`` never reached the provider and nobody knows it; ``doubled`` counts messages too many; ``ambiguous`` are
    marked as such. ``cut`` is how many sends were open when a worker was killed, ``seconds`` how long the run took.
    """

    backend: str
    deliveries: int
    kills: int
    lost: int
    doubled: int
    ambiguous: int
    cut: int
    seconds: float


def run(url: str, folder: Path, *, deliveries: int, kills: int, surface: str = "slack", limit: float = 600.0) -> Result:
    """Deliver so many messages while workers are killed so many times.

    On SQLite a killed worker is started again; on PostgreSQL there are always two, and one that was killed never
    returns: another one, with another name, comes in its place. ``limit`` is in seconds.
    """
    engine = open_engine(url)
    provider = Provider(folder / "provider.db")
    try:
        return _Run(engine, url, folder, provider, surface, limit).go(deliveries, kills)
    finally:
        provider.close()
        engine.dispose()


class _Run:
    def __init__(self, engine: Engine, url: str, folder: Path, provider: Provider, surface: str, limit: float) -> None:
        self._engine = engine
        self._provider = provider
        self._surface = surface
        self._began = time.monotonic()
        self._crew = Crew("tests.recovery.victim", (url, str(folder / "provider.db"), surface), folder, limit)
        self._together = 1 if engine.dialect.name == "sqlite" else 2
        self._cut = 0

    def go(self, number: int, kills: int) -> Result:
        migrate(self._engine)
        planned = self._plan(number)
        with self._crew.together(self._together) as workers:
            for kill in range(1, kills + 1):
                self._crew.until(lambda due=kill * number // (kills + 1): self._provider.count() >= due)  # type: ignore[misc]
                time.sleep(random.uniform(0, _ROUND_TRIP))
                self._cut_off(workers.pop(0))
                workers.append(self._crew.start())
            self._crew.until(lambda: not self._unfinished())
        times = self._provider.times()
        states = self._states()
        return Result(
            backend=self._engine.dialect.name,
            deliveries=number,
            kills=kills,
            lost=sum(not times[each] and states[each] != "ambiguous" for each in planned),
            doubled=sum(count - 1 for count in times.values()),
            ambiguous=sum(state == "ambiguous" for state in states.values()),
            cut=self._cut,
            seconds=time.monotonic() - self._began,
        )

    def _cut_off(self, victim: Victim) -> None:
        """Kill a worker in the middle of a send; it is held while that is looked up, or the send would be over."""

        def caught() -> bool:
            victim.hold()
            if self._open_sends(victim.name) or not self._unfinished():
                return True
            victim.let_go()
            return False

        self._crew.until(caught)
        self._cut += self._open_sends(victim.name)
        victim.kill()

    def _plan(self, number: int) -> list[str]:
        now = datetime.now(UTC)
        workspace = f"{self._surface}:W1"
        person = {"workspace": workspace, "renewed": now, "reachable": True}
        with self._engine.begin() as connection:
            connection.execute(
                workspaces.insert(),
                {"id": workspace, "surface": self._surface, "name": "", "organisation": "", "since": now},
            )
            connection.execute(
                accounts.insert(), [person | {"account": f"U{each}", "person": f"p{each}"} for each in range(_PEOPLE)]
            )
        owed = [
            Delivery(f"run:U{each % _PEOPLE}:{each}", workspace, f"U{each % _PEOPLE}", "lesson", "{}", now)
            for each in range(number)
        ]
        if Ledger(self._engine, lambda: now).plan(owed) != number:
            raise RecoveryError("not every delivery was planned; use an empty database")
        return [each.id for each in owed]

    def _unfinished(self) -> bool:
        waiting = select(deliveries.c.id).where(deliveries.c.ended.is_(None)).limit(1)
        with reading(self._engine) as connection:
            return connection.execute(waiting).first() is not None

    def _open_sends(self, executor: str) -> int:
        theirs = (attempts.c.state == "intent", attempts.c.executor == executor)
        open_ones = select(func.count()).select_from(attempts).where(*theirs)
        with reading(self._engine) as connection:
            return connection.execute(open_ones).scalar_one()

    def _states(self) -> dict[str, str]:
        with reading(self._engine) as connection:
            return dict(connection.execute(select(deliveries.c.id, deliveries.c.state)).all())


__all__ = ["Result", "run"]
