"""The one application around all surfaces: probes, figures, request ids, start and stop."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.testclient import TestClient
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.channels.background import Background
from bot.channels.web.app import web_app
from bot.conversation.messages import LOCAL, Message
from bot.conversation.reply import Reply, ReplyKind
from bot.server.app import House, server_app
from bot.server.metrics import Metrics
from knowledge.models import Verdict

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


async def answer(message: Message) -> Reply:
    """Always yes."""
    return Reply(ReplyKind.ANSWER, "You may.", verdict=Verdict.YES)


@dataclass
class Recorded:
    """A part that notes what happens to it."""

    name: str
    log: list[str]
    fails: str = ""

    async def start(self) -> None:
        """Begin."""
        if self.fails == "start":
            raise RuntimeError("on purpose")
        self.log.append(f"start {self.name}")

    async def stop(self) -> None:
        """End."""
        self.log.append(f"stop {self.name}")
        if self.fails == "stop":
            raise RuntimeError("on purpose")

    async def close(self) -> None:
        """Close."""
        self.log.append(f"close {self.name}")


@dataclass
class Building:
    """What a test's house is made of."""

    routes: Sequence[BaseRoute] = ()
    parts: Sequence[Recorded] = ()
    health: Callable[[], Mapping[str, str]] = lambda: {"index": "ok", "state": "ok"}
    gauges: Callable[[], Mapping[str, float]] = lambda: {"in_work": 2}
    background: Background = field(default_factory=Background)
    web: bool = True
    log: list[str] = field(default_factory=list)
    patience: float = 5.0

    def __post_init__(self) -> None:
        self.metrics = Metrics(self.gauges)
        self.app = server_app(
            House(
                routes=self.routes,
                web=web_app(self.metrics.watch(answer), lambda: NOW) if self.web else None,
                parts=self.parts,
                background=self.background,
                metrics=self.metrics,
                health=self.health,
                close=lambda: self.log.append("close"),
                patience=self.patience,
            )
        )


def test_alive_and_ready() -> None:
    """The process is alive by itself; it is ready where every part is "ok"."""
    assert TestClient(Building().app).get("/healthz").json() == {"status": "ok"}
    assert TestClient(Building().app).get("/readyz").status_code == 200
    unready = TestClient(Building(health=lambda: {"index": "ok", "jobs": "stopped"}).app).get("/readyz")
    assert unready.status_code == 503 and unready.json() == {"index": "ok", "jobs": "stopped"}


def test_a_failing_probe_is_not_ready() -> None:
    """A probe that raises makes the app unready and says no more to the world."""

    def health() -> Mapping[str, str]:
        raise OSError("/secret/path")

    with capture_logs() as logs:
        response = TestClient(Building(health=health).app).get("/readyz")
    assert response.status_code == 503 and "secret" not in response.text
    assert logs and "secret" not in str(logs)


def test_the_web_chat_is_at_the_front_where_it_is_on() -> None:
    """The page is served below the same address; without it, a line says where to ask."""
    assert "Can I post this?" in TestClient(Building().app).get("/").text
    alone = TestClient(Building(web=False).app)
    assert "Slack or Microsoft Teams" in alone.get("/").text
    assert alone.post("/ask", data={"text": "May I?"}).status_code == 404


def test_figures_count_replies_and_requests_without_words() -> None:
    """Replies, requests and what is in work are counted; no question, path or person is in a label."""
    building = Building()
    client = TestClient(building.app)
    client.post("/ask", data={"text": "my secret question"})
    client.get("/invented/secret/path")
    text = client.get("/metrics").text
    assert 'clearpost_replies_total{kind="answer",surface="web",verdict="yes"} 1.0' in text
    assert "clearpost_in_work 2.0" in text
    assert re.search(r'clearpost_request_seconds_count\{route="[^"]*",status="404"\} 1\.0', text)
    assert "secret" not in text


