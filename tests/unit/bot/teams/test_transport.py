"""botbuilder, and its traps, against a stand-in of Microsoft's servers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from botbuilder.schema import Activity, ConversationReference

from bot.channels.teams.microsoft.tokens import AppTokens
from bot.channels.teams.microsoft.transport import BotbuilderTransport, Cloud
from bot.channels.teams.port import BlockedError, Json, Post, Reception, RefusedError
from bot.channels.teams.references import reference_of
from bot.errors import TryLaterError, UndeliverableError, UnknowableError
from bot.ports import Profile
from tests.unit.bot.teams.microsoft import Microsoft, SignIn, microsoft
from tests.unit.bot.teams.scene import APP, INES, OMAR, TENANT, activity, chat_of, member_of, press


def now() -> datetime:
    """The real time: tokens are checked against the real clock."""
    return datetime.now(UTC)


@pytest.fixture
def teams() -> Iterator[Microsoft]:
    """Microsoft's side."""
    with microsoft() as standin:
        yield standin


@pytest.fixture
async def transport(teams: Microsoft) -> AsyncIterator[BotbuilderTransport]:
    """Our side."""
    tokens = AppTokens(APP, "secret", "https://login.microsoftonline.com/", "botframework.com", now, SignIn())
    made = BotbuilderTransport(APP, tokens, now, teams.cloud)
    yield made
    await made.close()


@pytest.fixture
async def local(teams: Microsoft) -> AsyncIterator[BotbuilderTransport]:
    """Our side without an app, as for the Playground."""
    made = BotbuilderTransport("", None, now, teams.cloud)
    yield made
    await made.close()


async def took(_activity: Json) -> Reception:
    """A handler that takes everything."""
    return Reception(200, {"taken": True})


def incoming(teams: Microsoft, **changes: Any) -> dict[str, Any]:
    """An activity from the stand-in."""
    return {**activity(text="may I?"), "serviceUrl": teams.service, **changes}


def reference(teams: Microsoft) -> dict[str, object]:
    """The reference of Ines's chat."""
    return reference_of(incoming(teams), TENANT)


async def test_genuine_request_is_handled(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """A request that Microsoft signed for this app is handled, as JSON, whole."""
    seen: list[Json] = []

    async def handle(sent: Json) -> Reception:
        seen.append(sent)
        return Reception(200)

    sent = incoming(teams)
    assert await transport.receive(teams.token(APP), sent, handle) == Reception(200)
    assert seen == [sent]


@pytest.mark.parametrize(
    "header", ["", "rubbish", "Bearer", "Bearer rubbish", "Bearer a.b.c", "Basic eDp5", "Bearer  "]
)
async def test_no_token_or_rubbish(teams: Microsoft, transport: BotbuilderTransport, header: str) -> None:
    """Trap 4: a request without a readable token is refused with 401, whatever botbuilder raises."""
    with pytest.raises(RefusedError) as caught:
        await transport.receive(header, incoming(teams), took)
    assert caught.value.status == 401
    with pytest.raises(RefusedError) as caught:
        await transport.receive("", {}, took)
    assert caught.value.status == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"genuine": False},
        {"key": "unknown"},
        {"key": "k2"},
        {"iss": "https://evil.example.com"},
        {"iss": None},
        {"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/", "ver": "1.0", "appid": APP},
        {"aud": "00000000-0000-4000-8000-00000000bad0"},
        {"aud": None},
        {"exp": int(time.time()) - 3600},
        {"nbf": int(time.time()) + 3600},
        {"service": "https://evil.example.com/teams"},
        {"serviceurl": None},
        {"serviceurl": 5},
    ],
)
async def test_tokens_that_are_refused(
    teams: Microsoft, transport: BotbuilderTransport, claims: dict[str, Any]
) -> None:
    """A token that is forged, old, for another app, of another issuer or for another service is refused with 401."""
    with pytest.raises(RefusedError) as caught:
        await transport.receive(teams.token(APP, **claims), incoming(teams), took)
    assert caught.value.status == 401


