"""The door: what is not Slack's is refused before it is read, what is Slack's is acknowledged at once and once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.state import MemoryState
from tests.platform.slack.house import ONE, TEAM, Serve, Served

Stamp = Callable[[], str]
QUESTION = "A reporter wrote to me, can I answer?"
FORM = "application/x-www-form-urlencoded"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    "type event event_id team team_id user user_id channel container actions view message trigger_id authorizations "
    "command text callback_id enterprise is_enterprise_install response_url api_app_id".split()
)
TYPES = st.sampled_from(
    "event_callback block_actions message_action shortcut view_submission message app_mention app_home_opened "
    "app_uninstalled tokens_revoked url_verification ssl_check".split()
)
SHAPED = st.recursive(
    JSON | TYPES | st.just(TEAM),
    lambda inner: st.dictionaries(KEYS, inner, max_size=8) | st.lists(inner, max_size=2),
    max_leaves=16,
)


async def test_a_duplicate_is_dropped(served: Served, stamp: Stamp) -> None:
    """The same event, sent again by Slack, is acknowledged and answered once."""
    client = served.client()
    await client.message(await served.chat(), QUESTION, stamp())
    answers = [await client.again() for _ in range(3)]
    await served.settle()
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len(served.heard) == len(served.standin.written) == 1


async def test_a_duplicate_at_another_process(serve: Serve, stamp: Stamp) -> None:
    """Two processes on one state answer an event once between them."""
    state = MemoryState()
    first, second = await serve(state=state), await serve(state=state)
    client = first.client()
    await client.message(await first.chat(), QUESTION, stamp())
    other = second.client(last=client.last)
    await other.again()
    await first.settle()
    await second.settle()
    assert len(first.standin.written) + len(second.standin.written) == 1


async def test_a_forged_signature(served: Served) -> None:
    """A signature of another secret, none, or rubbish is refused, and nothing happens."""
    body = json.dumps({"type": "url_verification", "challenge": "c"})
    client = served.client()
    for signature in ("v0=" + "0" * 64, "", "rubbish", "v0=ü"):
        answer = await client.post(body, signature=signature)
        assert answer.status_code == 401, signature
    assert (await served.client(secret="another").post(body)).status_code == 401
    assert (await client.post(body)).status_code == 200
    assert served.heard == []


@pytest.mark.parametrize("age", [301, 86_400, -301])
async def test_a_stale_request(served: Served, age: float) -> None:
    """A replay of a request that was signed more than five minutes ago (or will be) is refused."""
    body = json.dumps({"type": "url_verification", "challenge": "c"})
    assert (await served.client().post(body, age=age)).status_code == 401


@pytest.mark.parametrize("told", ["", "soon", "-1", "1e9", "٣", "9" * 40])
async def test_a_timestamp_that_is_none(served: Served, told: str) -> None:
    """A timestamp that is no number of seconds is refused."""
    answer = await served.client().post("{}", headers={"x-slack-request-timestamp": told})
    assert answer.status_code == 401


async def test_too_large(served: Served) -> None:
    """10 MB are refused by their declared length, and without one as soon as a megabyte is exceeded."""
    body = b"x" * (10 * 1024 * 1024)
    client = served.client()
    assert (await client.post(body)).status_code == 413
    given_up = []

    async def chunks() -> AsyncIterator[bytes]:
        for number in range(160):
            given_up.append(number)
            yield b"x" * 65_536

    headers = {"x-slack-request-timestamp": str(int(time.time())), "x-slack-signature": "v0=0"}
    answer = await served.http.post("/slack/events", content=chunks(), headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/xml", "multipart/form-data; boundary=x"])
async def test_a_wrong_content_type(served: Served, content_type: str) -> None:
    """Only what Slack sends is read."""
    assert (await served.client().post("{}", content_type)).status_code == 415


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('{"type": "event_callback", "event": {"type": "mess', "application/json"),
        ("[" * 100_000 + "]" * 100_000, "application/json"),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, "application/json"),
        ("[1]", "application/json"),
        ("null", "application/json"),
        (b"\xff\xfe", "application/json"),
        ("payload=%7B", FORM),
        ("payload=%5B1%5D", FORM),
        ("&".join(f"field{number}=1" for number in range(200)), FORM),
        (json.dumps({"type": "event_callback", "event": 5, "team_id": TEAM}), "application/json"),
        (json.dumps({"team": 5}), "application/json"),
        (
            json.dumps({"type": "event_callback", "team_id": TEAM, "event": {"type": "app_mention", "user": "U1"}}),
            "application/json",
        ),
    ],
)
async def test_malformed(
    served: Served, body: str | bytes, content_type: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is cut off, nested without end or of other shapes gets 400, one log line and no traceback."""
    assert (await served.client().post(body, content_type)).status_code == 400
    said = capsys.readouterr()
    assert "slack_request_" in said.out + said.err and "Traceback" not in said.out + said.err
    assert served.heard == []


