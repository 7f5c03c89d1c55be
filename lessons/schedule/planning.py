"""What comes to a learner next, and when: a pure function of what is known of them.

Which lesson:

- An onboarding step is due so many days after the hire date. A hire date more than 60 days before the enrolment, or an
  unknown one, means no onboarding; a mandatory one then counts from the day of the enrolment, so that it drips as well.
- Weekly lessons begin when onboarding is over: the light ones of all programmes in their order, then the deep ones.
- A lesson that came, that the person finished by themselves, of which they answered a check right in a placement quiz,
  whose sections are all proven or that is not published is passed over; one of a mandatory programme not because of its
  sections alone. Only programmes of the person's track count; without ``weekly`` only mandatory ones.
- A question that was missed or fades comes back as a card of its own, but never so that the next lesson is late for it.

When:

- In the hours of a working day, not while paused, one message a day, ``weekly_cap`` in any seven days, and not before
  the last was opened or ``patience`` went by. What is late comes one at a time by the same rules.
- A weekly lesson comes on the person's weekday or the working day after it, so that it may be three days early after
  one that was moved. A week that was missed is not made up for: nobody gets two at once, and people stay spread.
- Every ``most_unanswered`` messages since the last answer double the gap, twice at most; no question comes back
  meanwhile as long as there are lessons. Onboarding keeps its days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from lessons.models import Depth, Lesson, Programme, Rhythm, Step
from lessons.schedule.models import REVIEW, Due, Learner, Past, Plan, Rules, Sent
from lessons.schedule.moments import HORIZON, local_day, moment_on, weekly_days, working_days

if TYPE_CHECKING:  # it is made from this package's models
    from lessons.review import Item, Reviewer

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_EARLY: Final = timedelta(days=3)
"""A weekly lesson that a holiday moved by no more than this does not cost the next week its own."""
_DOUBLINGS: Final = 2
_OLD_HAND: Final = timedelta(days=60)
"""Whoever was hired longer than this before they were enrolled is not new."""
_IDLE: Final = timedelta(days=30)
"""Where nothing is to come, look again after this, in case that nobody said that something changed."""
_AFTERWARDS: Final = timedelta(hours=12)
"""How long after a message it is time to look again, if nothing happens before: the next comes on another day."""


@dataclass(frozen=True, slots=True)
class _Next:
    """A lesson to come; ``day`` is its day of onboarding, ``None`` where it is a weekly one."""

    lesson: str
    programme: str
    day: date | None


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What the messages so far leave open: nothing before ``after`` nor before ``day``, ``gap`` between weekly ones."""

    after: datetime
    day: date
    gap: timedelta
    last: date | None
    last_weekly: date | None


@dataclass(frozen=True, slots=True)
class _Case:
    """One look at one learner."""

    learner: Learner
    past: Past
    programmes: Collection[Programme]
    lessons: Mapping[str, Lesson]
    rules: Rules
    now: datetime


def plan(
    learner: Learner,
    past: Past,
    programmes: Collection[Programme],
    lessons: Mapping[str, Lesson],
    rules: Rules,
    reviewer: Reviewer,
    now: datetime,
) -> Plan:
    """What to owe a learner now: what is next, once its moment is no further than ``rules.ahead``; and the next look.

    Nothing is owed while something else still is. Look again as well whenever anything about the person, their past or
    the lessons changes; above all when they open something, since that lets the next come sooner.
    """
    waiting = [each.at for each in past.sent if each.programme and each.at > now]
    if waiting:
        return Plan(None, max(waiting) + _AFTERWARDS)
    due = next_due(learner, past, programmes, lessons, rules, reviewer, now)
    if due is None:
        return Plan(None, now + _IDLE)
    if due.at - now <= rules.ahead:
        return Plan(due, due.at + _AFTERWARDS)
    return Plan(None, min(due.at - rules.ahead, now + _IDLE))


