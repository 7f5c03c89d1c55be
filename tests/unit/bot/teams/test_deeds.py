"""Actions of cases, pressed: the card changes for everybody, and what is for one person alone reaches nobody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.teams.app import Pace
from bot.channels.teams.port import BlockedError
from bot.conversation.messages import Act, Deed, Message
from bot.conversation.reply import Action, Head, Item, Reply, ReplyKind
from bot.errors import StateError
from bot.ports import Profile
from tests.unit.bot.teams.scene import (
    CHANNEL,
    INES,
    OMAR,
    THREAD,
    WORKSPACE,
    Scene,
    activity,
    chat_of,
    deed,
    member_of,
    press,
    scene,
)

CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"
CLAIM = Action("claim", "case-1", "Claim")
CASE = Reply(ReplyKind.CASE, "", head=Head("Claimed: case 17", "🔷", "good"), id="r9", actions=(CLAIM,))
CONSENT = Reply(ReplyKind.CONSENT, "Only this is sent.", actions=(Action("send", "r1", "Send"),), private=True)


def says(reply: Reply) -> Any:
    """A conversation that always says the same."""

    async def converse(_message: Message) -> Reply:
        return reply

    return converse


async def done(teams: Scene, sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a press is answered with."""
    response = await teams.arrive(sent)
    assert response.status_code == 200
    return dict(response.json())


async def test_card_in_a_channel_changes_for_everybody() -> None:
    """The card after a deed takes the place of the pressed one, the same for all: nobody is refreshed."""
    async with scene(converse=says(CASE)) as teams:
        body = await done(teams, deed("claim", "case-1", OMAR, data={"choice": "over"}))
        (message,) = teams.messages
    assert message.deed == Deed("claim", "case-1", "", ("over",))
    assert (message.workspace, message.account, message.place) == (WORKSPACE, OMAR, CHANNEL)
    assert message.thread == f"{THREAD} {OMAR}"
    assert body["type"] == CARD and "Claimed: case 17" in json.dumps(body["value"]) and "refresh" not in body["value"]
    ((conversation, pressed, post),) = teams.transport.updated
    assert (conversation, pressed) == (THREAD, "m1") and post.card == body["value"]
    assert not teams.transport.sent


async def test_form_of_a_card() -> None:
    """What was typed and chosen in a form comes along, trimmed."""
    async with scene(converse=says(CASE)) as teams:
        data = {"form": "2", "words2": " You may. \n", "choices2": "legal", "words": "another form's"}
        await done(teams, deed("reassign", "case-1", data=data))
        assert teams.messages[0].deed == Deed("reassign", "case-1", "You may.", ("legal",))


async def test_who_presses_is_met_first() -> None:
    """Whoever presses is known by name and e-mail before the deed is done."""
    met: list[str] = []

    async def converse(message: Message) -> Reply:
        person = teams.state.people.find(message.workspace, message.account)
        met.append(person.profile.email if person else "")
        return CASE

    async with scene(converse=converse) as teams:
        teams.transport.profiles[member_of(OMAR)] = Profile("Omar Example", "omar@example.com")
        await done(teams, deed("claim", "case-1", OMAR))
    assert met == ["omar@example.com"]


@pytest.mark.parametrize("kind", [ReplyKind.NOTE, ReplyKind.ERROR, ReplyKind.BUSY])
@pytest.mark.parametrize("private", [False, True])
async def test_line_for_who_presses_alone(kind: ReplyKind, private: bool) -> None:
    """A note, an error or "too busy" is shown to whoever pressed; the card stays, and the channel hears nothing."""
    async with scene(converse=says(Reply(kind, "Already claimed by Omar.", private=private))) as teams:
        body = await done(teams, deed("claim", "case-1"))
        assert (body["type"], body["value"]) == (MESSAGE, "Already claimed by Omar.")
        assert not teams.transport.sent and not teams.transport.updated


