"""A learner and what they have behind them, as the schedule sees them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.conversation.learn.school import School
from bot.ports import Graded, Learner, Past, Sitting
from lessons import schedule
from lessons.models import Lesson, Programme, Track

_OUTDATED: Final = ""
"""The version of an answer that was given before a section behind its lesson changed: it does not count any more."""


def zone_of(learner: Learner) -> ZoneInfo:
    """Where a learner is; UTC where that is not known."""
    try:
        return ZoneInfo(learner.person.profile.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def as_scheduled(school: School, learner: Learner) -> schedule.Learner:
    """A learner for the schedule."""
    return schedule.Learner(
        person=learner.person.id,
        track=Track(school.track(learner)),
        zone=zone_of(learner),
        enrolled=learner.enrolled,
        hired=learner.person.hire_date,
        paused_until=learner.paused_until,
        weekly=learner.weekly,
        left=learner.left,
        is_holiday=school.holidays(learner.person.region),
    )


def as_past(school: School, past: Past, changed: dict[str, date | None]) -> schedule.Past:
    """A past for the schedule. ``changed`` remembers on which day a lesson's sections last changed, by lesson.

    What was not known in a placement quiz is taught: it does not come back as a question before that.
    """
    placed = of_quizzes(past)
    known = (_answered(school, each, changed) for each in placed if each.right)
    return schedule.Past(
        sent=tuple(map(_sent, past.sittings)),
        answered=tuple(_answered(school, each, changed) for each in past.graded if each.right or each not in placed),
        proven=frozenset(section for section, at in past.proven.items() if _still_proven(school, section, at)),
        passed=frozenset(each.lesson for each in known if each.version != _OUTDATED),
    )


def of_quizzes(past: Past) -> frozenset[Graded]:
    """The answers that were given in placement quizzes."""
    ended = {(each.lesson, each.check, each.ended) for each in past.placed}
    return frozenset(each for each in past.graded if (each.lesson, each.check, each.at) in ended)


def skipped(past: Past) -> frozenset[str]:
    """The lessons that somebody skipped by a placement quiz, those included that come all the same later."""
    return frozenset(each.lesson for each in of_quizzes(past) if each.right)


def progress(programme: Programme | None, past: Past, lesson: Lesson) -> str:
    """How far a programme has come with a lesson, such as "4 of 12"; empty outside of a programme."""
    steps = [each.lesson for each in programme.steps] if programme else []
    if lesson.id not in steps:
        return ""
    came = {each.lesson for each in past.sittings if not each.check} | {lesson.id} | skipped(past)
    return f"{len(came & set(steps))} of {len(steps)}"


def streak(past: Past, now: datetime) -> int:
    """How many lessons in a row were finished, up to the last one that came; the one that is open breaks nothing.

    It counts lessons and not days, so that neither holidays nor a pause break it.
    """
    came = sorted((each for each in past.sittings if each.programme and each.due <= now), key=lambda each: each.due)
    if came and came[-1].ended is None:
        came.pop()
    row = 0
    for each in reversed(came):
        if each.ended is None:
            break
        row += 1
    return row


def open_sittings(past: Past, now: datetime) -> Sequence[Sitting]:
    """What came and is not finished, the newest first."""
    waiting = [each for each in past.sittings if each.ended is None and each.due <= now]
    return sorted(waiting, key=lambda each: each.due, reverse=True)


def _sent(sitting: Sitting) -> schedule.Sent:
    return schedule.Sent(
        sitting.lesson, sitting.programme, sitting.due, sitting.check, opened=sitting.opened, ended=sitting.ended
    )


def _answered(school: School, answer: Graded, changed: dict[str, date | None]) -> schedule.Answered:
    if answer.lesson not in changed:
        lesson = school.lesson(answer.lesson)
        changed[answer.lesson] = school.changed(lesson) if lesson else None
    day = changed[answer.lesson]
    outdated = day is not None and answer.at.date() < day
    version = _OUTDATED if outdated else answer.version
    return schedule.Answered(answer.lesson, answer.check, answer.at, right=answer.right, version=version)


def _still_proven(school: School, section: str, at: datetime) -> bool:
    policy, _, identifier = section.partition("#")
    since = school.answers.in_force_since(policy, identifier)
    return since is None or datetime.combine(since, time(), at.tzinfo) <= at


__all__ = ["as_past", "as_scheduled", "of_quizzes", "open_sittings", "progress", "skipped", "streak", "zone_of"]
