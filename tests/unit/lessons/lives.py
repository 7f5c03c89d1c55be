"""People who live with the bot for a while, on a fake clock, and what must never have happened to them.

A life plans, sends and reacts as the installed bot does: what is owed and no longer holds is dropped, what is late is
sent only where it may still come. The rules read what came in the end and know nothing of how it was planned.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count, pairwise
from typing import Final
from zoneinfo import ZoneInfo

from lessons.models import Check, CheckKind, Depth, Lesson, Programme, Rhythm, Step, Track
from lessons.review import Reviewer
from lessons.schedule import REVIEW, Answered, Learner, Past, Rules, Sent, may_come, plan

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
NEVER: Final = datetime.max.replace(tzinfo=UTC)
ONBOARDING_DAYS: Final = (0, 1, 3, 7, 14, 30)
LESSONS: Final = 12


def _lesson(track: Track, number: int) -> Lesson:
    checks = tuple(Check(f"c{place}", "?", CheckKind.TRUE_FALSE, ()) for place in range(1 + number % 2))
    depth = (Depth.DEEP if number % 2 else Depth.LIGHT) if track is Track.EXECUTIVES else None
    identifier = f"{track}-{number}"
    sections = (f"policy#{identifier}", "policy#shared")
    return Lesson(identifier, "", "", track, 2, sections, "lead", "1.0", date(2026, 1, 1), "", checks, depth)


def curriculum(*, mandatory: bool = True) -> tuple[tuple[Programme, ...], Mapping[str, Lesson]]:
    """Twelve lessons for each track: six of onboarding, six weekly with an unpublished one among them."""
    lessons = {each.id: each for track in Track for each in (_lesson(track, number) for number in range(LESSONS))}
    programmes: list[Programme] = []
    for track in Track:
        drip = tuple(Step(f"{track}-{number}", day) for number, day in enumerate(ONBOARDING_DAYS))
        names = [f"{track}-{number}" for number in range(6, LESSONS)]
        weekly = tuple(map(Step, [*names[:2], f"{track}-withdrawn", *names[2:]]))
        programmes.append(Programme(f"{track}-onboarding", "", track, Rhythm.ONBOARDING, drip, mandatory))
        programmes.append(Programme(f"{track}-weekly", "", track, Rhythm.WEEKLY, weekly))
    return tuple(programmes), lessons


def learner(
    person: str = "ines",
    track: Track = Track.EMPLOYEES,
    zone: str = "Europe/Berlin",
    enrolled: datetime = datetime(2026, 11, 2, 6, tzinfo=UTC),
    hired: date | None = None,
    paused_until: datetime | None = None,
    weekly: bool = True,
    left: date | None = None,
    is_holiday: Callable[[date], bool] = frozenset[date]().__contains__,
) -> Learner:
    """A learner about whom nothing is special."""
    return Learner(person, track, ZoneInfo(zone), enrolled, hired, paused_until, weekly, left, is_holiday)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody does with a message: opens it after so long, answers after so long again; never where ``None``."""

    opens: timedelta | None = None
    answers: timedelta | None = None
    right: bool = True


@dataclass(frozen=True, slots=True)
class Came:
    """A message, and how things stood: the learner when it came, what was proven and published when it was planned."""

    sent: Sent
    learner: Learner
    proven: frozenset[str]
    passed: frozenset[str]
    lessons: Mapping[str, Lesson]

    @property
    def day(self) -> date:
        """The learner's own day."""
        return self.sent.at.astimezone(self.learner.zone).date()

    @property
    def weekly(self) -> bool:
        """Whether it is a lesson of a weekly programme."""
        return self.sent.programme.endswith("-weekly")

    @property
    def onboarding(self) -> bool:
        """Whether it is a step of onboarding."""
        return self.sent.programme.endswith("-onboarding")


