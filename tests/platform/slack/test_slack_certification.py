"""An exam, a confirmation and a brown bag in an emulated Slack: by signed presses, on cards that change in place."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from starlette.applications import Starlette

from bot.channels.background import Background
from bot.channels.slack.app import SlackConfig, SlackParts, SlackSurface, slack_surface
from bot.conversation.learn.campus import Campus
from bot.conversation.learn.certification.remind import reminders
from bot.conversation.learn.gatherings import attend
from bot.conversation.router import Router
from bot.conversation.small_talk import EXAMPLES
from bot.jobs import Ledger, Worker
from bot.ports import Profile
from bot.state import State, migrate, open_engine
from bot.state.people import SqlPeople
from lessons.models import Track
from tests.contract.owed import FAST, FREE, Clock, until
from tests.fakes.answers import FakeAnswers
from tests.fakes.office import office
from tests.fakes.town import town
from tests.fakes.triage import FakeTriage
from tests.platform.slack.client import SECRET, buttons, told
from tests.platform.slack.house import BOT_TOKEN, PUBLIC, TEAM, Emulator, Served
from tests.platform.slack.standin import StandIn
from tests.platform.slack.test_slack_lessons import Client

MONDAY: Final = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
WORKSPACE: Final = f"slack:{TEAM}"
PATIENCE: Final = 60.0  # seconds for a message to come; a busy machine is slow, not wrong


@dataclass(frozen=True, slots=True)
class Card:
    """A message of the bot: where it is, and in which thread."""

    channel: str
    ts: str
    thread: str


@dataclass(slots=True)
class Town:
    """Ines, who was hired today, Noor, and everything around them."""

    served: Served
    state: State
    campus: Campus
    worker: Worker
    clock: Clock
    emulator: Emulator

    def client(self, account: str) -> Client:
        """Somebody in Slack, at the time of the test."""
        made = Client(self.served.http, account, TEAM, f"http://127.0.0.1:{self.served.standin.port}/respond")
        made.clock = self.clock
        return made

    async def says(self, words: str) -> Card:
        """Ines writes to the bot; its answer."""
        chat = await self.served.chat()
        root = await self.served.says(words, chat)
        await self.client(self.emulator.ines).message(chat, words, root)
        await self.served.settle()
        return self.last(root)

    def last(self, thread: str = "") -> Card:
        """The message that the bot wrote last."""
        call = self.served.standin.called("chat.postMessage")[-1]
        return Card(str(call.answer["channel"]), str(call.answer["ts"]), thread or str(call.answer["ts"]))

    async def shows(self, card: Card) -> list[dict[str, Any]]:
        """The blocks of a message as they are now."""
        found = await self.served.read("conversations.replies", channel=card.channel, ts=card.thread)
        return next(list(each["blocks"]) for each in found["messages"] if each["ts"] == card.ts)

    async def presses(self, card: Card, label: str, account: str = "") -> str:
        """Somebody presses what has a label, on the button or beside it; the words of the message after it."""
        blocks = await self.shows(card)
        beside = {
            block["accessory"]["action_id"]: told([block["text"]])
            for block in blocks
            if block["type"] == "section" and "accessory" in block
        }
        found = buttons(blocks)
        button = next(each for name, each in found.items() if beside.get(name, each["text"]["text"]) == label)
        trigger, thread = await self.served.trigger(), card.thread if card.thread != card.ts else ""
        presser = self.client(account or self.emulator.ines)
        answer = await presser.press(button, card.channel, card.ts, thread=thread, trigger_id=trigger)
        assert answer.status_code == 200
        await self.served.settle()
        return told(await self.shows(card))

    async def at_rest(self) -> None:
        """Wait until nothing is owed now."""
        await until(lambda: not self.worker.counts().planned + self.worker.counts().queued, PATIENCE)


@pytest.fixture
async def place(emulator: Emulator, tmp_path: Path) -> AsyncIterator[Town]:
    """A town before an emulated Slack, with a worker that runs; brown bags are announced in #launches."""
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    migrate(engine)
    state, background, clock = State(engine), Background(), Clock(MONDAY)
    ids, people = itertools.count(1), itertools.count(1)
    state.people = SqlPeople(engine, (), lambda: f"person-{next(people)}")  # whose exam has always the same questions
    coe = office(state, FakeAnswers(), Ledger(engine, clock), lambda: f"reply-{next(ids)}")
    campus = town(coe, state, (WORKSPACE, emulator.launches), attests=True)
    async with AsyncExitStack() as stack:
        stack.callback(state.close)
        standin = await stack.enter_async_context(StandIn({"": emulator.url}).served())
        router = Router(coe, campus, FakeTriage(), timedelta(hours=12))
        surface = _surface(state, standin.api_url, router, background, clock)
        transport = httpx2.ASGITransport(app=Starlette(routes=list(surface.routes)))
        http = await stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url=PUBLIC))
        worker = Worker(engine, {"slack": surface}, clock, FREE, FAST)
        stack.push_async_callback(surface.close)
        stack.push_async_callback(surface.stop)
        await surface.start()
        stack.push_async_callback(worker.stop, PATIENCE)
        stack.push_async_callback(background.finish, PATIENCE)
        await worker.start()
        person = state.people.meet(WORKSPACE, emulator.ines, Profile("Ines Example", "ines@example.com"), MONDAY)
        state.staff.describe(person.id, track=Track.EMPLOYEES.value, hired=MONDAY.date(), at=MONDAY)
        state.learners.enrol(MONDAY)
        served = Served(surface, state, FakeAnswers(), standin, background, http, emulator)  # type: ignore[arg-type] # the real state
        yield Town(served, state, campus, worker, clock, emulator)


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


