"""What can be wrong with the checks of a lesson."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lessons.models import Check, CheckKind, Flaw, Lesson
from lessons.soundness.places import Places

_MOST_CHECKS: Final = 2
_OPTION: Final = 180  # characters, so that it fits a button's description on every platform
_FEEDBACK: Final = 220
_OPTIONS: Final = {
    CheckKind.SINGLE: range(2, 5),
    CheckKind.POST: range(2, 5),
    CheckKind.MULTIPLE: range(3, 6),
    CheckKind.TRUE_FALSE: range(2, 3),
}


def check_checks(lesson: Lesson, source: str) -> Iterator[Flaw]:
    """Everything that is wrong with the checks of a lesson. ``source`` is its file's text."""
    if not 1 <= len(lesson.checks) <= _MOST_CHECKS:
        line = lesson.checks[_MOST_CHECKS].line if lesson.checks else 1
        message = f"the lesson has {len(lesson.checks) or 'no'} checks"
        yield Flaw(lesson.file, line, message, f"Give it one or {_MOST_CHECKS}")
    places = Places(source)
    for check in lesson.checks:
        yield from _numbers(lesson.file, check)
        yield from _texts(lesson.file, check, places)


def _numbers(file: str, check: Check) -> Iterator[Flaw]:
    allowed = _OPTIONS[check.kind]
    if len(check.options) not in allowed:
        few = f"{allowed.start}" if len(allowed) == 1 else f"{allowed.start} to {allowed.stop - 1}"
        message = f"check '{check.id}' has {len(check.options)} options"
        yield Flaw(file, check.line, message, f"A check of type {check.kind} has {few}")
    right = len(check.right)
    if check.kind is CheckKind.MULTIPLE and not 2 <= right < len(check.options):
        message = f"of check '{check.id}' {right} of {len(check.options)} options are right"
        yield Flaw(file, check.line, message, "Of a multiple choice at least two are right and at least one is wrong")
    if check.kind is CheckKind.TRUE_FALSE and sorted(each.text for each in check.options) != ["False", "True"]:
        message = f"the options of check '{check.id}' are not True and False"
        yield Flaw(file, check.line, message, "Write exactly '- [ ] True' and '- [ ] False', one with an x")


def _texts(file: str, check: Check, places: Places) -> Iterator[Flaw]:
    repeated = Counter(option.text.casefold() for option in check.options)
    for option in check.options:
        line = places.passage(option.text, after=check.line)
        if repeated[option.text.casefold()] > 1:
            yield Flaw(file, line, f"check '{check.id}' has this option twice", "Word each option differently")
        if not option.feedback:
            remedy = "Say below it, indented by two spaces, why it is right or not"
            yield Flaw(file, line, f"an option of check '{check.id}' has no feedback", remedy)
        for name, text, most in (("option", option.text, _OPTION), ("feedback", option.feedback, _FEEDBACK)):
            if len(text) > most:
                message = f"the {name} in check '{check.id}' has {len(text)} characters"
                yield Flaw(file, line, message, f"Keep it to {most}")


__all__ = ["check_checks"]