async def test_private_card_goes_to_the_own_chat() -> None:
    """What a line cannot hold goes to the own chat of whoever pressed; the channel's card stays."""
    async with scene(converse=says(CONSENT)) as teams:
        body = await done(teams, deed("look", "case-1"))
        assert body["type"] == MESSAGE and "personal chat" in body["value"]
        assert not teams.transport.updated and not teams.transport.messages(THREAD)
        (post,) = teams.transport.messages(chat_of(INES))
    assert "Only this is sent." in json.dumps(post.card) and '"private": true' in json.dumps(post.card)


async def test_private_card_without_a_chat() -> None:
    """Whoever cannot be written to is told to add the app."""
    async with scene(converse=says(CONSENT)) as teams:
        teams.transport.failures[member_of(INES)] = [BlockedError("not installed")]
        body = await done(teams, deed("look", "case-1"))
    assert body["type"] == MESSAGE and "add Clearpost" in body["value"] and not teams.transport.sent


async def test_ask_a_person_asks_for_consent_below_the_answer() -> None:
    """The consent to "Ask a person" is a card of its own below the answer, which stays."""
    async with scene(converse=says(CONSENT)) as teams:
        body = await done(teams, press(Act.PERSON, "r1"))
        assert body["type"] == MESSAGE and "below" in body["value"] and not teams.transport.updated
        (post,) = teams.transport.messages(chat_of(INES))
    assert "Only this is sent." in json.dumps(post.card)


async def test_private_card_is_put_in_place_of() -> None:
    """After "Send" the consent becomes the note that it is on its way, in the own chat."""
    sent = Reply(ReplyKind.NOTE, "Sent to Legal as case 17.")
    async with scene(converse=says(sent)) as teams:
        body = await done(teams, deed("send", "r1", where="personal", data={"private": True}))
        assert body["type"] == CARD and "case 17" in json.dumps(body["value"])
        assert [each[:2] for each in teams.transport.updated] == [(chat_of(INES), "m1")]
        assert teams.messages[0].place == ""


async def test_refusal_leaves_a_private_card() -> None:
    """A consent that could not be sent stays, so that it can be pressed again."""
    for reply in (Reply(ReplyKind.ERROR, "Try again."), Reply(ReplyKind.NOTE, "Claimed by Omar.", private=True)):
        async with scene(converse=says(reply)) as teams:
            body = await done(teams, deed("send", "r1", where="personal", data={"private": True}))
            assert body["type"] == MESSAGE and not teams.transport.updated


async def test_claim_of_being_private_is_worth_nothing_in_a_channel() -> None:
    """A forged mark puts no note in place of a card that others see."""
    async with scene(converse=says(Reply(ReplyKind.NOTE, "Nothing."))) as teams:
        body = await done(teams, deed("claim", "case-1", data={"private": True}))
        assert body["type"] == MESSAGE and not teams.transport.updated


async def test_row_of_a_queue() -> None:
    """Rows of a queue have buttons that work; a case that is opened comes below the queue."""
    look = Action("look", "case-1", "Open")
    queue = Reply(ReplyKind.QUEUE, "", head=Head("Your queue", "🗂️", "neutral"), items=(Item("17", "x", (look,)),))

    async def converse(message: Message) -> Reply:
        return queue if message.deed is None else Reply(ReplyKind.CASE, "the case", actions=(CLAIM,), private=True)

    async with scene(converse=converse) as teams:
        await teams.arrive(activity(text="queue"))
        (shown,) = teams.transport.messages(chat_of(INES))
        assert '"act": "look"' in json.dumps(shown.card)
        body = await done(teams, deed("look", "case-1", where="personal"))
        assert body["type"] == MESSAGE and not teams.transport.updated
        assert "the case" in json.dumps(teams.transport.messages(chat_of(INES))[-1].card)