async def test_unsigned_token(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """A token whose header says that it needs no signature is refused."""
    claims = {"iss": "https://api.botframework.com", "aud": APP, "serviceurl": teams.service}
    token = jwt.encode(claims, "", algorithm="none", headers={"kid": "k1"})
    with pytest.raises(RefusedError) as caught:
        await transport.receive(f"Bearer {token}", incoming(teams), took)
    assert caught.value.status == 401


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"serviceUrl": "https://evil.example.com"}, 401),
        ({"serviceUrl": ""}, 400),
        ({"serviceUrl": None}, 400),
        ({"serviceUrl": ["http://x"]}, 400),
        ({"channelId": "directline"}, 403),
        ({"channelId": ""}, 403),
        ({"channelId": None}, 403),
    ],
)
async def test_forged_addresses(
    teams: Microsoft, transport: BotbuilderTransport, changes: dict[str, Any], status: int
) -> None:
    """A genuine token with an activity of another service or channel, or of none, is refused before it is handled."""
    with pytest.raises(RefusedError) as caught:
        await transport.receive(teams.token(APP), incoming(teams, **changes), took)
    assert caught.value.status == status
    assert not teams.to("/teams")


async def test_channel_must_be_endorsed(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """A key that may not speak for Teams is refused."""
    teams.endorsements = ["webchat"]
    with pytest.raises(RefusedError) as caught:
        await transport.receive(teams.token(APP), incoming(teams), took)
    assert caught.value.status == 401


async def test_keys_out_of_reach(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """Trap 4: where the keys cannot be fetched nobody can be told from a forger: 503, so that Teams comes again."""
    teams.broken = True
    with pytest.raises(RefusedError) as caught:
        await transport.receive(teams.token(APP), incoming(teams), took)
    assert caught.value.status == 503


async def test_keys_server_that_is_not_there() -> None:
    """The same where nothing listens at all."""
    with microsoft() as gone:
        transport = BotbuilderTransport(APP, AppTokens(APP, "s", "https://x/", "t", now), now, gone.cloud)
        token, sent = gone.token(APP), incoming(gone)
    with pytest.raises(RefusedError) as caught:
        await transport.receive(token, sent, took)
    assert caught.value.status == 503


async def test_slow_keys_do_not_hold_up_the_loop(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """While the keys are fetched, the event loop goes on."""
    teams.slow = 0.3
    waiting = asyncio.create_task(transport.receive(teams.token(APP), incoming(teams), took))
    ticks = 0
    while not waiting.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert (await waiting).status == 200 and ticks > 15


async def test_keys_are_fetched_once(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """However many requests come at once, the keys are fetched once."""
    receive = [transport.receive(teams.token(APP), incoming(teams), took) for _ in range(8)]
    assert [each.status for each in await asyncio.gather(*receive)] == [200] * 8
    assert len(teams.to("/keys")) == len(teams.to("/jwks")) == 1


async def test_answer_of_an_invoke_goes_out_as_it_is(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """Trap 2: the answer to a press is plain JSON and is serialised once."""
    card = {"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": "ü"}]}
    body = {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card}

    async def handle(_sent: Json) -> Reception:
        return Reception(200, body)

    sent = {**press("helped", "r1"), "serviceUrl": teams.service}
    assert await transport.receive(teams.token(APP), sent, handle) == Reception(200, body)


async def test_action_of_a_press_is_a_plain_mapping(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """Trap 3: the handler sees the action as the JSON that it is."""
    seen: list[object] = []

    async def handle(sent: Json) -> Reception:
        seen.append(sent["value"])
        return Reception(200)

    sent = {**press("choose", "r1", option=1), "serviceUrl": teams.service}
    await transport.receive(teams.token(APP), sent, handle)
    (value,) = seen
    assert value == sent["value"] and type(value["action"]) is dict  # type: ignore[index] # JSON


def test_botbuilder_drops_the_tenant_and_we_do_not(teams: Microsoft) -> None:
    """Trap 1: botbuilder's model loses the conversation's tenant; references of ours are plain JSON and keep it."""
    sent = incoming(teams)
    assert Activity().deserialize(sent).conversation.tenant_id is None
    made = reference_of(sent, TENANT)
    assert made["conversation"] == {"id": chat_of(INES), "tenantId": TENANT, "conversationType": "personal"}
    assert ConversationReference().deserialize(made).service_url == teams.service  # its names are Bot Framework's


async def test_errors_of_the_handler_come_through(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """A refusal that the handler raises is not turned into another error."""

    async def handle(_sent: Json) -> Reception:
        raise RefusedError(403, "another tenant")

    with pytest.raises(RefusedError, match="another tenant") as caught:
        await transport.receive(teams.token(APP), incoming(teams), handle)
    assert caught.value.status == 403


async def test_send(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """A message goes to its conversation with the app's token; its id comes back."""
    post = Post(card={"type": "AdaptiveCard"}, summary="Ask first")
    assert await transport.send(reference(teams), post) == "m-17"
    (call,) = teams.to("/teams")
    assert (call.method, call.path) == (
        "POST",
        f"/teams/v3/conversations/{chat_of(INES)}/activities".replace(":", "%3A"),
    )
    assert call.authorization == "Bearer token-1"
    assert call.body["attachments"] == [
        {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard"}}
    ]
    assert call.body["summary"] == "Ask first" and call.body["from"]["id"] == f"28:{APP}"
    assert "replyToId" not in call.body


async def test_send_a_line_with_a_mention(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """A line names a person so that Teams notifies them."""
    await transport.send(reference(teams), Post(text="<at>Ines</at>, hello", mention=("29:c001", "Ines")))
    body = teams.to("/teams")[0].body
    assert body["text"] == "<at>Ines</at>, hello"
    (entity,) = body["entities"]
    assert entity["type"] == "mention" and entity["text"] == "<at>Ines</at>"
    assert entity["mentioned"] == {"id": "29:c001", "name": "Ines"}


async def test_typing(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """The sign of typing is an activity of its own."""
    await transport.send(reference(teams), Post(typing=True))
    assert teams.to("/teams")[0].body["type"] == "typing"


async def test_update(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """A message is put in place of."""
    await transport.update(reference(teams), "m-17", Post(card={"type": "AdaptiveCard"}))
    (call,) = teams.to("/teams")
    assert call.method == "PUT" and call.path.endswith("/activities/m-17") and call.body["id"] == "m-17"


async def test_open(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """The personal chat with somebody is opened in their tenant; its reference can be written to."""
    opened = await transport.open(reference(teams), member_of(INES))
    (call,) = teams.to("/teams")
    assert call.path == "/teams/v3/conversations" and call.body["members"] == [{"id": member_of(INES)}]
    assert call.body["bot"] == {"id": f"28:{APP}"} and call.body["channelData"] == {"tenant": {"id": TENANT}}
    assert opened["conversation"] == {"id": "m-17", "conversationType": "personal", "tenantId": TENANT}
    await transport.send(opened, Post(text="hello"))
    assert teams.calls[-1].path == "/teams/v3/conversations/m-17/activities"


async def test_profile(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """The roster tells name and e-mail."""
    found = await transport.profile(reference(teams), member_of(INES))
    assert found == Profile("Ines Example", "ines@example.com")


async def test_members_of_a_team(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """The roster is read page by page; guests of other tenants and whoever has no account are left out."""
    path = f"/teams/v3/conversations/{chat_of(INES)}/pagedmembers?pageSize=500".replace(":", "%3A")
    ines = {"id": "29:1", "aadObjectId": INES, "name": "Ines", "email": "ines@example.com", "tenantId": TENANT.upper()}
    guest = {"id": "29:2", "aadObjectId": "g", "name": "Guest", "tenantId": "00000000-0000-4000-8000-00000000bad0"}
    first = {"members": [ines, guest, {"id": "28:bot"}], "continuationToken": "next page"}
    teams.answers["GET", path].append((200, {}, first))
    second = {"members": [{"id": "29:3", "aadObjectId": OMAR, "name": "Omar"}]}
    teams.answers["GET", f"{path}&continuationToken=next%20page"].append((200, {}, second))
    found = await transport.members(reference(teams))
    assert found == {INES: Profile("Ines", "ines@example.com"), OMAR: Profile("Omar")}
    assert len(teams.to("/teams")) == 2


async def test_roster_that_does_not_end(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """A roster that gives one page again and again is given up."""
    teams.endless = True
    with pytest.raises(UndeliverableError, match="does not end"):
        await transport.members(reference(teams))


@pytest.mark.parametrize(("status", "error"), [(403, BlockedError), (404, BlockedError), (503, UnknowableError)])
async def test_roster_that_cannot_be_read(
    teams: Microsoft, transport: BotbuilderTransport, status: int, error: type[Exception]
) -> None:
    """A refused roster is one of our errors, as a refused message is."""
    path = f"/teams/v3/conversations/{chat_of(INES)}/pagedmembers?pageSize=500".replace(":", "%3A")
    teams.answers["GET", path].append((status, {}, {"error": {"code": "BotNotInConversationRoster"}}))
    with pytest.raises(error):
        await transport.members(reference(teams))


async def test_without_an_app_id(teams: Microsoft, local: BotbuilderTransport) -> None:
    """Trap 5: without an app id a conversation can be continued and opened, and no token is sent."""
    assert await local.receive("", incoming(teams), took) == Reception(200, {"taken": True})
    assert await local.send(reference(teams), Post(text="hello")) == "m-17"
    assert (await local.open(reference(teams), member_of(INES)))["conversation"]
    assert [call.authorization for call in teams.to("/teams")] == ["", ""]


async def test_playground_must_be_on_this_machine(teams: Microsoft, local: BotbuilderTransport) -> None:
    """Without an app id nothing is ever sent to another machine."""
    for address in ("https://smba.example.com/teams", "http://127.0.0.1.evil.example.com", "nonsense", "http://["):
        with pytest.raises(RefusedError) as caught:
            await local.receive("", incoming(teams, serviceUrl=address), took)
        assert caught.value.status == 403


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, BlockedError),
        (404, BlockedError),
        (400, UndeliverableError),
        (413, UndeliverableError),
        (401, TryLaterError),
        (412, TryLaterError),
        (429, TryLaterError),
        (500, TryLaterError),
        (502, TryLaterError),
        (503, TryLaterError),
        (504, TryLaterError),
    ],
)
async def test_what_a_status_means(
    teams: Microsoft, transport: BotbuilderTransport, status: int, error: type[Exception]
) -> None:
    """Each status of Teams' is one of our errors, and nothing is sent again behind our back."""
    path = f"/teams/v3/conversations/{chat_of(INES)}/activities".replace(":", "%3A")
    answer = {"error": {"code": "SomeCode", "message": "the words of somebody's question"}}
    teams.answers["POST", path].append((status, {}, answer))
    with pytest.raises(error) as caught:
        await transport.send(reference(teams), Post(text="hello"))
    assert type(caught.value) is error and "SomeCode" in str(caught.value) and "somebody" not in str(caught.value)
    assert len(teams.to("/teams")) == 1


async def test_wait_is_as_long_as_teams_says_and_more(teams: Microsoft, transport: BotbuilderTransport) -> None:
    """429 with Retry-After waits at least so long, and not all that wait come back at once."""
    path = f"/teams/v3/conversations/{chat_of(INES)}/activities".replace(":", "%3A")
    waits = []
    for _ in range(8):
        teams.answers["POST", path].append((429, {"Retry-After": "10"}, {}))
        with pytest.raises(TryLaterError) as caught:
            await transport.send(reference(teams), Post(text="hello"))
        waits.append(caught.value.after)
    assert all(10 <= wait <= 20 for wait in waits) and len(set(waits)) > 1


async def test_teams_out_of_reach() -> None:
    """Where no connection comes about, the message surely did not go out."""
    with microsoft() as gone:
        transport = BotbuilderTransport("", None, now, gone.cloud)
        where = reference(gone)
    with pytest.raises(TryLaterError):
        await transport.send(where, Post(text="hello"))
    await transport.close()


async def test_connection_that_breaks(local: BotbuilderTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Teams hangs up in the middle, nobody knows whether the message arrived."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    sent = {**activity(text="may I?"), "serviceUrl": address}
    with pytest.raises(UnknowableError):
        await local.send(reference_of(sent, TENANT), Post(text="hello"))
    server.close()
    await server.wait_closed()


def test_public_cloud() -> None:
    """Unless told otherwise, Microsoft's public cloud is meant."""
    cloud = Cloud()
    assert cloud.keys == "https://login.botframework.com/v1/.well-known/openidconfiguration"
    assert (cloud.issuer, cloud.scope) == ("https://api.botframework.com", "https://api.botframework.com")
    assert (cloud.login, cloud.graph) == ("https://login.microsoftonline.com/", "https://graph.microsoft.com")
