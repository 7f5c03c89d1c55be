"""Installations, people, places: what Teams tells is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.channels.teams.port import BlockedError
from bot.conversation.messages import Message
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import UndeliverableError
from bot.ports import Desk, Profile
from tests.unit.bot.teams.scene import (
    APP,
    CHANNEL,
    INES,
    NOW,
    TENANT,
    THREAD,
    WORKSPACE,
    activity,
    chat_of,
    member_of,
    mention,
    scene,
)

BOT = {"id": f"28:{APP}"}


def installed(action: str = "add", where: str = "personal", **more: Any) -> dict[str, Any]:
    """The app was added or removed."""
    return activity("installationUpdate", where=where, action=action, **more)


async def test_personal_installation() -> None:
    """The workspace, the chat and the person are kept, with an audit line; a welcome with examples is sent."""
    async with scene(examples=("May I post this?",)) as teams:
        teams.transport.profiles[member_of(INES)] = Profile("Ines Example", "ines@example.com")
        assert (await teams.arrive(installed())).status_code == 200
        workspace = teams.state.workspaces.find(WORKSPACE)
        assert workspace is not None and workspace.surface == "teams" and workspace.name == TENANT
        place = teams.state.places.personal(WORKSPACE, INES)
        assert place is not None and place.reference["serviceUrl"]
        person = teams.state.people.find(WORKSPACE, INES)
        assert person is not None
        assert person.profile == Profile("Ines Example", "ines@example.com", "Europe/Berlin", "en-GB")
        assert teams.state.people.is_reachable(WORKSPACE, INES)
        (line,) = teams.state.audit.lines(WORKSPACE)
        assert (line.actor, line.action, line.subject) == (INES, "app_added", chat_of(INES))
    (post,) = teams.transport.messages(chat_of(INES))
    assert "May I post this?" in json.dumps(post.card) and "imBack" in json.dumps(post.card)


async def test_one_welcome_for_two_events() -> None:
    """Teams tells of an installation twice, and again after an upgrade; the welcome comes once."""
    async with scene() as teams:
        await teams.arrive(installed())
        await teams.arrive(activity("conversationUpdate", membersAdded=[{"id": member_of(INES)}, BOT]))
        await teams.arrive(installed("add-upgrade"))
    assert len(teams.transport.messages(chat_of(INES))) == 1


async def test_personal_removal() -> None:
    """After a removal the chat is forgotten and the person not written to; after a new installation they are again."""
    async with scene() as teams:
        await teams.arrive(installed())
        await teams.arrive(installed("remove"))
        assert teams.state.places.personal(WORKSPACE, INES) is None
        assert not teams.state.people.is_reachable(WORKSPACE, INES)
        await teams.arrive(installed())
        assert teams.state.people.is_reachable(WORKSPACE, INES)
        assert [each.action for each in teams.state.audit.lines(WORKSPACE)] == ["app_added", "app_removed", "app_added"]


async def test_team_gets_no_welcome() -> None:
    """A channel that the app is added to is kept, and nothing is written there; removed, no contact answers there."""
    async with scene() as teams:
        await teams.arrive(activity("conversationUpdate", where="channel", membersAdded=[BOT]))
        assert teams.state.places.find(WORKSPACE, CHANNEL) is not None
        teams.state.desks.put(WORKSPACE, Desk("legal", WORKSPACE, CHANNEL), NOW)
        await teams.arrive(activity("conversationUpdate", where="channel", membersRemoved=[BOT]))
        assert teams.state.places.find(WORKSPACE, CHANNEL) is None
        assert teams.state.desks.find(WORKSPACE, "legal") is None
        assert teams.state.people.find(WORKSPACE, INES) is None
    assert not teams.transport.sent


async def test_deleted_channel_is_forgotten() -> None:
    """A channel that was deleted is no place any more, and no contact answers there."""
    async with scene() as teams:
        await teams.arrive(mention("may I?"))
        teams.state.desks.put(WORKSPACE, Desk("legal", WORKSPACE, CHANNEL), NOW)
        data = {"tenant": {"id": TENANT}, "eventType": "channelDeleted", "channel": {"id": CHANNEL}}
        await teams.arrive(activity("conversationUpdate", where="channel", channelData=data))
        assert teams.state.places.find(WORKSPACE, CHANNEL) is None
        assert teams.state.desks.find(WORKSPACE, "legal") is None


@pytest.mark.parametrize("more", [{"membersAdded": [{"id": "29:new"}]}, {"membersAdded": "all"}, {}])
async def test_other_comings_and_goings(more: dict[str, Any]) -> None:
    """Other members of a team are nobody's business."""
    async with scene() as teams:
        assert (await teams.arrive(activity("conversationUpdate", where="channel", **more))).status_code == 200
        assert not teams.transport.sent and not teams.state.audit.added


async def test_asker_is_met_before_the_answer() -> None:
    """What somebody may do hangs on who they are, so that is known before their first words are read."""
    met: list[bool] = []

    async def converse(message: Message) -> Reply:
        met.append(teams.state.people.find(message.workspace, message.account) is not None)
        return Reply(ReplyKind.NOTE, "x")

    async with scene(converse=converse) as teams:
        await teams.arrive(mention("desk legal"))
    assert met == [True]


async def test_asker_is_met_where_teams_does_not_tell() -> None:
    """Where the roster cannot be had, the name in the activity has to do, and is no loss for what was known."""
    async with scene() as teams:
        await teams.arrive(activity(text="may I?"))
        person = teams.state.people.find(WORKSPACE, INES)
        assert person is not None and person.profile.name == "Ines Example" and not person.profile.email


async def test_profile_is_asked_for_once_a_week() -> None:
    """A person who was met lately is not looked up again."""
    async with scene() as teams:
        teams.transport.profiles[member_of(INES)] = Profile("Ines", "ines@example.com")
        await teams.arrive(activity(text="may I?"))
        teams.transport.profiles[member_of(INES)] = Profile("Another", "another@example.com")
        await teams.arrive(activity(text="may I?"))
        person = teams.state.people.find(WORKSPACE, INES)
        assert person is not None and person.profile.email == "ines@example.com"


@pytest.mark.parametrize("error", [BlockedError("blocked"), UndeliverableError("refused")])
async def test_welcome_that_cannot_be_sent(error: Exception) -> None:
    """Whoever blocks the app before its welcome is not written to; nothing breaks."""
    async with scene() as teams:
        teams.transport.failures[chat_of(INES)] = [error]
        assert (await teams.arrive(installed())).status_code == 200
        assert teams.state.people.is_reachable(WORKSPACE, INES) is not isinstance(error, BlockedError)


async def test_group_chat_is_a_place() -> None:
    """A group chat where the bot is mentioned is kept as one."""
    async with scene() as teams:
        await teams.arrive(mention("may I?", where="groupChat"))
        place = teams.state.places.find(WORKSPACE, "19:group@thread.v2")
        assert place is not None and place.kind == "group"
        assert (WORKSPACE, THREAD) not in teams.state.places.kept
