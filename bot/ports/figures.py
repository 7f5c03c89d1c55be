"""What became of the lessons, for reports, and how far an organisation takes its programme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from lessons.dials import Dial, Dials, Setting
from lessons.report import AnswerRow, Budget, MemberRow, QuestionRow, SittingRow
from lessons.schedule import Answered
from lessons.xapi import Award, Examination, Reading, Response

DEFAULT_DIALS: Final = Dials(Setting.FORMAL, Setting.FORMAL, Setting.STRUCTURED, Setting.STRUCTURED)
"""Where the dials stand that an organisation did not turn.

Everybody on a track is taught, from their first day on. Levels have exams, since somebody who is certified may do more;
nobody must have one. What the settings say has to be confirmed is asked for.
"""


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many people an organisation has who have not left, how many of them are well described, and their tracks."""

    people: int = 0
    on_track: int = 0
    with_unit: int = 0
    with_hire_date: int = 0
    with_role: int = 0
    tracks: frozenset[str] = frozenset()


class Figures(Protocol):
    """What became of the lessons of an organisation's people, from ``since`` until just before ``until``.

    Rows are streamed: each iterator reads while it is used, so use it up. Who was forgotten is in none of them.
    """

    def members(self, organisation: str, since: datetime, until: datetime) -> Sequence[MemberRow]:
        """Everybody who was there at some time of a period, as far as the company says."""
        ...

    def sittings(self, organisation: str, since: datetime, until: datetime) -> Iterator[SittingRow]:
        """The lessons that were due then and were sent, or opened; no reviews, and none that somebody opened alone."""
        ...

    def answers(self, organisation: str, since: datetime, until: datetime) -> Iterator[AnswerRow]:
        """The answers, from the first one on, to checks that came back then, ``SPAN`` or more after their first one."""
        ...

    def questions(self, organisation: str, since: datetime, until: datetime) -> Iterator[QuestionRow]:
        """The questions asked then whose answers are still kept, a row for each section that was cited."""
        ...

    def readings(self, organisation: str, since: datetime, until: datetime) -> Iterator[Reading]:
        """The lessons that were opened or ended then, in whatever way they came."""
        ...

    def responses(self, organisation: str, since: datetime, until: datetime) -> Iterator[Response]:
        """Every answer that was given then."""
        ...

    def examinations(self, organisation: str, since: datetime, until: datetime) -> Iterator[Examination]:
        """Every exam that was ended then."""
        ...

    def awards(self, organisation: str, since: datetime, until: datetime) -> Iterator[Award]:
        """Every level that was given then; also one that was taken back since."""
        ...

    def holders(self, organisation: str, at: datetime) -> Mapping[str, int]:
        """How many of the people who are there hold which level at a moment; none of those that nobody holds."""
        ...

    def staffing(self, organisation: str, on: date) -> Staffing:
        """How well the people are described on a day."""
        ...

    def reviewed(self) -> Iterator[tuple[str, Answered]]:
        """For upkeep: every answer in every organisation with the person's id, by person."""
        ...


class ProgrammeSettings(Protocol):
    """How far an organisation takes its programme. Whatever changes is written into its audit."""

    def get(self, organisation: str) -> Dials:
        """Where its dials stand; ``DEFAULT_DIALS`` where it turned none."""
        ...

    def turn(self, organisation: str, dial: Dial, setting: Setting, at: datetime, actor: str) -> Setting:
        """Turn one dial; where it stood before."""
        ...

    def budget(self, organisation: str) -> Budget | None:
        """What the programme costs in a year; ``None`` where nobody entered it."""
        ...

    def enter_budget(self, organisation: str, budget: Budget | None, at: datetime, actor: str) -> None:
        """Enter what the programme costs in a year; ``None`` takes it back."""
        ...

    def records_key(self, organisation: str) -> bytes:
        """The key of the pseudonyms in its learning records; made when it is first asked for, and kept for ever."""
        ...


__all__ = ["DEFAULT_DIALS", "Figures", "ProgrammeSettings", "Staffing"]