async def test_an_exam_is_answered_in_one_message(place: Town) -> None:
    """Question after question takes the place of the one before; how it went stands there at the end."""
    card = await place.says("my level")
    first = await place.presses(card, "Start the exam")
    assert "Exam: Ready to post" in first and "1 of 2" in first
    person = place.state.people.find(WORKSPACE, place.emulator.ines)
    assert person is not None
    await place.presses(card, "“Best kettle I ever had!”")
    (attempt,) = place.state.certificates.attempts(person.id)
    assert (len(attempt.answers), attempt.ended) == (1, None)
    shown = await place.presses(card, "True")
    assert "Not yet: Ready to post" in shown and "0 of 2 right" in shown and "from 4 Nov 2026 on" in shown
    assert {each.body["ts"] for each in place.served.standin.called("chat.update")} == {card.ts}
    assert len(place.served.standin.called("chat.postMessage")) == 1
    (attempt,) = place.state.certificates.attempts(person.id)
    assert attempt.passed is False


async def test_a_policy_is_confirmed_where_it_was_asked(place: Town) -> None:
    """The request comes by itself; a press turns it into what was confirmed, and the audit has the line."""
    assert reminders(place.campus.academy, place.clock()) == 1
    await place.at_rest()
    card = place.last()
    assert "I have read and understood “Saying who you work for”, version 1.0." in told(await place.shows(card))
    shown = await place.presses(card, "I confirm")
    assert "You confirmed on 2 Nov 2026" in shown and buttons(await place.shows(card)) == {}
    assert len(place.served.standin.called("chat.postMessage")) == 1
    assert [each.action for each in place.state.audit.lines(WORKSPACE)].count("policy_attested") == 1


async def test_a_brown_bag_from_the_plan_to_the_thanks(place: Town) -> None:
    """Announced in the channel, answered there, counted in the same message; thanks when it is over."""
    draft = await place.says("brown bag Reading the room on 3 November 14:00 UTC for 30 minutes in the canteen")
    assert "It will be announced in 1 channel" in told(await place.shows(draft))
    assert "Announced in 1 channel" in await place.presses(draft, "Announce")
    await place.at_rest()
    board = place.last()
    assert board.channel == place.emulator.launches
    await place.presses(board, "I am coming", place.emulator.noor)
    await place.at_rest()
    assert "1 colleague" in told(await place.shows(board))
    place.clock.now = MONDAY + timedelta(days=1, hours=5)
    assert attend(place.campus.hall, place.clock()) == 1
    await place.at_rest()
    assert "Came" in told(await place.shows(board)) and buttons(await place.shows(board)) == {}
    sent = " ".join(told(each.body["blocks"]) for each in place.served.standin.called("chat.postMessage"))
    assert "Thank you for “Reading the room”" in sent and "Was it useful?" in sent
