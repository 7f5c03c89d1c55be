"""Puts load on a running server the way Slack does: signed events, acknowledged, answered some moments later."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Final

import aiohttp
import uvicorn

from bot import wiring
from bot.bench.servers import serving
from bot.bench.slack_stand_in import BOT, TEAM, SlackStandIn
from bot.errors import SurfaceError
from bot.settings import Settings
from knowledge.encoder import SentenceEncoder
from knowledge.questions import read_questions

_REPEATED: Final = 10  # every so-many-th event is sent a second time, as Slack does where it was in doubt
_PATIENCE: Final = 60.0  # seconds for an answer; what is not there then is lost
_WARM_UP: Final = 10  # events before anything is counted
_SETTLING: Final = 2.0  # seconds in which a second answer would come


@dataclass(slots=True)
class _Seen:
    """What happened: seconds until each acknowledgement, and the channels that got no answer."""

    acknowledged: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """How hard a server is pressed: so many events in work at once, for so many seconds."""

    seconds: float = 60.0
    at_once: int = 50


def measure_surfaces(settings: Settings, encoder: SentenceEncoder, load: Load, tell: wiring.Tell) -> dict[str, float]:
    """Press a server of this installation with signed events of Slack, each of which gets an answer.

    ``events``: how many were sent. ``lost``: how many got no answer. ``answered_twice``: how many got more than one.
    ``ack_p99_ms``: milliseconds in which 99 of 100 were acknowledged. ``answers_per_s``: answers a second.

    Raises:
        SurfaceError: where the server does not start or refuses an event.
    """
    wiring.ensure_index(settings, encoder, None)
    labelled = read_questions(wiring.pack(settings).questions / "ask-tune.jsonl")
    questions = [each.question for each in labelled]

    async def measure(folder: Path) -> dict[str, float]:
        async with _serving(settings, encoder, folder, questions) as sender:
            tell(f"{load.at_once} events at once for {load.seconds:.0f} seconds")
            return await _press(sender, load)

    with tempfile.TemporaryDirectory(prefix="clearpost-bench-") as name:
        tell("starting a server that believes to talk to Slack")
        return asyncio.run(measure(Path(name)))


@asynccontextmanager
async def _serving(
    settings: Settings, encoder: SentenceEncoder, folder: Path, questions: Sequence[str]
) -> AsyncIterator[_Sender]:
    """A server in front of a stand-in of Slack, with what sends it events."""
    slack, secret = SlackStandIn(), secrets.token_hex(16)
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(_listening(slack))
        believed = {
            "slack_signing_secret": secret,
            "slack_bot_token": "xoxb-bench",
            "slack_api_url": f"{address}/api/",
        }
        context = serving(settings, encoder, folder, believed)
        server = await asyncio.to_thread(context.__enter__)
        stack.push_async_callback(asyncio.to_thread, context.__exit__, None, None, None)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        yield _Sender(
            session, f"http://127.0.0.1:{server.port}/slack/events", secret, slack, count(1), cycle(questions)
        )


async def _press(sender: _Sender, load: Load) -> dict[str, float]:
    for _ in range(_WARM_UP):
        await sender.ask(_Seen())
    sender.slack.said.clear()
    seen, began = _Seen(), time.monotonic()
    await asyncio.gather(*(_keep_asking(sender, seen, began + load.seconds) for _ in range(load.at_once)))
    took = time.monotonic() - began
    await asyncio.sleep(_SETTLING)
    ranked = sorted(seen.acknowledged)
    return {
        "events": seen.answered + len(seen.lost),
        "lost": len(seen.lost),
        "answered_twice": sum(1 for times in sender.slack.said.values() if times > 1),
        "ack_p99_ms": round(ranked[int(len(ranked) * 0.99)] * 1000, 1),
        "answers_per_s": round(seen.answered / took, 1),
    }


async def _keep_asking(sender: _Sender, seen: _Seen, until: float) -> None:
    while time.monotonic() < until:
        await sender.ask(seen)


@dataclass(frozen=True, slots=True)
class _Sender:
    """Sends events as Slack does."""

    session: aiohttp.ClientSession
    address: str
    secret: str
    slack: SlackStandIn
    numbers: Iterator[int]
    questions: Iterator[str]

    async def ask(self, seen: _Seen) -> None:
        """One question in a direct message of its own, until it is answered."""
        number = next(self.numbers)
        channel = f"D{number:08}"
        body = json.dumps(_event(number, channel, next(self.questions))).encode()
        seen.acknowledged.append(await self._send(body))
        if number % _REPEATED == 0:
            seen.acknowledged.append(await self._send(body, {"X-Slack-Retry-Num": "1"}))
        try:
            await asyncio.wait_for(self.slack.expect(channel).wait(), _PATIENCE)
        except TimeoutError:
            seen.lost.append(channel)
        else:
            seen.answered += 1

    async def _send(self, body: bytes, more: dict[str, str] | None = None) -> float:
        """Seconds until an event was acknowledged."""
        now = str(int(time.time()))
        digest = hmac.new(self.secret.encode(), b"v0:" + now.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={digest}",
        }
        began = time.perf_counter()
        try:
            async with self.session.post(self.address, data=body, headers=headers | (more or {})) as response:
                await response.read()
        except aiohttp.ClientError as error:
            raise SurfaceError(f"the server did not answer ({error}); try 'clearpost serve' to see why") from error
        if response.status != 200:
            raise SurfaceError(f"the server refused an event with {response.status}; 'clearpost serve' says why")
        return time.perf_counter() - began


def _event(number: int, channel: str, question: str) -> dict[str, object]:
    moment = f"{time.time():.6f}"
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A0BENCH",
        "event_id": f"Ev{number:010}",
        "event_time": int(time.time()),
        "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True, "is_enterprise_install": False}],
        "event": {
            "type": "message",
            "channel": channel,
            "channel_type": "im",
            "user": f"U{number:08}",
            "text": question,
            "ts": moment,
            "event_ts": moment,
            "team": TEAM,
        },
    }


@asynccontextmanager
async def _listening(slack: SlackStandIn) -> AsyncIterator[str]:
    """The stand-in on a free loopback port, with its address."""
    server = uvicorn.Server(uvicorn.Config(slack.app, port=0, log_level="error", access_log=False))
    serving_task = asyncio.create_task(server.serve())
    while not server.started:
        if serving_task.done():
            raise SurfaceError("no free port for a stand-in of Slack")
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving_task


__all__ = ["Load", "measure_surfaces"]
