"""What a schedule is made from, and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from lessons.models import Track

REVIEW: Final = "review"
"""The programme of a card with one question that comes back."""

PLACEMENT: Final = "placement"
"""The programme of a question of a placement quiz, by which somebody shows that they need no lesson on it."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When anything may be sent, by a learner's own clock; ``closes`` is quiet already, ``days`` count from Monday, 0.

    Raises:
        ValueError: where it would never open.
    """

    opens: time = time(9)
    closes: time = time(17)
    days: frozenset[int] = frozenset(range(5))

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError(f"lessons may come from {self.opens} to {self.closes}: name an end that is later that day")
        if not self.days or not self.days <= frozenset(range(7)):
            raise ValueError("lessons come on no day: name at least one, from 0 (Monday) to 6 (Sunday)")


@dataclass(frozen=True, slots=True)
class Learner:
    """A person as the schedule sees them.

    ``zone`` is where they are now, ``enrolled`` when they were first looked at. Nothing comes before ``paused_until``,
    nothing on ``left`` or later. ``weekly`` is false where they opted out of whatever is not mandatory.
    """

    person: str
    track: Track
    zone: ZoneInfo
    enrolled: datetime
    hired: date | None
    paused_until: datetime | None
    weekly: bool
    left: date | None
    is_holiday: Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Sent:
    """A lesson, or one check of it, that came ``at``, or is to come then.

    ``programme`` is empty where the person opened it themselves, and ``review`` where a check came back. What was
    cancelled before it was sent must not be among these: it would count as having come.
    """

    lesson: str
    programme: str
    at: datetime
    check: str = ""
    opened: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to a check of a lesson as it was in ``version``."""

    lesson: str
    check: str
    at: datetime
    right: bool
    version: str


@dataclass(frozen=True, slots=True)
class Past:
    """What a learner has behind them.

    ``proven`` are the sections (``policy#section``) that they know as they are now: whoever makes this leaves out what
    was proven before the section last changed. ``passed`` are the lessons of which they answered a check right in a
    placement quiz, and none of whose sections changed since.
    """

    sent: tuple[Sent, ...] = ()
    answered: tuple[Answered, ...] = ()
    proven: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """How much is sent.

    At most ``weekly_cap`` messages in any seven days; nothing new until the last was opened or ``patience`` went by; a
    weekly lesson each ``lesson_gap``, which doubles after every ``most_unanswered`` messages in a row that nobody
    answered, twice at most. ``ahead`` is how long before its moment a message is owed.

    Raises:
        ValueError: where nothing would ever be sent, or too much.
    """

    hours: Hours = field(default_factory=Hours)
    weekly_cap: int = 3
    patience: timedelta = timedelta(days=3)
    lesson_gap: timedelta = timedelta(days=7)
    most_unanswered: int = 3
    ahead: timedelta = timedelta(hours=12)

    def __post_init__(self) -> None:
        if self.weekly_cap < 1:
            raise ValueError("the weekly cap of lessons is below 1: allow at least one, or turn lessons off")
        if self.most_unanswered < 1:
            raise ValueError("lessons are to be fewer after less than 1 unanswered: say after how many, from 1")
        if self.lesson_gap < timedelta(days=7):
            raise ValueError("weekly lessons are less than 7 days apart: leave at least 7 days between them")
        if min(self.patience, self.ahead) < timedelta():
            raise ValueError("a time of the lessons' rules is negative: name one from 0")


@dataclass(frozen=True, slots=True)
class Due:
    """What comes next, and the moment (UTC) to send it at; ``check`` names one question of a ``review``."""

    lesson: str
    programme: str
    at: datetime
    check: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to owe now, if anything, and when to look at the learner again (UTC, always later)."""

    due: Due | None
    look: datetime


__all__ = ["PLACEMENT", "REVIEW", "Answered", "Due", "Hours", "Learner", "Past", "Plan", "Rules", "Sent"]
