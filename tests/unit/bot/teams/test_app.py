"""The endpoint: what is refused and how, and messages that are owed."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.channels.teams.app import LARGEST, TeamsConfig, teams_surface
from bot.channels.teams.port import BlockedError
from bot.conversation.kept import to_json
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import SettingsError, TryLaterError, UndeliverableError, UnknowableError
from bot.ports import Delivery
from tests.unit.bot.teams.microsoft import microsoft
from tests.unit.bot.teams.scene import APP, INES, NOW, TENANT, WORKSPACE, activity, chat_of, parts, scene

JSON = {"content-type": "application/json"}


def delivery(**changes: Any) -> Delivery:
    """A message that is owed."""
    lesson = Reply(ReplyKind.ANSWER, "This week's lesson", id="lesson-1")
    return Delivery("weekly:ines:3", WORKSPACE, INES, "lesson", changes.get("body", to_json(lesson)), NOW)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_content_type(kind: str) -> None:
    """What is not declared as JSON is refused with 415."""
    async with scene() as teams:
        response = await teams.client.post("/api/messages", content=b"{}", headers={"content-type": kind})
    assert response.status_code == 415 and not teams.messages


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"type": "message", "text": "trunca',
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b'{"type": "message", "text": "\\ud800"}',
        b'{"type": "message", "text": "\\u0000"}',
        b'{"type": "message", "x": ' + b"[" * 70 + b"]" * 70 + b"}",
    ],
)
async def test_bodies_that_are_no_activity(body: bytes) -> None:
    """Truncated, deeply nested or otherwise broken JSON is refused with 400 and a line in the log."""
    async with scene() as teams:
        with capture_logs() as logs:
            response = await teams.client.post("/api/messages", content=body, headers=JSON)
    assert response.status_code == 400 and response.content == b""
    assert [each["event"] for each in logs] == ["teams_refused"] and "exc_info" not in logs[0]


@pytest.mark.parametrize("size", [LARGEST + 1, 10 * LARGEST, 20 * LARGEST])
async def test_large_bodies(size: int) -> None:
    """A body above a megabyte is refused with 413, whether it is read to its end or not."""
    async with scene() as teams:
        response = await teams.client.post("/api/messages", content=b"a" * size, headers=JSON)
    assert response.status_code == 413


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
KINDS = ["message", "invoke", "installationUpdate", "conversationUpdate", "messageReaction"]
NAMES = ["adaptiveCard/action", "composeExtension/fetchTask", "composeExtension/submitAction"]
FIELDS = [
    "id",
    "text",
    "value",
    "entities",
    "from",
    "recipient",
    "conversation",
    "channelData",
    "membersAdded",
    "action",
]


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(KINDS), st.sampled_from(NAMES), st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_any_activity_has_an_answer(kind: str, name: str, changes: dict[str, Any]) -> None:
    """Whatever a known sender sends, it is taken or refused: never a crash, never work that fails unseen."""

    async def arrive() -> int:
        async with scene() as teams:
            with capture_logs() as logs:
                response = await teams.arrive({**activity(kind, name=name), **changes})
            assert not {"background_work_failed", "teams_question_failed"} & {each["event"] for each in logs}
            return response.status_code

    assert asyncio.run(arrive()) in (200, 400, 403)


async def test_surface_for_the_playground() -> None:
    """The surface as wiring builds it answers a Playground on this machine, and nobody elsewhere."""
    with microsoft() as playground:
        made = parts(TeamsConfig("", "", unauthenticated=True))
        surface = teams_surface(made, playground.cloud)
        app = httpx2.ASGITransport(app=Starlette(routes=list(surface.routes)))
        async with httpx2.AsyncClient(transport=app, base_url="http://test") as client:
            sent = {**activity(text="hello"), "serviceUrl": playground.service}
            assert (await client.post("/api/messages", json=sent)).status_code == 200
            assert (await client.post("/api/messages", json=activity(text="hello"))).status_code == 403
            await made.background.finish(5)
        assert [call.body["type"] for call in playground.to("/teams") if call.method == "POST"] == ["message"]
        await surface.close()


async def test_surface_with_an_app() -> None:
    """The surface as wiring builds it refuses what nobody signed, and takes what Microsoft did."""
    with microsoft() as teams:
        made = parts(TeamsConfig(APP, "secret", catalog_app_id=APP))
        surface = teams_surface(replace(made, clock=lambda: datetime.now(UTC)), teams.cloud)
        app = httpx2.ASGITransport(app=Starlette(routes=list(surface.routes)))
        async with httpx2.AsyncClient(transport=app, base_url="http://test") as client:
            sent = {**activity("typing"), "serviceUrl": teams.service}
            assert (await client.post("/api/messages", json=sent)).status_code == 401
            signed = {"authorization": teams.token(APP)}
            assert (await client.post("/api/messages", json=sent, headers=signed)).status_code == 200
        await surface.close()


async def test_only_post() -> None:
    """The endpoint takes nothing but POST."""
    async with scene() as teams:
        assert (await teams.client.get("/api/messages")).status_code == 405


@pytest.mark.parametrize("kind", ["messageReaction", "messageUpdate", "typing", "event", "whatever", "", "handoff"])
async def test_unknown_kinds_are_ignored(kind: str) -> None:
    """Kinds of activity that mean nothing to us are taken and ignored, with a debug line."""
    async with scene() as teams:
        with capture_logs() as logs:
            response = await teams.arrive(activity(kind, text="can I?"))
    assert response.status_code == 200 and not teams.messages and not teams.transport.sent
    assert [(each["event"], each["log_level"]) for each in logs] == [("teams_ignored", "debug")]


@pytest.mark.parametrize("name", ["signin/verifyState", "composeExtension/query", "", "task/fetch"])
async def test_unknown_invokes(name: str) -> None:
    """An invoke that we do not offer is answered with 501."""
    async with scene() as teams:
        assert (await teams.arrive(activity("invoke", name=name))).status_code == 501


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"from": {}}, 400),
        ({"from": "ines"}, 400),
        ({"conversation": {"tenantId": TENANT}}, 400),
        ({"conversation": {"id": "c"}, "channelData": {}}, 403),
        ({"conversation": {"id": "c"}, "channelData": {"tenant": {"id": 5}}}, 403),
        ({"conversation": {"id": "c"}, "channelData": "teams"}, 403),
    ],
)
async def test_activities_without_sender_or_tenant(changes: dict[str, Any], status: int) -> None:
    """An activity that does not say who sent it, where or in which tenant is refused and changes nothing."""
    async with scene() as teams:
        assert (await teams.arrive({**activity(text="can I?"), **changes})).status_code == status
        assert not teams.messages and not teams.state.workspaces.kept and not teams.state.places.kept


async def test_tenants() -> None:
    """Where tenants are listed, others are refused with 403 and a line that names the tenant; case does not matter."""
    other = {"tenant": {"id": "00000000-0000-4000-8000-00000000bad0"}}
    async with scene(config=TeamsConfig(APP, "secret", tenants=(TENANT.upper(),))) as teams:
        with capture_logs() as logs:
            refused = await teams.arrive(activity(text="can I?", channelData=other))
        assert refused.status_code == 403 and not teams.messages and not teams.state.workspaces.kept
        assert "00000000-0000-4000-8000-00000000bad0" in logs[0]["reason"]
        assert (await teams.arrive(activity(text="can I?"))).status_code == 200
        assert len(teams.messages) == 1


async def test_tenant_of_the_channel_data_counts() -> None:
    """The tenant is read from the channel data; the conversation's is a fallback, which botbuilder's model drops."""
    async with scene() as teams:
        sent = activity(text="can I?")
        sent["channelData"] = {}
        await teams.arrive(sent)
    assert teams.messages[0].workspace == WORKSPACE


async def test_unexpected_failure_is_no_traceback() -> None:
    """Whatever fails inside is answered with 500 and an empty body; the log has no words of the message."""
    async with scene() as teams:
        teams.transport.failures["receive"] = [RuntimeError("the words of somebody's question")]
        with capture_logs() as logs:
            response = await teams.arrive(activity(text="can I?"))
    assert response.status_code == 500 and response.content == b""
    assert "somebody" not in json.dumps(logs)


async def test_no_words_in_the_log() -> None:
    """No line above debug holds the words of a question."""
    async with scene() as teams:
        teams.transport.failures[chat_of(INES)] = [UndeliverableError("too large")]
        with capture_logs() as logs:
            await teams.arrive(activity(text="may I post about the zeppelin?"))
    assert logs and "zeppelin" not in json.dumps(logs)


async def test_delivery_is_sent_to_the_personal_chat() -> None:
    """A message that is owed goes to the person's own chat as a card; its id comes back."""
    async with scene() as teams:
        await teams.arrive(activity("installationUpdate", action="add"))
        sent = len(teams.transport.sent)
        assert await teams.surface.send(delivery()) == f"m{sent + 1}"
        last = teams.transport.sent[-1]
    assert last.conversation == chat_of(INES) and "This week's lesson" in json.dumps(last.post.card)
    assert last.post.summary == "This week's lesson" and '"userIds": ["29:c001"]' in json.dumps(last.post.card)


