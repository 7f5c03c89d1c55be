"""Every card of certification, as the real conversation makes it: the first months of a colleague, exams included."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from bot.conversation.learn.certification.awarding import PRAISE
from bot.conversation.learn.certification.examine import ANSWER
from bot.conversation.learn.certification.remind import KIND, reminders
from bot.conversation.learn.monthly import monthly_card
from bot.conversation.messages import Deed
from bot.conversation.reply import Reply
from bot.ports import Person, Sitting
from lessons.certification.banks import Bank
from lessons.dials import Dials, Setting
from lessons.models import Lesson, Rhythm
from tests.platform.cards.course import INES, Course
from tests.platform.cards.figures import one_month
from tests.platform.cards.replies import Said

_LEVEL: Final = "employees-white"
_MISSED: Final = frozenset({2, 4, 6})  # which questions of the first exam are answered wrong, from 1
_DAY: Final = timedelta(days=1)


def every_level() -> dict[str, Said]:
    """A reply of every sort that certification brings, by name."""
    return certified().said


def certified() -> Course:
    """A colleague who has her first level, where levels are a duty."""
    course = Course(Dials(*(Setting.FORMAL,) * 4))
    ines = course.joins(INES)
    course.now += 6 * _DAY
    _read(course, ines, 3)
    course.shows("level-begun", course.says("my level"), "my level")
    _attested(course)
    course.now += 33 * _DAY
    course.shows("level-reminder", _reminder(course))
    _read(course, ines, 100)
    course.now += 3 * _DAY
    ready = course.shows("level-ready", course.says("my level"), "my level")
    _failed(course, ready)
    course.now += 2 * _DAY
    _passed(course)
    course.now += 345 * _DAY
    course.shows("level-renewal", course.says("my level"), "my level")
    course.shows("monthly", monthly_card(*one_month()))
    return course


def _read(course: Course, person: Person, most: int) -> None:
    """Lessons of the onboarding are finished, so many of them."""
    for lesson in _onboarding(course)[:most]:
        sitting = Sitting(f"{person.id}:{lesson.id}", person.id, lesson.id, lesson.version, "", course.now)
        course.state.learners.begin(sitting)
        course.state.learners.end(person.id, sitting.id, course.now)


def _onboarding(course: Course) -> list[Lesson]:
    catalogue = course.campus.school.curriculum()
    programmes = (each for each in catalogue.programmes if each.track == "employees")
    steps = next(each for each in programmes if each.rhythm is Rhythm.ONBOARDING).steps
    return [catalogue.lessons[each.lesson] for each in steps]


def _attested(course: Course) -> None:
    """A policy is read and confirmed."""
    asked = course.shows("confirm", course.says("confirm"), "confirm")
    course.shows("confirmed", course.presses(asked, "I confirm"))


def _reminder(course: Course) -> Reply:
    """The first one of a level that is due, in working hours."""
    course.now = course.now.replace(hour=10)
    assert reminders(course.campus.academy, course.now)
    return course.came(KIND, INES)


def _failed(course: Course, ready: Reply) -> None:
    """An exam in which some questions are answered wrong."""
    first = course.shows("exam-question", course.presses(ready, "Start the exam"))
    asked = course.shows("exam-result-failed", _sat(course, first, lambda number: number not in _MISSED))
    assert asked.head is not None
    course.shows("level-waits", course.says("my level"), "my level")


def _passed(course: Course) -> None:
    """The next one, all of it right, and what follows from it."""
    again = course.says("my level")
    first = course.presses(again, "Start the exam")
    certified = course.shows("certified", _sat(course, first, lambda _number: True))
    course.shows("praise-agreed", course.presses(certified, "Yes, tell them"))
    course.shows("praise", course.came(PRAISE, place="C-well-done"), place="#well-done")
    course.shows("level-held", course.says("my level"), "my level")


def _sat(course: Course, card: Reply, right: Callable[[int], bool]) -> Reply:
    """An exam from its first question to its result."""
    bank = course.campus.academy.banks()["employees"]
    number = 1
    while card.items and card.items[0].actions and card.items[0].actions[0].act == ANSWER:
        if card.items[0].actions[0].has_form and "exam-several" not in course.said:
            course.shows("exam-several", card)
            course.shows("form-exam", card, form=ANSWER)
        card = course.does(_answer(bank, card, right=right(number)))
        number += 1
    return card


def _answer(bank: Bank, card: Reply, *, right: bool) -> Deed:
    action = card.items[0].actions[0]
    choices = (
        action.choices.options if action.choices else [(each.choice, each.label) for each in card.items[0].actions]
    )
    name = choices[0][0].rpartition(":")[0]
    options = next(each.check.options for each in bank.items if each.id == name)
    fits = {each.text for each in options if each.right}
    wanted = tuple(value for value, label in choices if (label in fits) is right)
    return Deed(action.act, action.on, choices=wanted if action.choices else wanted[:1])


__all__ = ["certified", "every_level"]
