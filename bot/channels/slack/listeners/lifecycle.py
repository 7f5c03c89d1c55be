"""The app was removed from a workspace or a channel: what belongs to it is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.channels.slack.desk import Desk
from bot.channels.slack.grants import Grant, Grants
from bot.channels.slack.who import GRANT, where_of


def register(app: AsyncApp, desk: Desk, grants: Grants) -> None:
    """Listen to the end of an installation, and of a channel."""

    @app.event("app_uninstalled")
    async def on_uninstalled(body: dict[str, Any], context: AsyncBoltContext) -> None:
        desk.take(str(body["event_id"]), partial(grants.remove, where_of(context), _when(body, desk)))

    @app.event("tokens_revoked")
    async def on_revoked(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        if (event.get("tokens") or {}).get("bot"):
            desk.take(str(body["event_id"]), partial(grants.remove, where_of(context), _when(body, desk)))

    @app.event("channel_archive")
    @app.event("channel_deleted")
    @app.event("channel_left")
    @app.event("group_archive")
    @app.event("group_deleted")
    @app.event("group_left")
    async def on_gone(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        _drop(desk, body, event, context.get(GRANT))

    @app.event("member_left_channel")
    async def on_left(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        grant = context.get(GRANT)
        if isinstance(grant, Grant) and event.get("user") == grant.bot_user:
            _drop(desk, body, event, grant)


def _drop(desk: Desk, body: dict[str, Any], event: dict[str, Any], grant: object) -> None:
    """No contact answers any more in a channel that the bot cannot write to."""
    channel = event.get("channel")
    if isinstance(grant, Grant) and isinstance(channel, str):
        drop = desk.ports.desks.drop
        desk.take(str(body["event_id"]), partial(desk.lookups, drop, grant.workspace, channel))


def _when(body: dict[str, Any], desk: Desk) -> datetime:
    told = body.get("event_time")
    return datetime.fromtimestamp(told, UTC) if isinstance(told, int) else desk.ports.clock()


__all__ = ["register"]
