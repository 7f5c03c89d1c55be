"""Buttons of a card in a chat: the card changes in place, for its asker alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.channels.teams.app import Pace
from bot.conversation.messages import Message
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import StateError, TryLaterError, UndeliverableError
from tests.fakes.answers import CLARIFY
from tests.unit.bot.teams.scene import (
    INES,
    OMAR,
    THREAD,
    WORKSPACE,
    Scene,
    activity,
    chat_of,
    deed,
    mention,
    press,
    scene,
)

QUESTION = "can I answer the reporter?"
CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"


async def pressed(teams: Scene, verb: str, reply: str, account: str = INES, **more: Any) -> Mapping[str, Any]:
    """What is answered to a press."""
    response = await teams.arrive(press(verb, reply, account, **more))
    assert response.status_code == 200
    return dict(response.json())


async def test_option_becomes_the_answer() -> None:
    """An option that is pressed puts the answer in place of the question, at once and in the message itself."""
    async with scene({QUESTION: CLARIFY}) as teams:
        await teams.arrive(activity(text=QUESTION))
        body = await pressed(teams, "choose", "r1", option=0)
    assert body["statusCode"] == 200 and body["type"] == CARD
    assert "Ask first" in json.dumps(body["value"]) and "You chose: Our company" in json.dumps(body["value"])
    ((conversation, message, post),) = teams.transport.updated
    assert (conversation, message) == (chat_of(INES), "m1") and post.card == body["value"]
    assert len(teams.transport.messages(chat_of(INES))) == 1


async def test_choice_stays_on_the_card() -> None:
    """What was chosen is still said after another button and after a refresh."""
    async with scene({QUESTION: CLARIFY}) as teams:
        await teams.arrive(activity(text=QUESTION))
        await pressed(teams, "choose", "r1", option=0)
        again = press("helped", "r2")
        again["value"]["action"]["data"]["chose"] = "Our company"
        body = (await teams.arrive(again)).json()
        (_, _, post), *_more = teams.transport.updated
        assert post.card is not None and '"chose": "Our company"' in json.dumps(post.card["refresh"])
    assert "You chose: Our company" in json.dumps(body["value"])


async def test_feedback_stands_on_the_card() -> None:
    """After "Helpful" the same card says thanks and has no such button any more; the word is kept."""
    async with scene() as teams:
        await teams.arrive(activity(text=QUESTION))
        body = await pressed(teams, "helped", "r1")
        shown = json.dumps(body["value"])
        assert "Pass every question" in shown and "Thank you, good to know." in shown
        assert '"helped"' not in shown and '"person"' in shown
        kept = teams.state.records.reply(WORKSPACE, "r1")
        assert kept is not None and kept.helped is True


async def test_person_is_reached_by_one_press_more() -> None:
    """The button "Ask a person" shows below the answer what would be sent to whom; "Send" sends it, once."""
    async with scene() as teams:
        await teams.arrive(activity(text=QUESTION))
        body = await pressed(teams, "person", "r1")
        assert body["type"] == MESSAGE and not teams.transport.updated
        consent = json.dumps(teams.transport.messages(chat_of(INES))[-1].card)
        assert "Only this is sent" in consent and QUESTION in consent
        sent = deed("send", "r1", where="personal", data={"private": True})
        for _ in range(2):
            body = (await teams.arrive(sent)).json()
            assert body["type"] == CARD and "case 1" in json.dumps(body["value"])
        (case,) = teams.state.escalations.unresolved(teams.state.escalations.organisation(WORKSPACE))
        assert case.question == QUESTION and case.asker.name == "Ines Example"


async def test_refresh_shows_the_newest_state() -> None:
    """A refresh gives the card as it is now, and does not write to the message."""
    async with scene() as teams:
        await teams.arrive(activity(text=QUESTION))
        (post,) = teams.transport.messages(chat_of(INES))
        before = await pressed(teams, "show", "r1", trigger="automatic")
        assert before["value"] == post.card and not teams.transport.updated
        await pressed(teams, "not_helped", "r1")
        after = await pressed(teams, "show", "r1", trigger="automatic")
    assert "did not help" in json.dumps(after["value"]) and len(teams.transport.updated) == 1


async def test_same_press_twice_gives_the_same_card() -> None:
    """A button that is pressed twice shows the same, and counts once."""
    async with scene() as teams:
        await teams.arrive(activity(text=QUESTION))
        first = await pressed(teams, "helped", "r1")
        assert await pressed(teams, "helped", "r1") == first
        assert len(teams.state.records.memory.feedback) == 1


async def test_somebody_elses_button() -> None:
    """A button of another person's card is refused in a line; the card stays, nothing is kept."""
    async with scene({QUESTION: CLARIFY}) as teams:
        await teams.arrive(activity(text=QUESTION))
        for verb in ("choose", "helped", "person", "share", "show"):
            body = await pressed(teams, verb, "r1", OMAR, option=0)
            assert body["type"] == MESSAGE and "belong to the person who asked" in body["value"]
        assert not teams.transport.updated and not teams.state.records.memory.feedback


