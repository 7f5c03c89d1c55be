"""The app was removed from a workspace: what belongs to it is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.channels.slack.desk import Desk
from bot.channels.slack.grants import Grants
from bot.channels.slack.who import where_of


def register(app: AsyncApp, desk: Desk, grants: Grants) -> None:
    """Listen to the end of an installation."""

    @app.event("app_uninstalled")
    async def on_uninstalled(body: dict[str, Any], context: AsyncBoltContext) -> None:
        desk.take(str(body["event_id"]), partial(grants.remove, where_of(context), _when(body, desk)))

    @app.event("tokens_revoked")
    async def on_revoked(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        if (event.get("tokens") or {}).get("bot"):
            desk.take(str(body["event_id"]), partial(grants.remove, where_of(context), _when(body, desk)))


def _when(body: dict[str, Any], desk: Desk) -> datetime:
    told = body.get("event_time")
    return datetime.fromtimestamp(told, UTC) if isinstance(told, int) else desk.ports.clock()


__all__ = ["register"]
