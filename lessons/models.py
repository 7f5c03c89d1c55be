"""What is taught: tracks, lessons with their checks, programmes, and mistakes found in their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Track(StrEnum):
    """Whom a lesson is for."""

    EXECUTIVES = "executives"
    COE = "coe"
    BUSINESS_UNITS = "business_units"
    EMPLOYEES = "employees"
    PARTNERS = "partners"


class CheckKind(StrEnum):
    """How a check is answered: one option, several, true or false, or the one post that is fine."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    POST = "post"


class Depth(StrEnum):
    """A first light pass, or the deeper one that comes later."""

    LIGHT = "light"
    DEEP = "deep"


class Rhythm(StrEnum):
    """When a programme's lessons come: so many days after the hire date, or week by week."""

    ONBOARDING = "onboarding"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a check and what is said to whoever chooses it."""

    text: str
    feedback: str
    right: bool


@dataclass(frozen=True, slots=True)
class Check:
    """The question of a lesson; ``id`` is unique within the lesson, ``line`` is where it begins in the file."""

    id: str
    question: str
    kind: CheckKind
    options: tuple[Option, ...]
    line: int = 1

    @property
    def right(self) -> tuple[int, ...]:
        """The places of the right options, from 0."""
        return tuple(place for place, option in enumerate(self.options) if option.right)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: at most 150 words of Markdown and one or two checks.

    ``rests_on`` are sections of policy as ``policy#section``; the first is the one that a question about the lesson is
    asked of. ``reviewed`` is the day on which its author last held it against them. ``owner`` is a contact's id.
    ``file`` is relative to the curriculum's folder.
    """

    id: str
    title: str
    summary: str
    track: Track
    minutes: int
    rests_on: tuple[str, ...]
    owner: str
    version: str
    reviewed: date
    body: str
    checks: tuple[Check, ...]
    depth: Depth | None = None
    sources: tuple[str, ...] = ()
    file: str = ""

    def check(self, identifier: str) -> Check | None:
        """The check with an id."""
        return next((each for each in self.checks if each.id == identifier), None)


@dataclass(frozen=True, slots=True)
class Step:
    """A lesson of a programme; ``day`` counts from the hire date, and is 0 in a weekly one, where the order counts."""

    lesson: str
    day: int = 0


@dataclass(frozen=True, slots=True)
class Programme:
    """A sequence of lessons on a track. Of a ``mandatory`` one nobody opts out."""

    id: str
    title: str
    track: Track
    rhythm: Rhythm
    steps: tuple[Step, ...]
    mandatory: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """A mistake in a curriculum's file (relative to its folder), and what to do about it."""

    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}. {self.remedy}."


__all__ = ["Check", "CheckKind", "Depth", "Flaw", "Lesson", "Option", "Programme", "Rhythm", "Step", "Track"]
