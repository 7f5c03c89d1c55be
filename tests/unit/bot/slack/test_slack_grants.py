"""Which installation covers a request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from bot.channels.slack.calls import Clients
from bot.channels.slack.grants import Books, Grant, InstalledGrants, Where, name_of
from bot.channels.slack.lookups import Lookups
from tests.fakes.state import MemoryState

TOKEN = "xoxb-1"
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


class House:
    """Grants over a state in memory, with a clock that a test turns. Nothing here reaches Slack."""

    def __init__(self, allowed: frozenset[str] = frozenset()) -> None:
        self.now = NOW
        self.state = MemoryState()
        self.lookups = Lookups()
        books = Books(
            installations=self.state.installations,
            workspaces=self.state.workspaces,
            people=self.state.people,
            jobs=self.state.jobs,
            audit=self.state.audit,
            clock=lambda: self.now,
            lookups=self.lookups,
        )
        rotator = AsyncTokenRotator(client_id="1.2", client_secret="s")
        self.grants = InstalledGrants(rotator, Clients("http://127.0.0.1:9/api/"), books, allowed)

    async def install(self, team: str | None, enterprise: str | None = None, token: str = TOKEN) -> None:
        """Install for a team, or for an enterprise."""
        await self.grants.save(
            Installation(
                team_id=team,
                team_name="Example",
                enterprise_id=enterprise,
                enterprise_name="Example AG",
                is_enterprise_install=team is None,
                bot_token=token,
                user_id="U1",
            )
        )


@pytest.fixture
def house() -> Iterator[House]:
    """Grants over a state in memory."""
    house = House()
    yield house
    house.lookups.close()


@pytest.mark.parametrize(
    ("where", "workspace"),
    [
        (Where("", "T1", org=False), "slack:T1"),
        (Where("E1", "T1", org=False), "slack:T1"),
        (Where("E1", "T1", org=True), "slack:E1"),
        (Where("E1", "", org=True), "slack:E1"),
        (Where("E1", "T2", org=False), "slack:E1"),
        (Where("E2", "T2", org=True), None),
        (Where("", "T2", org=False), None),
        (Where("", "", org=False), None),
        (Where("T1", "E1", org=False), None),
    ],
)
async def test_find(house: House, where: Where, workspace: str | None) -> None:
    """The request's own kind of installation goes first; an enterprise's covers its teams; ids are never mixed up."""
    await house.install("T1", "E1")
    await house.install(None, "E1")
    found = await house.grants.find(where)
    assert (found.workspace if found else None) == workspace


async def test_of(house: House) -> None:
    """A workspace is found by its name, whatever kind it is."""
    await house.install("T1", token="xoxb-team")
    await house.install(None, "E1", token="xoxb-org")
    assert [getattr(await house.grants.of(name), "token", None) for name in ("slack:T1", "slack:E1", "slack:T2")] == [
        "xoxb-team",
        "xoxb-org",
        None,
    ]
    assert {each.id: each.name for each in house.state.workspaces.all()} == {
        "slack:T1": "Example",
        "slack:E1": "Example AG",
    }


async def test_another_process_is_noticed(house: House) -> None:
    """A token that another process wrote is used a minute later at most."""
    await house.install("T1", token="xoxb-old")
    where = Where("", "T1", org=False)
    workspace, secret = house.state.installations.kept["slack", "team:T1"]
    told = json.dumps(json.loads(secret) | {"bot_token": "xoxb-new"})
    house.state.installations.kept["slack", "team:T1"] = (workspace, told)
    first = await house.grants.find(where)
    house.now += timedelta(seconds=61)
    second = await house.grants.find(where)
    assert first and second and (first.token, second.token) == ("xoxb-old", "xoxb-new")
    del house.state.installations.kept["slack", "team:T1"]
    house.now += timedelta(seconds=61)
    assert await house.grants.find(where) is None


async def test_only_allowed_ones() -> None:
    """Where ids are listed, an installation of another team or enterprise is as good as none."""
    house = House(frozenset({"T1", "E9"}))
    for team, enterprise in (("T1", None), ("T2", None), ("T3", "E9")):
        await house.install(team, enterprise)
    found = [await house.grants.find(Where("", team, org=False)) for team in ("T1", "T2", "T3")]
    assert [bool(each) for each in found] == [True, False, True]
    house.lookups.close()


def test_names_and_secrets() -> None:
    """A workspace is named by its team, or by its enterprise; a grant does not show its token."""
    assert name_of(Where("E1", "T1", org=False)) == "slack:T1"
    assert name_of(Where("E1", "T1", org=True)) == "slack:E1"
    assert "xoxb" not in repr(Grant("slack:T1", "xoxb-1", "B1", "U1"))


async def test_whoever_installs_is_welcomed_once(house: House) -> None:
    """A first message is owed to whoever installed the app; installing it again owes none."""
    await house.install("T1")
    await house.install("T1")
    ((identifier, owed),) = house.state.jobs.planned.items()
    assert identifier == "welcome:slack:T1:U1"
    assert (owed.workspace, owed.account, owed.due) == ("slack:T1", "U1", NOW)
    assert house.state.people.is_reachable("slack:T1", "U1")