async def test_another_tenants_button() -> None:
    """The same reply and account in another tenant are somebody else."""
    async with scene() as teams:
        await teams.arrive(activity(text=QUESTION))
        other = {"tenant": {"id": "00000000-0000-4000-8000-00000000bad0"}}
        body = await pressed(teams, "helped", "r1", channelData=other)
    assert "no longer in my memory" in body["value"]


async def test_forgotten_reply() -> None:
    """A card whose reply is forgotten says so when pressed; a refresh leaves it as it is."""
    async with scene() as teams:
        body = await pressed(teams, "helped", "r-of-long-ago")
        assert body["type"] == MESSAGE and "no longer in my memory" in body["value"]
        body = await pressed(teams, "show", "r-of-long-ago", trigger="automatic")
        assert (body["statusCode"], body["type"]) == (404, ERROR)
        assert not teams.transport.updated


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"action": "helped"},
        {"action": {"verb": "helped"}},
        {"action": {"verb": "explode", "data": {"reply": "r1"}}},
        {"action": {"verb": ["helped"], "data": {"reply": "r1"}}},
        {"action": {"verb": "helped", "data": {"reply": ""}}},
        {"action": {"verb": "helped", "data": {"reply": "x" * 1000}}},
        {"action": {"verb": "helped", "data": {"reply": {"id": "r1"}}}},
        {"action": {"verb": "choose", "data": {"reply": "r1", "option": -1}}},
        {"action": {"verb": "choose", "data": {"reply": "r1", "option": True}}},
        {"action": {"verb": "choose", "data": {"reply": "r1", "option": "0"}}},
    ],
)
async def test_buttons_that_are_none_of_ours(value: object) -> None:
    """Whatever is not one of our buttons is answered with an error and changes nothing."""
    async with scene() as teams:
        await teams.arrive(activity(text=QUESTION))
        sent = activity("invoke", name="adaptiveCard/action", value=value, replyToId="m1")
        body = (await teams.arrive(sent)).json()
    assert (body["statusCode"], body["type"]) == (400, ERROR) and len(teams.messages) == 1


async def test_option_that_is_not_there() -> None:
    """An option beyond the last is refused in a line."""
    async with scene({QUESTION: CLARIFY}) as teams:
        await teams.arrive(activity(text=QUESTION))
        assert (await pressed(teams, "choose", "r1", option=7))["type"] == MESSAGE


