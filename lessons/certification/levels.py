"""Levels of certification: what somebody shows to reach each of them, on each track."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from lessons.catalogue import Catalogue
from lessons.models import Depth, Lesson, Rhythm, Track


class Belt(StrEnum):
    """The four levels, from the first to the last; what they are called stands in ``levels.yml``."""

    WHITE = "white"
    YELLOW = "yellow"
    GREEN = "green"
    BLACK = "black"

    @property
    def rank(self) -> int:
        """How many levels are below it."""
        return list(Belt).index(self)


class Scope(StrEnum):
    """Which lessons of its track a level asks for, where it does not list them."""

    NONE = "none"
    ONBOARDING = "onboarding"
    LIGHT = "light"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Look:
    """What a belt is called, and the belt in whose colour its badge is drawn."""

    name: str
    colour: Belt


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """Something that one does and that counts. ``words`` ask for it, as in "Give a brown-bag session"."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class ExamRule:
    """How an exam is held. ``pass_mark`` is in percent; ``wait_days`` pass after a failure before the next attempt."""

    bank: str
    items: int
    pass_mark: int
    wait_days: int

    def needed(self, items: int) -> int:
        """How many answers of so many must be right."""
        return -(-self.pass_mark * items // 100)


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """How often something has to have been done, ever; ``kind`` is the id of an ``EvidenceKind``."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is said so many days before something mandatory is due; ``days`` is negative once it is overdue."""

    days: int
    words: str


@dataclass(frozen=True, slots=True)
class Level:
    """One belt on one track, and what it takes.

    ``lessons`` are a scope or ids. It is valid for ``valid_days``; it can be renewed from ``renew_days`` before it ends
    until as many days after, and has to be begun again later than that. Who is on the track must have it
    ``mandatory_within`` so many days; nobody must where that is ``None``.
    """

    id: str
    name: str
    summary: str
    track: Track
    belt: Belt
    lessons: Scope | tuple[str, ...]
    exam: ExamRule | None
    evidence: tuple[EvidenceRule, ...]
    valid_days: int
    renew_days: int
    mandatory_within: int | None = None
    line: int = 1

    def taught(self, catalogue: Catalogue) -> tuple[Lesson, ...]:
        """The lessons that it asks for; ids without a lesson are left out."""
        if not isinstance(self.lessons, Scope):
            return tuple(catalogue.lessons[each] for each in self.lessons if each in catalogue.lessons)
        track = catalogue.on(self.track)
        match self.lessons:
            case Scope.NONE:
                return ()
            case Scope.ONBOARDING:
                programmes = catalogue.programmes_of(self.track)
                onboarding = (each for each in programmes if each.rhythm is Rhythm.ONBOARDING)
                ids = dict.fromkeys(step.lesson for each in onboarding for step in each.steps)
                return tuple(catalogue.lessons[each] for each in ids if each in catalogue.lessons)
            case Scope.LIGHT:
                return tuple(each for each in track if each.depth is Depth.LIGHT)
            case Scope.ALL:
                return track


@dataclass(frozen=True, slots=True)
class Levels:
    """All levels of an installation; none where it certifies nobody."""

    levels: tuple[Level, ...] = ()
    looks: Mapping[Belt, Look] = field(default_factory=dict)
    kinds: Mapping[str, EvidenceKind] = field(default_factory=dict)
    reminders: tuple[Reminder, ...] = ()

    def find(self, identifier: str) -> Level | None:
        """The level with an id."""
        return next((each for each in self.levels if each.id == identifier), None)

    def on(self, track: Track) -> tuple[Level, ...]:
        """The levels of a track, from the first to the last."""
        return tuple(sorted((each for each in self.levels if each.track is track), key=lambda each: each.belt.rank))

    def below(self, level: Level) -> Level | None:
        """The level that somebody must hold before this one."""
        lower = [each for each in self.on(level.track) if each.belt.rank < level.belt.rank]
        return lower[-1] if lower else None

    def enough_for(self, name: str) -> tuple[Level, ...]:
        """The levels of which one is enough where a policy asks for ``name``; none where nothing is called so.

        The id of a level stands for it and those above it on its track, a belt for it and those above it on any track.
        """
        asked = self.find(name)
        if asked is not None:
            return tuple(each for each in self.on(asked.track) if each.belt.rank >= asked.belt.rank)
        if name not in set(Belt):
            return ()
        return tuple(each for each in self.levels if each.belt.rank >= Belt(name).rank)

    def by_lessons(self, catalogue: Catalogue) -> Levels:
        """The levels without their exams; those that ask for nothing else are left out."""
        kept = (each for each in self.levels if each.evidence or each.taught(catalogue))
        return replace(self, levels=tuple(replace(each, exam=None) for each in kept))

    def voluntary(self) -> Levels:
        """The levels, of which nobody must have any."""
        return replace(self, levels=tuple(replace(each, mandatory_within=None) for each in self.levels))

    def look(self, level: Level) -> Look:
        """What the belt of a level is called and how it is drawn."""
        return self.looks.get(level.belt, Look(level.belt.capitalize(), level.belt))


__all__ = [
    "Belt",
    "EvidenceKind",
    "EvidenceRule",
    "ExamRule",
    "Level",
    "Levels",
    "Look",
    "Reminder",
    "Scope",
]
