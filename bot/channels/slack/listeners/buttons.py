"""Presses on the buttons below an answer."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.channels.slack.blocks import MAIL
from bot.channels.slack.desk import Desk
from bot.channels.slack.elements import TRY
from bot.channels.slack.presses import Below, press
from bot.channels.slack.views import ASK, ask_view
from bot.channels.slack.who import Asker, asker_of
from bot.conversation.messages import Act, Press

_PRESSED: Final = re.compile(rf"({Act.CHOOSE}_\d+|{Act.HELPED}|{Act.NOT_HELPED}|{Act.PERSON}|{Act.SHARE})\Z")
_TRIED: Final = re.compile(rf"{TRY}_\d+\Z")
_OPTION: Final = re.compile(r"\d{1,4}")


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to presses."""

    @app.action(_PRESSED)
    async def on_press(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        asker = asker_of(context)
        if asker is not None:
            action = body["actions"][0]
            work = partial(press, desk, asker, _press_of(action), below_of(body, action))
            desk.take(key_of(asker, action), work)

    @app.action(_TRIED)
    async def on_example(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        asker = asker_of(context)
        if asker is not None:
            action = body["actions"][0]
            question = str(action.get("value") or "")
            if body["container"]["type"] == "view":  # on the Home tab: to be changed before it is asked
                opening = partial(desk.open, asker, str(body["trigger_id"]), ask_view(question))
                desk.take(key_of(asker, action), opening)
            else:
                spot = below_of(body, action).spot
                desk.take(key_of(asker, action), partial(desk.answer, asker, question, spot, show_question=True))

    @app.action(ASK)
    async def on_ask(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        asker = asker_of(context)
        if asker is not None:
            opening = partial(desk.open, asker, str(body["trigger_id"]), ask_view())
            desk.take(key_of(asker, body["actions"][0]), opening)

    @app.action(MAIL)
    async def on_mail(ack: AsyncAck) -> None:
        await ack()  # the link does the work


def _press_of(action: dict[str, Any]) -> Press:
    reply, _, option = str(action.get("value") or "").partition(":")
    act = str(action["action_id"]).partition("_")[0]
    chosen = Act.CHOOSE if act == Act.CHOOSE else Act(str(action["action_id"]))
    return Press(reply, chosen, int(option) if _OPTION.fullmatch(option) else 0)


def below_of(body: dict[str, Any], action: dict[str, Any]) -> Below:
    """The card that a pressed button belongs to."""
    container, message = body["container"], body.get("message") or {}
    return Below(
        channel=str(container.get("channel_id") or ""),
        ts=str(container.get("message_ts") or ""),
        root=str(container.get("thread_ts") or message.get("thread_ts") or ""),
        ephemeral=bool(container.get("is_ephemeral")),
        response_url=str(body.get("response_url") or ""),
        flags=str(action.get("block_id") or "").rpartition("-")[2],
        home=container.get("type") == "view",
    )


def key_of(asker: Asker, action: dict[str, Any]) -> str:
    """What names a press, so that it counts once."""
    return f"press/{asker.workspace}/{asker.account}/{action['action_ts']}/{action['action_id']}"


__all__ = ["below_of", "key_of", "register"]