async def test_delivery_to_whom_has_no_chat() -> None:
    """Without a chat a delivery can never go out."""
    async with scene() as teams:
        with pytest.raises(UndeliverableError, match="have the app added"):
            await teams.surface.send(delivery())


async def test_delivery_to_whom_blocked_the_app() -> None:
    """403 means stop: the person is not reachable any more, and the delivery is never tried again."""
    async with scene() as teams:
        await teams.arrive(activity("installationUpdate", action="add"))
        teams.transport.failures[chat_of(INES)] = [BlockedError("403")]
        with pytest.raises(UndeliverableError):
            await teams.surface.send(delivery())
        assert not teams.state.people.is_reachable(WORKSPACE, INES)
        assert teams.state.places.personal(WORKSPACE, INES) is None


async def test_delivery_may_be_sent_later() -> None:
    """Where Teams asks to wait, it is the worker who waits: the delivery is tried once."""
    async with scene() as teams:
        await teams.arrive(activity("installationUpdate", action="add"))
        teams.transport.failures[chat_of(INES)] = [TryLaterError("429", 7.5)]
        with pytest.raises(TryLaterError) as caught:
            await teams.surface.send(delivery())
        assert caught.value.after == 7.5 and teams.state.people.is_reachable(WORKSPACE, INES)


async def test_nothing_can_be_looked_up() -> None:
    """Teams cannot tell whether a message was sent."""
    async with scene() as teams:
        with pytest.raises(UnknowableError):
            await teams.surface.find(delivery())


async def test_start_and_stop() -> None:
    """Stopping closes the connections to Teams."""
    async with scene() as teams:
        await teams.surface.start()
        await teams.surface.close()
        assert teams.transport.closed


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (TeamsConfig("", ""), "CLEARPOST_TEAMS_APP_ID"),
        (TeamsConfig(APP, ""), "CLEARPOST_TEAMS_APP_PASSWORD"),
        (TeamsConfig(APP, "secret", "SingleTenant"), "CLEARPOST_TEAMS_APP_TENANT"),
        (TeamsConfig(APP, "secret", "Manifold"), "SingleTenant or MultiTenant"),
        (TeamsConfig(APP, "", unauthenticated=True), "unset CLEARPOST_TEAMS_APP_ID"),
    ],
)
def test_settings_that_do_not_go_together(config: TeamsConfig, said: str) -> None:
    """Half a set of settings is refused with what is missing."""
    with pytest.raises(SettingsError, match=said):
        teams_surface(parts(config))
