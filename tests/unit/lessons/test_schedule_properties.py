"""The rules of the schedule, each for any person, any clock, any settings and anything that may happen meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessons.models import Track
from lessons.review import Reviewer
from lessons.schedule import Hours, Rules
from tests.unit.lessons import lives
from tests.unit.lessons.lives import DAY, Life, Reaction

REVIEWER: Final = Reviewer()
ZONES: Final = (
    *("UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia"),
    *("Australia/Lord_Howe", "Africa/Casablanca", "Antarctica/Troll", "Asia/Tehran", "America/Nuuk"),
)
TIMES: Final = [time(0), time(1, 30), time(2), time(2, 30), time(3, 15), time(9), time(10, 30), time(17), time(23, 30)]
FIRST: Final = date(2026, 1, 1)

_hours = st.builds(
    lambda times, days: Hours(min(times), max(times), frozenset(days)),
    st.lists(st.sampled_from(TIMES), min_size=2, max_size=2, unique=True),
    st.sets(st.integers(0, 6), min_size=1),
)
_rules = st.builds(
    Rules,
    hours=st.one_of(st.just(Hours()), _hours),
    weekly_cap=st.integers(1, 4),
    patience=st.integers(0, 100).map(lambda hours: timedelta(hours=hours)),
    most_unanswered=st.integers(1, 4),
    ahead=st.sampled_from([timedelta(), timedelta(hours=12), timedelta(days=5)]),
)
_delays = st.one_of(st.none(), st.integers(0, 6000).map(lambda minutes: timedelta(minutes=minutes)))
_reactions = st.lists(st.builds(Reaction, _delays, _delays, st.booleans()), min_size=1, max_size=8)
_changes = st.lists(
    st.tuples(
        st.floats(0, 120),
        st.sampled_from(["pause", "choose", "leave", "switch", "move", "prove", "pass", "rewrite"]),
        st.data(),
    ),
    max_size=5,
)


def _change(life: Life, what: str, data: st.DataObject) -> Callable[[datetime], None]:
    """Something that happens to a person, as a step of their life."""

    def act(now: datetime) -> None:
        person = life.learner
        mine = sorted(each.id for each in life.lessons.values() if each.track is person.track)
        if what == "pause":
            until = now + data.draw(st.integers(0, 40 * 24)) * timedelta(hours=1)
            life.change(now, replace(person, paused_until=until))
        elif what == "choose":
            mandatory = {each.id for each in life.programmes if each.mandatory}
            wants = not person.weekly
            life.change(now, replace(person, weekly=wants), lambda sent: wants or sent.programme in mandatory)
        elif what == "leave":
            life.change(now, replace(person, left=now.astimezone(person.zone).date()))
        elif what == "switch":
            life.change(now, replace(person, track=data.draw(st.sampled_from(Track))))
        elif what == "move":
            life.change(now, replace(person, zone=ZoneInfo(data.draw(st.sampled_from(ZONES)))))
        elif what == "prove":
            life.proven |= set(life.lessons[data.draw(st.sampled_from(mine))].rests_on)
            life.change(now, person, lambda sent: True)
        elif what == "pass":
            life.passed |= {data.draw(st.sampled_from(mine))}
            life.change(now, person, lambda sent: True)
        else:
            lesson = life.lessons[data.draw(st.sampled_from(mine))]
            life.proven -= set(lesson.rests_on)
            life.passed -= {lesson.id}
            life.lessons = {**life.lessons, lesson.id: replace(lesson, version="2.0")}
            life.change(now, person, lambda sent: True)

    return act


@st.composite
def _lives(draw: st.DrawFn, days: int = 120) -> Life:
    """Four months of somebody, with whatever may happen in them."""
    day = draw(st.dates(FIRST, FIRST + 365 * DAY))
    start = datetime(day.year, day.month, day.day, draw(st.integers(0, 23)), tzinfo=UTC)
    holidays = frozenset(day + each * DAY for each in draw(st.sets(st.integers(0, days), max_size=12)))
    person = lives.learner(
        draw(st.text(max_size=6)),
        draw(st.sampled_from(Track)),
        draw(st.sampled_from(ZONES)),
        start,
        draw(st.one_of(st.none(), st.integers(-90, 40).map(lambda shift: day + shift * DAY))),
        weekly=draw(st.sampled_from([True, True, False])),
        is_holiday=holidays.__contains__,
    )
    reactions = cycle(draw(_reactions))
    programmes, lessons = lives.curriculum()
    life = Life(person, lambda sent: next(reactions), programmes, lessons, draw(_rules), REVIEWER)
    for when, what, data in draw(_changes):
        life.at(start + when * DAY, _change(life, what, data))
    since = start + draw(st.integers(0, days * 24)) * timedelta(hours=1)
    outage = (since, since + draw(st.integers(0, 10 * 24)) * timedelta(hours=1))
    life.live(start, start + days * DAY, [outage])
    return life


@pytest.mark.parametrize(
    "broken",
    [
        lives.in_quiet_hours,
        lives.unwelcome,
        lives.two_in_a_day,
        lives.above_the_cap,
        lives.before_the_last_was_opened,
        lives.twice,
        lives.needless,
        lives.too_early,
        lives.before_onboarding_is_over,
        lives.deep_before_light,
        lives.too_close,
    ],
    ids=lambda rule: rule.__name__,
)
def test_a_rule_holds_whatever_happens(broken: lives.Rule) -> None:
    """No life breaks it."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(_lives())
    def holds(life: Life) -> None:
        assert list(broken(life)) == []

    holds()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_lives())
def test_one_weekday_explains_every_weekly_lesson(life: Life) -> None:
    """It is the person's for good, and a day off moves a lesson no further than to the next working day."""
    assert lives.weekdays(life)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=6), st.sampled_from(Track), st.sampled_from(ZONES), _rules, _reactions, st.integers(0, 9))
def test_no_lesson_is_skipped_forever(
    person: str, track: Track, zone: str, rules: Rules, reactions: list[Reaction], off: int
) -> None:
    """Two years bring every lesson, however little a person opens and whichever weekday is always a holiday."""
    start = datetime(2026, 1, 5, tzinfo=UTC)
    free = off if len(rules.hours.days - {off}) else -1
    someone = lives.learner(person, track, zone, start, is_holiday=lambda day: day.weekday() == free)
    turns = cycle(reactions)
    programmes, lessons = lives.curriculum()
    life = Life(someone, lambda sent: next(turns), programmes, lessons, rules, REVIEWER)
    life.live(start, start + 730 * DAY)
    assert lives.missing(life) == set()
