"""What can be wrong with programmes: lessons that nobody gets, gets twice, or gets on the wrong track or day."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lessons.catalogue import Catalogue
from lessons.curriculum import PROGRAMMES
from lessons.models import Depth, Flaw, Programme, Rhythm, Track
from lessons.soundness.places import Places


def check_programmes(catalogue: Catalogue, source: str) -> Iterator[Flaw]:
    """Everything that is wrong with the programmes of a catalogue. ``source`` is the text of their file."""
    places = Places(source)
    for programme in catalogue.programmes:
        start = places.programme(programme.id)
        yield from _steps(catalogue, programme, places, start)
        yield from _depths(catalogue, programme, places, start)
        if programme.rhythm is Rhythm.ONBOARDING:
            yield from _days(programme, places, start)
    yield from _left_out(catalogue)
    yield from _missing(catalogue)


def _steps(catalogue: Catalogue, programme: Programme, places: Places, start: int) -> Iterator[Flaw]:
    seen: set[str] = set()
    for step in programme.steps:
        line = places.words(step.lesson, after=start)
        lesson = catalogue.lessons.get(step.lesson)
        if lesson is None:
            message = f"programme '{programme.id}' names '{step.lesson}', and no lesson of that id could be read"
            yield Flaw(PROGRAMMES, line, message, "Name the id of a lesson, or mend its file")
        elif lesson.track is not programme.track:
            message = f"programme '{programme.id}' is for {programme.track}, and '{lesson.id}' for {lesson.track}"
            yield Flaw(PROGRAMMES, line, message, "Name lessons of its own track")
        if step.lesson in seen:
            message = f"programme '{programme.id}' names '{step.lesson}' twice"
            yield Flaw(PROGRAMMES, line, message, "Keep one of the two; what was missed comes back by itself")
        seen.add(step.lesson)


def _days(programme: Programme, places: Places, start: int) -> Iterator[Flaw]:
    """Days that do not rise."""
    for earlier, later in pairwise(programme.steps):
        if later.day <= earlier.day:
            line = places.words(later.lesson, after=start)
            message = f"in programme '{programme.id}' day {later.day} follows day {earlier.day}"
            yield Flaw(PROGRAMMES, line, message, "Let the days rise; there is one lesson a day")


def _depths(catalogue: Catalogue, programme: Programme, places: Places, start: int) -> Iterator[Flaw]:
    """A first light pass, then the deeper one."""
    deep = ""
    for lesson in (catalogue.lessons.get(step.lesson) for step in programme.steps):
        if lesson is not None and lesson.depth is Depth.LIGHT and deep:
            line = places.words(lesson.id, after=start)
            message = f"in programme '{programme.id}' the light lesson '{lesson.id}' comes after the deep one '{deep}'"
            yield Flaw(PROGRAMMES, line, message, "Let the light lessons come first")
        elif lesson is not None and lesson.depth is Depth.DEEP:
            deep = deep or lesson.id


def _left_out(catalogue: Catalogue) -> Iterator[Flaw]:
    taught = {step.lesson for programme in catalogue.programmes for step in programme.steps}
    for lesson in catalogue.lessons.values():
        if lesson.id not in taught:
            remedy = f"Name it in {PROGRAMMES}, or remove it"
            yield Flaw(lesson.file, 2, f"the lesson '{lesson.id}' is in no programme", remedy)


def _missing(catalogue: Catalogue) -> Iterator[Flaw]:
    """A track with lessons has a weekly programme; onboarding may be somebody else's."""
    for track in Track:
        weekly = any(each.rhythm is Rhythm.WEEKLY for each in catalogue.programmes_of(track))
        if catalogue.on(track) and not weekly:
            remedy = "Add one with 'rhythm: weekly'"
            yield Flaw(PROGRAMMES, 1, f"the track {track} has lessons and no weekly programme", remedy)


__all__ = ["check_programmes"]
