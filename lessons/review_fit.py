"""Fits the weights of spaced repetition to what an installation's own people remembered and forgot.

The optimiser of the fsrs package does the work. It learns only from answers that came a day or more after the one
before; so many are needed. It needs packages (torch, pandas) that nothing else of lessons does, hence an extra.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from itertools import pairwise
from typing import Final

from fsrs import Card, Rating, ReviewLog, Scheduler

from lessons.errors import LessonsError
from lessons.schedule.models import Answered

NEEDED: Final = 512
"""Answers of a later day below which the optimiser leaves everything as it is: the size of its smallest batch."""
_LONGEST: Final = 64
"""So many answers to an item it looks at."""
_DAY: Final = timedelta(days=1)
_SURE: Final = 1e-6

_Logs = Sequence[ReviewLog]


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights for a ``Reviewer``, and how well they foretell the ``answers`` of a later day that were learnt from.

    ``before`` and ``after`` are the mean log loss with FSRS's own weights and with these, the smaller the better; they
    are the same where nothing better was found and the weights are FSRS's own.
    """

    parameters: tuple[float, ...]
    answers: int
    before: float
    after: float


def fit(answers: Mapping[str, Iterable[Answered]]) -> Fit:
    """Weights that fit the answers of people, by their ids. About a minute for every five thousand answers.

    Raises:
        LessonsError: where there are too few answers or the optimiser is not installed.
    """
    items = _items(answers)
    later = sum(1 for item in items for earlier, log in pairwise(item) if _is_later(earlier, log))
    if later < NEEDED:
        raise LessonsError(
            f"{later} answers came a day or more after the one before, {NEEDED} are needed: fit again when there are"
        )
    from fsrs.optimizer import Optimizer  # noqa: PLC0415  # it takes seconds, and its packages are an extra

    try:
        optimiser = Optimizer([log for item in items for log in item])
    except ImportError as error:
        raise LessonsError('the optimiser of fsrs is not installed: run pip install "fsrs[optimizer]"') from error
    fitted = tuple(optimiser.compute_optimal_parameters())
    own = tuple(Scheduler().parameters)
    before, after = _loss(items, own), _loss(items, fitted)
    return Fit(fitted, later, before, after) if after < before else Fit(own, later, before, before)


def _items(answers: Mapping[str, Iterable[Answered]]) -> list[_Logs]:
    """The answers of each person to each version of a check, oldest first."""
    items: defaultdict[tuple[str, str, str, str], list[Answered]] = defaultdict(list)
    for person, given in sorted(answers.items()):
        for each in given:
            items[person, each.lesson, each.check, each.version].append(each)
    return [
        [
            ReviewLog(number, Rating.Good if each.right else Rating.Again, each.at.astimezone(UTC), None)
            for each in sorted(item, key=lambda each: each.at)[:_LONGEST]
        ]
        for number, item in enumerate(items.values(), start=1)
    ]


def _is_later(earlier: ReviewLog, log: ReviewLog) -> bool:
    return log.review_datetime - earlier.review_datetime >= _DAY


def _loss(items: Iterable[_Logs], parameters: Sequence[float]) -> float:
    """The mean log loss of what is foretold for the answers of a later day."""
    scheduler = Scheduler(parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    losses: list[float] = []
    for item in items:
        card = Card(card_id=1, due=item[0].review_datetime)
        for place, log in enumerate(item):
            if place and _is_later(item[place - 1], log):
                known = scheduler.get_card_retrievability(card, log.review_datetime)
                chance = known if log.rating is Rating.Good else 1 - known
                losses.append(-math.log(max(chance, _SURE)))
            card, _ = scheduler.review_card(card, log.rating, log.review_datetime)
    return math.fsum(losses) / len(losses)


__all__ = ["NEEDED", "Fit", "fit"]
