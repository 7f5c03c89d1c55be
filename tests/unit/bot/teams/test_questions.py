"""Words that somebody types: in the personal chat, in a channel, in a group chat."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from bot.channels.teams.app import Pace, TeamsConfig
from bot.channels.teams.port import BlockedError
from bot.conversation.messages import Message
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import StateError, TryLaterError, UndeliverableError, UnknowableError
from tests.fakes.answers import ANSWER, CLARIFY
from tests.unit.bot.teams.scene import (
    APP,
    CHANNEL,
    INES,
    OMAR,
    TENANT,
    THREAD,
    WORKSPACE,
    FakeInstaller,
    activity,
    chat_of,
    member_of,
    mention,
    scene,
)

QUESTION = "can I answer the reporter?"
GROUP = "19:group@thread.v2"


def words_in(card: object) -> str:
    """Everything that a card holds, as text."""
    return json.dumps(card, ensure_ascii=False)


async def test_personal_chat_gets_a_card() -> None:
    """A question in the personal chat is answered there with a card, its summary, and nothing else."""
    async with scene() as teams:
        response = await teams.arrive(activity(text=QUESTION))
    assert (response.status_code, response.content) == (200, b"")
    (post,) = teams.transport.messages(chat_of(INES))
    assert "Ask first" in words_in(post.card) and post.summary.startswith("Ask first: ")
    (message,) = teams.messages
    assert (message.surface, message.workspace, message.account) == ("teams", WORKSPACE, INES)
    assert (message.thread, message.text, message.place) == (chat_of(INES), QUESTION, "")


@pytest.mark.parametrize(("where", "conversation"), [("channel", THREAD), ("groupChat", GROUP)])
async def test_mention_is_answered_in_private(where: str, conversation: str) -> None:
    """Others who read along see one line without the question; the answer goes to the asker's own chat."""
    async with scene() as teams:
        await teams.arrive(mention(QUESTION, where=where))
    (line,) = teams.transport.messages(conversation)
    assert line.text == "I have answered you in our personal chat, <at>Ines Example</at>."
    assert line.mention == (member_of(INES), "Ines Example") and line.card is None and not line.summary
    (answer,) = teams.transport.messages(chat_of(INES))
    assert "Ask first" in words_in(answer.card)
    assert teams.transport.opened == [member_of(INES)]
    assert teams.messages[0].text == QUESTION
    assert teams.messages[0].thread == f"{conversation} {INES}"
    assert teams.messages[0].place == conversation.partition(";")[0]


async def test_known_chat_is_not_opened_again() -> None:
    """The personal chat is opened once and kept."""
    async with scene() as teams:
        await teams.arrive(mention(QUESTION))
        await teams.arrive(mention(QUESTION))
    assert teams.transport.opened == [member_of(INES)]
    place = teams.state.places.personal(WORKSPACE, INES)
    assert place is not None and place.id == chat_of(INES) and place.account == INES


async def test_threads_of_two_askers_are_apart() -> None:
    """Two people in one channel thread have a thread of the conversation each."""
    async with scene() as teams:
        await teams.arrive(mention(QUESTION))
        await teams.arrive(mention(QUESTION, OMAR))
    assert [message.thread for message in teams.messages] == [f"{THREAD} {INES}", f"{THREAD} {OMAR}"]


async def test_follow_up_in_the_personal_chat_knows_the_channel_question() -> None:
    """What was asked in a channel and answered in private can be followed up in private."""
    async with scene() as teams:
        await teams.arrive(mention("May I post a photo of the office party on LinkedIn?"))
        await teams.arrive(activity(text="and on Instagram?"))
    first, second = (each.card for each in teams.transport.messages(chat_of(INES)))
    assert "Understood as" not in words_in(first)
    assert "Understood as: May I post a photo of the office party on LinkedIn? and on Instagram?" in words_in(second)


