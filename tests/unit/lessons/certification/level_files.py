"""Sound levels and a sound bank that tests break."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from textwrap import dedent
from typing import Final

from lessons.catalogue import Catalogue
from lessons.certification.banks import Bank, Item
from lessons.certification.levels import Belt, EvidenceKind, EvidenceRule, ExamRule, Level, Levels, Scope
from lessons.models import Check, CheckKind, Lesson, Option, Programme, Rhythm, Step, Track

LEVELS_YML: Final = dedent("""\
    belts:
      - {belt: white, name: Snow, colour: white}
      - {belt: yellow, name: Sun, colour: yellow}
      - {belt: green, name: Grass, colour: green}
      - {belt: black, name: Night, colour: black}
    evidence:
      - {id: brown_bag, words: Give a brown-bag session}
    reminders:
      - {days: 1, words: "Tomorrow."}
      - {days: 14, words: "Two weeks."}
    levels:
      - id: employees-white
        name: Ready to post
        summary: Knows whom to ask.
        track: employees
        belt: white
        lessons: all
        exam: {bank: employees, items: 1, pass_mark: 75, wait_days: 2}
        valid_days: 365
        mandatory_within: 60
      - id: employees-yellow
        name: Steady hand
        summary: Has met the awkward cases.
        track: employees
        belt: yellow
        lessons: [employees-first-line]
        exam: {bank: employees, items: 2, pass_mark: 80, wait_days: 3}
        evidence: [{kind: brown_bag, count: 2}]
        valid_days: 730
        renew_days: 60
    """)
BANK: Final = dedent("""\
    ---
    id: employees
    title: What would you do?
    track: employees
    owner: coe_lead
    version: "1.0"
    reviewed: 2026-11-20
    ---
    # What would you do?

    ## Check: What do you do? {#lost-key type=single}
    rests_on: [disclosure#say-so, disclosure#how]

    It is late.
    The key is gone.

    - [ ] Nothing
      Somebody may find it.
    - [x] Say so
      Yes. At once.

    ## Check: Which are fine? {#fine type=multiple belt=yellow}
    rests_on: [disclosure#how]

    - [x] This
      Yes.
    - [x] That
      Yes.
    - [ ] Neither
      No.
    """)


def item(identifier: str, section: str, belt: Belt = Belt.WHITE, options: int = 4) -> Item:
    """A question on a section whose first option, as written, is right."""
    made = tuple(Option(f"{identifier} {place}", "Why.", place == 0) for place in range(options))
    return Item("A scene.", Check(identifier, f"{identifier}?", CheckKind.SINGLE, made), (section,), belt)


def bank_of(items: Sequence[Item]) -> Bank:
    """A bank of some questions."""
    return Bank("bank", "T", Track.EMPLOYEES, "coe_lead", "1.0", date(2026, 11, 20), tuple(items), "exams/bank.md")


def level_of(
    belt: Belt = Belt.WHITE,
    lessons: Scope | tuple[str, ...] = Scope.NONE,
    exam: ExamRule | None = None,
    evidence: tuple[EvidenceRule, ...] = (),
    mandatory_within: int | None = None,
) -> Level:
    """A level for employees, in force for a year, to be renewed from 30 days before its end."""
    name = belt.capitalize()
    return Level(belt.value, name, "S.", Track.EMPLOYEES, belt, lessons, exam, evidence, 365, 30, mandatory_within)


def levels_of(*levels: Level) -> Levels:
    """Some levels, and a kind of evidence."""
    return Levels(levels, kinds={"brown_bag": EvidenceKind("brown_bag", "Give a brown-bag session")})


def lesson_of(identifier: str, section: str = "a#b", version: str = "1.0", track: Track = Track.EMPLOYEES) -> Lesson:
    """A lesson on a section."""
    reviewed = date(2026, 11, 20)
    return Lesson(identifier, identifier.upper(), "S.", track, 2, (section,), "x", version, reviewed, "B", ())


def catalogue_of(*lessons: Lesson, onboarding: Sequence[str] = ()) -> Catalogue:
    """A catalogue of some lessons, and an onboarding programme of some of them."""
    steps = tuple(Step(each, day) for day, each in enumerate(onboarding))
    programme = Programme("onboarding", "O", Track.EMPLOYEES, Rhythm.ONBOARDING, steps)
    return Catalogue({each.id: each for each in lessons}, (programme,))


__all__ = ["BANK", "LEVELS_YML", "bank_of", "catalogue_of", "item", "lesson_of", "level_of", "levels_of"]
