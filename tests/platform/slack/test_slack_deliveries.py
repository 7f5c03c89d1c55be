"""Messages that are owed: sent, found again after a crash, given up or put off by what Slack says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.slack.calls import Clients
from bot.channels.slack.deliver import Deliveries
from bot.channels.slack.grants import Grant, Where
from bot.conversation.kept import to_json
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import TryLaterError, UndeliverableError, UnknowableError
from bot.ports import Delivery
from tests.platform.slack.client import told
from tests.platform.slack.house import BOT_TOKEN, TEAM, Emulator, Serve, Served
from tests.platform.slack.standin import Answer

REPLY = Reply(kind=ReplyKind.WELCOME, text="Your first lesson is ready.")


def _delivery(account: str, identifier: str = "onboarding:p1:1", workspace: str = f"slack:{TEAM}") -> Delivery:
    return Delivery(identifier, workspace, account, "lesson", to_json(REPLY), datetime.now(UTC))


async def test_sent_and_found(served: Served, emulator: Emulator) -> None:
    """A delivery is a direct message; it is found by its id, and another one is not."""
    delivery = _delivery(emulator.ines, "sent-and-found")
    assert await served.surface.find(delivery) is None
    name = await served.surface.send(delivery)
    channel, ts = name.split("/")
    assert channel == await served.chat()
    message = (await served.read("conversations.history", channel=channel, limit=1))["messages"][0]
    assert message["ts"] == ts and "Your first lesson is ready." in told(message["blocks"])
    assert await served.surface.find(delivery) == name
    assert await served.surface.find(_delivery(emulator.ines, "another")) is None


async def test_found_on_a_later_page(served: Served, emulator: Emulator) -> None:
    """The search goes on where Slack has more."""
    delivery = _delivery(emulator.ines, "deep")
    pages = iter(
        [
            {"ok": True, "messages": [{"ts": "3.1"}], "response_metadata": {"next_cursor": "more"}},
            {
                "ok": True,
                "messages": [
                    {"ts": "2.1", "metadata": {"event_type": "clearpost_delivery", "event_payload": {"id": "deep"}}}
                ],
            },
        ]
    )
    served.standin.scripted["conversations.history"] = lambda: (200, next(pages), {})
    assert await served.surface.find(delivery) == f"{await served.chat()}/2.1"
    first, second = served.standin.called("conversations.history")
    assert "cursor" not in first.body and second.body["cursor"] == "more"
    assert float(first.body["oldest"]) < delivery.due.timestamp() - timedelta(hours=23).total_seconds()


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("conversations.open", "user_not_found"),
        ("conversations.open", "cannot_dm_bot"),
        ("chat.postMessage", "account_inactive"),
        ("chat.postMessage", "is_archived"),
        ("chat.postMessage", "messages_tab_disabled"),
    ],
)
async def test_never(served: Served, emulator: Emulator, method: str, error: str) -> None:
    """Where Slack knows nobody to write to, it is given up."""
    served.standin.refuse[method] = (200, {"ok": False, "error": error}, {})
    with pytest.raises(UndeliverableError, match=error):
        await served.surface.send(_delivery(emulator.ines))


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        ((429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "17"}), 17.0),
        ((429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "soon"}), 1.0),
        ((200, {"ok": False, "error": "missing_scope", "needed": "im:write"}, {}), 3_600.0),
        ((200, {"ok": False, "error": "some_new_refusal"}, {}), 60.0),
    ],
)
async def test_later(
    served: Served, emulator: Emulator, answer: tuple[int, dict[str, Any], dict[str, str]], after: float
) -> None:
    """Where Slack asks for a pause or refuses for now, it is put off; for as long as Slack says, if it does."""
    served.standin.refuse["chat.postMessage"] = answer
    with pytest.raises(TryLaterError) as caught:
        await served.surface.send(_delivery(emulator.ines))
    assert caught.value.after == after
    assert len(served.standin.called("chat.postMessage")) == 1


@pytest.mark.parametrize(
    "answer", [(200, {"ok": False, "error": "internal_error"}, {}), (503, {}, {}), (500, {"ok": False}, {})]
)
async def test_it_may_have_gone_out(
    served: Served, emulator: Emulator, answer: tuple[int, dict[str, Any], dict[str, str]]
) -> None:
    """Where Slack fails when it has the message, nobody knows; it is not simply sent again."""
    served.standin.refuse["chat.postMessage"] = answer
    with pytest.raises(UnknowableError, match="looked up"):
        await served.surface.send(_delivery(emulator.ines))
    assert len(served.standin.called("chat.postMessage")) == 1


async def test_not_even_a_chat(served: Served, emulator: Emulator) -> None:
    """Where Slack fails before it has the message, it is put off."""
    served.standin.refuse["conversations.open"] = (503, {}, {})
    with pytest.raises(TryLaterError):
        await served.surface.send(_delivery(emulator.ines))
    assert served.standin.called("chat.postMessage") == []


async def test_out_of_reach(serve: Serve, served: Served, emulator: Emulator) -> None:
    """Where Slack cannot be reached at all, it is put off."""
    delivery = _delivery(emulator.ines)
    await served.surface.send(delivery)
    served.standin.emulators[""] = "http://127.0.0.1:9"
    served.standin.broken = True
    with pytest.raises(TryLaterError):
        await served.surface.find(delivery)


async def test_another_workspace(served: Served, emulator: Emulator) -> None:
    """A workspace where the app is not installed gets nothing."""
    for call in (served.surface.send, served.surface.find):
        send: Callable[[Delivery], Any] = call
        with pytest.raises(UndeliverableError, match="not installed"):
            await send(_delivery(emulator.ines, workspace="slack:T0OTHER"))
    assert served.standin.called("conversations.open") == []


CARD = Reply(kind=ReplyKind.CASE, text="A customer was hurt.")
CHANGED = Reply(kind=ReplyKind.CASE, text="Noor has claimed it.")


class Granted:
    """Implements ``Grants`` for one workspace."""

    def __init__(self, token: str) -> None:
        self._grant = Grant(f"slack:{TEAM}", token, "B0CLEARPOST", "U0CLEARPOST")

    async def find(self, where: Where) -> Grant | None:
        """The leave, from wherever a request comes."""
        return self._grant if where.team == TEAM else None

    async def of(self, workspace: str) -> Grant | None:
        """The leave for its workspace."""
        return self._grant if workspace == self._grant.workspace else None

    async def remove(self, where: Where, at: datetime) -> None:
        """It cannot be taken back."""


@pytest.fixture
async def deliveries(served: Served) -> AsyncIterator[Deliveries]:
    """What sends, with all scopes of the manifest."""
    clients = Clients(served.standin.api_url)
    yield Deliveries(Granted(BOT_TOKEN), clients, lambda: datetime.now(UTC))
    await clients.close()


@pytest.fixture
async def bare(served: Served) -> AsyncIterator[Deliveries]:
    """What sends, with the scope to write alone."""
    clients = Clients(served.standin.api_url)
    yield Deliveries(Granted("xoxb-example-bare"), clients, lambda: datetime.now(UTC))
    await clients.close()


def _card(place: str, identifier: str) -> Delivery:
    return replace(_delivery("", identifier), place=place, kind="case", body=to_json(CARD))


async def _words(served: Served, name: str) -> str:
    """What a message says now."""
    channel, ts = name.split("/")
    found = (await served.read("conversations.replies", channel=channel, ts=ts))["messages"]
    return told(next(each for each in found if each["ts"] == ts)["blocks"])


async def test_into_a_channel(served: Served, deliveries: Deliveries) -> None:
    """A card goes into the channel that it names, by nobody's direct messages, and is found there."""
    card = _card(served.emulator.launches, "card-in-channel")
    assert await deliveries.find(card) is None
    name = await deliveries.send(card)
    assert name.startswith(f"{served.emulator.launches}/") and "A customer was hurt." in await _words(served, name)
    assert await deliveries.find(card) == name
    assert served.standin.called("conversations.open") == []


