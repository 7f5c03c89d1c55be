"""Lessons whose sections of policy changed after somebody last held the lesson against them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from lessons.models import Lesson

ChangedSince = Callable[[str, date], date | None]
"""On which day after another a section (``policy#section``) became what it is now; ``None`` where it is the same."""


def changed_sections(lesson: Lesson, changed_since: ChangedSince) -> tuple[tuple[str, date], ...]:
    """The sections of a lesson that changed after its review, each with the day; empty where it is not stale."""
    found = ((section, changed_since(section, lesson.reviewed)) for section in lesson.rests_on)
    return tuple((section, day) for section, day in found if day is not None)


__all__ = ["ChangedSince", "changed_sections"]