async def test_slow_press_is_answered_in_time() -> None:
    """A press that takes long is answered with a line in time, and the card changes when it is done."""

    async def slow(message: Message) -> Reply:
        await asyncio.sleep(0.3)
        return Reply(ReplyKind.ANSWER, "done at last", id="r1", question=QUESTION)

    async with scene(converse=slow, pace=Pace(press=0.05)) as teams:
        response = await teams.client.post("/api/messages", json=press("choose", "r0", option=0))
        assert response.json()["type"] == MESSAGE and "One moment" in response.json()["value"]
        assert not teams.transport.updated
        await teams.background.finish(5)
    assert "done at last" in json.dumps(teams.transport.updated[0][2].card)


async def test_slow_refusal_is_said() -> None:
    """A refusal that came late is written to the chat, so that the press is not passed over."""

    async def slow(_message: Message) -> Reply:
        await asyncio.sleep(0.1)
        return Reply(ReplyKind.BUSY, "too many ask")

    async with scene(converse=slow, pace=Pace(press=0.01)) as teams:
        await teams.arrive(press("choose", "r0", option=0))
    (post,) = teams.transport.messages(chat_of(INES))
    assert "too many ask" in json.dumps(post.card)


async def test_state_out_of_order_is_said() -> None:
    """Where the state cannot be read, who pressed is told to try again, without why."""
    async with scene() as teams:

        def broken(_workspace: str, _reply: str) -> None:
            raise StateError("the words of somebody's question")

        teams.state.records.reply = broken  # type: ignore[method-assign, assignment] # a state that is out of order
        body = await pressed(teams, "helped", "r1")
    assert body["type"] == MESSAGE and "try again" in body["value"] and "somebody" not in body["value"]


async def test_failed_update_is_no_failed_press() -> None:
    """Where the message cannot be changed any more, the press is answered all the same."""
    async with scene() as teams:
        await teams.arrive(activity(text=QUESTION))
        teams.transport.failures[chat_of(INES)] = [UndeliverableError("gone")]
        assert (await pressed(teams, "helped", "r1"))["type"] == CARD


async def test_share_shows_the_answer_in_the_thread_once() -> None:
    """A press on "Share in thread" shows the answer, without buttons, where it was asked; a second one does not."""
    async with scene() as teams:
        await teams.arrive(mention(QUESTION))
        first = await pressed(teams, "share", "r1")
        again = await pressed(teams, "share", "r1")
        shown = json.dumps(first["value"])
        assert "Shared in the thread" in shown and '"share"' not in shown
        assert again["type"] == MESSAGE and "shared this before" in again["value"]
        _line, shared = teams.transport.messages(THREAD)
        assert "Pass every question" in json.dumps(shared.card)
        assert shared.text == "<at>Ines Example</at> shares this answer." and shared.mention == (
            "29:c001",
            "Ines Example",
        )
        assert "Action.Execute" not in json.dumps(shared.card)


async def test_share_survives_other_buttons() -> None:
    """After feedback the card can still be shared; after a choice the new answer can."""
    async with scene({QUESTION: CLARIFY}) as teams:
        await teams.arrive(mention(QUESTION))
        chosen = await pressed(teams, "choose", "r1", option=0)
        assert '"share"' in json.dumps(chosen["value"])
        assert '"share"' in json.dumps((await pressed(teams, "helped", "r2"))["value"])
        await pressed(teams, "share", "r2")
        assert len(teams.transport.messages(THREAD)) == 2


async def test_share_that_fails_is_said() -> None:
    """Where the thread cannot be written to, the press says so, and how to try again."""
    async with scene() as teams:
        await teams.arrive(mention(QUESTION))
        teams.transport.failures[THREAD] = [TryLaterError("429", 0)] * Pace().tries
        body = await pressed(teams, "share", "r1")
    assert body["type"] == MESSAGE and "could not be shared" in body["value"]


async def test_share_of_a_private_answer() -> None:
    """What was asked in private cannot be shared by a forged button."""
    async with scene() as teams:
        await teams.arrive(activity(text=QUESTION))
        body = await pressed(teams, "share", "r1")
    assert body["type"] == MESSAGE and [each.conversation for each in teams.transport.sent] == [chat_of(INES)]
