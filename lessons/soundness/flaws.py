"""Runs all checks over a curriculum."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path

from lessons.catalogue import Catalogue, read_catalogue
from lessons.curriculum import PROGRAMMES, read_texts
from lessons.models import Flaw, Lesson
from lessons.soundness.alike import check_alike
from lessons.soundness.checks import check_checks
from lessons.soundness.lesson import check_lesson
from lessons.soundness.places import Places
from lessons.soundness.programmes import check_programmes
from lessons.soundness.stale import ChangedSince, changed_sections


def check_curriculum(
    folder: Path,
    sections: Collection[str] | None,
    contacts: Collection[str] | None,
    today: date,
    changed_since: ChangedSince,
) -> tuple[Flaw, ...]:
    """Every mistake in the curriculum in a folder, sorted by file (relative to it) and line.

    ``sections`` are those in force, as ``policy#section``, and ``contacts`` are ids; ``None`` leaves them unchecked,
    for a pack whose policies or contacts cannot be read.

    Raises:
        CurriculumError: where the folder does not exist.
    """
    catalogue, found = read_catalogue(folder)
    texts = read_texts(folder).of
    return tuple(sorted({*found, *flaws(catalogue, texts, sections, contacts, today, changed_since)}))


def flaws(
    catalogue: Catalogue,
    texts: Mapping[str, str],
    sections: Collection[str] | None,
    contacts: Collection[str] | None,
    today: date,
    changed_since: ChangedSince,
) -> Iterator[Flaw]:
    """What is wrong with a curriculum beyond what reading it has found. ``texts`` are those of its files by name."""
    for lesson in catalogue.lessons.values():
        source = texts.get(lesson.file, "")
        yield from check_lesson(lesson, source, today)
        yield from check_checks(lesson, source)
        yield from _rests_on(lesson, Places(source), sections, contacts)
        yield from _stale(lesson, Places(source), changed_since)
    yield from check_alike(catalogue.lessons.values(), texts)
    yield from check_programmes(catalogue, texts.get(PROGRAMMES, ""))


def _rests_on(
    lesson: Lesson, places: Places, sections: Collection[str] | None, contacts: Collection[str] | None
) -> Iterator[Flaw]:
    if sections is not None:
        for section in lesson.rests_on:
            if section not in sections:
                line = places.words(section, after=places.field("rests_on"))
                remedy = "Name one that is in force, as policy#section"
                yield Flaw(lesson.file, line, f"there is no section '{section}'", remedy)
    if contacts is not None and lesson.owner not in contacts:
        remedy = "Name the id of a contact of contacts.yml"
        yield Flaw(lesson.file, places.field("owner"), f"the owner '{lesson.owner}' is no contact", remedy)


def _stale(lesson: Lesson, places: Places, changed_since: ChangedSince) -> Iterator[Flaw]:
    for section, day in changed_sections(lesson, changed_since):
        message = f"the section '{section}' changed on {day} after the lesson was reviewed on {lesson.reviewed}"
        line = places.words(section, after=places.field("rests_on"))
        yield Flaw(lesson.file, line, message, "Read it again and set 'reviewed'")


__all__ = ["check_curriculum", "flaws"]
