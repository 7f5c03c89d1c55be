"""A channel in memory that behaves as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.errors import UnknowableError
from bot.ports import Delivery


@dataclass(slots=True)
class MemoryChannel:
    """Implements ``Channel``. ``sent`` are the deliveries that went out, in order; ``asked`` those that were looked up.

    ``troubles`` are raised one after another, each instead of a send; where ``late`` is true, after the message went
    out. ``can_find`` is false for a platform that cannot tell. ``hold`` keeps every send waiting until it is set.
    ``before`` is called before each send. ``shown`` is what stands in each message now, by the platform's name of it.
    """

    troubles: Sequence[Exception] = ()
    late: bool = False
    can_find: bool = True
    hold: asyncio.Event | None = None
    before: Callable[[Delivery], object] = lambda _delivery: None
    sent: list[Delivery] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    begun: int = 0

    async def send(self, delivery: Delivery, message: str = "") -> str:
        """Send, or change a message, or raise the next trouble."""
        self.begun += 1
        self.before(delivery)
        if self.hold is not None:
            await self.hold.wait()
        trouble, *rest = self.troubles or (None,)
        self.troubles = rest
        name = message or self._name(delivery.id)
        if trouble is None or self.late:
            self.sent.append(delivery)
            self.shown[name] = delivery.id
        if trouble is not None:
            raise trouble
        return name

    async def find(self, delivery: Delivery) -> str | None:
        """Find what went out."""
        self.asked.append(delivery.id)
        if not self.can_find:
            raise UnknowableError("this platform cannot tell what was sent")
        return self._name(delivery.id) if delivery.id in self.ids else None

    @property
    def ids(self) -> list[str]:
        """The ids of what went out."""
        return [each.id for each in self.sent]

    def _name(self, delivery: str) -> str:
        return f"message of {delivery}"


__all__ = ["MemoryChannel"]
