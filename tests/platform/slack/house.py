"""The app as it is served before an emulated Slack, and the emulator itself."""

from __future__ import annotations

import asyncio
import itertools
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from bot.channels.background import Background
from bot.channels.slack.app import SlackConfig, SlackParts, SlackSurface, slack_surface
from bot.conversation.ask import person
from bot.conversation.intake import Intake
from bot.conversation.kept import to_json
from bot.conversation.messages import Message
from bot.conversation.reply import Reply
from bot.conversation.router import Router
from bot.conversation.small_talk import EXAMPLES
from bot.ports import Delivery
from knowledge.contacts import LAST_RESORT
from tests.fakes.answers import CLARIFY, HAND_OVER, OUT_OF_SCOPE, FakeAnswers
from tests.fakes.campus import campus
from tests.fakes.office import office
from tests.fakes.state import MemoryState
from tests.fakes.triage import FakeTriage
from tests.platform.slack.client import SECRET, SlackClient
from tests.platform.slack.standin import StandIn

HERE = Path(__file__).parent
EMULATE = HERE.parent / "node_modules" / "emulate" / "dist" / "index.js"
PUBLIC = "https://clearpost.example.com"
TEAM = "T000000001"
BOT_TOKEN = "xoxb-example-one"
CANNED = {
    "It is about a reporter": CLARIFY,
    "Something odd": HAND_OVER,
    "vpn keeps dropping": OUT_OF_SCOPE,
}

ONE = SlackConfig(signing_secret=SECRET, bot_token=BOT_TOKEN)
MANY = SlackConfig(signing_secret=SECRET, client_id="1.2", client_secret="example-client-secret", public_url=PUBLIC)


@dataclass(slots=True)
class Emulator:
    """A running emulator, with what its seed made."""

    url: str
    ines: str
    noor: str
    launches: str


class SlowAnswers(FakeAnswers):
    """The fake answers; a question that begins with "Slowly" takes longer than people like to wait."""

    def ask(self, question: str, *arguments: Any, **named: Any) -> Any:
        """The canned answer, late."""
        if question.startswith("Slowly"):
            time.sleep(0.8)
        if question.startswith("Fall over"):
            raise RuntimeError("the answers fell over a question that must not be logged")
        return super().ask(question, *arguments, **named)


@dataclass(slots=True)
class Served:
    """The app behind its routes, and everything around it.

    ``script`` holds replies that take the place of the conversation's own, with pauses in seconds before them. ``sent``
    are the names of the messages that were delivered, by the delivery.
    """

    surface: SlackSurface
    state: MemoryState
    answers: FakeAnswers
    standin: StandIn
    background: Background
    http: httpx2.AsyncClient
    emulator: Emulator
    heard: list[Message] = field(default_factory=list)
    script: list[Reply | float] = field(default_factory=list)
    sent: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def now() -> datetime:
        """The moment."""
        return datetime.now(UTC)

    def delivery(self, reply: Reply, *, place: str) -> Delivery:
        """A reply that is owed to a channel."""
        number = len(self.standin.calls)
        return Delivery(f"case:{number}", f"slack:{TEAM}", "", "case", to_json(reply), self.now(), place=place)

    def client(self, user: str = "", **more: Any) -> SlackClient:
        """A person in Slack; Ines where nobody else is meant."""
        told = {"team": TEAM, "responses": f"http://127.0.0.1:{self.standin.port}/respond", **more}
        return SlackClient(self.http, user or self.emulator.ines, **told)

    async def settle(self) -> None:
        """Wait until all that was acknowledged is done."""
        while len(self.background):  # noqa: ASYNC110 - work begins more work; there is no one event to wait for
            await asyncio.sleep(0.005)

    async def says(self, text: str, channel: str, **more: Any) -> str:
        """Ines really writes something there; its timestamp."""
        answer = await self.read("chat.postMessage", channel=channel, text=text, **more)
        return str(answer["ts"])

    async def read(self, method: str, **arguments: Any) -> dict[str, Any]:
        """A call with the eyes of Ines, past the app."""
        async with httpx2.AsyncClient(trust_env=False) as client:
            answer = await client.post(
                f"{self.emulator.url}/api/{method}",
                data=arguments,
                headers={"authorization": "Bearer xoxp-example-reader"},
            )
        found = answer.json()
        assert found["ok"], found
        return dict(found)

    async def delete(self, channel: str, ts: str) -> None:
        """Somebody deletes a message of the bot."""
        async with httpx2.AsyncClient(trust_env=False) as client:
            told = {"channel": channel, "ts": ts}
            headers = {"authorization": f"Bearer {BOT_TOKEN}"}
            answer = await client.post(f"{self.emulator.url}/api/chat.delete", data=told, headers=headers)
        assert answer.json()["ok"]

    async def trigger(self) -> str:
        """A trigger that opens a modal."""
        async with httpx2.AsyncClient(trust_env=False) as client:
            url = f"{self.emulator.url}/api/views.generateTriggerId"
            answer = await client.post(url, headers={"authorization": f"Bearer {BOT_TOKEN}"})
        return str(answer.json()["trigger_id"])

    async def chat(self) -> str:
        """The direct messages of Ines with the bot."""
        return str((await self.read("conversations.open", users="U0CLEARPOST"))["channel"]["id"])


