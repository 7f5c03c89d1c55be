"""The app's own tokens, Microsoft's keys, and adding the app through Graph."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import requests
from structlog.testing import capture_logs

from bot.channels.teams.microsoft.installs import GraphInstaller
from bot.channels.teams.microsoft.tokens import AppTokens, KeysUnreachableError, SigningKeys
from bot.errors import TryLaterError
from tests.unit.bot.teams.microsoft import Microsoft, SignIn, microsoft
from tests.unit.bot.teams.scene import APP, INES, NOW, TENANT

LOGIN = "https://login.microsoftonline.com/"
CATALOG = "00000000-0000-4000-8000-00000000d000"


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.now


@pytest.fixture
def teams() -> Iterator[Microsoft]:
    """Microsoft's side."""
    with microsoft() as standin:
        yield standin


async def test_token_is_kept_until_shortly_before_its_end() -> None:
    """A token is fetched once, by however many at a time, and anew five minutes before it ends."""
    clock, sign_in = Clock(), SignIn()
    tokens = AppTokens(APP, "secret", LOGIN, "botframework.com", clock, sign_in)
    assert set(await asyncio.gather(*(tokens.get("https://api.example.com") for _ in range(6)))) == {"token-1"}
    clock.now += timedelta(minutes=54)
    assert await tokens.get("https://api.example.com") == "token-1"
    clock.now += timedelta(minutes=2)
    assert await tokens.get("https://api.example.com") == "token-2"
    assert len(sign_in.asked) == 2 and "botframework.com" in sign_in.asked[0]


async def test_each_tenant_and_scope_has_its_token() -> None:
    """A token of one tenant or scope is never used for another."""
    sign_in = SignIn()
    tokens = AppTokens(APP, "secret", LOGIN, TENANT, Clock(), sign_in)
    got = [await tokens.get("https://a"), await tokens.get("https://b"), await tokens.get("https://a", "other.example")]
    assert got == ["token-1", "token-2", "token-3"] and "other.example" in sign_in.asked[2]


async def test_refused_token_says_what_to_check() -> None:
    """A wrong password is an error in the log that names the settings, without the password or Microsoft's prose."""
    error = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret 'secret' provided."}
    tokens = AppTokens(APP, "secret", LOGIN, TENANT, Clock(), SignIn(error))
    with capture_logs() as logs, pytest.raises(TryLaterError, match="expired"):
        await tokens.get("https://api.example.com")
    (line,) = logs
    assert line["reason"] == "AADSTS7000215" and "CLEARPOST_TEAMS_APP_ID" in line["remedy"]
    assert "secret" not in json.dumps({**line, "remedy": ""})


async def test_sign_in_out_of_reach() -> None:
    """Where the sign-in cannot be reached, it is tried later."""
    sign_in = SignIn(unreachable=requests.ConnectionError("down"))
    with pytest.raises(TryLaterError):
        await AppTokens(APP, "secret", LOGIN, TENANT, Clock(), sign_in).get("https://api.example.com")


async def test_old_keys_do_for_a_while(teams: Microsoft) -> None:
    """Keys are renewed after half a day; where that fails the old ones do, but not for ever."""
    clock = Clock()
    keys = SigningKeys(teams.cloud.keys, clock)
    await keys.get("k1")
    clock.now += timedelta(hours=13)
    await keys.get("k1")
    assert len(teams.to("/keys")) == 2
    teams.broken = True
    clock.now += timedelta(hours=35)
    await keys.get("k1")
    clock.now += timedelta(hours=2)
    with pytest.raises(KeysUnreachableError):
        await keys.get("k1")


async def test_unknown_keys_are_looked_for_now_and_then(teams: Microsoft) -> None:
    """A new key is found, but nobody can make us fetch the keys with every request."""
    clock = Clock()
    keys = SigningKeys(teams.cloud.keys, clock)
    for unknown in ("new", "k-random-1", None, 5):
        with pytest.raises(PermissionError):
            await keys.get(unknown)
    assert len(teams.to("/keys")) == 1
    clock.now += timedelta(minutes=6)
    with pytest.raises(PermissionError):
        await keys.get("new")
    assert len(teams.to("/keys")) == 2


async def test_failed_fetch_is_not_repeated_at_once(teams: Microsoft) -> None:
    """While the keys are out of reach, not every request waits for them anew."""
    teams.broken = True
    keys = SigningKeys(teams.cloud.keys, Clock())
    for _ in range(5):
        with pytest.raises(KeysUnreachableError):
            await keys.get("k1")
    assert len(teams.to("/keys")) == 1


@pytest.mark.parametrize("answer", [[], {"jwks_uri": 5}, {}, {"jwks_uri": "nonsense"}])
async def test_keys_that_are_nonsense(teams: Microsoft, answer: object) -> None:
    """Whatever a server sends in place of keys, they are out of reach."""
    teams.answers["GET", "/keys"].append((200, {}, answer))
    with pytest.raises(KeysUnreachableError):
        await SigningKeys(teams.cloud.keys, Clock()).get("k1")


def installer(teams: Microsoft, sign_in: SignIn | None = None) -> GraphInstaller:
    """An installer at the stand-in."""
    tokens = AppTokens(APP, "secret", LOGIN, TENANT, Clock(), sign_in or SignIn())
    return GraphInstaller(tokens, CATALOG, teams.cloud.graph)


@pytest.mark.parametrize("status", [201, 409])
async def test_app_is_added_through_graph(teams: Microsoft, status: int) -> None:
    """The app is added for one person in their tenant; that it is there already is as good."""
    path = f"/graph/v1.0/users/{INES}/teamwork/installedApps"
    teams.answers["POST", path].append((status, {}, {}))
    sign_in = SignIn()
    assert await installer(teams, sign_in).install(TENANT, INES)
    (call,) = teams.to("/graph")
    assert call.authorization == "Bearer token-1" and TENANT in sign_in.asked[0]
    assert call.body == {"teamsApp@odata.bind": f"{teams.cloud.graph}/v1.0/appCatalogs/teamsApps/{CATALOG}"}


async def test_graph_that_refuses(teams: Microsoft) -> None:
    """Without the permission the log says where to read on."""
    path = f"/graph/v1.0/users/{INES}/teamwork/installedApps"
    teams.answers["POST", path].append((403, {}, {}))
    with capture_logs() as logs:
        assert not await installer(teams).install(TENANT, INES)
    assert logs[0]["status"] == 403 and "install-teams.md" in logs[0]["remedy"]


async def test_graph_out_of_reach() -> None:
    """A server that is not there is no crash."""
    with microsoft() as gone:
        made = installer(gone)
    assert not await made.install(TENANT, INES)


async def test_only_people_of_a_directory(teams: Microsoft) -> None:
    """An id that is none of a directory, such as a guest's or a forged path, asks nobody."""
    for account in ("29:guest", "../../me", "", f"{INES}/x"):
        assert not await installer(teams).install(TENANT, account)
    assert not teams.calls


async def test_no_token_no_installation(teams: Microsoft) -> None:
    """Where Microsoft gives no token, nothing is added."""
    assert not await installer(teams, SignIn({"error": "invalid_client"})).install(TENANT, INES)
    assert not teams.calls
