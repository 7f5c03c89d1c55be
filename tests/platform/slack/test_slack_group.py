"""A user group as the source of a role, and channels that the bot is removed from."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk.oauth.installation_store import Installation

from bot.ports import Desk
from tests.fakes.state import MemoryState
from tests.platform.slack.house import MANY, ONE, TEAM, Serve, Served
from tests.platform.slack.standin import Answer

WORKSPACE = f"slack:{TEAM}"
GROUP = replace(ONE, coe_group="S0614TZR7")


def _members(served: Served, *accounts: str) -> None:
    served.standin.refuse["usergroups.users.list"] = (200, {"ok": True, "users": list(accounts)}, {})


def _roles(served: Served, account: str) -> tuple[str, ...]:
    person = served.state.people.find(WORKSPACE, account)
    return person.roles if person else ()


async def _start(served: Served, *accounts: str) -> None:
    """Start with these accounts in the group, and wait until it was read."""
    _members(served, *accounts)
    await served.surface.start()
    async with asyncio.timeout(5):
        while accounts and not _roles(served, accounts[-1]):  # noqa: ASYNC110 - it reads by itself
            await asyncio.sleep(0.01)


async def test_the_group_gives_the_role(serve: Serve) -> None:
    """At the start its members are met and get the role, with the group as its source."""
    served = await serve(GROUP, begin=False)
    await _start(served, served.emulator.noor)
    noor = served.state.people.find(WORKSPACE, served.emulator.noor)
    assert noor is not None and noor.roles == ("coe",) and noor.profile.email == "noor@example.com"
    assert served.state.staff.given[noor.id] == [("coe", "slack:S0614TZR7")]
    (call,) = served.standin.called("usergroups.users.list")
    assert call.body["usergroup"] == "S0614TZR7"


async def test_whoever_leaves_the_group_loses_the_role(serve: Serve) -> None:
    """The next start, or hour, takes it back; what a person gave stays. Known members are not asked for again."""
    served = await serve(GROUP, begin=False)
    await _start(served, "U1", "U2")
    first = served.state.people.find(WORKSPACE, "U2")
    assert first is not None
    served.state.staff.grant(first.id, "coe")
    asked = len(served.standin.called("users.info"))
    await served.surface.stop()
    await _start(served)
    async with asyncio.timeout(5):
        while _roles(served, "U1"):  # noqa: ASYNC110 - it reads by itself
            await asyncio.sleep(0.01)
    assert _roles(served, "U2") == ("coe",)
    assert len(served.standin.called("users.info")) == asked


async def test_without_a_group_nobody_is_asked_for(served: Served) -> None:
    """Where no group is set, Slack is not asked for one."""
    assert served.standin.called("usergroups.users.list") == []


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        ({"ok": False, "error": "no_such_subteam"}, "set CLEARPOST_SLACK_COE_GROUP"),
        ({"ok": False, "error": "plan_upgrade_required"}, "paid plan"),
        ({"ok": False, "error": "fatal_error"}, "read again in an hour"),
    ],
)
async def test_a_group_that_cannot_be_read(
    serve: Serve, answer: dict[str, Any], remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is one line in the log with what to do, and the roles stay as they were."""
    served = await serve(GROUP, begin=False)
    await _start(served, "U1")
    await served.surface.stop()
    capsys.readouterr()
    served.standin.refuse["usergroups.users.list"] = (200, answer, {})
    said = ""
    await served.surface.start()
    async with asyncio.timeout(5):
        while "slack_group_not_read" not in said:
            await asyncio.sleep(0.01)
            said += capsys.readouterr().out
    assert said.count("slack_group_not_read") == 1 and remedy in said
    assert _roles(served, "U1") == ("coe",)


async def test_a_group_of_one_of_several_workspaces(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """A group belongs to one workspace: that another one does not know it is no failure."""
    state, tokens = MemoryState(), ["xoxb-example-two", "xoxb-example-one"]
    for team, token in zip(("T2", TEAM), tokens, strict=True):
        installed = Installation(team_id=team, bot_token=token, bot_id="B1", bot_user_id="U0CLEARPOST", user_id="U1")
        secret = json.dumps(vars(installed))
        state.workspaces.add(f"slack:{team}", "slack", "Example", datetime.now(UTC))
        state.installations.put("slack", f"team:{team}", f"slack:{team}", secret, datetime.now(UTC))
    state.workspaces.add("teams:x", "teams", "Example", datetime.now(UTC))
    served = await serve(replace(MANY, coe_group="S0614TZR7"), state=state, begin=False)
    unknown: Answer = (200, {"ok": False, "error": "no_such_subteam"}, {})
    answers = iter([unknown, (200, {"ok": True, "users": [served.emulator.noor]}, {})])
    served.standin.scripted["usergroups.users.list"] = lambda: next(answers)
    await served.surface.start()
    async with asyncio.timeout(5):
        while not _roles(served, served.emulator.noor):  # noqa: ASYNC110 - it reads by itself
            await asyncio.sleep(0.01)
    await served.surface.stop()
    assert [call.token for call in served.standin.called("usergroups.users.list")] == tokens
    assert "slack_group_not_read" not in capsys.readouterr().out


def _desks(state: MemoryState, served: Served) -> None:
    for contact, place in (("press", "C1"), ("care", "C2")):
        state.desks.put(WORKSPACE, Desk(contact, WORKSPACE, place), served.now())


@pytest.mark.parametrize(
    "kind", ["channel_archive", "channel_deleted", "channel_left", "group_archive", "group_deleted", "group_left"]
)
async def test_a_channel_that_is_gone(served: Served, kind: str) -> None:
    """Where a channel is gone, or the bot was removed from it, no contact answers there any more."""
    _desks(served.state, served)
    answer = await served.client().event({"type": kind, "user": None, "channel": "C1", "event_ts": "1.2"})
    await served.settle()
    assert answer.status_code == 200
    assert [desk.contact for desk in served.state.desks.all(WORKSPACE)] == ["care"]


async def test_who_left_a_channel(served: Served) -> None:
    """That other people leave a channel changes nothing; that the bot does, it does."""
    _desks(served.state, served)
    await served.client().event({"type": "member_left_channel", "channel": "C1"})
    await served.settle()
    assert len(served.state.desks.all(WORKSPACE)) == 2
    await served.client("U0CLEARPOST").event({"type": "member_left_channel", "channel": "C1"})
    await served.settle()
    assert [desk.contact for desk in served.state.desks.all(WORKSPACE)] == ["care"]
