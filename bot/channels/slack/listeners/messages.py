"""Direct messages, and what an asker goes on to write in a thread that others read, too."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.channels.slack.desk import Desk
from bot.channels.slack.text import to_somebody_else, words
from bot.channels.slack.who import Asker, Spot, asker_of, is_stranger
from bot.conversation.reply import Reply, ReplyKind

_WRITTEN: Final = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""Subtypes of messages that a person wrote; all others tell of edits, joins, bots and the like."""

_NO_WORDS: Final = Reply(
    kind=ReplyKind.SMALL_TALK,
    text="I can only read words, not pictures, files or voice. Tell me in a sentence what you would like to post.",
)


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to messages."""

    @app.event("message")
    async def on_message(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        asker = asker_of(context)
        if asker is None or event.get("subtype") not in _WRITTEN or event.get("bot_id") or event.get("hidden"):
            return
        if event.get("channel_type") == "im":
            root = str(event.get("thread_ts") or event["ts"])
            spot = Spot(str(event["channel"]), root, begun=True, personal=True)
            desk.take(str(body["event_id"]), partial(_hear, desk, asker, event, spot))
        elif event.get("thread_ts") and not is_stranger(body, event) and _is_for_bot(event, asker):
            spot = Spot(str(event["channel"]), str(event["thread_ts"]), begun=True)
            desk.ports.background.start(_overhear(desk, asker, str(body["event_id"]), event, spot))


async def _hear(desk: Desk, asker: Asker, event: dict[str, Any], spot: Spot) -> None:
    said = words(str(event.get("text") or ""), asker.bot)
    if said:
        await desk.answer(asker, said, spot)
    else:
        await desk.say(asker, _NO_WORDS, spot)


def _is_for_bot(event: dict[str, Any], asker: Asker) -> bool:
    """Whether a message in a thread may be meant for the bot; one that mentions it is an event of its own."""
    text = str(event.get("text") or "")
    return f"<@{asker.bot}" not in text and not to_somebody_else(text, asker.bot)


async def _overhear(desk: Desk, asker: Asker, event_id: str, event: dict[str, Any], spot: Spot) -> None:
    """Go on only where this person talks with the bot in this thread; of what others say nothing is kept."""
    in_thread, thread = desk.ports.records.in_thread, spot.thread(asker.account)
    if await desk.lookups(in_thread, asker.workspace, thread, asker.account) and await desk.first(event_id):
        await _hear(desk, asker, event, spot)


__all__ = ["register"]
