"""What is told to somebody of what they learned, what is left of it when they are forgotten, and that it is copied."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from bot.ports import Past, Person, Row
from bot.state import State, migrate, open_engine, reading
from bot.state.copy import copy_state
from bot.state.lessons.tables import LEARNING
from bot.state.tables import metadata, people
from tests.contract.school import ORG, School, answer, in_database, opened, sitting
from tests.contract.stores import DAY, NOW, Database

INES, NOOR = "ines@example.com", "noor@example.com"
ONE_EACH: Final = {"learners": 1, "sittings": 2, "graded": 1, "proofs": 1, "introductions": 1}


@pytest.fixture
def school(database: Database) -> School:
    """Ines and Noor have learned the same."""
    made = opened(database)
    for name in ("ines", "noor"):
        made.listed(Row(f"{name}@example.com", track="employees"))
    database.state.introductions.take(ORG, NOW, 9, DAY, NOW + DAY)
    for name in ("ines", "noor"):
        _learn(made, made.join(name))
    return made


def _learn(school: School, person: Person) -> None:
    school.learners.prove(person.id, f"policy#{person.profile.name}", NOW, "question")
    school.owe(person, "owed")
    own = sitting(person, "own", NOW)
    school.learners.begin(own)
    school.learners.open(person.id, own.id, NOW)
    school.learners.grade(answer(person))
    school.learners.pause(person.id, None, NOW)


def test_what_somebody_learned_is_told(school: School, database: Database) -> None:
    """An export holds their enrolment, sittings, answers and what they proved, and nobody else's."""
    told = database.open().subjects.export(ORG, INES)
    assert told is not None
    assert (told["learner"]["enrolled"], told["learner"]["weekly"]) == (NOW.isoformat(), True)
    assert [each["lesson"] for each in told["sittings"]] == ["own", "owed"]
    assert [(each["choices"], each["right"], each["first"]) for each in told["graded"]] == [([0, 2], True, True)]
    assert [each["section"] for each in told["proofs"]] == ["policy#ines"]
    assert [(each["workspace"], each["asked"]) for each in told["introductions"]] == [(ORG, NOW.isoformat())]
    noor = school.people.find(ORG, "noor")
    assert noor is not None and noor.id not in repr(told)


def test_nothing_that_somebody_learned_is_left(school: School, database: Database) -> None:
    """Who is forgotten leaves no row of learning, is owed nothing and cannot be planned for; the line says how much."""
    ines = school.people.find(ORG, "ines")
    assert ines is not None
    counts = database.open().subjects.forget(ORG, INES, NOW + DAY, "root")
    assert counts is not None and {name: counts[name] for name in ONE_EACH} == ONE_EACH
    assert school.past(ines) == Past() and school.learners.find(ines.id) is None
    assert school.books.owed() == [f"lesson:{_id(school, 'noor')}:owed"]
    assert school.owe(ines, "late", NOW + DAY, NOW + 2 * DAY) == 0
    with reading(database.engine) as connection:
        left = [table for table in metadata.sorted_tables if table.name not in ("audit", "deliveries")]
        assert ines.id not in repr([connection.execute(select(table)).all() for table in left])


def test_what_others_learned_stays(school: School, database: Database) -> None:
    """Forgetting one person changes nothing of what is told to another."""
    before = database.open().subjects.export(ORG, NOOR)
    database.open().subjects.forget(ORG, INES, NOW + DAY)
    assert database.open().subjects.export(ORG, NOOR) == before


def test_who_learned_nothing_can_be_forgotten(database: Database) -> None:
    """An account that was never met has no learning to be told or forgotten, and is not taken for another."""
    made = opened(database)
    _learn(made, made.join("ines"))
    subjects = database.open().subjects
    told = subjects.export(ORG, (ORG, "visitor"))
    assert told is not None and told["learner"] is None and told["sittings"] == told["graded"] == told["proofs"] == []
    counts = subjects.forget(ORG, (ORG, "visitor"), NOW)
    assert counts is not None and {counts[name] for name in ONE_EACH} == {0}
    assert len(made.past(_person(made, "ines")).sittings) == 2


def test_what_was_learned_is_copied(school: School, database: Database, tmp_path: Path) -> None:
    """Every row of learning arrives in another database, from either kind, and goes on there."""
    target = open_engine(f"sqlite:///{tmp_path / 'target.db'}")
    try:
        migrate(target)
        counts = copy_state(database.engine, target)
        assert {name: counts[name] for name in ONE_EACH} == {name: 2 * n for name, n in ONE_EACH.items()}
        assert _rows(target) == _rows(database.engine)
        there, ines = in_database(State(target)), _person(school, "ines")
        assert there.past(ines) == school.past(ines)
        assert not there.learners.grade(answer(ines, NOW + DAY)).first
    finally:
        target.dispose()


def _rows(engine: Any) -> list[list[dict[str, Any]]]:
    with reading(engine) as connection:
        found = [connection.execute(select(table)).mappings().all() for table in (*LEARNING, people)]
    return [sorted(map(dict, rows), key=repr) for rows in found]


def _person(school: School, name: str) -> Person:
    person = school.people.find(ORG, name)
    assert person is not None
    return person


def _id(school: School, name: str) -> str:
    return _person(school, name).id
