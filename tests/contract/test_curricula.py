"""What every ``Curricula`` must do."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from bot.ports import Look
from bot.ports.curricula import Curricula, Taught
from tests.contract.school import School, in_database, in_memory, opened
from tests.contract.stores import DAY, MINUTE, NOW, Database
from tests.fakes.introductions import MemoryCurricula
from tests.fakes.learners import MemoryLearners

EVER: Final = datetime.min.replace(tzinfo=UTC)
LATER: Final = NOW + DAY


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def taught(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[School, Curricula]]:
    """A school with nobody in it and nothing taught: the fake, and each kind of database."""
    if request.param == "memory":
        school = in_memory()
        assert isinstance(school.learners, MemoryLearners)
        yield school, MemoryCurricula(school.learners)
        return
    sqlite = f"sqlite:///{tmp_path / 'state.db'}"
    database = Database(sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    state = database.open()
    yield in_database(state), state.curricula
    database.close()


def test_a_change_looks_at_everybody_again(taught: tuple[School, Curricula]) -> None:
    """Whoever was to be looked at weeks later is due now, once; who rests, as they left, is not."""
    school, curricula = taught
    ines, noor = school.join("ines"), school.join("noor")
    school.learners.plan([Look(each.id, NOW, NOW + 30 * DAY) for each in (ines, noor)])
    assert curricula.current() is None
    assert curricula.take_up("one", LATER, EVER)
    assert sorted(school.due(LATER)) == ["ines", "noor"]
    school.learners.plan([Look(each.id, LATER, NOW + 30 * DAY) for each in (ines, noor)])
    assert not curricula.take_up("one", LATER + MINUTE, EVER)
    assert school.due(LATER + MINUTE) == []
    assert curricula.current() == Taught("one", LATER)


def test_a_look_by_what_is_over_does_not_stand(taught: tuple[School, Curricula]) -> None:
    """Who waited already and is being looked at by another process meanwhile is looked at again by what is taught."""
    school, curricula = taught
    ines = school.join("ines")
    assert curricula.take_up("one", LATER, EVER)
    assert school.owe(ines, "of-before", NOW) == 0
    assert school.due(LATER) == ["ines"]


def test_what_others_took_up_just_now_is_not_taken_up_again(taught: tuple[School, Curricula]) -> None:
    """Before the moment that the caller knows of it is a change again, also back to what was taught before."""
    _, curricula = taught
    assert curricula.take_up("one", NOW, EVER)
    assert curricula.take_up("two", LATER, NOW)
    assert not curricula.take_up("two", LATER + MINUTE, LATER - MINUTE)
    assert curricula.take_up("two", LATER + MINUTE, LATER)
    assert curricula.take_up("one", LATER + 2 * MINUTE, LATER)
    assert curricula.current() == Taught("one", LATER + 2 * MINUTE)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_several_processes_one_takes_it_up(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    """Four that notice a change at the same moment look at everybody once."""
    sqlite = f"sqlite:///{tmp_path / 'state.db'}"
    database = Database(sqlite if kind == "sqlite" else request.getfixturevalue("postgres_url"))
    opened(database).join("ines")
    processes = [database.open().curricula for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        took = list(pool.map(lambda each: each.take_up("one", NOW, EVER), processes))
    assert sorted(took) == [False, False, False, True]
    database.close()
