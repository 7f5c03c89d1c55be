"""Who has the app, and where: kept in the state as Teams tells it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from bot.channels.failure import log_unexpected
from bot.channels.teams import cards
from bot.channels.teams.desk import Desk
from bot.channels.teams.incoming import Incoming, locale_of, members, time_zone_of
from bot.channels.teams.port import BlockedError
from bot.channels.teams.references import in_conversation, text, without_message
from bot.conversation.welcome import first_words
from bot.errors import DeliveryError
from bot.ports import Place, Profile

_RENEWED: Final = timedelta(days=7)  # a profile is looked up again after this long
_GONE: Final = frozenset({"channelDeleted", "teamDeleted", "teamHardDeleted"})


class Members:
    """Keeps workspaces, places and people as activities tell of them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._parts = desk.parts
        self._known: set[str] = set()

    async def installation(self, incoming: Incoming) -> None:
        """``installationUpdate``: the app was added, updated or removed somewhere."""
        action = text(incoming.activity, "action")
        if action.startswith("add"):
            await self._added(incoming)
        elif action.startswith("remove"):
            await self._removed(incoming)

    async def conversation(self, incoming: Incoming) -> None:
        """``conversationUpdate``: somebody, perhaps the app, came or went, or a channel was deleted."""
        bot = text(incoming.activity, "recipient", "id")
        event = text(incoming.activity, "channelData", "eventType")
        channel = text(incoming.activity, "channelData", "channel", "id")
        if bot in members(incoming.activity, "membersAdded"):
            await self._added(incoming)
        elif bot in members(incoming.activity, "membersRemoved"):
            await self._removed(incoming)
        elif event in _GONE:
            await self._drop(incoming, channel or _place(incoming).id)
        else:
            structlog.get_logger(__name__).debug("teams_ignored", kind=incoming.kind, event_type=event)

    async def remember(self, incoming: Incoming) -> None:
        """Keep the workspace and the place that an activity came from."""
        if incoming.workspace not in self._known:
            if await asyncio.to_thread(self._parts.workspaces.find, incoming.workspace) is None:
                now = self._parts.clock()
                await asyncio.to_thread(self._parts.workspaces.add, incoming.workspace, "teams", incoming.tenant, now)
            self._known.add(incoming.workspace)
        await self._desk.keep(incoming.workspace, _place(incoming))
        if incoming.scope == "personal":  # whoever writes to the bot lets it write
            await self._set_reachable(incoming, reachable=True)

    async def meet(self, incoming: Incoming) -> None:
        """Keep who somebody is; Teams is asked once a week, and where it does not tell, the activity has to do."""
        workspace, account, now = incoming.workspace, incoming.account, self._parts.clock()
        if await asyncio.to_thread(self._parts.people.met_since, workspace, account, now - _RENEWED):
            return
        try:
            told = await self._desk.transport.profile(_place(incoming).reference, incoming.sender)
        except DeliveryError as error:
            structlog.get_logger(__name__).info("teams_profile_unknown", error=type(error).__name__)
            if await asyncio.to_thread(self._parts.people.find, workspace, account) is not None:
                return
            told = Profile()
        profile = Profile(
            name=told.name or incoming.sender_name,
            email=told.email,
            time_zone=time_zone_of(incoming.activity),
            locale=locale_of(incoming.activity),
        )
        await asyncio.to_thread(self._parts.people.meet, workspace, account, profile, now)

    async def _added(self, incoming: Incoming) -> None:
        await self.remember(incoming)
        await self._note(incoming, "app_added")
        if incoming.scope == "personal":
            await self.meet(incoming)
            await self._set_reachable(incoming, reachable=True)
            await self._welcome(incoming)

    async def _removed(self, incoming: Incoming) -> None:
        await self._note(incoming, "app_removed")
        await self._drop(incoming, _place(incoming).id)
        if incoming.scope == "personal":
            await self._set_reachable(incoming, reachable=False)

    async def _drop(self, incoming: Incoming, place: str) -> None:
        """Forget a place; no contact answers there any more."""
        await asyncio.to_thread(self._parts.places.drop, incoming.workspace, place)
        await asyncio.to_thread(self._parts.desks.drop, incoming.workspace, place)

    async def _set_reachable(self, incoming: Incoming, *, reachable: bool) -> None:
        people, who = self._parts.people, (incoming.workspace, incoming.account)
        if await asyncio.to_thread(people.is_reachable, *who) is not reachable:
            await asyncio.to_thread(people.set_reachable, *who, reachable=reachable)

    async def _welcome(self, incoming: Incoming) -> None:
        event = f"welcome {incoming.workspace} {incoming.account}"
        if not await asyncio.to_thread(self._parts.inbox.first, "teams", event, self._parts.clock()):
            return
        welcome = first_words(self._parts.examples)
        try:
            await self._desk.write(incoming.reference, cards.post(welcome, self._desk.view(incoming.sender)))
        except BlockedError:
            await self._desk.lost(incoming.workspace, incoming.account)
        except DeliveryError as error:
            log_unexpected("teams_welcome_lost", error)

    async def _note(self, incoming: Incoming, action: str) -> None:
        place = _place(incoming)
        detail = {"surface": "teams", "scope": incoming.scope}
        await asyncio.to_thread(
            self._parts.audit.add, incoming.workspace, self._parts.clock(), incoming.account, action, place.id, detail
        )


def _place(incoming: Incoming) -> Place:
    """Where an activity came from; of a channel's threads, the channel."""
    if incoming.scope == "personal":
        return Place(incoming.conversation, "personal", incoming.reference, incoming.account)
    identifier = without_message(incoming.conversation)
    kind = text(incoming.reference, "conversation", "conversationType")
    reference = in_conversation(incoming.reference, identifier, kind)
    return Place(identifier, incoming.scope, {**reference, "user": {}})


__all__ = ["Members"]
