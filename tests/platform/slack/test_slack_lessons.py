"""A lesson in an emulated Slack: planned when it is due, sent by a real worker, answered by signed presses."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from starlette.applications import Starlette

from bot.channels.background import Background
from bot.channels.slack.app import SlackConfig, SlackParts, SlackSurface, slack_surface
from bot.conversation.learn.school import School
from bot.conversation.learn.teach import teach
from bot.conversation.router import Router
from bot.conversation.small_talk import EXAMPLES
from bot.jobs import Ledger, Worker
from bot.ports import Profile
from bot.ports.certificates import Certificate, Certificates
from bot.state import State, migrate, open_engine
from lessons.models import Track
from tests.contract.owed import FAST, FREE, Clock, until
from tests.fakes.academy import LEVELS, WHITE
from tests.fakes.answers import FakeAnswers
from tests.fakes.campus import campus
from tests.fakes.office import office
from tests.fakes.school import FIRST, SECOND, school
from tests.fakes.triage import FakeTriage
from tests.platform.slack.client import SECRET, SlackClient, buttons, told
from tests.platform.slack.house import BOT_TOKEN, PUBLIC, TEAM, Emulator, Served
from tests.platform.slack.standin import StandIn

MONDAY: Final = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
WORKSPACE: Final = f"slack:{TEAM}"
RIGHT: Final = "“I work here, and I love it.”"
WRONG: Final = "“Best kettle ever.”"
PATIENCE: Final = 60.0  # seconds for a message to come; a busy machine is slow, not wrong


class Client(SlackClient):
    """Signs at the time of the test."""

    clock: Clock

    async def post(self, body: str | bytes, content_type: str = "application/json", **more: Any) -> httpx2.Response:
        """A request, signed now."""
        return await super().post(body, content_type, **{**more, "age": time.time() - self.clock().timestamp()})


@dataclass(slots=True)
class Class:
    """Ines, who was hired today, and everything around her."""

    served: Served
    state: State
    school: School
    worker: Worker
    clock: Clock
    ines: str
    certificates: Certificates
    seen: set[str] = field(default_factory=set)

    async def comes(self) -> tuple[str, list[dict[str, Any]]]:
        """What is due next comes by itself; its message's timestamp and blocks."""
        assert teach(self.school, self.clock()) == 1
        learner = self.state.learners.looking(self.clock() + timedelta(days=40), 1)[0]
        past = self.state.learners.pasts([learner.person.id])[learner.person.id]
        self.clock.now = max(self.clock(), *(each.due for each in past.sittings))
        chat = await self.served.chat()
        await until(lambda: self.worker.counts().planned + self.worker.counts().queued == 0, PATIENCE)
        history = (await self.served.read("conversations.history", channel=chat, limit=5))["messages"]
        newest = next(each for each in history if each["ts"] not in self.seen and each.get("blocks"))
        self.seen.add(newest["ts"])
        return newest["ts"], newest["blocks"]

    async def shows(self, ts: str) -> list[dict[str, Any]]:
        """The blocks of a message as they are now."""
        chat = await self.served.chat()
        found = (await self.served.read("conversations.replies", channel=chat, ts=ts))["messages"]
        return next(list(each["blocks"]) for each in found if each["ts"] == ts)

    async def presses(self, ts: str, label: str) -> list[dict[str, Any]]:
        """Press a button of a message; the blocks of the message after it."""
        button = _button(await self.shows(ts), label)
        chat, trigger = await self.served.chat(), await self.served.trigger()
        answer = await self._client().press(button, chat, ts, trigger_id=trigger)
        assert answer.status_code == 200
        await self.served.settle()
        return await self.shows(ts)

    async def opens_home(self) -> list[dict[str, Any]]:
        """Open the Home tab; its blocks."""
        await self._client().event({"type": "app_home_opened", "channel": "D1", "tab": "home", "event_ts": "1.2"})
        await self.served.settle()
        return list(self.served.standin.called("views.publish")[-1].body["view"]["blocks"])

    async def presses_home(self, button: dict[str, Any], number: int) -> None:
        """Press a button of the Home tab."""
        press = {**button, "action_ts": str(number)}
        view = {"type": "view", "view_id": "V1"}
        await self._client().interact({"type": "block_actions", "container": view, "actions": [press]})
        await self.served.settle()

    def _client(self) -> Client:
        client = Client(self.served.http, self.ines, TEAM, f"http://127.0.0.1:{self.served.standin.port}/respond")
        client.clock = self.clock
        return client


