"""What is told to somebody of the brown bags and notes that they had to do with, and what is left without them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.ports import Party, Profile
from bot.ports.gatherings import Gathering, Guest, Note, Phase, Remark, Step
from bot.state import reading, writing
from bot.state.lessons.gathering_subject import forget_gatherings, told_of_gatherings, unite_gatherings
from bot.state.lessons.gatherings import SqlGatherings
from bot.state.lessons.notes import SqlNotes
from bot.state.subject import Subject, subject_of
from tests.contract.stores import DAY, NOW, Database

ORG = "slack:T1"
LATER = NOW + DAY


class Club:
    """Ines and Noor each host what was announced, a draft and what is over; each comes to the other's, and writes."""

    def __init__(self, database: Database) -> None:
        self.engine = database.engine
        self.people = database.state.people
        self.gatherings, self.notes = SqlGatherings(self.engine), SqlNotes(self.engine)
        self.ids = {}
        for name in ("ines", "noor"):
            profile = Profile(f"{name} Example", f"{name}@example.com")
            self.ids[name] = self.people.meet(ORG, f"U-{name}", profile, NOW).id
        for name, other in (("ines", "noor"), ("noor", "ines")):
            for phase in (Phase.PLANNED, Phase.DRAFT, Phase.OVER):
                self.host(name, phase, other)
            note = Note(f"note-{name}", ORG, self.party(name), "A fair", "Words.", "", NOW)
            self.notes.add(note)
            self.notes.annotate(ORG, note.id, Remark(self.party(other), NOW, f"by {other}"), [])

    def party(self, name: str) -> Party:
        """Somebody."""
        return Party(ORG, f"U-{name}", "D1", self.ids[name], f"{name} Example")

    def host(self, name: str, phase: Phase, guest: str) -> None:
        """Somebody hosts something."""
        bag = Gathering(
            f"{name}-{phase}", ORG, self.party(name), "Title", "About", LATER, 30, "Here", "UTC", NOW, phase
        )
        self.gatherings.add(bag)
        if phase is Phase.DRAFT:
            return
        coming = Guest(self.ids[guest], ORG, f"U-{guest}", coming=True, at=NOW)
        self.gatherings.change(ORG, bag.id, lambda now, _: Step(now, (coming,)))

    def subject(self, name: str) -> Subject:
        """Somebody as the one whom data is about."""
        with reading(self.engine) as connection:
            found = subject_of(connection, ORG, f"{name}@example.com")
        assert found is not None
        return found

    def told(self, name: str) -> dict[str, list[dict[str, Any]]]:
        """What an export holds."""
        with reading(self.engine) as connection:
            return {
                key: [dict(row) for row in connection.execute(query).mappings()]
                for key, query in told_of_gatherings(self.subject(name)).items()
            }


@pytest.fixture
def club(database: Database) -> Club:
    """A company."""
    return Club(database)


def test_an_export_holds_what_is_theirs(club: Club) -> None:
    """What somebody hosted, answered, wrote and added is told, and nothing of anybody else."""
    told = club.told("ines")
    assert {name: len(rows) for name, rows in told.items()} == {"gatherings": 3, "guests": 2, "notes": 1, "remarks": 1}
    assert "noor Example" not in repr(told) and club.ids["noor"] not in repr(told)


def test_who_is_forgotten_is_named_nowhere(club: Club) -> None:
    """Answers, drafts and remarks go; what others need stays without a name; what was ahead is called off."""
    subject = club.subject("ines")
    with writing(club.engine) as connection:
        counts = forget_gatherings(connection, subject, LATER)
    assert counts == {"guests": 2, "gatherings": 3, "notes": 1, "remarks": 1}
    assert not any(club.told("ines").values())
    off = club.gatherings.find(ORG, "ines-planned")
    assert off is not None and (off.phase, off.next, off.host) == (Phase.CANCELLED, LATER, Party(ORG, ""))
    assert [each.id for each in club.gatherings.ringing(LATER, 9)] == ["ines-planned"]
    over = club.gatherings.find(ORG, "ines-over")
    assert over is not None and (over.phase, over.coming) == (Phase.OVER, 1)
    note = club.notes.find(ORG, "note-ines")
    assert note is not None and (note.words, note.author.name) == ("Words.", "")
    assert {name: len(rows) for name, rows in club.told("noor").items()} == {
        "gatherings": 3,
        "guests": 2,
        "notes": 1,
        "remarks": 1,
    }
    assert list(club.notes.remarks(ORG, "note-noor")) == []


def test_two_who_are_one_did_it_all(club: Club) -> None:
    """What both hosted, answered and wrote is the one's; where both answered, the one's own answer counts."""
    ines, noor = club.ids["ines"], club.ids["noor"]
    both = Guest(ines, ORG, "U-ines", coming=False, at=NOW)
    club.gatherings.change(ORG, "ines-planned", lambda now, _: Step(now, (both,)))
    with writing(club.engine) as connection:
        unite_gatherings(connection, noor, ines)
    assert len(club.gatherings.hosted(ORG, ines)) == 6 and len(club.notes.of(ORG, ines)) == 2
    assert list(club.gatherings.guests(ORG, "ines-planned")) == [both]
    assert club.gatherings.answers(ORG, noor) == {} and len(club.gatherings.answers(ORG, ines)) == 4


def test_another_company_keeps_its_own(club: Club) -> None:
    """Whoever is forgotten in one company is not touched in another one."""
    theirs = replace(club.subject("ines"), organisation="slack:T2", accounts=())
    with writing(club.engine) as connection:
        assert set(forget_gatherings(connection, theirs, LATER).values()) == {0}
    assert len(club.told("ines")["gatherings"]) == 3
