"""What the contract suites run against: memory, a SQLite file, a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import Engine

from bot.ports import (
    Audit,
    Crises,
    Desks,
    Escalations,
    Inbox,
    Installations,
    Learners,
    Once,
    People,
    Places,
    Precedents,
    Records,
    Roster,
    Staff,
    Workspaces,
)
from bot.state import State, migrate, new_key, open_engine
from tests.fakes.state import MemoryState

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
KEY: Final = new_key()


class ReadLine(Protocol):
    """A line of the audit, as both tell it."""

    @property
    def actor(self) -> str:
        """Who."""
        ...

    @property
    def action(self) -> str:
        """Did what."""
        ...

    @property
    def subject(self) -> str:
        """To what."""
        ...

    @property
    def detail(self) -> Mapping[str, object]:
        """And how."""
        ...


class ReadAudit(Audit, Protocol):
    """An audit that can be read, as both can."""

    def lines(self, workspace: str) -> Sequence[ReadLine]:
        """The lines of a workspace, in the order in which they were added."""
        ...


class Repositories(Protocol):
    """The attributes that ``State`` and its fake have in common."""

    @property
    def records(self) -> Records:
        """The conversation's memory."""
        ...

    @property
    def people(self) -> People:
        """Who is who."""
        ...

    @property
    def workspaces(self) -> Workspaces:
        """Where Clearpost is installed."""
        ...

    @property
    def places(self) -> Places:
        """Where the bot can write to."""
        ...

    @property
    def inbox(self) -> Inbox:
        """Which events were seen."""
        ...

    @property
    def installations(self) -> Installations:
        """The platforms' leave to act."""
        ...

    @property
    def once(self) -> Once:
        """Tokens that are good for one use."""
        ...

    @property
    def audit(self) -> ReadAudit:
        """What was done by whom."""
        ...

    @property
    def escalations(self) -> Escalations:
        """Cases that were handed to a person."""
        ...

    @property
    def staff(self) -> Staff:
        """Who works for the Center of Excellence."""
        ...

    @property
    def desks(self) -> Desks:
        """Which channels contacts answer in."""
        ...

    @property
    def precedents(self) -> Precedents:
        """Answers that may be used again."""
        ...

    @property
    def crises(self) -> Crises:
        """The crisis of now."""
        ...

    @property
    def learners(self) -> Learners:
        """Who learns what."""
        ...

    @property
    def roster(self) -> Roster:
        """The company's list of its people."""
        ...

    def health(self) -> str:
        """``ok`` or what is wrong."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Store:
    """One store that can be opened several times, as several processes do, at once or one after another."""

    def __init__(self, opener: Callable[[Collection[str]], Repositories]) -> None:
        self._opener = opener
        self._opened: list[Repositories] = []

    def open(self, joined: Collection[str] = ()) -> Repositories:
        """Open the store once more."""
        self._opened.append(self._opener(joined))
        return self._opened[-1]

    def close(self) -> None:
        """Close everything that was opened."""
        for each in self._opened:
            each.close()


class Database:
    """A database that can be opened several times; ``engine`` is for a test to look inside."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = open_engine(url)
        self._opened: list[Engine] = [self.engine]
        migrate(self.engine)
        self.state = State(self.engine, (KEY,))

    def open(self, joined: Collection[str] = (), keys: Collection[str] = (KEY,)) -> State:
        """Open it once more, as another process does."""
        self._opened.append(open_engine(self.url))
        return State(self._opened[-1], tuple(keys), joined)

    def close(self) -> None:
        """Close everything that was opened."""
        for each in self._opened:
            each.dispose()


def memory() -> Callable[[Collection[str]], Repositories]:
    """Opens the same fake again and again."""
    opened: list[MemoryState] = []

    def open_one(joined: Collection[str]) -> MemoryState:
        if not opened:
            opened.append(MemoryState(joined))
        return opened[0]

    return open_one


__all__ = ["DAY", "KEY", "MINUTE", "NOW", "Database", "ReadLine", "Repositories", "Store", "memory"]
