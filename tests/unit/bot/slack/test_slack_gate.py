"""The door by itself: what is refused, and that nothing behind it sees what is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.channels.slack.gate import LARGEST_BODY, Gate

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
STAMP = int(NOW.timestamp())
SECRET = "secret"
FORM = "application/x-www-form-urlencoded"


class FakeApp:
    """What Bolt's app is to the gate: ``seen`` holds the bodies that were let in."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.error: Exception | None = None

    async def async_dispatch(self, request: Any) -> BoltResponse:
        """Acknowledge."""
        self.seen.append(request.body)
        if self.error:
            raise self.error
        return BoltResponse(status=200, body="")


@pytest.fixture
def app() -> FakeApp:
    """What is behind the gate."""
    return FakeApp()


@pytest.fixture
def client(app: FakeApp) -> Iterator[TestClient]:
    """The gate, served."""
    gate = Gate(app, SECRET, lambda: NOW)  # type: ignore[arg-type] # a fake of the one method that it calls
    with TestClient(Starlette(routes=[Route("/slack/events", gate.receive, methods=["POST"])])) as client:
        yield client


def _post(
    client: TestClient, body: str, kind: str = "application/json", stamp: int = STAMP, secret: str = SECRET
) -> int:
    signature = SignatureVerifier(secret).generate_signature(timestamp=str(stamp), body=body)
    headers = {"content-type": kind, "x-slack-request-timestamp": str(stamp), "x-slack-signature": str(signature)}
    return client.post("/slack/events", content=body.encode(), headers=headers).status_code


def test_signed_requests_pass(client: TestClient, app: FakeApp) -> None:
    """JSON, a form and JSON in a form, signed by Slack's own SDK, are let in as what they hold."""
    assert _post(client, '{"type": "x"}') == 200
    assert (
        _post(client, urlencode({"command": "/clearpost", "text": "a payload & more"}), FORM + "; charset=utf-8") == 200
    )
    assert _post(client, urlencode({"payload": json.dumps({"type": "block_actions"})}), FORM) == 200
    assert app.seen == [{"type": "x"}, {"command": "/clearpost", "text": "a payload & more"}, {"type": "block_actions"}]


@pytest.mark.parametrize(("age", "status"), [(0, 200), (300, 200), (301, 401), (-300, 200), (-301, 401)])
def test_age(client: TestClient, app: FakeApp, age: int, status: int) -> None:
    """Five minutes to either side pass, a second more does not."""
    assert _post(client, "{}", stamp=STAMP - age) == status
    assert len(app.seen) == (status == 200)


def test_refused(client: TestClient, app: FakeApp) -> None:
    """Unsigned, too large, of another type or malformed: each has its status, and nothing is let in."""
    assert client.post("/slack/events", content=b"{}").status_code == 401
    assert _post(client, "{}", secret="another") == 401
    assert _post(client, "x" * (LARGEST_BODY + 1)) == 413
    assert _post(client, "{}", "text/plain") == 415
    assert _post(client, '{"type":') == 400
    assert _post(client, "[" * 50_000) == 400
    assert _post(client, "[]") == 400
    assert _post(client, "payload=[]", FORM) == 400
    assert client.get("/slack/events").status_code == 405
    assert app.seen == []


def test_what_bolt_chokes_on(client: TestClient, app: FakeApp) -> None:
    """A payload that Bolt cannot look into is refused like any other that is malformed."""
    app.error = TypeError("argument of type 'int' is not iterable")
    assert _post(client, '{"type": "event_callback", "event": 5}') == 400
