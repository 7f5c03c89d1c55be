"""Lessons that say the same as others: titles that stand twice, texts that were copied."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lessons.models import Flaw, Lesson
from lessons.soundness.places import Places
from lessons.soundness.words import words

_SHINGLE: Final = 4  # words in a row
_SHARED: Final = 0.2
"""The share of shingles (of those that either text has) from which on two lessons are called alike.

Two texts of equal length that have a third of their sentences in common share a fifth of their shingles, since what
they share is counted once and what they do not share twice. Texts that were written apart share little but
turns of phrase ("say who you are and that you work here"): at most 0.03 in the default curriculum, which a test holds.
"""


def check_alike(lessons: Iterable[Lesson], texts: Mapping[str, str]) -> Iterator[Flaw]:
    """Lessons that stand twice under another id. ``texts`` are those of their files."""
    lessons = tuple(lessons)
    yield from _titles(lessons, texts)
    yield from _bodies(lessons)


def likeness(one: str, other: str) -> float:
    """The share of word sequences that two texts have in common, 0 to 1 (Jaccard, sequences of four words)."""
    left, right = _shingles(one), _shingles(other)
    return len(left & right) / len(left | right) if left and right else 0.0


def _titles(lessons: tuple[Lesson, ...], texts: Mapping[str, str]) -> Iterator[Flaw]:
    first: dict[str, Lesson] = {}
    for lesson in lessons:
        other = first.setdefault(" ".join(lesson.title.casefold().split()), lesson)
        if other is not lesson:
            line = Places(texts.get(lesson.file, "")).field("title")
            message = f"the title '{lesson.title}' is also that of '{other.id}'"
            yield Flaw(lesson.file, line, message, "Give each lesson a title of its own")


def _bodies(lessons: tuple[Lesson, ...]) -> Iterator[Flaw]:
    """Counts common shingles by an inverted list, so that only texts that share any are ever compared."""
    shingles = [_shingles(lesson.body) for lesson in lessons]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, lesson in enumerate(lessons):
        common = Counter(other for shingle in shingles[at] for other in holders[shingle])
        for other, count in sorted(common.items()):
            if count / (len(shingles[at]) + len(shingles[other]) - count) >= _SHARED:
                message = f"the text is nearly that of '{lessons[other].id}'"
                yield Flaw(lesson.file, 1, message, "Merge the two, or tell this one from another side")
                break
        for shingle in shingles[at]:
            holders[shingle].append(at)


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    plain = ["".join(sign for sign in word if sign.isalnum()) for word in words(text.casefold())]
    return frozenset(tuple(plain[at : at + _SHINGLE]) for at in range(len(plain) - _SHINGLE + 1))


__all__ = ["check_alike", "likeness"]
