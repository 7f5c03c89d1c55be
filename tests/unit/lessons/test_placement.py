"""What a placement quiz asks: what is still to come, one question of each lesson, the same all day for one person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from lessons.models import Check, CheckKind, Track
from lessons.schedule import Past, Sent, draw_placement, to_come
from lessons.schedule.placement import MOST
from tests.unit.lessons import lives
from tests.unit.lessons.lives import learner

DAY: Final = date(2026, 11, 2)
PROGRAMMES, LESSONS = lives.curriculum()
ALL: Final = tuple(f"employees-{number}" for number in range(12))
SENT: Final = Sent("employees-0", "employees-onboarding", learner().enrolled)


def drawn(
    person: str = "ines", day: date = DAY, coming: tuple[str, ...] = ALL, asked: tuple[str, ...] = ()
) -> list[str]:
    """The lessons that are asked about, in order."""
    return [each.lesson for each in draw_placement(person, day, coming, LESSONS, asked)]


def test_the_lessons_that_come_next_and_some_of_the_rest() -> None:
    """Eight of twelve: the six of onboarding and two that are further ahead, mixed."""
    lessons = drawn()
    assert len(lessons) == len(set(lessons)) == MOST
    assert set(ALL[:6]) < set(lessons) and lessons != sorted(lessons)


def test_another_day_or_person_is_asked_something_else() -> None:
    """The same person is asked the same all day; others, and on other days, in another order."""
    assert drawn() == drawn()
    assert len({tuple(drawn(person, DAY + timedelta(days=day))) for person in ("a", "b") for day in range(4)}) == 8


def test_what_was_asked_before_is_not_asked_again() -> None:
    """Nobody answers until it is right."""
    assert set(drawn(asked=ALL[:8])) == set(ALL[8:]) and drawn(asked=ALL) == []


def test_true_or_false_is_asked_only_where_there_is_nothing_else() -> None:
    """Half of those who guess are right there."""
    choice = Check("which", "?", CheckKind.SINGLE, ())
    mixed = {key: replace(each, checks=(*each.checks, choice)) for key, each in LESSONS.items()}
    assert {each.check for each in draw_placement("ines", DAY, ALL, mixed)} == {"which"}
    assert {each.check for each in draw_placement("ines", DAY, ALL, LESSONS)} <= {"c0", "c1"}


def test_a_lesson_without_a_check_is_not_asked_about() -> None:
    """It can only be taught."""
    bare = {**LESSONS, ALL[0]: replace(LESSONS[ALL[0]], checks=())}
    assert ALL[0] not in [each.lesson for each in draw_placement("ines", DAY, ALL, bare)]


@given(st.text(max_size=9), st.dates(), st.lists(st.sampled_from(ALL), unique=True), st.sets(st.sampled_from(ALL)))
def test_whatever_is_to_come(person: str, day: date, coming: list[str], asked: set[str]) -> None:
    """At most eight, of what is to come and was not asked, each once, by a check that is there."""
    found = draw_placement(person, day, coming, LESSONS, asked)
    assert len(found) == min(MOST, len(set(coming) - asked))
    assert len({each.lesson for each in found}) == len(found)
    assert all(each.lesson in coming and each.lesson not in asked for each in found)
    assert all(LESSONS[each.lesson].check(each.check) is not None for each in found)


def test_what_is_to_come_is_in_order() -> None:
    """Onboarding first, then the weekly ones; without what came, was passed, is not published or is another track's."""
    assert to_come(learner(), Past(), PROGRAMMES, LESSONS) == ALL
    past = Past(sent=(SENT,), passed=frozenset({ALL[1], ALL[7]}))
    assert to_come(learner(), past, PROGRAMMES, LESSONS) == (*ALL[2:7], *ALL[8:])
    assert to_come(learner(weekly=False), past, PROGRAMMES, LESSONS) == ALL[2:6]
    executives = to_come(learner(track=Track.EXECUTIVES), past, PROGRAMMES, LESSONS)
    assert len(executives) == 12 and all(each.startswith("executives-") for each in executives)


def test_a_mandatory_lesson_is_skipped_by_a_right_check_alone() -> None:
    """All of its sections being known by an answer that was read is enough for any other."""
    known = Past(proven=frozenset({*LESSONS[ALL[0]].rests_on, *LESSONS[ALL[6]].rests_on}))
    assert to_come(learner(), known, PROGRAMMES, LESSONS) == (*ALL[:6], *ALL[7:])
    optional, _ = lives.curriculum(mandatory=False)
    hired = learner(hired=DAY)
    assert to_come(hired, known, optional, LESSONS) == (*ALL[1:6], *ALL[7:])
    assert to_come(learner(), Past(passed=frozenset(ALL[:6])), PROGRAMMES, LESSONS) == ALL[6:]