async def test_place_of_a_channel_is_the_channel() -> None:
    """Of a channel's threads one place is kept: the channel, with nobody's name in it."""
    async with scene() as teams:
        await teams.arrive(mention(QUESTION))
        await teams.arrive(mention(QUESTION, OMAR))
    place = teams.state.places.find(WORKSPACE, CHANNEL)
    assert place is not None and place.kind == "channel" and place.account == ""
    assert place.reference["user"] == {} and place.reference["conversation"] == {
        "id": CHANNEL,
        "conversationType": "channel",
        "tenantId": TENANT,
    }


@pytest.mark.parametrize("catalog", ["", "00000000-0000-4000-8000-00000000d000"])
async def test_without_the_app_the_line_says_how_to_add_it(catalog: str) -> None:
    """Whoever has not added the app is told where to; the answer goes nowhere."""
    async with scene(config=TeamsConfig(APP, "secret", catalog_app_id=catalog)) as teams:
        teams.transport.failures[member_of(INES)] = [BlockedError("not installed")]
        await teams.arrive(mention(QUESTION))
    (line,) = teams.transport.messages(THREAD)
    assert f"(https://teams.microsoft.com/l/app/{catalog or APP})" in line.text
    assert QUESTION not in line.text and not teams.transport.messages(chat_of(INES))


async def test_app_is_added_where_the_company_allows_it() -> None:
    """With an installer the app is added and the chat opened after that."""
    installer = FakeInstaller()
    async with scene(installer=installer) as teams:
        teams.transport.failures[member_of(INES)] = [BlockedError("not installed")]
        await teams.arrive(mention(QUESTION))
    assert installer.asked == [(TENANT, INES)]
    assert len(teams.transport.messages(chat_of(INES))) == 1
    assert teams.transport.messages(THREAD)[0].text.startswith("I have answered you")


async def test_installer_that_may_not_leaves_the_link() -> None:
    """Where the installer is not allowed to, the line says how to add the app."""
    async with scene(installer=FakeInstaller(may=False)) as teams:
        teams.transport.failures[member_of(INES)] = [BlockedError("not installed")]
        await teams.arrive(mention(QUESTION))
    assert "add Clearpost" in teams.transport.messages(THREAD)[0].text


async def test_blocked_in_the_known_chat() -> None:
    """A person who blocked the app is not written to again, and the line in the channel says how to add it."""
    async with scene() as teams:
        await teams.arrive(activity(text=QUESTION))
        teams.transport.failures[chat_of(INES)] = [BlockedError("blocked")]
        await teams.arrive(mention(QUESTION))
        assert teams.state.places.personal(WORKSPACE, INES) is None
        assert not teams.state.people.is_reachable(WORKSPACE, INES)
        assert "add Clearpost" in teams.transport.messages(THREAD)[0].text
        await teams.arrive(activity(text=QUESTION))
        assert teams.state.people.is_reachable(WORKSPACE, INES)


async def test_message_that_cannot_be_taken_is_said() -> None:
    """An answer that Teams will not take is not passed over in silence."""
    async with scene() as teams:
        teams.transport.failures[chat_of(INES)] = [UndeliverableError("too large")]
        await teams.arrive(mention(QUESTION))
    assert "question is not answered" in teams.transport.messages(THREAD)[0].text


@pytest.mark.parametrize("error", [TryLaterError("429", 0.0), UnknowableError("broken")])
async def test_answer_is_sent_again(error: Exception) -> None:
    """Teams asks to wait, or the connection breaks: the answer is sent again."""
    async with scene() as teams:
        teams.transport.failures[chat_of(INES)] = [error, error]
        await teams.arrive(activity(text=QUESTION))
    assert len(teams.transport.messages(chat_of(INES))) == 1


