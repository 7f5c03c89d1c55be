"""Presses on the buttons that a reply's actions made, and their forms."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.channels.slack.cases import DEED, pressed
from bot.channels.slack.deeds import press, submit
from bot.channels.slack.desk import Desk
from bot.channels.slack.forms import FORM, missing, submitted
from bot.channels.slack.listeners.buttons import below_of, key_of
from bot.channels.slack.who import asker_of

_PRESSED: Final = re.compile(rf"{DEED}:\d{{1,4}}\Z")


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to presses and to forms."""

    @app.action(_PRESSED)
    async def on_deed(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        asker, action = asker_of(context), body["actions"][0]
        button = pressed(str(action.get("value") or ""))
        if button is None:
            structlog.get_logger(__name__).warning("slack_button_unreadable")
        elif asker is not None:
            trigger = str(body.get("trigger_id") or "")
            work = partial(press, desk, asker, button, below_of(body, action), trigger)
            desk.take(key_of(asker, action), work)

    @app.view(FORM)
    async def on_form(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        view, asker = body["view"], asker_of(context)
        errors = missing(view)
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        deed, below = submitted(view)
        await ack()
        if asker is not None:
            desk.take(f"view/{view['id']}", partial(submit, desk, asker, deed, below))


__all__ = ["register"]
