"""A worker without a server plans and sends: it runs every clock that a server runs, and encodes nothing for it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
import uvicorn
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot import wiring
from bot.ports import Clock, Event, Post, Profile, Row
from bot.ports.gatherings import Phase
from bot.settings import load_settings
from bot.state import State, open_engine, reading
from bot.state.tables import audit, deliveries, entries
from knowledge.contacts import LAST_RESORT
from knowledge.encoder import Vectors
from knowledge.index import build_index
from knowledge.live import LiveAnswers
from knowledge.models import Priority
from lessons.dials import Dial, Setting
from tests.conftest import PackMaker
from tests.contract.cases import CASE, opened
from tests.contract.owed import until
from tests.contract.test_gatherings import BAG
from tests.fakes.calibration import even_calibration
from tests.fakes.encoder import HashedEncoder

TEAM: Final = "slack:T1"
MONDAY: Final = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
PATIENCE: Final = 60.0  # seconds; a busy machine is slow, not wrong
EMAIL: Final = "ines@example.com"
IDENTITY: Final = {"ok": True, "team_id": "T1", "team": "Example", "user_id": "U0", "bot_id": "B0"}
USER: Final = {"id": "U1", "team_id": "T1", "tz": "UTC", "profile": {"real_name": "Ines Example", "email": EMAIL}}
DESK: Final = "# Desks\n\n## Pictures of a desk\nYou may post a picture of your desk.\n"
CONTACTS: Final = """
contacts:
  - id: coe_lead
    name: Social media lead
    topics: [everything else]
    regions: [worldwide]
    languages: [en]
    hours: {days: [mon, tue, wed, thu, fri], opens: "08:00", closes: "18:00", time_zone: UTC}
    reach: {email: social@example.com}
"""


class NoModel(HashedEncoder):
    """The encoder that the index was made with, which may not be used any more."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Fail."""
        raise AssertionError(f"a worker encodes nothing, and not {texts}")


