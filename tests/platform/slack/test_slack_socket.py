"""Socket Mode: Slack's own protocol over a WebSocket, for servers without a public address."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.slack.app import SlackConfig
from bot.errors import SurfaceError
from tests.platform.slack.house import BOT_TOKEN, TEAM, Serve, Served

Stamp = Callable[[], str]
SOCKET = SlackConfig(bot_token=BOT_TOKEN, app_token="xapp-example")
QUESTION = "A reporter wrote to me, can I answer?"


def _event(served: Served, envelope: str, **event: Any) -> dict[str, Any]:
    payload = {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": "Ev1",
        "event_time": int(time.time()),
        "event": {"user": served.emulator.ines, **event},
    }
    return {"type": "events_api", "envelope_id": envelope, "accepts_response_payload": False, "payload": payload}


async def _acknowledged(served: Served, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(5):
        while len(served.standin.acknowledged) < count:  # noqa: ASYNC110 - the other side of a socket has no event
            await asyncio.sleep(0.01)
    await served.settle()
    return served.standin.acknowledged


async def test_events_and_commands(serve: Serve, stamp: Stamp) -> None:
    """What comes over the socket is acknowledged by its envelope and answered as over HTTP, and an event only once."""
    served = await serve(SOCKET)
    assert served.surface.routes == ()
    opened = served.standin.called("apps.connections.open")
    assert [call.token for call in opened] == ["xapp-example"]
    told = {"type": "message", "channel_type": "im", "channel": await served.chat(), "text": QUESTION, "ts": stamp()}
    served.standin.send(_event(served, "one", **told))
    served.standin.send(_event(served, "again", **told))
    command = {
        "command": "/clearpost",
        "text": QUESTION,
        "team_id": TEAM,
        "user_id": served.emulator.ines,
        "channel_id": "C1",
        "channel_name": "general",
        "trigger_id": "t",
        "response_url": served.standin.response_url("command"),
    }
    served.standin.send({"type": "slash_commands", "envelope_id": "two", "payload": command})
    answers = await _acknowledged(served, 3)
    assert sorted(answer["envelope_id"] for answer in answers) == ["again", "one", "two"]
    assert len(served.standin.written) == len(served.standin.responses) == 1


async def test_a_modal_is_answered_over_the_socket(serve: Serve) -> None:
    """An answer that belongs to the acknowledgement itself goes with it."""
    served = await serve(SOCKET)
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "ask",
        "private_metadata": "{}",
        "state": {"values": {"question": {"question": {"value": QUESTION}}}},
    }
    payload = {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": served.emulator.ines}, "view": view}
    served.standin.send(
        {"type": "interactive", "envelope_id": "v", "accepts_response_payload": True, "payload": payload}
    )
    (answer,) = await _acknowledged(served, 1)
    assert answer["payload"]["response_action"] == "update"
    assert len(served.standin.written) == 2


async def test_stop(serve: Serve, stamp: Stamp) -> None:
    """After stop nothing new is taken, and what was acknowledged is still answered."""
    served = await serve(SOCKET)
    told = {"type": "message", "channel_type": "im", "channel": await served.chat(), "ts": stamp()}
    served.standin.send(_event(served, "one", text="Slowly, please", **told))
    async with asyncio.timeout(5):
        while not served.standin.acknowledged:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
    await served.surface.stop()
    await served.settle()
    assert len(served.standin.written) == 1


@pytest.mark.parametrize(
    ("method", "setting"),
    [("auth.test", "CLEARPOST_SLACK_BOT_TOKEN"), ("apps.connections.open", "CLEARPOST_SLACK_APP_TOKEN")],
)
async def test_a_token_that_slack_refuses(serve: Serve, method: str, setting: str) -> None:
    """A refused token is an error at start that names the setting, not an endless attempt."""
    served = await serve(SOCKET, begin=False)
    served.standin.refuse[method] = (200, {"ok": False, "error": "invalid_auth"}, {})
    with pytest.raises(SurfaceError, match=rf"{setting} \(invalid_auth\)"):
        await served.surface.start()


async def test_slack_out_of_reach(serve: Serve, stamp: Stamp) -> None:
    """Over HTTP the server starts without Slack, and asks whose token it is with the first request."""
    served = await serve(begin=False)
    served.standin.refuse["auth.test"] = (503, {}, {})
    with pytest.raises(SurfaceError):
        await served.surface.start()
    gone = await serve(
        replace(SOCKET, app_token="", signing_secret="s"), begin=False, api_url="http://127.0.0.1:9/api/"
    )
    await gone.surface.start()
    stuck = await serve(SOCKET, begin=False, api_url="http://127.0.0.1:9/api/")
    with pytest.raises(SurfaceError, match="cannot be reached for Socket Mode"):
        await stuck.surface.start()
