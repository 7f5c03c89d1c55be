"""Exams: stable, spread, different from the last, and scored fairly."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.certification.exam import Exam, draw, recall, score
from lessons.certification.levels import Belt, ExamRule, Level
from lessons.errors import ChoiceError, CurriculumError
from lessons.models import CheckKind, Option
from tests.unit.lessons.certification.level_files import bank_of, item, level_of

BANK = bank_of([item(f"q{number}", f"policy{number % 4}#section{number}") for number in range(16)])
people = st.text(min_size=1, max_size=12)
attempts = st.integers(1, 40)


def level(items: int = 8, pass_mark: int = 75, belt: Belt = Belt.WHITE) -> Level:
    """A level whose exam asks so many questions."""
    return level_of(belt, exam=ExamRule("bank", items, pass_mark, 2))


def ids(exam: Exam) -> set[str]:
    """The questions of an exam, whatever their order."""
    return {each.id for each in exam.items}


def right(exam: Exam) -> dict[str, tuple[int, ...]]:
    """All answers right."""
    return {each.id: each.check.right for each in exam.items}


@given(people, attempts)
def test_an_exam_is_the_same_whenever_it_is_drawn(person: str, attempt: int) -> None:
    """Questions, their order and that of their options depend on person and attempt alone, and on no bank's order."""
    turned = bank_of(tuple(reversed(BANK.items)))
    assert draw(BANK, level(), person, attempt) == draw(turned, level(), person, attempt)


@given(people, attempts, st.integers(1, 16))
def test_two_attempts_in_a_row_share_no_more_than_they_must(person: str, attempt: int, items: int) -> None:
    """A bank of twice the size gives two exams without a common question; a smaller one as few as possible."""
    first, second = (draw(BANK, level(items), person, each) for each in (attempt, attempt + 1))
    assert len(first.items) == len(second.items) == items == len(ids(first))
    assert len(ids(first) & ids(second)) == max(0, 2 * items - len(BANK.items))


@given(people)
def test_whoever_tries_often_meets_the_whole_bank(person: str) -> None:
    """Attempts go on where the last one ended."""
    assert set().union(*(ids(draw(BANK, level(5), person, each)) for each in range(1, 5))) == {
        each.id for each in BANK.items
    }


@given(people, attempts)
def test_an_exam_is_spread_over_policies(person: str, attempt: int) -> None:
    """Of four policies with four questions each, an exam of eight asks one to three."""
    policies = Counter(each.rests_on[0].partition("#")[0] for each in draw(BANK, level(), person, attempt).items)
    assert set(policies) == {f"policy{number}" for number in range(4)}
    assert max(policies.values()) <= 3


def test_people_get_different_exams() -> None:
    """Neighbours do not sit the same questions in the same order."""
    drawn = {tuple(each.id for each in draw(BANK, level(), f"p{number}", 1).items) for number in range(50)}
    assert len(drawn) == 50


def test_the_right_option_stands_in_every_place() -> None:
    """Options are shuffled: none of four places holds the right one much more often than the others."""
    places = Counter(each.check.right[0] for n in range(100) for each in draw(BANK, level(), f"p{n}", 1).items)
    assert sorted(places) == [0, 1, 2, 3]
    assert max(places.values()) < 260  # of 800; 200 are expected, with a standard deviation of 12


def test_true_stays_before_false() -> None:
    """A statement is answered in the usual order."""
    options = (Option("False", "W.", False), Option("True", "Y.", True))
    base = item("q", "a#b")
    bank = bank_of([replace(base, check=replace(base.check, kind=CheckKind.TRUE_FALSE, options=options))])
    for attempt in range(1, 9):
        assert [each.text for each in draw(bank, level(), "p", attempt).items[0].check.options] == ["True", "False"]


def test_higher_belts_are_asked_more() -> None:
    """A question is asked at its belt and above, never below."""
    bank = bank_of([item("white", "a#b"), item("green", "a#c", Belt.GREEN)])
    assert ids(draw(bank, level(belt=Belt.YELLOW), "p", 1)) == {"white"}
    assert ids(draw(bank, level(belt=Belt.GREEN), "p", 1)) == {"white", "green"}


def test_a_renewal_asks_only_what_it_is_told_to() -> None:
    """An exam can be drawn from a few questions; its pass mark is that of so many."""
    exam = draw(BANK, level(), "p", 3, only={"q1", "q2"})
    assert (ids(exam), exam.needed) == ({"q1", "q2"}, 2)


def test_an_exam_that_was_begun_outlives_a_change_of_the_bank() -> None:
    """The questions that were asked are found again, in their order, though others came and one has gone."""
    exam = draw(BANK, level(), "p", 1)
    asked = [each.id for each in exam.items]
    grown = bank_of([*BANK.items, *(item(f"new{number}", "new#s") for number in range(9))])
    assert recall(grown, level(), "p", 1, asked) == exam
    shrunk = bank_of([each for each in BANK.items if each.id != asked[0]])
    assert [each.id for each in recall(shrunk, level(), "p", 1, asked).items] == asked[1:]
    with pytest.raises(CurriculumError, match="begin the exam anew"):
        recall(bank_of([]), level(), "p", 1, asked)


def test_there_is_no_exam_without_questions() -> None:
    """A level without an exam, and a bank without a question for it, say so."""
    for bank, asked in ((BANK, level_of()), (bank_of([]), level())):
        with pytest.raises(CurriculumError, match="no question to ask"):
            draw(bank, asked, "p", 1)


@given(people, attempts, st.integers(0, 8), st.integers(1, 100))
def test_who_reaches_the_pass_mark_passes(person: str, attempt: int, wrong: int, pass_mark: int) -> None:
    """The share of right answers decides; the wrong ones are named with their sections."""
    exam = draw(BANK, level(pass_mark=pass_mark), person, attempt)
    answers = right(exam)
    for each in exam.items[:wrong]:
        answers[each.id] = ((each.check.right[0] + 1) % 4,)
    result = score(exam, answers)
    assert (result.right, result.of) == (8 - wrong, 8)
    assert result.passed == (100 * (8 - wrong) >= pass_mark * 8)
    assert result.wrong == tuple(each.id for each in exam.items[:wrong])
    assert set(result.sections) == {each.rests_on[0] for each in exam.items[:wrong]}


def test_no_answer_is_a_wrong_answer() -> None:
    """Questions that were left out count against."""
    exam = draw(BANK, level(), "p", 1)
    assert score(exam, {}).share == 0.0
    answers = right(exam)
    del answers[exam.items[0].id]
    assert score(exam, answers).wrong == (exam.items[0].id,)


@pytest.mark.parametrize("choices", [(), (4,), (0, 1), (0, 0)])
def test_answers_that_no_button_gives_are_refused(choices: tuple[int, ...]) -> None:
    """None, one that is not there, two of one, and the same twice are no answers."""
    exam = draw(BANK, level(), "p", 1)
    with pytest.raises(ChoiceError):
        score(exam, {exam.items[0].id: choices})


def test_an_answer_to_another_question_is_refused() -> None:
    """Only what was asked can be answered."""
    with pytest.raises(ChoiceError, match="no question 'elsewhere'"):
        score(draw(BANK, level(), "p", 1), {"elsewhere": (0,)})
