"""What is said around an exam is so: when it opens again, which questions come, and whether it was begun before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bot.conversation.learn.certification import certify, examine
from bot.conversation.learn.gatherings.planning import announce, plan
from bot.conversation.messages import Deed
from bot.conversation.reply import Reply, ReplyKind
from bot.state import State
from tests.fakes.academy import BANK, WHITE, Hall, names, pressed, right_or_wrong, said
from tests.fakes.jobs import MemoryJobs
from tests.unit.bot.learn.gathering_scene import LINE, Scene

EVENING: Final = datetime(2026, 11, 2, 20, 30, tzinfo=UTC)
START: Final = Deed(certify.EXAM, WHITE.id)


@pytest.fixture
def hall(state: State) -> Hall:
    """Ines is on the track of employees."""
    made = Hall(state, state.certificates, MemoryJobs())
    made.join("ines", EVENING)
    return made


def fails(hall: Hall) -> Reply:
    """Ines answers every question wrong; what she sees at the end."""
    reply = examine.start(hall.academy, said("ines", EVENING), START)
    while reply.items and reply.items[0].actions and reply.items[0].actions[0].act == examine.ANSWER:
        reply = examine.answer(hall.academy, said("ines", EVENING), right_or_wrong(reply, right=False))
    return reply


def test_the_day_that_is_named_is_one_to_try_on(hall: Hall) -> None:
    """Who failed in the evening may try from the morning of the day that was told, not only from its evening."""
    assert "from 4 Nov 2026 on" in fails(hall).text
    morning = datetime(2026, 11, 4, 8, 0, tzinfo=UTC)
    assert "Start the exam" in names(certify.my_level(hall.academy, said("ines", morning)))
    assert "Start the exam" not in names(certify.my_level(hall.academy, said("ines", morning - timedelta(hours=9))))


def test_other_questions_are_promised_where_there_are_some(hall: Hall) -> None:
    """A bank that is too small for two exams promises none."""
    assert "the questions will be others" in fails(hall).text
    hall.academy = replace(hall.academy, banks=lambda: {BANK.id: replace(BANK, items=BANK.items[:3])})
    hall.join("noor", EVENING)
    reply = examine.start(hall.academy, said("noor", EVENING), START)
    for _ in range(2):
        reply = examine.answer(hall.academy, said("noor", EVENING), right_or_wrong(reply, right=False))
    assert reply.head is not None and reply.head.word.startswith("Not yet") and "others" not in reply.text


def test_an_exam_that_was_begun_goes_on(hall: Hall) -> None:
    """Who left in the middle sees that they go on, and with which question."""
    first = examine.start(hall.academy, said("ines", EVENING), START)
    examine.answer(hall.academy, said("ines", EVENING), right_or_wrong(first, right=True))
    level = certify.my_level(hall.academy, said("ines", EVENING))
    assert "Go on with the exam" in names(level) and "Start the exam" not in names(level)
    assert dict(examine.start(hall.academy, said("ines", EVENING), START).facts)["Question"] == "2 of 2"


def test_the_certificate_stays_when_praise_was_decided(hall: Hall) -> None:
    """The card says what becomes of it, and asks no second time."""
    person = hall.state.people.find("slack:T1", "ines")
    assert person is not None
    hall.read_all(person, EVENING)
    reply = examine.start(hall.academy, said("ines", EVENING), START)
    for _ in range(2):
        reply = examine.answer(hall.academy, said("ines", EVENING), right_or_wrong(reply, right=True))
    assert names(reply) == ["Yes, tell them", "No, keep it to me"]
    after = certify.praise(hall.academy, said("ines", EVENING), pressed(reply.actions[1]))
    assert after.kind is ReplyKind.LESSON and not after.private and not after.actions
    assert after.text.startswith("All right, it stays between us.") and after.facts == reply.facts


def test_a_host_is_told_where_it_was_announced() -> None:
    """After "Announce" the card says in how many channels, or how colleagues find it where there is none."""
    for boards, told in (
        ((("slack:T1", "C-bags"),), "Announced in 1 channel, and listed for whoever writes “brown bags” to me."),
        ((), "Listed for whoever writes “brown bags” to me."),
    ):
        scene = Scene(boards)
        draft = plan(scene.hall, scene.message("ines"), LINE)
        assert announce(scene.hall, scene.message("ines"), pressed(draft.actions[0])).notes == (told,)
