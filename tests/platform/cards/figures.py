"""A year of lessons at a company of 240, as the report of it tells: made up, and the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from lessons.models import Track
from lessons.report import SPAN, AnswerRow, Budget, MemberRow, Report, Rows, SittingRow, build_report

SINCE: Final = datetime(2025, 11, 1, tzinfo=UTC)
UNTIL: Final = datetime(2026, 11, 1, tzinfo=UTC)

_PEOPLE: Final = {
    Track.EMPLOYEES: 140,
    Track.BUSINESS_UNITS: 42,
    Track.PARTNERS: 30,
    Track.COE: 16,
    Track.EXECUTIVES: 12,
}
_OPENED: Final = {
    Track.EMPLOYEES: 0.78,
    Track.BUSINESS_UNITS: 0.84,
    Track.PARTNERS: 0.61,
    Track.COE: 0.9,
    Track.EXECUTIVES: 0.66,
}
_UNITS: Final = ("Kitchen", "Garden", "Service")
_WEEK: Final = timedelta(days=7)
_BUDGET: Final = Budget(24_000, "EUR")


def one_year() -> Report:
    """Twelve months."""
    return _report(SINCE, UNTIL, _BUDGET)


def one_month() -> tuple[Report, Report]:
    """October, and the month before it."""
    september, october = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
    return _report(october, UNTIL, Budget(2_000, "EUR")), _report(september, october, None)


def _report(since: datetime, until: datetime, budget: Budget | None) -> Report:
    draw = random.Random(2026)
    sittings = [each for member in _MEMBERS for each in _sittings(member, draw)]
    within = [each for each in sittings if since <= each.sent < until]
    answers = [each for sitting in sittings for each in _answers(sitting, draw) if each.at < until]
    return build_report(Rows(_MEMBERS, within, answers), since, until, budget)


def _members() -> Iterator[MemberRow]:
    for track, count in _PEOPLE.items():
        for number in range(count):
            yield MemberRow(f"{track}{number}", track.value, _UNITS[number % len(_UNITS)], "Europe")


_MEMBERS: Final = tuple(_members())


def _sittings(member: MemberRow, draw: random.Random) -> Iterator[SittingRow]:
    """A lesson a week; with the months more are opened, and more are right."""
    weeks = (UNTIL - SINCE) // _WEEK
    for week in range(weeks):
        sent, later = SINCE + week * _WEEK + timedelta(hours=10), week / weeks
        opened = draw.random() < _OPENED[Track(member.track)] - 0.14 + 0.2 * later
        answered = opened and draw.random() < 0.82 + 0.1 * later
        right = draw.random() < 0.55 + 0.27 * later
        hour = sent + timedelta(hours=1)
        yield SittingRow(
            member.person,
            f"lesson-{week}",
            sent,
            hour if opened else None,
            hour if answered else None,
            answered and right,
        )


def _answers(sitting: SittingRow, draw: random.Random) -> Iterator[AnswerRow]:
    """The first answer, and one of five that comes back after a month."""
    if sitting.answered is None:
        return
    yield AnswerRow(sitting.person, sitting.lesson, "1.0", "check", sitting.answered, sitting.right_first)
    if draw.random() < 0.2:
        again = sitting.answered + SPAN + timedelta(days=2)
        yield AnswerRow(sitting.person, sitting.lesson, "1.0", "check", again, draw.random() < 0.83)


__all__ = ["SINCE", "UNTIL", "one_month", "one_year"]
