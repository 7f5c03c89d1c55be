"""What a message is, and who answers it."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from bot.conversation.messages import LOCAL, Act, Message, Press
from bot.conversation.reply import ReplyKind
from bot.conversation.router import Router
from bot.ports import Person, Profile
from knowledge.models import Answer, Priority, Reader
from tests.fakes.answers import OUT_OF_SCOPE, FakeAnswers
from tests.fakes.campus import campus
from tests.fakes.office import office
from tests.fakes.state import MemoryPeople, MemoryState
from tests.fakes.triage import FakeTriage
from tests.unit.bot.conftest import MEMORY, NOW, Talk, TalkMaker


def test_words_are_looked_up(talk: Talk) -> None:
    """A question goes to the policies with its reader, and its reply has a new name each time."""
    first = talk.say("May I?", reader=Reader("partners"))
    second = talk.say("Can I post my badge?")
    assert talk.asked == ["May I?", "Can I post my badge?"]
    assert talk.answers.asked[0].reader == Reader("partners")
    assert first.id and first.id != second.id


@pytest.mark.parametrize("text", ["hi", "thank you!", "what are you?", "help"])
def test_small_talk_is_not_looked_up(talk: Talk, text: str) -> None:
    """Small talk is answered at once and is no part of the thread."""
    assert talk.say(text).kind is ReplyKind.SMALL_TALK
    assert talk.asked == []
    assert list(talk.records.turns(LOCAL, "t1", NOW)) == []


def test_small_talk_does_not_end_a_thread(talk: Talk) -> None:
    """A follow-up after a thank-you still goes on from the question before."""
    talk.say("Can I review the headset?")
    talk.say("thanks!")
    talk.say("and on TikTok?")
    assert talk.asked[-1] == "Can I review the headset? and on TikTok?"


def test_a_chain_of_follow_ups_keeps_its_beginning(talk: Talk) -> None:
    """Each follow-up goes on from the one before."""
    for text in ("Can I review the headset?", "and on TikTok?", "even if nobody sees it?"):
        talk.say(text)
    assert talk.asked[-1] == "Can I review the headset? and on TikTok? even if nobody sees it?"


def test_a_new_question_begins_anew(talk: Talk) -> None:
    """After a new question, a follow-up goes on from that one."""
    for text in ("Can I review the headset?", "Can I post a photo of our team lunch?", "on Instagram?"):
        talk.say(text)
    assert talk.asked[-1] == "Can I post a photo of our team lunch? on Instagram?"


def test_what_was_off_topic_is_not_followed(make_talk: TalkMaker) -> None:
    """A question that was none of our business is forgotten: nothing goes on from it."""
    talk = make_talk(FakeAnswers({"vpn keeps dropping": OUT_OF_SCOPE}))
    talk.say("vpn keeps dropping")
    talk.say("and on TikTok?")
    assert talk.asked[-1] == "and on TikTok?"


def test_a_button_goes_before_words(talk: Talk) -> None:
    """A surface that sends the words of a button along means the button."""
    asked = talk.say("May I?")
    pressed = Message("test", LOCAL, "ines", "t1", NOW, text="Yes, it helped", press=Press(asked.id, Act.HELPED))
    assert talk.router.reply(pressed).kind is ReplyKind.THANKS
    assert talk.asked == ["May I?"]


class _Partners(MemoryPeople):
    """Whoever was met is a partner in Germany, as the company says."""

    def find(self, workspace: str, account: str) -> Person | None:
        person = super().find(workspace, account)
        return person and replace(person, track="partners", region="de")


def test_a_person_of_the_table_is_known(make_talk: TalkMaker) -> None:
    """Track and region come from the people table, unless the message says otherwise; strangers have none."""
    talk = make_talk(people=_Partners())
    talk.people.meet("slack:T1", "U1", Profile("Ines Example"), NOW)
    for workspace, reader in (("slack:T1", Reader()), ("slack:T1", Reader(region="us")), ("slack:T2", Reader())):
        talk.router.reply(Message("slack", workspace, "U1", "t1", NOW, text="May I?", reader=reader))
    assert [each.reader for each in talk.answers.asked] == [
        Reader("partners", "de"),
        Reader("partners", "us"),
        Reader(),
    ]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_said_is_an_error_in_words(make_talk: TalkMaker, text: str) -> None:
    """An empty message gets a word on what to do."""
    talk = make_talk(FakeAnswers(refused=[text]))
    assert talk.say(text).kind is ReplyKind.ERROR


async def test_the_loop_is_not_blocked() -> None:
    """Handlers block, so they run in another thread than the event loop's."""
    threads: list[int] = []

    class Watched(FakeAnswers):
        """Notes the thread that it is asked in."""

        def ask(self, question: str, reader: Reader, *, follow_up: bool = False) -> Answer:
            """Note the thread and answer."""
            threads.append(threading.get_ident())
            return super().ask(question, reader, follow_up=follow_up)

    coe = office(MemoryState(), Watched())
    router = Router(coe, campus(coe), FakeTriage(), MEMORY)
    reply = await router(Message("test", LOCAL, "ines", "t1", NOW, text="May I?"))
    assert reply.kind is ReplyKind.ANSWER
    assert threads and threads[0] != threading.get_ident()


