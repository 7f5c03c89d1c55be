"""Counting rows by group, and withholding what rests on too few people."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final, TypeVar

from lessons.report.figures import (
    NOT_GIVEN,
    OTHERS,
    SPAN,
    AnswerRow,
    Budget,
    Dimension,
    Figures,
    Group,
    LessonQuestions,
    MemberRow,
    Month,
    QuestionRow,
    Report,
    Rows,
    SittingRow,
)
from lessons.report.small_groups import Cell, is_small, withheld

_WHOLE: Final = ("", "")
_MONTH: Final = "month"
_LESSON: Final = "lesson"
_Of = TypeVar("_Of")


def build_report(rows: Rows, since: datetime, until: datetime, budget: Budget | None = None) -> Report:
    """Count what happened from ``since`` until just before ``until``; months are those of ``since``'s time zone.

    Raises:
        ValueError: where a moment is naive or the period is empty.
    """
    if since.tzinfo is None or until.tzinfo is None or since >= until:
        raise ValueError(f"there is no period from {since} until {until}; give two moments with a time zone, in order")
    count = _Count(_places(rows.members), since, until)
    count.sittings(rows.sittings, rows.sections, _times(rows.questions))
    count.reviews(rows.answers)
    return count.report(budget)


@dataclass(slots=True)
class _Tally:
    people: int = 0
    reached: set[str] = field(default_factory=set)
    sent: int = 0
    opened: int = 0
    answered: int = 0
    right: int = 0
    reviewed: int = 0
    kept: int = 0
    asked_before: int = 0
    asked_after: int = 0


@dataclass(frozen=True, slots=True)
class _Hidden:
    """The labels whose figures are withheld: of sittings, of right answers, of reviews, of questions."""

    sent: frozenset[tuple[str, str]]
    right: frozenset[tuple[str, str]]
    kept: frozenset[tuple[str, str]]
    asked: frozenset[tuple[str, str]]


_Cells = defaultdict[Cell, set[str]]


class _Count:
    """Counts by group, and notes who stands behind which figure."""

    def __init__(self, places: Mapping[str, Cell], since: datetime, until: datetime) -> None:
        self._places = places
        self._since, self._until = since, until
        self._tallies: defaultdict[tuple[str, str], _Tally] = defaultdict(_Tally)
        self._asked: defaultdict[str, _Tally] = defaultdict(_Tally)
        self._sent_to: _Cells = defaultdict(set)
        self._answered_by: _Cells = defaultdict(set)
        self._reviewed_by: _Cells = defaultdict(set)
        self._asked_by: _Cells = defaultdict(set)
        self._of = {place: [self._tallies[key] for key in (_WHOLE, *_keys(place))] for place in set(places.values())}
        for place in places.values():
            for tally in self._of[place]:
                tally.people += 1

    def sittings(
        self,
        rows: Iterable[SittingRow],
        sections: Mapping[str, Collection[str]],
        times: Mapping[tuple[str, str], Sequence[datetime]],
    ) -> None:
        for row in rows:
            place = self._places.get(row.person)
            if place is None or not self._since <= row.sent < self._until:
                continue
            month = row.sent.astimezone(self._since.tzinfo).strftime("%Y-%m")
            self._sent_to[*place, month].add(row.person)
            if row.answered is not None:
                self._answered_by[*place, month].add(row.person)
            for tally in (*self._of[place], self._tallies[_MONTH, month]):
                _add(tally, row)
            if row.sent + SPAN <= self._until:
                asked = _asked(row, [times.get((row.person, each), ()) for each in sections.get(row.lesson, ())])
                self._ask(row, place, *asked)

    def _ask(self, row: SittingRow, place: Cell, before: int, after: int) -> None:
        self._asked_by[*place, row.lesson].add(row.person)
        for tally in (*self._of[place], self._asked[row.lesson]):
            tally.asked_before += before
            tally.asked_after += after

    def reviews(self, rows: Iterable[AnswerRow]) -> None:
        for row in _recalled(rows):
            place = self._places.get(row.person)
            if place is None or not self._since <= row.at < self._until:
                continue
            self._reviewed_by[place].add(row.person)
            for tally in self._of[place]:
                tally.reviewed += 1
                tally.kept += row.right

    def report(self, budget: Budget | None) -> Report:
        hidden = _Hidden(
            _withheld(self._sent_to, _MONTH),
            _withheld(self._answered_by, _MONTH),
            _withheld(self._reviewed_by),
            _withheld(self._asked_by, _LESSON),
        )
        groups = tuple(
            Group(dimension, label, _figures(tally, (dimension, label), hidden))
            for dimension in Dimension
            for label, tally in self._labels(dimension)
        )
        months = tuple(self._months(hidden))
        whole = _figures(self._tallies[_WHOLE], _WHOLE, hidden)
        return Report(self._since, self._until, whole, groups, months, tuple(self._lessons(hidden)), budget)

    def _labels(self, dimension: Dimension) -> list[tuple[str, _Tally]]:
        found = [(label, tally) for (kind, label), tally in self._tallies.items() if kind == dimension]
        if all(label in {OTHERS, NOT_GIVEN} for label, _ in found):
            return []  # It would repeat the whole.
        return sorted(found, key=lambda each: (each[0] == OTHERS, -each[1].people, each[0]))

    def _months(self, hidden: _Hidden) -> Iterator[Month]:
        for key, tally in sorted((each for each in self._tallies.items() if each[0][0] == _MONTH), key=itemgetter(0)):
            if key not in hidden.sent:
                right = None if key in hidden.right else tally.right
                yield Month(key[1], len(tally.reached), tally.sent, tally.opened, tally.answered, right)

    def _lessons(self, hidden: _Hidden) -> Iterator[LessonQuestions]:
        people: defaultdict[str, set[str]] = defaultdict(set)
        for cell, some in self._asked_by.items():
            people[cell[-1]] |= some
        for lesson, tally in sorted(self._asked.items()):
            if not {_WHOLE, (_LESSON, lesson)} & hidden.asked:
                yield LessonQuestions(lesson, len(people[lesson]), tally.asked_before, tally.asked_after)


def _places(members: Iterable[MemberRow]) -> dict[str, Cell]:
    """The labels of each person, those of small groups folded into the others."""
    labels = {
        each.person: tuple(label or NOT_GIVEN for label in (each.track, each.unit, each.region)) for each in members
    }
    people: _Cells = defaultdict(set)
    for person, cell in labels.items():
        people[cell].add(person)
    hidden = withheld(people)
    return {
        person: tuple(OTHERS if each in small else each for each, small in zip(cell, hidden, strict=True))
        for person, cell in labels.items()
    }


def _keys(place: Cell) -> Iterator[tuple[str, str]]:
    return zip(Dimension, place, strict=True)


def _withheld(people: _Cells, *more: str) -> frozenset[tuple[str, str]]:
    """The groups whose figures are withheld, and the whole where it is small itself."""
    everybody: set[str] = set().union(*people.values())
    labels = withheld(people)
    found = {(kind, each) for kind, some in zip((*Dimension, *more), labels, strict=False) for each in some}
    return frozenset(found | {_WHOLE} if is_small(everybody) else found)


def _add(tally: _Tally, row: SittingRow) -> None:
    tally.reached.add(row.person)
    tally.sent += 1
    tally.opened += row.opened is not None
    tally.answered += row.answered is not None
    tally.right += row.answered is not None and row.right_first


def _figures(tally: _Tally, key: tuple[str, str], hidden: _Hidden) -> Figures:
    def shown(value: _Of, of: frozenset[tuple[str, str]]) -> _Of | None:
        return None if key in of else value

    return Figures(
        people=tally.people,
        reached=shown(len(tally.reached), hidden.sent),
        sent=shown(tally.sent, hidden.sent),
        opened=shown(tally.opened, hidden.sent),
        answered=shown(tally.answered, hidden.sent),
        right=shown(tally.right, hidden.right),
        reviewed=shown(tally.reviewed, hidden.kept),
        kept=shown(tally.kept, hidden.kept),
        asked_before=shown(tally.asked_before, hidden.asked),
        asked_after=shown(tally.asked_after, hidden.asked),
    )


def _recalled(rows: Iterable[AnswerRow]) -> Iterator[AnswerRow]:
    """The first answer to each check that came ``SPAN`` or more after the very first one to that version."""
    first: dict[tuple[str, str, str, str], datetime] = {}
    done: set[tuple[str, str, str, str]] = set()
    for row in sorted(rows, key=lambda each: each.at):
        check = (row.person, row.lesson, row.version, row.check)
        if check not in done and row.at >= first.setdefault(check, row.at) + SPAN:
            done.add(check)
            yield row


def _times(rows: Iterable[QuestionRow]) -> dict[tuple[str, str], list[datetime]]:
    times: defaultdict[tuple[str, str], list[datetime]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: each.at):
        times[row.person, row.section].append(row.at)
    return times


def _asked(row: SittingRow, times: Iterable[Sequence[datetime]]) -> tuple[int, int]:
    """Questions before and after a lesson; one that cites two of its sections counts once."""
    before: set[datetime] = set()
    after: set[datetime] = set()
    for each in times:
        begin, middle, end = (bisect_left(each, row.sent + shift) for shift in (-SPAN, timedelta(), SPAN))
        before.update(each[begin:middle])
        after.update(each[middle:end])
    return len(before), len(after)


__all__ = ["build_report"]
