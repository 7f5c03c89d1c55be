"""A mention in a channel: answered to the asker alone, who may share it."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.channels.failure import log_unexpected
from bot.channels.slack.desk import Desk
from bot.channels.slack.text import words
from bot.channels.slack.who import Asker, Spot, asker_of, is_personal, is_stranger
from bot.conversation.reply import Reply, ReplyKind
from bot.errors import BotError

_STRANGER: Final = Reply(
    kind=ReplyKind.SMALL_TALK,
    text="I answer from the policies of the company that installed me, so only to its own people.",
)


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to mentions."""

    @app.event("app_mention")
    async def on_mention(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        asker = asker_of(context)
        channel = str(event["channel"])
        if asker is None or event.get("bot_id") or is_personal(channel):  # direct messages come as messages, too
            return
        spot = Spot(channel, str(event.get("thread_ts") or event["ts"]), begun="thread_ts" in event)
        work = partial(desk.say, asker, _STRANGER, spot)
        if not is_stranger(body, event):
            work = partial(_hear, desk, asker, words(str(event.get("text") or ""), asker.bot), spot)
        desk.take(str(body["event_id"]), work)


async def _hear(desk: Desk, asker: Asker, said: str, spot: Spot) -> None:
    ports = desk.ports
    thread = spot.thread(asker.account)
    try:
        await desk.lookups(ports.records.join_thread, asker.workspace, thread, asker.account, ports.clock())
    except BotError as error:  # the question is answered all the same
        log_unexpected("slack_thread_not_joined", error)
    await desk.answer(asker, said, spot)


__all__ = ["register"]