async def test_claim_from_a_queue() -> None:
    """The claimed case comes below the queue, and the queue shows what waits now."""
    queue = Reply(ReplyKind.QUEUE, "", head=Head("Your queue", "🗂️", "neutral"), items=(Item("17", "x", (CLAIM,)),))
    left = replace(queue, items=(Item("18", "another", (CLAIM,)),))

    async def converse(message: Message) -> Reply:
        act = message.deed.act if message.deed else ""
        return {"claim": CASE, "home": left}.get(act, queue)

    async with scene(converse=converse) as teams:
        await teams.arrive(activity(text="queue"))
        (shown,) = teams.transport.messages(chat_of(INES))
        assert '"queue": true' in json.dumps(shown.card)
        body = await done(teams, deed("claim", "case-1", where="personal", data={"queue": True}))
        assert body["type"] == CARD and "another" in json.dumps(body["value"])
        assert "Claimed: case 17" in json.dumps(teams.transport.messages(chat_of(INES))[-1].card)
        body = await done(teams, deed("claim", "case-1", data={"queue": True}))
        assert "Claimed: case 17" in json.dumps(body["value"])  # in a channel the mark counts for nothing


async def test_claim_from_a_queue_of_somebody_without_a_role() -> None:
    """Where there is no queue any more the old one stays, and a line points below it."""

    async def converse(message: Message) -> Reply:
        return CASE if message.deed and message.deed.act == "claim" else Reply(ReplyKind.NOTE, "")

    async with scene(converse=converse) as teams:
        body = await done(teams, deed("claim", "case-1", where="personal", data={"queue": True}))
        assert body["type"] == MESSAGE and "below" in body["value"]


async def test_too_many_words() -> None:
    """An answer that is longer than fits is not cut: whoever wrote it is told to shorten it, and nothing is done."""
    async with scene(converse=says(CASE)) as teams:
        body = await done(teams, deed("answer", "case-1", data={"words": "x" * 50_000}))
        assert body["type"] == MESSAGE and "4,000 characters" in body["value"] and not teams.messages


@pytest.mark.parametrize("data", [{"act": "x" * 300}, {"act": None}, {"on": "x" * 300}, {"choice": "x" * 300}])
async def test_forged_deed(data: Mapping[str, Any]) -> None:
    """Values that no card of ours sends are refused before anybody looks at them."""
    async with scene(converse=says(CASE)) as teams:
        body = await done(teams, deed("claim", "case-1", data=data))
        assert (body["statusCode"], body["type"]) == (400, ERROR) and not teams.messages


def slow(reply: Reply) -> Any:
    """A conversation that takes its time."""

    async def converse(_message: Message) -> Reply:
        await asyncio.sleep(0.1)
        return reply

    return converse


async def test_slow_deed_changes_the_card_later() -> None:
    """A deed that takes long is answered in time; the card changes for everybody when it is done."""
    async with scene(converse=slow(CASE), pace=Pace(press=0.01)) as teams:
        body = await done(teams, deed("claim", "case-1"))
        assert body["type"] == MESSAGE and "One moment" in body["value"]
        assert "Claimed: case 17" in json.dumps(teams.transport.updated[0][2].card)


@pytest.mark.parametrize("reply", [Reply(ReplyKind.NOTE, "[x](y) has claimed it."), CONSENT])
async def test_slow_line_is_not_said_in_the_channel(reply: Reply) -> None:
    """What comes late for one person alone goes to their own chat, once, as a card: no words of it become markup."""
    async with scene(converse=slow(reply), pace=Pace(press=0.01)) as teams:
        await done(teams, deed("claim", "case-1"))
        assert not teams.transport.messages(THREAD)
        (post,) = teams.transport.messages(chat_of(INES))
    assert reply.text in json.dumps(post.card) and not post.text


async def test_slow_line_without_a_chat() -> None:
    """Where it cannot be written to anybody, nothing breaks."""
    async with scene(converse=slow(Reply(ReplyKind.NOTE, "x")), pace=Pace(press=0.01)) as teams:
        teams.transport.failures[member_of(INES)] = [BlockedError("not installed")]
        await done(teams, deed("claim", "case-1"))
        assert not teams.transport.sent


async def test_state_out_of_order_is_said() -> None:
    """Where the state cannot be read, who pressed is told to try again."""
    async with scene(converse=says(CASE)) as teams:

        def broken(*_who: object) -> bool:
            raise StateError("the disk is full")

        teams.state.people.met_since = broken  # type: ignore[method-assign, assignment] # a state that is out of order
        body = await done(teams, deed("claim", "case-1"))
    assert body["type"] == MESSAGE and "try again" in body["value"] and "disk" not in body["value"]
