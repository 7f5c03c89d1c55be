"""What the lessons achieve, told as far as an organisation measures it and as far back as it keeps what was asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from bot.ports.figures import Figures
from lessons.certification import Level, Levels
from lessons.dials import Effects
from lessons.models import Track
from lessons.report import LEAST, SPAN, Budget, Group, Report, Rows, build_report
from lessons.report import Figures as Counts
from lessons.xapi import Event

_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Measure:
    """How a report is made.

    ``sections`` are those that each lesson rests on. ``effects`` say how far is measured. ``budget`` is that of a year.
    Questions are kept for ``kept``.
    """

    sections: Mapping[str, Collection[str]]
    effects: Effects
    budget: Budget | None
    kept: timedelta


@dataclass(frozen=True, slots=True)
class Measured:
    """A report; its questions are of the lessons since ``asked_since`` alone, and withheld where that is ``None``."""

    report: Report
    asked_since: datetime | None


def measure(
    figures: Figures, organisation: str, since: datetime, until: datetime, by: Measure, now: datetime
) -> Measured:
    """Report on a period; what has not happened yet is left out.

    Raises:
        ValueError: where the period is empty, or has not begun.
    """
    until = min(until, now)
    # Of a lesson that came before this, the questions before it are forgotten in part: it would seem to raise many.
    first = max(since, now - by.kept + SPAN)
    asked_since = first if first + SPAN <= until else None
    members = figures.members(organisation, since, until)

    def rows(begin: datetime, *, with_questions: bool) -> Rows:
        return Rows(
            members,
            sittings=figures.sittings(organisation, begin, until),
            answers=figures.answers(organisation, begin, until) if by.effects.retention and begin == since else (),
            questions=figures.questions(organisation, begin - SPAN, until) if with_questions else (),
            sections=by.sections if with_questions else {},
        )

    budget = _part(by.budget, until - since) if by.effects.cost else None
    report = build_report(rows(since, with_questions=asked_since == since), since, until, budget)
    asked = report if asked_since == since else None
    if asked_since is not None and asked is None:
        asked = build_report(rows(asked_since, with_questions=True), asked_since, until)
    return Measured(_told(report, asked, by.effects), asked_since)


def learning_events(figures: Figures, organisation: str, since: datetime, until: datetime) -> Iterator[Event]:
    """What happened in a period, for learning records."""
    return chain(
        figures.readings(organisation, since, until),
        figures.responses(organisation, since, until),
        figures.examinations(organisation, since, until),
        figures.awards(organisation, since, until),
    )


@dataclass(frozen=True, slots=True)
class Holding:
    """How many people hold a level; ``None`` where too few do, or another's figure would tell of too few."""

    level: Level
    people: int | None


def holdings(levels: Levels, holders: Mapping[str, int], on_track: Mapping[str, int]) -> tuple[Holding, ...]:
    """Who holds which level, of ``on_track`` people on each track, in the order of the levels."""
    return tuple(each for track in Track for each in _of_track(levels.on(track), holders, on_track.get(track, 0)))


def _of_track(levels: Sequence[Level], holders: Mapping[str, int], people: int) -> Iterator[Holding]:
    """A level is told where it has five or more beyond, and below, whatever else is told of the track."""
    told = [0, people]
    for level in levels:
        count = holders.get(level.id, 0)
        shown = all(abs(count - each) >= LEAST or count == each for each in told)
        if shown:
            told.append(count)
        yield Holding(level, count if shown else None)


def _part(budget: Budget | None, span: timedelta) -> Budget | None:
    """The part of a year's budget that falls into a span of time."""
    return None if budget is None else replace(budget, amount=round(budget.amount * (span / _YEAR), 2))


def _told(report: Report, asked: Report | None, effects: Effects) -> Report:
    questions = {} if asked is None else {(each.dimension, each.label): each.figures for each in asked.groups}
    groups = tuple(
        Group(each.dimension, each.label, _counts(each.figures, questions.get((each.dimension, each.label)), effects))
        for each in report.groups
        if effects.group_figures
    )
    whole = _counts(report.whole, asked.whole if asked else None, effects)
    return replace(report, whole=whole, groups=groups, lessons=asked.lessons if asked else ())


def _counts(of: Counts, asked: Counts | None, effects: Effects) -> Counts:
    """The figures of a group with its questions; retention is withheld where nobody measures it."""
    told = replace(
        of,
        asked_before=asked.asked_before if asked else None,
        asked_after=asked.asked_after if asked else None,
    )
    return told if effects.retention else replace(told, reviewed=None, kept=None)


__all__ = ["Holding", "Measure", "Measured", "holdings", "learning_events", "measure"]
