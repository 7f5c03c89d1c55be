"""Copying the state: from SQLite to PostgreSQL above all, and between any two that Clearpost can use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import JSON, Boolean, Column, Date, Engine, Integer, insert, select, update

from bot.errors import StateError
from bot.jobs import Ledger
from bot.jobs.presence import FilePresence
from bot.ports import Delivery, Desk, Graded, Kept, Person, Place, Profile, Sitting, Turn
from bot.state import State, migrate, open_engine, reading, writing
from bot.state.columns import Utc, Words
from bot.state.copy import copy_state
from bot.state.tables import attempts, deliveries, events, metadata, people
from lessons.dials import Dial, Setting
from tests.contract.cases import CASE, INES, POST, claimed
from tests.contract.cases import opened as open_case
from tests.contract.test_learning import APPROVED, CRISIS

NOW = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)
MANY = 2500
"""More than two of the batches in which rows travel."""

SLACK = "slack:T024BE7LD"
KEY = Fernet.generate_key().decode()
Opener = Callable[[str], Engine]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Opens databases and closes them after the test."""
    engines: list[Engine] = []

    def open_one(url: str) -> Engine:
        engines.append(open_engine(url))
        return engines[-1]

    yield open_one
    for engine in engines:
        engine.dispose()


@pytest.fixture
def source(tmp_path: Path, opened: Opener) -> Engine:
    """A SQLite file with rows in every table."""
    engine = opened(f"sqlite:///{tmp_path / 'source.db'}")
    migrate(engine)
    _fill(engine)
    return engine


@pytest.fixture(params=["postgresql", "sqlite"])
def target(request: pytest.FixtureRequest, tmp_path: Path, opened: Opener) -> Engine:
    """An empty database of this version."""
    if request.param == "postgresql":
        return opened(request.getfixturevalue("postgres_url"))
    engine = opened(f"sqlite:///{tmp_path / 'target.db'}")
    migrate(engine)
    return engine


def test_every_row_arrives_as_it_was(source: Engine, target: Engine) -> None:
    """Every table has the same rows afterwards, to the microsecond, and the counts say how many."""
    before = _rows(source)
    assert all(before.values()), "fill every table, or this proves nothing about the empty ones"
    assert copy_state(source, target) == {name: len(rows) for name, rows in before.items()}
    assert _rows(target) == _rows(source) == before


def test_a_copy_back_is_the_same(source: Engine, target: Engine, tmp_path: Path, opened: Opener) -> None:
    """What was copied there can be copied back, for whoever has to return."""
    copy_state(source, target)
    back = opened(f"sqlite:///{tmp_path / 'back.db'}")
    migrate(back)
    copy_state(target, back)
    assert _rows(back) == _rows(source)


def test_what_was_copied_goes_on(source: Engine, target: Engine) -> None:
    """In the copy, tokens open with the same key, events stay seen, what is owed is owed once, and rows are added."""
    copy_state(source, target)
    state = State(target, (KEY,))
    assert state.installations.get("slack", "team:T024BE7LD") == "xoxb-of-nobody"
    assert not state.inbox.first("slack", "Ev1", NOW)
    assert Ledger(target, lambda: NOW).plan([_delivery(1), _delivery(3)]) == 1
    state.records.add_turn(SLACK, "t", Turn("and afterwards?", NOW))
    state.audit.add(SLACK, NOW, "U1", "installed", "slack", {})
    assert state.records.turns(SLACK, "t", NOW)[-1].question == "and afterwards?"
    assert [line.action for line in state.audit.lines(SLACK)] == [
        *("uninstalled", "escalation_opened", "dial_turned", "installed")
    ]
    assert list(state.audit.verify()) == []
    second = open_case(state, replace(CASE, id="second", organisation=SLACK))
    assert second.number == 2


def test_a_database_that_holds_something_is_refused(source: Engine, target: Engine) -> None:
    """A target with a single row is left as it is, and the table is named."""
    State(target).inbox.first("slack", "Ev9", NOW)
    before = _rows(target)
    with pytest.raises(StateError, match="the target holds events already; nothing was copied"):
        copy_state(source, target)
    assert _rows(target) == before


def test_a_database_cannot_be_copied_into_itself(source: Engine) -> None:
    """The same database as source and target is refused, and stays whole."""
    before = _rows(source)
    with pytest.raises(StateError, match="already; nothing was copied"):
        copy_state(source, source)
    assert _rows(source) == before


def test_a_file_in_use_is_refused(source: Engine, target: Engine) -> None:
    """While a worker has the source nothing is copied; once it ended, everything is."""
    presence = FilePresence(source)
    presence.claim()
    with pytest.raises(StateError, match=r"a clearpost is running on '.*source\.db'; stop it, then copy"):
        copy_state(source, target)
    presence.give_up()
    assert copy_state(source, target)["events"] == MANY
    presence.claim()
    presence.give_up()


def test_an_empty_state_is_copied(target: Engine, tmp_path: Path, opened: Opener) -> None:
    """A state without rows is no special case; what is added afterwards gets the first number."""
    empty = opened(f"sqlite:///{tmp_path / 'empty.db'}")
    migrate(empty)
    assert set(copy_state(empty, target).values()) == {0}
    State(target).audit.add(SLACK, NOW, "U1", "installed", "slack", {})
    assert [row["id"] for row in _rows(target)["audit"]] == [1]


