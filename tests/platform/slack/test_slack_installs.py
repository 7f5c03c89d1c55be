"""Installing by OAuth, several workspaces, Enterprise Grid, renewed tokens, and the end of an installation."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from slack_sdk.oauth.installation_store import Installation

from bot.channels.slack.oauth import INSTALL, REDIRECT, SCOPES
from tests.fakes.state import MemoryState
from tests.platform.slack.house import MANY, TEAM, Emulator, Serve, Served

Stamp = Callable[[], str]
QUESTION = "A reporter wrote to me, can I answer?"
NEW = "xoxb-example-one"

# slack_sdk 3.47 signs oauth.v2.access in a way that aiohttp 3.14 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


def _installation(team: str | None, token: str, enterprise: str | None = None, **more: Any) -> Installation:
    return Installation(
        team_id=team,
        team_name="Example",
        enterprise_id=enterprise,
        bot_token=token,
        bot_id="B0CLEARPOST",
        bot_user_id="U0CLEARPOST",
        bot_scopes=SCOPES,
        user_id="U1",
        **more,
    )


def _kept(state: MemoryState, key: str, workspace: str, installation: Installation) -> None:
    state.workspaces.add(workspace, "slack", "Example", datetime.now(UTC))
    state.installations.put("slack", key, workspace, json.dumps(vars(installation)), datetime.now(UTC))


def _one_team(token: str = NEW, **more: Any) -> MemoryState:
    state = MemoryState()
    _kept(state, f"team:{TEAM}", f"slack:{TEAM}", _installation(TEAM, token, **more))
    return state


async def _agree(served: Served) -> tuple[str, dict[str, str]]:
    """Ines clicks through the installation: the way back from Slack, and the browser's cookie."""
    page = await served.http.get(INSTALL)
    assert page.status_code == 200
    cookie = page.headers["set-cookie"]
    served.http.cookies.clear()  # the tests say which browser it is
    assert "Secure" in cookie and "HttpOnly" in cookie and page.headers["cache-control"] == "no-store"
    (link,) = re.findall(r'href="(http[^"]*oauth/v2/authorize[^"]*)"', page.text)
    asked = parse_qs(urlsplit(link.replace("&amp;", "&")).query)
    assert asked["scope"] == [",".join(SCOPES)]
    form = {name: values[0] for name, values in asked.items()} | {"user_id": served.emulator.ines}
    back = await served.standin.client.post(f"{served.emulator.url}/oauth/v2/authorize/callback", data=form)
    assert back.status_code == 302
    way = urlsplit(back.headers["location"])
    assert way.path == REDIRECT
    return f"{way.path}?{way.query}", {"cookie": cookie.partition(";")[0]}


async def test_install(serve: Serve, stamp: Stamp) -> None:
    """After the installation the workspace is known, its token is kept, and questions are answered with it."""
    served = await serve(MANY)
    way, cookie = await _agree(served)
    page = await served.http.get(way, headers=cookie)
    assert page.status_code == 200 and "Thank you" in page.text
    assert served.state.workspaces.find(f"slack:{TEAM}") is not None
    workspace, secret = served.state.installations.kept["slack", f"team:{TEAM}"]
    token = json.loads(secret)["bot_token"]
    assert workspace == f"slack:{TEAM}" and token.startswith("xoxb-") and token not in page.text
    await served.client().mention(served.emulator.launches, QUESTION, stamp())
    await served.settle()
    (call,) = served.standin.written
    assert call.token == token
    assert [line.action for line in served.state.audit.lines(f"slack:{TEAM}")] == ["installed"]


async def test_a_state_is_good_once(serve: Serve) -> None:
    """The way back works once, in the browser that began it, and not after ten minutes."""
    served = await serve(MANY)
    way, cookie = await _agree(served)
    assert (await served.http.get(way)).status_code == 400
    assert (await served.http.get(way, headers=cookie)).status_code == 200
    assert (await served.http.get(way, headers=cookie)).status_code == 401
    way, cookie = await _agree(served)
    for name in served.state.once.issued:
        served.state.once.issued[name] = datetime(2026, 1, 1, tzinfo=UTC)
    assert (await served.http.get(way, headers=cookie)).status_code == 401


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?error=<script>alert(1)</script>", "?code=x&state=y"])
async def test_a_way_back_without_a_beginning(serve: Serve, query: str) -> None:
    """Whoever cancels, or comes with nothing, gets a page without script, and nothing is installed."""
    served = await serve(MANY)
    page = await served.http.get(REDIRECT + query)
    assert page.status_code in (200, 400, 401)
    assert "<script>" not in page.text and served.state.installations.kept == {}


