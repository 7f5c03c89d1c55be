"""The working time of a contact: when it is open, when it opens again, and clocks that run only while it is.

An opening lasts from ``opens`` to ``closes`` of a weekday that is neither a public holiday nor a day of absence. Its
two ends are wall-clock times of the contact's zone; one that a change of the clocks skips or repeats is read as
zoneinfo reads ``fold=0`` (after the gap, the first of two). Between them real time counts, so that a night shift in
which the clocks change is an hour shorter or longer. All results are in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from knowledge.contacts.duty import absent_on, local_day
from knowledge.contacts.models import DAYS, Contact, Hours
from knowledge.contacts.public_holidays import is_public_holiday

_HORIZON: Final = timedelta(days=400)
"""How far an opening is looked for; a contact that has none in this time is taken as never open."""

_DAY: Final = timedelta(days=1)
_NOTHING: Final = timedelta()

Opening = tuple[datetime, datetime]


def is_open(contact: Contact, at: datetime) -> bool:
    """Whether the contact is open at ``at`` (aware); the closing minute itself is closed."""
    opening = _next(contact, at)
    return opening is not None and opening[0] <= at.astimezone(UTC)


def next_opening(contact: Contact, at: datetime) -> datetime:
    """When the contact opens next: ``at`` itself where it is open, or where it does not open within 400 days."""
    moment = at.astimezone(UTC)
    opening = _next(contact, moment)
    return moment if opening is None else max(moment, opening[0])


def after(contact: Contact, start: datetime, span: timedelta) -> datetime:
    """The moment when ``span`` of the contact's working time has passed since ``start`` (aware).

    ``start`` itself for a span of nothing. Where 400 days go by without an opening, what is left of the span runs on
    from there round the clock, so that every clock ends: for a contact that never opens, at ``start + span``.
    """
    moment, left = start.astimezone(UTC), span
    while left > _NOTHING:
        opening = _next(contact, moment)
        if opening is None:
            return moment + left
        opens, closes = max(moment, opening[0]), opening[1]
        if left <= closes - opens:
            return opens + left
        moment, left = closes, left - (closes - opens)
    return moment


def elapsed(contact: Contact, start: datetime, end: datetime) -> timedelta:
    """How much working time of the contact lies between ``start`` and ``end`` (aware); nothing where end is first."""
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    spans = (min(closes, last) - max(opens, first) for opens, closes in _openings(contact, first, last))
    return sum(spans, _NOTHING)


def _next(contact: Contact, at: datetime) -> Opening | None:
    """The opening in which ``at`` lies, else the one that follows."""
    moment = at.astimezone(UTC)
    return next(_openings(contact, moment, moment + _HORIZON), None)


def _openings(contact: Contact, since: datetime, until: datetime) -> Iterator[Opening]:
    """The openings that end after ``since`` and begin before ``until``, in order and without overlap, in UTC."""
    day = local_day(contact, since) - 2 * _DAY  # a zone that moves over the date line has one day twice
    last = local_day(contact, until) + _DAY
    closed = datetime.min.replace(tzinfo=UTC)
    while day <= last:
        if _works(contact, day):
            opens, closes = _on(contact.hours, day)
            opens = max(opens, closed)
            if opens < closes:
                closed = closes
                if closes > since and opens < until:
                    yield opens, closes
        day += _DAY


def _works(contact: Contact, day: date) -> bool:
    if DAYS[day.weekday()] not in contact.hours.days or absent_on(contact, day):
        return False
    return contact.holidays is None or not is_public_holiday(contact.holidays, day)


def _on(hours: Hours, day: date) -> Opening:
    zone = ZoneInfo(hours.time_zone)
    return _moment(day, hours.opens, zone), _moment(day, hours.closes, zone)


def _moment(day: date, text: str, zone: ZoneInfo) -> datetime:
    """A wall-clock time as a moment in UTC; ``24:00`` is midnight at the end of the day."""
    hour, minute = int(text[:2]), int(text[3:])
    if hour == 24:
        day, hour = day + _DAY, 0
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


__all__ = ["after", "elapsed", "is_open", "next_opening"]