async def test_by_the_name_of_a_channel(served: Served, deliveries: Deliveries) -> None:
    """The message is named by the channel's id, as Slack tells it; but Slack looks nothing up by a channel's name."""
    card = _card("#launches", "card-by-name")
    served.standin.scripted["chat.postMessage"] = lambda: (200, {"ok": True, "channel": "C7", "ts": "1.5"}, {})
    assert await deliveries.send(card) == "C7/1.5"
    assert served.standin.called("chat.postMessage")[0].body["channel"] == "#launches"
    with pytest.raises(UnknowableError, match="by its id"):
        await deliveries.find(card)


@pytest.mark.parametrize("error", ["channel_not_found", "not_in_channel"])
async def test_a_channel_that_the_bot_is_not_in(served: Served, deliveries: Deliveries, error: str) -> None:
    """It is given up at once, and who reads why knows what to do."""
    served.standin.refuse["chat.postMessage"] = (200, {"ok": False, "error": error}, {})
    with pytest.raises(UndeliverableError, match=f"#gone .{error}.; invite it there"):
        await deliveries.send(_card("#gone", "card-nowhere"))


@pytest.mark.parametrize("error", ["missing_scope", "channel_not_found", "not_in_channel"])
async def test_a_channel_that_cannot_be_read(served: Served, deliveries: Deliveries, error: str) -> None:
    """Where the bot may write and not read, nobody can tell what it wrote."""
    served.standin.refuse["conversations.history"] = (200, {"ok": False, "error": error}, {})
    with pytest.raises(UnknowableError, match="invite it there"):
        await deliveries.find(_card(served.emulator.launches, "card-unread"))