async def test_only_allowed_workspaces_install(serve: Serve) -> None:
    """Where workspaces are listed, no other can install the app, and none that was there before is answered."""
    served = await serve(replace(MANY, allowed=("T0OURS",)), state=_one_team())
    way, cookie = await _agree(served)
    served.state.installations.kept.clear()
    page = await served.http.get(way, headers=cookie)
    assert page.status_code == 403 and "may not install" in page.text
    assert served.state.installations.kept == {}
    _kept(served.state, f"team:{TEAM}", f"slack:{TEAM}", _installation(TEAM, "xoxb-example-one"))
    await served.client().message(await served.chat(), QUESTION, "1.1")
    await served.settle()
    assert served.heard == []


async def test_two_workspaces(serve: Serve, emulators: Callable[[int], Emulator], stamp: Stamp) -> None:
    """Each workspace is answered with its own token, and neither can press the other's buttons."""
    state = _one_team()
    _kept(state, "team:T0OTHER", "slack:T0OTHER", _installation("T0OTHER", "xoxb-example-two"))
    served = await serve(MANY, state=state, emulators={"xoxb-example-two": emulators(2).url})
    one, two = served.client(), served.client("U0OTHER", team="T0OTHER")
    await one.command(QUESTION)
    await two.message("D0OTHER", QUESTION, stamp())
    await served.settle()
    assert {message.workspace for message in served.heard} == {f"slack:{TEAM}", "slack:T0OTHER"}
    assert {call.token for call in served.standin.called("chat.postMessage")} == {"xoxb-example-two"}
    reply = served.standin.responses[0]["blocks"][-1]["elements"][0]
    await served.client(team="T0OTHER").press({**reply, "block_id": "x"}, "C1", "1.1", ephemeral=True)
    await served.settle()
    assert "no longer in my memory" in served.standin.responses[-1]["text"]
    assert state.records.memory.feedback == {}


async def test_a_whole_enterprise(serve: Serve, stamp: Stamp) -> None:
    """An installation for a whole organisation is one workspace, whichever team a person acts from."""
    state = MemoryState()
    org = _installation(None, "xoxb-example-one", "E1", enterprise_name="Example", is_enterprise_install=True)
    _kept(state, "org:E1", "slack:E1", org)
    served = await serve(MANY, state=state)
    for team in ("T1", "T2"):
        client = served.client(team=team, enterprise="E1", org=True)
        await client.mention(served.emulator.launches, QUESTION, stamp())
        await client.command(QUESTION)
        await client.interact({"type": "shortcut", "callback_id": "ask_anywhere"})
    await served.settle()
    assert {message.workspace for message in served.heard} == {"slack:E1"} and len(served.heard) == 4
    assert len(served.standin.called("views.open")) == 2


async def test_a_team_keeps_its_own_installation(serve: Serve, stamp: Stamp) -> None:
    """A team of an enterprise that installed the app by itself is its own workspace."""
    state = MemoryState()
    _kept(state, "team:T1", "slack:T1", _installation("T1", "xoxb-example-one", "E1"))
    served = await serve(MANY, state=state)
    await served.client(team="T1", enterprise="E1").mention(served.emulator.launches, QUESTION, stamp())
    await served.client(team="T2", enterprise="E1").mention(served.emulator.launches, QUESTION, stamp())
    await served.settle()
    assert [message.workspace for message in served.heard] == ["slack:T1"]


@pytest.mark.parametrize("event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}])
async def test_uninstalled(serve: Serve, event: dict[str, Any]) -> None:
    """Both of Slack's ways to tell remove the installation and the workspace, and leave a line in the audit."""
    installed = time.time() - 60
    served = await serve(MANY, state=_one_team(installed_at=installed))
    client = served.client()
    await client.event(event)
    await served.settle()
    assert served.state.installations.kept == {} and served.state.workspaces.find(f"slack:{TEAM}") is None
    assert [line.action for line in served.state.audit.added] == ["uninstalled"]
    await client.message(await served.chat(), QUESTION, "1.1")
    await served.settle()
    assert served.heard == []


async def test_old_news_removes_nothing(serve: Serve) -> None:
    """An end that Slack tells of late does not remove what was installed again since; nor do revoked user tokens."""
    served = await serve(MANY, state=_one_team(installed_at=time.time()))
    await served.client().event({"type": "app_uninstalled"}, event_time=int(time.time()) - 600)
    await served.client().event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})
    await served.settle()
    assert ("slack", f"team:{TEAM}") in served.state.installations.kept


async def test_one_team_of_an_enterprise_leaves(serve: Serve) -> None:
    """News of one team does not end the enterprise's installation while its token works; its own news does."""
    state = MemoryState()
    org = _installation(None, "xoxb-example-one", "E1", is_enterprise_install=True, installed_at=time.time() - 60)
    _kept(state, "org:E1", "slack:E1", org)
    served = await serve(MANY, state=state)
    await served.client(team="T1", enterprise="E1").event({"type": "app_uninstalled"})
    await served.settle()
    assert ("slack", "org:E1") in state.installations.kept
    await served.client(team="", enterprise="E1", org=True).event({"type": "app_uninstalled"})
    await served.settle()
    assert state.installations.kept == {}