Serve = Callable[..., Awaitable[Served]]
"""Serves the app: ``await serve(config, most=…)``."""


def serve_app(config: SlackConfig, standin: StandIn, emulator: Emulator, most: int, state: MemoryState) -> Served:
    """The app before a stand-in, not started; at most so many questions in work at once."""
    answers, background = SlowAnswers(CANNED), Background()
    ids = (f"reply-{number}" for number in itertools.count(1))
    place = office(state, answers, new_id=lambda: next(ids))
    router = Router(place, campus(place), FakeTriage(), timedelta(hours=12))
    heard: list[Message] = []
    script: list[Reply | float] = []

    async def hear(message: Message) -> Reply:
        heard.append(message)
        if not script:
            return await router(message)
        if isinstance(script[0], float):
            await asyncio.sleep(script.pop(0))  # type: ignore[arg-type] # it is a float
        return script.pop(0)  # type: ignore[return-value] # a pause comes before a reply

    surface = slack_surface(
        SlackParts(
            config=config,
            converse=Intake(hear, most),
            records=state.records,
            people=state.people,
            workspaces=state.workspaces,
            inbox=state.inbox,
            installations=state.installations,
            once=state.once,
            jobs=state.jobs,
            audit=state.audit,
            clock=lambda: datetime.now(UTC),
            background=background,
            examples=EXAMPLES,
            contact=lambda: person(LAST_RESORT, answers.contacts),
            staff=state.staff,
            desks=state.desks,
        )
    )
    transport = httpx2.ASGITransport(app=Starlette(routes=list(surface.routes)))
    http = httpx2.AsyncClient(transport=transport, base_url=PUBLIC)
    return Served(surface, state, answers, standin, background, http, emulator, heard, script)


def start_emulator(log: Path) -> tuple[subprocess.Popen[bytes], Emulator]:
    """An emulator on a free port, filled by ``seed.yaml``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["node", str(EMULATE), "start", "-s", "slack", "-p", str(port), "--seed", str(HERE / "seed.yaml")]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=log.parent)
    url = f"http://127.0.0.1:{port}"
    headers = {"authorization": "Bearer xoxp-example-reader"}
    with httpx2.Client(base_url=url, headers=headers, trust_env=False) as client:
        _wait_for(client, process, log)
        users = client.post("/api/users.list").json()["members"]
        channels = client.post("/api/conversations.list").json()["channels"]
    ids = {user["name"]: user["id"] for user in users}
    launches = next(channel["id"] for channel in channels if channel["name"] == "launches")
    return process, Emulator(url, ids["ines"], ids["noor"], launches)


def _wait_for(client: httpx2.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        try:
            client.get("/")
        except httpx2.TransportError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    process.kill()
    pytest.fail(f"the Slack emulator did not start: {log.read_text()[-500:]}")
