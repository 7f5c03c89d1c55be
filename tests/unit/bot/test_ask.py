"""A question in, a reply out: what the reply holds, and what the thread remembers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.ask import ask, choose, to_reply
from bot.conversation.certified import if_certified
from bot.conversation.messages import LOCAL, Message
from bot.conversation.reply import Option, Person, Quote, ReplyKind
from bot.conversation.small_talk import EXAMPLES
from bot.ports import Turn
from knowledge.models import Answer, Outcome, Reader, Verdict
from lessons.certification.levels import Levels
from tests.fakes.answers import ANSWER, CLARIFY, HAND_OVER, OUT_OF_SCOPE, QUOTE, FakeAnswers
from tests.fakes.records import MemoryRecords

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
MEMORY = timedelta(hours=12)
PRIVATE = Option("My hobby", "journalists", "press-private")
ANYBODY = if_certified(Levels())


def _message(text: str, thread: str = "t1", at: datetime = NOW) -> Message:
    return Message("test", LOCAL, "ines", thread, at, text=text, reader=Reader("employees", "de"))


def test_an_answer_becomes_a_reply() -> None:
    """A reply carries the verdict, the quote as written and as plain words, its source, and a person with hours."""
    reply = ask(_message("A reporter called me"), "r1", FakeAnswers(), MemoryRecords(), MEMORY, ANYBODY)
    assert (reply.kind, reply.verdict, reply.id, reply.confidence) == (ReplyKind.ANSWER, Verdict.ASK_FIRST, "r1", 0.9)
    assert reply.question == "A reporter called me"
    assert reply.text == "Pass every question of a reporter to Communications."
    assert reply.conditions == ("the name of the outlet",)
    assert reply.sources == ("Regulation FD, 17 CFR 243",)
    assert reply.quotes == (
        Quote(
            text=QUOTE,
            plain="Pass every question of a reporter to Communications.",
            policy="journalists",
            title="Journalists and analysts",
            version="1.0",
            effective=ANSWER.citations[0].effective,
            section="press-asks",
            heading="A reporter asks",
            verdict=Verdict.ASK_FIRST,
            inferred=False,
        ),
    )
    assert reply.person == Person(
        "communications",
        "Corporate communications",
        "Mon–Fri 07:00–20:00 (UTC)",
        (("channel", "#press-office"), ("email", "press@example.com")),
    )
    assert (reply.options, reply.examples) == ((), ())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (ANSWER, ReplyKind.ANSWER),
        (CLARIFY, ReplyKind.CLARIFY),
        (HAND_OVER, ReplyKind.HAND_OVER),
        (OUT_OF_SCOPE, ReplyKind.OUT_OF_SCOPE),
    ],
)
def test_every_outcome_has_its_kind(answer: Answer, kind: ReplyKind) -> None:
    """Each outcome has its own kind of reply, and only an answer has a verdict."""
    reply = to_reply(answer, "r1", FakeAnswers().contacts)
    assert reply.kind is kind
    assert (reply.verdict is not None) == (kind is ReplyKind.ANSWER)
    assert (reply.person is not None) == (kind is not ReplyKind.OUT_OF_SCOPE)
    assert reply.examples == (EXAMPLES if kind is ReplyKind.OUT_OF_SCOPE else ())


def test_every_outcome_is_known() -> None:
    """No outcome can come up that has no kind of reply."""
    assert {each.value for each in Outcome} <= {each.value for each in ReplyKind}


def test_options_carry_what_choosing_needs() -> None:
    """A question that decides offers its options with the section that each stands for."""
    reply = to_reply(CLARIFY, "r1", FakeAnswers().contacts)
    assert reply.options == (
        Option("Our company", "journalists", "press-asks"),
        Option("My hobby", "journalists", "press-private"),
    )


def test_a_reader_is_passed_on() -> None:
    """Audience and region go with the question, and with a choice."""
    answers = FakeAnswers()
    ask(_message("May I?"), "r1", answers, MemoryRecords(), MEMORY, ANYBODY)
    choose("May I?", PRIVATE, Reader("employees", "de"), "r2", answers, ANYBODY)
    assert [each.reader for each in answers.asked] == [Reader("employees", "de")] * 2


def test_a_follow_up_is_asked_in_full() -> None:
    """A follow-up is looked up, shown and remembered with the question that it follows."""
    answers, records = FakeAnswers(), MemoryRecords()
    ask(_message("Can I review the headset?"), "r1", answers, records, MEMORY, ANYBODY)
    reply = ask(_message("and on TikTok?", at=NOW + timedelta(minutes=5)), "r2", answers, records, MEMORY, ANYBODY)
    assert reply.question == "Can I review the headset? and on TikTok?"
    assert [each.question for each in answers.asked] == ["Can I review the headset?", reply.question]
    assert [turn.question for turn in records.turns(LOCAL, "t1", NOW)] == ["Can I review the headset?", reply.question]


@pytest.mark.parametrize(("pause", "completed"), [(MEMORY, True), (MEMORY + timedelta(seconds=1), False)])
def test_a_thread_ends_after_a_while(pause: timedelta, completed: bool) -> None:
    """A follow-up belongs to its thread for the time that is set, to the second."""
    answers, records = FakeAnswers(), MemoryRecords()
    ask(_message("Can I review the headset?"), "r1", answers, records, MEMORY, ANYBODY)
    ask(_message("and on TikTok?", at=NOW + pause), "r2", answers, records, MEMORY, ANYBODY)
    assert answers.asked[1].question.startswith("Can I review") == completed


def test_threads_do_not_mix() -> None:
    """A follow-up never goes on from another person's thread."""
    answers, records = FakeAnswers(), MemoryRecords()
    ask(_message("Can I review the headset?", thread="t1"), "r1", answers, records, MEMORY, ANYBODY)
    ask(_message("and on TikTok?", thread="t2"), "r2", answers, records, MEMORY, ANYBODY)
    assert answers.asked[1].question == "and on TikTok?"


