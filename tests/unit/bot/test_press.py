"""Buttons below a reply: whose they are, and that they go by what was kept."""

from __future__ import annotations

import pytest

from bot.conversation.kept import from_json, to_json
from bot.conversation.messages import LOCAL, Act
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import StateError
from bot.ports import Kept
from knowledge.models import Reader
from tests.fakes.answers import CLARIFY, HAND_OVER, FakeAnswers
from tests.unit.bot.conftest import NOW, Talk, TalkMaker


@pytest.fixture
def clarifying(make_talk: TalkMaker) -> Talk:
    """A conversation in which one question is answered by a question that decides."""
    return make_talk(FakeAnswers({"A reporter called": CLARIFY}))


def test_an_option_answers_the_first_question(clarifying: Talk) -> None:
    """Choosing goes to the section of the option, with the question as it was asked in full."""
    asked = clarifying.say("A reporter called")
    reply = clarifying.press(asked.id, Act.CHOOSE, 1)
    assert (reply.kind, reply.question) == (ReplyKind.ANSWER, "A reporter called")
    assert clarifying.answers.asked[-1].section == "journalists#press-private"
    assert reply.id != asked.id


def test_the_chosen_answer_has_buttons_of_its_own(clarifying: Talk) -> None:
    """What an option leads to is kept, too, so that it can be rated."""
    chosen = clarifying.press(clarifying.say("A reporter called").id, Act.CHOOSE, 0)
    assert clarifying.press(chosen.id, Act.HELPED).about == chosen


def test_the_same_option_twice_is_the_same_answer(clarifying: Talk) -> None:
    """An impatient second press changes nothing."""
    asked = clarifying.say("A reporter called")
    first, second = (clarifying.press(asked.id, Act.CHOOSE, 1) for _ in range(2))
    assert (first.quotes, first.verdict) == (second.quotes, second.verdict)


@pytest.mark.parametrize("option", [-1, 2, 10**30])
def test_an_option_that_is_not_there(clarifying: Talk, option: int) -> None:
    """A forged number of an option is told to ask again, and nothing is looked up."""
    asked = clarifying.say("A reporter called")
    assert clarifying.press(asked.id, Act.CHOOSE, option).kind is ReplyKind.ERROR
    assert clarifying.asked == ["A reporter called"]


@pytest.mark.parametrize("act", Act)
def test_a_button_of_somebody_else(talk: Talk, act: Act) -> None:
    """Only the asker's presses count; others are told so, see nothing of the answer and change nothing."""
    asked = talk.say("May I?")
    reply = talk.press(asked.id, act, account="olu")
    assert reply.kind is ReplyKind.ERROR and "belong to the person who asked" in reply.text
    assert (reply.about, reply.quotes, reply.question) == (None, (), "")
    assert talk.press(asked.id, Act.SHOW) == asked


@pytest.mark.parametrize("act", Act)
def test_a_button_of_another_workspace(talk: Talk, act: Act) -> None:
    """The same account name in another workspace reaches no reply of this one."""
    asked = talk.say("May I?")
    reply = talk.press(asked.id, act, workspace="slack:T2")
    assert reply.kind is ReplyKind.ERROR and "no longer in my memory" in reply.text


@pytest.mark.parametrize("act", Act)
def test_a_button_of_a_forgotten_reply(talk: Talk, act: Act) -> None:
    """A card of long ago says to ask again."""
    assert talk.press("gone", act).kind is ReplyKind.ERROR


def test_a_reply_of_another_version(talk: Talk) -> None:
    """A kept reply that cannot be read is like a forgotten one."""
    talk.records.keep_reply(LOCAL, Kept("r9", "ines", "t1", NOW, '{"kind": "of old"}'))
    assert "no longer in my memory" in talk.press("r9", Act.SHOW).text


def test_feedback_is_kept_and_thanked_for(talk: Talk) -> None:
    """A rating is kept under its reply's name, the last one counts, and nothing is looked up for it."""
    asked = talk.say("May I?")
    good, bad = talk.press(asked.id, Act.HELPED), talk.press(asked.id, Act.NOT_HELPED)
    assert (good.kind, bad.kind) == (ReplyKind.THANKS, ReplyKind.THANKS)
    assert good.text != bad.text and good.about == bad.about == asked
    kept = talk.records.reply(LOCAL, asked.id)
    assert kept is not None and kept.helped is False
    assert talk.asked == ["May I?"]


def test_a_rated_card_shows_so_again(talk: Talk) -> None:
    """A card that is looked at again is as it was, and says that it was rated once it was."""
    asked = talk.say("May I?")
    assert talk.press(asked.id, Act.SHOW) == asked
    thanks = talk.press(asked.id, Act.HELPED)
    assert talk.press(asked.id, Act.SHOW) == thanks


def test_thanks_and_small_talk_have_no_buttons(talk: Talk) -> None:
    """A thank-you has no name for feedback, and neither has small talk."""
    assert talk.press(talk.say("May I?").id, Act.HELPED).id == ""
    assert talk.say("hi").id == ""


def test_a_person_is_named_with_the_question(make_talk: TalkMaker) -> None:
    """Asking for a person names the answer's contact with the ways to reach it, and what to send."""
    talk = make_talk(FakeAnswers({"May I?": HAND_OVER}))
    asked = talk.say("May I?")
    reply = talk.press(asked.id, Act.PERSON)
    assert (reply.kind, reply.question, reply.about) == (ReplyKind.PERSON, "May I?", asked)
    assert reply.person is not None and reply.person.name == "Social media lead"
    assert "Social media lead" in reply.text


def test_an_answer_can_be_shared_by_its_asker(talk: Talk) -> None:
    """Sharing gives the answer as it was kept, whatever the button claims."""
    asked = talk.say("May I?")
    assert talk.press(asked.id, Act.SHARE) == asked


def test_any_reply_survives_being_kept(talk: Talk) -> None:
    """A reply comes back from JSON as it was, with quotes, options, person and dates."""
    for said in ("May I?", "hi", "A reporter called"):
        reply = talk.say(said)
        assert from_json(to_json(reply)) == reply
    nested = Reply(ReplyKind.THANKS, "Thank you", about=talk.say("May I?"))
    assert from_json(to_json(nested)) == nested


@pytest.mark.parametrize("body", ["", "{", "[]", '{"kind": "answer"}'])
def test_what_is_no_reply_is_an_error(body: str) -> None:
    """Rubbish in the state is one error, not a traceback."""
    with pytest.raises(StateError):
        from_json(body)


def test_a_choice_is_asked_for_its_reader(clarifying: Talk) -> None:
    """An option is answered for the same reader as the question."""
    asked = clarifying.say("A reporter called")
    clarifying.press(asked.id, Act.CHOOSE, 0)
    assert clarifying.answers.asked[-1].reader == Reader()
