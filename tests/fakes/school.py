"""A school over an office, with a small curriculum that reads quickly."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from bot.conversation.escalate.office import Office
from bot.conversation.learn.school import School
from lessons.catalogue import Catalogue
from lessons.models import Check, CheckKind, Lesson, Option, Programme, Rhythm, Step, Track
from lessons.review import Reviewer
from lessons.schedule import Rules
from tests.fakes.answers import CITATION
from tests.fakes.jobs import MemoryJobs
from tests.fakes.learners import MemoryLearners, RosteredPeople

SECTION: Final = f"{CITATION.policy}#{CITATION.section}"

FIRST: Final = Lesson(
    id="employees-first",
    title="Say it in the first line",
    summary="Where a disclosure has to stand.",
    track=Track.EMPLOYEES,
    minutes=2,
    rests_on=(SECTION,),
    owner="coe_lead",
    version="1.0",
    reviewed=date(2026, 11, 1),
    body="Deniz loves the kettle that **her team** designed.\n\nWhat should she write?\n\n> Best kettle ever.",
    checks=(
        Check(
            "post",
            "Which post is fine?",
            CheckKind.POST,
            (
                Option("“Best kettle ever.”", "Nobody can tell that she works here.", right=False),
                Option("“I work here, and I love it.”", "Yes: the first words say it.", right=True),
            ),
        ),
        Check(
            "where",
            "Where may it stand?",
            CheckKind.MULTIPLE,
            (
                Option("In the first line", "Yes, there it is read.", right=True),
                Option("In the profile", "Few open a profile.", right=False),
                Option("In the picture", "Yes, where it is easy to see.", right=True),
            ),
        ),
    ),
)
SECOND: Final = Lesson(
    id="employees-second",
    title="Behind the cake",
    summary="What stands in the background.",
    track=Track.EMPLOYEES,
    minutes=1,
    rests_on=(SECTION,),
    owner="coe_lead",
    version="1.0",
    reviewed=date(2026, 11, 1),
    body="The cake is fine. The whiteboard behind it shows next year's prices.",
    checks=(
        Check(
            "cake",
            "A cropped picture is fine.",
            CheckKind.TRUE_FALSE,
            (
                Option("True", "Yes, if nothing of the whiteboard is left.", right=True),
                Option("False", "It is, once the prices are cut off.", right=False),
            ),
        ),
    ),
)
CURRICULUM: Final = Catalogue(
    {each.id: each for each in (FIRST, SECOND)},
    (
        Programme(
            "employees-onboarding",
            "Your first thirty days",
            Track.EMPLOYEES,
            Rhythm.ONBOARDING,
            (Step(FIRST.id, 0), Step(SECOND.id, 1)),
            mandatory=True,
        ),
    ),
)


def school(place: Office, learners: Any = None, curriculum: Catalogue = CURRICULUM) -> School:
    """A school with the ports of an office; ``learners`` are in memory where none are given."""
    return School(
        curriculum=lambda: curriculum,
        learners=learners or MemoryLearners(RosteredPeople(), MemoryJobs()),
        people=place.people,
        staff=place.staff,
        records=place.records,
        answers=place.answers,
        likeness=place.likeness,
        jobs=place.jobs,
        rules=Rules(),
        reviewer=Reviewer(),
        holidays=lambda _region: lambda _day: False,
        new_id=place.new_id,
    )


__all__ = ["CURRICULUM", "FIRST", "SECOND", "SECTION", "school"]
