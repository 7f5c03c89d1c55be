"""What the suites of learning share: people on a list who are met and taught, in memory and in each database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import Engine, select, update

from bot.ports import Change, Delivery, Graded, Learners, Look, Past, People, Person, Profile, Roster, Row, Sitting
from bot.state import State, reading, writing
from bot.state.tables import deliveries
from tests.contract.stores import DAY, NOW, Database
from tests.fakes.jobs import MemoryJobs
from tests.fakes.learners import MemoryLearners, MemoryRoster, RosteredPeople

ORG: Final = "slack:T1"
WEEK: Final = timedelta(days=7)
INES: Final = Row("ines@example.com", name="Ines Example", track="employees")


class Books(Protocol):
    """Which deliveries are owed."""

    def owed(self) -> list[str]:
        """The ids of those that are planned."""
        ...

    def sent(self, delivery: str) -> None:
        """One went out."""
        ...


class MemoryBooks:
    """The books of the fake."""

    def __init__(self, jobs: MemoryJobs) -> None:
        self._jobs = jobs

    def owed(self) -> list[str]:
        """The ids of those that are planned."""
        return sorted(self._jobs.owed)

    def sent(self, delivery: str) -> None:
        """One went out."""
        del self._jobs.owed[delivery]


class SqlBooks:
    """The books of a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def owed(self) -> list[str]:
        """The ids of those that are planned."""
        planned = select(deliveries.c.id).where(deliveries.c.state == "planned").order_by(deliveries.c.id)
        with reading(self._engine) as connection:
            return list(connection.execute(planned).scalars())

    def sent(self, delivery: str) -> None:
        """One went out."""
        with writing(self._engine) as connection:
            over = update(deliveries).where(deliveries.c.id == delivery)
            assert connection.execute(over.values(state="sent", ended=NOW)).rowcount == 1


class School:
    """A company's people, what they learn, and what is owed to them."""

    def __init__(self, people: People, learners: Learners, roster: Roster, books: Books) -> None:
        self.people = people
        self.learners = learners
        self.roster = roster
        self.books = books

    def listed(self, *rows: Row, at: datetime = NOW, dry_run: bool = False) -> list[Change]:
        """Import rows."""
        return list(self.roster.upsert(ORG, rows, at, dry_run=dry_run))

    def join(self, name: str, track: str = "employees", at: datetime = NOW) -> Person:
        """Somebody is listed, met in Slack under the account of their name, and enrolled."""
        email = f"{name}@example.com"
        self.listed(Row(email, track=track), at=at)
        person = self.people.meet(ORG, name, Profile(name, email), at)
        self.learners.enrol(at)
        return person

    def due(self, at: datetime = NOW, most: int = 100) -> list[str]:
        """The names of those at whom it is time to look."""
        return [each.person.profile.name for each in self.learners.looking(at, most)]

    def past(self, person: Person) -> Past:
        """What somebody has behind them."""
        return self.learners.pasts([person.id])[person.id]

    def owe(self, person: Person, name: str, at: datetime = NOW, due: datetime = NOW + DAY, again: int = 7) -> int:
        """A look at somebody that found a lesson."""
        return self.learners.plan([look(person, name, at, due, again)])


def sitting(person: Person, name: str = "one", due: datetime = NOW + DAY) -> Sitting:
    """A lesson that is owed to somebody."""
    return Sitting(f"lesson:{person.id}:{name}", person.id, name, "1", "employees-weekly", due)


def delivery(owed: Sitting, account: str) -> Delivery:
    """Its message."""
    return Delivery(owed.id, ORG, account, "lesson", '{"kind":"lesson"}', owed.due)


def look(person: Person, name: str, at: datetime = NOW, due: datetime = NOW + DAY, again: int = 7) -> Look:
    """A look that found a lesson, with the next one so many days later."""
    owed = sitting(person, name, due)
    return Look(person.id, at, at + again * DAY, owed, delivery(owed, person.profile.name))


def answer(person: Person, at: datetime = NOW, *, right: bool = True, lesson: str = "one") -> Graded:
    """An answer to a check."""
    return Graded(person.id, lesson, "1", "c1", at, (0, 2), right=right, first=False)


def in_memory() -> School:
    """The fakes."""
    people, jobs = RosteredPeople(), MemoryJobs()
    learners = MemoryLearners(people, jobs)
    return School(people, learners, MemoryRoster(people, learners), MemoryBooks(jobs))


def in_database(state: State) -> School:
    """The repositories of a database."""
    return School(state.people, state.learners, state.roster, SqlBooks(state.engine))


def opened(database: Database, joined: Collection[str] = ()) -> School:
    """A school over a database that is opened once more."""
    return in_database(database.open(joined))


__all__ = [
    "INES",
    "ORG",
    "WEEK",
    "Books",
    "MemoryBooks",
    "School",
    "SqlBooks",
    "answer",
    "delivery",
    "in_database",
    "in_memory",
    "look",
    "opened",
    "sitting",
]
