"""One run with learners: owe them their lessons and send these while workers are killed, and count what came."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, func, select

from bot.state import migrate, open_engine, reading
from bot.state.lessons.tables import sittings
from bot.state.scratch import Settler, settle
from bot.state.tables import attempts
from tests.fakes.school import CURRICULUM
from tests.recovery.crew import Crew
from tests.recovery.provider import Provider
from tests.recovery.teacher import START

_WORKSPACE: Final = "slack:W1"
_ANY_MOMENT: Final = 0.15  # seconds by which a kill is put off at random


@dataclass(frozen=True, slots=True)
class LessonsResult:
    """What came of a run.

    ``deliveries`` had to come: each lesson of the curriculum to each of ``people``. ``lost`` never reached the
    provider, ``doubled`` counts copies too many and sittings beyond those. ``cut`` is how many sends were open when
    a worker was killed.
    """

    backend: str
    people: int
    deliveries: int
    kills: int
    lost: int
    doubled: int
    cut: int
    seconds: float


def run_lessons(url: str, folder: Path, *, people: int, kills: int, limit: float = 600.0) -> LessonsResult:
    """Teach so many people while workers are killed so many times.

    As ``run`` does: one worker on SQLite, two on PostgreSQL, which teach the same people. ``limit`` is in seconds.
    """
    engine = open_engine(url)
    provider = Provider(folder / "provider.db")
    try:
        migrate(engine)
        crowd = [Settler(f"p{each}", "employees", "Europe/Berlin") for each in range(people)]
        settle(engine, _WORKSPACE, crowd, START)
        return _teach(engine, url, folder, provider, people, kills, limit)
    finally:
        provider.close()
        engine.dispose()


def _teach(
    engine: Engine, url: str, folder: Path, provider: Provider, people: int, kills: int, limit: float
) -> LessonsResult:
    began, cut = time.monotonic(), 0
    due = {f"lesson:p{each}:{lesson}" for each in range(people) for lesson in CURRICULUM.lessons}
    arguments = (url, str(folder / "provider.db"), repr(time.time()))
    crew = Crew("tests.recovery.teacher", arguments, folder, limit)
    with crew.together(1 if engine.dialect.name == "sqlite" else 2) as workers:
        for kill in range(1, kills + 1):
            enough = kill * len(due) // (kills + 1)
            crew.until(lambda enough=enough: provider.count() >= enough)  # type: ignore[misc]
            time.sleep(random.uniform(0, _ANY_MOMENT))
            victim = workers.pop(0)
            victim.kill()
            cut += _open_sends(engine, victim.name)
            workers.append(crew.start())
        crew.until(lambda: due <= provider.times().keys() and not _open_sends(engine))
    times = provider.times()
    return LessonsResult(
        backend=engine.dialect.name,
        people=people,
        deliveries=len(due),
        kills=kills,
        lost=len(due - times.keys()),
        doubled=sum(times.values()) - len(times) + len(times.keys() - due) + _sittings(engine) - len(due),
        cut=cut,
        seconds=time.monotonic() - began,
    )


def _open_sends(engine: Engine, executor: str = "") -> int:
    """How many sends of an executor, or of anybody, are open."""
    query = select(func.count()).select_from(attempts).where(attempts.c.state == "intent")
    with reading(engine) as connection:
        return connection.execute(query.where(attempts.c.executor == executor) if executor else query).scalar_one()


def _sittings(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(sittings)).scalar_one()


__all__ = ["LessonsResult", "run_lessons"]
