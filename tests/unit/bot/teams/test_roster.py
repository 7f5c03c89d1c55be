"""A team as the source of the role."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.channels.teams.app import TeamsConfig
from bot.channels.teams.port import BlockedError
from bot.channels.teams.roster import Roster
from bot.errors import TryLaterError
from bot.ports import STAFF, Profile
from tests.unit.bot.teams.scene import APP, CHANNEL, INES, NOW, OMAR, WORKSPACE, Scene, activity, scene

BOT = {"id": f"28:{APP}"}
INES_PROFILE = Profile("Ines Example", "ines@example.com", "Europe/Berlin")


@asynccontextmanager
async def team(**members: Profile) -> AsyncIterator[tuple[Scene, Roster]]:
    """A surface whose app is in the team, with these members by account."""
    async with scene(config=TeamsConfig(APP, "secret", coe_team=CHANNEL)) as teams:
        await teams.arrive(activity("conversationUpdate", where="channel", membersAdded=[BOT]))
        teams.transport.rosters[CHANNEL] = members
        yield teams, Roster(teams.surface._desk)


def staff(teams: Scene) -> list[str]:
    """Who may work on cases, by name."""
    organisation = teams.state.workspaces.find(WORKSPACE)
    assert organisation is not None
    return [each.profile.name for each in teams.state.staff.with_role(organisation.organisation, STAFF)]


async def test_members_of_the_team_are_staff() -> None:
    """Whoever is in the team has the role, met before or not; whoever left it has not."""
    async with team(**{INES: Profile("Ines", "ines@example.com"), OMAR: Profile("Omar Example")}) as (teams, roster):
        teams.state.people.meet(WORKSPACE, INES, INES_PROFILE, NOW)
        await roster.read()
        assert staff(teams) == ["Ines Example", "Omar Example"]
        person = teams.state.people.find(WORKSPACE, INES)
        assert person is not None and person.profile == INES_PROFILE
        teams.transport.rosters[CHANNEL] = {INES: Profile("Ines")}
        await roster.read()
        assert staff(teams) == ["Ines Example"]


async def test_role_that_was_granted_stays() -> None:
    """A role that somebody gave by hand is not taken back by the team."""
    async with team(**{OMAR: Profile("Omar Example")}) as (teams, roster):
        person = teams.state.people.meet(WORKSPACE, INES, INES_PROFILE, NOW)
        teams.state.staff.grant(person.id, STAFF)
        await roster.read()
        assert staff(teams) == ["Ines Example", "Omar Example"]


@pytest.mark.parametrize("error", [BlockedError("gone"), TryLaterError("429", 1)])
async def test_roster_that_cannot_be_read(error: Exception) -> None:
    """A team that cannot be read is one warning with what to do, and nobody loses a role."""
    async with team(**{OMAR: Profile("Omar Example")}) as (teams, roster):
        await roster.read()
        teams.transport.failures[CHANNEL] = [error]
        with capture_logs() as logs:
            await roster.read()
        assert [(each["event"], each["log_level"]) for each in logs] == [("teams_coe_team_unread", "warning")]
        assert "CLEARPOST_TEAMS_COE_TEAM" in logs[0]["remedy"] and staff(teams) == ["Omar Example"]


async def test_empty_roster_takes_no_roles() -> None:
    """A team always has an owner: an empty roster is a mistake, not a dismissal."""
    async with team(**{OMAR: Profile("Omar Example")}) as (teams, roster):
        await roster.read()
        teams.transport.rosters[CHANNEL] = {}
        with capture_logs() as logs:
            await roster.read()
        assert [each["event"] for each in logs] == ["teams_coe_team_empty"] and staff(teams) == ["Omar Example"]


async def test_team_that_was_never_seen() -> None:
    """Where the app is not in the team, a warning says to add it."""
    async with scene(config=TeamsConfig(APP, "secret", coe_team="19:other@thread.tacv2")) as teams:
        await teams.arrive(activity("conversationUpdate", where="channel", membersAdded=[BOT]))
        with capture_logs() as logs:
            await Roster(teams.surface._desk).read()
    assert [each["event"] for each in logs] == ["teams_coe_team_unknown"] and "add Clearpost" in logs[0]["remedy"]


async def test_team_is_read_at_the_start() -> None:
    """The surface reads the team when it starts, and stops reading when it ends, however often it is told."""
    async with team(**{OMAR: Profile("Omar Example")}) as (teams, _roster):
        await teams.surface.start()
        for _ in range(500):
            await asyncio.sleep(0.01)
            if staff(teams):
                break
        assert staff(teams) == ["Omar Example"]
        await teams.surface.stop()
        await teams.surface.close()
        assert len(asyncio.all_tasks()) == 1


async def test_no_team_is_set() -> None:
    """Without the setting nothing is read."""
    async with scene() as teams:
        await teams.surface.start()
        assert len(asyncio.all_tasks()) == 1
        await teams.surface.stop()
