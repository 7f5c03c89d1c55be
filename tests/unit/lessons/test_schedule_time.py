"""When something comes: hours by the learner's own wall, changes of the clocks, their own weekday and minute."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from lessons.review import Reviewer
from lessons.schedule import Answered, Due, Hours, Learner, Past, Rules, Sent, may_come, next_due
from tests.unit.lessons.lives import DAY, LESSONS, curriculum, learner

PROGRAMMES, PUBLISHED = curriculum()
REVIEWER: Final = Reviewer()
RULES: Final = Rules()
BERLIN: Final = ZoneInfo("Europe/Berlin")
MONDAY: Final = date(2026, 11, 2)
NOW: Final = datetime(2026, 11, 2, 6, tzinfo=UTC)
"""Early on a Monday: seven in Berlin."""
NOTHING: Final = Past()
ONBOARDED: Final = Past(
    tuple(Sent(f"employees-{each}", "employees-onboarding", NOW - 90 * DAY) for each in range(LESSONS // 2)),
    (Answered("employees-11", "gone", NOW - DAY, True, "1.0"),),
)


def _due(person: Learner, past: Past = NOTHING, now: datetime = NOW, rules: Rules = RULES) -> Due:
    found = next_due(person, past, PROGRAMMES, PUBLISHED, rules, REVIEWER, now)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), Hours(time(2, 15), time(4), frozenset({6}))),
        ("Europe/Berlin", date(2026, 10, 25), Hours(time(2, 15), time(2, 45), frozenset({6}))),
        ("America/New_York", date(2026, 3, 8), Hours(time(2, 30), time(9), frozenset({6}))),
        ("Australia/Lord_Howe", date(2026, 10, 4), Hours(time(1, 45), time(3), frozenset({6}))),
        ("America/Sao_Paulo", date(2018, 11, 4), Hours(time(0), time(2), frozenset({6}))),
    ],
)
def test_a_change_of_the_clocks_keeps_the_hours(zone: str, day: date, hours: Hours) -> None:
    """On the day itself the message comes, at a time that the person's wall shows and that lies within the hours."""
    start = datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
    for person in map(str, range(40)):
        due = _due(learner(person, zone=zone, enrolled=start, hired=day), now=start, rules=Rules(hours=hours))
        local = due.at.astimezone(ZoneInfo(zone))
        assert local.date() == day
        assert hours.opens <= local.time() < hours.closes


def test_hours_that_the_clocks_skip_are_skipped() -> None:
    """Where the whole window falls into the gap, the next day with one is taken."""
    rules = Rules(hours=Hours(time(2), time(3), frozenset({5, 6})))
    start = datetime(2026, 3, 28, 22, tzinfo=UTC)
    due = _due(learner(enrolled=start, hired=date(2026, 3, 29)), now=start, rules=rules)
    assert due.at.astimezone(BERLIN).date() == date(2026, 4, 4)


def test_a_repeated_hour_is_quiet_where_the_wall_says_so() -> None:
    """Between two windows of the night on which the clocks go back, nothing comes until the wall allows it again."""
    hours = Hours(time(2, 15), time(4), frozenset({6}))
    pause = datetime(2026, 10, 25, 1, 5, tzinfo=UTC)  # the second 02:05
    people = (learner(str(each), hired=date(2026, 10, 25), paused_until=pause, enrolled=pause) for each in range(40))
    moments = [_due(each, now=pause, rules=Rules(hours)).at for each in people]
    assert min(moments) == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    assert max(moments) < datetime(2026, 10, 25, 3, tzinfo=UTC)


def test_a_day_that_a_country_left_out_is_left_out() -> None:
    """Samoa had no 30 December 2011: what was due then comes on the next working day that it had."""
    start = datetime(2011, 12, 30, 9, 30, tzinfo=UTC)
    due = _due(learner(zone="Pacific/Apia", enrolled=start, hired=date(2011, 12, 30)), now=start)
    assert due.at.astimezone(ZoneInfo("Pacific/Apia")).date() == date(2012, 1, 2)


def test_people_are_spread_over_the_week_and_the_first_two_hours() -> None:
    """No weekday has a third more than its share, and no minute of it more than four times its own."""
    moments = [_due(learner(f"person-{number}"), ONBOARDED).at.astimezone(BERLIN) for number in range(3000)]
    weekdays = Counter(each.weekday() for each in moments)
    minutes = Counter((each.weekday(), each.hour, each.minute) for each in moments)
    assert set(weekdays) == set(range(5))
    assert max(weekdays.values()) < 3000 / 5 * 4 / 3
    assert max(minutes.values()) <= 4 * 3000 / 600
    assert {each.hour for each in moments} == {9, 10}


def test_a_weekday_and_minute_are_for_good() -> None:
    """A release or another process must not move anybody: these are known from the first."""
    known = {
        each: f"{_due(learner(each), ONBOARDED).at.astimezone(BERLIN):%a %H:%M}" for each in ("ines", "deniz", "mara")
    }
    assert known == {"ines": "Tue 10:34", "deniz": "Fri 09:36", "mara": "Wed 10:50"}


@pytest.mark.parametrize(
    ("person", "at", "expected"),
    [
        (learner(), NOW + timedelta(hours=3), True),
        (learner(), NOW + timedelta(hours=1, minutes=59), False),
        (learner(), NOW + timedelta(hours=10), False),
        (learner(), NOW - timedelta(hours=21), False),
        (learner(is_holiday=lambda day: day == MONDAY), NOW + timedelta(hours=3), False),
        (learner(paused_until=NOW + timedelta(hours=4)), NOW + timedelta(hours=3), False),
        (learner(left=MONDAY), NOW + timedelta(hours=3), False),
    ],
)
def test_what_is_late_may_come_only_in_the_hours(person: Learner, at: datetime, expected: bool) -> None:
    """Within the hours of a working day of somebody who is there; the closing minute is quiet already."""
    assert may_come(person, RULES.hours, at) is expected


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Hours(time(17), time(9)), "name an end that is later that day"),
        (lambda: Hours(days=frozenset()), "name at least one"),
        (lambda: Hours(days=frozenset({7})), "name at least one"),
        (lambda: Rules(weekly_cap=0), "allow at least one"),
        (lambda: Rules(most_unanswered=0), "from 1"),
        (lambda: Rules(lesson_gap=DAY), "leave at least 7 days"),
        (lambda: Rules(patience=-DAY), "negative"),
    ],
)
def test_rules_that_make_no_sense_say_so(make: type[Rules], says: str) -> None:
    """One line that tells what to name instead."""
    with pytest.raises(ValueError, match=says):
        make()
