"""People whom only the company's list names are found in an emulated Slack by their e-mail address."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final

import pytest
from structlog.testing import capture_logs

from bot.conversation.learn.introduce import Lobby, introduce
from bot.errors import TryLaterError
from bot.ports import Row
from tests.fakes.introductions import MemoryIntroductions
from tests.platform.slack.house import BOT_TOKEN, TEAM, Served

WORKSPACE: Final = f"slack:{TEAM}"
NOW: Final = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


async def _introduced(served: Served) -> int:
    """Ask for everybody of the list, as the watch does."""
    state = served.state
    books = {"slack": served.surface}
    lobby = Lobby(state.workspaces, state.people, state.learners, MemoryIntroductions(state.people), books, served.now)
    return await asyncio.to_thread(introduce, lobby)


async def test_who_is_on_the_list_is_found_and_who_is_not_in_slack_is_not(served: Served) -> None:
    """One call for each of them; the one whom Slack knows has an account now, with the name that Slack tells."""
    rows = [Row(f"{each}@example.com", track="employees") for each in ("ines", "nobody")]
    served.state.roster.upsert(WORKSPACE, rows, NOW)
    with capture_logs() as lines:
        assert await _introduced(served) == 1
    ines = served.state.people.find(WORKSPACE, served.emulator.ines)
    assert ines is not None and (ines.profile.email, ines.track) == ("ines@example.com", "employees")
    assert ines.profile.name
    calls = served.standin.called("users.lookupByEmail")
    assert sorted(call.body["email"] for call in calls) == ["ines@example.com", "nobody@example.com"]
    assert {call.token for call in calls} == {BOT_TOKEN}
    assert [each["event"] for each in lines] == ["people_introduced"]


async def test_a_scope_that_is_missing_is_said_once(served: Served) -> None:
    """The administrator reads what to add; nobody else is asked for meanwhile."""
    missing = {"ok": False, "error": "missing_scope", "needed": "users:read.email"}
    served.standin.refuse["users.lookupByEmail"] = (200, missing, {})
    rows = [Row(f"{each}@example.com", track="employees") for each in ("ines", "noor")]
    served.state.roster.upsert(WORKSPACE, rows, NOW)
    with capture_logs() as lines:
        assert await _introduced(served) == 0
    assert [each["event"] for each in lines] == ["slack_missing_scope", "introductions_paused"]
    assert lines[0]["scope"] == "users:read.email"
    assert len(served.standin.called("users.lookupByEmail")) == 1


async def test_a_pause_that_slack_asks_for_is_kept(served: Served) -> None:
    """It is not asked a second time at once: the pause is told to whoever asks."""
    served.standin.refuse["users.lookupByEmail"] = (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "17"})
    with pytest.raises(TryLaterError) as raised:
        await asyncio.to_thread(served.surface.look_up, WORKSPACE, "ines@example.com")
    assert raised.value.after == 17
    assert len(served.standin.called("users.lookupByEmail")) == 1
