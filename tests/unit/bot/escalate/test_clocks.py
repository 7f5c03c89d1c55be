"""Clocks of cases: in working time, over weekends, holidays, time zones and changes of the clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.escalate.clocks import AT_THE_END, DEFAULT_TIMES, hold, ring, start
from bot.ports import Clock, Stage
from knowledge.contacts import Absence, Contact, Hours, elapsed, is_open
from knowledge.models import Priority

WEEK = ("mon", "tue", "wed", "thu", "fri")
SLOW = tuple(each for each in Priority if each is not Priority.URGENT)


def contact(zone: str = "UTC", *, holidays: str | None = None, absent: tuple[Absence, ...] = ()) -> Contact:
    """A contact that works from nine to five."""
    hours = Hours(WEEK, "09:00", "17:00", zone)
    reach = {"email": "legal@example.com"}
    legal = Contact("legal", "Legal", (), ("worldwide",), ("en",), hours, None, reach, 1)
    return replace(legal, holidays=holidays, absent=absent)


def at(day: str, time: str, zone: str = "UTC") -> datetime:
    """A wall-clock moment."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZoneInfo(zone))


def begun(priority: Priority, who: Contact, moment: datetime, stage: Stage = Stage.OPEN) -> Clock:
    """A clock that surely runs."""
    clock = start(DEFAULT_TIMES, stage, priority, who, moment)
    assert clock is not None
    return clock


def test_a_case_of_friday_afternoon_is_due_on_monday() -> None:
    """Half an hour is left on Friday; the weekend does not count."""
    clock = begun(Priority.HIGH, contact(), at("2026-11-06", "16:30"))
    assert clock.next == at("2026-11-06", "17:00")
    assert clock.due == at("2026-11-09", "09:30")


def test_an_urgent_case_runs_through_the_night() -> None:
    """Its quarter of an hour is real time, whatever the hours of its contact."""
    clock = begun(Priority.URGENT, contact(), at("2026-11-07", "23:50"))
    assert clock.due == at("2026-11-08", "00:05")


def test_a_public_holiday_does_not_count() -> None:
    """Christmas falls on a Friday in 2026: what is sent at noon on Christmas Eve is due on Monday."""
    clock = begun(Priority.NORMAL, contact("Europe/London", holidays="GB"), at("2026-12-24", "15:00", "Europe/London"))
    assert clock.due == at("2026-12-29", "11:00", "Europe/London")  # Monday stands in for Boxing Day


def test_days_of_absence_do_not_count() -> None:
    """A contact that is away for a day works on after it."""
    away = contact(absent=(Absence(date(2026, 11, 3), date(2026, 11, 3)),))
    assert begun(Priority.NORMAL, away, at("2026-11-02", "15:00")).due == at("2026-11-04", "11:00")


@pytest.mark.parametrize(
    ("day", "due"),
    [("2026-03-29", "05:00"), ("2026-10-25", "03:00")],
    ids=["an hour is skipped", "an hour is repeated"],
)
def test_the_night_of_a_change_of_the_clocks_counts_real_hours(day: str, due: str) -> None:
    """Four hours of a night shift are four hours of real time, whatever the wall clock shows after them."""
    nights = Contact(
        "night",
        "Night",
        (),
        ("worldwide",),
        ("en",),
        Hours((*WEEK, "sat", "sun"), "00:00", "08:00", "Europe/Berlin"),
        None,
        {"email": "n@example.com"},
        1,
    )
    clock = begun(Priority.NORMAL, nights, at(day, "00:00", "Europe/Berlin"))
    assert clock.due.astimezone(ZoneInfo("Europe/Berlin")) == at(day, due, "Europe/Berlin")
    assert clock.due - clock.began == timedelta(hours=4)


@pytest.mark.parametrize("stage", [Stage.ANSWERED, Stage.CLOSED])
def test_what_is_over_has_no_clock(stage: Stage) -> None:
    """Nobody is reminded of an answered case."""
    assert start(DEFAULT_TIMES, stage, Priority.HIGH, contact(), at("2026-11-02", "10:00")) is None


def test_a_held_clock_stands_still() -> None:
    """While the asker has to say something, nothing rings."""
    clock = hold(begun(Priority.HIGH, contact(), at("2026-11-02", "10:00"), Stage.CLAIMED))
    assert clock is not None
    assert clock.next is None
    assert hold(None) is None


@given(
    moment=st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]
    ),
    country=st.sampled_from([None, "DE", "US", "IN", "AU"]),
    priority=st.sampled_from(SLOW),
    stage=st.sampled_from([Stage.OPEN, Stage.CLAIMED]),
)
def test_whatever_the_calendar_a_clock_gives_its_whole_time_and_rings_in_working_hours(
    moment: datetime, zone: str, country: str | None, priority: Priority, stage: Stage
) -> None:
    """Between its beginning and its end lies exactly its span of working time; half-way is half of that, and every
    ring falls into working hours or on their very end.
    """
    who = contact(zone, holidays=country)
    clock = begun(priority, who, moment, stage)
    span = DEFAULT_TIMES.span(stage, priority)
    assert clock.next is not None
    assert moment < clock.next < clock.due
    assert elapsed(who, moment, clock.due) == span
    assert elapsed(who, moment, clock.next) == span / 2
    rung = clock
    for expected in range(1, 6):
        assert rung.next is not None
        assert is_open(who, rung.next - timedelta(seconds=1))
        rung = ring(DEFAULT_TIMES, stage, priority, who, rung, rung.next)
        assert rung.rung == expected
        assert (rung.began, rung.due) == (clock.began, clock.due)


@given(late=st.timedeltas(timedelta(0), timedelta(days=30)))
def test_a_clock_that_rings_late_rings_on(late: timedelta) -> None:
    """After a long standstill of the worker the next ring lies ahead, so that nothing rings in a burst."""
    clock = begun(Priority.HIGH, contact(), at("2026-11-02", "10:00"))
    assert clock.next is not None
    now = clock.next + late
    rung = ring(DEFAULT_TIMES, Stage.OPEN, Priority.HIGH, contact(), clock, now)
    assert rung.next is not None
    assert rung.next >= now
    again = ring(DEFAULT_TIMES, Stage.OPEN, Priority.HIGH, contact(), rung, rung.next)
    assert again.next is not None
    assert rung.rung == (AT_THE_END if now < clock.due else AT_THE_END + 1)
    assert again.next > rung.next