@pytest.mark.parametrize("which", ["source", "target"])
def test_both_have_to_be_of_this_version(source: Engine, empty_postgres_url: str, opened: Opener, which: str) -> None:
    """A database that was not migrated is refused, whichever of the two it is, with what to run."""
    old = opened(empty_postgres_url)
    pair = (old, source) if which == "source" else (source, old)
    with pytest.raises(StateError, match=f"the {which} is of an older version; run 'clearpost migrate'"):
        copy_state(*pair)


def test_all_rows_or_none(source: Engine, postgres_url: str, opened: Opener) -> None:
    """Where the target refuses one row, it holds none afterwards; the error is one line without the row's words."""
    with writing(source) as connection:  # SQLite counts further than the column of PostgreSQL
        connection.execute(update(deliveries).where(deliveries.c.id == "weekly:1:0").values(round=2**40))
    goal = opened(postgres_url)
    with pytest.raises(StateError, match="the state cannot be written") as raised:
        copy_state(source, goal)
    assert "\n" not in str(raised.value) and "yours" not in str(raised.value)
    assert not any(_rows(goal).values())


def _fill(engine: Engine) -> None:
    """Put rows into every table: by the repositories where they write it, with the characters that people type."""
    state = State(engine, (KEY,))
    with writing(engine) as connection:
        seen = [{"surface": "slack", "id": f"Ev{at}", "at": NOW + timedelta(seconds=at)} for at in range(MANY)]
        connection.execute(insert(events), seen)
    state.workspaces.add(SLACK, "slack", "Example “Ltd” ☺", NOW)
    person = state.people.meet(SLACK, "U1", Profile("Ines Example", "ines@example.com", "Europe/Berlin", "en-GB"), NOW)
    state.places.keep(SLACK, Place("D1", "personal", {"channel": "D1", "nested": {"list": [1, None, "ü"]}}, "U1"), NOW)
    state.records.add_turn(SLACK, "t", Turn("May I post\n\x00this? 🙂", NOW))
    state.records.keep_reply(SLACK, Kept("r1", "U1", "t", NOW, '{"text": "no"}'))
    state.records.rate(SLACK, "r1", helped=False, at=NOW)
    state.records.join_thread(SLACK, "t", "U1", NOW)
    state.installations.put("slack", "team:T024BE7LD", SLACK, "xoxb-of-nobody", NOW)
    state.once.issue("slack_oauth", "token", NOW + timedelta(minutes=10))
    state.audit.add(SLACK, NOW, "slack", "uninstalled", "slack", {"scopes": ["a", "b"]})
    _fill_cases(state)
    Ledger(engine, lambda: NOW).plan([_delivery(1), _delivery(2)])
    with writing(engine) as connection:
        known = {"hire_date": date(2026, 9, 1), "roles": ["manager"], "track": "employees"}
        connection.execute(update(people).where(people.c.id == person.id).values(known))
        attempt = {"delivery": "weekly:1:0", "number": 1, "state": "intent", "executor": "e1", "at": NOW}
        connection.execute(insert(attempts).values(attempt))
    _fill_lessons(state, person)
    _fill_the_rest(engine)


def _fill_the_rest(engine: Engine) -> None:
    """One row of every kind of value in each table that is empty still."""
    with writing(engine) as connection:
        for table in metadata.sorted_tables:
            if connection.execute(select(table).limit(1)).first() is None:
                row = {each.name: _some(each) for each in table.columns if not _counted(each)}
                connection.execute(insert(table).values(row))


def _counted(column: Column[Any]) -> bool:
    return column.primary_key and isinstance(column.type, Integer) and len(list(column.table.primary_key)) == 1


def _some(column: Column[Any]) -> object:
    kinds: dict[type[Any], object] = {
        Utc: NOW,
        Words: f"{column.name} ☺",
        Date: NOW.date(),
        Boolean: True,
        JSON: {"a": [1, "ü"]},
    }
    return next((each for kind, each in kinds.items() if isinstance(column.type, kind)), 7)


def _fill_lessons(state: State, person: Person) -> None:
    assert state.learners.enrol(NOW) == 1
    state.learners.begin(Sitting("own", person.id, "disclosure", "1", "", NOW))
    state.learners.grade(Graded(person.id, "disclosure", "1", "c1", NOW, (0, 2), right=True, first=False))
    state.learners.prove(person.id, "disclosure#own", NOW, "question")
    state.learners.pause(person.id, NOW + timedelta(days=400), NOW)


def _fill_cases(state: State) -> None:
    asker = replace(INES, workspace=SLACK)
    case = open_case(state, replace(CASE, organisation=SLACK, asker=asker), posts=[POST])
    after, entry = claimed(case)
    assert state.escalations.change(case, after, [entry])
    state.desks.put(SLACK, Desk("legal", SLACK, "C1"), NOW)
    state.precedents.propose(replace(APPROVED, organisation=SLACK), [])
    state.crises.declare(replace(CRISIS, organisation=SLACK))
    state.programme.turn(SLACK, Dial.CONTENT, Setting.CASUAL, NOW, "cli")


def _delivery(number: int) -> Delivery:
    return Delivery(f"weekly:{number}:0", SLACK, "U1", "lesson", '{"text": "yours"}', NOW, resend=number == 2)


def _rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Every table's rows, in an order that no database's collation changes."""
    with reading(engine) as connection:
        found = {table: connection.execute(select(table)).mappings().all() for table in metadata.sorted_tables}
    return {
        table.name: sorted(map(dict, rows), key=lambda row: [row[column.name] for column in keys])
        for table, rows in found.items()
        for keys in [tuple(table.primary_key)]
    }
