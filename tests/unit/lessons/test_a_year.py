"""A year of 500 people on a fake clock: whatever they do, every rule of the schedule holds for each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from lessons.models import Lesson, Track
from lessons.review import Reviewer
from lessons.schedule import REVIEW, Rules, Sent
from tests.unit.lessons import lives
from tests.unit.lessons.lives import DAY, Life, Reaction

PEOPLE: Final = 500
START: Final = datetime(2026, 1, 5, tzinfo=UTC)
END: Final = START + 365 * DAY
ZONES: Final = (
    *("UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Auckland", "Pacific/Apia", "Asia/Tokyo", "America/Nuuk"),
)
OUTAGES: Final = (
    (datetime(2026, 3, 2, 6, tzinfo=UTC), datetime(2026, 3, 9, 11, 20, tzinfo=UTC)),
    (datetime(2026, 6, 10, 8, tzinfo=UTC), datetime(2026, 6, 10, 22, tzinfo=UTC)),
)
CLOSED: Final = frozenset(
    [date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 9, 7), date(2026, 11, 26)]
    + [date(2026, 8, 3) + each * DAY for each in range(5)]
    + [date(2026, 12, 24) + each * DAY for each in range(12)]
)
STEADY: Final = "steady"
"""In their names: people to whom nothing happens that would keep a lesson from coming."""


def _react(rng: Random) -> Reaction:
    return Reaction(
        opens=timedelta(minutes=rng.expovariate(1 / 600)),
        answers=timedelta(minutes=rng.expovariate(1 / 200)) if rng.random() < 0.8 else None,
        right=rng.random() < 0.7,
    )


def _habit(rng: Random) -> float:
    """How often somebody opens what comes."""
    return rng.choice((0.0, 0.2, 0.6, 0.9, 0.95, 1.0))


def _life(number: int, rng: Random, rules: Rules, reviewer: Reviewer) -> Life:
    programmes, lessons = lives.curriculum()
    steady = rng.random() < 0.3
    hired = rng.choice(
        [None, START.date() - rng.randrange(400, 4000) * DAY, START.date() + rng.randrange(-90, 300) * DAY]
    )
    enrolled = START if rng.random() < 0.7 else START + rng.uniform(0, 300) * DAY
    person = lives.learner(
        f"{STEADY if steady else 'person'}-{number}",
        rng.choice(list(Track)),
        rng.choice(ZONES),
        START if steady else enrolled,
        None if steady else hired,
        is_holiday=rng.choice([CLOSED, frozenset[date]()]).__contains__,
    )
    habit = _habit(rng)
    life = Life(
        person, lambda sent: _react(rng) if rng.random() < habit else Reaction(), programmes, lessons, rules, reviewer
    )
    if not steady:
        _Unrest(life, rng).begin()
    return life


@dataclass(frozen=True)
class _Unrest:
    """What may happen in a year: pauses, opt-outs, another track or city, quizzes, changed lessons, good-byes."""

    life: Life
    rng: Random

    def begin(self) -> None:
        """Spread it over the year."""
        acts = ((self.pause, 3), (self.choose, 2), (self.switch, 1), (self.move, 2), (self.prove, 4), (self.rewrite, 3))
        for act, most in (*acts, (self.place, 1)):
            for _ in range(self.rng.randint(0, most)):
                self.life.at(START + self.rng.uniform(0, 365) * DAY, act)
        if self.rng.random() < 0.15:
            self.life.at(START + self.rng.uniform(0, 365) * DAY, self.leave)

    def pause(self, now: datetime) -> None:
        until = now + self.rng.uniform(0.01, 40) * DAY
        self.life.change(now, replace(self.life.learner, paused_until=until))

    def choose(self, now: datetime) -> None:
        wants = not self.life.learner.weekly
        mandatory = {each.id for each in self.life.programmes if each.mandatory}
        kept = replace(self.life.learner, weekly=wants)
        self.life.change(now, kept, lambda sent: wants or sent.programme in mandatory)

    def switch(self, now: datetime) -> None:
        self.life.change(now, replace(self.life.learner, track=self.rng.choice(list(Track))))

    def move(self, now: datetime) -> None:
        self.life.change(now, replace(self.life.learner, zone=ZoneInfo(self.rng.choice(ZONES))))

    def prove(self, now: datetime) -> None:
        self.life.proven |= set(self._lesson().rests_on)
        self.life.change(now, self.life.learner, lambda sent: True)

    def place(self, now: datetime) -> None:
        """A placement quiz of eight questions, some of them answered right."""
        for lesson in {self._lesson().id: None for _ in range(self.rng.randint(0, 8))}:
            self.life.passed |= {lesson}
            self.life.proven |= set(self.life.lessons[lesson].rests_on)
        self.life.change(now, self.life.learner, lambda sent: sent.lesson not in self.life.passed)

    def rewrite(self, now: datetime) -> None:
        lesson = self._lesson()
        self.life.proven -= set(lesson.rests_on)
        self.life.passed -= {lesson.id}
        self.life.lessons = {**self.life.lessons, lesson.id: replace(lesson, version="2.0")}
        self.life.change(now, self.life.learner, lambda sent: True)

    def leave(self, now: datetime) -> None:
        self.life.change(now, replace(self.life.learner, left=now.astimezone(self.life.learner.zone).date()))

    def _lesson(self) -> Lesson:
        return self.rng.choice([each for each in self.life.lessons.values() if each.track is self.life.learner.track])


@pytest.fixture(scope="module")
def year() -> list[Life]:
    """Five hundred lives."""
    rules, reviewer = Rules(), Reviewer()
    people = [_life(number, Random(number), rules, reviewer) for number in range(PEOPLE)]
    for each in people:
        each.live(max(START, each.learner.enrolled), END, OUTAGES)
    return people


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
def test_a_rule_holds_all_year(year: list[Life], broken: lives.Rule) -> None:
    """Nobody was ever sent anything against this rule."""
    assert [found for life in year for found in broken(life)[:3]] == []


def test_the_weekly_lesson_keeps_its_weekday(year: list[Life]) -> None:
    """One weekday explains when a person's weekly lessons came, whatever the holidays."""
    assert [life.learner.person for life in year if not lives.weekdays(life)] == []


