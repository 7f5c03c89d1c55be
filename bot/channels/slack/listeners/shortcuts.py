"""The shortcuts, below a message and everywhere, and the modal that both open."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.channels.slack.desk import Desk
from bot.channels.slack.quoted import words_of
from bot.channels.slack.views import ASK, ask_view, asked, missing, on_its_way
from bot.channels.slack.who import Asker, Spot, asker_of, is_personal

ABOUT_MESSAGE: Final = "ask_about_message"
ANYWHERE: Final = "ask_anywhere"


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to both shortcuts and to the modal."""

    @app.message_shortcut(ABOUT_MESSAGE)
    async def on_message_shortcut(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        asker = asker_of(context)
        if asker is None:
            return
        message, channel = body["message"], str(body["channel"]["id"])
        root = str(message.get("thread_ts") or message["ts"])
        spot = None if is_personal(channel) else Spot(channel, root, begun="thread_ts" in message)
        trigger, view = str(body["trigger_id"]), ask_view(quoted=words_of(message, asker.bot), spot=spot)
        desk.take(f"shortcut/{trigger}", partial(desk.open, asker, trigger, view, spot))

    @app.global_shortcut(ANYWHERE)
    async def on_global_shortcut(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        asker = asker_of(context)
        if asker is not None:
            trigger = str(body["trigger_id"])
            desk.take(f"shortcut/{trigger}", partial(desk.open, asker, trigger, ask_view()))

    @app.view(ASK)
    async def on_asked(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        asker = asker_of(context)
        question, quoted, spot = asked(body["view"])
        errors = missing(question, quoted, body["view"])
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        if spot is None:
            await ack(response_action="update", view=dict(on_its_way()))
        else:
            await ack()
        if asker is not None:
            desk.take(f"view/{body['view']['id']}", partial(_answer, desk, asker, question, quoted, spot))


async def _answer(desk: Desk, asker: Asker, question: str, quoted: str, spot: Spot | None) -> None:
    if spot is None:
        await desk.answer_in_chat(asker, question, quoted)
    else:
        await desk.answer(asker, question, spot, quoted=quoted, show_question=True)


__all__ = ["ABOUT_MESSAGE", "ANYWHERE", "register"]
