"""Messages that are owed: sent, found again after a crash, given up or put off by what Slack says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.conversation.kept import to_json
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import TryLaterError, UndeliverableError, UnknowableError
from bot.ports import Delivery
from tests.platform.slack.client import told
from tests.platform.slack.house import TEAM, Emulator, Serve, Served

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
