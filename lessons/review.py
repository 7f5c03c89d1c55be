"""Spaced repetition with FSRS: a question that was missed, or begins to be forgotten, comes back.

An item is a check of a lesson. Its answers to the lesson's current version are replayed, right ones as ``Good``, wrong
ones as ``Again``; those to an older version do not count, but the item is then asked again, as nobody knows what the
person knows of the new one. There are no steps within a day: the soonest that anything comes back is after one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Final

from fsrs import Card, Rating, Scheduler

from lessons.schedule.models import Answered

_START: Final = datetime(2000, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_LONGEST_DAYS: Final = 365
"""Even what is known well is asked again within a year."""
_REMEMBERED: Final = 1 << 16
_when: Final = attrgetter("at")

_History = tuple[tuple[int, bool], ...]
"""The answers to an item: whole days since the one before, and whether it was right."""


@dataclass(frozen=True, slots=True)
class Item:
    """A check that comes back at ``due``; ``missed`` where the last answer, given at ``answered``, was wrong."""

    lesson: str
    check: str
    due: datetime
    answered: datetime
    missed: bool

    @property
    def id(self) -> str:
        """``lesson/check``."""
        return f"{self.lesson}/{self.check}"


class Reviewer:
    """Says when items come back. ``parameters`` are the weights of FSRS-6, its own where they are ``None``."""

    def __init__(self, parameters: Sequence[float] | None = None, retention: float = 0.9) -> None:
        """``retention`` is the share of items that are to be still known when they come back.

        Raises:
            ValueError: where FSRS cannot work with them.
        """
        if not 0.5 <= retention <= 0.99:
            raise ValueError(f"a retention of {retention} cannot be planned for: name one from 0.5 to 0.99")
        steps: tuple[timedelta, ...] = ()
        chosen = {} if parameters is None else {"parameters": tuple(parameters)}
        self._scheduler = Scheduler(
            **chosen,
            desired_retention=retention,
            learning_steps=steps,
            relearning_steps=steps,
            maximum_interval=_LONGEST_DAYS,
            enable_fuzzing=False,
        )
        # FSRS looks at whole days alone, so that few histories are different, whatever the number of people
        self._days = lru_cache(_REMEMBERED)(self._replay)

    def coming(self, answers: Iterable[Answered], versions: Mapping[str, str]) -> tuple[Item, ...]:
        """Every item that was ever answered and whose lesson is among ``versions`` (version by lesson), unordered."""
        items: defaultdict[tuple[str, str], list[Answered]] = defaultdict(list)
        for each in answers:
            if each.lesson in versions:
                items[each.lesson, each.check].append(each)
        return tuple(self._item(each, versions[each[0].lesson]) for each in items.values())

    def fading(self, answers: Iterable[Answered], versions: Mapping[str, str], now: datetime) -> tuple[Item, ...]:
        """The items that are due: those that were missed first, then the one waiting longest."""
        due = (each for each in self.coming(answers, versions) if each.due <= now)
        return tuple(sorted(due, key=lambda each: (not each.missed, each.due, each.lesson, each.check)))

    def due_at(
        self, lesson: str, check: str, answers: Iterable[Answered], versions: Mapping[str, str]
    ) -> datetime | None:
        """When an item comes back; ``None`` where it was never answered or its lesson is not published."""
        mine = (each for each in answers if each.lesson == lesson and each.check == check)
        return next((each.due for each in self.coming(mine, versions)), None)

    def _item(self, answers: Sequence[Answered], version: str) -> Item:
        last: Answered | None = None
        history: list[tuple[int, bool]] = []
        for each in sorted(answers, key=_when):
            if each.version == version:
                history.append((0 if last is None else (each.at - last.at).days, each.right))
                last = each
        if last is None:
            old = max(answers, key=_when)
            return Item(old.lesson, old.check, old.at + _DAY, old.at, missed=False)
        days = self._days(tuple(history))
        return Item(last.lesson, last.check, last.at + timedelta(days), last.at, missed=not last.right)

    def _replay(self, history: _History) -> int:
        """How many days after its last answer an item with such a history comes back."""
        at = _START
        card = Card(card_id=1, due=at)  # without an id it would wait for the clock
        for days, right in history:
            at += days * _DAY
            card, _ = self._scheduler.review_card(card, Rating.Good if right else Rating.Again, at)
        return (card.due - at) // _DAY


__all__ = ["Item", "Reviewer"]
