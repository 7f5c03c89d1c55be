"""What every ``Introductions`` must do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select

from bot.ports import Learners, People, Profile, Roster, Row
from bot.ports.introductions import Introductions
from bot.state import State, reading
from bot.state.lessons.tables import introductions
from bot.state.tables import people
from tests.contract.stores import DAY, MINUTE, NOW, Database
from tests.fakes.introductions import MemoryIntroductions
from tests.fakes.jobs import MemoryJobs
from tests.fakes.learners import MemoryLearners, MemoryRoster, RosteredPeople

T1: Final = "slack:T1"
T2: Final = "slack:T2"
COMPANY: Final = (T1, T2)
LEASE: Final = NOW + 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Listed:
    """A company of two workspaces, with its list."""

    people: People
    learners: Learners
    roster: Roster
    introductions: Introductions

    def add(self, *names: str, track: str = "employees", left: date | None = None) -> None:
        """Put people on the list."""
        self.roster.upsert("company", [Row(f"{each}@example.com", each, track, left=left) for each in names], NOW)

    def take(self, workspace: str = T1, at: datetime = NOW, most: int = 10, until: datetime | None = None) -> list[str]:
        """The names of those whom a workspace is to be asked for, in their order."""
        taken = self.introductions.take(workspace, at, most, MINUTE, until or at + 10 * MINUTE)
        return [each.email.partition("@")[0] for each in taken]


def _in_memory() -> Listed:
    people, jobs = RosteredPeople(COMPANY), MemoryJobs()
    learners = MemoryLearners(people, jobs)
    return Listed(people, learners, MemoryRoster(people, learners), MemoryIntroductions(people, COMPANY))


def _in_database(state: State) -> Listed:
    for each in COMPANY:
        state.workspaces.add(each, "slack", each, NOW)
    return Listed(state.people, state.learners, state.roster, state.introductions)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def listed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Listed]:
    """A company without people: the fake, and each kind of database."""
    if request.param == "memory":
        yield _in_memory()
        return
    sqlite = f"sqlite:///{tmp_path / 'state.db'}"
    database = Database(sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield _in_database(database.open(COMPANY))
    database.close()


def test_those_whom_nobody_met_are_asked_for(listed: Listed) -> None:
    """Somebody on a track without an account is; whoever was met, is on no track, has left or goes today is not."""
    listed.add("ines")
    listed.add("noor", left=(NOW + DAY).date())
    listed.add("met")
    listed.add("trackless", track="")
    listed.add("left", left=NOW.date())
    listed.people.meet(T2, "U2", Profile("met", "met@example.com"), NOW)
    listed.people.meet(T1, "U3", Profile("without an address"), NOW)
    assert sorted(listed.take()) == ["ines", "noor"]


def test_nobody_of_another_organisation_is(listed: Listed) -> None:
    """A workspace is never asked for the people of another company."""
    listed.add("ines")
    listed.roster.upsert("slack:T9", [Row("kim@example.com", track="employees")], NOW)
    assert listed.take() == ["ines"]
    assert listed.take("slack:T9") == ["kim"]


def test_whoever_was_taken_is_taken_again_when_their_time_is_over(listed: Listed) -> None:
    """Until then they are nobody else's, in this workspace; another one of the company is asked all the same."""
    listed.add("ines")
    assert listed.take(until=LEASE) == ["ines"]
    assert listed.take(at=LEASE - timedelta(seconds=1)) == []
    assert listed.take(T2) == ["ines"]
    assert listed.take(at=LEASE) == ["ines"]


def test_whom_a_workspace_does_not_know_is_put_off(listed: Listed) -> None:
    """They are left alone for as long as was said, and only there; who was never asked for goes before them then."""
    listed.add("ines")
    ines = listed.introductions.take(T1, NOW, 1, MINUTE, LEASE)[0]
    listed.introductions.put_off(T1, [ines.person], NOW + 7 * DAY)
    assert listed.take(at=NOW + DAY) == []
    assert listed.take(T2, NOW + DAY) == ["ines"]
    listed.add("noor")
    assert listed.take(at=NOW + 7 * DAY) == ["noor", "ines"]


def test_a_workspace_is_asked_so_often_and_no_more(listed: Listed) -> None:
    """Within a minute at most so many are taken there, whoever takes them; after it, as many again."""
    listed.add(*(f"p{each}" for each in range(5)))
    assert len(listed.take(most=3)) == 3
    assert listed.take(at=NOW + MINUTE / 2, most=3) == []
    assert len(listed.take(T2, NOW + MINUTE / 2, most=3)) == 3
    assert len(listed.take(at=NOW + MINUTE, most=3)) == 2


def test_whoever_is_met_is_not_asked_for_any_more(listed: Listed) -> None:
    """Met by their address, they have an account; the moment that they waited for brings nothing."""
    listed.add("ines")
    listed.take(until=LEASE)
    listed.people.meet(T1, "U1", Profile("Ines Example", "ines@example.com"), NOW)
    assert listed.take(at=LEASE) == []


def test_an_account_of_a_workspace_that_was_removed_does_not_count(tmp_path: Path) -> None:
    """Who was met where the app is gone is asked for in the company's other workspace."""
    database = Database(f"sqlite:///{tmp_path / 'state.db'}")
    state = database.open(COMPANY)
    listed = _in_database(state)
    listed.add("ines")
    listed.people.meet(T1, "U1", Profile("Ines Example", "ines@example.com"), NOW)
    assert listed.take(T2) == []
    state.workspaces.remove(T1, NOW)
    assert listed.take(T2) == ["ines"]
    database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_share_the_people_and_the_rate(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    """Of four that take at the same moment none gets whom another has, and together they get no more than allowed."""
    sqlite = f"sqlite:///{tmp_path / 'state.db'}"
    database = Database(sqlite if kind == "sqlite" else request.getfixturevalue("postgres_url"))
    processes: Collection[Listed] = [_in_database(database.open(COMPANY)) for _ in range(4)]
    next(iter(processes)).add(*(f"p{each}" for each in range(30)))
    with ThreadPoolExecutor(4) as pool:
        taken = [name for names in pool.map(lambda each: each.take(most=20), processes) for name in names]
    assert len(taken) == len(set(taken)) == 20
    database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nobody_is_left_of_whoever_becomes_somebody_else(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    """Whose address turns out to be another's is one person with them; of who they were no row is left."""
    sqlite = f"sqlite:///{tmp_path / 'state.db'}"
    database = Database(sqlite if kind == "sqlite" else request.getfixturevalue("postgres_url"))
    listed = _in_database(database.open(COMPANY))
    listed.add("before", "after")
    assert len(listed.take()) == 2
    listed.people.meet(T1, "U1", Profile("Ines Example", "before@example.com"), NOW)
    listed.people.meet(T1, "U1", Profile("Ines Example", "after@example.com"), NOW)
    with reading(database.engine) as connection:
        kept = connection.execute(select(introductions.c.person)).scalars().all()
    assert kept == [_id(database, "after")]
    database.close()


def _id(database: Database, name: str) -> str:
    """The id of somebody on the list."""
    with reading(database.engine) as connection:
        found: str = connection.execute(select(people.c.id).where(people.c.email == f"{name}@example.com")).scalar_one()
    return found