def _button(blocks: list[dict[str, Any]], label: str) -> dict[str, Any]:
    return next(each for each in buttons(blocks).values() if each["text"]["text"] == label)


@pytest.fixture
async def taught(emulator: Emulator, tmp_path: Path) -> AsyncIterator[Class]:
    """Ines on the employees' track, before an emulated Slack, with a worker that runs."""
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    migrate(engine)
    state, background, clock = State(engine), Background(), Clock(MONDAY)
    ids = itertools.count(1)
    coe = office(state, FakeAnswers(), Ledger(engine, clock), lambda: f"reply-{next(ids)}")
    classes = school(coe, state.learners)
    async with AsyncExitStack() as stack:
        stack.callback(state.close)
        standin = await stack.enter_async_context(StandIn({"": emulator.url}).served())
        whole = campus(coe, classes, levels=LEVELS)
        router = Router(coe, whole, FakeTriage(), timedelta(hours=12))
        surface = _surface(state, standin.api_url, router, background, clock)
        transport = httpx2.ASGITransport(app=Starlette(routes=list(surface.routes)))
        http = httpx2.AsyncClient(transport=transport, base_url=PUBLIC)
        await stack.enter_async_context(http)
        worker = Worker(engine, {"slack": surface}, clock, FREE, FAST)
        stack.push_async_callback(surface.close)
        stack.push_async_callback(surface.stop)
        await surface.start()
        stack.push_async_callback(worker.stop, PATIENCE)
        stack.push_async_callback(background.finish, PATIENCE)
        await worker.start()
        person = state.people.meet(WORKSPACE, emulator.ines, Profile("Ines Example", "ines@example.com"), MONDAY)
        state.staff.describe(person.id, track=Track.EMPLOYEES.value, hired=MONDAY.date(), at=MONDAY)
        served = Served(surface, state, FakeAnswers(), standin, background, http, emulator)  # type: ignore[arg-type] # the real state
        yield Class(served, state, classes, worker, clock, emulator.ines, whole.academy.certificates)


def _surface(state: State, api_url: str, router: Router, background: Background, clock: Clock) -> SlackSurface:
    return slack_surface(
        SlackParts(
            config=SlackConfig(signing_secret=SECRET, bot_token=BOT_TOKEN, api_url=api_url),
            converse=router,
            records=state.records,
            people=state.people,
            workspaces=state.workspaces,
            inbox=state.inbox,
            installations=state.installations,
            once=state.once,
            jobs=Ledger(state.engine, clock),
            audit=state.audit,
            clock=clock,
            background=background,
            examples=EXAMPLES,
            contact=lambda: None,
            staff=state.staff,
            desks=state.desks,
        )
    )


async def test_a_lesson_comes_and_is_answered_wrong_then_right(taught: Class) -> None:
    """One direct message on the first day; each answer changes it in place, and tells why."""
    ts, card = await taught.comes()
    assert FIRST.title in told(card) and "her team" in told(card) and "1 of 2" in told(card)
    assert taught.clock().hour >= 9 and teach(taught.school, taught.clock()) == 0

    wrong = await taught.presses(ts, WRONG)
    assert "Not quite" in told(wrong) and "Nobody can tell that she works here." in told(wrong)
    assert "Where may it stand?" in told(wrong) and WRONG not in [
        each["text"]["text"] for each in buttons(wrong).values()
    ]

    calls = taught.served.standin.called("chat.update")
    assert [each.body["ts"] for each in calls] == [ts]
    assert len(taught.served.standin.called("chat.postMessage")) == 1


