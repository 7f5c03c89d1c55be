"""What a report is made of, and the figures that it tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

SPAN: Final = timedelta(days=30)
"""How long after the first answer a review counts as kept, and how far questions are counted around a lesson."""

OTHERS: Final = "others"
"""The label of the small groups of a dimension together."""

NOT_GIVEN: Final = "not given"
"""The label of people whose track, unit or region is not known."""


class Dimension(StrEnum):
    """What people are grouped by."""

    TRACK = "track"
    UNIT = "unit"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody who should be reached; a label that is not known is empty. ``person`` is any key of theirs."""

    person: str
    track: str = ""
    unit: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class SittingRow:
    """A lesson that was sent (no card of a review).

    It was ``answered`` when the last of its checks was; ``right_first`` is whether all were right at the first try.
    """

    person: str
    lesson: str
    sent: datetime
    opened: datetime | None = None
    answered: datetime | None = None
    right_first: bool = False


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer to a check, the first one or one in a review."""

    person: str
    lesson: str
    version: str
    check: str
    at: datetime
    right: bool


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question whose answer cited a section, as ``policy#section``; a row for each section that it cited."""

    person: str
    section: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rows:
    """What a report is made of; rows of people who are no members are left out.

    ``sections`` are those that each lesson rests on. Answers reach back to the first ones, questions to ``SPAN`` before
    the period.
    """

    members: Collection[MemberRow]
    sittings: Iterable[SittingRow] = ()
    answers: Iterable[AnswerRow] = ()
    questions: Iterable[QuestionRow] = ()
    sections: Mapping[str, Collection[str]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Budget:
    """What the programme costs in the period of a report; the currency is a code such as ``EUR``."""

    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts; ``None`` where too few people stand behind one of them, or another's could be worked out from it.

    - ``people``: members; ``reached``: those of them to whom a lesson was sent.
    - ``sent``, ``opened``, ``answered``, ``right``: lessons; ``right``: all checks at the first try.
    - ``reviewed``: checks that came back ``SPAN`` or more after their first answer; ``kept``: right then.
    - ``asked_before``, ``asked_after``: questions about a lesson's sections in the ``SPAN`` before and after it, of
      those to whom it was sent; only lessons whose ``SPAN`` is over count.
    """

    people: int
    reached: int | None = None
    sent: int | None = None
    opened: int | None = None
    answered: int | None = None
    right: int | None = None
    reviewed: int | None = None
    kept: int | None = None
    asked_before: int | None = None
    asked_after: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of a group; ``others`` are the small groups of a dimension together."""

    dimension: Dimension
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Month:
    """The lessons sent in a month, as ``2026-11``; the counts are those of ``Figures``."""

    label: str
    reached: int
    sent: int
    opened: int
    answered: int
    right: int | None = None


@dataclass(frozen=True, slots=True)
class LessonQuestions:
    """Questions about a lesson's sections, in the ``SPAN`` before and after it, of the people to whom it was sent."""

    lesson: str
    people: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period, from ``since`` until just before ``until``."""

    since: datetime
    until: datetime
    whole: Figures
    groups: tuple[Group, ...]
    months: tuple[Month, ...]
    lessons: tuple[LessonQuestions, ...]
    budget: Budget | None = None

    def by(self, dimension: Dimension) -> tuple[Group, ...]:
        """The groups of a dimension, the largest first and the others last; none where all are too small."""
        return tuple(each for each in self.groups if each.dimension is dimension)

    @property
    def cost(self) -> float | None:
        """The budget by person reached; ``None`` without a budget, or where nobody or too few were reached."""
        return self.budget.amount / self.whole.reached if self.budget and self.whole.reached else None


def share(part: int | None, whole: int | None) -> float | None:
    """From 0 to 1; ``None`` where either is withheld or there is nothing to share."""
    return None if part is None or not whole else part / whole


__all__ = [
    "NOT_GIVEN",
    "OTHERS",
    "SPAN",
    "AnswerRow",
    "Budget",
    "Dimension",
    "Figures",
    "Group",
    "LessonQuestions",
    "MemberRow",
    "Month",
    "QuestionRow",
    "Report",
    "Rows",
    "SittingRow",
    "share",
]