@dataclass(frozen=True, slots=True)
class Slack:
    """As much of Slack as a worker calls; ``called`` are the methods, in order."""

    url: str
    called: list[str]


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """A Slack on this machine in which Ines has an account."""
    called: list[str] = []

    async def answer(request: Request) -> JSONResponse:
        called.append(request.path_params["method"])
        match called[-1]:
            case "auth.test":
                return JSONResponse(IDENTITY)
            case "users.lookupByEmail":
                return JSONResponse({"ok": True, "user": USER})
            case _:
                return JSONResponse({"ok": True, "channel": "C1", "ts": "1700000000.000001"})

    app = Starlette(routes=[Route("/api/{method}", answer, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    serving = asyncio.ensure_future(server.serve())
    await until(lambda: server.started, PATIENCE)
    yield Slack(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/api/", called)
    server.should_exit = True
    await serving


@pytest.fixture
def live(make_pack: PackMaker, fake_encoder: HashedEncoder, tmp_path: Path) -> LiveAnswers:
    """Answers from a small index that was made before."""
    index = tmp_path / "index.db"
    build_index(make_pack({"desk.md": DESK}, contacts=CONTACTS), index, fake_encoder)
    return LiveAnswers(index, NoModel(), even_calibration(fake_encoder), MONDAY.date)


@pytest.fixture
def remembered(bare_environment: pytest.MonkeyPatch, slack: Slack) -> Iterator[State]:
    """An empty state of an installation with one workspace of Slack, on a Monday morning."""
    told = {"BOT_TOKEN": "xoxb-1", "SIGNING_SECRET": "s", "API_URL": slack.url}
    for name, value in told.items():
        bare_environment.setenv(f"CLEARPOST_SLACK_{name}", value)
    began = time.monotonic()
    for module in ("_lessons", "_office", "_server"):
        bare_environment.setattr(
            f"bot.wiring.{module}.now", lambda: MONDAY + timedelta(seconds=time.monotonic() - began)
        )
    bare_environment.setattr("bot.wiring._lessons._LOOK", 0.2)
    made = wiring.state(load_settings())
    yield made
    made.close()


def _owed(remembered: State) -> set[str]:
    """The kinds of what is owed, or was."""
    with reading(remembered.engine) as connection:
        return set(connection.execute(select(deliveries.c.kind)).scalars())


def _rung(remembered: State) -> bool:
    """Whether the clock of the case rang."""
    entries = remembered.escalations.entries(TEAM, CASE.id)
    return any(each.event is Event.REMINDED for each in entries)


async def test_a_lone_worker_runs_every_clock(remembered: State, live: LiveAnswers, slack: Slack) -> None:
    """A case is reminded of when it is time, somebody of the list is found in Slack, and their lesson is owed."""
    remembered.workspaces.add(TEAM, "slack", "Example", MONDAY)
    remembered.roster.upsert(TEAM, [Row(EMAIL, track="employees", hired=MONDAY.date())], MONDAY)
    half_way = Clock(MONDAY - timedelta(minutes=8), MONDAY + timedelta(minutes=7), next=MONDAY)
    urgent = replace(CASE, priority=Priority.URGENT, contact=LAST_RESORT, opened=half_way.began, clock=half_way)
    opened(remembered, urgent, posts=[Post("case:1", TEAM, place="C1")])
    work = wiring.lone_worker(load_settings(), live, remembered)
    await work.start()
    try:
        await until(lambda: "lesson" in _owed(remembered) and _rung(remembered), PATIENCE)
        assert work.worker.health() == "ok"
    finally:
        await work.close()
    ines = remembered.people.find(TEAM, "U1")
    assert ines is not None and ines.profile.email == EMAIL
    assert slack.called.count("users.lookupByEmail") == 1


def _begun(remembered: State) -> State:
    """The same morning in a state: somebody to be taught, a case that rings, a brown bag that is over."""
    remembered.workspaces.add(TEAM, "slack", "Example", MONDAY)
    rows = [Row(f"p{each}@example.com", track="employees", hired=MONDAY.date()) for each in range(30)]
    remembered.roster.upsert(TEAM, rows, MONDAY)
    for each in range(30):
        remembered.people.meet(TEAM, f"U{each}", Profile(f"Person {each}", f"p{each}@example.com"), MONDAY)
    for dial in Dial:
        remembered.programme.turn(TEAM, dial, Setting.FORMAL, MONDAY, "test")
    half_way = Clock(MONDAY - timedelta(minutes=8), MONDAY + timedelta(minutes=7), next=MONDAY)
    urgent = replace(CASE, priority=Priority.URGENT, contact=LAST_RESORT, opened=half_way.began, clock=half_way)
    opened(remembered, urgent, posts=[Post("case:1", TEAM, place="C1")])
    bag = replace(BAG, begins=MONDAY - timedelta(hours=2), next=MONDAY - timedelta(hours=1), changed=MONDAY)
    remembered.gatherings.add(replace(bag, phase=Phase.PLANNED))
    return remembered


def _done(remembered: State) -> Counter[str]:
    """What was owed, by kind, and what was written down of it."""
    with reading(remembered.engine) as connection:
        owed = connection.execute(select(deliveries.c.kind)).scalars().all()
        said = connection.execute(select(audit.c.action)).scalars().all()
        rang = connection.execute(select(entries.c.event)).scalars().all()
    return Counter((*owed, *said, *rang))


def _ring_together(live: LiveAnswers, states: Sequence[State]) -> None:
    """Every clock of so many workers at the same moment, three times."""
    settings = load_settings()
    works = [wiring.lone_worker(settings, live, each) for each in states]
    watches = [watch for work in works for watch in work.worker._watches]
    with ThreadPoolExecutor(len(watches)) as pool:
        for _ in range(3):
            list(pool.map(lambda each: each.work(), watches))


def test_several_workers_do_everything_once(
    remembered: State, live: LiveAnswers, postgres_url: str, bare_environment: pytest.MonkeyPatch
) -> None:
    """Three that run all their clocks at the same moments on one database leave what one alone leaves."""
    bare_environment.setenv("CLEARPOST_ATTESTED_POLICIES", '["disclosure"]')
    bare_environment.delenv("CLEARPOST_SLACK_BOT_TOKEN")
    bare_environment.delenv("CLEARPOST_SLACK_SIGNING_SECRET")
    _ring_together(live, [_begun(remembered)])
    alone = _done(remembered)
    assert alone["lesson"] == 30 and alone["reminded"] == 1 and alone["brown_bag_given"] == 1 and alone["reminder"] > 0
    states = [State(open_engine(postgres_url)) for _ in range(3)]
    _begun(states[0])
    _ring_together(live, states)
    together = _done(states[0])
    for each in states:
        each.close()
    assert together == alone