def test_every_line_carries_the_request() -> None:
    """What is logged while a request is worked on, in the background, too, has its id, which the response names."""
    background = Background()

    async def work() -> None:
        import structlog

        structlog.get_logger().warning("working")

    async def endpoint(_request: Request) -> Response:
        background.start(work())
        await asyncio.sleep(0.01)
        return JSONResponse({})

    client = TestClient(Building(routes=[Route("/slow", endpoint)], background=background).app)
    with capture_logs(processors=[merge_contextvars]) as logs:
        given = client.get("/slow", headers={"X-Request-Id": "proxy-0123456789"}).headers["x-request-id"]
        made = client.get("/slow", headers={"X-Request-Id": "a\x1b[31mb"}).headers["x-request-id"]
    assert given == "proxy-0123456789" and re.fullmatch(r"[0-9a-f]{16}", made)
    assert [line["request"] for line in logs if line["event"] == "working"] == [given, made]


def test_what_nobody_expected_is_one_line() -> None:
    """A route that fails gets a plain 500, and the log has its type and place without its words."""

    async def broken(_request: Request) -> Response:
        raise ValueError("may I post my secret?")

    with capture_logs() as logs:
        response = TestClient(Building(routes=[Route("/broken", broken)]).app).get("/broken")
    assert response.status_code == 500 and "Traceback" not in response.text and "secret" not in response.text
    assert [line["error"] for line in logs if line["event"] == "request_failed"] == ["ValueError"]
    assert "secret" not in str(logs)


def test_parts_start_in_order_and_stop_in_reverse() -> None:
    """What was started last is ended first, whatever fails, and the state is closed at the very end."""
    log: list[str] = []
    building = Building(parts=[Recorded("worker", log), Recorded("slack", log, fails="stop")], log=log)
    with capture_logs(), TestClient(building.app):
        pass
    starts, stops = ["start worker", "start slack"], ["stop slack", "stop worker"]
    assert log == [*starts, *stops, "close slack", "close worker", "close"]


def test_a_part_that_cannot_start_stops_the_others() -> None:
    """Where one part fails to start, those that were started are stopped, and the server does not run."""
    log: list[str] = []
    building = Building(parts=[Recorded("worker", log), Recorded("slack", log, fails="start")], log=log)
    with pytest.raises(RuntimeError, match="on purpose"), TestClient(building.app):
        pass
    assert log == ["start worker", "stop worker", "close worker", "close"]


def test_stopping_finishes_what_was_acknowledged() -> None:
    """Nothing new is taken, and work that was begun is done before the parts that it needs are closed."""
    log: list[str] = []
    background = Background()

    async def work() -> None:
        await asyncio.sleep(0.2)
        log.append("answered")

    async def endpoint(_request: Request) -> Response:
        background.start(work())
        return JSONResponse({})

    building = Building(
        routes=[Route("/event", endpoint)], parts=[Recorded("slack", log)], background=background, log=log
    )
    with TestClient(building.app) as client:
        client.get("/event")
    assert log == ["start slack", "stop slack", "answered", "close slack", "close"]


async def test_what_does_not_end_is_cancelled() -> None:
    """Work that hangs keeps a process from stopping for so long only, and is logged by its number."""
    background = Background()
    background.start(asyncio.sleep(3600))
    with capture_logs() as logs:
        await background.finish(0.05)
    await asyncio.sleep(0)
    assert len(background) == 0
    assert [line["tasks"] for line in logs if line["event"] == "unfinished_at_stop"] == [1]


async def test_failing_work_is_logged_without_its_words() -> None:
    """Background work that fails is one line with the type and place of the error."""
    background = Background()

    async def work() -> None:
        raise ValueError("secret question")

    with capture_logs() as logs:
        background.start(work())
        await background.finish(1)
        await asyncio.sleep(0)
    assert [line["error"] for line in logs] == ["ValueError"] and "secret" not in str(logs)


def test_the_message_has_a_place() -> None:
    """The web chat speaks for this machine: its messages belong to the workspace "local"."""
    seen: list[Message] = []

    async def converse(message: Message) -> Reply:
        seen.append(message)
        return await answer(message)

    TestClient(web_app(converse, lambda: NOW)).post("/ask", data={"text": "May I?"})
    assert (seen[0].workspace, seen[0].account) == (LOCAL, seen[0].thread)
