"""Exams: drawn from a bank, the same whenever they are drawn again for the same person and attempt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from lessons.certification.banks import Bank, Item
from lessons.certification.levels import Level
from lessons.check import grade
from lessons.errors import ChoiceError, CurriculumError
from lessons.models import CheckKind

_WHOLE: Final = 2**64
_BY: Final[tuple[Callable[[Item], str], ...]] = (
    lambda item: item.rests_on[0].partition("#")[0],
    lambda item: item.rests_on[0],
)
"""What the questions of an exam are spread over: policies, and within one its sections."""


@dataclass(frozen=True, slots=True)
class Exam:
    """The questions of one attempt, their options in the order in which they are shown.

    ``attempt`` counts from 1. ``needed`` is how many answers must be right.
    """

    level: str
    person: str
    attempt: int
    items: tuple[Item, ...]
    needed: int

    def item(self, identifier: str) -> Item | None:
        """The question with an id."""
        return next((each for each in self.items if each.id == identifier), None)


@dataclass(frozen=True, slots=True)
class Result:
    """How an exam went. ``wrong`` are ids of questions and ``sections`` what they rest on, to be read again."""

    passed: bool
    right: int
    of: int
    wrong: tuple[str, ...]
    sections: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share of right answers, 0 to 1."""
        return self.right / self.of


def draw(bank: Bank, level: Level, person: str, attempt: int, *, only: Collection[str] | None = None) -> Exam:
    """Draw the exam of a level for a person's attempt, which counts from 1.

    Each person has an order of the whole bank, spread over policies and sections; an attempt takes the stretch of it
    that follows the last attempt's. So two attempts in a row share a question only where the bank has fewer than twice
    as many as are asked, and whoever tries often meets all of them. ``only`` are ids of questions, for a renewal.

    Raises:
        CurriculumError: where the level has no exam, or the bank no question for it.
    """
    rule = level.exam
    items = [each for each in bank.upto(level.belt) if only is None or each.id in only]
    if rule is None or not items:
        raise CurriculumError(f"there is no question to ask for level '{level.id}'; add some to its bank")
    ordered = _spread(items, f"{level.id}\n{person}", _BY)
    count = min(rule.items, len(ordered))
    begin = (attempt - 1) * count % len(ordered)
    return recall(bank, level, person, attempt, [each.id for each in (*ordered, *ordered)[begin : begin + count]])


def recall(bank: Bank, level: Level, person: str, attempt: int, items: Sequence[str]) -> Exam:
    """The exam of an attempt that was begun with these questions, though the bank may have grown since.

    Questions that the bank no longer has are left out.

    Raises:
        CurriculumError: where the level has no exam, or none of the questions is left.
    """
    found = [each for each in bank.items if each.id in items]
    if level.exam is None or not found:
        raise CurriculumError(f"none of the questions of level '{level.id}' is left; begin the exam anew")
    seed = f"{level.id}\n{person}\n{attempt}"
    found.sort(key=lambda each: _hash(seed, each.id))
    shuffled = tuple(_shuffled(each, seed) for each in found)
    return Exam(level.id, person, attempt, shuffled, level.exam.needed(len(shuffled)))


def score(exam: Exam, answers: Mapping[str, Collection[int]]) -> Result:
    """Score an exam. ``answers`` are places of options as the exam shows them, from 0, by the questions' ids.

    A question without an answer is a wrong one.

    Raises:
        ChoiceError: where an answer is to no question of the exam, or could not be given by its buttons.
    """
    stray = next((each for each in answers if exam.item(each) is None), None)
    if stray is not None:
        raise ChoiceError(f"the exam has no question '{stray}'; answer those that were asked")
    wrong = [each for each in exam.items if each.id not in answers or not grade(each.check, answers[each.id]).right]
    right = len(exam.items) - len(wrong)
    sections = dict.fromkeys(section for each in wrong for section in each.rests_on)
    ids = tuple(each.id for each in wrong)
    return Result(right >= exam.needed, right, len(exam.items), ids, tuple(sections))


def _spread(items: Sequence[Item], seed: str, by: Sequence[Callable[[Item], str]]) -> list[Item]:
    """An order in which every stretch holds each group about as often as the whole does."""
    if not by:
        return sorted(items, key=lambda each: _hash(seed, each.id))
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[by[0](item)].append(item)
    placed: list[tuple[float, int, Item]] = []
    for name, group in groups.items():
        shift = _hash(seed, name) / _WHOLE
        inner = _spread(group, seed, by[1:])
        placed += (((at + shift) / len(inner), _hash(seed, item.id), item) for at, item in enumerate(inner))
    return [item for _, _, item in sorted(placed, key=lambda each: each[:2])]


def _shuffled(item: Item, seed: str) -> Item:
    """A question with its options in an order of its own; true stays before false."""
    check = item.check
    if check.kind is CheckKind.TRUE_FALSE:
        options = sorted(check.options, key=lambda each: each.text, reverse=True)
    else:
        options = sorted(check.options, key=lambda each: _hash(seed, item.id, each.text))
    return replace(item, check=replace(check, options=tuple(options)))


def _hash(*parts: str) -> int:
    return int.from_bytes(sha256("\n".join(parts).encode()).digest()[:8])


__all__ = ["Exam", "Result", "draw", "recall", "score"]
