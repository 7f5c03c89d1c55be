"""Whatever arrives at the doors of the server, signed or not: a proper status, no traceback, nothing changed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from bot.channels.background import Background
from bot.channels.slack.app import SlackConfig, SlackParts, slack_surface
from bot.channels.teams.app import TeamsConfig, teams_surface
from bot.channels.web.app import web_app
from bot.conversation.messages import Message
from bot.conversation.reply import Reply, ReplyKind
from bot.server.app import House, server_app
from bot.server.metrics import Metrics
from tests.fakes.state import MemoryState
from tests.unit.bot.teams.scene import parts as teams_parts

SECRET: Final = "example-signing-secret"
DOORS: Final = ("/slack/events", "/api/messages", "/ask")
TYPES: Final = ("application/json", "application/x-www-form-urlencoded", "text/plain", "", "multipart/form-data")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
slack_like = st.fixed_dictionaries(
    {"type": st.sampled_from(("event_callback", "block_actions", "view_submission", "shortcut", "message_action"))},
    optional={
        "event": json_values
        | st.fixed_dictionaries(
            {"type": st.sampled_from(("message", "app_mention", "app_home_opened", "tokens_revoked", "unheard_of"))},
            optional=dict.fromkeys(("user", "text", "channel", "ts", "thread_ts", "tab", "bot_id"), json_values),
        ),
        **dict.fromkeys(("event_id", "team_id", "actions", "container", "user", "view", "team"), json_values),
    },
)
teams_like = st.fixed_dictionaries(
    {"type": st.sampled_from(("message", "invoke", "installationUpdate", "conversationUpdate", "unheard_of"))},
    optional={
        "name": st.sampled_from(("adaptiveCard/action", "composeExtension/fetchTask", "composeExtension/submitAction")),
        **dict.fromkeys(("id", "value", "text", "from", "conversation", "channelData", "serviceUrl"), json_values),
    },
)
bodies = st.binary(max_size=200) | st.one_of(json_values, slack_like, teams_like).map(lambda v: json.dumps(v).encode())


async def _never(message: Message) -> Reply:
    return Reply(ReplyKind.SMALL_TALK, "Hello!")


@pytest.fixture(scope="module")
def app() -> Iterator[Starlette]:
    """The server with Slack, the playground's Teams and the web chat; nothing of it reaches anybody."""
    state, background = MemoryState(), Background()
    slack = slack_surface(
        SlackParts(
            config=SlackConfig(signing_secret=SECRET, bot_token="xoxb-example", api_url="http://127.0.0.1:9/api/"),
            converse=_never,
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
            examples=(),
            contact=lambda: None,
            staff=state.staff,
            desks=state.desks,
        )
    )
    playground = replace(teams_parts(TeamsConfig("", "", unauthenticated=True)), background=background)
    teams, metrics = teams_surface(playground), Metrics(dict)
    yield server_app(
        House(
            routes=[*slack.routes, *teams.routes],
            web=web_app(_never, lambda: datetime.now(UTC)),
            parts=[slack],
            background=background,
            metrics=metrics,
            health=dict,
            close=lambda: None,
            patience=2,
        )
    )
    asyncio.run(slack.close())
    asyncio.run(teams.close())


def _post(app: Starlette, door: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str, str]:
    """The status, the body, and what was logged; work that goes on behind the answer is cut off."""
    with capture_logs() as logs:
        response = TestClient(app, raise_server_exceptions=True).post(door, content=body, headers=dict(headers))
    return response.status_code, response.text, json.dumps(logs, default=str)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(door=st.sampled_from(DOORS), body=bodies, kind=st.sampled_from(TYPES), bearer=st.text("abc.=", max_size=30))
def test_strangers(app: Starlette, door: str, body: bytes, kind: str, bearer: str) -> None:
    """Unsigned requests of any shape are refused or ignored, never with a server's error."""
    headers = {"content-type": kind, "authorization": f"Bearer {bearer}"}
    status, text, logged = _post(app, door, body, headers)
    assert status < 500 or (door == "/api/messages" and status in (501, 503)), (status, logged)
    assert door != "/slack/events" or status == 401
    assert "Traceback" not in text and "Traceback" not in logged


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies, kind=st.sampled_from(TYPES))
def test_signed_rubbish(app: Starlette, body: bytes, kind: str) -> None:
    """What is signed, but of no shape that Slack sends, is refused or ignored as well."""
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "content-type": kind,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={signature}",
    }
    status, text, logged = _post(app, "/slack/events", body, headers)
    assert status < 500, (status, logged)
    assert "Traceback" not in text and "Traceback" not in logged


@pytest.mark.parametrize("door", DOORS)
def test_ten_megabytes(app: Starlette, door: str) -> None:
    """A body that is far too large is refused at every door."""
    stamp = str(int(time.time()))
    headers = {"content-type": "application/json", "x-slack-request-timestamp": stamp, "x-slack-signature": "v0=0"}
    status, _, _ = _post(app, door, b"x" * 10_000_000, headers)
    assert status in (413, 415)


def test_deep_nesting(app: Starlette) -> None:
    """JSON that is nested without end is refused, though it is small."""
    body = b"[" * 100_000 + b"]" * 100_000
    status, _, logged = _post(app, "/api/messages", body, {"content-type": "application/json"})
    assert 400 <= status < 500, logged


async def test_a_client_that_hangs_up(app: Starlette) -> None:
    """Who hangs up in the middle of a request is no error of the server."""
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        sent.append(message)

    for door in DOORS:
        headers = [
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"x-slack-request-timestamp", str(int(time.time())).encode()),
        ]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
            "path": door, "raw_path": door.encode(), "root_path": "", "query_string": b"", "headers": headers,
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        }  # fmt: skip
        with capture_logs() as logs:
            await app(scope, receive, send)
        assert "Traceback" not in str(logs)
        assert not any(line["log_level"] == "error" for line in logs), logs
