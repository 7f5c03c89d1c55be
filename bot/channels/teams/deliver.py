"""Messages that are owed: to people in their own chats, and into channels; sent, or changed later."""

from __future__ import annotations

import asyncio

from bot.channels.teams import cards
from bot.channels.teams.desk import Desk
from bot.channels.teams.port import BlockedError
from bot.channels.teams.references import text
from bot.conversation.kept import from_json
from bot.errors import UndeliverableError, UnknowableError
from bot.ports import Delivery, Place


class Deliveries:
    """Implements ``Channel``. A message's name is its id in the conversation that the delivery goes to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def send(self, delivery: Delivery, message: str = "") -> str:
        """Send a delivery to a channel or to its person's own chat, or change a message there; the message's id.

        Raises:
            UndeliverableError: the app is not there, or there is no such message.
            TryLaterError: as ``Transport``.
            UnknowableError: as ``Transport``.
        """
        place = await self._place(delivery)
        # What many read is the same for all of them: Teams is given nobody to refresh it for.
        viewer = "" if delivery.place else text(place.reference, "user", "id")
        post = cards.post(from_json(delivery.body), self._desk.view(viewer))
        if message:
            # Teams says the same of a message that was deleted and of an app that is gone: nobody counts as lost.
            await self._desk.transport.update(place.reference, message, post)
            return message
        try:
            return await self._desk.transport.send(place.reference, post)
        except BlockedError:
            if not delivery.place:
                await self._desk.lost(delivery.workspace, delivery.account)
            raise

    async def find(self, delivery: Delivery) -> str | None:
        """Teams has no look-up.

        Raises:
            UnknowableError: always.
        """
        raise UnknowableError(f"Teams cannot tell whether {delivery.id} was sent")

    async def _place(self, delivery: Delivery) -> Place:
        places = self._desk.parts.places
        if delivery.place:
            found = await asyncio.to_thread(places.find, delivery.workspace, delivery.place)
            if found is None:
                raise UndeliverableError("Clearpost is not in this channel of Teams; add it to the team")
            return found
        found = await asyncio.to_thread(places.personal, delivery.workspace, delivery.account)
        if found is None:
            raise UndeliverableError("this person has no chat with Clearpost in Teams; have the app added for them")
        return found


__all__ = ["Deliveries"]
