"""Working time: doors that open and close, and clocks that run only in between."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge.contacts import Absence, Contact, Hours, Override, Rotation, after, elapsed, is_open, next_opening
from knowledge.contacts.models import DAYS

WEEKDAYS: Final = DAYS[:5]
ZONES: Final = (
    *("UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "Africa/Casablanca", "Antarctica/Troll", "Pacific/Apia", "Asia/Tehran", "America/Nuuk"),
)
"""Zones whose clocks change by an hour, by half of one and by two, at midnight, around Ramadan, and by a whole day."""
TIMES: Final = ("00:00", "00:30", "01:30", "02:00", "02:30", "03:15", "09:00", "17:45", "23:30", "24:00")
FIRST: Final = datetime(2009, 1, 1, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
NOTHING: Final = timedelta()


def _contact(
    days: tuple[str, ...] = WEEKDAYS,
    opens: str = "08:00",
    closes: str = "18:00",
    zone: str = "Europe/Berlin",
    holidays: str | None = None,
    absent: tuple[Absence, ...] = (),
    rotation: Rotation | None = None,
) -> Contact:
    hours = Hours(days, opens, closes, zone)
    reach = {"email": "team@example.com"}
    return Contact("x", "X", (), (), (), hours, None, reach, 1, holidays=holidays, absent=absent, rotation=rotation)


def _at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@st.composite
def _contacts(draw: st.DrawFn) -> Contact:
    days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True))
    opens, closes = sorted(draw(st.lists(st.sampled_from(TIMES), min_size=2, max_size=2, unique=True)))
    first = draw(st.dates(date(2009, 1, 1), date(2028, 1, 1)))
    absence = Absence(first, first + timedelta(days=draw(st.integers(0, 40))))
    absent = draw(st.sampled_from([(), (absence,)]))
    holidays = draw(st.sampled_from([None, "DE", "DE-BY", "US", "JP"]))
    return _contact(tuple(days), opens, closes, draw(st.sampled_from(ZONES)), holidays, absent)


_moments = st.integers(0, 19 * 365 * 24 * 3600).map(lambda seconds: FIRST + timedelta(seconds=seconds))
_spans = st.integers(0, 60 * 60 * 60).map(lambda seconds: timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-02T07:59:59", False),
        ("2026-11-02T08:00", True),
        ("2026-11-02T17:59:59", True),
        ("2026-11-02T18:00", False),
        ("2026-11-01T12:00", False),
    ],
)
def test_a_door_opens_on_time_and_closes_on_time(at: str, expected: bool) -> None:
    """The first minute is open, the closing minute is not, and a Sunday is a Sunday."""
    assert is_open(_contact(), _at(at)) is expected


def test_a_door_keeps_the_time_of_its_own_zone() -> None:
    """Nine in the morning in New York is afternoon in Berlin."""
    assert is_open(_contact(zone="America/New_York"), _at("2026-11-02T14:30"))
    assert not is_open(_contact(zone="America/New_York"), _at("2026-11-02T08:30"))


def test_the_next_opening_is_now_or_the_next_working_day() -> None:
    """An open door opens now; on Friday evening the next one is Monday morning."""
    assert next_opening(_contact(), _at("2026-11-06T17:00")) == _at("2026-11-06T17:00")
    assert next_opening(_contact(), _at("2026-11-06T18:00")) == _at("2026-11-09T08:00")
    assert next_opening(_contact(), _at("2026-11-06T05:00")) == _at("2026-11-06T08:00")


def test_a_clock_stands_still_over_the_weekend() -> None:
    """Four hours from Friday at five end on Monday at eleven; it takes until then for four hours to have passed."""
    start, end = _at("2026-11-06T17:00"), _at("2026-11-09T11:00")
    assert after(_contact(), start, 4 * HOUR) == end
    assert elapsed(_contact(), start, end) == 4 * HOUR
    assert after(_contact(), start, HOUR) == _at("2026-11-06T18:00")


def test_nothing_has_passed_at_once_or_backwards() -> None:
    """A span of nothing ends where it began, and an end before the start is no time at all."""
    start = _at("2026-11-07T12:00")
    assert after(_contact(), start, NOTHING) == start
    assert elapsed(_contact(), start, start - 100 * HOUR) == NOTHING


def test_public_holidays_are_days_off() -> None:
    """Christmas 2026 in Germany: two hours from the afternoon of the 24th end on Monday the 28th."""
    start = _at("2026-12-24T17:00")
    assert after(_contact(holidays="DE"), start, 2 * HOUR) == _at("2026-12-28T09:00")
    assert after(_contact(), start, 2 * HOUR) == _at("2026-12-25T09:00")


def test_public_holidays_differ_by_region() -> None:
    """Epiphany is a holiday in Bavaria, not in Berlin."""
    at = _at("2026-01-06T12:00")
    assert not is_open(_contact(holidays="DE-BY"), at)
    assert is_open(_contact(holidays="DE-BE"), at) and is_open(_contact(holidays="DE"), at)


def test_days_of_absence_are_days_off() -> None:
    """Both ends of an absence belong to it, as do days on which a rotation has nobody on duty."""
    absences = (Absence(date(2026, 11, 3), date(2026, 11, 4)),)
    rotation = Rotation(
        ("one@example.com",), date(2026, 11, 2), (Override(date(2026, 11, 3), date(2026, 11, 4), None),)
    )
    for contact in (_contact(absent=absences), _contact(rotation=rotation)):
        assert next_opening(contact, _at("2026-11-02T18:00")) == _at("2026-11-05T08:00")


def test_a_day_lasts_as_long_as_it_lasts() -> None:
    """Round the clock, the Sunday on which the clocks go forward has 23 hours, the one on which they go back 25."""
    always = _contact(DAYS, "00:00", "24:00")
    assert elapsed(always, _at("2026-03-29T00:00"), _at("2026-03-30T00:00")) == 23 * HOUR
    assert elapsed(always, _at("2026-10-25T00:00"), _at("2026-10-26T00:00")) == 25 * HOUR
    assert after(always, _at("2026-10-25T00:00"), 24 * HOUR) == _at("2026-10-25T23:00")


def test_an_opening_that_the_clocks_skip_comes_after_the_gap() -> None:
    """On 29 March 2026 there is no 02:30 in Berlin; who opens then opens at 03:30."""
    contact = _contact(DAYS, "02:30", "06:00")
    assert next_opening(contact, _at("2026-03-29T00:00")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_opening_that_comes_twice_is_the_first() -> None:
    """On 25 October 2026 there are two 02:30 in Berlin; who opens then opens once, at the first."""
    contact = _contact(DAYS, "02:30", "06:00")
    opens = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_opening(contact, _at("2026-10-25T00:00")) == opens
    assert elapsed(contact, _at("2026-10-25T00:00"), _at("2026-10-26T00:00")) == timedelta(hours=4, minutes=30)
    second = datetime(2026, 10, 25, 2, 45, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)
    assert next_opening(contact, second) == second.astimezone(UTC)


def test_a_door_that_opens_and_closes_within_the_gap_stays_shut() -> None:
    """From 02:10 to 03:05 nothing is left on the day on which 02:00 is followed by 03:00."""
    contact = _contact(DAYS, "02:10", "03:05")
    assert elapsed(contact, _at("2026-03-29T00:00"), _at("2026-03-30T00:00")) == NOTHING


def test_a_day_that_a_zone_left_out_is_not_worked_twice() -> None:
    """Samoa went from 29 to 31 December 2011."""
    contact = _contact(DAYS, "08:00", "18:00", "Pacific/Apia")
    start, end = _at("2011-12-29T00:00", "Pacific/Apia"), _at("2012-01-01T00:00", "Pacific/Apia")
    assert elapsed(contact, start, end) == 20 * HOUR


def test_a_contact_that_never_opens_stops_no_clock() -> None:
    """Where nobody is there for 400 days, the time runs round the clock, and no opening is waited for."""
    start = _at("2026-11-07T12:00")
    contact = _contact(absent=(Absence(date(2026, 1, 1), date(2028, 12, 31)),))
    assert after(contact, start, 4 * HOUR) == start + 4 * HOUR
    assert next_opening(contact, start) == start and not is_open(contact, start)
    assert elapsed(contact, start, start + 1000 * HOUR) == NOTHING


def test_a_contact_that_leaves_for_good_stops_no_clock() -> None:
    """What was worked before counts; what is left runs on from the last closing."""
    contact = _contact(absent=(Absence(date(2026, 11, 3), date(2028, 12, 31)),))
    assert after(contact, _at("2026-11-02T17:00"), 4 * HOUR) == _at("2026-11-02T21:00")


@given(contact=_contacts(), at=_moments)
@settings(max_examples=300, deadline=None)
def test_a_sign_on_the_door_is_right_on_ordinary_days(contact: Contact, at: datetime) -> None:
    """Where no clock changes, a door is open when the wall clock of its zone says so."""
    assume(contact.holidays is None)
    local = at.astimezone(ZoneInfo(contact.hours.time_zone))
    around = {(local + timedelta(days=days)).utcoffset() for days in (-1, 0, 1)}
    around |= {(at + timedelta(days=days)).astimezone(local.tzinfo).utcoffset() for days in (-1, 0, 1)}
    assume(len(around) == 1)
    works = DAYS[local.weekday()] in contact.hours.days
    away = any(each.first <= local.date() <= each.last for each in contact.absent)
    within = contact.hours.opens <= f"{local:%H:%M}" < contact.hours.closes
    assert is_open(contact, at) is (works and within and not away)


@given(contact=_contacts(), start=_moments, span=_spans)
@settings(max_examples=300, deadline=None)
def test_a_span_takes_as_long_as_it_takes(contact: Contact, start: datetime, span: timedelta) -> None:
    """When a span has passed, just that much working time has passed, and not a moment earlier."""
    end = after(contact, start, span)
    assert elapsed(contact, start, end) == span
    if span:
        assert is_open(contact, end - timedelta(microseconds=1))
    assert end >= start + span


@given(contact=_contacts(), start=_moments, first=_spans, second=_spans)
@settings(max_examples=200, deadline=None)
def test_spans_add_up(contact: Contact, start: datetime, first: timedelta, second: timedelta) -> None:
    """A span and then another take as long as both at once, so a clock that is read twice shows one time."""
    middle = after(contact, start, first)
    end = after(contact, middle, second)
    assert end == after(contact, start, first + second) >= middle
    assert elapsed(contact, start, middle) + elapsed(contact, middle, end) == elapsed(contact, start, end)


@given(contact=_contacts(), at=_moments)
@settings(max_examples=200, deadline=None)
def test_no_work_is_done_before_the_next_opening(contact: Contact, at: datetime) -> None:
    """The next opening is open, nothing is open before it, and it is its own next opening."""
    opens = next_opening(contact, at)
    assert opens >= at and is_open(contact, opens)
    assert next_opening(contact, opens) == opens
    assert elapsed(contact, at, opens) == NOTHING
    assert is_open(contact, at) is (opens == at)


@given(contact=_contacts(), at=_moments, zone=st.sampled_from(ZONES), span=_spans)
@settings(max_examples=100, deadline=None)
def test_a_moment_is_a_moment_in_every_zone(contact: Contact, at: datetime, zone: str, span: timedelta) -> None:
    """It makes no difference in which zone a time is given, also within a repeated hour."""
    elsewhere = at.astimezone(ZoneInfo(zone))
    assert is_open(contact, at) is is_open(contact, elsewhere)
    assert after(contact, at, span) == after(contact, elsewhere, span)
    assert next_opening(contact, elsewhere).tzinfo is UTC
