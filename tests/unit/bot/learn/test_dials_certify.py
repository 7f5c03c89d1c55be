"""How far an organisation turns its dials decides about exams, duties, reminders and what has to be confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bot.conversation.learn.certification import attest, certify, examine
from bot.conversation.learn.certification.remind import reminders
from bot.conversation.messages import Deed
from bot.ports.certificates import Certificate
from bot.state import State
from lessons.certification.levels import ExamRule, Scope
from lessons.credentials import award_of
from lessons.dials import Dial, Setting
from tests.fakes.academy import LEVELS, ORG, POLICY, WHITE, YELLOW, Hall, names, right_or_wrong, said
from tests.fakes.jobs import MemoryJobs

MONDAY: Final = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
DUE: Final = MONDAY + timedelta(days=49)
START: Final = Deed(certify.EXAM, WHITE.id)


@pytest.fixture
def jobs() -> MemoryJobs:
    """What is owed."""
    return MemoryJobs()


@pytest.fixture
def hall(state: State, jobs: MemoryJobs) -> Hall:
    """Ines is on the track of employees; all dials are formal."""
    made = Hall(state, state.certificates, jobs)
    made.join("ines", MONDAY)
    return made


def turn(hall: Hall, dial: Dial, setting: Setting) -> None:
    """Turn a dial of everybody's organisation."""
    hall.dials = replace(hall.dials, **{dial.value: setting})


def held(hall: Hall) -> list[Certificate]:
    """What Ines was given."""
    person = hall.state.people.find(ORG, "ines")
    assert person is not None
    return list(hall.state.certificates.held(person.id))


@pytest.mark.parametrize("setting", [Setting.CASUAL, Setting.STRUCTURED])
def test_without_formal_content_a_level_takes_lessons_alone(hall: Hall, setting: Setting) -> None:
    """No exam is asked for or can be begun, the certificate comes with the last lesson, and claims no exam."""
    turn(hall, Dial.CONTENT, setting)
    shown = certify.my_level(hall.academy, said("ines", MONDAY))
    assert "exam" not in shown.items[0].text and "Start the exam" not in names(shown)
    assert examine.start(hall.academy, said("ines", MONDAY), START).private
    person = hall.state.people.find(ORG, "ines")
    assert person is not None
    take = Deed(certify.CERTIFY, WHITE.id)
    assert certify.take(hall.academy, said("ines", MONDAY), take).private and not held(hall)
    hall.read_all(person, MONDAY)
    given = certify.take(hall.academy, said("ines", MONDAY), take)
    assert given.head is not None and given.head.word == "Certified: Ready to post"
    assert award_of(held(hall)[0].token).criteria == "Finished 2 lessons."


def test_an_exam_that_was_begun_ends_with_the_dial(hall: Hall) -> None:
    """Its next answer leads nowhere, and it goes on once the dial is back."""
    first = examine.start(hall.academy, said("ines", MONDAY), START)
    turn(hall, Dial.CONTENT, Setting.CASUAL)
    press = right_or_wrong(first, right=True)
    assert examine.answer(hall.academy, said("ines", MONDAY, press), press).private
    turn(hall, Dial.CONTENT, Setting.FORMAL)
    assert examine.start(hall.academy, said("ines", MONDAY), START).items == first.items


def test_a_level_that_is_an_exam_alone_is_none_without_exams(hall: Hall) -> None:
    """Nobody is given a level for which nothing would be left to show."""
    only = replace(WHITE, lessons=Scope.NONE, exam=ExamRule("employees", 2, 100, 2))
    levels = replace(LEVELS, levels=(only, YELLOW))
    hall.academy = replace(hall.academy, registrar=replace(hall.academy.registrar, levels=lambda: levels))
    assert len(certify.my_level(hall.academy, said("ines", MONDAY)).items) == 2
    turn(hall, Dial.CONTENT, Setting.STRUCTURED)
    (left,) = certify.my_level(hall.academy, said("ines", MONDAY)).items
    assert left.title.endswith(YELLOW.name)
    assert certify.take(hall.academy, said("ines", MONDAY), Deed(certify.CERTIFY, WHITE.id)).private


@pytest.mark.parametrize(
    ("dial", "shown"), [(None, True), (Dial.DELIVERY, True), (Dial.PARTICIPANTS, False)], ids=["all", "del", "part"]
)
def test_a_level_is_a_duty_where_participants_are_formal(
    hall: Hall, jobs: MemoryJobs, dial: Dial | None, shown: bool
) -> None:
    """Its day is shown there alone, and reminded of where delivery is formal, too."""
    hall.academy = replace(hall.academy, attested=())
    if dial is not None:
        turn(hall, dial, Setting.STRUCTURED)
    assert bool(certify.my_level(hall.academy, said("ines", DUE)).facts) is shown
    assert reminders(hall.academy, DUE) == len(jobs.planned) == (dial is None)


@pytest.mark.parametrize(("setting", "asks"), [(Setting.STRUCTURED, False), (Setting.FORMAL, True)])
def test_policies_are_confirmed_where_delivery_is_formal(
    hall: Hall, jobs: MemoryJobs, setting: Setting, asks: bool
) -> None:
    """Else nobody is asked, an old button keeps nothing, and nobody is on the list of who has not."""
    turn(hall, Dial.DELIVERY, setting)
    assert bool(attest.to_confirm(hall.academy, said("ines", MONDAY)).items) is asks
    assert reminders(hall.academy, MONDAY) == len(jobs.planned) == asks
    ports = (hall.academy.certificates, hall.state.learners)
    assert len(list(attest.missing([POLICY], *ports, MONDAY, hall.academy.school.dials))) == asks
    attest.attest(hall.academy, said("ines", MONDAY), Deed(attest.ATTEST, f"{POLICY.id}@{POLICY.version}"))
    assert bool(hall.state.audit.lines(ORG)) is asks