async def test_patience_ends() -> None:
    """After so many tries an answer is given up, with a line in the log and no crash."""
    async with scene() as teams:
        teams.transport.failures[chat_of(INES)] = [TryLaterError("429", 0.0)] * 9
        assert (await teams.arrive(activity(text=QUESTION))).status_code == 200
    assert len(teams.transport.failures[chat_of(INES)]) == 9 - Pace().tries


async def test_duplicate_is_answered_once() -> None:
    """The same activity again, even at the same time, is answered once."""
    again = activity(text=QUESTION)
    async with scene() as teams:
        await asyncio.gather(*(teams.client.post("/api/messages", json=again) for _ in range(4)))
        await teams.background.finish(5)
        await teams.arrive({**again, "text": "another text, the same activity"})
    assert len(teams.messages) == len(teams.transport.messages(chat_of(INES))) == 1


def slow(seconds: float) -> Callable[[Message], Awaitable[Reply]]:
    """A conversation that takes its time."""

    async def converse(_message: Message) -> Reply:
        await asyncio.sleep(seconds)
        return Reply(ReplyKind.SMALL_TALK, "Hello!")

    return converse


async def test_acknowledged_before_the_answer() -> None:
    """The request is answered at once, however long the answer takes; the answer comes after."""
    async with scene(converse=slow(0.5)) as teams:
        begun = asyncio.get_running_loop().time()
        response = await teams.client.post("/api/messages", json=activity(text=QUESTION))
        took = asyncio.get_running_loop().time() - begun
        assert response.status_code == 200 and took < 0.4 and not teams.transport.sent
        await teams.background.finish(5)
    assert len(teams.transport.messages(chat_of(INES))) == 1


async def test_typing_is_shown_where_it_takes_long() -> None:
    """A slow answer shows that somebody types, again and again; a fast one does not."""
    pace = Pace(typing_after=0.05, typing_again=0.05)
    async with scene(converse=slow(0.3), pace=pace) as teams:
        await teams.arrive(activity(text=QUESTION))
    typing = [each.post.typing for each in teams.transport.sent]
    assert typing.count(True) >= 2 and typing[-1] is False and typing.count(False) == 1
    async with scene(converse=slow(0), pace=pace) as teams:
        await teams.arrive(activity(text=QUESTION))
    assert [each.post.typing for each in teams.transport.sent] == [False]


async def test_failure_is_said() -> None:
    """Whatever goes wrong in the conversation, the asker is told, without what went wrong."""

    async def broken(_message: Message) -> Reply:
        raise RuntimeError("secret words")

    async with scene(converse=broken) as teams:
        assert (await teams.arrive(activity(text=QUESTION))).status_code == 200
    (post,) = teams.transport.messages(chat_of(INES))
    assert "That did not work" in words_in(post.card) and "secret words" not in words_in(post.card)


@pytest.mark.parametrize("where", ["personal", "channel"])
async def test_state_out_of_order_is_said(where: str) -> None:
    """Where the state cannot be written, the asker is told that there is no answer, and nothing of why."""
    async with scene() as teams:

        def broken(*_event: object) -> bool:
            raise StateError("the disk is full")

        teams.state.inbox.first = broken  # type: ignore[method-assign, assignment] # a state that is out of order
        await teams.arrive(activity(text=QUESTION) if where == "personal" else mention(QUESTION))
    (post,) = teams.transport.messages(chat_of(INES) if where == "personal" else THREAD)
    assert "not answered" in post.text + words_in(post.card) and "disk" not in post.text + words_in(post.card)


async def test_share_is_offered_for_what_was_asked_in_a_channel_alone() -> None:
    """The private answer to a channel question has the button to share it; any other answer has not."""
    async with scene({"clarify": CLARIFY, QUESTION: ANSWER}) as teams:
        await teams.arrive(mention(QUESTION))
        await teams.arrive(activity(text=QUESTION))
    channel, personal = (words_in(each.card) for each in teams.transport.messages(chat_of(INES)))
    assert '"verb": "share"' in channel and '"verb": "share"' not in personal
