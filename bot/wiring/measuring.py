"""What is measured on: a state of its own with many people in it, taught by the real lessons of each week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.settings import Settings
from bot.wiring._answers import now
from bot.wiring._lessons import school
from knowledge.live import LiveAnswers
from lessons.catalogue import Catalogue
from lessons.models import Rhythm, Track
from lessons.schedule import Hours

if TYPE_CHECKING:
    from bot.conversation.learn.school import School
    from bot.jobs import Counts, Limits, Worker
    from bot.ports import Channel
    from bot.state import State

_ALL_DAY: Final = (time(0), time(23, 59))
_DAY: Final = 2  # Wednesday, on which everybody's lesson comes: so all of them can be sent in one go


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person to be taught; ``time_zone`` is a name of the IANA database."""

    id: str
    track: Track
    time_zone: str


class Campus:
    """A state with the school over it, which teaches weekly lessons alone, and all of them on Wednesdays."""

    def __init__(self, settings: Settings, live: LiveAnswers, remembered: State) -> None:
        self._remembered = remembered
        whole = school(settings, live, remembered)
        rules = replace(whole.rules, hours=Hours(*_ALL_DAY, frozenset({_DAY})))
        self.school: School = replace(whole, curriculum=_Weekly(whole), rules=rules)

    def settle(self, workspace: str, people: Sequence[Newcomer], at: datetime) -> None:
        """Make a workspace with people whom the bot may write to."""
        from bot.state.scratch import Settler, settle

        crowd = [Settler(each.id, each.track.value, each.time_zone) for each in people]
        settle(self._remembered.engine, workspace, crowd, at)

    def counts(self, at: datetime) -> Counts:
        """How many deliveries are in which state."""
        from bot.jobs.upkeep import count

        return count(self._remembered.engine, at)


class _Weekly:
    """The curriculum without onboarding: everybody's weekly lessons begin at once."""

    def __init__(self, whole: School) -> None:
        self._of = whole.curriculum
        self._known: tuple[Catalogue, Catalogue] | None = None

    def __call__(self) -> Catalogue:
        now = self._of()
        if self._known is None or self._known[0] is not now:
            weekly = tuple(each for each in now.programmes if each.rhythm is Rhythm.WEEKLY)
            self._known = (now, Catalogue(now.lessons, weekly))
        return self._known[1]


@contextmanager
def campus(settings: Settings, live: LiveAnswers, url: str) -> Iterator[Campus]:
    """A school over an empty database.

    Raises:
        StateError: where it cannot be used.
    """
    from bot.state import State, migrate, open_engine

    engine = open_engine(url)
    try:
        migrate(engine)
        yield Campus(settings, live, State(engine))
    finally:
        engine.dispose()


@contextmanager
def scratch_database(server: str) -> Iterator[str]:
    """The URL of a new database on a PostgreSQL server, gone afterwards.

    Raises:
        StateError: where the server cannot be used.
    """
    from bot.state.scratch import scratch_database

    with scratch_database(server) as url:
        yield url


@contextmanager
def sending(url: str, channels: Mapping[str, Channel], limits: Limits, behind: timedelta) -> Iterator[Worker]:
    """A worker over a database, not started yet, whose clock is slow by so much.

    Raises:
        StateError: where the database cannot be used.
    """
    from bot.jobs import Worker
    from bot.state import open_engine

    engine = open_engine(url)
    try:
        yield Worker(engine, channels, lambda: now() - behind, limits)
    finally:
        engine.dispose()


__all__ = ["Campus", "Newcomer", "campus", "scratch_database", "sending"]