def next_due(
    learner: Learner,
    past: Past,
    programmes: Collection[Programme],
    lessons: Mapping[str, Lesson],
    rules: Rules,
    reviewer: Reviewer,
    now: datetime,
) -> Due | None:
    """What comes next if nothing happens before, however far ahead, and its moment (UTC, never before ``now``).

    ``programmes`` and ``lessons`` (by their ids) are what is published. ``None`` where nothing is to come in 400 days.
    """
    if learner.paused_until is not None and learner.paused_until > now + HORIZON:
        return None
    case = _Case(learner, past, programmes, lessons, rules, now.astimezone(UTC))
    messages = sorted((each for each in past.sent if each.programme), key=lambda each: each.at)
    bounds = _bounds(case, messages)
    lesson = _next_lesson(case)
    at = None if lesson is None else _moment(case, lesson, bounds)
    due = None if lesson is None or at is None else Due(lesson.lesson, lesson.programme, at)
    if not learner.weekly or not past.answered or (lesson is not None and bounds.gap > rules.lesson_gap):
        return due
    if at is not None and bounds.after + rules.patience > at:
        return due  # whatever came back now could lie there unopened when the lesson's time has come
    review = _next_review(case, reviewer, messages, bounds)
    if review is None or lesson is None or at is None:
        return review or due
    sooner = review.at < at and _moment(case, lesson, _bounds(case, [*messages, _as_sent(review)])) == at
    return review if sooner else due