@pytest.mark.parametrize(("answer", "kept"), [(ANSWER, 1), (CLARIFY, 1), (HAND_OVER, 1), (OUT_OF_SCOPE, 0)])
def test_what_is_none_of_our_business_is_not_kept(answer: Answer, kept: int) -> None:
    """Questions in scope are remembered for follow-ups; all else that somebody typed is not."""
    records = MemoryRecords()
    ask(_message("Hm?"), "r1", FakeAnswers({"Hm?": answer}), records, MEMORY, ANYBODY)
    assert len(records.turns(LOCAL, "t1", NOW)) == kept


def test_a_question_that_cannot_be_asked_says_why() -> None:
    """A message that nothing can be looked up for gets the reason, no number for feedback, and is not remembered."""
    records = MemoryRecords()
    reply = ask(_message("\x00"), "r1", FakeAnswers(refused=["\x00"]), records, MEMORY, ANYBODY)
    assert (reply.kind, reply.text, reply.id) == (
        ReplyKind.ERROR,
        "There is nothing in that message. Say it in words.",
        "",
    )
    assert list(records.turns(LOCAL, "t1", NOW)) == []


def test_a_choice_is_answered() -> None:
    """Choosing an option answers the first question by the chosen section."""
    answers = FakeAnswers()
    reply = choose("May I?", PRIVATE, Reader(), "r2", answers, ANYBODY)
    assert (reply.kind, reply.question, reply.id) == (ReplyKind.ANSWER, "May I?", "r2")
    assert answers.asked[0].section == "journalists#press-private"


def test_a_choice_of_yesterday_says_to_ask_again() -> None:
    """An option whose section is gone by now is no answer but a word on what to do."""
    reply = choose("May I?", Option("Gone", "journalists", "gone"), Reader(), "r2", FakeAnswers(), ANYBODY)
    assert reply.kind is ReplyKind.ERROR
    assert reply.text.endswith("Please ask your question again.")


def test_records_hold_the_moment_of_the_message() -> None:
    """A turn is remembered at the time of its message, not at that of the answer."""
    records = MemoryRecords()
    ask(_message("May I?"), "r1", FakeAnswers(), records, MEMORY, ANYBODY)
    assert list(records.turns(LOCAL, "t1", NOW)) == [Turn("May I?", NOW)]
