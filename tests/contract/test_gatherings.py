"""What every ``Gatherings`` and every ``Notes`` must do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from bot.errors import StateError
from bot.ports import Delivery, Party
from bot.ports.gatherings import Gathering, Gatherings, Guest, Note, Notes, Phase, Remark, Step
from bot.state import reading, writing
from bot.state.lessons.gatherings import SqlGatherings, ringing_statement
from bot.state.lessons.notes import SqlNotes
from bot.state.tables import deliveries, metadata
from tests.contract.stores import DAY, MINUTE, NOW, Database
from tests.fakes.gatherings import MemoryGatherings, MemoryNotes
from tests.fakes.jobs import MemoryJobs

ORG = "slack:T1"
INES = Party(ORG, "U-ines", "D1/1", "p1", "Ines Example")
NOOR = Party(ORG, "U-noor", "D2/1", "p2", "Noor Example")
BAG = Gathering(
    id="bag",
    organisation=ORG,
    host=INES,
    title="Reading the room",
    about="日本 and more",
    begins=NOW + DAY,
    minutes=45,
    where="Canteen",
    zone="Europe/Berlin",
    changed=NOW,
    place="C1",
)
NOTE = Note("note", ORG, INES, "A conference", "What I heard.\nAnd saw.", "https://example.com/talk", NOW)


@dataclass
class Club:
    """Brown bags, notes, and what is owed."""

    gatherings: Gatherings
    notes: Notes
    owed: Callable[[], Sequence[str]]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def club(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Club]:
    """The fakes, and each kind of database, with nothing in them."""
    if request.param == "memory":
        jobs = MemoryJobs()
        yield Club(MemoryGatherings(jobs), MemoryNotes(jobs), lambda: sorted(jobs.owed))
        return
    sqlite = f"sqlite:///{tmp_path / 'state.db'}"
    database = Database(sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield in_database(database)
    database.close()


def in_database(database: Database) -> Club:
    """The repositories of a database."""
    engine = database.open().engine

    def owed() -> Sequence[str]:
        with reading(engine) as connection:
            return connection.execute(select(deliveries.c.id).order_by(deliveries.c.id)).scalars().all()

    return Club(SqlGatherings(engine), SqlNotes(engine), owed)


def delivery(name: str) -> Delivery:
    """A message."""
    return Delivery(name, ORG, "U-noor", "gathering", "{}", NOW)


def guest(person: str = "p2", *, coming: bool = True, at: int = 0, useful: bool | None = None) -> Guest:
    """Somebody who answered so many minutes later."""
    return Guest(person, ORG, f"U-{person}", coming, NOW + at * MINUTE, useful)


def announced(club: Club, bag: Gathering = BAG, *guests: Guest, owed: Sequence[Delivery] = ()) -> Gathering:
    """Keep a brown bag and announce it."""
    club.gatherings.add(bag)
    phase = bag.phase if bag.phase is not Phase.DRAFT else Phase.PLANNED
    found = club.gatherings.change(ORG, bag.id, lambda now, _: Step(replace(now, phase=phase), guests, owed))
    assert found is not None
    return found


def test_what_is_kept_is_found(club: Club) -> None:
    """A brown bag comes back as it was kept, only within its organisation, and is kept once."""
    club.gatherings.add(BAG)
    club.gatherings.add(replace(BAG, title="Another"))
    assert club.gatherings.find(ORG, "bag") == BAG and club.gatherings.by_link("bag") == BAG
    assert club.gatherings.find("slack:T2", "bag") is None and club.gatherings.by_link("other") is None


def test_a_step_is_kept_whole(club: Club) -> None:
    """What a step changes, who answered and what is owed are kept together; the version grows by one."""
    club.gatherings.add(BAG)
    seen: list[tuple[Gathering, Sequence[Guest]]] = []
    after = replace(BAG, phase=Phase.PLANNED, next=NOW + DAY, where="Room 4", minutes=30, replay="x", sequence=2)

    def decide(now: Gathering, guests: Sequence[Guest]) -> Step:
        seen.append((now, guests))
        return Step(replace(after, version=99, coming=99), (guest(),), (delivery("d1"),))

    assert club.gatherings.change(ORG, "bag", decide) == replace(after, version=2, coming=1)
    assert seen == [(BAG, [])] and club.owed() == ["d1"]
    assert club.gatherings.find(ORG, "bag") == replace(after, version=2, coming=1)
    assert club.gatherings.guests(ORG, "bag") == [guest()]
    assert club.gatherings.guests("slack:T2", "bag") == []


def test_no_step_changes_nothing(club: Club) -> None:
    """Where nothing is decided all stays, and where there is none of that id nobody is asked."""
    club.gatherings.add(BAG)
    assert club.gatherings.change(ORG, "bag", lambda _now, _guests: None) == BAG
    assert club.gatherings.change("slack:T2", "bag", lambda now, _: Step(now)) is None
    assert club.gatherings.change(ORG, "other", lambda now, _: Step(now)) is None
    assert club.gatherings.find(ORG, "bag") == BAG


def test_the_last_answer_counts(club: Club) -> None:
    """Of what a person says the last counts; the host is no guest of their own."""
    announced(club, BAG, guest("p2"), guest("p3", at=1), guest("p1", at=2))
    found = club.gatherings.change(ORG, "bag", lambda now, _: Step(now, (guest("p2", coming=False, at=3),)))
    assert found is not None and (found.coming, found.version) == (1, 3)
    assert [(each.person, each.coming) for each in club.gatherings.guests(ORG, "bag")] == [
        ("p3", True),
        ("p1", True),
        ("p2", False),
    ]
    club.gatherings.change(ORG, "bag", lambda now, _: Step(now, (guest("p3", at=1, useful=True),)))
    assert club.gatherings.guests(ORG, "bag")[0].useful is True
    assert club.gatherings.answers(ORG, "p2") == {"bag": False} and club.gatherings.answers("slack:T2", "p2") == {}


def test_only_drafts_are_forgotten(club: Club) -> None:
    """A draft can be dropped, by its organisation alone; what was announced stays."""
    club.gatherings.add(BAG)
    club.gatherings.drop("slack:T2", "bag")
    assert club.gatherings.find(ORG, "bag") == BAG
    club.gatherings.drop(ORG, "bag")
    assert club.gatherings.find(ORG, "bag") is None
    announced(club)
    club.gatherings.drop(ORG, "bag")
    assert club.gatherings.find(ORG, "bag") is not None


def test_each_list_holds_its_own(club: Club) -> None:
    """Planned ones, the soonest first; replays and those of a host, the newest first; of one organisation."""
    soon = replace(BAG, id="soon", begins=NOW + MINUTE, phase=Phase.REMINDED)
    now_on = replace(BAG, id="now-on", begins=NOW - MINUTE, minutes=2, phase=Phase.REMINDED)
    past = replace(BAG, id="past", begins=NOW - DAY, phase=Phase.REMINDED)
    off = replace(BAG, id="off", phase=Phase.CANCELLED)
    shown = [replace(BAG, id=f"r{n}", begins=NOW - n * DAY, phase=Phase.OVER, replay="x") for n in (2, 1)]
    unseen = replace(BAG, id="unseen", begins=NOW - DAY, phase=Phase.OVER, host=NOOR)
    club.gatherings.add(replace(BAG, id="draft"))
    for each in (BAG, soon, now_on, past, off, *shown, unseen):
        announced(club, each)
    club.gatherings.add(replace(BAG, id="theirs", organisation="slack:T2", phase=Phase.PLANNED))
    assert [each.id for each in club.gatherings.upcoming(ORG, NOW, 9)] == ["now-on", "soon", "bag"]
    assert [each.id for each in club.gatherings.upcoming(ORG, NOW, 1)] == ["now-on"]
    assert [each.id for each in club.gatherings.replays(ORG, 9)] == ["r1", "r2"]
    assert [each.id for each in club.gatherings.hosted(ORG, "p2")] == ["unseen"]
    assert [each.id for each in club.gatherings.hosted(ORG, "p1")] == [
        *("bag", "draft", "off", "soon", "now-on", "past", "r1", "r2")
    ]


def test_whoever_waits_longest_rings_first(club: Club) -> None:
    """What is due rings, of whatever organisation, until something is done about it."""
    for name, minutes in (("late", 3), ("early", 1), ("not-yet", 9)):
        announced(club, replace(BAG, id=name, next=NOW + minutes * MINUTE))
    club.gatherings.add(replace(BAG, id="theirs", organisation="slack:T2", next=NOW + 2 * MINUTE))
    at = NOW + 3 * MINUTE
    assert [each.id for each in club.gatherings.ringing(at, 9)] == ["early", "theirs", "late"]
    assert [each.id for each in club.gatherings.ringing(at, 1)] == ["early"]
    club.gatherings.change(ORG, "early", lambda now, _: Step(replace(now, next=None)))
    assert [each.id for each in club.gatherings.ringing(at, 9)] == ["theirs", "late"]


def test_notes_are_found_again(club: Club) -> None:
    """A note comes back as it was kept, the newest first, by author, and only within its organisation."""
    second = replace(NOTE, id="second", author=NOOR, at=NOW + MINUTE, link="")
    for each in (NOTE, second, replace(NOTE, title="Again"), replace(NOTE, id="theirs", organisation="slack:T2")):
        club.notes.add(each)
    assert club.notes.find(ORG, "note") == NOTE and club.notes.find("slack:T2", "note") is None
    assert club.notes.newest(ORG, 9) == [second, NOTE] and club.notes.newest(ORG, 1) == [second]
    assert club.notes.of(ORG, "p1") == [NOTE] and club.notes.of(ORG, "p3") == []


def test_a_remark_stays_with_its_note(club: Club) -> None:
    """What is added is kept in its order with what it brings, goes with its note, and needs one."""
    club.notes.add(NOTE)
    said = [Remark(NOOR, NOW + n * MINUTE, f"日本 {n}") for n in range(3)]
    for n, each in enumerate(said):
        assert club.notes.annotate(ORG, "note", each, [delivery(f"d{n}")])
    assert not club.notes.annotate("slack:T2", "note", said[0], [delivery("never")])
    assert list(club.notes.remarks(ORG, "note")) == said and list(club.notes.remarks("slack:T2", "note")) == []
    assert club.owed() == ["d0", "d1", "d2"]
    club.notes.drop("slack:T2", "note")
    assert club.notes.find(ORG, "note") == NOTE
    club.notes.drop(ORG, "note")
    assert club.notes.find(ORG, "note") is None and list(club.notes.remarks(ORG, "note")) == []


def test_two_hundred_answers_at_once_are_all_counted(database: Database) -> None:
    """However many answer at once in two processes, each is counted once and every step saw the one before it."""
    both = (in_database(database), in_database(database))
    announced(both[0])

    def answered(number: int) -> None:
        def decide(now: Gathering, guests: Sequence[Guest]) -> Step:
            assert len(guests) == now.coming == now.version - 2
            return Step(now, (guest(f"g{number}"),), (delivery(f"card:{now.version + 1}"),))

        assert both[number % 2].gatherings.change(ORG, "bag", decide) is not None

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(answered, range(200), timeout=120))
    found = both[1].gatherings.find(ORG, "bag")
    assert found is not None and (found.coming, found.version) == (200, 202) and len(both[0].owed()) == 200


def test_a_step_that_breaks_off_leaves_nothing(database: Database) -> None:
    """Where a message cannot be owed neither the change nor the answer is kept; an error of whoever decides, too."""
    club = in_database(database)
    before = announced(club)
    with writing(database.engine) as connection:
        connection.execute(text("ALTER TABLE deliveries RENAME TO away"))
    with pytest.raises(StateError, match="deliveries"):
        club.gatherings.change(ORG, "bag", lambda now, _: Step(now, (guest(),), (delivery("d"),)))
    with writing(database.engine) as connection:
        connection.execute(text("ALTER TABLE away RENAME TO deliveries"))

    def fails(_now: Gathering, _guests: Sequence[Guest]) -> Step:
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        club.gatherings.change(ORG, "bag", fails)
    assert club.gatherings.find(ORG, "bag") == before and club.gatherings.guests(ORG, "bag") == []


def test_what_rings_is_found_by_an_index(database: Database) -> None:
    """However many are over, those about which something is to be done are found by the index of when."""
    with writing(database.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))  # of few rows it would read all
        query = ringing_statement(NOW, 10).compile(connection, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        plan = str(connection.execute(text(f"{explain} {query}")).all())
    assert "ix_gatherings_next" in plan


def test_the_migration_makes_the_tables_of_the_code(database: Database) -> None:
    """Columns, keys and indexes are the same as if the tables had been made from the code."""
    mine = {"gatherings", "guests", "notes", "remarks"}
    with reading(database.engine) as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert mine <= metadata.tables.keys() and not [each for each in found if any(name in repr(each) for name in mine)]


def test_long_sessions_keep_their_length(club: Club) -> None:
    """A session over midnight, and over the night in which clocks change, ends after as many minutes as it takes."""
    bag = replace(BAG, id="night", begins=NOW.replace(month=10, day=24, hour=23), minutes=480)
    club.gatherings.add(bag)
    found = club.gatherings.find(ORG, "night")
    assert found is not None and found.minutes == 480 and found.ends - found.begins == timedelta(hours=8)