@dataclass(slots=True)
class Life:
    """One person's life with the bot; ``react`` says what they do with each message."""

    learner: Learner
    react: Callable[[Sent], Reaction]
    programmes: tuple[Programme, ...]
    lessons: Mapping[str, Lesson]
    rules: Rules
    reviewer: Reviewer
    came: list[Came] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    proven: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    looks: int = 0
    _owed: Came | None = None
    _look: datetime = NEVER
    _events: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def at(self, when: datetime, act: Callable[[datetime], None]) -> None:
        """Let something happen at a moment."""
        heappush(self._events, (when, next(self._numbers), act))

    def change(self, now: datetime, learner: Learner, keeps: Callable[[Sent], bool] = lambda sent: False) -> None:
        """The person's data are others from now on; what is owed is dropped, save what ``keeps``."""
        self.learner = learner
        if self._owed is not None and not keeps(self._owed.sent):
            self._owed = None
        self._look = now

    def live(self, start: datetime, end: datetime, outages: Sequence[tuple[datetime, datetime]] = ()) -> None:
        """Live from ``start`` to ``end``; in an outage the bot neither plans nor sends."""
        self._look = start
        while True:
            owed = self._owed.sent.at if self._owed else end
            now = min(self._look, owed, self._events[0][0] if self._events else end)
            if now >= end:
                return
            if self._events and self._events[0][0] == now:
                heappop(self._events)[2](now)
                continue
            up = next((until for since, until in outages if since <= now < until), now)
            if up > now:
                self._look = max(self._look, up)
                if self._owed and owed < up:
                    self._owed = replace(self._owed, sent=replace(self._owed.sent, at=up))
            elif owed == now:
                self._send(now)
            else:
                self._plan(now)

    def _past(self) -> Past:
        sent = [each.sent for each in self.came] + ([self._owed.sent] if self._owed else [])
        return Past(tuple(sent), tuple(self.answered), self.proven, self.passed)

    def _plan(self, now: datetime) -> None:
        self.looks += 1
        found = plan(self.learner, self._past(), self.programmes, self.lessons, self.rules, self.reviewer, now)
        assert found.look > now
        self._look = found.look
        if found.due is not None:
            assert found.due.at >= now
            due = Sent(found.due.lesson, found.due.programme, found.due.at, found.due.check)
            self._owed = Came(due, self.learner, self.proven, self.passed, self.lessons)

    def _send(self, now: datetime) -> None:
        assert self._owed is not None
        came, self._owed = replace(self._owed, learner=self.learner), None
        if not may_come(self.learner, self.rules.hours, now):
            self._look = now + timedelta(minutes=1)
            return
        self.came.append(came)
        place = len(self.came) - 1
        reaction = self.react(came.sent)
        if reaction.opens is not None:
            self.at(now + reaction.opens, lambda when: self._open(place, when))
            if reaction.answers is not None:
                self.at(now + reaction.opens + reaction.answers, lambda when: self._answer(place, when, reaction.right))

    def _open(self, place: int, now: datetime) -> None:
        self.came[place] = replace(self.came[place], sent=replace(self.came[place].sent, opened=now))
        self._look = now

    def _answer(self, place: int, now: datetime, right: bool) -> None:
        sent = self.came[place].sent
        lesson = self.lessons.get(sent.lesson)
        if lesson is None:
            return
        for check in [sent.check] if sent.check else [each.id for each in lesson.checks]:
            self.answered.append(Answered(sent.lesson, check, now, right, lesson.version))
        self.came[place] = replace(self.came[place], sent=replace(sent, ended=now))
        self._look = now


Rule = Callable[[Life], Sequence[object]]
"""What broke a rule in somebody's life."""


def in_quiet_hours(life: Life) -> list[Came]:
    """Messages outside the hours, on a day off or a holiday."""
    hours = life.rules.hours
    return [
        each
        for each in life.came
        if not hours.opens <= each.sent.at.astimezone(each.learner.zone).time() < hours.closes
        or not _works(life, each, each.day)
    ]


def unwelcome(life: Life) -> list[Came]:
    """Messages to somebody who paused, left, or opted out of all that is not mandatory, and of a track not theirs."""
    mandatory = {each.id for each in life.programmes if each.mandatory}
    mine = {(each.id, each.track) for each in life.programmes} | {(REVIEW, track) for track in Track}
    return [
        each
        for each in life.came
        if (each.learner.paused_until is not None and each.sent.at < each.learner.paused_until)
        or (each.learner.left is not None and each.day >= each.learner.left)
        or (not each.learner.weekly and each.sent.programme not in mandatory)
        or (each.sent.programme, each.learner.track) not in mine
        or each.lessons[each.sent.lesson].track is not each.learner.track
    ]


def two_in_a_day(life: Life) -> list[tuple[Came, Came]]:
    """Messages of one day, by the clock of where the person was at the second."""
    zones = [(one, two, two.learner.zone) for one, two in pairwise(life.came)]
    return [(one, two) for one, two, zone in zones if one.sent.at.astimezone(zone).date() >= two.day]


def above_the_cap(life: Life) -> list[tuple[Came, Came]]:
    """First and last of too many messages within seven days."""
    cap = life.rules.weekly_cap
    pairs = zip(life.came, life.came[cap:], strict=False)
    return [(first, last) for first, last in pairs if last.sent.at - first.sent.at < WEEK]


def before_the_last_was_opened(life: Life) -> list[tuple[Came, Came]]:
    """Messages that came while another lay unopened for less than the rules' patience."""
    return [
        (one, two)
        for one, two in pairwise(life.came)
        if not (one.sent.opened is not None and one.sent.opened <= two.sent.at)
        and two.sent.at - one.sent.at < life.rules.patience
    ]


