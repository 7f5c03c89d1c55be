"""A learner's own time: their working days, their weekday and minute, and the moments at which something may come.

A moment is found by the wall clock of the learner's zone. A wall time that a change of the clocks skips is read after
the gap, one that it repeats as the first of the two, and no moment is used whose wall time lies outside the hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Final

from lessons.schedule.models import Hours, Learner

HORIZON: Final = timedelta(days=400)
"""How far ahead a moment is looked for; what would come later is not planned yet."""

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_SPREAD_MINUTES: Final = 120
"""People are spread over so much of the beginning of a day, so that no platform's rate is hit."""


def local_day(learner: Learner, at: datetime) -> date:
    """The day that it is for a learner."""
    return at.astimezone(learner.zone).date()


def may_come(learner: Learner, hours: Hours, at: datetime) -> bool:
    """Whether anything may reach a learner at a moment: ask again just before something owed is sent, it may be late.

    False outside their hours, on a day that is none of theirs, while they pause and once they left.
    """
    if learner.paused_until is not None and at < learner.paused_until:
        return False
    return (
        _inside(learner, hours, at) and next(working_days(learner, hours, local_day(learner, at), 1), None) is not None
    )


def working_days(learner: Learner, hours: Hours, first: date, most: int = HORIZON.days) -> Iterator[date]:
    """The days from ``first`` on, of ``most`` in a row, on which something may come to a learner."""
    last = min(first.toordinal() + most, date.max.toordinal())
    for day in map(date.fromordinal, range(first.toordinal(), last)):
        if learner.left is not None and day >= learner.left:
            return
        if day.weekday() in hours.days and not learner.is_holiday(day):
            yield day


def weekly_days(learner: Learner, hours: Hours, first: date) -> Iterator[date]:
    """From ``first`` on, in order: a learner's weekday of each week, or the working day after it where it is none."""
    days = sorted(hours.days)
    weekday = days[_number(learner.person) % len(days)]
    slot = first - _DAY * ((first.weekday() - weekday) % 7)  # it may have been moved to after ``first``
    for each in range(HORIZON.days // 7):
        day = next(working_days(learner, hours, slot + each * _WEEK), None)
        if day is None:
            return
        if day >= first:
            yield day


def moment_on(learner: Learner, hours: Hours, day: date, after: datetime) -> datetime | None:
    """When something comes on a working day: at the learner's minute, or as soon as ``after``; UTC.

    ``None`` where that is not within the hours of the day.
    """
    opens = datetime.combine(day, hours.opens, learner.zone)
    again = opens.replace(fold=1)  # where the clocks go back between the hours, part of them comes twice
    for wall in (opens + _offset(learner.person, hours), again):
        at = max(wall.astimezone(UTC), after)
        if _inside(learner, hours, at) and local_day(learner, at) == day:
            return at
    return None


def _inside(learner: Learner, hours: Hours, at: datetime) -> bool:
    return hours.opens <= at.astimezone(learner.zone).time() < hours.closes


def _offset(person: str, hours: Hours) -> timedelta:
    """How long after opening a person's minute is."""
    opens, closes = (each.hour * 60 + each.minute for each in (hours.opens, hours.closes))
    return timedelta(minutes=(_number(person) >> 16) % max(1, min(_SPREAD_MINUTES, closes - opens)))


def _number(person: str) -> int:
    """A number that is a person's for good: no process and no release changes it."""
    return int.from_bytes(blake2b(person.encode("utf-8", "replace"), digest_size=8).digest(), "big")


__all__ = ["HORIZON", "local_day", "may_come", "moment_on", "weekly_days", "working_days"]
