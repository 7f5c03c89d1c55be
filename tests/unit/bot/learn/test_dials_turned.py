"""Each dial that an organisation turns changes whom the lessons come to, and which."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.learn.school import School
from bot.ports import Graded, Sitting
from lessons.catalogue import Catalogue
from lessons.dials import Dials, Setting
from lessons.models import Programme, Rhythm, Step, Track
from tests.fakes.school import CURRICULUM, FIRST, SECOND
from tests.unit.bot.learn.conftest import MONDAY, Company

CASUAL, STRUCTURED = Setting.CASUAL, Setting.STRUCTURED
ALL = Dials(*(STRUCTURED,) * 4)
PARTNER = replace(SECOND, id="partners-second", track=Track.PARTNERS)
WEEKLY = (
    Programme("employees-weekly", "Weekly", Track.EMPLOYEES, Rhythm.WEEKLY, (Step(SECOND.id),)),
    Programme("partners-weekly", "Weekly", Track.PARTNERS, Rhythm.WEEKLY, (Step(PARTNER.id),)),
)
TAUGHT = Catalogue({**CURRICULUM.lessons, PARTNER.id: PARTNER}, (*CURRICULUM.programmes, *WEEKLY))


@pytest.fixture
def company() -> Company:
    """A company with a weekly programme on two tracks."""
    return Company()


def turned(company: Company, dials: Dials) -> School:
    """The school with dials that stand so."""
    company.school = replace(company.school, curriculum=lambda: TAUGHT, dials=lambda _organisation: dials)
    return company.school


def owed(company: Company) -> list[str]:
    """The lessons that are owed within a fortnight, nothing being opened meanwhile."""
    for day in range(14):
        company.now = MONDAY + timedelta(days=day)
        company.teach()
    return [each.split(":")[2] for each in company.jobs.owed]


def test_content_by_track_or_the_same_for_all(company: Company) -> None:
    """A partner gets the partners' lessons, or, where content is casual, those that everybody gets."""
    company.hire(track="partners")
    turned(company, ALL)
    assert owed(company) == [PARTNER.id]
    other = Company()
    other.hire(track="partners")
    turned(other, replace(ALL, content=CASUAL, delivery=CASUAL))
    assert owed(other) == [SECOND.id]


def test_casual_delivery_is_the_weekly_lesson_alone(company: Company) -> None:
    """Nothing of onboarding comes, which comes else."""
    company.hire()
    turned(company, replace(ALL, delivery=CASUAL))
    assert FIRST.id not in owed(company) and SECOND.id in owed(company)
    other = Company()
    other.hire()
    turned(other, ALL)
    assert FIRST.id in owed(other)


@pytest.mark.parametrize(("delivery", "count"), [(CASUAL, 0), (STRUCTURED, 1)])
def test_missed_checks_come_back_where_delivery_is_structured(delivery: Setting, count: int) -> None:
    """A wrong answer brings the question back, save where delivery is casual."""
    company = Company()
    person = company.hire()
    turned(company, replace(ALL, delivery=delivery))
    company.learners.enrol(company.now)
    for lesson in (FIRST, SECOND):  # nothing else is left to come
        sitting = Sitting(
            f"s:{lesson.id}", person.id, lesson.id, "1.0", "employees-weekly", company.now, opened=company.now
        )
        company.learners.begin(sitting)
        company.learners.end(person.id, sitting.id, company.now)
    company.learners.grade(Graded(person.id, FIRST.id, "1.0", "post", company.now, (0,), right=False, first=True))
    for day in range(1, 14):
        company.now = MONDAY + timedelta(days=day)
        company.teach()
    assert [each.partition(":")[0] for each in company.jobs.owed][:1] == ["review"] * count


def test_casual_participants_ask_first(company: Company) -> None:
    """Nothing comes to whoever asked for no lesson; once they opened one by themselves, the weekly lesson does."""
    person = company.hire()
    turned(company, replace(ALL, participants=CASUAL))
    assert owed(company) == []
    company.learners.begin(Sitting("own", person.id, FIRST.id, "1.0", "", company.now))
    company.learners.open(person.id, "own", company.now)
    company.now += timedelta(days=1)
    assert company.teach() == 1
