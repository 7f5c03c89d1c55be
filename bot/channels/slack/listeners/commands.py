"""``/clearpost …``: works in every conversation, also where the bot is no member."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.channels.slack.desk import Desk
from bot.channels.slack.text import words
from bot.channels.slack.who import Spot, asker_of

COMMAND: Final = "/clearpost"


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to the slash command."""

    @app.command(COMMAND)
    async def on_command(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        asker = asker_of(context)
        if asker is None:
            return
        alone = body.get("channel_name") == "directmessage"
        spot = Spot(str(body["channel_id"]), personal=alone, response_url=str(body["response_url"]))
        said = words(str(body.get("text") or ""), asker.bot)
        desk.take(f"command/{body['trigger_id']}", partial(desk.answer, asker, said, spot, show_question=bool(said)))


__all__ = ["COMMAND", "register"]