async def test_right_at_first_and_the_next_lesson_the_next_day(taught: Class) -> None:
    """Praised with the rule behind it; the form of several options ends the lesson, and the next one comes tomorrow."""
    ts, _ = await taught.comes()
    day = taught.clock().date()
    right = await taught.presses(ts, RIGHT)
    assert f"Right: {FIRST.title}" in told(right) and "Yes: the first words say it." in told(right)

    await taught.presses(ts, "Choose")
    view = taught.served.standin.called("views.open")[-1].body["view"]
    (block,) = [each for each in view["blocks"] if each["type"] == "input"]
    offered = block["element"]["options"]
    assert [each["text"]["text"] for each in offered] == ["In the first line", "In the profile", "In the picture"]
    picked = {"type": "checkboxes", "selected_options": [offered[0], offered[2]]}
    values = {block["block_id"]: {block["element"]["action_id"]: picked}}
    client = Client(taught.served.http, taught.ines, TEAM, "")
    client.clock = taught.clock
    await client.interact({"type": "view_submission", "view": {**view, "id": "V1", "state": {"values": values}}})
    await taught.served.settle()
    done = told(await taught.shows(ts))
    assert f"Right: {FIRST.title}" in done and "Yes, where it is easy to see." in done
    assert len(taught.served.standin.called("chat.postMessage")) == 1

    taught.clock.pass_(hours=14)
    second, card = await taught.comes()
    assert second != ts and SECOND.title in told(card) and taught.clock().date() > day


async def test_not_now_leaves_the_card_and_sends_nothing_for_a_day(taught: Class) -> None:
    """The card stays as it is; a line says when something comes again."""
    ts, card = await taught.comes()
    after = await taught.presses(ts, "Not now")
    assert told(after) == told(card) and taught.served.standin.called("chat.update") == []
    person = taught.state.people.find(WORKSPACE, taught.ines)
    assert person is not None
    learner = taught.state.learners.find(person.id)
    assert learner is not None and learner.paused_until == taught.clock() + timedelta(days=1)


async def test_my_lessons_on_the_home_tab(taught: Class) -> None:
    """What is due, how far one is, the level with its last day; what is opened there comes as a message."""
    person = taught.state.people.find(WORKSPACE, taught.ines)
    assert person is not None
    until_when = MONDAY + timedelta(days=365)
    held = Certificate("c1", WORKSPACE, person.id, WHITE.id, MONDAY, until_when, 1, "token")
    assert taught.certificates.award(held) == held
    await taught.comes()
    home = await taught.opens_home()
    assert "Your lessons" in told(home) and FIRST.title in told(home) and "0 of 2" in told(home)
    assert "White: Ready to post, until 2 Nov 2027" in told(home) and "Your queue" not in told(home)
    labels = [each["text"]["text"] for each in buttons(home).values()]
    assert labels[:4] == ["Open", "My lessons", "My level", "All lessons"]

    for number, (label, shown) in enumerate((("Open", FIRST.title), ("My lessons", "Pause"), ("My level", WHITE.name))):
        await taught.presses_home(_button(home, label), number)
        last = taught.served.standin.called("chat.postMessage")[-1]
        assert shown in told(last.body["blocks"])
    assert len(taught.served.standin.called("views.publish")) == 4


async def test_the_home_tab_of_who_learns_nothing_here(taught: Class) -> None:
    """Nothing is said of lessons to whoever is on no track."""
    person = taught.state.people.find(WORKSPACE, taught.ines)
    assert person is not None
    taught.state.staff.describe(person.id, track="", at=taught.clock())
    assert "lessons" not in told(await taught.opens_home())
