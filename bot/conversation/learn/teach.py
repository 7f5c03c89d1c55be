"""Owes each learner what is due to them: looked at again and again, one lesson at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from bot.conversation.kept import to_json
from bot.conversation.learn.cards import lesson_card, review_card
from bot.conversation.learn.past import as_past, as_scheduled, progress, zone_of
from bot.conversation.learn.school import School
from bot.conversation.messages import LOCAL
from bot.conversation.reply import Reply
from bot.ports import Delivery, Learner, Look, Past, Sitting
from lessons.catalogue import Catalogue
from lessons.models import Track
from lessons.review import Item, Reviewer
from lessons.schedule import REVIEW, Answered, Due, plan

KIND: Final = "lesson"
"""The kind of a delivery that teaches."""

_SOME: Final = 500  # learners that are looked at together
_NOBODY: Final = timedelta(hours=12)
"""When to look again at somebody who cannot be written to: they may be met meanwhile."""


class _NoReviewer(Reviewer):
    """Nothing comes back."""

    def coming(self, answers: Iterable[Answered], versions: Mapping[str, str]) -> tuple[Item, ...]:  # noqa: ARG002 - the base's names
        """No items."""
        return ()


_NO_REVIEWS: Final = _NoReviewer()


def teach(school: School, at: datetime) -> int:
    """Owe what is due; how many messages are new."""
    school.learners.enrol(at)
    owed = 0
    while True:
        waiting = school.learners.looking(at, _SOME)
        pasts = school.learners.pasts([each.person.id for each in waiting])
        lecture = _Lecture(school, school.curriculum(), at)
        owed += school.learners.plan([lecture.look(each, pasts[each.person.id]) for each in waiting])
        if len(waiting) < _SOME:
            return owed


@dataclass(frozen=True, slots=True)
class _Lecture:
    """One round of looks, with what it has worked out once for everybody."""

    school: School
    catalogue: Catalogue
    at: datetime
    changed: dict[str, date | None] = field(default_factory=dict)

    def look(self, learner: Learner, past: Past) -> Look:
        """What to owe a learner, if anything, and when to look again."""
        person = learner.person
        goal = next((each for each in learner.accounts if each[0] != LOCAL), None)
        if goal is None or person.track not in set(Track):
            return Look(person.id, self.at, self.at + _NOBODY)
        on = self.school.effects(learner)
        if not (on.everybody or any(each.opened for each in past.sittings)):
            return Look(person.id, self.at, self.at + _NOBODY)  # nobody but who asked for a lesson; opening one is that
        found = plan(
            as_scheduled(self.school, learner),
            as_past(self.school, past, self.changed),
            self.school.programmes(learner),
            self.catalogue.lessons,
            self.school.rules,
            self.school.reviewer if on.reviews else _NO_REVIEWS,
            self.at,
        )
        if found.due is None:
            return Look(person.id, self.at, found.look)
        sitting = sitting_of(person.id, found.due, self.catalogue)
        body = to_json(card_of(self.school, sitting, past))
        delivery = Delivery(sitting.id, *goal, KIND, body, found.due.at, until=self._closing(learner, found.due.at))
        return Look(person.id, self.at, found.look, sitting, delivery)

    def _closing(self, learner: Learner, due: datetime) -> datetime:
        """The end of the day's hours, where a learner is: what is late, after an outage say, comes another day."""
        zone = zone_of(learner)
        day = due.astimezone(zone).date()
        return datetime.combine(day, self.school.rules.hours.closes, zone)


def sitting_of(person: str, due: Due, catalogue: Catalogue) -> Sitting:
    """What is due as a sitting. A lesson comes once; a question may come back, but once a day."""
    name = f"review:{person}:{due.lesson}/{due.check}:{due.at:%Y%m%d}" if due.check else f"lesson:{person}:{due.lesson}"
    version = catalogue.lessons[due.lesson].version
    return Sitting(name, person, due.lesson, version, due.programme or REVIEW, due.at, due.check)


def card_of(school: School, sitting: Sitting, past: Past, *, later: bool = True) -> Reply:
    """The card of a sitting as it comes.

    Raises:
        KeyError: where its lesson is not taught any more.
    """
    catalogue = school.curriculum()
    lesson = catalogue.lessons[sitting.lesson]
    behind = school.rules_behind(lesson)
    check = lesson.check(sitting.check)
    if check is not None:
        return review_card(lesson, check, sitting.id, behind)
    done = progress(catalogue.programme(sitting.programme), past, lesson)
    return lesson_card(lesson, sitting.id, progress=done, behind=behind, later=later)


__all__ = ["KIND", "card_of", "sitting_of", "teach"]
