"""Who learns what: enrolments, lessons that were owed, and what was answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from bot.ports.deliveries import Delivery
from bot.ports.people import Person


@dataclass(frozen=True, slots=True)
class Learner:
    """A person as the programmes see them.

    ``accounts`` are pairs of a workspace and an account that may be written to, the one met last first. ``enrolled``
    is when they were first looked at. ``paused_until`` is a moment before which nothing comes. ``weekly`` is whether
    they take the weekly lesson. ``left`` is the day on which they left the company.
    """

    person: Person
    accounts: tuple[tuple[str, str], ...]
    enrolled: datetime
    paused_until: datetime | None = None
    weekly: bool = True
    left: date | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """A lesson, or one check of it, that was owed to a person.

    ``id`` is that of its delivery. ``version`` is the lesson's. ``check`` is empty where the whole lesson came.
    ``programme`` is empty where the person opened it themselves, ``review`` where a check came back, and
    ``placement`` where it is a question of a placement quiz. ``opened`` is when they first pressed anything on it,
    ``ended`` when its last check was answered or it was put aside for good.
    """

    id: str
    person: str
    lesson: str
    version: str
    programme: str
    due: datetime
    check: str = ""
    opened: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Graded:
    """An answer to a check. ``choices`` are places of options, from 0; ``first`` is whether it was the first try."""

    person: str
    lesson: str
    version: str
    check: str
    at: datetime
    choices: tuple[int, ...]
    right: bool
    first: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What a learner has behind them, oldest first; ``proven`` is since when they know which ``policy#section``.

    ``placed`` are the questions of placement quizzes, in the order in which they are asked; all of one quiz are due at
    the moment at which it began. They are no lessons, and not among the ``sittings``.
    """

    sittings: tuple[Sitting, ...] = ()
    graded: tuple[Graded, ...] = ()
    proven: Mapping[str, datetime] = field(default_factory=dict)
    placed: tuple[Sitting, ...] = ()


class Learners(Protocol):
    """The people who learn. A ``person`` is the id of the people table."""

    def enrol(self, at: datetime) -> int:
        """Look at everybody who is on a track and was not enrolled yet, from now on; how many are new."""
        ...

    def find(self, person: str) -> Learner | None:
        """A learner; ``None`` where they are on no track."""
        ...

    def on_track(self, track: str, on: date) -> Sequence[Learner]:
        """The learners of every organisation who are on a track on a day; nobody who left."""
        ...

    def looking(self, at: datetime, most: int) -> Sequence[Learner]:
        """Learners at whom it is time to look, the one waiting longest first; nobody who left."""
        ...

    def pasts(self, people: Collection[str]) -> Mapping[str, Past]:
        """What learners have behind them; an empty past for whoever has none."""
        ...

    def plan(self, looks: Collection[Look]) -> int:
        """Owe what was found for learners and look again when they say, all in one transaction.

        A sitting whose id is known is left as it is, and so is its delivery. A learner who was looked at meanwhile
        (whose next look is no longer the one that was due) is left out. Returns how many sittings are new.
        """
        ...

    def begin(self, *begun: Sitting) -> None:
        """Keep what somebody opened themselves, without a delivery: all of it or nothing; a known one stays as it is.

        Of several all are one person's.
        """
        ...

    def open(self, person: str, sitting: str, at: datetime) -> Sitting | None:
        """A person's sitting, opened now where it was not before; ``None`` where it is not theirs."""
        ...

    def end(self, person: str, sitting: str, at: datetime) -> None:
        """A sitting is over; look at the person again now."""
        ...

    def grade(self, answer: Graded) -> Graded:
        """Keep an answer; it comes back with ``first`` as it is. Look at the person again now."""
        ...

    def place(self, sitting: str, answer: Graded) -> bool:
        """Keep the answer to a question of a placement quiz, which is over with it; look at the person again now.

        Where it is right, what is owed and not begun is cancelled: it may be a lesson on what they know. ``False``, and
        nothing is kept, where the question is not theirs, or was answered before.
        """
        ...

    def prove(self, person: str, section: str, at: datetime, by: str) -> None:
        """A person knows a section, ``by`` a ``question`` whose answer helped; look at them again where that is news.

        What is owed and not begun is cancelled: it may be a lesson on what they know.
        """
        ...

    def pause(self, person: str, until: datetime | None, at: datetime) -> None:
        """Send nothing before a moment; ``None`` ends a pause. What is owed and not begun is cancelled."""
        ...

    def choose_weekly(self, person: str, at: datetime, *, weekly: bool) -> None:
        """Take the weekly lesson or not; what is owed of it and not begun is cancelled at once."""
        ...

    def look_again(self, at: datetime, people: Collection[str] | None = None) -> None:
        """Look at people (at everybody where none are named) again now: their data or the curriculum changed."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """What was found for a learner who was looked at ``seen``: what to owe, if anything, and when to look again."""

    person: str
    seen: datetime
    next: datetime
    sitting: Sitting | None = None
    delivery: Delivery | None = None


__all__ = ["Graded", "Learner", "Learners", "Look", "Past", "Sitting"]