def twice(life: Life) -> list[Came]:
    """Lessons that came before, and questions that come back to somebody who never answered them."""
    seen: set[str] = set()
    found: list[Came] = []
    for each in life.came:
        key = each.sent.lesson
        if each.sent.check:
            asked = (key, each.sent.check)
            if not any((one.lesson, one.check) == asked and one.at + DAY <= each.sent.at for one in life.answered):
                found.append(each)
        elif key in seen:
            found.append(each)
        else:
            seen.add(key)
    return found


def needless(life: Life) -> list[Came]:
    """Lessons that were passed already, or, where they are not mandatory, of which everything was proven."""
    return [each for each in life.came if not each.sent.check and _known(life, each, each.sent.lesson)]


def too_early(life: Life) -> list[Came]:
    """Steps of onboarding before their day, or after a later one though they were not known by then."""
    days = {(each.id, step.lesson): step.day for each in life.programmes for step in each.steps}
    found: list[Came] = []
    for place, each in enumerate(life.came):
        if not each.onboarding:
            continue
        enrolled = each.learner.enrolled.astimezone(each.learner.zone).date()
        hired = each.learner.hired
        start = hired if hired is not None and (enrolled - hired).days <= 60 else enrolled
        day = days[each.sent.programme, each.sent.lesson]
        later = [one for one in life.came[:place] if days.get((each.sent.programme, one.sent.lesson), 0) > day]
        if (each.day - start).days < day or not all(_known(life, one, each.sent.lesson) for one in later):
            found.append(each)
    return found


def before_onboarding_is_over(life: Life) -> list[Came]:
    """Weekly lessons that came while a step of onboarding was still owed."""
    found: list[Came] = []
    for place, each in enumerate(life.came):
        if not each.weekly:
            continue
        seen = {one.sent.lesson for one in life.came[:place]}
        owed = [
            step.lesson
            for programme in life.programmes
            if programme.track is each.learner.track and programme.rhythm is Rhythm.ONBOARDING and programme.mandatory
            for step in programme.steps
            if step.lesson in each.lessons and not _known(life, each, step.lesson)
        ]
        if not seen.issuperset(owed):
            found.append(each)
    return found


def deep_before_light(life: Life) -> list[Came]:
    """Deep weekly lessons that came while a light one was still to come."""
    found: list[Came] = []
    for place, each in enumerate(life.came):
        if not each.weekly or each.lessons[each.sent.lesson].depth is not Depth.DEEP:
            continue
        seen = {one.sent.lesson for one in life.came[:place]}
        weekly = next(one for one in life.programmes if one.id == each.sent.programme)
        light = [each.lessons[step.lesson] for step in weekly.steps if step.lesson in each.lessons]
        light = [one for one in light if one.depth is Depth.LIGHT and not _known(life, each, one.id)]
        if any(one.id not in seen for one in light):
            found.append(each)
    return found


def too_close(life: Life) -> list[tuple[Came, Came]]:
    """Weekly lessons that came sooner than three days before a week, or two or four of them if nobody answered."""
    times = sorted(each.at for each in life.answered)
    found: list[tuple[Came, Came]] = []
    last: Came | None = None
    for place, each in enumerate(life.came):
        answers = bisect_right(times, each.sent.at)
        silent = [one for one in life.came[:place] if not answers or one.sent.at > times[answers - 1]]
        weeks = (1, 2, 4)[min(2, len(silent) // life.rules.most_unanswered)]
        before = life.came[place - 1] if weeks > 1 else last
        apart = before is None or (each.day - before.day).days >= weeks * 7 - 4  # one day for a move over the date line
        if not each.onboarding and not apart and (each.weekly or weeks > 1):
            found.append((before or each, each))
        if each.weekly:
            last = each
    return found


def weekdays(life: Life) -> set[int]:
    """The weekdays that explain every weekly lesson, as moved to the next working day; empty where none does."""
    possible = set(life.rules.hours.days)
    for each in life.came:
        if not each.weekly:
            continue
        days = {each.day.weekday()}
        day = each.day - DAY
        while not _works(life, each, day) and len(days) < 7:
            days.add(day.weekday())
            day -= DAY
        possible &= days
    return possible


def missing(life: Life) -> set[str]:
    """Lessons of the person's track that neither came nor were known."""
    track = life.learner.track
    mine = {each.id: each for each in life.lessons.values() if each.track is track}
    return {
        each.id
        for each in mine.values()
        if not _known(life, life, each.id) and each.id not in {one.sent.lesson for one in life.came}
    }


def _known(life: Life, then: Life | Came, lesson: str) -> bool:
    """Whether a lesson need not come: it was passed, or all of it proven where nobody has to read it."""
    mandatory = (step.lesson for each in life.programmes if each.mandatory for step in each.steps)
    return lesson in then.passed or (
        then.proven.issuperset(then.lessons[lesson].rests_on) and lesson not in set(mandatory)
    )


def _works(life: Life, came: Came, day: date) -> bool:
    return day.weekday() in life.rules.hours.days and not came.learner.is_holiday(day)
