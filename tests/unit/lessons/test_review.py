"""What was missed or fades comes back, and weights are fitted to what people remembered."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st

from lessons.errors import LessonsError
from lessons.review import Reviewer
from lessons.review_fit import NEEDED, fit
from lessons.schedule import Answered
from tests.unit.lessons.lives import DAY

NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
VERSIONS: Final = {"first-line": "1.0", "who-to-ask": "1.0"}
REVIEWER: Final = Reviewer()

_histories = st.lists(st.tuples(st.integers(0, 60 * 24 * 60), st.booleans()), min_size=1, max_size=8)


def _answer(
    at: datetime, *, right: bool, lesson: str = "first-line", check: str = "c", version: str = "1.0"
) -> Answered:
    return Answered(lesson, check, at, right, version)


def _due(*answers: Answered, reviewer: Reviewer = REVIEWER) -> datetime:
    due = reviewer.due_at("first-line", "c", answers, VERSIONS)
    assert due is not None
    return due


def _answers(history: list[tuple[int, bool]]) -> list[Answered]:
    """Answers so many minutes apart."""
    answers: list[Answered] = []
    at = NOW
    for minutes, right in history:
        at += timedelta(minutes=minutes)
        answers.append(_answer(at, right=right))
    return answers


@given(_histories)
def test_an_item_comes_back_when_fsrs_says(history: list[tuple[int, bool]]) -> None:
    """The package itself, fed with the very moments of the answers, names the same moment."""
    answers = _answers(history)
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=365, enable_fuzzing=False)
    card = Card(card_id=1, due=NOW)
    for each in answers:
        card, _ = scheduler.review_card(card, Rating.Good if each.right else Rating.Again, each.at)
    assert _due(*answers) == card.due


@given(_histories)
def test_nothing_comes_back_within_a_day_nor_after_a_year(history: list[tuple[int, bool]]) -> None:
    """Whatever was answered before, the soonest is a day after the last answer."""
    answers = _answers(history)
    assert DAY <= _due(*answers) - answers[-1].at <= 365 * DAY


@given(_histories, st.randoms(use_true_random=False))
def test_the_order_in_which_answers_are_told_does_not_matter(history: list[tuple[int, bool]], rng: Random) -> None:
    """They are replayed by their moments."""
    answers = [each for place, each in enumerate(_answers(history)) if place == 0 or history[place][0]]
    shuffled = rng.sample(answers, len(answers))
    assert _due(*shuffled) == _due(*answers)


def test_what_is_known_by_heart_is_asked_once_a_year() -> None:
    """FSRS would wait for longer."""
    answers = _answers([(days * 24 * 60, True) for days in (0, 2, 12, 60, 250)])
    assert _due(*answers) - answers[-1].at == 365 * DAY


def test_what_was_missed_comes_back_before_what_is_known() -> None:
    """A wrong answer is a day, a right one longer, and longer still each time that it is right again."""
    missed = _due(_answer(NOW, right=False))
    once = _due(_answer(NOW, right=True))
    again = _due(_answer(NOW, right=True), _answer(once, right=True))
    assert missed - NOW == DAY
    assert missed - NOW < once - NOW < again - once


def test_a_changed_lesson_starts_over() -> None:
    """Answers to an older version do not count, but the new one is asked a day after the last of them at the latest."""
    known = [_answer(NOW - ago * DAY, right=True, version="0.9") for ago in (90, 80, 50)]
    assert _due(*known) == NOW - 49 * DAY
    assert _due(*known, _answer(NOW, right=True)) == _due(_answer(NOW, right=True))


def test_what_fades_is_ordered() -> None:
    """First what was missed, then what waits longest; what is not due and what is not published is left out."""
    answers = [
        _answer(NOW - 40 * DAY, right=True, check="old"),
        _answer(NOW - 50 * DAY, right=True, check="older"),
        _answer(NOW - 2 * DAY, right=False, lesson="who-to-ask", check="missed"),
        _answer(NOW, right=False, check="just-missed"),
        _answer(NOW - 90 * DAY, right=False, lesson="withdrawn"),
    ]
    found = REVIEWER.fading(answers, VERSIONS, NOW)
    assert [each.id for each in found] == ["who-to-ask/missed", "first-line/older", "first-line/old"]
    assert REVIEWER.due_at("withdrawn", "c", answers, VERSIONS) is None
    assert REVIEWER.due_at("first-line", "never-asked", answers, VERSIONS) is None


def test_a_higher_retention_asks_sooner() -> None:
    """Who wants more to be known asks more often."""
    answers = [_answer(NOW - 30 * DAY, right=True), _answer(NOW - 20 * DAY, right=True)]
    assert (
        _due(*answers, reviewer=Reviewer(retention=0.97))
        < _due(*answers)
        < _due(*answers, reviewer=Reviewer(None, 0.8))
    )


def test_weights_that_cannot_be_used_say_so() -> None:
    """Too few weights, one out of its bounds, and a retention beyond reason."""
    with pytest.raises(ValueError, match="21 parameters"):
        Reviewer([1.0, 2.0])
    with pytest.raises(ValueError, match="out of bounds"):
        Reviewer([-1.0] * 21)
    with pytest.raises(ValueError, match=r"name one from 0\.5 to 0\.99"):
        Reviewer(retention=1.0)


def _people(number: int) -> dict[str, list[Answered]]:
    """People who forget much more slowly than FSRS supposes at first."""
    rng = Random(7)
    people: dict[str, list[Answered]] = {}
    for person in range(number):
        at = NOW
        answers: list[Answered] = []
        for lesson in VERSIONS:
            for _ in range(4):
                gap = rng.choice((3, 8, 20, 40))
                at += gap * DAY
                answers.append(_answer(at, right=rng.random() < 0.99 ** (gap / 40), lesson=lesson))
        people[f"person-{person}"] = answers
    return people


def test_weights_are_fitted_to_what_people_remembered() -> None:
    """They foretell the answers better than those that FSRS comes with, and ask such people less often."""
    pytest.importorskip("pandas", reason="the optimiser is an extra")
    found = fit(_people(90))
    assert found.answers == 90 * 6
    assert found.after < found.before
    answers = [_answer(NOW - 30 * DAY, right=True), _answer(NOW - 20 * DAY, right=True)]
    assert _due(*answers, reviewer=Reviewer(found.parameters)) > _due(*answers)


def test_too_few_answers_say_how_many_are_needed() -> None:
    """Answers of the same day do not count, nor does the first of each item."""
    same_day = {"ines": [_answer(NOW + each * timedelta(minutes=1), right=True) for each in range(60)]}
    with pytest.raises(LessonsError, match=rf"^0 answers .* {NEEDED} are needed: fit again when there are$"):
        fit(same_day)
    with pytest.raises(LessonsError, match=r"^120 answers"):
        fit(_people(20))


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with the command, where the optimiser's packages are not there."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setitem(sys.modules, "fsrs.optimizer", sys)  # whatever is imported in its place goes away afterwards
    del sys.modules["fsrs.optimizer"]
    with pytest.raises(LessonsError, match=r'run pip install "fsrs\[optimizer\]"$'):
        fit(_people(90))