async def test_unknown_things_are_acknowledged(served: Served) -> None:
    """What nobody listens to is acknowledged, so that Slack does not send it again."""
    client = served.client()
    answers = [
        await client.event({"type": "star_added", "channel": "C1"}),
        await client.interact(
            {"type": "block_actions", "actions": [{"action_id": "old", "block_id": "b", "type": "button"}]}
        ),
        await client.interact({"type": "shortcut", "callback_id": "old"}),
        await client.interact({"type": "view_submission", "view": {"callback_id": "old", "type": "modal"}}),
    ]
    await served.settle()
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "")] * 4
    assert served.heard == []


async def test_another_workspace(served: Served, stamp: Stamp, capsys: pytest.CaptureFixture[str]) -> None:
    """A workspace that the token is not of is not answered, whatever ids the payload claims."""
    client = served.client(team="T0OTHER")
    answer = await client.message(await served.chat(), QUESTION, stamp())
    await client.command(QUESTION)
    await served.settle()
    assert answer.status_code == 200 and served.heard == [] and served.standin.written == []
    assert "not installed here" in served.standin.responses[0]["text"]
    said = capsys.readouterr()
    assert "slack_unknown_workspace" in said.out + said.err


async def test_acknowledged_at_once(served: Served) -> None:
    """The acknowledgement does not wait for the answer."""
    chat = await served.chat()
    began = time.perf_counter()
    await served.client().message(chat, "Slowly, please", "1.1")
    assert time.perf_counter() - began < 0.3
    assert served.standin.written == []
    await served.settle()
    assert len(served.standin.written) == 1


async def test_too_much_for_slack(served: Served) -> None:
    """Where Slack asks for a pause (429), the answer goes out after it."""
    chat = await served.chat()
    served.standin.refuse["chat.postMessage"] = (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})
    await served.client().message(chat, QUESTION, "1.1")
    await asyncio.sleep(0.5)
    del served.standin.refuse["chat.postMessage"]
    await served.settle()
    assert len(served.standin.called("chat.postMessage")) == 2 and len(served.standin.written) == 1


async def test_nothing_secret_is_logged(serve: Serve, capsys: pytest.CaptureFixture[str], stamp: Stamp) -> None:
    """No token and no word of a question is in the log, and none in what the objects say of themselves."""
    served = await serve(replace(ONE, client_secret="example-client-secret"))
    await served.client().message(await served.chat(), "My sister saw the zebra striped prototype", stamp())
    await served.client().command("Fall over zebra")
    await served.settle()
    said = capsys.readouterr()
    for secret in ("xoxb-", "example-signing", "example-client-secret", "zebra"):
        assert secret not in said.out + said.err + repr(replace(ONE, client_secret="example-client-secret"))


@given(body=SHAPED, form=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_signed_body(served: Served, body: object, form: bool) -> None:
    """Whatever is signed is acknowledged or refused, never a server error, and no message comes of rubbish."""
    text = json.dumps(body)
    raw, kind = (urlencode({"payload": text}), FORM) if form else (text, "application/json")
    answer = await served.client().post(raw, kind)
    await served.settle()
    assert answer.status_code in (200, 400)
    assert served.standin.written == []


@given(raw=st.binary(max_size=300), kind=st.sampled_from([FORM, "application/json"]))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_signed_bytes(served: Served, raw: bytes, kind: str) -> None:
    """The same for bytes that are no JSON and no form."""
    assert (await served.client().post(raw, kind)).status_code in (200, 400)
    await served.settle()
    assert served.standin.written == []