def test_what_somebody_saw_is_sorted(talk: Talk) -> None:
    """A text that tells of something is triaged: what to do, what not to do, who takes over, and the way there."""
    reply = talk.say("saw: a complaint about our kettle")
    assert (reply.kind, reply.triaged_as) == (ReplyKind.TRIAGE, "complaint")
    assert [(each.title, each.tone) for each in reply.lists] == [("Do", "good"), ("Do not", "bad")]
    assert dict(reply.facts) == {"Priority": "Normal", "Who takes over": "Corporate communications"}
    assert reply.copy
    assert reply.notes == ("The way through the chart: Did something go wrong for them? Yes.",)
    assert [each.act for each in reply.actions] == ["escalate"]
    assert talk.asked == []


def test_a_doubt_is_asked_about(talk: Talk) -> None:
    """One question with buttons; until it is answered, what counts is the more serious kind, and nothing is posted."""
    reply = talk.say("triage hmm, her hand")
    assert (reply.text, reply.copy, reply.priority) == ("Was anybody hurt?", "", Priority.URGENT)
    assert [each.act for each in reply.actions] == ["settle", "settle", "escalate"]
    hurt = talk.do("settle", reply.id, "safety")
    assert hurt.triaged_as == "safety"
    assert talk.do("settle", reply.id, "nonsense").kind is ReplyKind.ERROR


def test_a_doubt_may_come_to_nothing(talk: Talk) -> None:
    """Between something serious and nothing there is a button for nothing, too."""
    reply = talk.say("triage grr")
    assert [each.choice for each in reply.actions] == ["safety", "none", ""]
    nothing = talk.do("settle", reply.id, "none")
    assert nothing.head is not None
    assert nothing.head.word == "Nothing to do"


@pytest.mark.parametrize("text", ["nichts zu sehen", "triage nichts"])
def test_what_cannot_be_read_is_no_answer(talk: Talk, text: str) -> None:
    """Words of another language are neither looked up nor called nothing: what helps is said first, with a person."""
    reply = talk.say(text)
    assert (reply.kind, reply.text) == (ReplyKind.TRIAGE, "Tell me in English.")
    assert reply.head is not None
    assert reply.head.word == "I read English only"
    assert [each.act for each in reply.actions] == ["escalate"]
    assert talk.asked == []


def test_a_long_paste_is_sorted(talk: Talk) -> None:
    """Nobody types five thousand characters: it is a mail, unless leave is asked for it, which is refused in words."""
    mail = "a complaint about our kettle " * 200
    assert talk.say(mail).triaged_as == "complaint"
    talk.say(f"May I post this? {mail}")
    assert len(talk.asked) == 1


def test_punctuation_breaks_nothing(talk: Talk) -> None:
    """A message without a word is answered as any other."""
    assert talk.say("...").kind is ReplyKind.ANSWER


def test_where_it_is_not_clear_the_asker_says_which(talk: Talk) -> None:
    """To post, or what to do about something: two buttons, and the same words are taken either way."""
    reply = talk.say("maybe: our queue at the till")
    assert reply.kind is ReplyKind.CLARIFY
    assert reply.person is not None
    ask, triage, _person = reply.actions
    assert talk.do(triage.act, triage.on).kind is ReplyKind.TRIAGE
    assert talk.do(ask.act, ask.on).kind is ReplyKind.ANSWER
    assert talk.asked == ["maybe: our queue at the till"]


def test_nothing_to_do_is_said(talk: Talk) -> None:
    """A neutral mention needs no work, and there is a person to ask all the same."""
    reply = talk.say("triage nothing but a nice day")
    assert reply.head is not None
    assert reply.head.word == "Nothing to do"
    assert reply.person is not None


@pytest.mark.parametrize(
    ("words", "kind"), [("", ReplyKind.TRIAGE), ("May I like it?", ReplyKind.ANSWER), ("saw: this", ReplyKind.TRIAGE)]
)
def test_somebody_elses_message(talk: Talk, words: str, kind: ReplyKind) -> None:
    """A message that was chosen is sorted, unless the words with it ask whether something may be done."""
    message = Message("test", LOCAL, "ines", "t1", NOW, text=words, quoted="a complaint about our kettle")
    reply = talk.router.reply(message)
    assert reply.kind is kind
    assert talk.asked == (["May I like it?\n\n“a complaint about our kettle”"] if kind is ReplyKind.ANSWER else [])


def test_whom_to_ask(talk: Talk) -> None:
    """The contact for some words, with its hours; nobody in particular leads to the last resort."""
    found = talk.say("who do I ask about a journalist?")
    assert found.person is not None
    assert (found.kind, found.person.id) == (ReplyKind.PERSON, "communications")
    other = talk.say("who do I ask about llamas?")
    assert other.person is not None
    assert (other.person.id, other.text) == (
        "coe_lead",
        "I found nobody for just that; Social media lead can help further.",
    )


@pytest.mark.parametrize("act", ["settle", "triage", "ask", "escalate", "send"])
def test_a_button_belongs_to_who_asked(talk: Talk, act: str) -> None:
    """A forged or strange name of a reply does nothing."""
    reply = talk.say("saw: a complaint")
    assert talk.do(act, reply.id, account="eve").kind is ReplyKind.ERROR
    assert talk.do(act, "no such reply").kind is ReplyKind.ERROR


def test_a_deed_that_nobody_knows(talk: Talk) -> None:
    """It is refused in words."""
    assert talk.do("explode", "x").text == "This button is not one of mine."
