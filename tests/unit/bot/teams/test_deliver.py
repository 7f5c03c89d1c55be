"""Messages that are owed: into channels, into people's own chats, and changed where they stand."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.channels.teams.port import BlockedError
from bot.conversation.kept import to_json
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import TryLaterError, UndeliverableError
from bot.ports import Delivery
from tests.unit.bot.teams.scene import CHANNEL, INES, NOW, WORKSPACE, Scene, activity, chat_of, mention, scene

CASE = to_json(Reply(ReplyKind.CASE, "A customer was hurt.", id="case-1"))
CARD = Delivery("case:1:card", WORKSPACE, "", "case", CASE, NOW, place=CHANNEL)
CHANGED = to_json(Reply(ReplyKind.CASE, "Omar has claimed it.", id="case-1"))
CHANGE = replace(CARD, id="case:1:card:2", body=CHANGED, edits=CARD.id)


async def in_channel(teams: Scene) -> None:
    """The bot is mentioned in a channel, so that it knows the way there."""
    await teams.arrive(mention("may I post this?"))
    teams.transport.sent.clear()


async def test_into_a_channel() -> None:
    """The card goes to the channel, not into a thread of it, the same for everybody who reads it."""
    async with scene() as teams:
        await in_channel(teams)
        assert await teams.surface.send(CARD) == "m1"
        (sent,) = teams.transport.sent
    assert sent.conversation == CHANNEL and "A customer was hurt." in json.dumps(sent.post.card)
    assert "refresh" not in (sent.post.card or {})


async def test_into_a_channel_that_the_bot_is_not_in() -> None:
    """It can never go there, and the reason says what to do."""
    async with scene() as teams:
        with pytest.raises(UndeliverableError, match="add it to the team"):
            await teams.surface.send(CARD)


async def test_a_channel_that_is_gone_is_nobodys_fault() -> None:
    """A channel that was deleted makes no person unreachable."""
    async with scene() as teams:
        await teams.arrive(activity("installationUpdate", action="add"))
        await in_channel(teams)
        teams.transport.failures[CHANNEL] = [BlockedError("404")]
        with pytest.raises(UndeliverableError):
            await teams.surface.send(CARD)
        assert teams.state.people.is_reachable(WORKSPACE, INES)


async def test_a_message_in_a_channel_is_changed() -> None:
    """It stays the same message for everybody."""
    async with scene() as teams:
        await in_channel(teams)
        assert await teams.surface.send(CHANGE, "m1") == "m1"
        ((conversation, message, post),) = teams.transport.updated
    assert (conversation, message) == (CHANNEL, "m1") and "Omar has claimed it." in json.dumps(post.card)
    assert not teams.transport.sent


async def test_a_message_in_a_chat_is_changed() -> None:
    """In a person's own chat, too."""
    change = replace(CHANGE, place="", account=INES)
    async with scene() as teams:
        await teams.arrive(activity("installationUpdate", action="add"))
        sent = len(teams.transport.sent)
        assert await teams.surface.send(change, "m7") == "m7"
    assert [each[:2] for each in teams.transport.updated] == [(chat_of(INES), "m7")]
    assert len(teams.transport.sent) == sent


async def test_a_message_that_is_gone() -> None:
    """Teams says 404 of a deleted message as of a removed app: it ends, and nobody counts as unreachable for it."""
    async with scene() as teams:
        await teams.arrive(activity("installationUpdate", action="add"))
        teams.transport.failures[chat_of(INES)] = [BlockedError("404")]
        with pytest.raises(UndeliverableError):
            await teams.surface.send(replace(CHANGE, place="", account=INES), "m7")
        assert teams.state.people.is_reachable(WORKSPACE, INES)
        assert teams.state.places.personal(WORKSPACE, INES) is not None


async def test_a_change_may_be_made_later() -> None:
    """Where Teams asks to wait, the worker waits."""
    async with scene() as teams:
        await in_channel(teams)
        teams.transport.failures[CHANNEL] = [TryLaterError("429", 7.5)]
        with pytest.raises(TryLaterError):
            await teams.surface.send(CHANGE, "m1")
