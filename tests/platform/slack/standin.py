"""A stand-in for the part of Slack that the emulator lacks; everything else is passed on to it.

Its own are ``response_url``, ``assistant.threads.*``, ``apps.connections.open`` with the WebSocket behind it, and
answers that a test wants to go wrong. It keeps every call with its answer.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

Answer = tuple[int, dict[str, Any], dict[str, str]]
"""A status, a body, headers."""

OWN = frozenset({"assistant.threads.setStatus", "assistant.threads.setSuggestedPrompts"})
"""Methods that the emulator does not know."""

WRITES = frozenset({"chat.postMessage", "chat.postEphemeral", "chat.update"})


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API."""

    method: str
    token: str
    body: Mapping[str, Any]
    answer: Mapping[str, Any]


class StandIn:
    """Slack, as the app sees it. ``emulators`` are addresses by token; the empty token's is the default."""

    def __init__(self, emulators: Mapping[str, str]) -> None:
        self.emulators = dict(emulators)
        self.calls: list[Call] = []
        self.responses: list[dict[str, Any]] = []
        self.refuse: dict[str, Answer] = {}
        self.scripted: dict[str, Callable[[], Answer]] = {}
        self.broken = False
        self.gone: set[str] = set()
        self.acknowledged: list[dict[str, Any]] = []
        self.connected = asyncio.Event()
        self._envelopes: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.client = httpx2.AsyncClient(trust_env=False)
        self.port = 0

    @property
    def api_url(self) -> str:
        """What the app takes for Slack's Web API."""
        return f"http://127.0.0.1:{self.port}/api/"

    def response_url(self, name: str) -> str:
        """An address for a command's or a press's answers."""
        return f"http://127.0.0.1:{self.port}/respond/{name}"

    def called(self, *methods: str) -> list[Call]:
        """The calls of some methods, in their order."""
        return [call for call in self.calls if call.method in methods]

    @property
    def written(self) -> list[Call]:
        """The messages that Slack took."""
        return [call for call in self.called(*WRITES) if call.answer.get("ok")]

    def send(self, envelope: dict[str, Any]) -> None:
        """Send an envelope by Socket Mode."""
        self._envelopes.put_nowait(envelope)

    def app(self) -> Starlette:
        """The server."""
        return Starlette(
            routes=[
                Route("/api/{method}", self._api, methods=["GET", "POST"]),
                Route("/respond/{name}", self._respond, methods=["POST"]),
                Route("/oauth/v2/{rest:path}", self._pass_on, methods=["GET", "POST"]),
                WebSocketRoute("/link", self._link),
            ]
        )

    @asynccontextmanager
    async def served(self) -> AsyncIterator[StandIn]:
        """The stand-in on a free port of this machine."""
        config = uvicorn.Config(self.app(), host="127.0.0.1", port=0, log_level="warning", lifespan="off", ws="auto")
        server = uvicorn.Server(config)
        serving = asyncio.ensure_future(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        self.port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.should_exit = True
            await serving
            await self.client.aclose()

    async def _api(self, request: Request) -> Response:
        method = request.path_params["method"]
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        raw = await request.body()
        if self.broken:
            return PlainTextResponse("<html>no JSON</html>", 502)
        body = _fields(request, raw)
        status, answer, headers = await self._answered(method, token, raw, request)
        self.calls.append(Call(method, token or str(body.get("token", "")), body, answer))
        return JSONResponse(answer, status, headers=headers)

    async def _answered(self, method: str, token: str, raw: bytes, request: Request) -> Answer:
        if method in self.scripted:
            return self.scripted[method]()
        if method in self.refuse:
            return self.refuse[method]
        if method == "apps.connections.open":
            return 200, {"ok": True, "url": f"ws://127.0.0.1:{self.port}/link"}, {}
        if method in OWN:
            return 200, {"ok": True}, {}
        answer = await self._emulated(request, raw, token)
        return answer.status_code, answer.json(), {}

    async def _emulated(self, request: Request, raw: bytes, token: str = "") -> httpx2.Response:
        base = self.emulators.get(token) or self.emulators[""]
        headers = {name: request.headers[name] for name in ("authorization", "content-type") if name in request.headers}
        url = f"{base}{request.url.path}" + (f"?{request.url.query}" if request.url.query else "")
        return await self.client.request(request.method, url, content=raw, headers=headers)

    async def _pass_on(self, request: Request) -> Response:
        answer = await self._emulated(request, await request.body())
        headers = {"location": answer.headers["location"]} if "location" in answer.headers else {}
        return Response(answer.content, answer.status_code, headers, answer.headers.get("content-type"))

    async def _respond(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name in self.gone:
            return PlainTextResponse("expired_url", 404)
        self.responses.append({"to": name, **json.loads(await request.body())})
        return PlainTextResponse("ok")

    async def _link(self, socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.connected.set()
        sending = asyncio.ensure_future(self._send_all(socket))
        try:
            while True:
                self.acknowledged.append(json.loads(await socket.receive_text()))
        except WebSocketDisconnect:
            pass
        finally:
            sending.cancel()

    async def _send_all(self, socket: WebSocket) -> None:
        while True:
            await socket.send_json(await self._envelopes.get())


def _fields(request: Request, raw: bytes) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(json.loads(raw))
    return dict(parse_qsl(raw.decode()))


__all__ = ["Call", "StandIn"]
