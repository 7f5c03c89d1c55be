"""What is owed to people in a scenario goes out when time goes on, as a worker sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from bot.conversation.kept import from_json
from bot.jobs import Ledger
from bot.jobs.ledger import Queued
from bot.ports import Channel, Delivery

_AT_ONCE = 100


@dataclass(slots=True)
class Post:
    """Sends what is due on a ``surface``; ``names`` are first names by account, ``came`` the titles of what was sent.

    The ledger is the real one, so that what is sent changes the message that it belongs to, and nothing goes twice.
    """

    ledger: Ledger
    surface: str
    names: Mapping[str, str]
    came: list[str] = field(default_factory=list)

    async def carry(self, channel: Channel) -> None:
        """Send what is due now."""
        queued: list[Queued] = []

        def enqueue(_connection: Connection, taken: Sequence[Queued]) -> None:
            queued.extend(taken)

        self.ledger.queue_due([self.surface], _AT_ONCE, enqueue)
        for each in queued:
            begun = self.ledger.begin(each, "scenario")
            if begun is not None:
                message = await channel.send(begun.delivery, begun.message)
                self.ledger.end(each, "sent", message=message)
                self.came.append(self._title(begun.delivery))

    def taken(self) -> tuple[str, ...]:
        """What came since this was asked last, in the order of the alphabet."""
        came = tuple(sorted(self.came))
        self.came.clear()
        return came

    def _title(self, delivery: Delivery) -> str:
        head = from_json(delivery.body).head
        return f"{self.names.get(delivery.account, 'channel')}: {head.word if head else ''}"


__all__ = ["Post"]
