"""A Teams surface over fakes, and activities as Teams sends them."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx2
from starlette.applications import Starlette

from bot.channels.background import Background
from bot.channels.teams.app import Pace, TeamsConfig, TeamsParts, TeamsSurface
from bot.channels.teams.desk import Desk
from bot.channels.teams.port import BlockedError, Json, Post, Reception
from bot.channels.teams.references import text
from bot.conversation.messages import Message
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.router import Router
from bot.ports import Profile
from knowledge.models import Answer
from tests.fakes.answers import FakeAnswers
from tests.fakes.campus import campus
from tests.fakes.office import office
from tests.fakes.state import MemoryState
from tests.fakes.triage import FakeTriage

NOW: Final = datetime(2026, 11, 2, 9, tzinfo=UTC)
APP: Final = "00000000-0000-4000-8000-00000000a000"
TENANT: Final = "00000000-0000-4000-8000-00000000b000"
WORKSPACE: Final = f"teams:{TENANT}"
INES: Final = "00000000-0000-4000-8000-00000000c001"
OMAR: Final = "00000000-0000-4000-8000-00000000c002"
NAMES: Final = {INES: "Ines Example", OMAR: "Omar Example"}
CHANNEL: Final = "19:general@thread.tacv2"
THREAD: Final = f"{CHANNEL};messageid=1700"
SERVICE: Final = "https://smba.example.com/teams/"


def chat_of(account: str) -> str:
    """The id of somebody's personal chat."""
    return f"a:chat-of-{account[-4:]}"


def member_of(account: str) -> str:
    """The id that Teams mentions somebody by."""
    return f"29:{account[-4:]}"


_ids = itertools.count(1)


