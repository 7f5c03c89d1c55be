"""The app's own page: its Home tab, and questions to try where a conversation begins."""

from __future__ import annotations

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.channels.slack.desk import Desk
from bot.channels.slack.text import cut
from bot.channels.slack.who import Asker, asker_of


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to who opens the app."""

    @app.event("app_home_opened")
    async def on_opened(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        asker = asker_of(context)
        if asker is None:
            return
        if event.get("tab") == "home":
            desk.take(str(body["event_id"]), partial(desk.show_home, asker))
        elif event.get("tab") == "messages":
            desk.take(str(body["event_id"]), partial(_suggest, desk, asker, str(event["channel"])))


async def _suggest(desk: Desk, asker: Asker, channel: str) -> None:
    prompts = [(cut(each, 75), each) for each in desk.ports.examples[:4]]
    await asker.api.set_prompts(channel, "You could ask", prompts)


__all__ = ["register"]
