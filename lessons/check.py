"""Grading an answer to a check, and what is said to whoever gave it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lessons.errors import ChoiceError
from lessons.models import Check, CheckKind


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said about one option. ``place`` counts from 0; ``chosen`` is false for a right one that was missed."""

    place: int
    text: str
    feedback: str
    right: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Grade:
    """Whether an answer is right, and the remarks that it earns, in the order of the options."""

    right: bool
    remarks: tuple[Remark, ...]


def grade(check: Check, choices: Collection[int]) -> Grade:
    """Grade the options chosen (places from 0); right is exactly the right ones, no more and no fewer.

    There is a remark on each option chosen, and in a multiple choice on each right one that was missed. Where one
    option alone is right, a wrong answer does not give it away: the check comes back later.

    Raises:
        ChoiceError: where nothing is chosen, too much, or an option that is not there.
    """
    chosen = frozenset(choices)
    if not chosen:
        raise ChoiceError(f"nothing was chosen in check '{check.id}'; choose an option")
    if len(chosen) != len(choices):
        raise ChoiceError(f"an option of check '{check.id}' was chosen twice; choose each once")
    if not chosen <= frozenset(range(len(check.options))):
        raise ChoiceError(f"check '{check.id}' has {len(check.options)} options; choose from 0 to {_last(check)}")
    if check.kind is not CheckKind.MULTIPLE and len(chosen) > 1:
        raise ChoiceError(f"check '{check.id}' takes one option; choose one alone")
    right = frozenset(check.right)
    shown = sorted(chosen | right if check.kind is CheckKind.MULTIPLE else chosen)
    return Grade(chosen == right, tuple(_remark(check, place, chosen) for place in shown))


def _last(check: Check) -> int:
    return len(check.options) - 1


def _remark(check: Check, place: int, chosen: frozenset[int]) -> Remark:
    option = check.options[place]
    return Remark(place, option.text, option.feedback, option.right, place in chosen)


__all__ = ["Grade", "Remark", "grade"]
