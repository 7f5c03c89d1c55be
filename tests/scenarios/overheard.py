"""A conversation whose replies are kept as they pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.conversation.messages import Message
from bot.conversation.reply import Reply
from bot.conversation.router import Router

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Overheard:
    """A conversation whose replies are kept as they pass."""

    router: Router
    replies: list[Reply] = field(default_factory=list)

    def reply(self, message: Message) -> Reply:
        """The reply to a message, for a surface without a loop."""
        self.replies.append(self.router.reply(message))
        return self.replies[-1]

    async def converse(self, message: Message) -> Reply:
        """The reply to a message, for a surface with a loop."""
        self.replies.append(await self.router(message))
        return self.replies[-1]


__all__ = ["Clock", "Overheard"]
