"""What the policies leave open: like questions are counted together, and sections are judged by their feedback."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bot.conversation.ask import to_reply
from bot.conversation.gaps import Gap, gaps, unhelpful
from bot.conversation.kept import to_json
from bot.ports.gaps import Asked, Rated
from knowledge.models import Answer
from tests.fakes.answers import ANSWER, CITATION, HAND_OVER, FakeAnswers
from tests.fakes.encoder import HashedEncoder

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
OWNERS = {"journalists": "communications", "photos": None}
_NUMBERS = count(1)


def body(question: str, answer: Answer = HAND_OVER, section: str = "press-asks", policy: str = "journalists") -> str:
    """A reply as JSON."""
    cited = tuple(replace(each, policy=policy, section=section) for each in answer.citations)
    return to_json(to_reply(replace(answer, question=question, citations=cited), "r", FakeAnswers().contacts))


def asked(question: str, *, reply: str = "", confidential: bool = False, **fields: str) -> Asked:
    """A question that was handed over."""
    number = next(_NUMBERS)
    at = NOW - timedelta(minutes=number)
    return Asked("slack:T1", reply or f"r{number}", at, body(question, **fields), confidential)  # type: ignore[arg-type] # of body


def found(*known: Asked) -> list[Gap]:
    """The gaps of some questions."""
    return gaps(known, OWNERS, HashedEncoder().encode)


def test_like_questions_are_one_gap() -> None:
    """Questions in nearly the same words are counted together, the most frequent gap first."""
    many = ["may i post the menu online", "may i post the menu online please", "may i post the menu online today"]
    result = found(asked("who owns the llama"), *(asked(each) for each in many))
    assert [(gap.example, gap.count) for gap in result] == [(many[0], 3), ("who owns the llama", 1)]


def test_the_same_words_are_compared_once() -> None:
    """A question that was asked ten times counts ten times and is encoded once."""
    encoder = HashedEncoder()
    (gap,) = gaps([asked(each) for each in ["May I  post?"] * 9 + ["may i post?"]], OWNERS, encoder.encode)
    assert gap.count == 10 and len(encoder.encoded) == 1


def test_a_gap_names_the_nearest_section_and_its_owner() -> None:
    """The section that most of its questions were nearest to is named, with the contact that owns its policy."""
    result = found(
        asked("may i post the menu"),
        asked("may i post the menu now"),
        asked("may i post the menu too", section="other"),
    )
    assert [(gap.section, gap.heading, gap.owner) for gap in result] == [
        ("journalists#press-asks", CITATION.heading, "communications")
    ]
    assert found(asked("llama", policy="photos"))[0].owner == ""


def test_without_a_section_near() -> None:
    """Where nothing was near, no section is named."""
    bare = replace(HAND_OVER, citations=())
    assert gaps([Asked("slack:T1", "r", NOW, body("llama", bare))], OWNERS, HashedEncoder().encode) == [Gap("llama", 1)]


def test_a_case_and_its_reply_are_one_question() -> None:
    """A question that was also sent to a person is counted once."""
    assert [gap.count for gap in found(asked("llama", reply="r1"), asked("llama", reply="r1"))] == [1]


def test_confidential_words_are_not_shown() -> None:
    """Neither a confidential case nor the kept reply that it came from is listed."""
    assert found(asked("llama", reply="r1"), asked("llama", reply="r1", confidential=True)) == []


def test_what_cannot_be_read_is_left_out() -> None:
    """Rubbish, other kinds of replies and forgotten words do not stop the others, and nothing is encoded for them."""
    strange = [Asked("w", "1", NOW, "{"), Asked("w", "2", NOW, body("x", ANSWER)), Asked("w", "3", NOW, body(" "))]
    assert found(*strange) == []
    assert len(found(*strange, asked("llama"))) == 1


def test_every_question_is_in_one_gap() -> None:
    """However they overlap, the counts add up to the questions."""
    words = "menu cook bread oven floor table".split()
    known = [asked(f"may i show the {first} and the {second}") for first in words for second in words]
    assert sum(gap.count for gap in found(*known)) == len(known)


def rated(*marks: bool, section: str = "press-asks", answer: Answer = ANSWER) -> list[Rated]:
    """Ratings of one section."""
    return [Rated(mark, body("May I?", answer, section)) for mark in marks]


def test_sections_that_did_not_help() -> None:
    """With three ratings or more a section is judged, the worst first."""
    result = unhelpful([*rated(False, True, True), *rated(False, False, False, True, section="b")], OWNERS)
    assert [(each.section, each.ratings, each.owner) for each in result] == [
        ("journalists#b", 4, "communications"),
        ("journalists#press-asks", 3, "communications"),
    ]
    assert [round(each.share, 2) for each in result] == [0.75, 0.33]


@pytest.mark.parametrize("marks", [(False, False), (True, True, True, True), ()])
def test_too_few_or_no_complaints(marks: tuple[bool, ...]) -> None:
    """Two ratings judge nobody, and a section that helped everybody is not listed."""
    assert unhelpful(rated(*marks), OWNERS) == []


def test_only_answers_are_judged() -> None:
    """A hand-over that did not help says nothing of the section that it quoted; rubbish is left out."""
    assert unhelpful([*rated(False, False, False, answer=HAND_OVER), *[Rated(False, "{")] * 3], OWNERS) == []
