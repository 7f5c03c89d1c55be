"""Grading: exactly the right options are right, and what is said about which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.check import Remark, grade
from lessons.errors import ChoiceError, LessonsError
from lessons.models import Check, CheckKind, Option

SINGLE = Check(
    "which",
    "Which?",
    CheckKind.SINGLE,
    (Option("a", "no: a", False), Option("b", "yes: b", True), Option("c", "no: c", False)),
)
MULTIPLE = Check(
    "all",
    "Which of these? (more than one)",
    CheckKind.MULTIPLE,
    (
        Option("a", "yes: a", True),
        Option("b", "no: b", False),
        Option("c", "yes: c", True),
        Option("d", "no: d", False),
    ),
)
OTHERS = (CheckKind.SINGLE, CheckKind.TRUE_FALSE, CheckKind.POST)


def test_the_right_option_is_right_and_says_why() -> None:
    """The one right option is right, with its own feedback alone."""
    graded = grade(SINGLE, [1])
    assert graded.right
    assert graded.remarks == (Remark(1, "b", "yes: b", right=True, chosen=True),)


def test_a_wrong_option_does_not_give_the_right_one_away() -> None:
    """Of a single choice only what was chosen is spoken of: the check comes back later."""
    graded = grade(SINGLE, (2,))
    assert not graded.right
    assert [remark.feedback for remark in graded.remarks] == ["no: c"]


@pytest.mark.parametrize(
    ("choices", "right", "said"),
    [
        ([2, 0], True, ["yes: a", "yes: c"]),
        ([0], False, ["yes: a", "yes: c"]),
        ([0, 1, 2], False, ["yes: a", "no: b", "yes: c"]),
        ([3], False, ["yes: a", "yes: c", "no: d"]),
    ],
)
def test_a_multiple_choice_names_what_was_missed(choices: list[int], right: bool, said: list[str]) -> None:
    """Nothing less and nothing more is right; missed right ones are told beside what was chosen, in their order."""
    graded = grade(MULTIPLE, choices)
    assert graded.right is right
    assert [remark.feedback for remark in graded.remarks] == said
    assert [remark.place for remark in graded.remarks if remark.chosen] == sorted(choices)


@pytest.mark.parametrize(
    ("check", "choices", "words"),
    [
        (SINGLE, [], "nothing was chosen in check 'which'"),
        (SINGLE, [3], "has 3 options; choose from 0 to 2"),
        (SINGLE, [-1], "has 3 options"),
        (SINGLE, [0, 1], "takes one option"),
        (SINGLE, [1, 1], "chosen twice"),
        (MULTIPLE, [0, 2, 2], "chosen twice"),
        (MULTIPLE, [0, 4], "has 4 options"),
    ],
)
def test_forged_choices_are_refused(check: Check, choices: list[int], words: str) -> None:
    """What no button could have sent is refused with a line that says what to do, as an error of the package."""
    with pytest.raises(ChoiceError, match=words) as caught:
        grade(check, choices)
    assert issubclass(caught.type, LessonsError)
    assert issubclass(caught.type, ValueError)


@given(data=st.data(), kind=st.sampled_from(CheckKind), rights=st.lists(st.booleans(), min_size=2, max_size=6))
def test_exactly_the_right_ones_are_right(data: st.DataObject, kind: CheckKind, rights: list[bool]) -> None:
    """Whatever is chosen: right if and only if it is the set of right options, and each choice has a remark."""
    check = Check("x", "?", kind, tuple(Option(str(at), f"f{at}", right) for at, right in enumerate(rights)))
    most = None if kind is CheckKind.MULTIPLE else 1
    chosen = data.draw(st.sets(st.integers(0, len(rights) - 1), min_size=1, max_size=most))
    graded = grade(check, chosen)
    assert graded.right == (chosen == set(check.right))
    assert {remark.place for remark in graded.remarks if remark.chosen} == chosen
    assert all(remark.right for remark in graded.remarks if not remark.chosen)
