"""As much of Slack's Web API as a server under load calls: it takes messages, counts them, and says yes."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TEAM: Final = "T0BENCH"
BOT: Final = "U0BENCHBOT"
_SAID: Final = frozenset({"chat.postMessage", "chat.postEphemeral"})


class SlackStandIn:
    """Counts the messages by their channel. One event loop."""

    def __init__(self) -> None:
        self.said: Counter[str] = Counter()
        self._waiting: dict[str, asyncio.Event] = {}
        self.app = Starlette(routes=[Route("/api/{method:path}", self._call, methods=["GET", "POST"])])

    def expect(self, channel: str) -> asyncio.Event:
        """An event that is set once something was said in a channel."""
        return self._waiting.setdefault(channel, asyncio.Event())

    async def _call(self, request: Request) -> Response:
        method = str(request.path_params["method"])
        fields = await _fields(request)
        channel = str(fields.get("channel", ""))
        if method in _SAID:
            self.said[channel] += 1
            self.expect(channel).set()
        return JSONResponse(_reply(method, channel, self.said[channel]))


async def _fields(request: Request) -> dict[str, object]:
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(json.loads(body or b"{}"))
    return dict(parse_qsl(body.decode()))


def _reply(method: str, channel: str, number: int) -> dict[str, object]:
    match method:
        case "auth.test":
            identity = {"team_id": TEAM, "team": "Bench", "user_id": BOT, "user": "clearpost", "bot_id": "B0BENCH"}
            return {"ok": True, "url": "https://bench.example.com/", **identity}
        case "users.info":
            return {"ok": True, "user": {"id": "U0", "tz": "UTC", "profile": {"real_name": "Somebody"}}}
        case "chat.postMessage":
            return {"ok": True, "channel": channel, "ts": f"1700000000.{number:06}", "message": {}}
        case _:
            return {"ok": True}


__all__ = ["BOT", "TEAM", "SlackStandIn"]
