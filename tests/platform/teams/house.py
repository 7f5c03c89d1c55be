"""The Teams surface with the real conversation behind it, served on loopback in a thread."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
import time
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette

from bot.channels.background import Background
from bot.channels.teams.app import TeamsConfig, TeamsParts, TeamsSurface, teams_surface
from bot.conversation.learn.campus import Campus
from bot.conversation.learn.school import School
from bot.conversation.messages import Message
from bot.conversation.reply import Reply
from bot.conversation.router import Router
from bot.errors import UnknowableError
from bot.ports import Delivery
from knowledge.models import Answer
from tests.fakes.answers import FakeAnswers
from tests.fakes.office import office
from tests.fakes.school import CURRICULUM
from tests.fakes.state import MemoryState
from tests.fakes.town import town
from tests.fakes.triage import FakeTriage

PATIENCE: Final = 60.0  # seconds for anything that should take less than one; a busy machine is slow, not wrong
NOW: Final = datetime(2026, 11, 2, 9, tzinfo=UTC)


class House:
    """A running server. ``slow`` is how long each answer takes, in seconds; ``messages`` is what was said."""

    def __init__(self, canned: Mapping[str, Answer], examples: tuple[str, ...]) -> None:
        self.state = MemoryState()
        self.messages: list[Message] = []
        self.slow = 0.0
        self.surface: TeamsSurface
        self.campus: Campus
        self.school: School
        self.address = ""
        self._sent: dict[str, str] = {}
        self._canned = canned
        self._examples = examples
        self._loop: asyncio.AbstractEventLoop
        self._ready = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._server: uvicorn.Server
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> House:
        """Serve."""
        self._thread.start()
        if not self._ready.wait(PATIENCE):
            raise TimeoutError("the server does not start")
        deadline = time.monotonic() + PATIENCE
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        return self

    def __exit__(self, *_reason: object) -> None:
        """Stop."""
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        self._listening.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """The result of some work of the surface, on its own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def deliver(self) -> None:
        """Send what is owed, as the worker would: each card first, then what takes its place."""
        owed = self.state.jobs.owed
        for delivery in sorted(owed.values(), key=lambda each: (bool(each.edits), each.due)):
            del owed[delivery.id]
            edited = self._sent[delivery.edits] if delivery.edits else ""
            self._sent[delivery.id] = self._send(delivery, edited)

    def _send(self, delivery: Delivery, edited: str) -> str:
        """Send, and again where the connection broke, as the worker does: the playground ends those that were idle."""
        try:
            message: str = self.run(self.surface.send(delivery, edited))
        except UnknowableError:
            message = self.run(self.surface.send(delivery, edited))
        return message

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        background, ids = Background(), itertools.count(1)
        answers, state = FakeAnswers(self._canned), self.state
        coe = office(state, answers, state.jobs, lambda: f"r{next(ids)}")
        self.campus = town(coe, state, None, attests=True, curriculum=CURRICULUM)
        self.school = self.campus.school
        router = Router(coe, self.campus, FakeTriage(), timedelta(hours=8))

        async def converse(message: Message) -> Reply:
            self.messages.append(message)
            if self.slow:
                await asyncio.sleep(self.slow)
            return await router(message)

        self.surface = teams_surface(
            TeamsParts(
                config=TeamsConfig(app_id="", app_password="", unauthenticated=True),
                converse=converse,
                records=state.records,
                people=state.people,
                workspaces=state.workspaces,
                places=state.places,
                inbox=state.inbox,
                audit=state.audit,
                staff=state.staff,
                desks=state.desks,
                clock=lambda: NOW,
                background=background,
                examples=self._examples,
            )
        )
        app = Starlette(routes=list(self.surface.routes))
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        self._ready.set()
        await self._server.serve(sockets=[self._listening])
        await background.finish(5)
        await self.surface.close()


__all__ = ["NOW", "PATIENCE", "House"]
