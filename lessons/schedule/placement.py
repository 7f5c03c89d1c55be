"""Which questions a placement quiz asks: of the lessons that are still to come, and the same all day for one person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Final

from lessons.models import Check, CheckKind, Lesson

MOST: Final = 8
"""How many questions a quiz has at most: as many as somebody answers in two or three minutes."""

_SOON: Final = 6
"""How many of them are of the lessons that come next; the rest is drawn from all that are further ahead."""


@dataclass(frozen=True, slots=True)
class Question:
    """A check of a lesson, by their ids."""

    lesson: str
    check: str


def draw_placement(
    person: str, day: date, coming: Sequence[str], lessons: Mapping[str, Lesson], asked: Collection[str] = ()
) -> tuple[Question, ...]:
    """The questions for a person on a day, mixed, one of each lesson.

    ``coming`` are the lessons that are still to come to them, in order. Those of ``asked`` were asked about before:
    what was not known then is taught, not asked until it is right.
    """
    seed = f"{person}\n{day.isoformat()}"
    open_ones = [each for each in coming if each not in asked and lessons[each].checks]
    ahead = sorted(open_ones[_SOON:], key=lambda each: _number(seed, each))
    drawn = [*open_ones[:_SOON], *ahead][:MOST]
    drawn.sort(key=lambda each: _number(seed, "mixed", each))
    return tuple(Question(each, _check(seed, lessons[each]).id) for each in drawn)


def _check(seed: str, lesson: Lesson) -> Check:
    """One check of a lesson; true or false only where there is no other, as half of those who guess are right."""
    telling = [each for each in lesson.checks if each.kind is not CheckKind.TRUE_FALSE] or lesson.checks
    return min(telling, key=lambda each: _number(seed, lesson.id, each.id))


def _number(*parts: str) -> int:
    """A number that no process and no release changes."""
    return int.from_bytes(blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=8).digest(), "big")


__all__ = ["MOST", "Question", "draw_placement"]