async def test_one_token_uninstalled(served: Served) -> None:
    """With one bot token, too, the workspace is removed."""
    await served.client().event({"type": "app_uninstalled"})
    await served.settle()
    assert served.state.workspaces.all() == []


async def test_a_token_is_renewed(serve: Serve, stamp: Stamp) -> None:
    """A token near its end is renewed once, kept, and used from then on."""
    state = _one_team("xoxb-old", bot_refresh_token="xoxe-1", bot_token_expires_at=int(time.time()) + 600)
    served = await serve(MANY, state=state)
    told = {"ok": True, "token_type": "bot", "access_token": "xoxb-example-one", "refresh_token": "xoxe-2"}
    served.standin.refuse["oauth.v2.access"] = (200, {**told, "expires_in": 43_200}, {})
    for _ in range(2):
        await served.client().mention(served.emulator.launches, QUESTION, stamp())
    await served.settle()
    (call,) = served.standin.called("oauth.v2.access")
    assert call.body["grant_type"] == "refresh_token" and call.body["refresh_token"] == "xoxe-1"
    assert {call.token for call in served.standin.written} == {"xoxb-example-one"}
    kept = json.loads(state.installations.kept["slack", f"team:{TEAM}"][1])
    assert (kept["bot_token"], kept["bot_refresh_token"]) == ("xoxb-example-one", "xoxe-2")
    assert kept["bot_token_expires_at"] > time.time() + 40_000


async def test_a_token_that_another_process_renewed(serve: Serve, stamp: Stamp) -> None:
    """Where the refresh token was used elsewhere in the meantime, what that process kept is used."""
    state = _one_team("xoxb-old", bot_refresh_token="xoxe-1", bot_token_expires_at=int(time.time()) + 600)
    served = await serve(MANY, state=state)
    served.standin.refuse["oauth.v2.access"] = (200, {"ok": False, "error": "invalid_refresh_token"}, {})
    reading = state.installations.get
    read = []

    def get(surface: str, key: str) -> str | None:
        read.append(key)
        if len(read) == 3:  # after the failed renewal
            _kept(state, key, f"slack:{TEAM}", _installation(TEAM, "xoxb-example-one"))
        return reading(surface, key)

    state.installations.get = get  # type: ignore[method-assign] # the other process, at the worst moment
    await served.client().mention(served.emulator.launches, QUESTION, stamp())
    await served.settle()
    assert served.standin.written[0].token == "xoxb-example-one"


async def test_a_token_that_cannot_be_renewed(serve: Serve, stamp: Stamp, capsys: pytest.CaptureFixture[str]) -> None:
    """Where Slack does not renew a token that is still good, it is used, and the log says so."""
    state = _one_team(bot_refresh_token="xoxe-1", bot_token_expires_at=int(time.time()) + 600)
    served = await serve(MANY, state=state)
    served.standin.refuse["oauth.v2.access"] = (200, {"ok": False, "error": "internal_error"}, {})
    await served.client().mention(served.emulator.launches, QUESTION, stamp())
    await served.settle()
    assert len(served.standin.written) == 1
    said = capsys.readouterr()
    assert "slack_token_not_renewed" in said.out + said.err


async def test_one_token_is_asked_about_later(serve: Serve, stamp: Stamp, capsys: pytest.CaptureFixture[str]) -> None:
    """Where Slack did not tell at start whose token it is, the first request asks, and not every one after it."""
    served = await serve(begin=False)
    served.standin.refuse["auth.test"] = (200, {"ok": False, "error": "invalid_auth"}, {})
    for _ in range(3):
        await served.client().mention(served.emulator.launches, QUESTION, stamp())
    await served.settle()
    assert len(served.standin.called("auth.test")) == 1 and served.heard == []
    said = capsys.readouterr()
    assert "slack_token_refused" in said.out + said.err
    late = await serve(begin=False)
    await late.client().mention(late.emulator.launches, QUESTION, stamp())
    await late.settle()
    assert len(late.heard) == 1


async def test_an_enterprise_whose_token_died(serve: Serve) -> None:
    """News of one team ends the enterprise's installation where Slack takes its token no more."""
    state = MemoryState()
    org = _installation(None, "xoxb-example-one", "E1", is_enterprise_install=True, installed_at=time.time() - 60)
    _kept(state, "org:E1", "slack:E1", org)
    served = await serve(MANY, state=state)
    served.standin.refuse["auth.test"] = (200, {"ok": False, "error": "account_inactive"}, {})
    await served.client(team="T1", enterprise="E1").event({"type": "app_uninstalled"})
    await served.settle()
    assert state.installations.kept == {}


async def test_slack_is_away_while_installing(serve: Serve) -> None:
    """Where Slack cannot be reached on the way back from it, the page says so."""
    served = await serve(MANY, api_url="http://127.0.0.1:9/api/")
    way, cookie = await _agree(served)
    page = await served.http.get(way, headers=cookie)
    assert page.status_code == 503 and "cannot be reached" in page.text
    assert served.state.installations.kept == {}
