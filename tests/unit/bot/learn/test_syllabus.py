"""A change of what is taught looks at everybody again: once, whichever process notices it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import pytest
from structlog.testing import capture_logs

from bot.conversation.learn.syllabus import Syllabus, fingerprint
from lessons.catalogue import Catalogue
from lessons.models import Rhythm, Step
from tests.fakes.introductions import MemoryCurricula
from tests.fakes.school import CURRICULUM, FIRST, SECOND, SECTION
from tests.unit.bot.learn.conftest import MONDAY, Company

SECONDS: Final = timedelta(seconds=30)
FAR: Final = MONDAY + timedelta(days=60)

ONE_MORE: Final = replace(FIRST, id="employees-third", rests_on=("journalists#other",))
LARGER: Final = Catalogue(
    {**CURRICULUM.lessons, ONE_MORE.id: ONE_MORE},
    (replace(CURRICULUM.programmes[0], steps=(*CURRICULUM.programmes[0].steps, Step(ONE_MORE.id, 2))),),
)


class House:
    """A company with somebody whose lessons are over, and processes that each have a copy of the curriculum."""

    def __init__(self) -> None:
        self.company = Company()
        self.curricula = MemoryCurricula(self.company.learners)
        self.person = self.company.hire().id
        self.copies: list[Catalogue] = []

    def process(self, catalogue: Catalogue = CURRICULUM) -> Syllabus:
        """One more process."""
        self.copies.append(catalogue)
        number = len(self.copies) - 1
        return Syllabus(replace(self.company.school, curriculum=lambda: self.copies[number]), self.curricula)

    def rest(self) -> None:
        """Nobody is to be looked at for long."""
        for each in self.company.learners.enrolments.values():
            each.next = FAR

    def looked(self, syllabus: Syllabus, at: datetime) -> bool:
        """Whether a process looked at them now; nobody is to be looked at for long after that."""
        before = self.company.learners.enrolments.get(self.person)
        was = before.next if before else None
        syllabus.teach(at)
        did = self.company.learners.enrolments[self.person].next != was
        self.rest()
        return did


@pytest.fixture
def house() -> House:
    """The company."""
    return House()


def test_a_lesson_that_is_added_looks_at_everybody_once(house: House) -> None:
    """Where nothing changed nobody is looked at before their time; after a change everybody is, a single time."""
    process = house.process()
    assert house.looked(process, MONDAY)
    assert not house.looked(process, MONDAY + SECONDS)
    house.copies[0] = LARGER
    assert house.looked(process, MONDAY + 2 * SECONDS)
    assert not house.looked(process, MONDAY + 3 * SECONDS)


def test_a_section_that_changes_looks_at_everybody(house: House) -> None:
    """The day on which a section behind a lesson takes force is a change, without any file of a lesson changing."""
    process = house.process()
    house.looked(process, MONDAY)
    house.company.answers.since[SECTION] = date(2026, 11, 2)
    assert house.looked(process, MONDAY + SECONDS)
    assert not house.looked(process, MONDAY + 2 * SECONDS)


def test_several_processes_look_once(house: House) -> None:
    """The others see the same files change some seconds later, and find that it was done."""
    first, second = house.process(), house.process()
    house.looked(first, MONDAY)
    assert not house.looked(second, MONDAY + SECONDS)
    house.copies[:] = [LARGER, LARGER]
    assert house.looked(second, MONDAY + 2 * SECONDS)
    assert not house.looked(first, MONDAY + 3 * SECONDS)


def test_a_restart_is_no_change(house: House) -> None:
    """A process that comes with what is taught already looks at nobody; what changed while it was down is noticed."""
    house.looked(house.process(), MONDAY)
    assert not house.looked(house.process(), MONDAY + timedelta(days=3))
    assert house.looked(house.process(LARGER), MONDAY + timedelta(days=4))
    assert house.looked(house.process(), MONDAY + timedelta(days=5))


def test_whoever_has_an_older_curriculum_waits(house: House) -> None:
    """Until its copy comes, it looks at nobody by what is over, and says once that it waits; nobody is missed."""
    old, new = house.process(), house.process()
    house.looked(old, MONDAY)
    house.copies[1] = LARGER
    new.teach(MONDAY + SECONDS)
    learner = house.company.learners.enrolments[house.person]
    learner.next = MONDAY
    with capture_logs() as lines:
        assert not house.looked(old, MONDAY + 2 * SECONDS)
        assert not house.looked(old, MONDAY + 3 * SECONDS)
    assert [each["event"] for each in lines] == ["lessons_wait_for_content"]
    house.copies[0] = LARGER
    assert not house.looked(old, MONDAY + timedelta(minutes=50))
    learner.next = MONDAY
    assert house.looked(old, MONDAY + timedelta(minutes=51))


def test_whoever_is_left_behind_teaches_on_after_an_hour(house: House) -> None:
    """Two copies that stay different do not keep lessons from coming, and nobody is looked at again and again."""
    old, new = house.process(), house.process(LARGER)
    house.looked(old, MONDAY)
    assert house.looked(new, MONDAY + SECONDS)
    later = MONDAY + timedelta(minutes=61)
    assert not house.looked(old, later) and not house.looked(new, later)
    house.company.learners.enrolments[house.person].next = MONDAY
    assert house.looked(old, later + SECONDS)
    house.copies[0] = LARGER
    assert house.looked(old, later + 2 * SECONDS)


@pytest.mark.parametrize(
    "changed",
    [
        replace(SECOND, version="2.0"),
        replace(SECOND, rests_on=(SECTION, "journalists#other")),
        replace(SECOND, checks=FIRST.checks),
    ],
    ids=["version", "sections", "checks"],
)
def test_the_fingerprint_is_of_what_the_schedule_goes_by(house: House, changed: object) -> None:
    """Another version, other sections, other checks and another order are changes."""
    lessons = {**CURRICULUM.lessons, SECOND.id: changed}
    other = replace(house.company.school, curriculum=lambda: Catalogue(lessons, CURRICULUM.programmes))  # type: ignore[arg-type] # a lesson
    assert fingerprint(other) != fingerprint(house.company.school)


def test_the_fingerprint_is_the_same_on_every_machine(house: House) -> None:
    """The order in which files are read is none, nor is another word in a lesson's text; a programme's order is one."""
    school, programme = house.company.school, CURRICULUM.programmes[0]
    lessons = dict(reversed(list(CURRICULUM.lessons.items())))
    lessons[FIRST.id] = replace(FIRST, body="Deniz loves the kettle.", file="somewhere/else.md")
    assert fingerprint(replace(school, curriculum=lambda: Catalogue(lessons, CURRICULUM.programmes))) == fingerprint(
        school
    )
    weekly = replace(programme, rhythm=Rhythm.WEEKLY)
    assert fingerprint(replace(school, curriculum=lambda: Catalogue(lessons, (weekly,)))) != fingerprint(school)