def _bounds(case: _Case, messages: Sequence[Sent]) -> _Bounds:
    learner, rules = case.learner, case.rules
    after = max(case.now, learner.paused_until or case.now)
    answer = max((each.at for each in case.past.answered), default=None)
    unanswered = sum(1 for each in messages if answer is None or each.at > answer)
    gap = rules.lesson_gap * 2 ** min(unanswered // rules.most_unanswered, _DOUBLINGS)
    if not messages:
        return _Bounds(after.astimezone(UTC), local_day(learner, after), gap, None, None)
    last = messages[-1]
    if last.opened is None and last.ended is None:
        after = max(after, last.at + rules.patience)
    if len(messages) >= rules.weekly_cap:
        after = max(after, messages[-rules.weekly_cap].at + _WEEK)
    onboarding = {each.id for each in case.programmes if each.rhythm is Rhythm.ONBOARDING}
    weekly = (each.at for each in reversed(messages) if not each.check and each.programme not in onboarding)
    last_weekly = next(weekly, None)
    return _Bounds(
        after=after.astimezone(UTC),
        day=max(local_day(learner, last.at) + _DAY, local_day(learner, after)),
        gap=gap,
        last=local_day(learner, last.at),
        last_weekly=None if last_weekly is None else local_day(learner, last_weekly),
    )


def to_come(
    learner: Learner, past: Past, programmes: Collection[Programme], lessons: Mapping[str, Lesson]
) -> tuple[str, ...]:
    """The lessons that are still to come to a learner: those of onboarding by their day, then the others in order."""
    mine = _taken(learner, programmes)
    onboarding = [each for each in mine if each.rhythm is Rhythm.ONBOARDING and _start(learner, each) is not None]
    steps = [step for each in onboarding for step in _open_steps(past, lessons, each)]
    steps.sort(key=lambda each: each.day)
    weekly = [each for each in mine if each.rhythm is Rhythm.WEEKLY]
    steps += [step for each in weekly for step in _open_steps(past, lessons, each)]
    return tuple(dict.fromkeys(each.lesson for each in steps))


def _next_lesson(case: _Case) -> _Next | None:
    mine = _taken(case.learner, case.programmes)
    return _next_step(case, mine) or _next_weekly(case, mine)


def _taken(learner: Learner, programmes: Iterable[Programme]) -> list[Programme]:
    return [each for each in programmes if each.track is learner.track and (learner.weekly or each.mandatory)]


def _next_step(case: _Case, programmes: Iterable[Programme]) -> _Next | None:
    """The step of onboarding that is due first."""
    found: list[_Next] = []
    for programme in programmes:
        start = _start(case.learner, programme)
        if programme.rhythm is not Rhythm.ONBOARDING or start is None:
            continue
        steps = _open_steps(case.past, case.lessons, programme)
        if steps:
            step = min(steps, key=lambda each: each.day)
            day = date.fromordinal(min(start.toordinal() + step.day, date.max.toordinal()))
            found.append(_Next(step.lesson, programme.id, day))
    return min(found, key=lambda each: each.day or date.max, default=None)


def _start(learner: Learner, programme: Programme) -> date | None:
    """The day from which a programme of onboarding counts."""
    enrolled = local_day(learner, learner.enrolled)
    if learner.hired is not None and enrolled - learner.hired <= _OLD_HAND:
        return learner.hired
    return enrolled if programme.mandatory else None


def _next_weekly(case: _Case, programmes: Iterable[Programme]) -> _Next | None:
    deep: _Next | None = None
    for programme in programmes:
        if programme.rhythm is not Rhythm.WEEKLY:
            continue
        for step in _open_steps(case.past, case.lessons, programme):
            if case.lessons[step.lesson].depth is not Depth.DEEP:
                return _Next(step.lesson, programme.id, None)
            deep = deep or _Next(step.lesson, programme.id, None)
    return deep


def _open_steps(past: Past, lessons: Mapping[str, Lesson], programme: Programme) -> list[Step]:
    """The steps of a programme that are still to come, in its order."""
    done = {each.lesson for each in past.sent if not each.check and (each.programme or each.ended is not None)}
    done |= past.passed
    return [
        each
        for each in programme.steps
        if each.lesson in lessons
        and each.lesson not in done
        and (programme.mandatory or not _is_known(past, lessons[each.lesson]))
    ]


def _is_known(past: Past, lesson: Lesson) -> bool:
    return bool(lesson.rests_on) and past.proven.issuperset(lesson.rests_on)


def _moment(case: _Case, lesson: _Next, bounds: _Bounds) -> datetime | None:
    """When a lesson may come."""
    if lesson.day is not None:
        return _first_moment(case, max(bounds.day, lesson.day), bounds.after)
    before = bounds.last if bounds.gap > case.rules.lesson_gap else bounds.last_weekly
    first = bounds.day if before is None else max(bounds.day, before + bounds.gap - _EARLY)
    days = weekly_days(case.learner, case.rules.hours, first)
    return _first(case, days, bounds.after)


def _next_review(case: _Case, reviewer: Reviewer, messages: Sequence[Sent], bounds: _Bounds) -> Due | None:
    """The question that comes back next, and when."""
    items = [each for each in reviewer.coming(case.past.answered, _versions(case)) if _is_asked(case, each)]
    if not items:
        return None
    shown = {(each.lesson, each.check): each.at for each in messages if each.check}
    spared = [_spared(each, shown.get((each.lesson, each.check)), case.rules.lesson_gap) for each in items]
    item = min(spared, key=lambda each: (max(each.due, bounds.after), not each.missed, each.due))
    after = max(item.due, bounds.after)
    first = max(bounds.day, local_day(case.learner, after))
    if bounds.last is not None and bounds.gap > case.rules.lesson_gap:
        first = max(first, bounds.last + bounds.gap - _EARLY)
    at = _first_moment(case, first, after)
    return None if at is None else Due(item.lesson, REVIEW, at, item.check)


def _versions(case: _Case) -> dict[str, str]:
    """The versions of the lessons of their track that a learner gave answers to."""
    answered = (case.lessons.get(each) for each in {each.lesson for each in case.past.answered})
    return {each.id: each.version for each in answered if each is not None and each.track is case.learner.track}


def _is_asked(case: _Case, item: Item) -> bool:
    return case.lessons[item.lesson].check(item.check) is not None


def _spared(item: Item, shown: datetime | None, gap: timedelta) -> Item:
    """An item whose card lies there unanswered does not come again at once."""
    if shown is None or shown <= item.answered:
        return item
    return replace(item, due=max(item.due, shown + gap))


def _as_sent(due: Due) -> Sent:
    return Sent(due.lesson, due.programme, due.at, due.check)


def _first_moment(case: _Case, day: date, after: datetime) -> datetime | None:
    if day > local_day(case.learner, case.now) + HORIZON:
        return None
    return _first(case, working_days(case.learner, case.rules.hours, day), after)


def _first(case: _Case, days: Iterable[date], after: datetime) -> datetime | None:
    moments = (moment_on(case.learner, case.rules.hours, day, after) for day in days)
    return next((each for each in moments if each is not None), None)


__all__ = ["next_due", "plan", "to_come"]
