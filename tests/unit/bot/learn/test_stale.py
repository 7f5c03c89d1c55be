"""The owner of a lesson hears once of each change of a section behind it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from bot.conversation.kept import from_json
from bot.conversation.learn.school import School
from bot.conversation.learn.stale import tell_owners
from bot.ports import STAFF, Delivery, Desk, Profile
from knowledge.contacts import Contacts
from lessons.catalogue import Catalogue
from lessons.models import Lesson
from tests.fakes.answers import LEAD, PRESS, FakeAnswers
from tests.fakes.jobs import MemoryJobs
from tests.fakes.office import office
from tests.fakes.school import FIRST, SECOND, SECTION, school
from tests.fakes.state import MemoryState

ORG: Final = "slack:T1"
MONDAY: Final = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # the lead is there on Mondays and Wednesdays, until 11
CHANGED: Final = date(2026, 11, 20)
LESSON: Final = replace(FIRST, file="employees/employees-first.md")


class Answers(FakeAnswers):
    """Answers whose contacts can be changed."""

    people: Contacts = Contacts((PRESS, LEAD))

    @property
    def contacts(self) -> Contacts:
        """Whoever they are."""
        return self.people


@dataclass
class Company:
    """A company with lessons; Lena leads, and was met in Slack."""

    state: MemoryState = field(default_factory=MemoryState)
    answers: Answers = field(default_factory=Answers)
    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    lessons: tuple[Lesson, ...] = (LESSON, replace(SECOND, rests_on=("other#section",)))

    def __post_init__(self) -> None:
        """Build it."""
        self.answers.sections["other#section"] = "words"
        self.place = office(self.state, self.answers, self.jobs)
        self.employ("lena", "coe_lead")

    def employ(self, name: str, *roles: str) -> None:
        """Somebody works for the Center of Excellence."""
        person = self.state.people.meet(ORG, name, Profile(name, f"{name}@example.com"), MONDAY)
        for role in roles:
            self.state.staff.grant(person.id, role)

    def tell(self, at: datetime = MONDAY) -> list[Delivery]:
        """What is newly owed by a look."""
        known = set(self.jobs.planned)
        taught: School = school(self.place, curriculum=Catalogue({each.id: each for each in self.lessons}, ()))
        assert tell_owners(self.place, taught, at) == len(self.jobs.planned) - len(known)
        return [each for name, each in self.jobs.planned.items() if name not in known]


@pytest.fixture
def company() -> Company:
    """A company in which one section changed after the first lesson was reviewed."""
    made = Company()
    made.answers.since[SECTION] = CHANGED
    return made


def test_who_owns_a_lesson_hears_of_a_change_once(company: Company) -> None:
    """One message to the owner, with the lesson, what changed, since when, and what it says now."""
    (owed,) = company.tell()
    assert (owed.workspace, owed.account, owed.place, owed.kind) == (ORG, "lena", "", "stale")
    card = from_json(owed.body)
    assert card.text.startswith(f"What the lesson “{LESSON.title}” rests on changed after it was last reviewed")
    assert card.facts == (
        ("Changed", "Journalists and analysts, “A reporter asks”"),
        ("Since", "20 Nov 2026"),
        ("File", LESSON.file),
    )
    assert [each.section for each in card.quotes] == ["press-asks"]
    assert company.tell(MONDAY + timedelta(days=7)) == []


def test_another_change_is_told_again_and_a_review_ends_it(company: Company) -> None:
    """A second version of the section is news; whoever read the lesson since hears nothing."""
    company.tell()
    company.answers.since[SECTION] = CHANGED + timedelta(days=3)
    assert len(company.tell()) == 1
    company.answers.since[SECTION] = CHANGED + timedelta(days=5)
    company.lessons = (replace(LESSON, reviewed=CHANGED + timedelta(days=5)),)
    assert company.tell() == []


def test_a_section_that_is_gone_is_told(company: Company) -> None:
    """A lesson may not go on resting on what is no longer in force."""
    company.answers.since.clear()
    del company.answers.sections["other#section"]
    (owed,) = company.tell()
    card = from_json(owed.body)
    assert "is no longer in force" in card.text and ("Gone", "other, “section”") in card.facts
    assert company.tell() == []


def test_it_waits_for_the_hours_of_who_is_told(company: Company) -> None:
    """Neither in the evening nor on a day off, but with the next opening."""
    assert company.tell(MONDAY + timedelta(hours=3)) == [] and company.tell(MONDAY + timedelta(days=1)) == []
    assert len(company.tell(MONDAY + timedelta(days=2))) == 1


def test_a_channel_goes_before_people(company: Company) -> None:
    """Where the owner answers in a channel, it is told there; a channel of another company is none."""
    company.state.desks.put(ORG, Desk("coe_lead", ORG, "C7"), MONDAY)
    (owed,) = company.tell()
    assert (owed.account, owed.place) == ("", "C7")
    other = Company(lessons=(LESSON,))
    other.answers.since[SECTION] = CHANGED
    other.state.desks.put(ORG, Desk("coe_lead", "slack:T9", "C7"), MONDAY)
    assert [each.account for each in other.tell()] == ["lena"]


def test_the_owner_of_the_lesson_then_of_its_policy_then_the_lead(company: Company) -> None:
    """Whoever is not known, or away, is passed over; somebody of the staff is found at last."""
    company.employ("paul", "communications")
    company.lessons = (replace(LESSON, owner="nobody"),)
    assert [each.account for each in company.tell()] == ["paul"]
    away = Company(lessons=(replace(LESSON, owner="nobody"),))
    away.answers.since[SECTION] = CHANGED
    assert [each.account for each in away.tell()] == ["lena"]
    staff = Company(state=MemoryState(), lessons=(LESSON,))
    staff.answers.since[SECTION] = CHANGED
    lena = staff.state.people.find(ORG, "lena")
    assert lena is not None
    staff.state.staff.revoke(lena.id, "coe_lead")
    assert staff.tell() == []
    staff.employ("omar", STAFF)
    assert [each.account for each in staff.tell()] == ["omar"]


def test_who_is_on_duty_goes_before_who_holds_the_role(company: Company) -> None:
    """The person that the contact names is told, where they were met."""
    company.employ("mia")
    company.answers.people = Contacts((PRESS, replace(LEAD, person="mia@example.com")))
    assert [each.account for each in company.tell()] == ["mia"]