async def test_without_the_scope_to_read(served: Served, bare: Deliveries) -> None:
    """The same with a real token that lacks the scope."""
    card = _card(served.emulator.launches, "card-of-bare")
    assert await bare.send(card)
    with pytest.raises(UnknowableError, match="missing_scope"):
        await bare.find(card)


async def test_too_much_to_look_through(served: Served, deliveries: Deliveries) -> None:
    """Where a search does not come to its end, the message may be there; it is not taken for unsent."""
    page = {"ok": True, "messages": [{"ts": "3.1"}], "response_metadata": {"next_cursor": "more"}}
    served.standin.scripted["conversations.history"] = lambda: (200, page, {})
    with pytest.raises(UnknowableError, match="too much was written"):
        await deliveries.find(_card(served.emulator.launches, "card-in-a-crowd"))
    assert len(served.standin.called("conversations.history")) == 10


async def test_in_the_thread_where_it_was_asked(served: Served, deliveries: Deliveries) -> None:
    """In direct messages an answer goes below the question, is found there, and is not said twice."""
    chat, ines = await served.chat(), served.emulator.ines
    root = await served.says("May I post this?", chat)
    answer = replace(_delivery(ines, "answer-in-thread"), thread=f"{chat}/{root}/{ines}")
    assert await deliveries.find(answer) is None
    name = await deliveries.send(answer)
    (call,) = served.standin.called("chat.postMessage")
    assert (call.body["channel"], call.body["thread_ts"]) == (chat, root)
    assert await deliveries.find(answer) == name