def activity(kind: str = "message", account: str = INES, where: str = "personal", **more: Any) -> dict[str, Any]:
    """An activity; ``where`` is ``personal``, ``groupChat`` or ``channel``."""
    conversation = {"personal": chat_of(account), "groupChat": "19:group@thread.v2", "channel": THREAD}[where]
    return {
        "type": kind,
        "id": f"activity-{next(_ids)}",
        "channelId": "msteams",
        "serviceUrl": SERVICE,
        "from": {"id": member_of(account), "aadObjectId": account, "name": NAMES[account]},
        "recipient": {"id": f"28:{APP}", "name": "Clearpost"},
        "conversation": {"id": conversation, "conversationType": where, "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "en-GB",
        "localTimezone": "Europe/Berlin",
        **more,
    }


def mention(words: str, account: str = INES, where: str = "channel", **more: Any) -> dict[str, Any]:
    """A message to the bot where others read along."""
    at = {"type": "mention", "mentioned": {"id": f"28:{APP}", "name": "Clearpost"}, "text": "<at>Clearpost</at>"}
    said = f"<at>Clearpost</at> {words}"
    return activity("message", account, where, text=said, entities=[at], **more)


def deed(act: str, on: str, account: str = INES, where: str = "channel", **more: Any) -> dict[str, Any]:
    """A press on an action of a card; ``data`` is what the card and its form add."""
    data = {"act": act, "on": on, **more.pop("data", {})}
    value = {"action": {"type": "Action.Execute", "verb": "deed", "data": data}, "trigger": "manual"}
    return activity("invoke", account, where, name="adaptiveCard/action", value=value, replyToId="m1", **more)


def press(verb: str, reply: str, account: str = INES, **more: Any) -> dict[str, Any]:
    """A press on a button of a card in a personal chat."""
    data = {"reply": reply, **({"option": more.pop("option")} if "option" in more else {})}
    action = {"type": "Action.Execute", "verb": verb, "data": data}
    value = {"action": action, "trigger": more.pop("trigger", "manual")}
    return activity("invoke", account, name="adaptiveCard/action", value=value, replyToId="m1", **more)


@dataclass(frozen=True, slots=True)
class Written:
    """One message that was sent: where to, and what."""

    conversation: str
    post: Post
    reference: Json


@dataclass(slots=True)
class FakeTransport:
    """Implements ``Transport``. ``failures`` are raised by the next calls, by conversation or by whose chat to open."""

    sent: list[Written] = field(default_factory=list)
    updated: list[tuple[str, str, Post]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    rosters: dict[str, Mapping[str, Profile]] = field(default_factory=dict)
    closed: bool = False

    async def receive(
        self, authorization: str, activity: Json, handle: Callable[[Json], Awaitable[Reception]]
    ) -> Reception:
        """Believe everything."""
        self._fail("receive")
        return await handle(activity)

    async def send(self, reference: Json, post: Post) -> str:
        """Remember a message."""
        conversation = text(reference, "conversation", "id")
        self._fail(conversation)
        self.sent.append(Written(conversation, post, reference))
        return f"m{len(self.sent)}"

    async def update(self, reference: Json, message: str, post: Post) -> None:
        """Remember an update."""
        conversation = text(reference, "conversation", "id")
        self._fail(conversation)
        self.updated.append((conversation, message, post))

    async def open(self, origin: Json, member: str) -> Json:
        """A personal chat, by the names of this module."""
        self._fail(member)
        self.opened.append(member)
        account = next(each for each in NAMES if member_of(each) == member)
        conversation = {"id": chat_of(account), "conversationType": "personal", "tenantId": TENANT}
        return {**origin, "user": {"id": member}, "conversation": conversation}

    async def profile(self, reference: Json, member: str) -> Profile:
        """What a test put there."""
        if member not in self.profiles:
            raise BlockedError("no such member")
        return self.profiles[member]

    async def members(self, reference: Json) -> Mapping[str, Profile]:
        """Who is in a team, by the id of its general channel."""
        team = text(reference, "conversation", "id")
        self._fail(team)
        return self.rosters[team]

    async def close(self) -> None:
        """Remember that."""
        self.closed = True

    def messages(self, conversation: str) -> list[Post]:
        """What was sent to a conversation, without the signs of typing."""
        return [each.post for each in self.sent if each.conversation == conversation and not each.post.typing]

    def _fail(self, what: str) -> None:
        if self.failures.get(what):
            raise self.failures[what].pop(0)


@dataclass(slots=True)
class FakeInstaller:
    """Implements ``Installer``: adds the app where it ``may``."""

    may: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def install(self, tenant: str, account: str) -> bool:
        """Whether it may."""
        self.asked.append((tenant, account))
        return self.may


@dataclass(slots=True)
class Scene:
    """The surface, and all that it touched."""

    surface: TeamsSurface
    transport: FakeTransport
    state: MemoryState
    background: Background
    client: httpx2.AsyncClient
    messages: list[Message]

    async def arrive(self, sent: Mapping[str, Any]) -> httpx2.Response:
        """An activity arrives; its work is done when this returns."""
        response = await self.client.post("/api/messages", json=dict(sent))
        await self.background.finish(5)
        return response


async def hello(_message: Message) -> Reply:
    """A conversation of one word."""
    return Reply(ReplyKind.SMALL_TALK, "Hello!")


def parts(
    config: TeamsConfig, converse: Callable[[Message], Awaitable[Reply]] = hello, state: MemoryState | None = None
) -> TeamsParts:
    """The parts of a surface, over fakes."""
    kept = state or MemoryState()
    return TeamsParts(
        config=config,
        converse=converse,
        records=kept.records,
        people=kept.people,
        workspaces=kept.workspaces,
        places=kept.places,
        inbox=kept.inbox,
        audit=kept.audit,
        staff=kept.staff,
        desks=kept.desks,
        clock=lambda: NOW,
        background=Background(),
    )


@asynccontextmanager
async def scene(
    canned: Mapping[str, Answer] | None = None,
    *,
    converse: Callable[[Message], Awaitable[Reply]] | None = None,
    config: TeamsConfig | None = None,
    pace: Pace | None = None,
    installer: FakeInstaller | None = None,
    examples: tuple[str, ...] = ("May I post this?",),
) -> AsyncIterator[Scene]:
    """A surface over fakes, with the real conversation unless another is given."""
    state, transport = MemoryState(), FakeTransport()
    ids = itertools.count(1)
    coe = office(state, FakeAnswers(canned), state.jobs, lambda: f"r{next(ids)}")
    router = Router(coe, campus(coe), FakeTriage(), timedelta(hours=8))
    messages: list[Message] = []

    async def overheard(message: Message) -> Reply:
        messages.append(message)
        return await (converse or router)(message)

    made = replace(
        parts(config or TeamsConfig(APP, "secret"), overheard, state),
        examples=examples,
        pace=pace or Pace(first_wait=0.001, longest_wait=0.01),
    )
    surface, background = TeamsSurface(Desk(made, transport, installer)), made.background
    app = httpx2.ASGITransport(app=Starlette(routes=list(surface.routes)))
    async with httpx2.AsyncClient(transport=app, base_url="http://test") as client:
        yield Scene(surface, transport, state, background, client, messages)


__all__ = [
    "APP",
    "CHANNEL",
    "INES",
    "NAMES",
    "NOW",
    "OMAR",
    "SERVICE",
    "TENANT",
    "THREAD",
    "WORKSPACE",
    "FakeInstaller",
    "FakeTransport",
    "Scene",
    "Written",
    "activity",
    "chat_of",
    "deed",
    "hello",
    "member_of",
    "mention",
    "parts",
    "press",
    "scene",
]