def test_no_lesson_is_skipped_forever(year: list[Life]) -> None:
    """Whoever was there all year got or proved every lesson of their track, even if they never answered."""
    steady = [life for life in year if life.learner.person.startswith(STEADY)]
    assert len(steady) > 100
    assert {life.learner.person: lives.missing(life) for life in steady if lives.missing(life)} == {}


def test_missed_questions_came_back_to_whoever_opens(year: list[Life]) -> None:
    """Of the questions that somebody who opens everything missed before December, none was forgotten."""
    forgotten: list[tuple[str, str]] = []
    for life in year:
        if not life.learner.person.startswith(STEADY) or any(each.sent.opened is None for each in life.came):
            continue
        cards = [each.sent for each in life.came if each.sent.programme == REVIEW]
        for answer in life.answered:
            if not answer.right and answer.at < datetime(2026, 10, 1, tzinfo=UTC):
                asked = any(_asks(card, answer.lesson, answer.check) and card.at >= answer.at + DAY for card in cards)
                forgotten += [] if asked else [(life.learner.person, f"{answer.lesson}/{answer.check}")]
    assert forgotten == []


def test_the_year_was_eventful(year: list[Life]) -> None:
    """The rules above had something to hold against: every programme, reviews, silence, pauses and good-byes."""
    kinds = {each.sent.programme for life in year for each in life.came}
    assert kinds == {REVIEW, *(each.id for each in year[0].programmes)}
    assert sum(len(life.came) for life in year) > 20 * PEOPLE
    assert sum(life.learner.left is not None for life in year) > 20
    assert sum(life.learner.paused_until is not None for life in year) > 100
    assert sum(not life.answered and len(life.came) > 5 for life in year) > 20
    assert sum(bool(life.passed) for life in year) > 100


def _asks(sent: Sent, lesson: str, check: str) -> bool:
    return (sent.lesson, sent.check) == (lesson, check)