@pytest.mark.parametrize("error", ["thread_not_found", "channel_not_found", "cannot_reply_to_message"])
async def test_a_thread_that_is_gone(served: Served, deliveries: Deliveries, error: str) -> None:
    """Then it goes into the direct messages as any other, and is found there."""
    chat, ines = await served.chat(), served.emulator.ines
    answer = replace(_delivery(ines, f"answer-{error}"), thread=f"{chat}/1.5/{ines}")
    refused: Answer = (200, {"ok": False, "error": error}, {})
    answers = iter([refused, (200, {"ok": True, "channel": chat, "ts": "9.9"}, {})])
    served.standin.scripted["chat.postMessage"] = lambda: next(answers)
    assert await deliveries.send(answer) == f"{chat}/9.9"
    assert "thread_ts" not in served.standin.called("chat.postMessage")[1].body
    served.standin.refuse["conversations.replies"] = refused
    history = [{"ts": "9.9", "metadata": {"event_type": "clearpost_delivery", "event_payload": {"id": answer.id}}}]
    served.standin.scripted["conversations.history"] = lambda: (200, {"ok": True, "messages": history}, {})
    assert await deliveries.find(answer) == f"{chat}/9.9"


async def test_threads_that_are_not_the_persons_own(served: Served, deliveries: Deliveries) -> None:
    """Where others read along, below a command, in a thread of somebody else: it goes to the person alone."""
    chat, ines = await served.chat(), served.emulator.ines
    threads = (f"{served.emulator.launches}/1.5/{ines}", f"{chat}/command/{ines}", f"{chat}/1.5/{served.emulator.noor}")
    for number, thread in enumerate(threads):
        delivery = replace(_delivery(ines, f"private-{number}"), thread=thread)
        assert (await deliveries.send(delivery)).startswith(f"{chat}/")
    assert all("thread_ts" not in call.body for call in served.standin.called("chat.postMessage"))
    assert len(served.standin.called("conversations.open")) == 3


async def test_a_message_is_changed(served: Served, deliveries: Deliveries) -> None:
    """It stays the same message, is still found by its first delivery, and says the new words to everybody."""
    card = _card(served.emulator.launches, "card-to-change")
    name = await deliveries.send(card)
    change = replace(card, id="card-to-change:2", edits=card.id, body=to_json(CHANGED))
    assert await deliveries.send(change, name) == name
    words = await _words(served, name)
    assert "Noor has claimed it." in words and "A customer was hurt." not in words
    assert await deliveries.find(card) == name
    assert len(served.standin.called("chat.postMessage")) == 1


async def test_a_message_that_is_gone(served: Served, deliveries: Deliveries) -> None:
    """What somebody deleted is not changed, and not tried for ever."""
    card = _card(served.emulator.launches, "card-to-delete")
    name = await deliveries.send(card)
    await served.delete(*name.split("/"))
    with pytest.raises(UndeliverableError, match="message_not_found"):
        await deliveries.send(replace(card, id="card-to-delete:2", edits=card.id), name)


@pytest.mark.parametrize("message", ["", "C1/1.5"])
async def test_blocks_that_slack_refuses(served: Served, deliveries: Deliveries, message: str) -> None:
    """What is owed comes in plain words where Slack does not take the card; a change, too."""
    method = "chat.update" if message else "chat.postMessage"
    refused: Answer = (200, {"ok": False, "error": "invalid_blocks"}, {})
    answers = iter([refused, (200, {"ok": True, "channel": "C1", "ts": "1.5"}, {})])
    served.standin.scripted[method] = lambda: next(answers)
    assert await deliveries.send(_card("C1", "card-refused"), message) == "C1/1.5"
    first, second = served.standin.called(method)
    assert first.body["blocks"] and not second.body.get("blocks") and "A customer was hurt." in second.body["text"]


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        ((429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "17"}), TryLaterError),
        ((503, {}, {}), UnknowableError),
        ((200, {"ok": False, "error": "token_revoked"}, {}), UndeliverableError),
    ],
)
async def test_a_change_that_fails(
    served: Served, deliveries: Deliveries, answer: Answer, raised: type[Exception]
) -> None:
    """As a message that is sent."""
    served.standin.refuse["chat.update"] = answer
    with pytest.raises(raised):
        await deliveries.send(_card("C1", "card-unchanged"), "C1/1.5")
